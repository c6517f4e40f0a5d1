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
        /// The page isn't Cloudflare's.
        Imitation = "imitation",
        /// Nobody: one of the site's rules refused the request.
        Rule = "rule",
        /// Nobody: the page is blocked for legal reasons.
        Law = "law",
        /// The request that this browser sent.
        Visitor = "visitor",
        /// Something on this device or network keeps a check from loading.
        BlockedHere = "blocked-here",
        /// The visitor's network: a filter.
        Network = "network",
        /// Cloudflare.
        Cloudflare = "cloudflare",
        /// Possibly a bigger outage: at Cloudflare, or at a hosting company that the failing sites share.
        Shared = "shared",
        /// One of Cloudflare's data centres, or its path to the site.
        Local = "local",
        /// The site's server or hosting.
        Origin = "origin",
        /// The network before the site's server, or its address record.
        Path = "path",
        /// The site's configuration on Cloudflare.
        Setup = "setup",
        /// The site's code that runs on Cloudflare.
        Code = "code",
        /// Unknown.
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
    /// The points: for the suspect if positive, against it if negative.
    pub points: i32,
    /// The reason for this number.
    pub because: &'static str,
}

const fn w(clue: Clue, suspect: Suspect, points: i32, because: &'static str) -> Weight {
    Weight { clue, suspect, points, because }
}

/// All weights. A clue that isn't listed has no points and is only shown.
///
/// The code sets the scale. It's Cloudflare's own finding and counts 4 where the cause may lie on either side of what
/// Cloudflare saw, and 8 where the code is the answer itself, as for a rule that refused. Everything else is weighed against
/// that.
pub const WEIGHTS: &[Weight] = &[
    w(Clue::Offline, Suspect::Offline, 20, "without a connection nothing else can be known"),
    w(Clue::LooksImitated, Suspect::Imitation, 20, "the page's marks don't match Cloudflare's"),
    w(
        Clue::TraceNotEdge,
        Suspect::Imitation,
        12,
        "every host behind Cloudflare answers the trace, even while its server is down",
    ),
    w(
        Clue::CodeOrigin,
        Suspect::Origin,
        4,
        "Cloudflare saw the server fail, perhaps because of something in front of it",
    ),
    w(Clue::CodePath, Suspect::Path, 4, "Cloudflare found no route to the server"),
    w(Clue::CodeSetup, Suspect::Setup, 6, "Cloudflare read the error from the site's own settings"),
    w(Clue::CodeCode, Suspect::Code, 6, "the site's own program reported it"),
    w(Clue::CodeCloudflare, Suspect::Cloudflare, 6, "Cloudflare says that it failed"),
    w(
        Clue::CodeOriginOrCloudflare,
        Suspect::Origin,
        3,
        "Cloudflare may have been unable to pass on the server's answer",
    ),
    w(Clue::CodeOriginOrCloudflare, Suspect::Cloudflare, 3, "Cloudflare made the page itself"),
    w(Clue::CodeRule, Suspect::Rule, 8, "the page says that a rule refused the request"),
    w(
        Clue::ChallengeStuck,
        Suspect::BlockedHere,
        3,
        "it's mostly an extension, a VPN or a filter that blocks the check's host",
    ),
    w(Clue::ChallengeStuck, Suspect::Cloudflare, 1, "on 18 November 2025 the host itself had failed"),
    w(Clue::CodeLaw, Suspect::Law, 8, "the page says that it's a legal block"),
    w(Clue::CodeVisitor, Suspect::Visitor, 5, "the request itself was refused"),
    w(Clue::CodeNetwork, Suspect::Network, 5, "browsers don't send such requests"),
    w(Clue::PageGateway, Suspect::Network, 8, "the page says that the network's filter blocked it"),
    w(Clue::IncidentHere, Suspect::Cloudflare, 6, "a serious incident in the data centre that served the page"),
    w(Clue::IncidentHere, Suspect::Origin, -1, "so the server is a less likely cause"),
    w(
        Clue::IncidentService,
        Suspect::Cloudflare,
        5,
        "a serious incident of a service that the failing page depends on",
    ),
    w(Clue::MinorIncident, Suspect::Cloudflare, 1, "a minor incident is open most of the time"),
    w(
        Clue::FreshIncident,
        Suspect::Cloudflare,
        2,
        "in both outages of late 2025 the first report named a different service from the one that failed",
    ),
    w(Clue::CentreOffline, Suspect::Cloudflare, 4, "the data centre that served the page is reported offline"),
    w(Clue::NoIncident, Suspect::Cloudflare, -1, "status pages come late, so their silence counts little"),
    w(Clue::ManySameCentre, Suspect::Cloudflare, 7, "unrelated sites don't fail at one data centre's edge by chance"),
    w(Clue::ManyOthers, Suspect::Cloudflare, 6, "unrelated sites don't fail at the edge at the same time by chance"),
    w(
        Clue::OneOtherAtCloudflare,
        Suspect::Cloudflare,
        4,
        "Cloudflare's edge made the other page, so nothing on this device did, but one failure may be chance",
    ),
    w(
        Clue::WaveOfBlocks,
        Suspect::Cloudflare,
        4,
        "on 18 November 2025 people got the bot score 0 and were refused by many sites' rules",
    ),
    w(
        Clue::ManyOrigins,
        Suspect::Shared,
        5,
        "unrelated sites' servers fail at the same time, which may still be chance",
    ),
    w(
        Clue::ManyOrigins,
        Suspect::Cloudflare,
        2,
        "the sites share Cloudflare; whether they share a hosting company isn't known",
    ),
    w(
        Clue::FailsEverywhere,
        Suspect::Origin,
        3,
        "it fails from several continents, so the cause is beyond all data centres",
    ),
    w(Clue::FailsEverywhere, Suspect::Path, 1, "or it's on the last part of the path to the server"),
    w(Clue::FailsEverywhere, Suspect::Local, -6, "so it isn't only this data centre"),
    w(Clue::WorksElsewhere, Suspect::Local, 8, "the same site answers elsewhere"),
    w(Clue::WorksElsewhere, Suspect::Origin, -3, "so its server is up"),
    w(Clue::WorksElsewhere, Suspect::Setup, -3, "so its configuration is fine"),
    w(Clue::WorksInPlaces, Suspect::Local, 4, "it depends on the data centre"),
    w(Clue::WorksInPlaces, Suspect::Path, 2, "or on the path from there to the server"),
    w(Clue::NameMissing, Suspect::Setup, 3, "public DNS doesn't have the site's name"),
    w(Clue::NameServersFail, Suspect::Setup, 3, "the zone's name servers don't answer"),
];

/// The weights of one clue.
pub(super) fn of(clue: Clue) -> impl Iterator<Item = &'static Weight> {
    WEIGHTS.iter().filter(move |weight| weight.clue == clue)
}
