//! The picture of visitor, Cloudflare and host, each working or failing: eras B and C.

use memchr::memmem;

use super::branded::host;
use super::marker::{Findings, Marker, kind};
use super::needle::{Hit, Needle};
use super::page::{Page, first_run};
use crate::diagnosis::{Kind, Leg, Legs, Place};

const PICTURE: Marker = Marker {
    name: "status-picture",
    // Too little by itself: a page that draws the picture also names its code.
    weights: &[(kind(Kind::Error), 6)],
    reason: "5xx pages draw browser, Cloudflare and host in three elements of these names",
    seen: "branded 5xx, eras B and C",
};

pub(super) const MARKERS: &[&Marker] = &[&PICTURE];

/// Reads the three states, Cloudflare's city and the host's name.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    let (Some(browser), Some(cloudflare), Some(origin)) =
        (page.first(Needle::BrowserStatus), page.first(Needle::CloudflareStatus), page.first(Needle::HostStatus))
    else {
        return;
    };
    let part = |hit: Hit, next: Option<Hit>| page.between(hit.end, next.map_or(usize::MAX, |next| next.start));
    let browser = part(browser, Some(cloudflare));
    let cloudflare = part(cloudflare, Some(origin));
    let origin = part(origin, None);
    let legs = Legs { browser: leg(browser), cloudflare: leg(cloudflare), host: leg(origin) };
    findings.add(&PICTURE, "cf-browser-status, cf-cloudflare-status, cf-host-status", Place::Body);
    findings.legs = Some(legs);
    findings.city = label(cloudflare).filter(|city| is_city(city));
    // The picture names the very host; links and title may name its zone.
    findings.host = label(origin).and_then(|name| host(&name)).or_else(|| findings.host.take());
}

/// The state that an icon shows; its words may be in any language.
fn leg(part: &[u8]) -> Leg {
    let at = |name: &str| memmem::find(part, name.as_bytes());
    match (at("cf-icon-error"), at("cf-icon-ok")) {
        (Some(error), Some(ok)) if error < ok => Leg::Failing,
        (Some(_), None) => Leg::Failing,
        (_, Some(_)) => Leg::Working,
        (None, None) => Leg::Unknown,
    }
}

/// The name above or below an icon: a city or a host.
fn label(part: &[u8]) -> Option<String> {
    let at = ["truncate", "cf-status-desc"].into_iter().find_map(|class| memmem::find(part, class.as_bytes()))?;
    let behind = part.get(at..)?;
    first_run(behind.get(memchr::memchr(b'>', behind)? + 1..)?)
}

/// Whether this can be the name of a city, so that no other text of the page is taken for one.
pub(super) fn is_city(text: &str) -> bool {
    (2..=40).contains(&text.chars().count())
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '.' | '\'' | '’' | ',' | '(' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_tells_the_state_whatever_the_words() {
        assert_eq!(leg(b"<span class=\"cf-icon-error w-12\"></span> Fehler"), Leg::Failing);
        assert_eq!(leg(b"<i class=\"cf-icon-ok\"></i>"), Leg::Working);
        assert_eq!(leg(b""), Leg::Unknown);
    }

    #[test]
    fn a_placeholder_is_no_city() {
        assert!(is_city("S\u{e3}o Paulo") && is_city("Washington, D.C."));
        assert!(!is_city("<Server Region>") && !is_city("10.0.0.1"));
    }
}
