//! Requests a host's `/cdn-cgi/trace`: for the data centre that serves this visitor, and for a report, their address.

use core::net::IpAddr;
use core::time::Duration;

use rayback_core::outside::services::Request;
use rayback_core::outside::trace::{self, Trace};
use rayback_core::url::Origin;
use rayback_core::watch::Event;

use crate::browser::network::{Answer, Fetch};
use crate::error::Error;

/// The edge itself answers, never the origin, so waiting longer wouldn't help.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Requests the trace and reads the answer.
pub(super) async fn ask(origin: &Origin) -> Event {
    let request = trace::request(origin);
    let answer = send(&request, TIMEOUT).await;
    let read = |answer: Answer| match answer {
        // The edge answers this address itself, so a redirect says nothing about it.
        Answer { is_redirect: true, .. } => Trace::NoAnswer,
        answer => Trace::read(answer.status, &answer.headers, &answer.body),
    };
    Event::Traced { trace: answer.map_or(Trace::NoAnswer, read) }
}

/// In both browsers, a page may write to the clipboard for 5 s after a click; an answer after that can't be copied.
const BEFORE_THE_CLICK_IS_STALE: Duration = Duration::from_secs(4);

/// Asks for the visitor's own address, which they want in a report. It's passed on and stored nowhere.
pub(super) async fn ask_visitor_address(origin: &Origin) -> Option<IpAddr> {
    let request = trace::request(origin);
    let answer = send(&request, BEFORE_THE_CLICK_IS_STALE).await.ok()?;
    trace::visitor_address(answer.status, &answer.body)
}

async fn send(request: &Request, timeout: Duration) -> Result<Answer, Error> {
    Fetch::without_switch(request, timeout, trace::ANSWER_BYTES)?.send().await
}
