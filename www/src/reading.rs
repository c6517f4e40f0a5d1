//! The document that explains pasted text; `page` only draws it.

use rayback_core::classify::{Examination, examine_quoted};
use rayback_core::document::Document;
use rayback_core::explain::{Audience, explain_code, not_cloudflare, reading};
use rayback_core::words::{Words, keys};

use crate::pasted::Pasted;

/// Explains pasted text.
pub(crate) fn of(text: &str, words: &Words) -> Document {
    match Pasted::read(text) {
        Pasted::Nothing => {
            let mut document = Document::new(words);
            document.note(words.get(keys::analyser::EMPTY));
            document
        }
        Pasted::Code(code) => explain_code(code, words, Audience::Visitor).document(words),
        Pasted::Answer(answer) => match examine_quoted(&answer) {
            Examination::Cloudflare(diagnosis) => reading(&diagnosis, words),
            Examination::Other { .. } => not_cloudflare(words),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayback_core::document::Block;

    fn title(text: &str) -> String {
        match of(text, &Words::english().unwrap()).blocks.first() {
            Some(Block::Title { text }) => text.to_string(),
            other => panic!("{text}: {other:?} instead of a title"),
        }
    }

    #[test]
    fn text_copied_from_a_page_is_explained() {
        let text = "Error 526 Ray ID: 9f140b785e57c458 • 2026-10-03 01:28:05 UTC\nInvalid SSL certificate";
        assert!(title(text).starts_with("Error 526"));
        assert!(title(&format!("shop.errors.Failed: 526: {text}")).starts_with("Error 526"));
    }

    #[test]
    fn a_bare_code_is_explained() {
        assert_eq!(title("522"), "Error 522: Connection timed out");
    }

    #[test]
    fn a_plain_text_answer_is_read() {
        let answer = "HTTP/2 522\nserver: cloudflare\ncf-ray: a23c92d51bc8a952-DTW\n\nerror code: 522";
        assert!(title(answer).starts_with("Error 522"));
    }

    #[test]
    fn a_page_from_another_server_is_reported_as_not_cloudflares() {
        assert_eq!(title("<html><title>503 Service Unavailable</title><hr>nginx"), "Not a Cloudflare error page");
    }

    #[test]
    fn no_text_of_a_reading_is_a_key() {
        let html = html_of("HTTP/2 522\nserver: cloudflare\ncf-ray: a23c92d51bc8a952-DTW\n\nerror code: 522");
        for section in ["reading.", "label.", "report.", "analyser."] {
            assert!(!html.contains(&format!(">{section}")), "{html}");
        }
    }

    /// The reading as HTML, which has every text between tags.
    fn html_of(text: &str) -> String {
        of(text, &Words::english().unwrap()).html()
    }
}
