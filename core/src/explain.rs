//! What a failure means, in words, for one of three readers.
//!
//! The facts come from the [`catalog`], the words from [`Words`]; nothing here knows a language. [`explain`] and its
//! siblings return an [`Explanation`], plain data that the panel takes single sentences from; [`Explanation::document`]
//! lays all of it out once, for every printer.

mod compare;
mod engineer;
mod layout;
mod owner;
mod reading;

use core::time::Duration;

use serde::Serialize;

pub use compare::{Comparison, Row, compare};
pub use engineer::DescribedDecision;
pub use layout::{Detail, Firewall};
pub use owner::{CauseStep, DescribedCommand, DescribedConfusable, OwnerPart};
pub use reading::{not_cloudflare, reading};

use crate::catalog::{self, Action, Delivery, Meaning, Party, Persistence, Source, Topic, Unlisted};
use crate::code::Code;
use crate::diagnosis::{Diagnosis, Form, Kind};
use crate::document::Leg;
use crate::order;
use crate::words::{Key, Words, key};

/// The reader of an explanation.
///
/// ```
/// use rayback_core::{Audience, Words, explain_code};
///
/// let words = Words::english().unwrap();
/// let code = "526".parse().unwrap();
/// assert!(explain_code(code, &words, Audience::Visitor).owner.is_none());
/// assert!(!explain_code(code, &words, Audience::Owner).owner.unwrap().steps.is_empty());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The visitor who sees the page.
    #[default]
    Visitor,
    /// The owner or administrator of the site.
    Owner,
    /// The engineer of a program that meets the page.
    Engineer,
}

/// A failure in words. Facts that aren't known are said to be unknown.
///
/// ```
/// use rayback_core::{Audience, Explanation, Words, explain_code};
///
/// let words = Words::english().unwrap();
/// let explanation: Explanation = explain_code("522".parse().unwrap(), &words, Audience::Visitor);
/// assert_eq!(explanation.cause, "Cloudflare tried to reach the site's server, but it didn't respond.");
/// assert!(explanation.actions.len() <= 3);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The code, where one is known.
    pub code: Option<Code>,
    /// The code's name.
    pub name: String,
    /// Code and name in one line, as a heading.
    pub heading: String,
    /// The cause in one plain sentence.
    pub cause: String,
    /// What Cloudflare saw, for owners and engineers.
    pub seen: String,
    /// The party at fault.
    pub party: Party,
    /// The party at fault, as a sentence.
    pub fault: String,
    /// A sentence that the visitor's device and connection are fine; `None` where that isn't certain.
    pub innocent: Option<String>,
    /// What the visitor can do, the most useful first; at most three, except for a check that can't load.
    pub actions: Vec<Advice>,
    /// Whether the page is gone for good.
    pub gone_for_good: String,
    /// How long the failure tends to last.
    pub persistence: Persistence,
    /// The same as a sentence, from a source or "unknown"; [`how_long`] adds this browser's record.
    pub how_long: String,
    /// Whether the origin can have received a form that was sent.
    pub delivery: Delivery,
    /// The same as a sentence.
    pub lost_form: String,
    /// What to do if an app or a program shows the code; `None` for pages that only a browser shows.
    pub in_an_app: Option<String>,
    /// The four legs of the request, in order.
    pub legs: Vec<Leg>,
    /// The plain page with the same code that ends in "cloudflare", where that means something different and it isn't
    /// known which of the two pages was seen.
    pub unbranded: Option<Unbranded>,
    /// The part for owners; `None` for other readers.
    pub owner: Option<OwnerPart>,
    /// The part for engineers; `None` for other readers.
    pub engineer: Option<DescribedDecision>,
    /// The sources of these facts.
    pub sources: Vec<Source>,
}

/// The meaning of the plain page with the same code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unbranded {
    /// The cause in one plain sentence.
    pub cause: String,
    /// The party at fault, as a sentence.
    pub fault: String,
}

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// The action, so that a shell can make a button of it.
    pub action: Action,
    /// The action in words.
    pub text: String,
}

/// Explains a classified page.
///
/// ```
/// use rayback_core::{Audience, Observation, Words, classify, explain};
///
/// let page = Observation { status: Some(521), body: b"error code: 521".into(), ..Observation::default() };
/// let explanation = explain(&classify(&page).unwrap(), &Words::english().unwrap(), Audience::Owner);
/// assert_eq!(explanation.code.unwrap().number(), 521);
/// ```
#[must_use]
pub fn explain(diagnosis: &Diagnosis, words: &Words, audience: Audience) -> Explanation {
    let case = Case { meaning: diagnosis.meaning(), code: diagnosis.code, host: diagnosis.host.as_deref() };
    case.explain(words, audience)
}

/// Explains a code when nothing but the code is known.
///
/// ```
/// use rayback_core::{Audience, Words, explain_code};
///
/// let explanation = explain_code("1033".parse().unwrap(), &Words::english().unwrap(), Audience::Engineer);
/// assert!(!explanation.engineer.unwrap().decision.log.is_empty());
/// ```
#[must_use]
pub fn explain_code(code: Code, words: &Words, audience: Audience) -> Explanation {
    let unbranded = catalog::entry(code).filter(|entry| entry.unbranded.is_some()).map(|_| {
        let plain = explain_unbranded(code, words, Audience::Visitor);
        Unbranded { cause: plain.cause, fault: plain.fault }
    });
    // A bare code doesn't show who made its page, and neither do headers alone.
    Explanation { unbranded, ..Case::of_code(code, Form::HeadersOnly).explain(words, audience) }
}

/// Explains Cloudflare's own page of a code, which blames another party for some codes.
#[must_use]
pub fn explain_unbranded(code: Code, words: &Words, audience: Audience) -> Explanation {
    Case::of_code(code, Form::Unbranded).explain(words, audience)
}

/// Explains a page without a code: a block, challenge, sign-in, queue or imitation.
#[must_use]
pub fn explain_kind(kind: Kind, words: &Words, audience: Audience) -> Explanation {
    let form = Form::Branded;
    Case { meaning: Meaning::new(kind, None, None, form), code: None, host: None }.explain(words, audience)
}

/// The cause of a classified page in few words, for a first glance.
pub(crate) fn short_cause<'a>(diagnosis: &Diagnosis, words: &'a Words) -> &'a str {
    let topic = diagnosis.meaning().topic;
    let short = match topic {
        Topic::Code(of) => key::code::short(of),
        Topic::UnbrandedCode(of) => key::code::unbranded_short(of),
        Topic::Kind(of) => key::kind::short(of),
        Topic::Unlisted(_) => None,
    };
    words.get(short.unwrap_or(Keys::of(topic).visitor))
}

/// How long the failure may last: the catalogue's sentence, and this browser's record of the site where there is one.
///
/// `past` holds the least duration of each earlier failure of the same site, from
/// [`outage_durations`](crate::history::outage_durations).
#[must_use]
pub fn how_long(persistence: Persistence, past: &[Duration], words: &Words) -> String {
    let from_source = words.get(key::lasting::long(persistence)).to_owned();
    let Some((median, longest)) = order::median_and_longest(past) else { return from_source };
    let from_record = words.format(key::record::Earlier {
        n: u64::try_from(past.len()).unwrap_or(u64::MAX),
        median: &duration(median, words),
        longest: &duration(longest, words),
    });
    words.join([from_source, from_record])
}

/// A duration in its largest fitting unit, rounded up: seconds below 2 minutes, minutes below 2 hours, hours below
/// 2 days, otherwise days.
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

/// The subject of an explanation: a page, a code or a kind.
struct Case<'a> {
    meaning: Meaning,
    code: Option<Code>,
    host: Option<&'a str>,
}

/// The keys of a topic's sentences.
#[derive(Clone, Copy)]
struct Keys {
    /// `None` for a listed code, whose name is in the catalogue.
    name: Option<Key>,
    visitor: Key,
    seen: Key,
    /// `None` for most pages, which share the sentence of the party at fault.
    fault: Option<Key>,
    /// `None` for most pages, which share the sentences of the persistence.
    gone: Option<Key>,
    /// As `gone`.
    long: Option<Key>,
    /// `None` for most pages, which share the sentence of the delivery.
    form: Option<Key>,
    /// `None` for most pages, which share a sentence or have none.
    app: Option<Key>,
}

impl Keys {
    fn of(topic: Topic) -> Self {
        use key::{code, family, kind};
        // The build checks that every listed code and kind has these two sentences.
        let unknown = Unlisted::Other;
        let shared = |visitor: Option<Key>, seen: Option<Key>| Self {
            name: None,
            visitor: visitor.unwrap_or(family::visitor(unknown)),
            seen: seen.unwrap_or(family::seen(unknown)),
            fault: None,
            gone: None,
            long: None,
            form: None,
            app: None,
        };
        match topic {
            Topic::Code(of) => {
                Self { fault: code::fault(of), long: code::long(of), ..shared(code::visitor(of), code::seen(of)) }
            }
            Topic::UnbrandedCode(of) => Self {
                fault: code::unbranded_fault(of),
                ..shared(code::unbranded_visitor(of), code::unbranded_seen(of))
            },
            Topic::Unlisted(of) => {
                Self { name: Some(family::name(of)), ..shared(Some(family::visitor(of)), Some(family::seen(of))) }
            }
            Topic::Kind(of) => Self {
                name: kind::name(of),
                fault: kind::fault(of),
                gone: kind::gone(of),
                form: kind::form(of),
                app: kind::app(of),
                ..shared(kind::visitor(of), kind::seen(of))
            },
        }
    }
}

impl Case<'_> {
    fn of_code(code: Code, form: Form) -> Self {
        Self { meaning: Meaning::new(Kind::Error, Some(code), None, form), code: Some(code), host: None }
    }

    fn explain(&self, words: &Words, audience: Audience) -> Explanation {
        let meaning = &self.meaning;
        let entry = meaning.entry;
        let keys = Keys::of(meaning.topic);
        let named = keys.name.map(|key| words.get(key));
        let name = entry.map(|it| it.name).or(named).unwrap_or_default().to_owned();
        let heading = match self.code {
            Some(code) => words.format(key::label::Error { code: &code.to_string(), name: &name }),
            None => name.clone(),
        };
        let seen = words.get(keys.seen).to_owned();
        // Most pages share these sentences; where those would be wrong, they have their own.
        let own = |own: Option<Key>, shared: Key| words.get(own.unwrap_or(shared)).to_owned();
        let persistence = meaning.persistence;
        Explanation {
            code: self.code,
            heading,
            cause: words.get(keys.visitor).to_owned(),
            party: meaning.party,
            fault: own(keys.fault, key::party::fault(meaning.party)),
            innocent: meaning.clears_visitor().then(|| words.get(key::innocent::ALL).to_owned()),
            actions: meaning.actions.iter().map(|action| advice(*action, words)).collect(),
            gone_for_good: own(keys.gone, key::lasting::gone(persistence)),
            persistence,
            how_long: keys.long.map_or_else(|| how_long(persistence, &[], words), |key| words.get(key).to_owned()),
            delivery: meaning.delivery,
            lost_form: own(keys.form, key::received::form(meaning.delivery)),
            in_an_app: keys.app.or_else(|| in_an_app(meaning)).map(|key| words.get(key).to_owned()),
            legs: legs(meaning, words),
            unbranded: None,
            owner: (audience == Audience::Owner).then(|| OwnerPart::new(meaning, self.host, words)),
            engineer: (audience == Audience::Engineer).then(|| DescribedDecision::new(meaning, words)),
            sources: entry.map(|it| it.sources.to_vec()).unwrap_or_default(),
            name,
            seen,
        }
    }
}

fn advice(action: Action, words: &Words) -> Advice {
    Advice { action, text: words.get(key::action::text(action)).to_owned() }
}

/// The advice for an app's user, by the party at fault. Checks, queues and sign-ins are made for browsers and have none.
fn in_an_app(meaning: &Meaning) -> Option<Key> {
    match (meaning.kind, meaning.party) {
        (Kind::Error | Kind::Block, Party::Rule | Party::Law) => Some(key::app::RULE),
        (Kind::Error, Party::Visitor | Party::Network) => Some(key::app::REQUEST),
        (Kind::Error, Party::Unclear) => None,
        // The app asked for something that's gone, or over a wrong connection: the service itself works.
        (Kind::Error, _)
            if meaning.persistence == Persistence::Gone || meaning.remedy == catalog::Remedy::NewConnection =>
        {
            Some(key::app::REQUEST)
        }
        (Kind::Error, _) => Some(key::app::VISITOR),
        _ => None,
    }
}

fn legs(meaning: &Meaning, words: &Words) -> Vec<Leg> {
    meaning
        .stage
        .legs(meaning.delivery)
        .into_iter()
        .map(|(leg, state)| Leg {
            leg,
            state,
            name: words.get(key::leg::text(leg)).into(),
            text: words.get(key::leg_state::text(state)).into(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
