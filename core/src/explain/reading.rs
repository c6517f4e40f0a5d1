//! A classified page as a document: its explanation, followed by what it shows and the evidence.

use super::{Audience, Detail, duration, explain};
use crate::data_centre::KnownBy;
use crate::diagnosis::{Diagnosis, Evidence, Kind, Place};
use crate::document::{Block, Document, Fact, Text};
use crate::words::Words;

/// A classified page as a document, for a visitor.
#[must_use]
pub fn reading(diagnosis: &Diagnosis, words: &Words) -> Document {
    let mut document = explain(diagnosis, words, Audience::Visitor).document(Detail::FULL, words);
    if diagnosis.kind == Kind::Imitation {
        document.blocks.insert(1, Block::Warning { text: words.say("reading.imitation").into() });
    }
    document.heading(words.say("reading.shows"));
    document.push(Block::Facts { facts: facts(diagnosis, words) });
    document.heading(words.say("reading.evidence"));
    document.push(Block::Table {
        head: ["reading.marker", "reading.found", "reading.where"].map(|label| words.say(label).into()).to_vec(),
        rows: diagnosis.evidence.iter().map(|it| row(it, words)).collect(),
    });
    document
}

/// A page that isn't Cloudflare's, as a document.
#[must_use]
pub fn not_cloudflare(words: &Words) -> Document {
    let mut document = Document::new(words);
    document.title(words.say("reading.not-cloudflare"));
    document.paragraph(words.say("reading.not-cloudflare-why"));
    document
}

fn row(evidence: &Evidence, words: &Words) -> Vec<Text> {
    let place = words.say(match evidence.place {
        Place::Url => "reading.in-url",
        Place::Status => "reading.in-status",
        Place::Header => "reading.in-header",
        Place::Title => "reading.in-title",
        Place::Body => "reading.in-body",
    });
    vec![evidence.marker.as_ref().into(), evidence.found.as_str().into(), place.into()]
}

fn facts(diagnosis: &Diagnosis, words: &Words) -> Vec<Fact> {
    let data_centre = diagnosis.served.map(|served| {
        let code = served.data_centre.to_string();
        match served.known_by {
            KnownBy::Edge => code,
            KnownBy::City => words.fill("report.probably", &[("what", &code)]),
        }
    });
    let percent = format!("{:.0}", diagnosis.confidence.as_fraction() * 100.0);
    let known = [
        ("label.host", diagnosis.host.clone()),
        ("label.status", diagnosis.http_status.map(|status| status.to_string())),
        ("report.ray", diagnosis.ray.map(|ray| ray.to_string())),
        ("label.location", diagnosis.city.clone()),
        ("report.data-centre", data_centre),
        ("report.page-time", diagnosis.at.map(|at| at.to_string())),
        ("report.retry-after", diagnosis.retry_after.map(|wait| duration(wait, words))),
        ("label.confidence", Some(words.fill("reading.percent", &[("n", &percent)]))),
    ];
    known.into_iter().filter_map(|(label, value)| Some(Fact::new(words.say(label), value?))).collect()
}
