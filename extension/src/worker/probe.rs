//! The probe: one request that finds out whether a site is back, without touching a tab.

use core::time::Duration;

use rayback_core::classify::classify;
use rayback_core::observation::Observation;
use rayback_core::url::{Origin, PageUrl};
use rayback_core::watch::{Event, ProbeOutcome, ProbeTarget};

use crate::browser::network::{self, Fetch};

/// Cloudflare answers with its errors as about 1 KB of structured data, which says whether and when a retry can help.
/// The site answers with an ordinary page.
const ACCEPT: &str = "text/html;q=0.9, application/problem+json";

/// Sends a probe, and returns its outcome.
pub(super) async fn send(origin: &Origin, probe: u32, target: &ProbeTarget, timeout: Duration) -> Event {
    let url = match target {
        ProbeTarget::Root => format!("{origin}/"),
        ProbeTarget::SecureRoot => format!("https://{}/", origin.host()),
        ProbeTarget::Page(page) => page.to_string(),
    };
    let fetch = Fetch::get(&url, timeout, Observation::EXCERPT_BYTES).header("Accept", ACCEPT);
    // A page in the public network must not make the browser ask in the visitor's own.
    let page = PageUrl::parse(&url).ok().filter(|page| origin.may_request(page.origin()));
    if page.is_none() {
        return Event::ProbeEnded { probe, outcome: ProbeOutcome::NoAnswer };
    }
    match fetch.send().await {
        Ok(answer) if answer.is_redirect => Event::ProbeEnded { probe, outcome: ProbeOutcome::Redirected },
        Ok(answer) => {
            let observation = Observation {
                url: page,
                status: Some(answer.status),
                headers: Some(answer.headers),
                body: answer.body.into(),
            };
            Event::ProbeEnded { probe, outcome: ProbeOutcome::of(classify(&observation)) }
        }
        Err(_) if !network::is_online() => Event::Offline,
        Err(_) => Event::ProbeEnded { probe, outcome: ProbeOutcome::NoAnswer },
    }
}
