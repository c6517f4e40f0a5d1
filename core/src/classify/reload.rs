//! Pages that reload themselves: by a header, by a tag in their head, or by a script with a timer.

use memchr::memmem;

use super::marker::{Findings, Marker};
use super::page::starts_with_ignoring_case;
use crate::diagnosis::{Diagnosis, Place, SelfReload};
use crate::observation::Observation;

// A refresh header or tag. It doesn't show who made the page, but our attempts would come on top of its own.
// Seen in: some sites' own error pages, waiting rooms.
const RELOADS: Marker = Marker { name: "reloads-itself", weights: &[] };

// A timer in a script reloads the page. Nothing outside the page can stop it.
// Seen in: some sites' own error pages.
const RELOADS_BY_SCRIPT: Marker = Marker { name: "reloads-itself-by-script", weights: &[] };

pub(super) const MARKERS: &[&Marker] = &[&RELOADS, &RELOADS_BY_SCRIPT];

/// Where a refresh in a page is looked for, in bytes from its beginning.
const HEAD_BYTES: usize = 8 * 1024;

/// The bytes before the q of `http-equiv`.
const BEFORE_Q: usize = "http-e".len();

/// Records that a page reloads itself.
pub(super) fn read(observation: &Observation<'_>, findings: &mut Findings) {
    if let Some(refresh) = observation.headers.as_ref().and_then(|headers| headers.get("refresh")) {
        findings.add(&RELOADS, refresh, Place::Header);
    } else if refreshes_itself(&observation.body) {
        findings.add(&RELOADS, "meta refresh", Place::Body);
    }
    if has_reloading_timer(&observation.body) {
        findings.add(&RELOADS_BY_SCRIPT, "a timer", Place::Body);
    }
}

impl Diagnosis {
    /// How the page reloads itself, so that our attempts would come on top of its own; `None` if nothing shows that it
    /// does.
    #[must_use]
    pub fn self_reload(&self) -> Option<SelfReload> {
        let has = |marker: &Marker| self.evidence.iter().any(|evidence| evidence.marker == marker.name);
        // With both, stopping the refresh wouldn't stop the script.
        if has(&RELOADS_BY_SCRIPT) { Some(SelfReload::Script) } else { has(&RELOADS).then_some(SelfReload::Refresh) }
    }
}

/// How far before the call that reloads its timer may begin, in bytes.
const TIMER_BYTES: usize = 160;

/// Whether a script's timer reloads the page: `setTimeout(() => location.reload(), 5000)`. A button doesn't count.
fn has_reloading_timer(body: &[u8]) -> bool {
    memmem::find_iter(body, b"location.").any(|at| {
        let call: Vec<u8> = body.iter().skip(at).filter(|byte| !byte.is_ascii_whitespace()).take(24).copied().collect();
        let reloads = [b"location.reload(".as_slice(), b"location.href=location", b"location.replace(location"]
            .iter()
            .any(|start| call.starts_with(start));
        let before = body.get(at.saturating_sub(TIMER_BYTES)..at).unwrap_or_default();
        reloads && [b"setTimeout(".as_slice(), b"setInterval("].iter().any(|timer| is_within_call(before, timer))
    })
}

/// Whether a text ends within the arguments of its last call of this function.
fn is_within_call(text: &[u8], call: &[u8]) -> bool {
    let Some(arguments) = memmem::rfind(text, call).and_then(|at| text.get(at + call.len()..)) else { return false };
    let mut depth = 1_u32;
    for byte in arguments {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return false,
            b')' => depth -= 1,
            _ => {}
        }
    }
    true
}

/// Whether the page's head asks the browser to reload it. In an owner's own template for a waiting room, nothing else
/// shows that there's a queue.
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
            classify(&observation).expect("an error").self_reload()
        };
        let (refresh, script) = (Some(SelfReload::Refresh), Some(SelfReload::Script));
        assert_eq!(reloads("", None), None);
        assert_eq!(reloads(r#"<meta http-equiv="refresh" content="0">"#, None), refresh);
        assert_eq!(reloads("<meta http-equiv=Refresh content=5>", None), refresh);
        assert_eq!(reloads(r#"<meta http-equiv="Content-Type" content="text/html">"#, None), None);
        assert_eq!(reloads("", Some("10")), refresh);
        for timer in [
            "setTimeout(function () { window.location.reload(); }, 5000)",
            "setInterval(()=>location.reload(true),1e3)",
            "setTimeout('location.reload()', 10)",
            "setTimeout(() => { location.href = location.href }, 9)",
        ] {
            assert_eq!(reloads(&format!("<script>{timer}</script>"), None), script, "{timer}");
            assert_eq!(reloads(&format!("<script>{timer}</script>"), Some("10")), script, "{timer}");
        }
        for button in [
            "retry.onclick = () => location.reload()",
            "setTimeout(show, 100); retry.onclick = () => location.reload()",
            "setTimeout(() => { location.href = '/home' }, 9)",
        ] {
            assert_eq!(reloads(&format!("<script>{button}</script>"), None), None, "{button}");
        }
    }
}
