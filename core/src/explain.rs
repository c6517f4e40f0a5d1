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
use crate::words::Words;

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
    let from_source = words.say(&format!("lasting.{}.long", lasting.id())).to_owned();
    let mut past = past.to_vec();
    past.sort_unstable();
    let (Some(longest), Some(median)) = (past.last(), past.get((past.len().saturating_sub(1)) / 2)) else {
        return from_source;
    };
    let longest = duration(*longest, words);
    let from_record = if past.len() == 1 {
        words.fill("history.one", &[("longest", &longest)])
    } else {
        let values = [("n", past.len().to_string()), ("median", duration(*median, words)), ("longest", longest)];
        words.fill("history.many", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    format!("{from_source} {from_record}")
}

/// A length of time in its largest fitting unit, rounded up.
#[must_use]
pub fn duration(length: Duration, words: &Words) -> String {
    let seconds = length.as_secs();
    let (key, n) = match seconds {
        0..=119 => ("duration.seconds", seconds),
        120..=7_199 => ("duration.minutes", seconds.div_ceil(60)),
        7_200..=172_799 => ("duration.hours", seconds.div_ceil(3_600)),
        _ => ("duration.days", seconds.div_ceil(86_400)),
    };
    words.fill(key, &[("n", &n.to_string())])
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
    /// The key under which name and sentences are filed.
    key: String,
    /// What comes before the sentences' names in that section.
    prefix: &'static str,
}

impl Case<'_> {
    fn of_code(code: Code) -> Self {
        let (family, number) = (code.family(), code.number());
        Self { kind: Kind::Error, code: Some(code), family, number, form: Form::Branded, host: None }
    }

    fn explain(&self, words: &Words, audience: Audience) -> Explanation {
        let entry = self.entry();
        let facts = self.facts(entry);
        let line = |name: &str| words.say(&format!("{}.{}{name}", facts.key, facts.prefix)).to_owned();
        let name = entry.map_or_else(|| words.say(&format!("{}.name", facts.key)).to_owned(), |it| it.name.to_owned());
        let heading = match self.code {
            Some(code) => words.fill("label.error", &[("code", &code.to_string()), ("name", &name)]),
            None => name.clone(),
        };
        let seen = line("seen");
        // Most pages share the words of the party at fault; where those would be wrong, they have their own.
        let own_fault = words.find(&format!("{}.{}fault", facts.key, facts.prefix)).map(str::to_owned);
        let fault = own_fault.unwrap_or_else(|| words.say(&format!("party.{}.fault", facts.party.id())).to_owned());
        Explanation {
            code: self.code,
            heading,
            cause: line("visitor"),
            party: facts.party,
            fault,
            innocent: entry
                .map_or(facts.party.spares_visitor(), Entry::spares_visitor)
                .then(|| words.say("innocent.all").to_owned()),
            actions: facts.actions.iter().map(|action| advice(*action, words)).collect(),
            gone_for_good: words.say(&format!("lasting.{}.gone", facts.lasting.id())).to_owned(),
            lasting: facts.lasting,
            how_long: how_long(facts.lasting, &[], words),
            received: facts.received,
            lost_form: words.say(&format!("received.{}.form", facts.received.id())).to_owned(),
            in_an_app: words.say("app.visitor").to_owned(),
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
            Kind::Challenge
            | Kind::Access
            | Kind::WaitingRoom
            | Kind::Warning
            | Kind::Gateway
            | Kind::PaidCrawl
            | Kind::Imitation => None,
        }
    }

    fn decision(&self) -> crate::retry::decision::Decision {
        crate::retry::decision::decide_case(self.kind, self.entry(), self.form)
    }

    fn facts(&self, entry: Option<&'static Entry>) -> Facts {
        use Action::{
            AskNetwork, CheckStatus, LeavePage, OtherNetwork, PassCheck, RunNothing, SignIn, StayInQueue, TellOwner,
            Wait,
        };
        let bare = |section: &str, stage, party, lasting, actions| Facts {
            stage,
            party,
            lasting,
            received: Received::No,
            actions,
            key: section.to_owned(),
            prefix: "",
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
                    key: format!("code.{}", entry.code),
                    prefix: if unbranded.is_some() { "unbranded-" } else { "" },
                }
            }
            (Kind::Block, None) => bare("kind.block", Stage::Edge, decided, rule, &[TellOwner, OtherNetwork]),
            (Kind::Challenge, _) => {
                bare("kind.challenge", Stage::Edge, decided, Lasting::Seconds, &[PassCheck, OtherNetwork])
            }
            (Kind::Access, _) => bare("kind.access", Stage::Edge, decided, rule, &[SignIn]),
            (Kind::WaitingRoom, _) => bare("kind.waiting-room", Stage::Edge, decided, Lasting::Minutes, &[StayInQueue]),
            (Kind::Warning, _) => bare("kind.warning", Stage::Edge, decided, rule, &[LeavePage]),
            (Kind::Gateway, _) => bare("kind.gateway", Stage::Edge, decided, rule, &[AskNetwork]),
            (Kind::PaidCrawl, _) => bare("kind.paid-crawl", Stage::Edge, decided, rule, &[]),
            (Kind::Imitation, _) => bare("kind.imitation", Stage::Answer, decided, Lasting::Varies, &[RunNothing]),
            (Kind::Error, None) => {
                let (section, stage, party) = match (self.family, self.number) {
                    (Family::Http, 500..) => ("family.server", Stage::Answer, Party::Origin),
                    (Family::Http, _) => ("family.client", Stage::Edge, Party::Visitor),
                    (Family::Cloudflare, _) => ("family.cloudflare", Stage::Edge, Party::Unclear),
                    (Family::Other, _) => ("family.other", Stage::Edge, Party::Unclear),
                };
                Facts {
                    // Of an unlisted code nothing is known, so a form may have arrived.
                    received: Received::Perhaps,
                    ..bare(section, stage, party, Lasting::Varies, &[Wait, TellOwner])
                }
            }
        }
    }
}

fn advice(action: Action, words: &Words) -> Advice {
    Advice { action, text: words.say(&format!("action.{}", action.id())).to_owned() }
}

fn legs(stage: Stage, words: &Words) -> Vec<LegText> {
    stage
        .legs()
        .into_iter()
        .map(|(leg, state)| LegText {
            leg,
            state,
            name: words.say(&format!("leg.{}", leg.id())).to_owned(),
            text: words.say(&format!("leg-state.{}", state.id())).to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
