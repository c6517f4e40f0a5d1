//! Text that quotes a page: copied from a browser, an accessibility tree, a log, JSON or another tool's output.
//!
//! A crawl must not mistake an article for an error, so [`examine`] classifies such text as not Cloudflare's. Users who
//! paste it want to know what it quotes: [`examine_quoted`] unwraps it and reads the page. If there's no page, it reads
//! the words of one, or the status in a program's message.

mod copied;
mod message;
mod wrapping;

use std::borrow::Cow;

use memchr::memmem;

use super::marker::{Findings, Marker, kind};
use super::page::starts_document;
use super::problem_json::Structured;
use super::{Examination, READ_BYTES, THRESHOLD, examine};
use crate::diagnosis::{Confidence, Diagnosis, Form, Kind, Place};
use crate::observation::Observation;
use crate::observation::head::Head;

// The text contains a whole answer: escaped, encoded, or after other text.
// Seen in: logs, exceptions, JSON, Markdown, output of other tools.
const PAGE: Marker = Marker { name: "quoted-page", weights: &[(kind(Kind::Error), THRESHOLD)] };

/// The markers of quoted text, recorded only by [`examine_quoted`].
const MARKERS: &[&Marker] = &[&PAGE, &copied::WORDS, &copied::MESSAGE];

/// How many lines of the plain-text form to try: a log may be full of other programs' error codes.
const LINES: usize = 32;
/// How many layers of escaping or encoding are removed.
const LAYERS: usize = 4;
/// The highest confidence for a quoted answer: nothing shows that it came from the edge.
const QUOTED_PAGE: Confidence = Confidence::from_hundredths(95);

impl Diagnosis {
    /// Whether this was read from text that quotes a page rather than from an answer.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        self.evidence.iter().any(|found| MARKERS.iter().any(|marker| found.marker == marker.name))
    }
}

/// Classifies an answer, or the page that a text quotes; for pasted text, not for crawls.
///
/// A quoted page is marked ([`Diagnosis::is_quoted`]), and its confidence is at most 0.95.
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
    // A document is a page, and a page about an error isn't an error.
    let start = body.trim_ascii_start();
    if start.is_empty() || starts_document(start) {
        return direct;
    }
    let mut layer: Cow<'_, [u8]> = Cow::Borrowed(body);
    let mut quoted = answer(&layer);
    for _ in 0..LAYERS {
        if quoted.is_some() {
            break;
        }
        let Some(inner) = wrapping::unwrapped(&layer) else { break };
        layer = Cow::Owned(inner);
        quoted = answer(&layer);
    }
    // Words are looked for in the innermost layer, where nothing is escaped.
    let text = String::from_utf8_lossy(&layer);
    match quoted.or_else(|| copied::read(&text)) {
        Some(diagnosis) => Examination::Cloudflare(Box::new(diagnosis)),
        None => direct,
    }
}

/// Finds a whole answer anywhere in the text.
fn answer(text: &[u8]) -> Option<Diagnosis> {
    let (head, text) =
        transcript(text).map_or((None, Cow::Borrowed(text)), |(head, body)| (Some(head), Cow::Owned(body)));
    let page = memchr::memchr_iter(b'<', &text).find(|at| text.get(*at..).is_some_and(starts_document));
    let lines = memmem::find_iter(&text, b"error code: ").take(LINES);
    let starts = page.into_iter().chain(lines).chain(head.as_ref().map(|_| text.len()));
    let read = starts.into_iter().find_map(|start| {
        let body = text.get(start..)?;
        let line = memchr::memchr(b'\n', body).and_then(|end| body.get(..end)).unwrap_or(body);
        let body = if body.starts_with(b"error code: ") { line } else { body };
        let (status, headers) = head.clone().map_or((None, None), |head| (head.status, Some(head.headers)));
        let observation = Observation { url: None, status, headers, body: Cow::Borrowed(body) };
        let Examination::Cloudflare(mut page) = examine(&observation) else { return None };
        page.confidence = page.confidence.min(QUOTED_PAGE);
        page.evidence.push(PAGE.evidence(&String::from_utf8_lossy(line), Place::Body));
        Some(*page)
    });
    read.or_else(|| structured(&String::from_utf8_lossy(&text)))
}

/// Reads a structured answer in any notation: JSON inside JSON, YAML, a dictionary that a program printed.
fn structured(text: &str) -> Option<Diagnosis> {
    let mut structured = Structured::default();
    match member(text, "cloudflare_error") {
        Some(flag) => structured.member_text("cloudflare_error", &flag.to_ascii_lowercase()),
        // A log may only keep the beginning of the answer.
        None => structured.is_cut = true,
    }
    for name in ["type", "title", "error_code", "ray_id", "timestamp", "zone", "retry_after"] {
        if let Some(value) = member(text, name) {
            structured.member_text(name, value);
        }
    }
    if let Some(value) = member(text, "retryable") {
        structured.member_text("retryable", &value.to_ascii_lowercase());
    }
    let mut findings = Findings::default();
    structured.record(Form::ProblemJson, &mut findings);
    findings.evidence.push(PAGE.evidence("cloudflare_error", Place::Body));
    findings.code.map(|code| Diagnosis {
        ray: findings.ray,
        host: findings.host,
        at: findings.at,
        retryable: findings.retryable,
        retry_after: findings.retry_after,
        form: Form::ProblemJson,
        confidence: QUOTED_PAGE,
        evidence: findings.evidence,
        ..Diagnosis::of_code(code)
    })
}

/// Returns the value after a member's name, in any notation.
fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.match_indices(name).find_map(|(at, _)| {
        let is_whole = !text.get(..at)?.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
        let value = text.get(at + name.len()..)?.trim_start_matches(['"', '\'', ' ', ':', '=']);
        let end = value.find(['"', '\'', ',', '}', '\n', '\r']).unwrap_or(value.len());
        value.get(..end).map(str::trim).filter(|value| is_whole && !value.is_empty())
    })
}

/// Returns the last response head in a text and the body after it: from a capture, or from the output of `curl
/// --verbose` or `wget --server-response`, which mark or indent each line of the head.
fn transcript(text: &[u8]) -> Option<(Head, Vec<u8>)> {
    memmem::find(text, b"HTTP/")?;
    let text = String::from_utf8_lossy(text);
    let mut head = None;
    let mut rest = text.split_inclusive('\n');
    let mut body = String::new();
    while let Some(line) = rest.next() {
        let mark = line.get(..line.find("HTTP/").unwrap_or(0)).unwrap_or_default();
        if line.starts_with("HTTP/") || (!mark.is_empty() && matches!(mark.trim(), "" | "<")) {
            let mut lines = vec![line.strip_prefix(mark).unwrap_or(line).trim_end()];
            for line in rest.by_ref() {
                let header = line.strip_prefix(mark).unwrap_or_default().trim_end();
                if header.is_empty() {
                    break;
                }
                lines.push(header);
            }
            head = Some(Head::parse(&lines.join("\n")));
            body.clear();
        } else if head.is_some()
            && !(mark.is_empty() && line.starts_with(['*', '>', '}', '{']) && line.get(1..2) == Some(" "))
        {
            body.push_str(line);
        }
    }
    head.filter(|head| head.status.is_some()).map(|head| (head, body.into_bytes()))
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
    fn copied_words_give_code_ray_host_time_and_city() {
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
    fn a_crawl_ignores_a_quotation_with_low_confidence() {
        let text = "Error 522 Ray ID: 9f140b785e57c458 • 2026-10-03 01:28:05 UTC from Cloudflare";
        let observation = Observation { body: text.as_bytes().into(), ..Observation::default() };
        assert_eq!(classify(&observation), None);
        let Examination::Other { confidence, .. } = examine(&observation) else { panic!("a crawl read a quotation") };
        assert!(confidence <= Confidence::from_hundredths(60), "{confidence:?}");
    }

    #[test]
    fn an_answer_is_read_through_every_wrapping() {
        let problem = r#"{"type":"https://developers.cloudflare.com/x","error_code":522,"ray_id":"9f140b785e57c458","cloudflare_error":true}"#;
        let escaped = serde_json::to_string(problem).unwrap();
        let wrapped = [
            format!("API Error: 522 {problem}. Try again."),
            format!("{{\"data\": {escaped}}}"),
            format!("{{\"log\": {}}}", serde_json::to_string(&format!("{{\"data\": {escaped}}}")).unwrap()),
            format!("```json\n{problem}\n```"),
            "2026-10-03 ERROR upstream said: error code: 522\nnext line".to_owned(),
            "DiscordServerError: 522 Origin Connection Time-out (error code: 0): error code: 522".to_owned(),
            "{'error_code': 522, 'ray_id': '9f140b785e57c458', 'cloudflare_error': True}".to_owned(),
            "error:\n  error_code: 522\n  cloudflare_error: true\n".to_owned(),
            "awaiting response... \n  HTTP/1.1 522 x\n  Server: cloudflare\n  CF-RAY: 9f140b785e57c458-FRA\nERROR 522: x."
                .to_owned(),
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
    fn a_crawl_is_never_certain_about_a_text_with_a_ray_id() {
        for text in [
            "* Connected to x\n> GET / HTTP/2\n< HTTP/2 522\n< cf-ray: 9f140b785e57c458-FRA\n<\nerror code: 522",
            "< HTTP/2 522\n< cf-ray: 9f140b785e57c458-FRA\n",
            "Fehler 522 Ray-ID: 9f140b785e57c458 • 2026-10-03 01:28:05 UTC",
            "08:02 GET /a 521 cf-ray=9f140b785e57c458-FRA",
            CUT,
        ] {
            let observation = Observation { body: text.as_bytes().into(), ..Observation::default() };
            let Examination::Other { confidence, .. } = examine(&observation) else { panic!("a crawl read {text}") };
            assert!(confidence <= Confidence::from_hundredths(60), "{text}: {confidence:?}");
        }
    }

    /// A log's message, cut off.
    const CUT: &str = "API Error: 522 {\"type\":\"https://developers.cloudflare.com/support/troubleshooting/http-status-codes/\
        cloudflare-5xx-errors/error-522/\",\"title\":\"Error 522: Connection timed out\",\"status\":522,\"detail\":\"The TCP \
        handshake timed out\",\"instance\":\"9f140b785e57c458\",\"error_code\":522,\"error_name\":";

    #[test]
    fn a_message_that_a_log_cut_off_gives_its_code() {
        assert_eq!(read(CUT).map(|page| (page.kind, page.code)), Some((Kind::Error, "522".parse().ok())));
    }

    #[test]
    fn codes_are_read_after_the_word_error_in_every_language() {
        for (text, code) in [
            ("Fehler 522 Ray-ID: 9f140b785e57c458 • 2026-10-03 01:28:05 UTC\nVerbindungszeitüberschreitung", "522"),
            ("Erreur 1015 Ray ID : 9f140b785e57c458 • 2026-10-03 01:28:05 UTC\nVous êtes limité", "1015"),
            ("Código de error 521\nRay ID: 9f140b785e57c458", "521"),
            ("Erro 1016\nRay ID: 9f140b785e57c458", "1016"),
            ("Код ошибки: 522\nRay ID: 9f140b785e57c458", "522"),
            ("Ошибка 1020 Ray ID: 9f140b785e57c458", "1020"),
            ("错误代码 522\nRay ID: 9f140b785e57c458", "522"),
            ("エラー 1020\nRay ID: 9f140b785e57c458\nアクセスは拒否されました", "1020"),
            ("오류 코드 524\nRay ID: 9f140b785e57c458", "524"),
            ("رمز الخطأ 522\nRay ID: 9f140b785e57c458", "522"),
        ] {
            assert_eq!(read(text).map(|page| (page.kind, page.code)), Some((Kind::Error, code.parse().ok())), "{text}");
        }
        for text in ["Fehler in Zeile 522\nRay ID: 9f140b785e57c458", "Fehler 1234 Ray ID: 9f140b785e57c458"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn refusals_and_checks_are_recognised_by_their_words() {
        let block = "Sorry, you have been blocked\nCloudflare Ray ID: 9f140b785e57c458";
        assert_eq!(read(block).map(|page| page.kind), Some(Kind::Block));
        let check = "shop.example\nVerify you are human\nRay ID: 9f140b785e57c458";
        assert_eq!(read(check).map(|page| page.kind), Some(Kind::Challenge));
    }

    #[test]
    fn unrelated_texts_arent_recognised() {
        for text in [
            "Error 522",
            "Ray ID: 9f140b785e57c458",
            "MySQL Error Code: 1005",
            "error 1016 in line 3",
            "Error code 1020 while installing the driver",
            "502 Bad Gateway\nnginx",
            "Since the update nginx shows a 'Bad Gateway' error code 502.",
            "ERROR 1045 (28000): Access denied for user 'root'@'localhost'",
            "An error 522 means that the connection between Cloudflare and the origin timed out.",
            "",
            "\\u12",
            "a\\",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
