//! Pages that load themselves again, by a header or by a tag in their head.

use super::marker::{Findings, Marker};
use super::page::starts_with_ignoring_case;
use crate::diagnosis::{Diagnosis, Place};
use crate::observation::Observation;

const RELOADS: Marker = Marker {
    name: "reloads-itself",
    weights: &[],
    reason: "a refresh header or tag; it says nothing about who made the page, but attempts of ours would come on top of its own",
    seen: "some sites' own error pages, waiting rooms",
};

pub(super) const MARKERS: &[&Marker] = &[&RELOADS];

/// Where a refresh in a page is looked for, in bytes from its beginning.
const HEAD_BYTES: usize = 8 * 1024;

/// The bytes before the q of `http-equiv`.
const BEFORE_Q: usize = "http-e".len();

/// Records that a page loads itself again.
pub(super) fn read(observation: &Observation<'_>, findings: &mut Findings) {
    if let Some(refresh) = observation.headers.as_ref().and_then(|headers| headers.get("refresh")) {
        findings.add(&RELOADS, refresh, Place::Header);
    } else if refreshes_itself(&observation.body) {
        findings.add(&RELOADS, "meta refresh", Place::Body);
    }
}

impl Diagnosis {
    /// Whether the page loads itself again, so that a schedule's attempts would come on top of its own.
    #[must_use]
    pub fn reloads_itself(&self) -> bool {
        self.evidence.iter().any(|evidence| evidence.marker == RELOADS.name)
    }
}

/// Whether the page's head asks the browser to load it again; an owner's own template says nothing more of the queue.
pub(super) fn refreshes_itself(body: &[u8]) -> bool {
    let head = body.get(..HEAD_BYTES).unwrap_or(body);
    // Few letters are as rare as the q.
    memchr::memchr_iter(b'q', head).filter_map(|at| head.get(at.checked_sub(BEFORE_Q)?..)).any(|attribute| {
        let Some(value) = attribute.strip_prefix(b"http-equiv=") else { return false };
        let bare = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        starts_with_ignoring_case(bare, b"refresh")
    })
}

#[cfg(test)]
mod tests {
    use super::super::classify;
    use super::*;

    #[test]
    fn a_refresh_in_the_head_or_the_headers_is_seen() {
        let page = |head: &str| {
            format!(
                "<html><head><title>502 Bad Gateway</title>{head}</head><body><center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body></html>"
            )
        };
        let reloads = |head: &str, header: Option<&str>| {
            let body = page(head);
            let headers = header.map(|value| [("server", "cloudflare"), ("refresh", value)].into_iter().collect());
            let observation =
                Observation { status: Some(502), headers, body: body.as_bytes().into(), ..Observation::default() };
            classify(&observation).map(|diagnosis| diagnosis.reloads_itself())
        };
        assert_eq!(reloads("", None), Some(false));
        assert_eq!(reloads(r#"<meta http-equiv="refresh" content="0">"#, None), Some(true));
        assert_eq!(reloads("<meta http-equiv=Refresh content=5>", None), Some(true));
        assert_eq!(reloads(r#"<meta http-equiv="Content-Type" content="text/html">"#, None), Some(false));
        assert_eq!(reloads("", Some("10")), Some(true));
    }
}
