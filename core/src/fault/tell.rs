//! A verdict, told.

use serde::Serialize;

use super::{Certainty, Reach, Suspect, Verdict};
use crate::time::Timestamp;
use crate::words::Words;

/// A verdict in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerdictText {
    /// The verdict in one sentence.
    pub sentence: String,
    /// How sure it is.
    pub certainty: String,
    /// Whether the site is down or only not reachable from here.
    pub reach: String,
    /// What speaks for and against it, the weightiest first.
    pub evidence: Vec<EvidenceText>,
}

/// One piece of evidence in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceText {
    /// What is known.
    pub text: String,
    /// Where it comes from.
    pub source: String,
    /// When it was so.
    pub at: Option<Timestamp>,
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn tell(&self, words: &Words) -> VerdictText {
        VerdictText {
            sentence: words.say(&format!("verdict.{}", self.suspect.id())).to_owned(),
            certainty: words
                .say(match self.certainty {
                    Certainty::Unknown => "certainty.unknown",
                    Certainty::Possible => "certainty.possible",
                    Certainty::Likely => "certainty.likely",
                    Certainty::AlmostCertain => "certainty.almost-certain",
                })
                .to_owned(),
            reach: match (self.suspect, self.reach) {
                // A refusal is no outage, and without a connection nothing can be reached.
                (Suspect::Rule | Suspect::Law | Suspect::Offline | Suspect::Imitation, _) => String::new(),
                (_, Reach::NotFromHere) => words.say("reach.not-from-here").to_owned(),
                (_, Reach::Down) => words.say("reach.down").to_owned(),
                (_, Reach::WorksElsewhere) => words.say("reach.works-elsewhere").to_owned(),
            },
            evidence: self
                .evidence
                .iter()
                .map(|it| EvidenceText {
                    text: words.fill(&format!("clue.{}", it.clue.id()), &[("detail", &it.detail)]),
                    source: words.say(&format!("source.{}", it.clue.source())).to_owned(),
                    at: it.at,
                })
                .collect(),
        }
    }
}
