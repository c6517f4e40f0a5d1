//! Asking a host's edge which data centre serves this visitor.

use core::time::Duration;

use rayback_core::trace::{self, Trace};
use rayback_core::url::Origin;
use rayback_core::watch::Event;

use crate::browser::network::Fetch;

/// The edge itself answers, never the origin, so it is quick or it tells nothing.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Asks; `None` if nothing answered, which tells nothing.
pub(super) async fn ask(origin: &Origin) -> Option<Event> {
    let request = trace::request(origin);
    let answer = Fetch::of(&request, TIMEOUT, trace::ANSWER_BYTES).send().await.ok()?;
    match Trace::read(answer.status, &answer.body) {
        Trace::Edge { data_centre } => Some(Event::Traced { data_centre }),
        Trace::NotEdge => Some(Event::Traced { data_centre: None }),
        Trace::NoAnswer => None,
    }
}
