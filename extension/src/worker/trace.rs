//! Asking a host's edge which data centre serves this visitor, and for a report from which address they come.

use core::net::IpAddr;
use core::time::Duration;

use rayback_core::outside::trace::{self, Trace};
use rayback_core::url::Origin;
use rayback_core::watch::Event;

use crate::browser::network::Fetch;

/// The edge itself answers, never the origin, so it is quick or it tells nothing.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Asks; `None` if nothing answered, which tells nothing.
pub(super) async fn ask(origin: &Origin) -> Option<Event> {
    let request = trace::request(origin);
    let answer = Fetch::of(&request, TIMEOUT, trace::ANSWER_BYTES).send().await.ok()?;
    match Trace::read(answer.status, &answer.headers, &answer.body) {
        Trace::Edge { data_centre } => Some(Event::Traced { data_centre }),
        Trace::NotEdge => Some(Event::Traced { data_centre: None }),
        Trace::NoAnswer => None,
    }
}

/// A page may write to the clipboard for 5 s after a click, in both browsers; what comes later is of no use to a report.
const BEFORE_THE_CLICK_IS_STALE: Duration = Duration::from_secs(4);

/// Asks for the visitor's own address, for a report that they want it in: it is handed on and kept nowhere.
pub(super) async fn ask_visitor_address(origin: &Origin) -> Option<IpAddr> {
    let request = trace::request(origin);
    let answer = Fetch::of(&request, BEFORE_THE_CLICK_IS_STALE, trace::ANSWER_BYTES).send().await.ok()?;
    trace::visitor_address(answer.status, &answer.body)
}
