//! A classified page as a document: its explanation, followed by what it shows and the evidence.

use super::{Audience, duration, explain};
use crate::data_centre::KnownBy;
use crate::diagnosis::{Diagnosis, Evidence, Kind, Place};
use crate::document::{Block, Document, Fact, Text};
use crate::words::{Words, key};

/// A classified page as a document, for a visitor.
#[must_use]
pub fn reading(diagnosis: &Diagnosis, words: &Words) -> Document {
    let mut document = explain(diagnosis, words, Audience::Visitor).document(words);
    if diagnosis.kind == Kind::Imitation {
        document.blocks.insert(1, Block::Warning { text: words.get(key::reading::IMITATION).into() });
    }
    document.heading(words.get(key::reading::SHOWS));
    document.push(Block::Facts { facts: facts(diagnosis, words) });
    document.heading(words.get(key::reading::EVIDENCE));
    document.push(Block::Table {
        head: [key::reading::MARKER, key::reading::FOUND, key::reading::WHERE]
            .map(|label| words.get(label).into())
            .to_vec(),
        rows: diagnosis.evidence.iter().map(|it| row(it, words)).collect(),
    });
    document
}

/// A page that isn't Cloudflare's, as a document.
#[must_use]
pub fn not_cloudflare(words: &Words) -> Document {
    let mut document = Document::new(words);
    document.title(words.get(key::reading::NOT_CLOUDFLARE));
    document.paragraph(words.get(key::reading::NOT_CLOUDFLARE_WHY));
    document
}

fn row(evidence: &Evidence, words: &Words) -> Vec<Text> {
    let place = words.get(match evidence.place {
        Place::Url => key::reading::IN_URL,
        Place::Status => key::reading::IN_STATUS,
        Place::Header => key::reading::IN_HEADER,
        Place::Title => key::reading::IN_TITLE,
        Place::Body => key::reading::IN_BODY,
    });
    vec![evidence.marker.as_ref().into(), evidence.found.as_str().into(), place.into()]
}

fn facts(diagnosis: &Diagnosis, words: &Words) -> Vec<Fact> {
    let data_centre = diagnosis.served.map(|served| {
        let code = served.data_centre.to_string();
        match served.known_by {
            KnownBy::Edge => code,
            KnownBy::City => words.format(key::report::Probably { what: &code }),
        }
    });
    let percent = format!("{:.0}", diagnosis.confidence.as_fraction() * 100.0);
    let percent = percent.parse().map_or(percent, |number| words.number(number));
    let known = [
        (key::label::HOST, diagnosis.host.clone()),
        (key::label::STATUS, diagnosis.http_status.map(|status| status.to_string())),
        (key::report::RAY, diagnosis.ray.map(|ray| ray.to_string())),
        (key::label::LOCATION, diagnosis.city.clone()),
        (key::report::DATA_CENTRE, data_centre),
        (key::report::PAGE_TIME, diagnosis.at.map(|at| at.to_string())),
        (key::report::RETRY_AFTER, diagnosis.retry_after.map(|wait| duration(wait, words))),
        (key::label::CONFIDENCE, Some(words.format(key::reading::Percent { n: &percent }))),
    ];
    known.into_iter().filter_map(|(label, value)| Some(Fact::new(words.get(label), value?))).collect()
}
