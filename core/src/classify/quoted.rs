//! Text that quotes a page: copied from a browser, an accessibility tree, a log, JSON, a wrapper of another tool.
//!
//! A crawl must not mistake an article for an error, so [`examine`] calls such text another's. People who paste it want to
//! know what it quotes: [`examine_quoted`] unwraps it and reads the page, or else the words of one.

use std::borrow::Cow;

use memchr::memmem;

use super::branded::host;
use super::frame::labelled_code;
use super::marker::{Marker, kind};
use super::page::{starts_with_ignoring_case, words};
use super::status_picture::is_city;
use super::{Examination, READ_BYTES, THRESHOLD, examine};
use crate::code::Code;
use crate::data_centre::{self, KnownBy, ServingDataCentre};
use crate::diagnosis::{Confidence, Diagnosis, Evidence, Form, Kind, Place};
use crate::observation::Observation;
use crate::observation::head::Head;
use crate::ray::RayId;
use crate::redact;
use crate::time::Timestamp;

const WORDS: Marker = Marker {
    name: "quoted-words",
    weights: &[(kind(Kind::Error), THRESHOLD)],
    reason: "the text holds a page's own words beside its Ray ID, as people copy them",
    seen: "text copied from a page; accessibility trees",
};
const PAGE: Marker = Marker {
    name: "quoted-page",
    weights: &[(kind(Kind::Error), THRESHOLD)],
    reason: "the text holds a whole answer, escaped, encoded or behind other text",
    seen: "logs, exceptions, JSON, Markdown, answers of other tools",
};

/// The markers of quoted text; only [`examine_quoted`] records them.
pub const MARKERS: &[&Marker] = &[&WORDS, &PAGE];

/// How many layers of escaping or encoding are taken off.
const LAYERS: usize = 4;
/// A shorter run of base64 holds no page, in bytes.
const BASE64: usize = 64;
/// How far before the Ray ID the code may stand, in characters.
const CODE_DISTANCE: usize = 160;
/// How many lines the picture is looked for in.
const LINES: usize = 400;
/// How sure the reading of a quoted answer can be at most: nothing shows that it came from the edge.
const QUOTED_PAGE: Confidence = Confidence::from_hundredths(95);
/// How sure copied words are with a label, a code and a Ray ID beside each other.
const WORDS_AND_CODE: Confidence = Confidence::from_hundredths(90);
/// How sure copied words are otherwise.
const WORDS_ALONE: Confidence = Confidence::from_hundredths(75);

/// What checks say, in words that nobody else uses beside a Ray ID.
const CHECKS: [&str; 4] = [
    "Checking your browser before accessing",
    "Verify you are human",
    "Verifying you are human",
    "review the security of your connection",
];

impl Diagnosis {
    /// Whether it was read from text that quotes a page, and not from an answer.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        self.evidence.iter().any(|found| MARKERS.iter().any(|marker| found.marker == marker.name))
    }
}

/// Says what an answer is, or what page a text quotes; for text that people paste, not for crawls.
///
/// A quoted reading is marked ([`Diagnosis::is_quoted`]), and its confidence is at most 0.95.
///
/// ```
/// use rayback_core::classify::examine_quoted;
/// use rayback_core::classify::Examination;
/// use rayback_core::observation::Observation;
///
/// let text = b"Error 526 Ray ID: 723994e34ddd2ba7 \xe2\x80\xa2 2022-06-30 20:16:46 UTC\nInvalid SSL certificate";
/// let Examination::Cloudflare(page) = examine_quoted(&Observation { body: text.into(), ..Observation::default() }) else {
///     panic!("it quotes a page")
/// };
/// assert!(page.is_quoted() && page.code.unwrap().number() == 526);
/// ```
#[must_use]
pub fn examine_quoted(observation: &Observation<'_>) -> Examination {
    let direct = examine(observation);
    if matches!(direct, Examination::Cloudflare(_)) {
        return direct;
    }
    let body = observation.body.get(..READ_BYTES).unwrap_or(&observation.body);
    // Markup is a page, and a page about an error is no error.
    if body.trim_ascii_start().first().is_none_or(|first| *first == b'<') {
        return direct;
    }
    let mut layer: Cow<'_, [u8]> = Cow::Borrowed(body);
    let mut best = None;
    for _ in 0..LAYERS {
        best = best.or_else(|| answer(&layer));
        if best.is_some() {
            break;
        }
        match unwrapped(&layer) {
            Some(inner) => layer = Cow::Owned(inner),
            None => break,
        }
    }
    // Words are looked for in the innermost layer, where nothing is escaped any more.
    match best.or_else(|| copied(&layer)) {
        Some(diagnosis) => Examination::Cloudflare(Box::new(diagnosis)),
        None => direct,
    }
}

/// A whole answer somewhere in the text.
fn answer(text: &[u8]) -> Option<Diagnosis> {
    let (head, text) =
        transcript(text).map_or((None, Cow::Borrowed(text)), |(head, body)| (Some(head), Cow::Owned(body)));
    let starts = [
        page_start(&text),
        memmem::find(&text, b"\"cloudflare_error\"").and_then(|at| memchr::memrchr(b'{', text.get(..at)?)),
        memmem::find(&text, b"\ncloudflare_error: true").and_then(|at| memmem::rfind(text.get(..at)?, b"---\n")),
        memmem::find(&text, b"error code: "),
    ];
    starts.into_iter().flatten().find_map(|start| {
        let body = text.get(start..)?;
        let line = memchr::memchr(b'\n', body).and_then(|end| body.get(..end)).unwrap_or(body);
        let body = if body.starts_with(b"error code: ") { line } else { body };
        let (status, headers) = head.clone().map_or((None, None), |head| (head.status, Some(head.headers)));
        let observation = Observation { url: None, status, headers, body: Cow::Borrowed(body) };
        let Examination::Cloudflare(mut page) = examine(&observation) else { return None };
        page.confidence = page.confidence.min(QUOTED_PAGE);
        page.evidence.push(evidence(&PAGE, &String::from_utf8_lossy(line)));
        Some(*page)
    })
}

/// Where a document begins.
fn page_start(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', text).find(|at| {
        let here = text.get(*at..).unwrap_or_default();
        starts_with_ignoring_case(here, b"<!doctype html") || starts_with_ignoring_case(here, b"<html")
    })
}

/// Head and body of an answer that `curl --verbose` wrote: header lines begin with `< `.
fn transcript(text: &[u8]) -> Option<(Head, Vec<u8>)> {
    memmem::find(text, b"< HTTP/")?;
    let text = String::from_utf8_lossy(text);
    let mut head = String::new();
    let mut body = String::new();
    for line in text.lines() {
        match line.strip_prefix("< ") {
            Some(header) => {
                head.push_str(header.trim_end());
                head.push('\n');
            }
            None if line.starts_with(['*', '>', '}', '{']) || line.trim_end() == "<" => {}
            None if !head.is_empty() => {
                body.push_str(line);
                body.push('\n');
            }
            None => {}
        }
    }
    Some((Head::parse(&head), body.into_bytes()))
}

/// The text with one layer of wrapping taken off: a string's escapes, character references, or base64.
fn unwrapped(text: &[u8]) -> Option<Vec<u8>> {
    let has = |part: &[u8]| memmem::find(text, part).is_some();
    if has(b"\\\"") || has(b"\\n") || has(b"\\u003c") || has(b"\\u003C") || has(b"\\/") {
        return Some(unescaped(text));
    }
    if has(b"&lt;") {
        let text = String::from_utf8_lossy(text);
        let clean = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
        return Some(clean.replace("&amp;", "&").into_bytes());
    }
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
    let run = text.split(|byte| !is_base64(byte)).filter(|run| run.len() >= BASE64).max_by_key(|run| run.len())?;
    let decoded = base64(run);
    let printable =
        decoded.iter().take(256).filter(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace()).count();
    (decoded.len() >= BASE64 / 2 && printable == decoded.len().min(256)).then_some(decoded)
}

/// The text with the escapes of JSON and of most languages' strings resolved.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        plain.extend_from_slice(before);
        let (byte, length) = match escape.get(1) {
            Some(b'n') => (b'\n', 2),
            Some(b'r') => (b'\r', 2),
            Some(b't') => (b'\t', 2),
            Some(b'u') => {
                let digits = escape.get(2..6).and_then(|digits| core::str::from_utf8(digits).ok());
                let letter = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
                if let Some(letter) = letter {
                    plain.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                    rest = escape.get(6..).unwrap_or_default();
                    continue;
                }
                (b'\\', 1)
            }
            Some(other) => (*other, 2),
            None => (b'\\', 1),
        };
        plain.push(byte);
        rest = escape.get(length..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
    plain
}

/// What base64 of either alphabet stands for; whatever isn't base64 is passed over.
fn base64(run: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(run.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in run {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push(u8::try_from(bits >> count & 0xff).unwrap_or_default());
        }
    }
    decoded
}

/// What the words of a page say, where a Ray ID beside them shows that they are a page's.
fn copied(text: &[u8]) -> Option<Diagnosis> {
    let text = String::from_utf8_lossy(text);
    let (label, ray) = text.match_indices("Ray ID").find_map(|(at, label)| {
        let behind =
            text.get(at + label.len()..)?.trim_start_matches(|c: char| c.is_whitespace() || ":*`\"".contains(c));
        // An accessibility tree names the element between label and value.
        let behind =
            ["- strong: ", "- text: ", "- code: "].iter().find_map(|name| behind.strip_prefix(name)).unwrap_or(behind);
        let word: String = behind.chars().take_while(char::is_ascii_alphanumeric).collect();
        Some((at, RayId::parse(&word)?))
    })?;
    let (before, behind) = text.split_at_checked(label)?;
    let (kind, code) = meaning(&text, before)?;
    let city = line_before(&text, "Cloudflare").filter(|city| is_city(city)).map(str::to_owned);
    let served = city.as_deref().and_then(data_centre::in_city);
    let sign = before.lines().last().unwrap_or_default();
    Some(Diagnosis {
        kind,
        form: Form::Branded,
        code,
        http_status: None,
        ray: Some(ray),
        served: served
            .map(|data_centre| ServingDataCentre { data_centre: data_centre.iata(), known_by: KnownBy::City }),
        city,
        host: line_before(&text, "Host").and_then(host).or_else(|| named_host(&text)),
        at: time(behind),
        legs: None,
        retryable: None,
        retry_after: None,
        confidence: if code.is_some() { WORDS_AND_CODE } else { WORDS_ALONE },
        evidence: vec![evidence(&WORDS, &format!("{sign}Ray ID: {ray}"))],
    })
}

/// The kind and code that the words name; the code stands before the Ray ID.
fn meaning(text: &str, before: &str) -> Option<(Kind, Option<Code>)> {
    if text.contains("Suspected Phishing") || text.contains("reported for potential phishing") {
        return Some((Kind::Warning, None));
    }
    let near =
        before.char_indices().rev().nth(CODE_DISTANCE).map_or(before, |(at, _)| before.get(at..).unwrap_or(before));
    let code = near.rmatch_indices("Error ").find_map(|(at, _)| labelled_code(near.get(at..)?));
    if code.is_some() {
        return Some((Kind::Error, code));
    }
    if text.contains("you have been blocked") {
        return Some((Kind::Block, None));
    }
    CHECKS.iter().any(|words| text.contains(words)).then_some((Kind::Challenge, None))
}

/// The line above a line that holds nothing but this word, as the picture of browser, Cloudflare and host is copied.
fn line_before<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINES).collect();
    let above = lines.array_windows().find(|[_, line]| *line == word).map(|[above, _]| *above)?;
    (above != "Working" && above != "Browser").then_some(above)
}

/// The host in "a website (shop.example) that is on the Cloudflare network" and "The owner of this website (shop.example)".
fn named_host(text: &str) -> Option<String> {
    text.match_indices("website (").find_map(|(at, words)| host(text.get(at + words.len()..)?.split(')').next()?))
}

/// The time that stands on the Ray ID's line.
fn time(behind: &str) -> Option<Timestamp> {
    let line = words(behind.lines().next()?.as_bytes(), 80);
    let end = line.find(" UTC")?;
    let shown = line.get(end.checked_sub("2025-11-12 00:52:56".len())?..end)?;
    Timestamp::parse(&format!("{shown} UTC"))
}

fn evidence(marker: &Marker, found: &str) -> Evidence {
    Evidence { marker: marker.name.into(), found: redact::short(found), place: Place::Body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::classify;

    fn read(text: &str) -> Option<Diagnosis> {
        match examine_quoted(&Observation { body: text.as_bytes().into(), ..Observation::default() }) {
            Examination::Cloudflare(page) => Some(*page),
            Examination::Other { .. } => None,
        }
    }

    #[test]
    fn what_is_copied_from_a_page_gives_code_ray_host_time_and_city() {
        let text = "Error 522 Ray ID: 9f140b785e57c458 • 2026-10-03 01:28:05 UTC\n\nConnection timed out\n\nYou\nBrowser\n\
                    Working\n\nFrankfurt\nCloudflare\nWorking\n\nshop.example\nHost\nError\n";
        let page = read(text).unwrap();
        assert_eq!((page.kind, page.code), (Kind::Error, "522".parse().ok()));
        assert_eq!(page.ray.map(|ray| ray.to_string()).as_deref(), Some("9f140b785e57c458"));
        assert_eq!(page.at.map(|at| at.to_string()).as_deref(), Some("2026-10-03T01:28:05Z"));
        assert_eq!((page.city.as_deref(), page.host.as_deref()), (Some("Frankfurt"), Some("shop.example")));
        assert!(page.is_quoted() && page.confidence <= QUOTED_PAGE);
    }

    #[test]
    fn a_crawl_does_not_read_a_quotation_and_is_not_sure_of_it() {
        let text = "Error 522 Ray ID: 9f140b785e57c458 • 2026-10-03 01:28:05 UTC from Cloudflare";
        let observation = Observation { body: text.as_bytes().into(), ..Observation::default() };
        assert_eq!(classify(&observation), None);
        let Examination::Other { confidence, .. } = examine(&observation) else { panic!("a crawl read a quotation") };
        assert!(confidence <= Confidence::from_hundredths(60), "{confidence:?}");
    }

    #[test]
    fn an_answer_is_read_in_every_wrapping() {
        let problem = r#"{"type":"https://developers.cloudflare.com/x","error_code":522,"ray_id":"9f140b785e57c458","cloudflare_error":true}"#;
        let escaped = serde_json::to_string(problem).unwrap();
        let wrapped = [
            format!("API Error: 522 {problem}. Try again."),
            format!("{{\"data\": {escaped}}}"),
            format!("{{\"log\": {}}}", serde_json::to_string(&format!("{{\"data\": {escaped}}}")).unwrap()),
            format!("```json\n{problem}\n```"),
            "2026-10-03 ERROR upstream said: error code: 522\nnext line".to_owned(),
            "{\"body\": \"eyJlcnJvcl9jb2RlIjo1MjIsInJheV9pZCI6IjlmMTQwYjc4NWU1N2M0NTgiLCJjbG91ZGZsYXJlX2Vycm9yIjp0cnVlfQ==\"}"
                .to_owned(),
            "* Connected\n> GET / HTTP/2\n< HTTP/2 522\n< server: cloudflare\n< cf-ray: 9f140b785e57c458-FRA\n< \n\
             error code: 522\n* Connection left intact"
                .to_owned(),
        ];
        for text in wrapped {
            let page = read(&text);
            assert_eq!(page.as_ref().and_then(|page| page.code), "522".parse().ok(), "{text}");
            assert!(page.is_some_and(|page| page.is_quoted()), "{text}");
        }
    }

    #[test]
    fn refusals_and_checks_are_read_by_their_words() {
        let block = "Sorry, you have been blocked\nCloudflare Ray ID: 9f140b785e57c458";
        assert_eq!(read(block).map(|page| page.kind), Some(Kind::Block));
        let check = "shop.example\nVerify you are human\nRay ID: 9f140b785e57c458";
        assert_eq!(read(check).map(|page| page.kind), Some(Kind::Challenge));
    }

    #[test]
    fn other_texts_stay_others() {
        for text in [
            "Error 522",
            "Ray ID: 9f140b785e57c458",
            "MySQL Error Code: 1005",
            "error 1016 in line 3",
            "",
            "\\u12",
            "a\\",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
