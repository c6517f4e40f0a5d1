//! Which of the status page's troubles concern a failure.

use serde::{Deserialize, Serialize};

use super::{Centre, CentreState, Incident, Service, ServiceState, StatusPage};
use crate::catalog::{self, Party, Stage};
use crate::data_centre::Iata;
use crate::diagnosis::Diagnosis;
use crate::watch::Event;
use crate::words::{Key, key};

/// How grave Cloudflare calls an incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Not grave, or a word that is not known.
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
    /// Open incidents that name a service which the failure depends on, and not only other data centres.
    pub services: Vec<&'a Incident>,
    /// Maintenance under way in this data centre.
    pub maintenance: Vec<&'a Incident>,
    /// Services which the failure depends on that are not fully working.
    pub troubled: Vec<&'a Service>,
}

impl Concern<'_> {
    /// The gravest of all that concerns the failure. Re-routing is no trouble, and a quiet page has none.
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

    /// What the watch is told: an open major or critical matter stretches its waits, anything less does not.
    #[must_use]
    pub fn event(&self) -> Event {
        if self.severity() >= Severity::Major { Event::IncidentOpen } else { Event::IncidentOver }
    }
}

impl StatusPage {
    /// What the page says about a failure that was served by `at`, where that is known.
    #[must_use]
    pub fn concern(&self, diagnosis: &Diagnosis, at: Option<Iata>) -> Concern<'_> {
        let depends_on = dependencies(diagnosis);
        let matches = |name: &str| {
            let name = name.trim().to_ascii_lowercase();
            depends_on.contains(&name.as_str())
        };
        let open = self.incidents.as_deref().unwrap_or_default();
        let names_here = |incident: &&Incident| at.is_some_and(|at| incident.centres.contains(&at));
        Concern {
            centre: at.and_then(|at| self.centre(at)),
            here: open.iter().filter(names_here).collect(),
            services: open
                .iter()
                .filter(|incident| !names_here(incident))
                // One that names data centres, and not this one, is about those.
                .filter(|incident| incident.centres.is_empty() || at.is_none() && incident.centres.len() > 1)
                .filter(|incident| {
                    incident.services.iter().any(|service| matches(service))
                        || incident.services.is_empty() && incident.impact >= Severity::Major
                })
                .collect(),
            maintenance: self.maintenances.iter().filter(names_here).collect(),
            troubled: self.troubled_services.iter().flatten().filter(|service| matches(&service.name)).collect(),
        }
    }
}

/// The services, by the names that the status page gives them, that a failure of this kind depends on; in lower case.
///
/// Every failing page came through the network and its cache; what else matters follows from where the request ended.
/// A service that is not listed here concerns no failure.
///
/// Source of the names: Cloudflare's own Terraform provider, the affected components of `cloudflare_notification_policy`
/// (each with its id on the status page; read 2026-11-22). What was added to the page since, or renamed, is not known.
/// Which failure depends on which service is our own conclusion.
fn dependencies(diagnosis: &Diagnosis) -> &'static [&'static str] {
    let Some(entry) = diagnosis.code.and_then(catalog::entry) else {
        return &[NETWORK, CACHE];
    };
    match (entry.code, entry.party, entry.stage) {
        (1033, ..) => &[NETWORK, CACHE, "tunnel"],
        // An organisation's Gateway gives it too.
        (526, ..) => &[NETWORK, CACHE, "gateway"],
        (_, Party::Code, _) | (1022, ..) => {
            &[NETWORK, CACHE, "workers", "workers kv", "durable objects", "pages", "snippets"]
        }
        (_, Party::Rule, _) => &[NETWORK, CACHE, "firewall", "bot management", "challenge platform", "api shield"],
        (_, _, Stage::Lookup) => &[NETWORK, CACHE, "authoritative dns", "recursive dns", "dns updates", LOAD_BALANCING],
        (_, _, Stage::Tls) => &[NETWORK, CACHE],
        _ => &[NETWORK, CACHE, LOAD_BALANCING, "argo smart routing"],
    }
}

const NETWORK: &str = "network";
const CACHE: &str = "cdn/cache";
const LOAD_BALANCING: &str = "load balancing and monitoring";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::status_page::tests::failure;

    /// The components of the status page that Cloudflare's Terraform provider names, those of no website left out.
    const PUBLISHED: &[&str] = &[
        "API Shield",
        "Always Online",
        "Argo Smart Routing",
        "Authoritative DNS",
        "Bot Management",
        "CDN Cache Purge",
        "CDN/Cache",
        "Cache Reserve",
        "Challenge Platform",
        "DNS Root Servers",
        "DNS Updates",
        "Durable Objects",
        "Firewall",
        "Gateway",
        "Infrastructure",
        "Load Balancing and Monitoring",
        "Magic Firewall",
        "Network",
        "Pages",
        "R2",
        "Recursive DNS",
        "SSL Certificate Provisioning",
        "SSL for SaaS Provisioning",
        "Snippets",
        "Spectrum",
        "Tunnel",
        "Waiting Room",
        "Workers",
        "Workers KV",
        "Workers Preview",
    ];

    #[test]
    fn every_service_is_called_as_the_status_page_calls_it() {
        let published: Vec<_> = PUBLISHED.iter().map(|name| name.to_ascii_lowercase()).collect();
        for entry in catalog::all() {
            for service in dependencies(&failure(entry.code, None)) {
                assert!(published.iter().any(|name| name == service), "{service}");
            }
        }
    }
}
