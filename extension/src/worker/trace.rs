//! Asking a host's edge which data centre serves this visitor.

use core::time::Duration;

use rayback_core::data_centre::Iata;
use rayback_core::url::Origin;

use crate::browser::network::Get;

/// The edge itself answers this, never the origin, so it is quick or it fails.
const TIMEOUT: Duration = Duration::from_secs(10);

/// An answer is about 300 bytes.
const MOST_BYTES: usize = 4096;

/// Which data centre answers; `None` if none does, or if what answers is not like the edge.
pub(super) async fn ask(origin: &Origin) -> Option<Iata> {
    let url = format!("{origin}/cdn-cgi/trace");
    let answer = Get { url: &url, headers: &[], timeout: TIMEOUT, limit: MOST_BYTES }.send().await.ok()?;
    if answer.status != 200 || answer.is_cut {
        return None;
    }
    read(core::str::from_utf8(&answer.body).ok()?)
}

/// The line `ip=…` is the visitor's address; it is never looked at.
fn read(answer: &str) -> Option<Iata> {
    let value = |key| answer.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    value("fl").and(value("h")).and(value("colo")).and_then(Iata::parse)
}
