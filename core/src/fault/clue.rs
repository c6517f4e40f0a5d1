//! Clues, and how they're found in a situation.

use super::DatedClue;
use super::situation::{Connection, Side, Situation};
use crate::catalog::{Cause, Party, named};
use crate::data_centre::{self, Iata};
use crate::diagnosis::{Form, Kind};
use crate::outside::dns::LookupOutcome;
use crate::outside::second_look::Summary;
use crate::outside::status_page::{CentreState, Incident, Severity, StatusPage};
use crate::outside::trace::Trace;
use crate::time::Timestamp;
use crate::words::{Key, Words, key};

named! {
    /// A kind of evidence. The words have a sentence and a source for each.
    pub enum Clue {
        /// The browser reports that there's no connection.
        Offline = "offline",
        /// The page's marks don't match Cloudflare's.
        LooksImitated = "looks-imitated",
        /// The code blames the site's server.
        CodeOrigin = "code-origin",
        /// The code blames the path to it.
        CodePath = "code-path",
        /// The code blames the site's configuration.
        CodeSetup = "code-setup",
        /// The code blames the site's code.
        CodeCode = "code-code",
        /// The code, or the unbranded page, blames Cloudflare.
        CodeCloudflare = "code-cloudflare",
        /// The code, or the unbranded page, fits a fault of the site's server or of Cloudflare.
        CodeOriginOrCloudflare = "code-origin-or-cloudflare",
        /// The code is a refusal by rule.
        CodeRule = "code-rule",
        /// A check that can't load what it needs.
        ChallengeStuck = "challenge-stuck",
        /// The code is a legal block.
        CodeLaw = "code-law",
        /// The code blames the request.
        CodeVisitor = "code-visitor",
        /// The code blames the visitor's network.
        CodeNetwork = "code-network",
        /// The code blames nobody.
        CodeUnclear = "code-unclear",
        /// The page comes from a filter in the visitor's network.
        PageGateway = "page-gateway",
        /// Cloudflare warns that the page is phishing or malware.
        PageWarning = "page-warning",
        /// A filter in the visitor's organisation can show this code too.
        GatewayPossible = "gateway-possible",
        /// The edge answered the trace.
        TraceEdge = "trace-edge",
        /// The edge answered the trace and named no data centre.
        TraceEdgeUnnamed = "trace-edge-unnamed",
        /// Something else answered it.
        TraceNotEdge = "trace-not-edge",
        /// Nothing answered it.
        TraceNoAnswer = "trace-no-answer",
        /// A major or critical incident names the data centre.
        IncidentHere = "incident-here",
        /// A major or critical incident names a service that the failure depends on.
        IncidentService = "incident-service",
        /// A minor incident names either.
        MinorIncident = "minor-incident",
        /// An incident began less than an hour ago, and Cloudflare hasn't tied it to this failure.
        FreshIncident = "fresh-incident",
        /// The same, but the failure may be the site's own, so the incident is shown without counting.
        FreshIncidentAlone = "fresh-incident-alone",
        /// The data centre is reported offline.
        CentreOffline = "centre-offline",
        /// The data centre's traffic is rerouted, which isn't an outage.
        CentreRerouted = "centre-rerouted",
        /// The status page reports nothing that concerns the failure.
        NoIncident = "no-incident",
        /// The same, while it's too early for it to report one.
        NoIncidentYet = "no-incident-yet",
        /// The status page couldn't be read.
        StatusUnknown = "status-unknown",
        /// At least two unrelated sites fail in the same data centre within minutes.
        ManySameCentre = "many-same-centre",
        /// At least two unrelated sites fail within minutes, in unknown or several data centres.
        ManyOthers = "many-others",
        /// At least two unrelated sites' servers fail within minutes.
        ManyOrigins = "many-origins",
        /// One other site fails.
        OneOther = "one-other",
        /// A check can't load, and another site fails inside Cloudflare, which this device can't cause.
        OneOtherAtCloudflare = "one-other-at-cloudflare",
        /// At least two unrelated sites' rules refuse this visitor within minutes, while an incident is open that concerns
        /// such rules.
        WaveOfBlocks = "wave-of-blocks",
        /// It fails from every other place.
        FailsEverywhere = "fails-everywhere",
        /// It works from every other place.
        WorksElsewhere = "works-elsewhere",
        /// It works from some other places.
        WorksInPlaces = "works-in-places",
        /// The check from other places was inconclusive.
        LookUnclear = "look-unclear",
        /// Public DNS doesn't have the name.
        NameMissing = "name-missing",
        /// The zone's name servers fail.
        NameServersFail = "name-servers-fail",
        /// Public DNS has the name.
        NameFound = "name-found",
    }
}

impl Clue {
    /// The clue's sentence with its [`DatedClue::detail`].
    pub(super) fn text(self, detail: &str, words: &Words) -> String {
        use key::clue;
        let number = || detail.parse().unwrap_or(0);
        match self {
            Self::Offline => words.get(clue::OFFLINE).to_owned(),
            Self::LooksImitated => words.get(clue::LOOKS_IMITATED).to_owned(),
            Self::CodeOrigin => words.format(clue::CodeOrigin { detail }),
            Self::CodePath => words.format(clue::CodePath { detail }),
            Self::CodeSetup => words.format(clue::CodeSetup { detail }),
            Self::CodeCode => words.format(clue::CodeCode { detail }),
            Self::CodeCloudflare => words.format(clue::CodeCloudflare { detail }),
            Self::CodeOriginOrCloudflare => words.format(clue::CodeOriginOrCloudflare { detail }),
            Self::CodeRule => words.get(clue::CODE_RULE).to_owned(),
            Self::ChallengeStuck => words.get(clue::CHALLENGE_STUCK).to_owned(),
            Self::CodeLaw => words.format(clue::CodeLaw { detail }),
            Self::CodeVisitor => words.format(clue::CodeVisitor { detail }),
            Self::CodeNetwork => words.format(clue::CodeNetwork { detail }),
            Self::CodeUnclear => words.get(clue::CODE_UNCLEAR).to_owned(),
            Self::PageGateway => words.get(clue::PAGE_GATEWAY).to_owned(),
            Self::PageWarning => words.get(clue::PAGE_WARNING).to_owned(),
            Self::GatewayPossible => words.get(clue::GATEWAY_POSSIBLE).to_owned(),
            Self::TraceEdge => words.format(clue::TraceEdge { detail }),
            Self::TraceEdgeUnnamed => words.get(clue::TRACE_EDGE_UNNAMED).to_owned(),
            Self::TraceNotEdge => words.get(clue::TRACE_NOT_EDGE).to_owned(),
            Self::TraceNoAnswer => words.get(clue::TRACE_NO_ANSWER).to_owned(),
            Self::IncidentHere => words.format(clue::IncidentHere { detail }),
            Self::IncidentService => words.format(clue::IncidentService { detail }),
            Self::MinorIncident => words.format(clue::MinorIncident { detail }),
            Self::FreshIncident | Self::FreshIncidentAlone => words.format(clue::FreshIncident { detail }),
            Self::CentreOffline => words.format(clue::CentreOffline { detail: city(detail, words) }),
            Self::CentreRerouted => words.format(clue::CentreRerouted { detail: city(detail, words) }),
            Self::NoIncident => words.get(clue::NO_INCIDENT).to_owned(),
            Self::NoIncidentYet => words.get(clue::NO_INCIDENT_YET).to_owned(),
            Self::StatusUnknown => words.get(clue::STATUS_UNKNOWN).to_owned(),
            Self::ManySameCentre => words.format(clue::ManySameCentre { n: number() }),
            Self::ManyOthers | Self::OneOtherAtCloudflare => words.format(clue::ManyOthers { n: number() }),
            Self::ManyOrigins => words.format(clue::ManyOrigins { n: number() }),
            Self::OneOther => words.get(clue::ONE_OTHER).to_owned(),
            Self::WaveOfBlocks => words.get(clue::WAVE_OF_BLOCKS).to_owned(),
            Self::FailsEverywhere => words.format(clue::FailsEverywhere { n: number() }),
            Self::WorksElsewhere => words.format(clue::WorksElsewhere { n: number() }),
            Self::WorksInPlaces => words.format(clue::WorksInPlaces { n: number() }),
            Self::LookUnclear => words.format(clue::LookUnclear { n: number() }),
            Self::NameMissing => words.get(clue::NAME_MISSING).to_owned(),
            Self::NameServersFail => words.get(clue::NAME_SERVERS_FAIL).to_owned(),
            Self::NameFound => words.get(clue::NAME_FOUND).to_owned(),
        }
    }

    /// Whether the page itself, or anyone who asks in public, can know it without learning what this browser's user does.
    pub(crate) const fn is_open_to_the_page(self) -> bool {
        !matches!(
            self,
            Self::ManySameCentre
                | Self::ManyOthers
                | Self::ManyOrigins
                | Self::OneOther
                | Self::OneOtherAtCloudflare
                | Self::WaveOfBlocks
                | Self::FailsEverywhere
                | Self::WorksElsewhere
                | Self::WorksInPlaces
                | Self::LookUnclear
                | Self::NameMissing
                | Self::NameServersFail
                | Self::NameFound
        )
    }

    /// The source of the clue.
    pub(super) const fn source(self) -> Key {
        use key::source;
        match self {
            Self::Offline => source::BROWSER,
            Self::TraceEdge | Self::TraceEdgeUnnamed | Self::TraceNotEdge | Self::TraceNoAnswer => source::TRACE,
            Self::IncidentHere
            | Self::IncidentService
            | Self::MinorIncident
            | Self::CentreOffline
            | Self::CentreRerouted
            | Self::FreshIncident
            | Self::FreshIncidentAlone
            | Self::NoIncident
            | Self::NoIncidentYet
            | Self::StatusUnknown => source::STATUS_PAGE,
            Self::ManySameCentre
            | Self::ManyOthers
            | Self::ManyOrigins
            | Self::OneOther
            | Self::OneOtherAtCloudflare
            | Self::WaveOfBlocks => source::THIS_BROWSER,
            Self::FailsEverywhere | Self::WorksElsewhere | Self::WorksInPlaces | Self::LookUnclear => {
                source::GLOBALPING
            }
            Self::NameMissing | Self::NameServersFail | Self::NameFound => source::DNS,
            _ => source::PAGE,
        }
    }
}

/// The data centre's city in the reader's language. A detail that isn't a known code is returned unchanged.
fn city<'a>(detail: &'a str, words: &'a Words) -> &'a str {
    Iata::parse(detail).and_then(|code| words.city(code)).unwrap_or(detail)
}

/// Finds every clue in a situation.
pub(super) fn gather(situation: &Situation<'_>) -> Vec<DatedClue> {
    let mut found = Vec::new();
    let mut add = |clue: Clue, detail: String, at: Option<Timestamp>| found.push(DatedClue { clue, detail, at });
    if situation.connection == Connection::Offline {
        add(Clue::Offline, String::new(), situation.offline_since);
    }
    page(situation, &mut add);
    if let Some(trace) = situation.trace {
        let (clue, detail) = match trace.value {
            Trace::Edge { data_centre: Some(data_centre) } => (Clue::TraceEdge, data_centre.to_string()),
            Trace::Edge { data_centre: None } => (Clue::TraceEdgeUnnamed, String::new()),
            Trace::NotEdge => (Clue::TraceNotEdge, String::new()),
            Trace::NoAnswer => (Clue::TraceNoAnswer, String::new()),
        };
        add(clue, detail, Some(trace.seen_at));
    }
    status_page(situation, &mut add);
    others(situation, &mut add);
    if let Some((look, at)) = &situation.second_look {
        let clue = match look.summary() {
            Summary::FailsEverywhere => Clue::FailsEverywhere,
            Summary::WorksElsewhere => Clue::WorksElsewhere,
            Summary::Mixed => Clue::WorksInPlaces,
            Summary::Unclear => Clue::LookUnclear,
        };
        add(clue, look.views.len().to_string(), Some(*at));
    }
    if let Some((lookup, at)) = &situation.dns {
        let clue = match lookup.outcome {
            LookupOutcome::NoSuchName => Clue::NameMissing,
            LookupOutcome::ServerFailure => Clue::NameServersFail,
            LookupOutcome::Exists | LookupOutcome::Other => Clue::NameFound,
        };
        add(clue, String::new(), Some(*at));
    }
    found
}

/// The page's own clues.
fn page(situation: &Situation<'_>, add: &mut impl FnMut(Clue, String, Option<Timestamp>)) {
    let diagnosis = situation.diagnosis;
    let at = Some(diagnosis.at.unwrap_or(situation.seen_at));
    let shown = match diagnosis.kind {
        Kind::Imitation => Some(Clue::LooksImitated),
        Kind::Warning => Some(Clue::PageWarning),
        Kind::Gateway => Some(Clue::PageGateway),
        _ if diagnosis.is_stuck_challenge() => Some(Clue::ChallengeStuck),
        _ => None,
    };
    if let Some(clue) = shown {
        add(clue, String::new(), at);
        return;
    }
    let meaning = diagnosis.meaning();
    let clue = match meaning.proven_party() {
        Some(Party::Origin) => Clue::CodeOrigin,
        Some(Party::Path) => Clue::CodePath,
        Some(Party::Setup) => Clue::CodeSetup,
        Some(Party::Code) => Clue::CodeCode,
        Some(Party::Cloudflare) => Clue::CodeCloudflare,
        Some(Party::OriginOrCloudflare) => Clue::CodeOriginOrCloudflare,
        Some(Party::Rule) => Clue::CodeRule,
        Some(Party::Law) => Clue::CodeLaw,
        Some(Party::Visitor) => Clue::CodeVisitor,
        Some(Party::Network) => Clue::CodeNetwork,
        Some(Party::Unclear) | None => Clue::CodeUnclear,
    };
    add(clue, diagnosis.code.map(|code| code.to_string()).unwrap_or_default(), at);
    if meaning.causes.contains(&Cause::Gateway) {
        add(Clue::GatewayPossible, String::new(), at);
    }
}

/// The status page's clues about the data centre and services concerned.
fn status_page(situation: &Situation<'_>, add: &mut impl FnMut(Clue, String, Option<Timestamp>)) {
    let Some(reading) = &situation.status_page else { return };
    let at = Some(reading.at);
    let Some(page) = &reading.page else {
        add(Clue::StatusUnknown, String::new(), at);
        return;
    };
    let concern = page.concern(situation.diagnosis, situation.data_centre());
    let serious = |incident: &&&Incident| incident.impact >= Severity::Major;
    if let Some(incident) = concern.here.iter().find(serious) {
        add(Clue::IncidentHere, incident.name.clone(), at);
    } else if let Some(incident) = concern.services.iter().find(serious) {
        add(Clue::IncidentService, incident.name.clone(), at);
    } else if let Some(incident) =
        concern.here.first().or(concern.services.first().filter(|_| !may_be_the_sites_own(situation)))
    {
        add(Clue::MinorIncident, incident.name.clone(), at);
    } else if let Some(incident) = fresh_incident(situation, page) {
        let clue = if may_be_the_sites_own(situation) { Clue::FreshIncidentAlone } else { Clue::FreshIncident };
        add(clue, incident.name.clone(), at);
    } else if page.incidents.is_some() && concern.severity() == Severity::None {
        let is_early = reading.at.since(situation.since) < Situation::SILENT_FOR;
        add(if is_early { Clue::NoIncidentYet } else { Clue::NoIncident }, String::new(), at);
    }
    if let Some(centre) = concern.centre {
        // A centre that isn't in our table keeps the name that the status page gives it.
        let detail = match data_centre::with_code(centre.code) {
            Some(_) => centre.code.to_string(),
            None => format!("{} ({})", centre.name, centre.code),
        };
        match centre.state {
            CentreState::Offline => add(Clue::CentreOffline, detail, at),
            CentreState::Rerouted | CentreState::PartlyRerouted => add(Clue::CentreRerouted, detail, at),
            CentreState::Working | CentreState::Degraded | CentreState::Unknown => {}
        }
    }
}

/// Whether only the answer's head is known and no other site fails. Most such 500s are the site's own, and on most days
/// some minor or unrelated incident is open, so an incident needs a second sign to count.
fn may_be_the_sites_own(situation: &Situation<'_>) -> bool {
    situation.diagnosis.form == Form::HeadersOnly && situation.unrelated().is_empty()
}

/// An incident of any service that began within the last hour, for a failure at the edge: the page of 5 December 2025 named the
/// dashboard while a quarter of the traffic failed. A minor one needs another site that fails too. One that names places
/// concerns those.
fn fresh_incident<'a>(situation: &Situation<'_>, page: &'a StatusPage) -> Option<&'a Incident> {
    if situation.side() != Some(Side::Edge) {
        return None;
    }
    let least = if situation.unrelated().is_empty() { Severity::Major } else { Severity::Minor };
    page.incidents.iter().flatten().find(|incident| {
        let age = incident.started_at.filter(|start| *start <= situation.now).map(|start| situation.now.since(start));
        incident.impact >= least && !incident.names_places() && age.is_some_and(|age| age < Situation::FRESH_FOR)
    })
}

/// Clues from other failures in this browser.
fn others(situation: &Situation<'_>, add: &mut impl FnMut(Clue, String, Option<Timestamp>)) {
    let others = situation.unrelated();
    let latest = others.iter().map(|other| other.at).max();
    if situation.side() == Some(Side::Rule) {
        // Without an incident it's more likely that something is known about this visitor's address.
        let concern = situation.concern().unwrap_or_default();
        if others.len() >= Situation::MANY && !(concern.here.is_empty() && concern.services.is_empty()) {
            add(Clue::WaveOfBlocks, others.len().to_string(), latest);
        }
        return;
    }
    let here = situation.data_centre();
    let same_centre = others.iter().filter(|other| here.is_some() && other.data_centre == here).count();
    let (clue, number) = if situation.side() == Some(Side::Origin) && others.len() >= Situation::MANY {
        (Clue::ManyOrigins, others.len())
    } else if same_centre >= Situation::MANY {
        (Clue::ManySameCentre, same_centre)
    } else if others.len() >= Situation::MANY {
        (Clue::ManyOthers, others.len())
    } else if others.is_empty() {
        return;
    } else if situation.diagnosis.is_stuck_challenge() && others.iter().any(|other| other.proves_edge_failure()) {
        (Clue::OneOtherAtCloudflare, others.len())
    } else {
        (Clue::OneOther, others.len())
    };
    add(clue, number.to_string(), latest);
}
