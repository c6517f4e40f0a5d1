//! Evidence in the URL, status and headers.

use core::time::Duration;

use super::cut;
use super::imitation::NO_STYLESHEET;
use super::marker::{Findings, Marker, Toward, kind};
use crate::catalog;
use crate::code::{Code, Family};
use crate::data_centre::{KnownBy, ServingDataCentre};
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;
use crate::ray::RayId;

/// The last status that IANA has registered (RFC 6585). Cloudflare's own are above it.
const LAST_REGISTERED: u16 = 511;

// The answer came through Cloudflare. An origin's own errors do too.
// Seen in: all forms.
const SERVED_BY: Marker = Marker { name: "served-by-cloudflare", weights: &[(Toward::Frame, 4)] };
// The answer came through Cloudflare with one of Cloudflare's own statuses, 520 to 527 or 530.
// Seen in: all 5xx forms.
const EDGE_STATUS: Marker = Marker { name: "edge-status", weights: &[(kind(Kind::Error), 36)] };
// The status is one of Cloudflare's own, 520 to 526, but the headers that would confirm it can't be seen.
// Seen in: sites' own pages, in a browser.
const EDGE_STATUS_UNSEEN: Marker = Marker { name: "edge-status-unseen-headers", weights: &[(kind(Kind::Error), 24)] };
// Every challenge has the header cf-mitigated: challenge, and nothing else has it.
// Seen in: challenges, 2023 to today.
const MITIGATED: Marker = Marker { name: "mitigated-challenge", weights: &[(kind(Kind::Challenge), 60)] };
// Answers that the edge generated have exactly these cache directives.
// Seen in: 1xxx and 5xx of all forms.
const EDGE_CACHING: Marker = Marker { name: "edge-caching-headers", weights: &[(Toward::Frame, 8)] };
// server-timing shows that no time was spent at the origin.
// Seen in: 1xxx refusals.
const ORIGIN_UNASKED: Marker = Marker { name: "origin-not-asked", weights: &[(Toward::Frame, 8)] };
// Cloudflare sets cf-error-type and cf-error-origin on errors that it generated. Documented since 2026; not captured
// yet.
const ERROR_TYPE: Marker = Marker {
    name: "error-type-header",
    // Nobody has published an answer with it, so it supports a verdict but never decides one.
    weights: &[(kind(Kind::Error), 6)],
};
// There's no server header, no cf-ray and no body. The headers were probably filtered, so they prove little either way.
// Seen in: logs that keep some headers.
const HEADERS_INCOMPLETE: Marker = Marker { name: "headers-incomplete", weights: &[(Toward::Unrelated, 34)] };
// The edge sets cf-cache-status on answers that came from the origin.
// Seen in: answers of origins behind Cloudflare.
const ORIGIN_PATH: Marker = Marker { name: "through-the-cache", weights: &[(Toward::Unrelated, 4)] };
// The headers show that the answer didn't come through Cloudflare.
// Seen in: copied Cloudflare pages on other servers.
const NOT_FROM_EDGE: Marker = Marker { name: "not-from-the-edge", weights: &[(Toward::Imitation, 30)] };
// The page and cf-ray have different Ray IDs: the page was made for another request.
// Seen in: imitations by Workers; stale copies.
const RAY_MISMATCH: Marker = Marker { name: "ray-mismatch", weights: &[(Toward::Imitation, 40)] };
// The page and cf-ray have the same Ray ID.
// Seen in: all HTML forms.
const RAY_MATCH: Marker = Marker { name: "ray-match", weights: &[(Toward::Frame, 20)] };
// A saved page may have lost its style sheet, but an answer with headers is as it was sent.
// Seen in: generated look-alikes, even if cut off.
const NO_STYLESHEET_AS_SENT: Marker =
    Marker { name: "without-stylesheet-as-sent", weights: &[(Toward::Imitation, 14)] };
// An error or a block with a 2xx status, which Cloudflare never sends.
// Seen in: imitations by Workers; copied Cloudflare pages.
const STATUS_OK: Marker = Marker { name: "error-with-status-200", weights: &[(Toward::Imitation, 26)] };
// The code on the page is an HTTP status, but the answer has a different one.
// Seen in: copied Cloudflare pages.
const STATUS_DIFFERS: Marker = Marker { name: "status-differs", weights: &[(Toward::Imitation, 14)] };

pub(super) const MARKERS: &[&Marker] = &[
    &SERVED_BY,
    &EDGE_STATUS,
    &EDGE_STATUS_UNSEEN,
    &MITIGATED,
    &EDGE_CACHING,
    &ORIGIN_UNASKED,
    &ERROR_TYPE,
    &HEADERS_INCOMPLETE,
    &ORIGIN_PATH,
    &NOT_FROM_EDGE,
    &RAY_MISMATCH,
    &RAY_MATCH,
    &NO_STYLESHEET_AS_SENT,
    &STATUS_OK,
    &STATUS_DIFFERS,
];

/// The facts that status and headers give about an answer.
pub(super) struct Head {
    /// Whether the answer came through Cloudflare; `None` if the headers that show it can't be seen.
    pub(super) through_edge: Option<bool>,
    ray: Option<RayId>,
    /// The data centre that served the answer.
    pub(super) served: Option<ServingDataCentre>,
}

impl Head {
    /// Reads the headers.
    pub(super) fn read(observation: &Observation<'_>) -> Self {
        let ray = observation.header("cf-ray");
        let (ray_id, data_centre) = match ray.and_then(RayId::parse_header) {
            Some((ray, data_centre)) => (Some(ray), data_centre),
            None => (None, None),
        };
        let server = observation.header("server").unwrap_or_default().to_ascii_lowercase();
        Self {
            through_edge: (observation.headers.is_some() && !is_filtered(observation))
                .then(|| ray.is_some() || server.starts_with("cloudflare")),
            ray: ray_id,
            served: data_centre.map(|data_centre| ServingDataCentre { data_centre, known_by: KnownBy::Edge }),
        }
    }
}

/// Whether the list of headers was filtered. Servers send a date with every answer (RFC 9110 §6.6.1): if that's
/// missing, the edge's headers may be missing too.
fn is_filtered(observation: &Observation<'_>) -> bool {
    ["server", "cf-ray", "date"].iter().all(|name| observation.header(name).is_none())
}

/// Returns the wait that `Retry-After` asks for, or the longest of several.
///
/// A date is compared with the answer's own `Date`, because core has no clock and the visitor's may be wrong. Without a
/// `Date` it's ignored, and a date in the past means no wait.
///
/// Source: RFC 9110 §10.2.3.
#[must_use]
pub fn retry_after(observation: &Observation<'_>) -> Option<Duration> {
    let value = observation.header("retry-after")?;
    let sent = observation.header("date").and_then(|date| http_date(date.trim()));
    // Several headers are joined by commas, but a date contains a comma too.
    let mut parts = value.split(',').map(str::trim).peekable();
    let mut longest = None;
    while let Some(part) = parts.next() {
        let seconds = if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            Some(part.parse().unwrap_or(u64::from(u32::MAX)).min(u32::MAX.into()))
        } else if WEEKDAYS.contains(&part) {
            let date = parts.next_if(|rest| http_date(&format!("{part}, {rest}")).is_some());
            let at = date.and_then(|rest| http_date(&format!("{part}, {rest}")));
            at.zip(sent).map(|(at, sent)| at.saturating_sub(sent))
        } else {
            None
        };
        longest = longest.max(seconds);
    }
    longest.map(Duration::from_secs)
}

/// Returns the code in `cf-error-type`, if it's in the catalogue.
pub(super) fn error_type(observation: &Observation<'_>) -> Option<Code> {
    let code = observation.header("cf-error-type")?.trim().parse().ok()?;
    catalog::entry(code).map(|entry| entry.code)
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads an IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`, as Unix seconds; `None` before 1970.
///
/// Source: RFC 9110 §5.6.7. Its obsolete forms aren't read.
fn http_date(text: &str) -> Option<u64> {
    let (weekday, rest) = text.split_once(", ")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, time, "GMT"] = fields[..] else { return None };
    let number = |text: &str, digits: usize| -> Option<u64> {
        (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let month = u64::try_from(MONTHS.iter().position(|name| *name == month)?).ok()? + 1;
    let (day, year) = (number(day, 2)?, number(year, 4)?);
    let mut clock = time.split(':').map(|part| number(part, 2));
    let (Some(Some(hour)), Some(Some(minute)), Some(Some(second)), None) =
        (clock.next(), clock.next(), clock.next(), clock.next())
    else {
        return None;
    };
    if !WEEKDAYS.contains(&weekday) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days since 1 March of the year 0, in a calendar whose years begin in March and so end with the leap day.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    Some(days.checked_sub(719_468)? * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// Cloudflare's own statuses.
pub(super) fn statuses() -> impl Iterator<Item = u16> {
    let http = catalog::all().filter(|entry| entry.code.family() == Family::Http);
    http.map(|entry| entry.code.number()).filter(|status| *status > LAST_REGISTERED)
}

/// Cloudflare's own statuses that hardly any other service uses.
pub(super) fn unshared_statuses() -> impl Iterator<Item = u16> {
    statuses().filter(|status| is_unshared(*status))
}

/// Whether hardly any other service uses this Cloudflare status.
fn is_unshared(status: u16) -> bool {
    status <= 526
}

/// Whether a status is Cloudflare's own.
pub(crate) fn is_own(status: u16) -> bool {
    status > LAST_REGISTERED && statuses().any(|own| own == status)
}

/// Records the evidence that the edge generated the answer, before its body is read.
pub(super) fn read(observation: &Observation<'_>, head: &Head, findings: &mut Findings) {
    if let Some(value) = observation.header("cf-mitigated")
        && value.eq_ignore_ascii_case("challenge")
    {
        findings.add(&MITIGATED, value, Place::Header);
    }
    if head.through_edge == Some(true)
        && let Some(value) = observation.header("cf-error-type").or(observation.header("cf-error-origin"))
    {
        findings.add(&ERROR_TYPE, value, Place::Header);
    }
    if let Some(status) = observation.status.filter(|status| is_own(*status)) {
        match head.through_edge {
            Some(true) => findings.add(&EDGE_STATUS, &status.to_string(), Place::Status),
            None if is_unshared(status) => {
                findings.add(&EDGE_STATUS_UNSEEN, &status.to_string(), Place::Status);
            }
            _ => {}
        }
    }
}

/// Records how the headers support or contradict a page that claims to be Cloudflare's.
pub(super) fn compare(observation: &Observation<'_>, head: &Head, findings: &mut Findings) {
    match head.through_edge {
        Some(true) => findings.add(&SERVED_BY, observation.header("cf-ray").unwrap_or("server"), Place::Header),
        // Gateway comes before the edge.
        Some(false) if findings.scores.strongest().0 == Kind::Gateway => {}
        // An empty body can't imitate anything.
        Some(false) | None
            if findings.has(&MITIGATED) && observation.body.is_empty() && observation.header("server").is_none() =>
        {
            findings.add(&HEADERS_INCOMPLETE, "no server, no cf-ray", Place::Header);
        }
        Some(false) => {
            findings.add(&NOT_FROM_EDGE, observation.header("server").unwrap_or("no server"), Place::Header);
        }
        None => {}
    }
    if observation.headers.is_some() && findings.has(&NO_STYLESHEET) {
        findings.add(&NO_STYLESHEET_AS_SENT, "", Place::Body);
    }
    if let (Some(shown), Some(ray)) = (findings.ray, head.ray) {
        if shown == ray {
            findings.add(&RAY_MATCH, &ray.to_string(), Place::Header);
        } else {
            findings.add(&RAY_MISMATCH, &ray.to_string(), Place::Header);
        }
    }
    findings.ray = findings.ray.or(head.ray);
    if let Some(value) = observation.header("cache-control")
        && value.contains("post-check=0, pre-check=0")
    {
        findings.add(&EDGE_CACHING, value, Place::Header);
    }
    if let Some(value) = observation.header("server-timing")
        && value.contains("cfOrigin;dur=0")
        && !value.contains("cfOrigin;dur=0.")
    {
        findings.add(&ORIGIN_UNASKED, value, Place::Header);
    }
    if let Some(value) = observation.header("cf-cache-status") {
        findings.add(&ORIGIN_PATH, value, Place::Header);
    }
    if findings.retry_after.is_none() {
        findings.retry_after = retry_after(observation);
    }
    let (kind, _) = findings.scores.strongest();
    match observation.status {
        Some(status @ 200..=299) if matches!(kind, Kind::Error | Kind::Block) => {
            findings.add(&STATUS_OK, &status.to_string(), Place::Status);
        }
        // Only codes that are HTTP statuses themselves: a 1016 is sent as 530. A rule may give a custom page another
        // status.
        Some(status)
            if kind == Kind::Error
                && findings.form == Some(Form::Branded)
                && findings.code.is_some_and(|code| code.family() == Family::Http && code.number() != status) =>
        {
            findings.add(&STATUS_DIFFERS, &status.to_string(), Place::Status);
        }
        _ => {}
    }
    if findings.form.is_none()
        && (findings.has(&EDGE_STATUS) || findings.has(&EDGE_STATUS_UNSEEN) || findings.has(&MITIGATED))
    {
        findings.form(Form::HeadersOnly);
    }
    if findings.form == Some(Form::HeadersOnly) && kind == Kind::Error {
        let status = observation.status.and_then(Code::of_status);
        let is_envelope = status.and_then(catalog::entry).is_some_and(|entry| entry.is_envelope);
        if is_envelope {
            findings.code(error_type(observation));
        }
        // With an envelope status, the missing part of the page would show a 1xxx.
        if !(is_envelope && cut::ends_before_its_title(&observation.body)) {
            findings.code(status);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::tests::ERROR_PAGE;
    use crate::classify::{Examination, classify, examine};
    use crate::diagnosis::Confidence;

    #[test]
    fn dates_are_read_as_http_writes_them() {
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(http_date("Thu, 29 Feb 2024 23:59:59 GMT"), Some(1_709_251_199));
        assert_eq!(http_date("Fri, 01 Mar 2024 00:00:00 GMT"), Some(1_709_251_200));
        for other in [
            "",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 0000 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov +994 08:49:37 GMT",
        ] {
            assert_eq!(http_date(other), None, "{other}");
        }
    }

    #[test]
    fn the_longest_wait_that_an_answer_asks_for_counts() {
        let asked = |value: &str, date: Option<&str>| {
            let headers = [("retry-after", value)].into_iter().chain(date.map(|date| ("date", date)));
            let observation = Observation { headers: Some(headers.collect()), ..Observation::default() };
            retry_after(&observation).map(|wait| wait.as_secs())
        };
        let sent = Some("Thu, 26 Nov 2026 04:00:00 GMT");
        assert_eq!(asked("120", sent), Some(120));
        assert_eq!(asked(" 0 ", sent), Some(0));
        assert_eq!(asked("Thu, 26 Nov 2026 04:10:00 GMT", sent), Some(600));
        assert_eq!(asked("Fri, 27 Nov 2026 04:00:00 GMT", sent), Some(86_400));
        assert_eq!(asked("Wed, 25 Nov 2026 04:00:00 GMT", sent), Some(0));
        assert_eq!(asked("Fri, 27 Nov 2026 04:00:00 GMT", None), None);
        assert_eq!(asked("5, 7200", sent), Some(7200));
        assert_eq!(asked("7200, 5", sent), Some(7200));
        assert_eq!(asked("5, Thu, 26 Nov 2026 04:10:00 GMT, 30", sent), Some(600));
        assert_eq!(asked("Fri, 7200", sent), Some(7200));
        assert_eq!(asked("99999999999999999999999", sent), Some(u32::MAX.into()));
        for nothing in ["", "-1", "NaN", "1e3", "soon", "1.5", ","] {
            assert_eq!(asked(nothing, sent), None, "{nothing}");
        }
    }

    fn observed<'a>(status: u16, headers: &[(&'static str, &'static str)], body: &'a [u8]) -> Observation<'a> {
        let headers = Some(headers.iter().copied().collect());
        Observation { status: Some(status), headers, body: body.into(), ..Observation::default() }
    }

    #[test]
    fn filtered_headers_prove_nothing() {
        for headers in [[].as_slice(), &[("content-type", "text/html")]] {
            let read = classify(&observed(522, headers, ERROR_PAGE.as_bytes())).map(|read| (read.kind, read.code));
            assert_eq!(read, Some((Kind::Error, "522".parse().ok())), "{headers:?}");
        }
        for headers in [[("server", "nginx")], [("date", "Thu, 26 Nov 2026 04:00:00 GMT")]] {
            let read = classify(&observed(522, &headers, ERROR_PAGE.as_bytes())).map(|read| read.kind);
            assert_eq!(read, Some(Kind::Imitation), "{headers:?}");
        }
    }

    #[test]
    fn an_error_named_in_headers_limits_the_confidence_in_other_verdicts() {
        let body = b"<html><head><title>Oops</title></head><body>We will be back</body></html>";
        let edge = [("server", "cloudflare"), ("cf-ray", "9a1b2c3d4e5f6071-FRA")];
        let read = |status, code| examine(&observed(status, &[edge[0], edge[1], ("cf-error-type", code)], body));
        let Examination::Other { confidence, evidence } = read(503, "1102") else { panic!("it decided alone") };
        assert!(confidence <= Confidence::from_hundredths(50), "{confidence:?}");
        assert!(evidence.iter().any(|found| found.marker == ERROR_TYPE.name));
        let Examination::Other { confidence, .. } = read(503, "none") else { panic!("it decided alone") };
        assert!(confidence > Confidence::from_hundredths(50), "{confidence:?}");
        let Examination::Cloudflare(read) = read(530, "1016") else { panic!("not recognised") };
        assert_eq!(read.code, "1016".parse().ok());
    }
}
