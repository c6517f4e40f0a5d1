//! What a failure means, in words, for one of three readers.
//!
//! Facts come from the [`catalog`], words from [`Words`]; nothing here knows a language. Every text is plain text: a
//! shell shows it as such and never as markup.

mod compare;
mod engineer;
mod owner;

use core::time::Duration;

use serde::Serialize;

pub use compare::{Comparison, Row, compare};
pub use engineer::Decision;
pub use owner::{CauseStep, CommandText, NeighbourText, OwnerPart};

use crate::catalog::{self, Action, Entry, Lasting, LegName, LegState, Party, Received, Source, Stage};
use crate::code::{Code, Family};
use crate::diagnosis::{Diagnosis, Form, Kind};
use crate::fault;
use crate::words::key::{code, family, kind};
use crate::words::{Key, Words, key};

/// Who reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Whoever sees the page.
    #[default]
    Visitor,
    /// Whoever runs the site.
    Owner,
    /// Whoever runs a program that meets the page.
    Engineer,
}

/// A failure, told. What is not known is said to be unknown, never left to be guessed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The code, where one is known.
    pub code: Option<Code>,
    /// Its name.
    pub name: String,
    /// Code and name in one line, as a heading.
    pub heading: String,
    /// What happened, in one plain sentence.
    pub cause: String,
    /// What Cloudflare saw, for owners and engineers.
    pub seen: String,
    /// Where the fault lies.
    pub party: Party,
    /// The same as a sentence.
    pub fault: String,
    /// "Not your device, not your connection", where that is true.
    pub innocent: Option<String>,
    /// What the visitor can do, the most useful first; at most three.
    pub actions: Vec<Advice>,
    /// Whether the page is gone for good.
    pub gone_for_good: String,
    /// How long it tends to last.
    pub lasting: Lasting,
    /// The same as a sentence, from a source or "unknown"; [`how_long`] adds this browser's record.
    pub how_long: String,
    /// Whether a form that was sent can have arrived.
    pub received: Received,
    /// The same as a sentence.
    pub lost_form: String,
    /// What to do if an app or a program shows the code.
    pub in_an_app: String,
    /// The four legs of the request, in order.
    pub legs: Vec<LegText>,
    /// For the owner; `None` for other readers.
    pub owner: Option<OwnerPart>,
    /// For the engineer; `None` for other readers.
    pub engineer: Option<Decision>,
    /// Where all this was read.
    pub sources: Vec<Source>,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// What it is, so that a shell can make a button of it.
    pub action: Action,
    /// How it is said.
    pub text: String,
}

/// One leg of the request, told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LegText {
    /// Which.
    pub leg: LegName,
    /// How far it got.
    pub state: LegState,
    /// The leg's name.
    pub name: String,
    /// Its state.
    pub text: String,
}

/// Explains a page that was classified.
#[must_use]
pub fn explain(diagnosis: &Diagnosis, words: &Words, audience: Audience) -> Explanation {
    let status = diagnosis.http_status.and_then(Code::new);
    let case = Case {
        kind: diagnosis.kind,
        code: diagnosis.code,
        family: diagnosis.code.or(status).map_or(Family::Other, Code::family),
        number: diagnosis.code.or(status).map_or(0, Code::number),
        form: diagnosis.form,
        host: diagnosis.host.as_deref(),
    };
    case.explain(words, audience)
}

/// Explains a code of which nothing else is known.
#[must_use]
pub fn explain_code(code: Code, words: &Words, audience: Audience) -> Explanation {
    Case::of_code(code).explain(words, audience)
}

/// Explains the unbranded page of a code: for 502, 503 and 504 another party is at fault than on the branded one.
#[must_use]
pub fn explain_unbranded(code: Code, words: &Words, audience: Audience) -> Explanation {
    Case { form: Form::Unbranded, ..Case::of_code(code) }.explain(words, audience)
}

/// Explains a page that bears no code: a block, challenge, sign-in, queue or imitation.
#[must_use]
pub fn explain_kind(kind: Kind, words: &Words, audience: Audience) -> Explanation {
    let case = Case { kind, code: None, family: Family::Other, number: 0, form: Form::Branded, host: None };
    case.explain(words, audience)
}

/// How long it lasts: from this browser's own record of the site where there is one, else from the catalogue.
///
/// `past` holds how long each earlier failure of the same site lasted at least, as
/// [`outages`](crate::history::outages) finds it.
#[must_use]
pub fn how_long(lasting: Lasting, past: &[Duration], words: &Words) -> String {
    let from_source = words.get(key::lasting::long(lasting)).to_owned();
    let mut past = past.to_vec();
    past.sort_unstable();
    let (Some(longest), Some(median)) = (past.last(), past.get((past.len().saturating_sub(1)) / 2)) else {
        return from_source;
    };
    let from_record = words.format(key::record::Earlier {
        n: u64::try_from(past.len()).unwrap_or(u64::MAX),
        median: &duration(*median, words),
        longest: &duration(*longest, words),
    });
    words.join([from_source, from_record])
}

/// A length of time in its largest fitting unit, rounded up.
#[must_use]
pub fn duration(length: Duration, words: &Words) -> String {
    let seconds = length.as_secs();
    match seconds {
        0..=119 => words.format(key::duration::Seconds { n: seconds }),
        120..=7_199 => words.format(key::duration::Minutes { n: seconds.div_ceil(60) }),
        7_200..=172_799 => words.format(key::duration::Hours { n: seconds.div_ceil(3_600) }),
        _ => words.format(key::duration::Days { n: seconds.div_ceil(86_400) }),
    }
}

/// What is to be explained, wherever it came from.
struct Case<'a> {
    kind: Kind,
    code: Option<Code>,
    family: Family,
    number: u16,
    form: Form,
    host: Option<&'a str>,
}

/// The facts that a case is told from: the catalogue's, or those of a page without a listed code.
struct Facts {
    stage: Stage,
    party: Party,
    lasting: Lasting,
    received: Received,
    actions: &'static [Action],
    keys: Keys,
}

/// The texts of a case.
#[derive(Clone, Copy)]
struct Keys {
    /// Of a page without a listed code; the catalogue names the others.
    name: Option<Key>,
    visitor: Key,
    seen: Key,
    /// Most pages share the text of the party at fault; where that would be wrong, they have their own.
    fault: Option<Key>,
}

impl Keys {
    const CHALLENGE: Self = Self {
        name: Some(kind::challenge::NAME),
        visitor: kind::challenge::VISITOR,
        seen: kind::challenge::SEEN,
        fault: Some(kind::challenge::FAULT),
    };
    const BLOCK: Self = Self {
        name: Some(kind::block::NAME),
        visitor: kind::block::VISITOR,
        seen: kind::block::SEEN,
        fault: Some(kind::block::FAULT),
    };
    const ACCESS: Self = Self {
        name: Some(kind::access::NAME),
        visitor: kind::access::VISITOR,
        seen: kind::access::SEEN,
        fault: Some(kind::access::FAULT),
    };
    const WAITING_ROOM: Self = Self {
        name: Some(kind::waiting_room::NAME),
        visitor: kind::waiting_room::VISITOR,
        seen: kind::waiting_room::SEEN,
        fault: Some(kind::waiting_room::FAULT),
    };
    const IMITATION: Self = Self {
        name: Some(kind::imitation::NAME),
        visitor: kind::imitation::VISITOR,
        seen: kind::imitation::SEEN,
        fault: Some(kind::imitation::FAULT),
    };
    const CLIENT: Self = Self {
        name: Some(family::client::NAME),
        visitor: family::client::VISITOR,
        seen: family::client::SEEN,
        fault: None,
    };
    const SERVER: Self = Self {
        name: Some(family::server::NAME),
        visitor: family::server::VISITOR,
        seen: family::server::SEEN,
        fault: None,
    };
    const CLOUDFLARE: Self = Self {
        name: Some(family::cloudflare::NAME),
        visitor: family::cloudflare::VISITOR,
        seen: family::cloudflare::SEEN,
        fault: None,
    };
    const OTHER: Self = Self {
        name: Some(family::other::NAME),
        visitor: family::other::VISITOR,
        seen: family::other::SEEN,
        fault: None,
    };

    /// The texts of a listed code; the build checks that there are some for each.
    fn of_code(code: u16, is_unbranded: bool) -> Self {
        let (visitor, seen, fault) = if is_unbranded {
            (code::unbranded_visitor(code), code::unbranded_seen(code), code::unbranded_fault(code))
        } else {
            (code::visitor(code), code::seen(code), code::fault(code))
        };
        let other = Self::OTHER;
        Self { name: None, visitor: visitor.unwrap_or(other.visitor), seen: seen.unwrap_or(other.seen), fault }
    }
}

impl Case<'_> {
    fn of_code(code: Code) -> Self {
        let (family, number) = (code.family(), code.number());
        Self { kind: Kind::Error, code: Some(code), family, number, form: Form::Branded, host: None }
    }

    fn explain(&self, words: &Words, audience: Audience) -> Explanation {
        let entry = self.entry();
        let facts = self.facts(entry);
        let keys = facts.keys;
        let named = keys.name.map(|key| words.get(key));
        let name = entry.map(|it| it.name).or(named).unwrap_or_default().to_owned();
        let heading = match self.code {
            Some(code) => words.format(key::label::Error { code: &code.to_string(), name: &name }),
            None => name.clone(),
        };
        let seen = words.get(keys.seen).to_owned();
        let fault = words.get(keys.fault.unwrap_or(key::party::fault(facts.party))).to_owned();
        Explanation {
            code: self.code,
            heading,
            cause: words.get(keys.visitor).to_owned(),
            party: facts.party,
            fault,
            innocent: entry
                .map_or(facts.party.spares_visitor(), Entry::spares_visitor)
                .then(|| words.get(key::innocent::ALL).to_owned()),
            actions: facts.actions.iter().map(|action| advice(*action, words)).collect(),
            gone_for_good: words.get(key::lasting::gone(facts.lasting)).to_owned(),
            lasting: facts.lasting,
            how_long: how_long(facts.lasting, &[], words),
            received: facts.received,
            lost_form: words.get(key::received::form(facts.received)).to_owned(),
            in_an_app: words.get(key::app::VISITOR).to_owned(),
            legs: legs(facts.stage, words),
            owner: (audience == Audience::Owner).then(|| OwnerPart::new(entry, self.form, self.host, words)),
            engineer: (audience == Audience::Engineer).then(|| Decision::new(&self.decision(), words)),
            sources: entry.map(|it| it.sources.to_vec()).unwrap_or_default(),
            name,
            seen,
        }
    }

    fn entry(&self) -> Option<&'static Entry> {
        match self.kind {
            Kind::Error | Kind::Block => self.code.and_then(catalog::entry),
            Kind::Challenge | Kind::Access | Kind::WaitingRoom | Kind::Imitation => None,
        }
    }

    fn decision(&self) -> crate::retry::decision::Decision {
        crate::retry::decision::decide_case(self.kind, self.entry(), self.form)
    }

    fn facts(&self, entry: Option<&'static Entry>) -> Facts {
        use Action::{CheckStatus, OtherNetwork, PassCheck, RunNothing, SignIn, StayInQueue, TellOwner, Wait};
        let bare = |keys: Keys, stage, party, lasting, actions| Facts {
            stage,
            party,
            lasting,
            received: Received::No,
            actions,
            keys,
        };
        let rule = Lasting::UntilRuleChanges;
        let decided = fault::decided(self.kind).unwrap_or(Party::Unclear);
        match (self.kind, entry) {
            (_, Some(entry)) => {
                let unbranded = entry.unbranded.filter(|_| self.form == Form::Unbranded);
                Facts {
                    stage: entry.stage,
                    party: unbranded.map_or(entry.party, |it| it.party),
                    lasting: entry.lasting,
                    received: entry.received,
                    actions: match unbranded {
                        Some(_) => &[Wait, CheckStatus, TellOwner],
                        None => entry.actions,
                    },
                    keys: Keys::of_code(entry.code, unbranded.is_some()),
                }
            }
            (Kind::Block, None) => bare(Keys::BLOCK, Stage::Edge, decided, rule, &[TellOwner, OtherNetwork]),
            (Kind::Challenge, _) => {
                bare(Keys::CHALLENGE, Stage::Edge, decided, Lasting::Seconds, &[PassCheck, OtherNetwork])
            }
            (Kind::Access, _) => bare(Keys::ACCESS, Stage::Edge, decided, rule, &[SignIn]),
            (Kind::WaitingRoom, _) => bare(Keys::WAITING_ROOM, Stage::Edge, decided, Lasting::Minutes, &[StayInQueue]),
            (Kind::Imitation, _) => bare(Keys::IMITATION, Stage::Answer, decided, Lasting::Varies, &[RunNothing]),
            (Kind::Error, None) => {
                let (keys, stage, party) = match (self.family, self.number) {
                    (Family::Http, 500..) => (Keys::SERVER, Stage::Answer, Party::Origin),
                    (Family::Http, _) => (Keys::CLIENT, Stage::Edge, Party::Visitor),
                    (Family::Cloudflare, _) => (Keys::CLOUDFLARE, Stage::Edge, Party::Unclear),
                    (Family::Other, _) => (Keys::OTHER, Stage::Edge, Party::Unclear),
                };
                Facts {
                    // Of an unlisted code nothing is known, so a form may have arrived.
                    received: Received::Perhaps,
                    ..bare(keys, stage, party, Lasting::Varies, &[Wait, TellOwner])
                }
            }
        }
    }
}

fn advice(action: Action, words: &Words) -> Advice {
    Advice { action, text: words.get(key::action::text(action)).to_owned() }
}

fn legs(stage: Stage, words: &Words) -> Vec<LegText> {
    stage
        .legs()
        .into_iter()
        .map(|(leg, state)| LegText {
            leg,
            state,
            name: words.get(key::leg::text(leg)).to_owned(),
            text: words.get(key::leg_state::text(state)).to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
