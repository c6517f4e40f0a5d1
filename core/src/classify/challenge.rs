//! Checks that the visitor is human: the current ones (era F) and those before 2022 (F0).

use core::ops::Range;

use memchr::memmem;

use super::branded::host;
use super::marker::{Findings, Marker, Toward, kind};
use super::needle::{Hit, Needle};
use super::page::Page;
use crate::diagnosis::{Diagnosis, Form, Kind, Place};
use crate::ray::RayId;

// A challenge page's script sets window._cf_chl_opt; no other page does.
// Seen in: challenges, 2021 to today.
const OPTIONS: Marker = Marker { name: "challenge-options", weights: &[(kind(Kind::Challenge), 40)] };
// Challenges load .../challenge-platform/h/.../orchestrate/..., ordinary pages .../scripts/jsd/...
// Seen in: challenges, 2021 to today.
const ORCHESTRATE: Marker = Marker { name: "challenge-script", weights: &[(kind(Kind::Challenge), 16)] };
// The element that asks for JavaScript and cookies.
// Seen in: challenges, 2023 to today.
const TEXT: Marker = Marker { name: "challenge-text", weights: &[(kind(Kind::Challenge), 10)] };
// Every challenge is sent with the title "Just a moment..." or "Please Wait... | Cloudflare". Its script then
// translates the title.
// Seen in: challenges, all eras.
pub(super) const TITLE: Marker =
    Marker { name: "challenge-title", weights: &[(kind(Kind::Challenge), 10), (Toward::Pose, 10)] };
// The element of the old "Checking your browser" page.
// Seen in: challenges, to 2022.
const VERIFICATION: Marker = Marker { name: "browser-verification", weights: &[(kind(Kind::Challenge), 22)] };
// Old challenges submit a form with this name.
// Seen in: challenges, to 2022.
const FORM: Marker = Marker { name: "challenge-form", weights: &[(kind(Kind::Challenge), 12)] };
// The fields and URLs that old challenges submit to (jschl, __cf_chl_, /cdn-cgi/l/chk_).
// Seen in: challenges, to 2022.
const ANSWER: Marker = Marker { name: "challenge-answer", weights: &[(kind(Kind::Challenge), 14)] };
// Elements of the old picture puzzle and of its managed successor.
// Seen in: challenges, to 2022.
const CAPTCHA: Marker = Marker { name: "challenge-captcha", weights: &[(kind(Kind::Challenge), 10)] };
// Headings under translation keys that only challenges use.
// Seen in: challenges, to 2022.
const WORDS: Marker = Marker { name: "challenge-key", weights: &[(kind(Kind::Challenge), 12)] };

// A check that couldn't load says "Please unblock challenges.cloudflare.com to proceed." The text contains this host in
// every language.
// Seen in: challenges, 2025 to today.
pub(super) const STUCK: Marker = Marker { name: "challenge-stuck", weights: &[] };

pub(super) const MARKERS: &[&Marker] =
    &[&OPTIONS, &ORCHESTRATE, &TEXT, &TITLE, &VERIFICATION, &FORM, &ANSWER, &CAPTCHA, &WORDS, &STUCK];

/// Reads a challenge's markers, zone and Ray ID.
pub(super) fn read(page: &Page<'_>, findings: &mut Findings) {
    let before = findings.scores.challenge;
    if let Some(hit) = page.all(Needle::ChallengeOptions).find(|hit| page.in_script(hit.start)) {
        findings.add(&OPTIONS, "window._cf_chl_opt", Place::Body);
        let options = page.near(hit.end);
        findings.host = field(options, "cZone").and_then(|zone| host(&zone)).or_else(|| findings.host.take());
        findings.ray = findings.ray.or_else(|| field(options, "cRay").and_then(|ray| RayId::parse(&ray)));
    }
    if let Some(hit) = page.all(Needle::Orchestrate).find(|hit| {
        let before = page.before(hit.start);
        let path = before.get(before.len().saturating_sub(64)..).unwrap_or_default();
        memmem::find(path, b"/cdn-cgi/challenge-platform/").is_some()
    }) {
        findings.add(&ORCHESTRATE, page.value(hit.start), Place::Body);
        let ray = page.near(hit.end);
        let ray = memmem::find(ray, b"ray=").map(|at| page.value(hit.end + at + 4)).and_then(RayId::parse);
        findings.ray = findings.ray.or(ray);
    }
    for (needle, marker) in [
        (Needle::ChallengeText, &TEXT),
        (Needle::BrowserVerification, &VERIFICATION),
        (Needle::ChallengeForm, &FORM),
        (Needle::CaptchaBypass, &CAPTCHA),
        (Needle::CaptchaContainer, &CAPTCHA),
        (Needle::PleaseWait, &CAPTCHA),
        (Needle::ChallengeRunning, &CAPTCHA),
        (Needle::ChallengePixel, &CAPTCHA),
        (Needle::Jschl, &ANSWER),
        (Needle::ChallengeToken, &ANSWER),
        (Needle::ChallengeCheck, &ANSWER),
    ] {
        if let Some(hit) = page.first(needle) {
            findings.add_once(marker, page.bytes_of(hit), Place::Body);
        }
    }
    if page.all(Needle::Translate).any(|hit| {
        matches!(
            page.value(hit.end + 1),
            "challenge_headline"
                | "complete_sec_check"
                | "managed_challenge_headline"
                | "checking_browser"
                | "turn_on_js"
        )
    }) {
        findings.add(&WORDS, "data-translate", Place::Body);
    }
    if let Some(hit) = page.first(Needle::ZoneName) {
        findings.host = findings.host.take().or_else(|| host(&page.text_after_tag(hit.end, 8)));
    }
    if findings.scores.challenge > before {
        let names_host = |hit: Hit| is_named(page.bytes(), hit.start..hit.end) && !page.in_script(hit.start);
        if page.all(Needle::ChallengeHost).any(names_host) {
            findings.add(&STUCK, "challenges.cloudflare.com", Place::Body);
        }
        findings.form = findings.form.or(Some(Form::Branded));
    }
    if let Some(title) = page.title().filter(|title| is_title(title) || is_translated_title(title)) {
        findings.add(&TITLE, title, Place::Title);
    }
}

/// Whether this is a title that challenges are sent with, in every language.
pub(super) fn is_title(title: &str) -> bool {
    matches!(title, "Just a moment..." | "Just a moment…") || title.starts_with("Please Wait... | Cloud")
}

/// Translations of "Just a moment…" by the challenge's script, without the dots. Source: titles that users reported.
pub(super) const TRANSLATED_TITLES: &[&str] = &[
    "Nur einen Moment",
    "Un instant",
    "Un momento",
    "Um momento",
    "Один момент",
    "请稍候",
    "請稍候",
    "しばらくお待ちください",
    "잠시만 기다리십시오",
    "لحظة",
];

/// Whether this is a title that the challenge's script translated. Servers never send it.
fn is_translated_title(title: &str) -> bool {
    let words = title.strip_suffix("...").or(title.strip_suffix('…'));
    words.is_some_and(|words| TRANSLATED_TITLES.contains(&words))
}

/// Whether the host's name at this place is part of a text, and not of an address or a policy's list.
fn is_named(bytes: &[u8], place: Range<usize>) -> bool {
    let before = place.start.checked_sub(1).and_then(|before| bytes.get(before));
    let after = bytes.get(place.end);
    !matches!(before, Some(b'/' | b'.' | b':' | b'"' | b'\'' | b'-' | b'='))
        && !matches!(after, Some(b'/' | b':' | b'"' | b'\'' | b';'))
}

impl Diagnosis {
    /// Whether it's a check that couldn't load what it needs: blocked on this device or network, or broken at
    /// Cloudflare.
    #[must_use]
    pub fn is_stuck_challenge(&self) -> bool {
        self.kind == Kind::Challenge && self.evidence.iter().any(|evidence| evidence.marker == STUCK.name)
    }
}

/// Extracts the value of `name: 'value'` or `name: "value"` from a script's object.
fn field(object: &[u8], name: &str) -> Option<String> {
    let after = object.get(memmem::find(object, name.as_bytes())? + name.len()..)?;
    let open = after.iter().position(|byte| matches!(byte, b'\'' | b'"'))?;
    // Only the colon, blanks and perhaps the name's closing quotation mark may come between.
    if open > 4 {
        return None;
    }
    let quote = *after.get(open)?;
    let mut value = after.get(open + 1..)?;
    if quote == b'"' && value.first() == Some(&b':') {
        value = value.get(value.iter().skip(1).position(|byte| matches!(byte, b'\'' | b'"'))? + 2..)?;
    }
    let end = memchr::memchr2(b'\'', b'"', value)?;
    core::str::from_utf8(value.get(..end)?).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::classify;
    use super::*;
    use crate::observation::Observation;

    #[test]
    fn a_check_that_asks_to_unblock_its_host_is_stuck_in_any_language() {
        let is_stuck = |text: &str| {
            let page =
                format!("<title>Just a moment...</title><script>window._cf_chl_opt={{cType:'managed'}}</script>{text}");
            let page = Observation { body: page.as_bytes().into(), ..Observation::default() };
            classify(&page).unwrap().is_stuck_challenge()
        };
        for text in [
            "<p>Please unblock challenges.cloudflare.com to proceed.</p>",
            "<p>계속하려면 challenges.cloudflare.com을 차단 해제하세요.</p>",
            "<p>続行するには、challenges.cloudflare.com のブロックを解除してください。</p>",
        ] {
            assert!(is_stuck(text), "{text}");
        }
        for text in [
            r#"<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>"#,
            r#"<meta content="frame-src https://challenges.cloudflare.com blob:">"#,
            r#"<a href="//challenges.cloudflare.com">"#,
        ] {
            assert!(!is_stuck(text), "{text}");
        }
        assert!(!is_stuck("<script>text = 'unblock challenges.cloudflare.com to proceed'</script>"));
    }

    #[test]
    fn script_fields_are_read_with_single_or_double_quotes() {
        for object in ["={cZone: 'a.example',x:1", "={cZone:\"a.example\"", "={\"cZone\": \"a.example\""] {
            assert_eq!(field(object.as_bytes(), "cZone").as_deref(), Some("a.example"), "{object}");
        }
        assert_eq!(field(b"cZone or nothing 'x'", "cZone"), None);
    }
}
