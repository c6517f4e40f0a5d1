//! The probe: one request that finds out whether a site is back, without touching a tab.

use core::time::Duration;

use rayback_core::classify::classify;
use rayback_core::observation::Observation;
use rayback_core::url::{Origin, PageUrl};
use rayback_core::watch::{Event, ProbeOutcome, ProbeTarget};

use crate::browser::network::{self, Fetch};

/// Asks Cloudflare for its errors as about 1 KB of structured data, which says whether and when a retry can help. For
/// everything else a browser's page comes first.
const ACCEPT: &str = "text/html;q=0.9, application/problem+json";

/// Sends a probe, and returns its outcome.
pub(super) async fn send(origin: &Origin, probe: u32, target: &ProbeTarget, timeout: Duration) -> Event {
    let url = match target {
        ProbeTarget::Root => format!("{origin}/"),
        ProbeTarget::Page(page) => page.to_string(),
    };
    let fetch = Fetch::get(&url, timeout, Observation::EXCERPT_BYTES).header("Accept", ACCEPT);
    match fetch.send().await {
        Ok(answer) => {
            let observation = Observation {
                url: PageUrl::parse(&answer.url).ok(),
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
