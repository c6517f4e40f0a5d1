//! Truncated documents, as found in logs that keep only the first bytes of a body.
//!
//! Often only the title is left. In a whole page, a title alone decides nothing. In a truncated one, it's the best
//! evidence available, so it decides, but with lower confidence.

use memchr::memmem;

use super::challenge;
use super::edge::Head;
use super::marker::{Findings, Marker, kind};
use super::needle::Needle;
use super::page::{Page, closing_tag, starts_with_ignoring_case, starts_with_markup, words};
use crate::catalog;
use crate::code::{Code, Family};
use crate::diagnosis::{Form, Kind, Place};
use crate::observation::Observation;

// The document has the title of a challenge, which is the same in every language.
// Seen in: challenges, cut off.
const CHALLENGE: Marker = Marker { name: "cut-challenge-title", weights: &[(kind(Kind::Challenge), 14)] };
// The document has the title that blocks and old challenges share, and the element that challenges have right after it.
// Seen in: challenges to 2022, cut off.
const CAPTCHA: Marker = Marker { name: "cut-captcha", weights: &[(kind(Kind::Challenge), 14)] };
// The document has the title that blocks and old challenges share, but not the element that challenges have after it.
// Seen in: block pages, cut off.
const BLOCK: Marker = Marker { name: "cut-block-title", weights: &[(kind(Kind::Block), 18)] };
// The title contains a code and Cloudflare's name for it.
// Seen in: branded 5xx, cut off.
const SERVER_ERROR: Marker = Marker { name: "cut-error-title", weights: &[(kind(Kind::Error), 16)] };
// The title is that of a 1xxx page: the name of the error, the host, and "Cloudflare".
// Seen in: branded 1xxx, cut off.
const OWN_ERROR: Marker = Marker { name: "cut-own-error-title", weights: &[(kind(Kind::Error), 20)] };
// The answer came through Cloudflare, has an error status, and begins like a Cloudflare page.
// Seen in: branded errors, cut off before the title.
const PREAMBLE: Marker = Marker { name: "cut-preamble", weights: &[(kind(Kind::Error), 22)] };
// The answer came through Cloudflare, has a status that challenges use, and begins like an old challenge.
// Seen in: challenges to 2022, cut off before the title.
const CHALLENGE_PREAMBLE: Marker = Marker { name: "cut-challenge-preamble", weights: &[(kind(Kind::Challenge), 22)] };

pub(super) const MARKERS: &[&Marker] =
    &[&CHALLENGE, &CAPTCHA, &BLOCK, &SERVER_ERROR, &OWN_ERROR, &PREAMBLE, &CHALLENGE_PREAMBLE];

/// How far into a text the beginning of a document is looked for, in bytes.
const BEGINNING: usize = 1_024;
/// How far before the last byte the end of a document is looked for, in bytes; the edge and extensions add a script
/// after the end.
const END: usize = 2_048;
/// How far into a document its title is looked for, in bytes.
const TITLE: usize = 4_096;
/// How many bytes must follow the title before something missing after it counts.
const AFTER_TITLE: usize = 64;

/// Whether markup starts as a document but doesn't end as one.
pub(super) fn is_cut(bytes: &[u8]) -> bool {
    if !starts_with_markup(bytes) {
        return false;
    }
    // Nearly every page ends like this.
    if bytes.trim_ascii_end().ends_with(b"</html>") {
        return false;
    }
    let tail = bytes.get(bytes.len().saturating_sub(END)..).unwrap_or(bytes);
    if bytes.len() > 1 && memchr::memrchr(b'<', tail) > memchr::memrchr(b'>', tail) {
        return true; // inside a tag
    }
    let holds = |part: &[u8], tag: &[u8]| {
        memchr::memchr_iter(b'<', part)
            .any(|at| part.get(at..).is_some_and(|part| starts_with_ignoring_case(part, tag)))
    };
    if holds(tail, b"</html") {
        return false;
    }
    if memmem::rfind(tail, b"<script")
        .is_some_and(|at| memmem::find(tail.get(at..).unwrap_or_default(), b"</script").is_none())
    {
        return true; // inside a script
    }
    let start = bytes.trim_ascii_start();
    let beginning = start.get(..BEGINNING).unwrap_or(start);
    [b"<!doctype html".as_slice(), b"<html", b"<head", b"<body"].iter().any(|tag| holds(beginning, tag))
}

/// Whether a document ends before its title.
pub(super) fn ends_before_its_title(bytes: &[u8]) -> bool {
    is_cut(bytes) && title(bytes).is_none()
}

/// Whether JSON starts as an object but doesn't end as one.
pub(super) fn is_cut_json(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first() == Some(&b'{') && bytes.trim_ascii_end().last() != Some(&b'}')
}

/// Whether to read a truncated document although the gate rejected it: not every decisive title names Cloudflare.
pub(super) fn is_worth_reading(bytes: &[u8]) -> bool {
    title(bytes).is_some_and(|title| challenge::is_title(&title) || server_error(&title).is_some())
        || [FRAME_LINES, CHALLENGE_LINES].iter().any(|lines| starts_with_lines(bytes, lines))
}

fn title(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..TITLE).unwrap_or(bytes);
    let from = head.get(memmem::find(head, b"<title")?..)?;
    let from = from.get(memchr::memchr(b'>', from)? + 1..)?;
    let from = from.get(..512).unwrap_or(from);
    Some(words(from.get(..closing_tag(from)?)?, usize::MAX))
}

/// Extracts the code from a title such as `shop.example | 522: Connection timed out`, if the words are that code's
/// name.
pub(super) fn server_error(title: &str) -> Option<Code> {
    let last = title.rsplit("| ").next().unwrap_or(title);
    let (number, name) = last.split_once(": ")?;
    let code = number.trim().parse().ok()?;
    let entry = catalog::entry(code).filter(|_| title.contains('|') && code.family() == Family::Http)?;
    let same = |left: &str, right: &str| {
        let letters = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
        };
        letters(left) == letters(right)
    };
    same(entry.name, name).then_some(code)
}

/// Returns the 1xxx codes whose pages have this title: `Origin DNS error | shop.example | Cloudflare`.
pub(super) fn own_error(title: &str) -> Option<Vec<Code>> {
    // Until 2016 the name was written "CloudFlare".
    let restricted = title.to_ascii_lowercase().ends_with("used cloudflare to restrict access");
    let (subject, rest) = title.split_once(" | ")?;
    if !restricted && rest != "Cloudflare" && !rest.ends_with(" | Cloudflare") {
        return None;
    }
    let codes: Vec<Code> = catalog::all()
        .filter(|entry| entry.code.family() == Family::Cloudflare)
        // The catalogue gives some codes a more precise name than their title does.
        .filter(|entry| {
            let name = entry.name.rsplit(": ").next().unwrap_or(entry.name);
            name.eq_ignore_ascii_case(subject) || entry.name.eq_ignore_ascii_case(subject)
        })
        .map(|entry| entry.code)
        .collect();
    (restricted || !codes.is_empty()).then_some(codes)
}

/// The first lines of every page in Cloudflare's frame: errors, blocks, warnings and the challenges with a CAPTCHA.
const FRAME_LINES: &[u8] =
    b"<!DOCTYPE html>\n<!--[if lt IE 7]> <html class=\"no-js ie6 oldie\" lang=\"en-US\"> <![endif]-->";
/// The first lines of challenges without a CAPTCHA, to 2022.
const CHALLENGE_LINES: &[u8] = b"<!DOCTYPE HTML>\n<html lang=\"en-US\">\n<head>\n  <meta charset=\"UTF-8\" />\n  \
    <meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\" />\n  \
    <meta http-equiv=\"X-UA-Compatible\" content=\"IE=Edge,chrome=1\" />";

/// Whether a document starts with these lines, ignoring case and white space: tools change line breaks and minify.
fn starts_with_lines(bytes: &[u8], lines: &[u8]) -> bool {
    let mut bytes = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    lines
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .all(|expected| bytes.next().is_some_and(|byte| byte.eq_ignore_ascii_case(expected)))
}

/// Whether only errors in Cloudflare's frame have this status. Blocks and challenges are sent with 403, 429 and 503.
fn is_error_status(status: u16) -> bool {
    matches!(status, 409 | 500..=502 | 504..=599)
}

/// The code that a page in Cloudflare's frame shows if the status leaves only one.
fn only_code(status: u16) -> Option<Code> {
    let mut codes = catalog::all().filter(|entry| entry.status == Some(status)).map(|entry| entry.code);
    codes.next().filter(|_| codes.next().is_none())
}

/// Reads a document that ends before its title. Its first lines decide only together with its status.
fn read_before_title(page: &Page<'_>, observation: &Observation<'_>, head: &Head, findings: &mut Findings) {
    let Some(status) = observation.status else { return };
    if head.through_edge != Some(true) || observation.header("cf-cache-status").is_some() {
        return;
    }
    if is_error_status(status) && starts_with_lines(page.bytes(), FRAME_LINES) {
        findings.add(&PREAMBLE, &status.to_string(), Place::Body);
        findings.code(only_code(status));
    } else if matches!(status, 403 | 429 | 503) && starts_with_lines(page.bytes(), CHALLENGE_LINES) {
        findings.add(&CHALLENGE_PREAMBLE, &status.to_string(), Place::Body);
    } else {
        return;
    }
    findings.form(Form::Branded);
}

/// Reads a truncated document by its title, or by its first lines if it ends before that.
pub(super) fn read(page: &Page<'_>, observation: &Observation<'_>, head: &Head, findings: &mut Findings) {
    // Errors, blocks and checks never have status 200.
    if observation.status == Some(200) {
        return;
    }
    let Some(title) = title(page.bytes()) else {
        return read_before_title(page, observation, head, findings);
    };
    if challenge::is_title(&title) {
        findings.add(&CHALLENGE, &title, Place::Title);
    } else if title == "Attention Required! | Cloudflare" {
        let after = memmem::find(page.bytes(), b"</title").map_or(0, |at| page.bytes().len() - at);
        if page.has(Needle::CaptchaBypass) {
            findings.add(&CAPTCHA, &title, Place::Title);
        } else if after >= AFTER_TITLE && findings.scores.challenge <= findings.scores.block {
            findings.add(&BLOCK, &title, Place::Title);
        } else {
            return;
        }
    } else if let Some(code) = server_error(&title) {
        findings.add(&SERVER_ERROR, &title, Place::Title);
        findings.code(Some(code));
    } else if let Some(codes) = own_error(&title) {
        findings.add(&OWN_ERROR, &title, Place::Title);
        if let [code] = codes.as_slice() {
            findings.code(Some(*code));
        }
    } else {
        return;
    }
    findings.form(Form::Branded);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_ends_in_the_middle_is_truncated() {
        for cut in
            ["<!DOCTYPE html><html><head><title>x", "<html><body><p>a", "\n<HTML>", "<script>\n(function(){if(a>b){"]
        {
            assert!(is_cut(cut.as_bytes()), "{cut}");
        }
        for whole in [
            "<html></html>",
            "<html></HTML>\n<!-- x -->",
            "text <html>",
            "{}",
            "",
            "<p>fragment",
            "<script>a</script><p>x",
        ] {
            assert!(!is_cut(whole.as_bytes()), "{whole}");
        }
    }

    #[test]
    fn first_lines_are_recognised_with_any_line_breaks() {
        let lines = str::from_utf8(FRAME_LINES).unwrap();
        for begun in [
            lines.to_owned(),
            format!("\n{lines}"),
            lines.replace('\n', "\r\n"),
            lines.replace('\n', ""),
            lines.to_uppercase(),
        ] {
            assert!(starts_with_lines(begun.as_bytes(), FRAME_LINES), "{begun}");
        }
        for other in ["", "<!DOCTYPE html>", &lines.replace("en-US", "en"), &format!("x{lines}")] {
            assert!(!starts_with_lines(other.as_bytes(), FRAME_LINES), "{other}");
        }
    }

    #[test]
    fn a_status_gives_a_code_only_if_no_other_code_is_sent_with_it() {
        assert_eq!(only_code(502), "502".parse().ok());
        assert_eq!(only_code(522), "522".parse().ok());
        for shared in [409, 500, 503, 530] {
            assert_eq!(only_code(shared), None, "{shared}");
        }
    }

    #[test]
    fn a_title_gives_a_code_only_in_cloudflares_words() {
        assert_eq!(server_error("shop.example | 522: Connection timed out"), "522".parse().ok());
        assert_eq!(server_error("| 500: Internal server error"), "500".parse().ok());
        assert_eq!(server_error("shop.example | 522: Our own words"), None);
        assert_eq!(server_error("522: Connection timed out"), None);
        assert_eq!(own_error("Origin DNS error | shop.example | Cloudflare"), Some(vec!["1016".parse().unwrap()]));
        assert_eq!(own_error("Origin DNS error | shop.example"), None);
    }
}
