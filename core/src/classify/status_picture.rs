//! The picture of visitor, Cloudflare and host, each working or failing: eras B and C.

use core::ops::Range;

use super::branded::host;
use super::marker::{Findings, Marker, kind};
use super::needle::{Hit, Needle};
use super::page::{Page, first_run};
use crate::diagnosis::{Kind, Leg, Legs, Place};
use crate::observation::NEAR;

// 5xx pages draw browser, Cloudflare and host in three elements of these names.
// Seen in: branded 5xx, eras B and C.
const PICTURE: Marker = Marker {
    name: "status-picture",
    // Too little on its own: a page with the picture also shows its code.
    weights: &[(kind(Kind::Error), 6)],
};

pub(super) const MARKERS: &[&Marker] = &[&PICTURE];

/// Reads the three states, Cloudflare's city and the host's name.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    let (Some(browser), Some(cloudflare), Some(origin)) =
        (page.first(Needle::BrowserStatus), page.first(Needle::CloudflareStatus), page.first(Needle::HostStatus))
    else {
        return;
    };
    let part = |hit: Hit, next: Option<Hit>| {
        let near = hit.end.saturating_add(NEAR);
        hit.end..next.map_or(near, |next| next.start.min(near))
    };
    let browser = part(browser, Some(cloudflare));
    let cloudflare = part(cloudflare, Some(origin));
    let origin = part(origin, None);
    let legs = Legs { browser: leg(page, &browser), cloudflare: leg(page, &cloudflare), host: leg(page, &origin) };
    findings.add(&PICTURE, "cf-browser-status, cf-cloudflare-status, cf-host-status", Place::Body);
    findings.legs = Some(legs);
    findings.city = label(page, &cloudflare).filter(|city| is_city(city));
    // The picture shows the exact host; links and title may show its zone.
    findings.host = label(page, &origin).and_then(|name| host(&name)).or_else(|| findings.host.take());
}

/// Returns the state that an icon shows; the words may be in any language.
fn leg(page: &Page<'_>, part: &Range<usize>) -> Leg {
    let icon = page.within(part).find_map(|hit| match hit.needle {
        Needle::IconError => Some(Leg::Failing),
        Needle::IconOk => Some(Leg::Working),
        _ => None,
    });
    icon.unwrap_or(Leg::Unknown)
}

/// Returns the name above or below an icon: a city or a host.
fn label(page: &Page<'_>, part: &Range<usize>) -> Option<String> {
    let hit = page.within(part).find(|hit| hit.needle == Needle::IconLabel)?;
    let after = page.near(hit.end);
    let after = after.get(..part.end.saturating_sub(hit.end)).unwrap_or(after);
    first_run(after.get(memchr::memchr(b'>', after)? + 1..)?)
}

/// Whether this can be a city's name, so that other text isn't mistaken for one.
pub(super) fn is_city(text: &str) -> bool {
    (2..=40).contains(&text.chars().count())
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '.' | '\'' | '’' | ',' | '(' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_shows_the_state_whatever_the_words() {
        let state = |part: &str| leg(&Page::read(part.as_bytes()), &(0..part.len()));
        assert_eq!(state("<span class=\"cf-icon-error w-12\"></span> Fehler"), Leg::Failing);
        assert_eq!(state("<i class=\"cf-icon-ok\"></i>"), Leg::Working);
        let container = "<div class=\"cf-icon-error-container\"><i class=\"cf-icon-status cf-icon-ok\"></i></div>";
        assert_eq!(state(container), Leg::Working);
        assert_eq!(state(""), Leg::Unknown);
    }

    #[test]
    fn a_placeholder_isnt_a_city() {
        assert!(is_city("S\u{e3}o Paulo") && is_city("Washington, D.C."));
        assert!(!is_city("<Server Region>") && !is_city("10.0.0.1"));
    }
}
