//! Kinds and forms of pages, and a page's meaning, with or without a listed code.

use super::named::named;
use super::{
    Action, Cause, Code, Delivery, Entry, Family, Party, Persistence, Remedy, Scope, Source, Stage, component, entry,
};

named! {
    /// The kind of a page. `Display`, `FromStr`, serde and [`Kind::id`] use the same names, such as `waiting-room`.
    ///
    /// ```
    /// # use rayback_catalog::Kind;
    /// assert_eq!("waiting-room".parse(), Ok(Kind::WaitingRoom));
    /// assert_eq!(Kind::WaitingRoom.to_string(), "waiting-room");
    /// ```
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
        /// A warning that the site may steal passwords or spread malware. It comes from Cloudflare, not the owner.
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
    /// The form of a page. `Display`, `FromStr`, serde and [`Form::id`] use the same names, such as `problem-json`.
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
    /// The sentences that describe it.
    pub topic: Topic,
}

/// The subject of the sentences that describe a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// A listed code.
    Code(Code),
    /// A listed code whose unbranded page means something else, on that page.
    UnbrandedCode(Code),
    /// An error whose code isn't listed.
    Unlisted(Unlisted),
    /// A page whose kind says it all; never [`Kind::Error`].
    Kind(Kind),
}

named! {
    /// The family of an unlisted code.
    pub enum Unlisted {
        /// An HTTP status 400 to 499.
        Client = "client",
        /// An HTTP status 500 to 599.
        Server = "server",
        /// One of Cloudflare's own.
        Cloudflare = "cloudflare",
        /// One of Cloudflare Images' own.
        Images = "images",
        /// Any other number, or none.
        Other = "other",
    }
}

impl Meaning {
    /// What a visitor can do about a check that can't load, in the order that worked on 18 November 2025.
    ///
    /// Source: reports from owners and visitors on that day; Cloudflare's documentation, "Challenge solve issues".
    pub const STUCK_CHECK: &[Action] =
        &[Action::CheckStatus, Action::PrivateWindow, Action::OtherNetwork, Action::TestCheck, Action::AskToLift];

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
            stage: variant.stage,
            party: variant.party,
            persistence: variant.persistence,
            delivery: entry.delivery,
            remedy: entry.remedy,
            scope: entry.scope,
            components: entry.components,
            actions: variant.actions,
            causes: variant.causes,
            topic: if variant.is_unbranded { Topic::UnbrandedCode(entry.code) } else { Topic::Code(entry.code) },
        }
    }

    /// Returns the meaning of an error whose code isn't listed, from its number's family alone.
    fn unlisted(number: Option<Code>) -> Self {
        let bare = Self {
            // Nothing is known about an unlisted code, so a form may have arrived.
            delivery: Delivery::Perhaps,
            persistence: Persistence::Varies,
            actions: &[Action::Wait, Action::TellOwner],
            ..Self::bare(Kind::Error, Party::Unclear, Topic::Unlisted(Unlisted::Other))
        };
        match number.map(|code| (code.family(), code.is_server_error())) {
            Some((Family::Http, true)) => Self {
                stage: Stage::Answer,
                party: Party::Origin,
                remedy: Remedy::Schedule,
                topic: Topic::Unlisted(Unlisted::Server),
                ..bare
            },
            // A 4xx that isn't Cloudflare's own is the origin's response to this request, passed on.
            Some((Family::Http, false)) => Self {
                stage: Stage::Answer,
                persistence: Persistence::UntilRequestChanges,
                topic: Topic::Unlisted(Unlisted::Client),
                actions: &[Action::TellOwner],
                ..bare
            },
            Some((Family::Images, _)) => Self {
                topic: Topic::Unlisted(Unlisted::Images),
                actions: &[Action::ReloadOnce, Action::TellOwner],
                ..bare
            },
            Some((Family::Cloudflare, _)) => {
                Self { topic: Topic::Unlisted(Unlisted::Cloudflare), actions: &[Action::TellOwner], ..bare }
            }
            Some((Family::Other, _)) | None => bare,
        }
    }

    /// Returns the meaning of a page that depends only on its kind. The site's owner sets up blocks, checks, sign-ins,
    /// queues and crawl prices; a Gateway belongs to the visitor's organisation. A warning isn't a fault, and an
    /// imitation is nobody's decision.
    fn uncoded(kind: Kind) -> Self {
        use Action::{
            AskNetwork, ChangePassword, LeavePage, OtherNetwork, PassCheck, RunNothing, SignIn, StayInQueue, TellOwner,
        };
        let by_rule = Self::bare(kind, Party::Rule, Topic::Kind(kind));
        match kind {
            Kind::Error => Self::unlisted(None),
            Kind::Block => Self {
                actions: &[TellOwner, OtherNetwork],
                causes: &[Cause::ChallengeRule],
                components: component::RULE,
                ..by_rule
            },
            Kind::Challenge => Self {
                persistence: Persistence::Seconds,
                actions: &[PassCheck, OtherNetwork],
                causes: &[Cause::ChallengeRule, Cause::ChallengeApi, Cause::TurnstileSetup],
                components: component::CHALLENGE,
                ..by_rule
            },
            Kind::Access => Self {
                actions: &[SignIn],
                causes: &[Cause::AccessPolicy, Cause::AccessService],
                components: component::ACCESS,
                ..by_rule
            },
            Kind::WaitingRoom => Self { persistence: Persistence::Minutes, actions: &[StayInQueue], ..by_rule },
            // The owner of the reported page, or the maker of the imitation, may have received the form.
            Kind::Warning => Self {
                delivery: Delivery::Stranger,
                actions: &[LeavePage, ChangePassword],
                causes: &[Cause::PhishingReport],
                ..Self::bare(kind, Party::Unclear, Topic::Kind(kind))
            },
            Kind::Gateway => Self {
                actions: &[AskNetwork],
                causes: &[Cause::GatewayPolicy],
                ..Self::bare(kind, Party::Network, Topic::Kind(kind))
            },
            Kind::PaidCrawl => Self { causes: &[Cause::CrawlPrice], ..by_rule },
            Kind::Imitation => Self {
                stage: Stage::Answer,
                persistence: Persistence::Varies,
                delivery: Delivery::Stranger,
                actions: &[RunNothing],
                ..Self::bare(kind, Party::Unclear, Topic::Kind(kind))
            },
        }
    }

    const fn bare(kind: Kind, party: Party, topic: Topic) -> Self {
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
            topic,
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

    /// Returns the source that gives this cause for this page.
    #[must_use]
    pub fn citation(&self, cause: Cause) -> Source {
        self.entry.map_or_else(|| cause.source(), |entry| entry.citation(cause))
    }
}
