//! The facts about each code.

use core::time::Duration;

use super::action::Action;
use super::cause::Cause;
use super::code::Code;
use super::component;
use super::limit::Limit;
use super::named::named;
use super::page::Form;
use super::party::Party;
use super::prevention::Prevention;
use super::source::Source;
use super::stage::Stage;

/// The facts about one code.
///
/// ```
/// # use rayback_catalog::{Entry, entry};
/// let entry: &Entry = entry("524".parse().unwrap()).unwrap();
/// assert!(!entry.causes.is_empty() && !entry.sources.is_empty());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// Its name, from Cloudflare's page or documentation, or ours if Cloudflare publishes none.
    pub name: &'static str,
    /// The origin of the name.
    pub title: Title,
    /// The HTTP status that it's sent with, if documented or seen.
    pub status: Option<u16>,
    /// Where the request ended.
    pub stage: Stage,
    /// Where the fault lies.
    pub party: Party,
    /// The unbranded page, if it means something else than the code alone; [`Entry::on`] chooses.
    pub unbranded: Option<Variant>,
    /// Whether the branded page means the same as the unbranded one, so that only the bare code is unclear.
    pub(super) any_page_as_unbranded: bool,
    /// How long it typically lasts.
    pub persistence: Persistence,
    /// How to retry it without the user.
    pub remedy: Remedy,
    /// How much of the site it represents.
    pub scope: Scope,
    /// Whether it's only the HTTP status of a page that shows one of Cloudflare's own codes, which has the actual
    /// meaning.
    pub is_envelope: bool,
    /// The components of Cloudflare's status page that the failure depends on, as the page names them, in lower case.
    pub components: &'static [&'static str],
    /// Cloudflare's own wait before a retry, in seconds; `None` if it publishes none.
    ///
    /// Source: Cloudflare's documentation, "Error responses", retry tables (2026-05-05).
    pub retry_after_s: Option<u16>,
    /// Cloudflare's statement on whether a retry can help; `None` if there's none.
    ///
    /// Source: Cloudflare's documentation, "Error responses" (2026-05-05): its retry tables name every code for which a
    /// retry can help; the other 1xxx codes, 525 and 526 are listed as not retryable.
    pub retryable: Option<bool>,
    /// Whether the origin can have received the request.
    pub delivery: Delivery,
    /// The visitor's options, the most useful first; at most three.
    pub actions: &'static [Action],
    /// The causes, the likeliest first.
    pub causes: &'static [Cause],
    /// Sources for causes, branded and unbranded, that differ from the cause's general source; see [`Entry::citation`].
    pub(super) citations: &'static [(Cause, Source)],
    /// The larger codes that it's confused with; see [`confusables`](super::confusables).
    pub(super) confusables: &'static [u16],
    /// Ways to prevent it.
    pub preventions: &'static [Prevention],
    /// The time-outs and sizes that cause it.
    pub limits: &'static [Limit],
    /// The sources of these facts; never empty.
    pub sources: &'static [Source],
}

/// The facts about a code that depend on the form of its page.
///
/// Source: Cloudflare's documentation, "Error 502 or 504" and "Error 503": the branded page is the origin's own answer
/// passed on; the unbranded one that names `cloudflare` is Cloudflare's.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// Where the request ended.
    pub stage: Stage,
    /// Where the fault lies.
    pub party: Party,
    /// How long it typically lasts.
    pub persistence: Persistence,
    /// The visitor's options, the most useful first; at most three.
    pub actions: &'static [Action],
    /// The causes, the likeliest first.
    pub causes: &'static [Cause],
    /// Whether the unbranded page means something else, and these facts are for that page.
    pub(super) is_unbranded: bool,
}

/// How much of a site an answer represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The whole host: the connection, TLS, DNS name or tunnel failed, which doesn't depend on the path. Any URL of the
    /// host would have got the same answer, so `/` can be requested instead.
    Host,
    /// Possibly only this page.
    Page,
}

/// The origin of an entry's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Title {
    /// Cloudflare's.
    Official,
    /// Ours, because Cloudflare lists the code without a title.
    Ours,
}

/// How to retry a failure without the user.
///
/// ```
/// # use rayback_catalog::{Remedy, entry};
/// assert_eq!(entry("522".parse().unwrap()).unwrap().remedy, Remedy::Schedule);
/// assert_eq!(entry("1020".parse().unwrap()).unwrap().remedy, Remedy::Never);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Try again on the schedule.
    Schedule,
    /// Try again fewer times and later, by navigation, because each attempt costs the origin minutes of work.
    Sparingly,
    /// Try again after the floor, doubled each time, a few times: for a rate limit.
    Doubling,
    /// Try once, after the wait in the rule: someone has to fix the configuration.
    OnceAfterHalfHour,
    /// Try once, soon: for a Worker's exception, which is often gone the next time.
    OnceAfterMinute,
    /// Try once, on a new connection.
    NewConnection,
    /// Try once, after the floor: it fails again unless the request gets smaller.
    SmallerRequest,
    /// Leave it alone until the site's quota resets.
    AfterReset,
    /// Leave it alone: a rule refused, and trying again is futile and rude.
    Never,
}

named! {
    /// How long an error typically lasts.
    pub enum Persistence {
        /// Seconds.
        Seconds = "seconds",
        /// Minutes, typically; it clears up on its own.
        Minutes = "minutes",
        /// Anything from seconds to days; the code doesn't show.
        Varies = "varies",
        /// Until the owner fixes something.
        UntilFixed = "until-fixed",
        /// Until the owner changes a rule, or the visitor connects from elsewhere.
        UntilRuleChanges = "until-rule-changes",
        /// Until the visitor changes the request.
        UntilRequestChanges = "until-request-changes",
        /// Until the site's quota resets.
        UntilQuotaResets = "until-quota-resets",
        /// Until a legal block is lifted.
        UntilBlockLifted = "until-block-lifted",
        /// Until the address is corrected or the page comes back.
        PageMissing = "page-missing",
        /// For good, according to the site.
        Gone = "gone",
    }
}

named! {
    /// Whether the origin can have received the request, which matters to a user who submitted a form.
    pub enum Delivery {
        /// It can't have.
        No = "no",
        /// It almost certainly hasn't.
        HardlyEver = "hardly-ever",
        /// It can have.
        Perhaps = "perhaps",
        /// The maker of an imitation, or of a reported page, can have it.
        Stranger = "stranger",
    }
}

impl Entry {
    /// Cloudflare's own wait before a retry.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after_s.map(|seconds| Duration::from_secs(seconds.into()))
    }

    /// Returns the facts that depend on the page's form.
    #[must_use]
    pub fn on(&self, form: Form) -> Variant {
        let branded = Variant {
            stage: self.stage,
            party: self.party,
            persistence: self.persistence,
            actions: self.actions,
            causes: self.causes,
            is_unbranded: false,
        };
        let applies = match form {
            Form::Unbranded => true,
            // Headers alone, and a code without a page, don't show who made the page.
            Form::HeadersOnly => false,
            _ => self.any_page_as_unbranded,
        };
        self.unbranded.filter(|_| applies).unwrap_or(branded)
    }

    /// Returns the source that gives this cause for this code.
    #[must_use]
    pub fn citation(&self, cause: Cause) -> Source {
        self.citations.iter().find(|(cited, _)| *cited == cause).map_or_else(|| cause.source(), |(_, source)| *source)
    }

    /// Whether the visitor's device and connection are certainly not the cause.
    #[must_use]
    pub fn clears_visitor(&self) -> bool {
        // The cause can be a filter in the visitor's network, or an address pinned on the device.
        let maybe_here = [Action::AskNetwork, Action::RemovePin];
        self.party.clears_visitor() && !self.actions.iter().any(|action| maybe_here.contains(action))
    }

    /// Creates an entry for the methods below to fill in; facts they leave out have the most cautious value.
    pub(super) const fn new(code: u16, name: &'static str, stage: Stage, party: Party) -> Self {
        Self {
            code: Code::listed(code),
            name,
            title: Title::Official,
            status: None,
            stage,
            party,
            unbranded: None,
            any_page_as_unbranded: false,
            persistence: Persistence::UntilFixed,
            remedy: Remedy::Never,
            is_envelope: false,
            scope: Scope::Page,
            components: component::usual(party, stage),
            retry_after_s: None,
            retryable: if code >= 1000 { Some(false) } else { None },
            delivery: Delivery::No,
            actions: &[],
            causes: &[],
            citations: &[],
            confusables: &[],
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

    /// Marks the unbranded page as Cloudflare's own, with a party of its own at fault.
    pub(super) const fn if_unbranded(mut self, party: Party, causes: &'static [Cause]) -> Self {
        let actions = &[Action::Wait, Action::CheckStatus, Action::TellOwner];
        let (stage, persistence) = (self.stage, Persistence::Varies);
        self.unbranded = Some(Variant { stage, party, persistence, actions, causes, is_unbranded: true });
        self
    }

    /// Marks every page that names Cloudflare as Cloudflare's own. It asks visitors to try again in a few minutes. Only
    /// the bare code may be the origin's.
    pub(super) const fn if_page(mut self, party: Party, causes: &'static [Cause]) -> Self {
        self.any_page_as_unbranded = true;
        self = self.if_unbranded(party, causes);
        if let Some(page) = &mut self.unbranded {
            page.stage = Stage::Edge;
            page.persistence = Persistence::Minutes;
        }
        self
    }

    pub(super) const fn lasts(mut self, persistence: Persistence) -> Self {
        self.persistence = persistence;
        self
    }

    pub(super) const fn envelope(mut self) -> Self {
        self.is_envelope = true;
        self
    }

    pub(super) const fn whole_host(mut self) -> Self {
        self.scope = Scope::Host;
        self
    }

    pub(super) const fn depends_on(mut self, components: &'static [&'static str]) -> Self {
        self.components = components;
        self
    }

    pub(super) const fn citing(mut self, citations: &'static [(Cause, Source)]) -> Self {
        self.citations = citations;
        self
    }

    pub(super) const fn confused_with(mut self, larger: &'static [u16]) -> Self {
        self.confusables = larger;
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

    pub(super) const fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
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
