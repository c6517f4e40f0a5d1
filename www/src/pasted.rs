//! Pasted text: a page, a response head, both, or just a code.

use std::borrow::Cow;

use rayback_core::code::Code;
use rayback_core::observation::Observation;
use rayback_core::observation::head::Head;

/// Pasted text, classified by its shape alone.
#[derive(Debug)]
pub(crate) enum Pasted<'a> {
    /// Nothing yet.
    Nothing,
    /// A number, such as "522" or "error 1016".
    Code(Code),
    /// An answer, or part of one. Boxed because it is far larger than the other variants.
    Answer(Box<Observation<'a>>),
}

impl<'a> Pasted<'a> {
    /// Classifies the text.
    pub(crate) fn read(text: &'a str) -> Self {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Self::Nothing;
        }
        if let Some(code) = code(trimmed) {
            return Self::Code(code);
        }
        Self::Answer(Box::new(match Head::split(text.trim_start()) {
            Some((head, body)) => Observation {
                status: head.status,
                headers: Some(head.headers),
                body: Cow::Borrowed(body.as_bytes()),
                ..Observation::default()
            },
            None => Observation { body: Cow::Borrowed(text.as_bytes()), ..Observation::default() },
        }))
    }
}

/// A three- or four-digit number, alone or after words such as "Error" or "Cloudflare error code".
///
/// The bare line `error code: 522` is a page in its own right, so a colon is not allowed here.
fn code(text: &str) -> Option<Code> {
    let number = text.rsplit(' ').next()?;
    let words = text.strip_suffix(number)?;
    let plain = words.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ') && words.len() < 40;
    let is_code_sized = matches!(number.parse(), Ok(400..=9999));
    number.parse().ok().filter(|_| plain && is_code_sized)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_alone_or_after_words_is_a_code() {
        for text in ["522", " 522\n", "Error 522", "cloudflare error code 522"] {
            assert!(matches!(Pasted::read(text), Pasted::Code(code) if code.number() == 522), "{text}");
        }
    }

    #[test]
    fn a_page_a_plain_answer_and_a_head_are_answers() {
        for text in
            ["<html><title>522</title>", "error code: 522", "HTTP/2 522\ncf-ray: 0123456789abcdef-FRA\n\n<html>"]
        {
            assert!(matches!(Pasted::read(text), Pasted::Answer(_)), "{text}");
        }
    }

    #[test]
    fn the_body_follows_the_head() {
        let Pasted::Answer(answer) = Pasted::read("HTTP/1.1 530\r\nserver: cloudflare\r\n\r\nerror code: 1016") else {
            panic!("a head and a body are an answer")
        };
        assert_eq!((answer.status, answer.header("server")), (Some(530), Some("cloudflare")));
        assert_eq!(&answer.body[..], b"error code: 1016");
    }
}
