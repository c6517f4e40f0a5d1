//! One code's facts.

use core::time::Duration;

use super::action::Action;
use super::cause::Cause;
use super::limit::Limit;
use super::named::named;
use super::party::Party;
use super::prevention::Prevention;
use super::source::Source;
use super::stage::Stage;

/// What is known of one code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: u16,
    /// Its name, as Cloudflare's page or documentation has it, or ours where Cloudflare publishes none.
    pub name: &'static str,
    /// Whose name it is.
    pub title: Title,
    /// The HTTP status that it comes with, where that was documented or seen.
    pub status: Option<u16>,
    /// Where the request ended.
    pub stage: Stage,
    /// Where the fault lies.
    pub party: Party,
    /// What the unbranded page means, if something else.
    pub unbranded: Option<Unbranded>,
    /// How long it tends to last.
    pub lasting: Lasting,
    /// What may be done about it without the person.
    pub remedy: Remedy,
    /// Cloudflare's own wait before a retry, in seconds; `None` where it publishes none.
    ///
    /// Source: Cloudflare's documentation, "Error responses", retry tables (2026-05-05).
    pub retry_after_s: Option<u16>,
    /// Cloudflare's word on whether a retry can help; `None` where it says nothing.
    ///
    /// Source: Cloudflare's documentation, "Error responses" (2026-05-05): its retry tables name every code that a retry can
    /// help; the other 1xxx codes, 525 and 526 are listed as not retryable.
    pub retryable: Option<bool>,
    /// Whether the origin can have received the request.
    pub received: Received,
    /// What the visitor can do, the most useful first; at most three.
    pub actions: &'static [Action],
    /// What causes it, the likeliest first.
    pub causes: &'static [Cause],
    /// What keeps it from coming back.
    pub preventions: &'static [Prevention],
    /// The time-outs and sizes that produce it.
    pub limits: &'static [Limit],
    /// Where this was read; never empty.
    pub sources: &'static [Source],
}

/// What a code means on the unbranded page, where that differs.
///
/// Source: Cloudflare's documentation, "Error 502 or 504" and "Error 503": the branded page is the origin's own answer
/// passed on, the unbranded one that names `cloudflare` is Cloudflare's.
#[derive(Clone, Copy, Debug)]
pub struct Unbranded {
    /// Where the fault lies then.
    pub party: Party,
    /// What causes it then, the likeliest first.
    pub causes: &'static [Cause],
}

/// Whose name an entry bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Title {
    /// Cloudflare's.
    Official,
    /// Ours, because Cloudflare lists the code without a title.
    Ours,
}

/// What may be done about a failure without the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Try again on the schedule.
    Schedule,
    /// Try again fewer times and later, by navigation, since each attempt costs the origin minutes of work (524).
    Sparingly,
    /// Try again after the floor, doubled each time, at most five times (1015).
    Doubling,
    /// Look once, after 30 minutes: set-up that people repair.
    OnceAfterHalfHour,
    /// Look once, after 60 seconds: a Worker's exception that is often gone the next time.
    OnceAfterMinute,
    /// Leave it alone: a rule said no, and asking again is futile and rude.
    Never,
}

named! {
    /// How long an error tends to last.
    pub enum Lasting {
        /// Seconds.
        Seconds = "seconds",
        /// Minutes, typically; it heals by itself.
        Minutes = "minutes",
        /// Anything from seconds to days; the code does not tell.
        Varies = "varies",
        /// Until the owner repairs something.
        UntilFixed = "until-fixed",
        /// Until the owner changes a rule, or the visitor comes from elsewhere.
        UntilRuleChanges = "until-rule-changes",
        /// Until the visitor changes the request.
        UntilRequestChanges = "until-request-changes",
        /// Until the site's quota starts anew.
        UntilQuotaResets = "until-quota-resets",
    }
}

named! {
    /// Whether the origin can have received the request: what a person who sent a form must know.
    pub enum Received {
        /// It cannot have.
        No = "no",
        /// It almost certainly has not.
        HardlyEver = "hardly-ever",
        /// It can have.
        Perhaps = "perhaps",
    }
}

impl Entry {
    /// Cloudflare's own wait before a retry.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after_s.map(|seconds| Duration::from_secs(seconds.into()))
    }

    /// Whether the visitor's device and connection are certainly out of it.
    #[must_use]
    pub fn spares_visitor(&self) -> bool {
        // A filter of the visitor's own, or an address pinned on the device, can be behind these two all the same.
        let maybe_here = [Action::AskNetwork, Action::RemovePin];
        self.party.spares_visitor() && !self.actions.iter().any(|action| maybe_here.contains(action))
    }

    /// An entry that is filled in by the methods below; what they do not name has the most cautious value.
    pub(super) const fn new(code: u16, name: &'static str, stage: Stage, party: Party) -> Self {
        Self {
            code,
            name,
            title: Title::Official,
            status: None,
            stage,
            party,
            unbranded: None,
            lasting: Lasting::UntilFixed,
            remedy: Remedy::Never,
            retry_after_s: None,
            retryable: if code >= 1000 { Some(false) } else { None },
            received: Received::No,
            actions: &[],
            causes: &[],
            preventions: &[],
            limits: &[],
            sources: &[],
        }
    }

    pub(super) const fn our_name(mut self) -> Self {
        self.title = Title::Ours;
        self
    }

    pub(super) const fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    pub(super) const fn unbranded(mut self, party: Party, causes: &'static [Cause]) -> Self {
        self.unbranded = Some(Unbranded { party, causes });
        self
    }

    pub(super) const fn lasts(mut self, lasting: Lasting) -> Self {
        self.lasting = lasting;
        self
    }

    pub(super) const fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = remedy;
        self
    }

    pub(super) const fn retry_after_is(mut self, seconds: u16) -> Self {
        self.retry_after_s = Some(seconds);
        self.retryable = Some(true);
        self
    }

    pub(super) const fn not_retryable(mut self) -> Self {
        self.retryable = Some(false);
        self
    }

    pub(super) const fn received(mut self, received: Received) -> Self {
        self.received = received;
        self
    }

    pub(super) const fn actions(mut self, actions: &'static [Action]) -> Self {
        self.actions = actions;
        self
    }

    pub(super) const fn causes(mut self, causes: &'static [Cause]) -> Self {
        self.causes = causes;
        self
    }

    pub(super) const fn prevented_by(mut self, preventions: &'static [Prevention]) -> Self {
        self.preventions = preventions;
        self
    }

    pub(super) const fn limits(mut self, limits: &'static [Limit]) -> Self {
        self.limits = limits;
        self
    }

    pub(super) const fn from(mut self, sources: &'static [Source]) -> Self {
        self.sources = sources;
        self
    }
}
