//! The first glance: whose fault it is, where the way to the page is broken, and what happens next.
//!
//! If several things are true, the first of these decides the headline: an imitation, a phishing warning, no connection, the
//! site being back, Stop, the verdict. What keeps the page from being reloaded (a form, typed text, a one-time link) is
//! shown below every headline but the first three, and outranks Stop. An open incident is shown below the verdict.

use serde::Serialize;

use super::case::{Case, Danger};
use super::{ChoiceView, Emphasis, Phrase, StateView};
use crate::catalog::{LegState, Party, Stage};
use crate::diagnosis::Kind;
use crate::explain::short_cause;
use crate::fault::{Certainty, Suspect, Verdict};
use crate::history::Reason;
use crate::watch::{Choice, HoldReason, Phase};
use crate::words::{Key, key};

/// What's seen first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GlanceView {
    /// Whether the page itself is the danger, so that only the way out is shown.
    pub is_danger: bool,
    /// The verdict, in at most eight words.
    pub headline: String,
    /// The same in two to four words, for the folded panel.
    pub chip: String,
    /// What is known, in one sentence.
    pub why: Option<String>,
    /// The code, as "Error 522".
    pub error: Option<String>,
    /// The way to the page, with the leg that's broken.
    pub path: Option<PathView>,
    /// The two possible causes of a check that can't load.
    pub suspicions: Vec<SuspicionView>,
    /// What happens next.
    pub state: Option<StateView>,
    /// What to do if the page has already done its worst.
    pub after: Option<String>,
    /// The buttons; at most one stands out.
    pub choices: Vec<ChoiceView>,
    /// The button that leaves a dangerous page; it stands out.
    pub leave: Option<String>,
    /// Whether the report for the site stands out, because no other button does.
    pub reports: bool,
}

/// The way to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PathView {
    /// What it is, for screen readers.
    pub label: String,
    /// The visitor, Cloudflare and the site.
    pub stops: [StopView; 3],
}

/// A stop of the way to a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StopView {
    /// Its name.
    pub name: String,
    /// How it is, in words; empty if that isn't known yet.
    pub text: String,
    /// The same as a mark.
    pub mark: Mark,
    /// The leg that leads to it.
    pub leg: Mark,
}

/// How a stop or a leg is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Works.
    Ok,
    /// Broken.
    Fail,
    /// Someone's rule ends the request here.
    Block,
    /// Not reached.
    Skip,
    /// Not known.
    Unsure,
}

/// A possible cause, and how likely it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuspicionView {
    /// The cause.
    pub title: String,
    /// What follows from it.
    pub text: String,
    /// How likely it is.
    pub likelihood: String,
    /// Whether it's the likelier one.
    pub leads: bool,
}

/// What the headline is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Headline {
    Danger(Danger),
    Offline,
    Back,
    Stopped,
    Verdict,
}

impl Case<'_> {
    /// The first glance at a failure.
    pub(super) fn glance(&self, verdict: &Verdict) -> GlanceView {
        let headline = self.headline(verdict);
        let danger = match headline {
            Headline::Danger(danger) => Some(danger),
            _ => None,
        };
        let (line, chip) = self.lines(headline, verdict);
        let mut choices: Vec<_> = self.choices();
        if danger.is_none() {
            choices.splice(0..0, self.stop_refresh());
        }
        choices.retain(|view| match view.choice {
            Choice::ReloadNow { .. } | Choice::Resume | Choice::StopRefresh { .. } => danger.is_none(),
            Choice::Stop => true,
            _ => false,
        });
        let is_refusal = headline == Headline::Verdict && matches!(verdict.suspect, Suspect::Rule | Suspect::Law);
        let is_error = matches!(self.diagnosis.kind, Kind::Error | Kind::Block);
        GlanceView {
            is_danger: danger.is_some(),
            headline: line,
            chip,
            why: self.why(headline),
            error: self
                .diagnosis
                .code
                .filter(|_| matches!(headline, Headline::Verdict | Headline::Stopped))
                .map(|code| self.words.format(key::glance::Error { code: &code.to_string() })),
            path: self.path(headline, verdict),
            suspicions: if headline == Headline::Verdict { self.suspicions(verdict) } else { Vec::new() },
            state: self.next(headline),
            after: danger
                .map(|danger| {
                    self.words.get(match danger {
                        Danger::Imitation => key::glance::after::IMITATION,
                        Danger::Warning => key::glance::after::WARNING,
                    })
                })
                .map(str::to_owned),
            leave: danger.map(|_| self.words.get(key::panel::LEAVE).to_owned()),
            reports: is_refusal
                && is_error
                && choices
                    .iter()
                    .all(|view| view.emphasis == Emphasis::Plain && matches!(view.choice, Choice::ReloadNow { .. })),
            choices,
        }
    }

    fn headline(&self, verdict: &Verdict) -> Headline {
        if let Some(danger) = self.danger() {
            return Headline::Danger(danger);
        }
        match self.phase {
            Phase::Offline { .. } => Headline::Offline,
            _ if verdict.suspect == Suspect::Offline => Headline::Offline,
            _ if self.is_left_out() => Headline::Verdict,
            Phase::AwaitingClick { .. } | Phase::Back { .. } | Phase::Navigating { reason: Reason::Recovery, .. } => {
                Headline::Back
            }
            Phase::Stopped { .. } if self.lasting_hold().is_none() => Headline::Stopped,
            _ => Headline::Verdict,
        }
    }

    /// What keeps the page from being reloaded in every phase of the watch.
    fn lasting_hold(&self) -> Option<HoldReason> {
        self.hold.filter(|why| {
            matches!(
                why,
                HoldReason::NotGet | HoldReason::MethodUnknown | HoldReason::UnsavedInput | HoldReason::OneTimeLink
            )
        })
    }

    /// The headline, and the folded panel's.
    fn lines(&self, headline: Headline, verdict: &Verdict) -> (String, String) {
        use key::chip;
        let (words, host) = (self.words, self.host);
        let (line, chip) = match headline {
            Headline::Back => (words.format(key::glance::Back { host }), chip::BACK),
            Headline::Stopped => (words.format(key::glance::Stopped { host }), chip::STOPPED),
            Headline::Offline => (words.get(key::verdict::OFFLINE).to_owned(), chip::OFFLINE),
            Headline::Danger(Danger::Imitation) => {
                // A folded panel warns of a danger in the same words.
                return (words.get(key::verdict::IMITATION).to_owned(), words.get(key::verdict::IMITATION).to_owned());
            }
            Headline::Danger(Danger::Warning) => {
                return (words.get(key::glance::WARNING).to_owned(), words.get(key::glance::WARNING).to_owned());
            }
            Headline::Verdict => {
                let (line, chip) = self.verdict_lines(verdict);
                (words.get(line).to_owned(), chip)
            }
        };
        (line, words.get(chip).to_owned())
    }

    fn verdict_lines(&self, verdict: &Verdict) -> (Key, Key) {
        use key::{chip, glance};
        let suspect = verdict.suspect;
        match self.diagnosis.kind {
            Kind::Challenge if !self.diagnosis.is_stuck_challenge() => return (glance::CHALLENGE, chip::CHALLENGE),
            Kind::Challenge if suspect != Suspect::Cloudflare || verdict.certainty < Certainty::Likely => {
                return (key::verdict::BLOCKED_HERE, chip::STUCK);
            }
            Kind::WaitingRoom => return (glance::WAITING_ROOM, chip::WAITING_ROOM),
            Kind::Access => return (glance::ACCESS, chip::ACCESS),
            Kind::Gateway => return (glance::GATEWAY, chip::NETWORK),
            _ => {}
        }
        // A mere possibility is worded as one, and only if the visitor's own side is certainly fine.
        let is_possible = verdict.certainty == Certainty::Possible;
        let clears_visitor = self.diagnosis.meaning().clears_visitor();
        match suspect {
            Suspect::Origin | Suspect::Path | Suspect::Setup | Suspect::Code | Suspect::Cloudflare
                if is_possible && !clears_visitor =>
            {
                (key::verdict::NOBODY, chip::UNKNOWN)
            }
            Suspect::Origin | Suspect::Path | Suspect::Setup | Suspect::Code if is_possible => {
                (glance::MAYBE_SITE, chip::MAYBE_SITE)
            }
            Suspect::Cloudflare if is_possible => (glance::MAYBE_CLOUDFLARE, chip::MAYBE_CLOUDFLARE),
            Suspect::Origin | Suspect::Path | Suspect::Setup | Suspect::Code => (suspect.key(), chip::SITE),
            Suspect::Cloudflare => (suspect.key(), chip::CLOUDFLARE),
            Suspect::Shared => (suspect.key(), chip::SHARED),
            Suspect::Local => (suspect.key(), chip::LOCAL),
            Suspect::Rule => (suspect.key(), chip::RULE),
            Suspect::Law => (suspect.key(), chip::LAW),
            Suspect::Visitor => (suspect.key(), chip::VISITOR),
            Suspect::Network => (suspect.key(), chip::NETWORK),
            Suspect::BlockedHere => (suspect.key(), chip::STUCK),
            // Made by the site's own server, whether it works or not.
            Suspect::Imitation => (key::verdict::ORIGIN, chip::SITE),
            Suspect::Offline | Suspect::Nobody => (key::verdict::NOBODY, chip::UNKNOWN),
        }
    }

    fn why(&self, headline: Headline) -> Option<String> {
        use key::glance::why;
        let key = match headline {
            Headline::Danger(Danger::Imitation) => why::IMITATION,
            Headline::Offline => why::OFFLINE,
            Headline::Back if !matches!(self.phase, Phase::AwaitingClick { .. }) => return None,
            Headline::Back => match self.lasting_hold() {
                Some(HoldReason::NotGet) => why::BACK_FORM,
                Some(HoldReason::MethodUnknown) => why::BACK_METHOD_UNKNOWN,
                Some(HoldReason::UnsavedInput) => why::BACK_TYPED,
                Some(HoldReason::OneTimeLink) => why::BACK_LINK,
                _ => why::BACK,
            },
            Headline::Verdict if self.diagnosis.is_stuck_challenge() => why::STUCK,
            Headline::Danger(Danger::Warning) | Headline::Stopped | Headline::Verdict => {
                return Some(short_cause(self.diagnosis, self.words).to_owned());
            }
        };
        Some(self.words.get(key).to_owned())
    }

    /// What happens next. A headline that says it already isn't repeated.
    fn next(&self, headline: Headline) -> Option<StateView> {
        let state = self.state()?;
        match headline {
            Headline::Danger(_) | Headline::Stopped => None,
            Headline::Back if !matches!(self.phase, Phase::Navigating { .. }) => None,
            Headline::Verdict
                if matches!(self.diagnosis.kind, Kind::Challenge) && !self.diagnosis.is_stuck_challenge() =>
            {
                None
            }
            // Stopped, and held in any case: the reason comes first.
            Headline::Verdict => match (self.phase, self.lasting_hold()) {
                (Phase::Stopped { .. }, Some(why)) => {
                    let text = Phrase::plain(self.words.get(self.hold_key(why)));
                    Some(StateView { text, then: None, ..state })
                }
                _ => Some(state),
            },
            Headline::Offline | Headline::Back => Some(state),
        }
    }

    fn suspicions(&self, verdict: &Verdict) -> Vec<SuspicionView> {
        use key::glance::stuck;
        if !self.diagnosis.is_stuck_challenge() {
            return Vec::new();
        }
        let suspicion = |suspect: Suspect, title: Key, text: Key| {
            let leads = verdict.suspect == suspect;
            let likelihood = match verdict.certainty {
                Certainty::Unknown => stuck::POSSIBLE,
                _ if leads => stuck::MORE_LIKELY,
                _ => stuck::LESS_LIKELY,
            };
            let [title, text, likelihood] = [title, text, likelihood].map(|key| self.words.get(key).to_owned());
            SuspicionView { title, text, likelihood, leads }
        };
        let mut both = vec![
            suspicion(Suspect::BlockedHere, stuck::HERE, stuck::HERE_DO),
            suspicion(Suspect::Cloudflare, stuck::CLOUDFLARE, stuck::CLOUDFLARE_DO),
        ];
        if verdict.suspect == Suspect::Cloudflare {
            both.reverse();
        }
        both
    }

    fn path(&self, headline: Headline, verdict: &Verdict) -> Option<PathView> {
        use key::path;
        let skip = (Mark::Skip, Mark::Skip, path::NOT_REACHED);
        let unsure = (Mark::Unsure, Mark::Unsure, path::UNSURE);
        let ok = (Mark::Ok, Mark::Ok, path::OK);
        let you = (Mark::Ok, path::OK);
        let meaning = self.diagnosis.meaning();
        // Until the edge has answered, only the page says that it's Cloudflare's.
        let edge = self.is_confirmed().then_some(ok);
        let is_beyond =
            matches!(meaning.proven_party(), Some(Party::Origin | Party::Path | Party::Setup | Party::Code));
        let [_, (_, tcp), ..] = meaning.stage.legs(meaning.delivery);
        let (you, cloudflare, site) = match headline {
            Headline::Danger(_) | Headline::Stopped => return None,
            Headline::Verdict if self.diagnosis.is_stuck_challenge() => return None,
            Headline::Back => (you, Some(ok), ok),
            Headline::Offline => ((Mark::Fail, path::NO_CONNECTION), Some(skip), skip),
            Headline::Verdict => match (self.diagnosis.kind, verdict.suspect) {
                (Kind::Challenge, _) => (you, edge, (Mark::Block, Mark::Skip, path::CHECK)),
                (Kind::WaitingRoom, _) => (you, edge, (Mark::Block, Mark::Skip, path::QUEUE)),
                (Kind::Access, _) => (you, edge, (Mark::Block, Mark::Block, path::SIGN_IN)),
                (_, Suspect::Rule) => (you, edge, (Mark::Block, Mark::Block, path::RULE)),
                (_, Suspect::Law) => (you, edge, (Mark::Block, Mark::Block, path::LAW)),
                (_, Suspect::Visitor) if meaning.stage == Stage::Answer => {
                    (you, edge, (Mark::Ok, Mark::Block, path::REQUEST))
                }
                (_, Suspect::Visitor) => (you, Some((Mark::Ok, Mark::Block, path::REQUEST)), skip),
                (_, Suspect::Network) => (you, Some((Mark::Block, Mark::Block, path::NETWORK)), skip),
                (_, Suspect::Cloudflare) if verdict.certainty >= Certainty::Likely => {
                    let site = if tcp == LegState::NotReached { skip } else { unsure };
                    (you, Some((Mark::Ok, Mark::Fail, path::TROUBLE)), site)
                }
                (_, Suspect::Imitation) => (you, edge, unsure),
                (_, Suspect::Local) => (you, edge, (Mark::Fail, Mark::Ok, path::ELSEWHERE)),
                // If the code itself says what's broken, that holds for any verdict.
                (_, suspect)
                    if is_beyond
                        || verdict.certainty >= Certainty::Likely
                            && matches!(
                                suspect,
                                Suspect::Setup | Suspect::Code | Suspect::Origin | Suspect::Path | Suspect::Shared
                            ) =>
                {
                    let site = match (meaning.stage, verdict.suspect) {
                        (Stage::Answer, _) => (Mark::Ok, Mark::Fail, path::NO_REPLY),
                        (Stage::Tls, _) => (Mark::Fail, Mark::Fail, path::NO_ENCRYPTION),
                        (Stage::Edge | Stage::Visitor, Suspect::Code) => (Mark::Ok, Mark::Fail, path::CODE),
                        (Stage::Edge | Stage::Visitor, Suspect::Setup) => (Mark::Fail, Mark::Fail, path::SETUP),
                        _ => (Mark::Fail, Mark::Fail, path::UNREACHABLE),
                    };
                    (you, edge, site)
                }
                _ => (you, Some(unsure), unsure),
            },
        };
        let text = |key: Key| self.words.get(key).to_owned();
        let cloudflare_text = cloudflare.map_or_else(String::new, |(.., state)| match self.city {
            // Where it wasn't reached, it doesn't matter where it is.
            Some(city) if headline != Headline::Offline => {
                self.words.format(path::At { city, state: self.words.get(state) })
            }
            _ => text(state),
        });
        let (cloudflare_leg, cloudflare_mark, _) = cloudflare.unwrap_or((Mark::Unsure, Mark::Unsure, path::UNSURE));
        Some(PathView {
            label: text(path::LABEL),
            stops: [
                StopView { name: text(path::YOU), text: text(you.1), mark: you.0, leg: Mark::Ok },
                StopView {
                    name: text(path::CLOUDFLARE),
                    text: cloudflare_text,
                    mark: cloudflare_mark,
                    leg: if headline == Headline::Offline { Mark::Fail } else { cloudflare_leg },
                },
                StopView { name: self.host.to_owned(), text: text(site.2), mark: site.1, leg: site.0 },
            ],
        })
    }
}

#[cfg(test)]
mod tests;
