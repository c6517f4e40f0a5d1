//! Pages: their kinds, their forms, and the meaning of one, with or without a listed code.

use super::named::named;
use super::{
    Action, Cause, Code, Delivery, Entry, Family, Party, Persistence, Remedy, Scope, Source, Stage, component, entry,
};

named! {
    /// The kind of a page.
    pub enum Kind {
        /// A request failed, and a code says how: a 5xx or 1xxx.
        Error = "error",
        /// "Sorry, you have been blocked": a rule of the site refused the request, without a code.
        Block = "block",
        /// A check that the visitor is human.
        Challenge = "challenge",
        /// Cloudflare Access refused or asks to sign in.
        Access = "access",
        /// A queue in front of the site, which refreshes itself.
        WaitingRoom = "waiting-room",
        /// Cloudflare's warning that the site may steal passwords or carry malware. Cloudflare put it there, not the owner.
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
    /// The form in which a page came.
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

/// The meaning of a page: the facts of its listed code on its form, otherwise those of its kind or of its number's family.
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
    /// How long it tends to last.
    pub persistence: Persistence,
    /// Whether the origin can have received the request.
    pub delivery: Delivery,
    /// How to retry it without the user.
    pub remedy: Remedy,
    /// How much of the site it speaks for.
    pub scope: Scope,
    /// The components of Cloudflare's status page that it depends on.
    pub components: &'static [&'static str],
    /// What the visitor can do, the most useful first; at most three.
    pub actions: &'static [Action],
    /// The causes, the likeliest first.
    pub causes: &'static [Cause],
    /// The section under which its words are filed if it has no entry, as `kind.block`.
    section: &'static str,
    /// What comes before the names of its words.
    prefix: &'static str,
}

impl Meaning {
    /// The meaning of a page that shows this code, or, without one, has a status.
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

    /// An error whose code isn't listed: the family of its number is all there is to go by.
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
            // A 4xx that isn't Cloudflare's own is the origin's answer to this request, passed on.
            Some((Family::Http, false)) => Self {
                stage: Stage::Answer,
                persistence: Persistence::UntilRequestChanges,
                section: "family.client",
                actions: &[Action::TellOwner],
                ..bare
            },
            Some((Family::Images, _)) => {
                Self { section: "family.images", actions: &[Action::ReloadOnce, Action::TellOwner], ..bare }
            }
            Some((Family::Cloudflare, _)) => {
                Self { section: "family.cloudflare", actions: &[Action::TellOwner], ..bare }
            }
            Some((Family::Other, _)) | None => bare,
        }
    }

    /// A page whose kind says it all. The site's owner sets up blocks, checks, sign-ins, queues and crawl prices; a Gateway
    /// belongs to the visitor's organisation. A warning isn't a fault, and an imitation is nobody's decision.
    fn uncoded(kind: Kind) -> Self {
        use Action::{
            AskNetwork, ChangePassword, LeavePage, OtherNetwork, PassCheck, RunNothing, SignIn, StayInQueue, TellOwner,
        };
        let by_rule = |section| Self::bare(kind, Party::Rule, section);
        match kind {
            Kind::Error => Self::unlisted(None),
            Kind::Block => {
                Self { actions: &[TellOwner, OtherNetwork], causes: &[Cause::ChallengeRule], ..by_rule("kind.block") }
            }
            Kind::Challenge => Self {
                persistence: Persistence::Seconds,
                actions: &[PassCheck, OtherNetwork],
                causes: &[Cause::ChallengeRule, Cause::ChallengeApi],
                components: component::CHALLENGE,
                ..by_rule("kind.challenge")
            },
            Kind::Access => Self {
                actions: &[SignIn],
                causes: &[Cause::AccessPolicy, Cause::AccessService],
                components: component::ACCESS,
                ..by_rule("kind.access")
            },
            Kind::WaitingRoom => {
                Self { persistence: Persistence::Minutes, actions: &[StayInQueue], ..by_rule("kind.waiting-room") }
            }
            // The page behind the warning, or the maker of the imitation, may have got the form.
            Kind::Warning => Self {
                delivery: Delivery::Stranger,
                actions: &[LeavePage, ChangePassword],
                causes: &[Cause::PhishingReport],
                ..Self::bare(kind, Party::Unclear, "kind.warning")
            },
            Kind::Gateway => Self {
                actions: &[AskNetwork],
                causes: &[Cause::GatewayPolicy],
                ..Self::bare(kind, Party::Network, "kind.gateway")
            },
            Kind::PaidCrawl => Self { causes: &[Cause::CrawlPrice], ..by_rule("kind.paid-crawl") },
            Kind::Imitation => Self {
                stage: Stage::Answer,
                persistence: Persistence::Varies,
                delivery: Delivery::Stranger,
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

    /// Where the fault lies, if the page itself proves it: not for an unlisted code, a warning or an imitation.
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

    /// Where we read that this page has this cause.
    #[must_use]
    pub fn citation(&self, cause: Cause) -> Source {
        self.entry.map_or_else(|| cause.source(), |entry| entry.citation(cause))
    }

    /// The key of one of its words, as `code.522.visitor` for `visitor`.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        match self.entry {
            Some(entry) => format!("code.{}.{}{name}", entry.code, self.prefix),
            None => format!("{}.{name}", self.section),
        }
    }
}
