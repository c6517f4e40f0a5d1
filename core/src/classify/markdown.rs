//! Structured answers as Markdown: front matter, then text that is not read.
//!
//! Source: Cloudflare's changelog, 2026-02-26 and 2026-03-11.

use super::marker::Findings;
use super::problem_json::Structured;
use crate::diagnosis::Form;

/// How much front matter is looked at, in lines; Cloudflare's has about a dozen.
const LINES: usize = 64;

/// Reads the front matter, if the text begins with one.
pub(super) fn read(bytes: &[u8], findings: &mut Findings) {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    if lines.next() != Some(b"---".as_slice()) {
        return;
    }
    let mut structured = Structured::default();
    for line in lines.take(LINES).take_while(|line| *line != b"---") {
        let Some((name, value)) = core::str::from_utf8(line).ok().and_then(|line| line.split_once(':')) else {
            continue;
        };
        structured.member_text(name.trim(), value.trim().trim_matches(['"', '\'']));
    }
    structured.record(Form::Markdown, findings);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_read_quoted_or_bare() {
        let mut findings = Findings::default();
        let text =
            "---\nerror_code: 1015\nray_id: \"9f140b785e57c458\"\ncloudflare_error: true\nretry_after: 30\n---\n# x";
        read(text.as_bytes(), &mut findings);
        assert_eq!(findings.code, "1015".parse().ok());
        assert_eq!(findings.ray.map(|ray| ray.to_string()).as_deref(), Some("9f140b785e57c458"));
        assert_eq!(findings.retry_after, Some(core::time::Duration::from_secs(30)));
    }

    #[test]
    fn an_articles_front_matter_is_no_answer() {
        let mut findings = Findings::default();
        read(b"---\ntitle: Error 522\n---\ncloudflare_error: true", &mut findings);
        assert!(findings.evidence.is_empty());
    }
}
