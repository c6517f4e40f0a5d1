//! Verdicts in words.

use serde::Serialize;

use super::{Certainty, Reach, Suspect, Verdict};
use crate::time::Timestamp;
use crate::words::{Key, Words, key};

/// A verdict in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerdictText {
    /// The verdict in one sentence.
    pub sentence: String,
    /// How certain it is.
    pub certainty: String,
    /// Whether the site is down or only not reachable from here.
    pub reach: String,
    /// The evidence for and against it, the strongest first.
    pub evidence: Vec<EvidenceText>,
}

/// One piece of evidence in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceText {
    /// What is known.
    pub text: String,
    /// Its source.
    pub source: String,
    /// When it was seen.
    pub at: Option<Timestamp>,
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn describe(&self, words: &Words) -> VerdictText {
        VerdictText {
            sentence: words.get(self.suspect.key()).to_owned(),
            certainty: words
                .get(match self.certainty {
                    Certainty::Unknown => key::certainty::UNKNOWN,
                    Certainty::Possible => key::certainty::POSSIBLE,
                    Certainty::Likely => key::certainty::LIKELY,
                    Certainty::AlmostCertain => key::certainty::ALMOST_CERTAIN,
                })
                .to_owned(),
            reach: match (self.suspect, self.reach) {
                // A refusal isn't an outage, and without a connection nothing can be reached.
                (Suspect::Rule | Suspect::Law | Suspect::Offline | Suspect::Imitation, _) => String::new(),
                (_, Reach::NotFromHere) => words.get(key::reach::NOT_FROM_HERE).to_owned(),
                (_, Reach::Down) => words.get(key::reach::DOWN).to_owned(),
                (_, Reach::WorksElsewhere) => words.get(key::reach::WORKS_ELSEWHERE).to_owned(),
            },
            evidence: self
                .evidence
                .iter()
                .map(|it| EvidenceText {
                    text: it.clue.text(&it.detail, words),
                    source: words.get(it.clue.source()).to_owned(),
                    at: it.at,
                })
                .collect(),
        }
    }

    /// The verdict in words for the site's owner, who isn't the visitor.
    #[must_use]
    pub fn describe_to_owner(&self, words: &Words) -> VerdictText {
        VerdictText { sentence: words.get(key::suspect::owner(self.suspect)).to_owned(), ..self.describe(words) }
    }
}

impl Suspect {
    /// The verdict's sentence.
    pub(crate) const fn key(self) -> Key {
        match self {
            Self::Offline => key::verdict::OFFLINE,
            Self::Imitation => key::verdict::IMITATION,
            Self::Rule => key::verdict::RULE,
            Self::Law => key::verdict::LAW,
            Self::Visitor => key::verdict::VISITOR,
            Self::BlockedHere => key::verdict::BLOCKED_HERE,
            Self::Network => key::verdict::NETWORK,
            Self::Cloudflare => key::verdict::CLOUDFLARE,
            Self::Shared => key::verdict::SHARED,
            Self::Local => key::verdict::LOCAL,
            Self::Origin => key::verdict::ORIGIN,
            Self::Path => key::verdict::PATH,
            Self::Setup => key::verdict::SETUP,
            Self::Code => key::verdict::CODE,
            Self::Nobody => key::verdict::NOBODY,
        }
    }
}
