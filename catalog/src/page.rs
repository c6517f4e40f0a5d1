//! Kinds and forms of pages, and a page's meaning, with or without a listed code.

use super::named::named;
use super::{Action, Cause, Code, Delivery, Entry, Family, Party, Persistence, Remedy, Scope, Stage, component, entry};

named! {
    /// The kind of a page.
    pub enum Kind {
        /// A failed request with a code: a 5xx or 1xxx.
        Error = "error",
        /// "Sorry, you have been blocked": a rule of the site refused the request, without a code.
        Block = "block",
        /// A check that the visitor is human.
        Challenge = "challenge",
        /// Cloudflare Access refused the request or asks the visitor to sign in.
        Access = "access",
        /// A queue in front of the site, with a page that refreshes itself.
        WaitingRoom = "waiting-room",
        /// Cloudflare's warning that the site may steal passwords or distribute malware. Cloudflare put it there, not
        /// the owner.
        Warning = "warning",
        /// The block page of a Zero Trust Gateway: the visitor's organisation refused the request, not the site.
        Gateway = "gateway",
        /// AI Crawl Control refused a crawler, or asks it to pay.
        PaidCrawl = "paid-crawl",
        /// A page that claims to be Cloudflare's and isn't; it may be an attack.
        Imitation = "imitation",
    }
}

named! {
    /// The form of a page.
    pub enum Form {
        /// Cloudflare's own page.
        Branded = "branded",
        /// Cloudflare's box inside the site's own page.
        CustomBox = "custom-box",
        /// The bare line `error code: 522`.
        PlainText = "plain-text",
        /// Structured data, RFC 9457.
        ProblemJson = "problem-json",
        /// Markdown with front matter.
        Markdown = "markdown",
        /// The unstyled page that ends in `cloudflare`.
        Unbranded = "unbranded",
        /// Known by headers alone.
        HeadersOnly = "headers-only",
    }
}

/// The meaning of a page: the facts of its listed code in its form, otherwise those of its kind or its number's family.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// The kind of the page.
    pub kind: Kind,
    /// The entry of its code; `None` if it shows no listed code.
    pub entry: Option<&'static Entry>,
    /// Where the request ended.
    pub stage: Stage,
    /// Where the fault lies.
    pub party: Party,
    /// How long it typically lasts.
    pub persistence: Persistence,
    /// Whether the origin can have received the request.
    pub delivery: Delivery,
    /// How to retry it without the user.
    pub remedy: Remedy,
    /// How much of the site it represents.
    pub scope: Scope,
    /// The components of Cloudflare's status page that it depends on.
    pub components: &'static [&'static str],
    /// The visitor's options, the most useful first; at most three.
    pub actions: &'static [Action],
    /// The causes, the likeliest first.
    pub causes: &'static [Cause],
    /// The section of its words if it has no entry, such as `kind.block`.
    section: &'static str,
    /// The prefix of its words' names.
    prefix: &'static str,
}

impl Meaning {
    /// Returns the meaning of a page that shows this code or, without one, has this status.
    #[must_use]
    pub fn new(kind: Kind, code: Option<Code>, status: Option<Code>, form: Form) -> Self {
        match (kind, code.and_then(entry)) {
            (Kind::Error, Some(entry)) => Self::of_entry(entry, form),
            (Kind::Error, None) => Self::unlisted(code.or(status)),
            _ => Self::uncoded(kind),
        }
    }

    fn of_entry(entry: &'static Entry, form: Form) -> Self {
        let variant = entry.on(form);
        Self {
            kind: Kind::Error,
            entry: Some(entry),
            stage: entry.stage,
            party: variant.party,
            persistence: entry.persistence,
            delivery: entry.delivery,
            remedy: entry.remedy,
            scope: entry.scope,
            components: entry.components,
            actions: variant.actions,
            causes: variant.causes,
            section: "",
            prefix: variant.prefix,
        }
    }

    /// Returns the meaning of an error whose code isn't listed, from its number's family alone.
    fn unlisted(number: Option<Code>) -> Self {
        let bare = Self {
            // Nothing is known about an unlisted code, so a form may have arrived.
            delivery: Delivery::Perhaps,
            persistence: Persistence::Varies,
            actions: &[Action::Wait, Action::TellOwner],
            ..Self::bare(Kind::Error, Party::Unclear, "family.other")
        };
        match number.map(|code| (code.family(), code.is_server_error())) {
            Some((Family::Http, true)) => Self {
                stage: Stage::Answer,
                party: Party::Origin,
                remedy: Remedy::Schedule,
                section: "family.server",
                ..bare
            },
            Some((Family::Http, false)) => Self { party: Party::Visitor, section: "family.client", ..bare },
            Some((Family::Cloudflare, _)) => Self { section: "family.cloudflare", ..bare },
            Some((Family::Other, _)) | None => bare,
        }
    }

    /// Returns the meaning of a page that depends only on its kind. The site's owner sets up blocks, checks, sign-ins,
    /// queues and crawl prices; a Gateway belongs to the visitor's organisation. A warning isn't a fault, and an
    /// imitation is nobody's decision.
    fn uncoded(kind: Kind) -> Self {
        use Action::{AskNetwork, LeavePage, OtherNetwork, PassCheck, RunNothing, SignIn, StayInQueue, TellOwner};
        let by_rule = |section| Self::bare(kind, Party::Rule, section);
        match kind {
            Kind::Error => Self::unlisted(None),
            Kind::Block => Self { actions: &[TellOwner, OtherNetwork], ..by_rule("kind.block") },
            Kind::Challenge => Self {
                persistence: Persistence::Seconds,
                actions: &[PassCheck, OtherNetwork],
                ..by_rule("kind.challenge")
            },
            Kind::Access => Self { actions: &[SignIn], ..by_rule("kind.access") },
            Kind::WaitingRoom => {
                Self { persistence: Persistence::Minutes, actions: &[StayInQueue], ..by_rule("kind.waiting-room") }
            }
            Kind::Warning => Self { actions: &[LeavePage], ..Self::bare(kind, Party::Unclear, "kind.warning") },
            Kind::Gateway => Self { actions: &[AskNetwork], ..Self::bare(kind, Party::Network, "kind.gateway") },
            Kind::PaidCrawl => by_rule("kind.paid-crawl"),
            Kind::Imitation => Self {
                stage: Stage::Answer,
                persistence: Persistence::Varies,
                actions: &[RunNothing],
                ..Self::bare(kind, Party::Unclear, "kind.imitation")
            },
        }
    }

    const fn bare(kind: Kind, party: Party, section: &'static str) -> Self {
        Self {
            kind,
            entry: None,
            stage: Stage::Edge,
            party,
            persistence: Persistence::UntilRuleChanges,
            delivery: Delivery::No,
            remedy: Remedy::Never,
            scope: Scope::Page,
            components: component::EVERY_PAGE,
            actions: &[],
            causes: &[],
            section,
            prefix: "",
        }
    }

    /// Returns the party at fault if the page itself proves it: `None` for an unlisted code, a warning or an imitation.
    #[must_use]
    pub fn proven_party(&self) -> Option<Party> {
        let is_proven = self.entry.is_some() || !matches!(self.kind, Kind::Error | Kind::Warning | Kind::Imitation);
        is_proven.then_some(self.party)
    }

    /// Whether the visitor's device and connection are certainly not the cause.
    #[must_use]
    pub fn clears_visitor(&self) -> bool {
        self.entry.map_or(self.party.clears_visitor(), Entry::clears_visitor)
    }

    /// Returns the key of one of its words, such as `code.522.visitor` for `visitor`.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        match self.entry {
            Some(entry) => format!("code.{}.{}{name}", entry.code, self.prefix),
            None => format!("{}.{name}", self.section),
        }
    }
}
