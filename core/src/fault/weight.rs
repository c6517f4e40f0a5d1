//! The table of weights.

use super::clue::Clue;
use crate::catalog::named;

named! {
    /// A party that may be at fault.
    ///
    /// ```
    /// use rayback_core::Suspect;
    ///
    /// assert_eq!(Suspect::Origin.id(), "origin");
    /// ```
    pub enum Suspect {
        /// This device has no connection.
        Offline = "offline",
        /// The page is no page of Cloudflare's.
        Imitation = "imitation",
        /// Nobody: a rule of the site's refuses.
        Rule = "rule",
        /// Nobody: a legal demand.
        Law = "law",
        /// The request that this browser sent.
        Visitor = "visitor",
        /// Something on this device or in its network keeps a check from loading.
        BlockedHere = "blocked-here",
        /// The visitor's network: a filter.
        Network = "network",
        /// Cloudflare.
        Cloudflare = "cloudflare",
        /// Perhaps a larger outage: at Cloudflare, or at a host that the failing sites share.
        Shared = "shared",
        /// One data centre of Cloudflare's, or its way to the site.
        Local = "local",
        /// The site's server or hosting.
        Origin = "origin",
        /// The network before the site's server, or its address record.
        Path = "path",
        /// The site's set-up.
        Setup = "setup",
        /// The site's code at Cloudflare.
        Code = "code",
        /// Nobody is known.
        Nobody = "nobody",
    }
}

/// Points that a clue gives to a suspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// The clue.
    pub clue: Clue,
    /// The suspect.
    pub suspect: Suspect,
    /// For the suspect if positive, against it if negative.
    pub points: i32,
    /// Why so many.
    pub because: &'static str,
}

const fn w(clue: Clue, suspect: Suspect, points: i32, because: &'static str) -> Weight {
    Weight { clue, suspect, points, because }
}

/// All weights. A clue that is not listed weighs nothing and is only shown.
///
/// The unit is set by the code itself: it is Cloudflare's own finding and counts 4 where a cause can lie on either side
/// of what it saw, 8 where the code as such is the answer (a rule that refused). Everything else is set against that.
pub const WEIGHTS: &[Weight] = &[
    w(Clue::Offline, Suspect::Offline, 20, "without a connection nothing else can be known"),
    w(Clue::LooksImitated, Suspect::Imitation, 20, "the page's own marks do not fit Cloudflare's"),
    w(
        Clue::TraceNotEdge,
        Suspect::Imitation,
        12,
        "every host behind Cloudflare answers the trace, even while its server is down",
    ),
    w(Clue::CodeOrigin, Suspect::Origin, 4, "Cloudflare saw the server fail; something before it may have made it so"),
    w(Clue::CodePath, Suspect::Path, 4, "Cloudflare saw no way to the server"),
    w(Clue::CodeSetup, Suspect::Setup, 6, "set-up errors are read from the site's own settings"),
    w(Clue::CodeCode, Suspect::Code, 6, "the site's own program reported it"),
    w(Clue::CodeCloudflare, Suspect::Cloudflare, 6, "Cloudflare says that it failed itself"),
    w(
        Clue::CodeOriginOrCloudflare,
        Suspect::Origin,
        3,
        "the server's answer may have been one that can't be passed on",
    ),
    w(Clue::CodeOriginOrCloudflare, Suspect::Cloudflare, 3, "and Cloudflare made the page itself"),
    w(Clue::CodeRule, Suspect::Rule, 8, "a refusal by rule says so itself"),
    w(Clue::ChallengeStuck, Suspect::BlockedHere, 3, "an extension, a VPN or a filter mostly blocks the check's host"),
    w(Clue::ChallengeStuck, Suspect::Cloudflare, 1, "on 18 November 2025 the host itself had failed"),
    w(Clue::CodeLaw, Suspect::Law, 8, "a legal block says so itself"),
    w(Clue::CodeVisitor, Suspect::Visitor, 5, "the request itself was refused"),
    w(Clue::CodeNetwork, Suspect::Network, 5, "no browser sends such a request by itself"),
    w(Clue::IncidentHere, Suspect::Cloudflare, 6, "a grave incident in this very data centre"),
    w(Clue::IncidentHere, Suspect::Origin, -1, "and with it less reason to look at the server"),
    w(Clue::IncidentService, Suspect::Cloudflare, 5, "a grave incident of a service that this failure depends on"),
    w(Clue::MinorIncident, Suspect::Cloudflare, 1, "a minor incident is open most of the time"),
    w(
        Clue::FreshIncident,
        Suspect::Cloudflare,
        2,
        "in both outages of late 2025 the first report named another service than the one that failed",
    ),
    w(Clue::CentreOffline, Suspect::Cloudflare, 4, "the data centre that served the page is reported offline"),
    w(Clue::NoIncident, Suspect::Cloudflare, -1, "status pages come late, so their silence counts little"),
    w(
        Clue::ManySameCentre,
        Suspect::Cloudflare,
        7,
        "many unrelated sites do not fail at the edge of one place by chance",
    ),
    w(Clue::ManyOthers, Suspect::Cloudflare, 6, "many unrelated sites do not fail at the edge at once by chance"),
    w(
        Clue::ManyOrigins,
        Suspect::Shared,
        5,
        "unrelated sites fail behind Cloudflare at once, which may still be chance",
    ),
    w(Clue::ManyOrigins, Suspect::Cloudflare, 2, "and they are known to share Cloudflare, not a hosting company"),
    w(
        Clue::FailsEverywhere,
        Suspect::Origin,
        3,
        "the same from several continents: the cause is behind all data centres",
    ),
    w(Clue::FailsEverywhere, Suspect::Path, 1, "or on the last stretch before the server"),
    w(Clue::FailsEverywhere, Suspect::Local, -6, "so it is not only this data centre"),
    w(Clue::WorksElsewhere, Suspect::Local, 8, "elsewhere the same site answers"),
    w(Clue::WorksElsewhere, Suspect::Origin, -3, "so its server is up"),
    w(Clue::WorksElsewhere, Suspect::Setup, -3, "and its set-up is sound"),
    w(Clue::WorksInPlaces, Suspect::Local, 4, "it depends on the data centre"),
    w(Clue::WorksInPlaces, Suspect::Path, 2, "or on the way between them and the server"),
    w(Clue::NameMissing, Suspect::Setup, 3, "public DNS does not know the site's name"),
    w(Clue::NameServersFail, Suspect::Setup, 3, "the name servers of the site's zone do not answer"),
];

/// The weights of one clue.
pub(super) fn of(clue: Clue) -> impl Iterator<Item = &'static Weight> {
    WEIGHTS.iter().filter(move |weight| weight.clue == clue)
}
