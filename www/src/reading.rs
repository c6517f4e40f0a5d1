//! What is said of something pasted, block by block; the page only draws it.

use rayback_core::classify::{Examination, examine_quoted};
use rayback_core::code::Code;
use rayback_core::data_centre::KnownBy;
use rayback_core::diagnosis::{Diagnosis, Kind};
use rayback_core::explain::{Audience, Explanation, explain, explain_code};
use rayback_core::words::Words;

use crate::pasted::Pasted;

/// A reading, from top to bottom.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Its blocks, in order.
    pub(crate) blocks: Vec<Block>,
}

/// One block of text.
#[derive(Debug)]
pub(crate) enum Block {
    /// The code, where there is one, and its name.
    Headline {
        /// The code.
        code: Option<Code>,
        /// Its name.
        name: String,
    },
    /// The head of what follows.
    Heading(&'static str),
    /// Plain text.
    Paragraph(String),
    /// Plain text of less weight.
    Quiet(String),
    /// Text that must not be missed.
    Warning(String),
    /// Things to do.
    List(Vec<String>),
    /// Names and values.
    Facts(Vec<(&'static str, String)>),
    /// A table.
    Table {
        /// The names of its columns.
        head: [&'static str; 3],
        /// Its rows.
        rows: Vec<[String; 3]>,
    },
}

/// Reads what was pasted.
pub(crate) fn of(text: &str, words: &Words) -> Reading {
    let blocks = match Pasted::read(text) {
        Pasted::Nothing => vec![Block::Quiet("What you paste is explained here, as you paste it.".to_owned())],
        Pasted::Code(code) => explained(&explain_code(code, words, Audience::Visitor)),
        Pasted::Answer(answer) => match examine_quoted(&answer) {
            Examination::Cloudflare(diagnosis) => diagnosed(&diagnosis, words),
            Examination::Other { .. } => vec![
                Block::Headline { code: None, name: "Not a Cloudflare error page".to_owned() },
                Block::Paragraph(
                    "Nothing in it shows that Cloudflare made it: it comes from the site's own server, from another provider, or \
                     is no error at all. If you pasted only a part, paste the whole page or add its response headers."
                        .to_owned(),
                ),
            ],
        },
    };
    Reading { blocks }
}

fn diagnosed(diagnosis: &Diagnosis, words: &Words) -> Vec<Block> {
    let mut blocks = explained(&explain(diagnosis, words, Audience::Visitor));
    if diagnosis.kind == Kind::Imitation {
        let warning = "This is not a Cloudflare page. Do not run, paste or download anything that it asks for.";
        blocks.insert(1, Block::Warning(warning.to_owned()));
    }
    blocks.push(Block::Heading("What it shows"));
    blocks.push(Block::Facts(facts(diagnosis)));
    blocks.push(Block::Heading("Evidence"));
    blocks.push(Block::Table {
        head: ["Mark", "Found", "Where"],
        rows: diagnosis
            .evidence
            .iter()
            .map(|it| [it.marker.to_string(), it.found.clone(), format!("{:?}", it.place).to_lowercase()])
            .collect(),
    });
    blocks
}

fn explained(explanation: &Explanation) -> Vec<Block> {
    let mut blocks = vec![
        Block::Headline { code: explanation.code, name: explanation.name.clone() },
        Block::Paragraph(explanation.cause.clone()),
        Block::Paragraph(explanation.fault.clone()),
    ];
    blocks.extend(explanation.innocent.clone().map(Block::Quiet));
    if !explanation.actions.is_empty() {
        blocks.push(Block::Heading("What you can do"));
        blocks.push(Block::List(explanation.actions.iter().map(|advice| advice.text.clone()).collect()));
    }
    blocks
}

fn facts(diagnosis: &Diagnosis) -> Vec<(&'static str, String)> {
    let served = diagnosis.served.map(|served| match served.known_by {
        KnownBy::Edge => served.data_centre.to_string(),
        KnownBy::City => format!("probably {}", served.data_centre),
    });
    let known = [
        ("Host", diagnosis.host.clone()),
        ("HTTP status", diagnosis.http_status.map(|status| status.to_string())),
        ("Ray ID", diagnosis.ray.map(|ray| ray.to_string())),
        ("Cloudflare's location", diagnosis.city.clone()),
        ("Data centre", served),
        ("Time on the page", diagnosis.at.map(|at| at.to_string())),
        ("Wait asked for", diagnosis.retry_after.map(|wait| format!("{} s", wait.as_secs()))),
        ("Sure", Some(format!("{:.0} %", diagnosis.confidence.as_fraction() * 100.0))),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headline(text: &str) -> (Option<u16>, String) {
        let words = Words::english().unwrap();
        match of(text, &words).blocks.into_iter().next() {
            Some(Block::Headline { code, name }) => (code.map(Code::number), name),
            other => panic!("{text}: no headline but {other:?}"),
        }
    }

    #[test]
    fn text_copied_from_a_page_is_explained() {
        let text = "Error 526 Ray ID: 9f140b785e57c458 • 2026-10-03 01:28:05 UTC\nInvalid SSL certificate";
        assert_eq!(headline(text).0, Some(526));
        assert_eq!(headline(&format!("shop.errors.Failed: 526: {text}")).0, Some(526));
    }

    #[test]
    fn a_code_alone_is_explained() {
        assert_eq!(headline("522"), (Some(522), "Connection timed out".to_owned()));
    }

    #[test]
    fn a_plain_text_answer_is_read() {
        assert_eq!(
            headline("HTTP/2 522\nserver: cloudflare\ncf-ray: a23c92d51bc8a952-DTW\n\nerror code: 522").0,
            Some(522)
        );
    }

    #[test]
    fn what_is_not_cloudflares_is_said_not_to_be() {
        assert_eq!(headline("<html><title>503 Service Unavailable</title><hr>nginx").0, None);
    }
}
