//! The problems on the status page that concern a failure.

use serde::{Deserialize, Serialize};

use super::{AffectedService, Centre, CentreState, Incident, ServiceState, StatusPage};
use crate::data_centre::Iata;
use crate::diagnosis::{Diagnosis, Kind};
use crate::words::{Key, key};

/// The severity that Cloudflare gives an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// None, or an unknown word.
    #[default]
    None,
    /// Minor.
    Minor,
    /// Major.
    Major,
    /// Critical.
    Critical,
}

impl Severity {
    /// The severity of the API's word.
    pub(super) fn parse(word: &str) -> Self {
        match word {
            "minor" => Self::Minor,
            "major" => Self::Major,
            "critical" => Self::Critical,
            _ => Self::None,
        }
    }

    /// Whether waits are stretched while it lasts: it's major or critical.
    #[must_use]
    pub const fn is_serious(self) -> bool {
        matches!(self, Self::Major | Self::Critical)
    }

    pub(super) const fn key(self) -> Key {
        match self {
            Self::None => key::impact::NONE,
            Self::Minor => key::impact::MINOR,
            Self::Major => key::impact::MAJOR,
            Self::Critical => key::impact::CRITICAL,
        }
    }
}

/// What the status page says about one failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concern<'a> {
    /// The data centre that served the failing page, if the page lists it.
    pub centre: Option<&'a Centre>,
    /// Open incidents that name this data centre.
    pub here: Vec<&'a Incident>,
    /// Open incidents that name a service that the failure depends on, and not only other data centres.
    pub services: Vec<&'a Incident>,
    /// Maintenance under way in this data centre.
    pub maintenance: Vec<&'a Incident>,
    /// Services that the failure depends on and that aren't fully working.
    pub troubled: Vec<&'a AffectedService>,
}

impl Concern<'_> {
    /// The highest severity of anything that concerns the failure. Re-routing is routine and doesn't count; `None` if
    /// there's nothing.
    #[must_use]
    pub fn severity(&self) -> Severity {
        let incidents = self.here.iter().chain(&self.services).map(|incident| incident.impact);
        let centre = self.centre.filter(|centre| centre.state == CentreState::Offline).map(|_| Severity::Major);
        let services = self.troubled.iter().map(|service| match service.state {
            ServiceState::MajorOutage => Severity::Major,
            ServiceState::PartialOutage | ServiceState::Degraded => Severity::Minor,
            ServiceState::Maintenance => Severity::None,
        });
        incidents.chain(centre).chain(services).max().unwrap_or_default()
    }
}

/// How far an incident is from the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distance {
    /// It names the visitor's data centre.
    Here,
    /// It names no places.
    Anywhere,
    /// It names places, and the visitor's data centre isn't known.
    Unknown,
    /// It names other places.
    Elsewhere,
}

fn names_challenges(title: &str) -> bool {
    let title = title.to_ascii_lowercase();
    title.contains("challenge") || title.contains("turnstile")
}

impl StatusPage {
    /// The serious incident nearest to a visitor who's served by `at`, where that is known; `None` if none is open.
    #[must_use]
    pub fn nearest_incident(&self, at: Option<Iata>) -> Option<(&Incident, Distance)> {
        let here = at.and_then(|at| self.centre(at));
        let distance = |incident: &Incident| match at {
            _ if !incident.names_places() => Distance::Anywhere,
            None => Distance::Unknown,
            Some(at) if incident.centres.contains(&at) => Distance::Here,
            Some(_) if here.is_some_and(|here| here.is_in(&incident.places)) => Distance::Here,
            Some(_) => Distance::Elsewhere,
        };
        let open = self.incidents.iter().flatten().filter(|incident| incident.impact.is_serious());
        open.map(|incident| (incident, distance(incident))).min_by_key(|(_, distance)| *distance)
    }

    /// What the page says about a failure that was served by `at`, where that is known.
    #[must_use]
    pub fn concern(&self, diagnosis: &Diagnosis, at: Option<Iata>) -> Concern<'_> {
        let depends_on = diagnosis.meaning().components;
        let matches = |name: &str| {
            let name = name.trim().to_ascii_lowercase();
            depends_on.contains(&name.as_str())
        };
        let open = self.incidents.as_deref().unwrap_or_default();
        let here = at.and_then(|at| self.centre(at));
        let names_here = |incident: &&Incident| {
            at.is_some_and(|at| incident.centres.contains(&at)) || here.is_some_and(|here| here.is_in(&incident.places))
        };
        let is_challenge = diagnosis.kind == Kind::Challenge;
        Concern {
            centre: at.and_then(|at| self.centre(at)),
            here: open.iter().filter(names_here).collect(),
            services: open
                .iter()
                .filter(|incident| !names_here(incident))
                // One that names data centres, and not this one, is about those.
                .filter(|incident| !incident.names_places() || at.is_none() && incident.centres.len() > 1)
                .filter(|incident| {
                    incident.services.iter().any(|service| matches(service))
                        // "Cloudflare One Clients are incorrectly challenged": the component is another one.
                        || is_challenge && names_challenges(&incident.name)
                        || incident.services.is_empty() && incident.impact >= Severity::Major
                })
                .collect(),
            maintenance: self.maintenances.iter().filter(names_here).collect(),
            troubled: self.troubled_services.iter().flatten().filter(|service| matches(&service.name)).collect(),
        }
    }
}
