//! What a failure means, in words, for one of three readers.
//!
//! Facts come from the [`catalog`](crate::catalog), words from [`Words`]; nothing here knows a language. Every text is plain text: a
//! shell shows it as such and never as markup.

mod compare;
mod engineer;
mod owner;

use core::time::Duration;

use serde::Serialize;

pub use compare::{Comparison, Row, compare};
pub use engineer::Decision;
pub use owner::{CauseStep, CommandText, ConfusableText, OwnerPart};

use crate::catalog::{Action, Delivery, LegName, LegState, Meaning, Party, Persistence, Source};
use crate::code::Code;
use crate::diagnosis::{Diagnosis, Form, Kind};
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
    pub persistence: Persistence,
    /// The same as a sentence, from a source or "unknown"; [`how_long`] adds this browser's record.
    pub how_long: String,
    /// Whether a form that was sent can have arrived.
    pub delivery: Delivery,
    /// The same as a sentence.
    pub lost_form: String,
    /// What to do if an app or a program shows the code; `None` for pages that only a browser shows.
    pub in_an_app: Option<String>,
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
    let case = Case { meaning: diagnosis.meaning(), code: diagnosis.code, host: diagnosis.host.as_deref() };
    case.explain(words, audience)
}

/// Explains a code of which nothing else is known.
#[must_use]
pub fn explain_code(code: Code, words: &Words, audience: Audience) -> Explanation {
    // A bare code doesn't show who made its page, as headers alone don't.
    Case::of_code(code, Form::HeadersOnly).explain(words, audience)
}

/// Explains Cloudflare's own page of a code, which blames another party for some codes.
#[must_use]
pub fn explain_unbranded(code: Code, words: &Words, audience: Audience) -> Explanation {
    Case::of_code(code, Form::Unbranded).explain(words, audience)
}

/// Explains a page that bears no code: a block, challenge, sign-in, queue or imitation.
#[must_use]
pub fn explain_kind(kind: Kind, words: &Words, audience: Audience) -> Explanation {
    let form = Form::Branded;
    Case { meaning: Meaning::new(kind, None, None, form), code: None, host: None }.explain(words, audience)
}

/// How long it lasts: from this browser's own record of the site where there is one, else from the catalogue.
///
/// `past` holds how long each earlier failure of the same site lasted at least, as
/// [`outages`](crate::history::outages) finds it.
#[must_use]
pub fn how_long(persistence: Persistence, past: &[Duration], words: &Words) -> String {
    let from_source = words.say(&format!("lasting.{}.long", persistence.id())).to_owned();
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

/// The subject of an explanation.
struct Case<'a> {
    meaning: Meaning,
    code: Option<Code>,
    host: Option<&'a str>,
}

impl Case<'_> {
    fn of_code(code: Code, form: Form) -> Self {
        Self { meaning: Meaning::new(Kind::Error, Some(code), None, form), code: Some(code), host: None }
    }

    fn explain(&self, words: &Words, audience: Audience) -> Explanation {
        let meaning = &self.meaning;
        let entry = meaning.entry;
        let line = |name: &str| words.say(&meaning.key(name)).to_owned();
        let name = entry.map_or_else(|| line("name"), |it| it.name.to_owned());
        let heading = match self.code {
            Some(code) => words.fill("label.error", &[("code", &code.to_string()), ("name", &name)]),
            None => name.clone(),
        };
        let seen = line("seen");
        // Most pages share the words of the party at fault; where those would be wrong, they have their own.
        let own = |name: &str, shared: String| {
            words.find(&meaning.key(name)).map_or_else(|| words.say(&shared).to_owned(), str::to_owned)
        };
        let persistence = meaning.persistence;
        Explanation {
            code: self.code,
            heading,
            cause: line("visitor"),
            party: meaning.party,
            fault: own("fault", format!("party.{}.fault", meaning.party.id())),
            innocent: meaning.clears_visitor().then(|| words.say("innocent.all").to_owned()),
            actions: meaning.actions.iter().map(|action| advice(*action, words)).collect(),
            gone_for_good: own("gone", format!("lasting.{}.gone", persistence.id())),
            persistence,
            how_long: words.find(&meaning.key("long")).map_or_else(|| how_long(persistence, &[], words), str::to_owned),
            delivery: meaning.delivery,
            lost_form: own("form", format!("received.{}.form", meaning.delivery.id())),
            in_an_app: in_an_app(meaning, words),
            legs: legs(meaning, words),
            owner: (audience == Audience::Owner).then(|| OwnerPart::new(meaning, self.host, words)),
            engineer: (audience == Audience::Engineer).then(|| Decision::new(meaning, words)),
            sources: entry.map(|it| it.sources.to_vec()).unwrap_or_default(),
            name,
            seen,
        }
    }
}

fn advice(action: Action, words: &Words) -> Advice {
    Advice { action, text: words.say(&format!("action.{}", action.id())).to_owned() }
}

/// The party decides whom an app's user can turn to. A check, a queue or a sign-in is made for browsers.
fn in_an_app(meaning: &Meaning, words: &Words) -> Option<String> {
    if let Some(own) = words.find(&meaning.key("app")) {
        return Some(own.to_owned());
    }
    let key = match (meaning.kind, meaning.party) {
        (Kind::Error | Kind::Block, Party::Rule | Party::Law) => "app.rule",
        (Kind::Error, Party::Visitor | Party::Network) => "app.request",
        (Kind::Error, Party::Unclear) => return None,
        (Kind::Error, _) => "app.visitor",
        _ => return None,
    };
    Some(words.say(key).to_owned())
}

fn legs(meaning: &Meaning, words: &Words) -> Vec<LegText> {
    meaning
        .stage
        .legs(meaning.delivery)
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
