//! From JSON to [`StatusPage`].

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::place::{self, fold};
use super::{Centre, CentreState, Incident, Service, ServiceState, Severity, StatusPage, Update};
use crate::data_centre::Iata;
use crate::time::Timestamp;

/// Why a document is no status page.
#[derive(Debug, thiserror::Error)]
pub enum StatusPageError {
    /// It is larger than [`StatusPage::DOCUMENT_BYTES`].
    #[error("the status page is larger than {} bytes", StatusPage::DOCUMENT_BYTES)]
    TooLarge,
    /// It is not JSON, for instance an HTML page.
    #[error("the status page is not JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// It is JSON, but none of the documents that are read.
    #[error("the status page lists neither components nor incidents")]
    OtherDocument,
}

/// The most that is taken of any list; the page has about 470 components.
const LIST_LENGTH: usize = 5_000;

/// The group of services; all other groups are regions of data centres.
const SERVICES_GROUP: &str = "cloudflare sites and services";

#[derive(Deserialize)]
struct Document {
    /// Where version 3 has everything.
    result: Option<Summary>,
    components: Option<Vec<Lenient<Component>>>,
    incidents: Option<Vec<Lenient<RawIncident>>>,
    #[serde(default)]
    scheduled_maintenances: Vec<Lenient<RawIncident>>,
}

/// The summary of version 3.
#[derive(Deserialize)]
struct Summary {
    components: Option<Vec<Lenient<Component>>>,
    active_incidents: Option<Vec<Lenient<RawIncident>>>,
}

/// One malformed element must not cost the others.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Good(T),
    Bad(IgnoredAny),
}

impl<T> Lenient<T> {
    fn good(self) -> Option<T> {
        match self {
            Self::Good(value) => Some(value),
            Self::Bad(_) => None,
        }
    }
}

#[derive(Deserialize)]
struct Component {
    #[serde(default)]
    id: String,
    name: String,
    #[serde(default)]
    status: String,
    group_id: Option<String>,
    #[serde(default)]
    group: bool,
}

#[derive(Deserialize)]
struct RawIncident {
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    impact: Option<String>,
    #[serde(alias = "starts_at")]
    started_at: Option<String>,
    created_at: Option<String>,
    /// Version 3 has this one alone.
    last_update: Option<Lenient<RawUpdate>>,
    #[serde(default)]
    incident_updates: Vec<Lenient<RawUpdate>>,
    #[serde(default)]
    components: Vec<Lenient<Component>>,
}

#[derive(Deserialize)]
struct RawUpdate {
    #[serde(default, alias = "message")]
    body: String,
    display_at: Option<String>,
    updated_at: Option<String>,
    created_at: Option<String>,
    affected_components: Option<Vec<Lenient<Affected>>>,
}

#[derive(Deserialize)]
struct Affected {
    name: String,
}

impl StatusPage {
    /// Reads `summary.json`, `components.json` or `incidents/unresolved.json` of version 2, or the summary of version 3.
    ///
    /// # Errors
    ///
    /// If the document is too large, not JSON, or has neither components nor incidents. Then the state is unknown.
    pub fn parse(document: &[u8]) -> Result<Self, StatusPageError> {
        if document.len() > Self::DOCUMENT_BYTES {
            return Err(StatusPageError::TooLarge);
        }
        let mut document: Document = serde_json::from_slice(document).map_err(StatusPageError::Json)?;
        let has_groups = document.result.is_none();
        if let Some(summary) = document.result.take() {
            document.components = summary.components;
            document.incidents = summary.active_incidents;
        }
        if document.components.is_none() && document.incidents.is_none() {
            return Err(StatusPageError::OtherDocument);
        }
        let components: Option<Vec<_>> =
            document.components.map(|list| list.into_iter().take(LIST_LENGTH).filter_map(Lenient::good).collect());
        let services = components.as_deref().map(services_group);
        let centres = components.as_deref().map(|list| centres(list, services.flatten(), has_groups));
        let known = place::Known::new(centres.as_deref().unwrap_or_default());
        Ok(Self {
            troubled_services: components
                .as_deref()
                .map(|list| troubled_services(list, services.flatten(), has_groups)),
            incidents: document
                .incidents
                .map(|list| incidents(list, &known, |raw| raw.status != "resolved" && raw.status != "postmortem")),
            maintenances: incidents(document.scheduled_maintenances, &known, |raw| {
                raw.status == "in_progress" || raw.status == "verifying"
            }),
            centres,
        })
    }
}

/// The id of the group of services; `None` if the document has none.
fn services_group(components: &[Component]) -> Option<&str> {
    components.iter().find(|it| it.group && fold(&it.name) == SERVICES_GROUP).map(|it| it.id.as_str())
}

/// Version 3 lists no groups: there a data centre has a dash before its code, as `Hong Kong - (HKG)`, and a service hasn't.
fn is_service(component: &Component, services: Option<&str>, has_groups: bool) -> bool {
    if has_groups {
        return services.is_some() && component.group_id.as_deref() == services;
    }
    !component.name.contains("- (")
}

fn centres(components: &[Component], services: Option<&str>, has_groups: bool) -> Vec<Centre> {
    let region = |component: &Component| {
        let group = component.group_id.as_deref()?;
        components.iter().find(|it| it.group && it.id == group).map(|it| cut(&it.name))
    };
    components
        .iter()
        .filter(|it| !it.group && !is_service(it, services, has_groups))
        .filter_map(|it| {
            let (name, code) = place::parse(&it.name)?;
            // The words of the page itself, should the API ever use them, differ in their hyphens alone.
            let word: String = it.status.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
            let state = match word.as_str() {
                "operational" => CentreState::Working,
                "degradedperformance" => CentreState::Degraded,
                "undermaintenance" | "partiallyrerouted" => CentreState::PartlyRerouted,
                "partialoutage" | "rerouted" => CentreState::Rerouted,
                "majoroutage" => CentreState::Offline,
                _ => CentreState::Unknown,
            };
            Some(Centre { code, name: cut(&name), region: region(it).unwrap_or_default(), state })
        })
        .collect()
}

fn troubled_services(components: &[Component], services: Option<&str>, has_groups: bool) -> Vec<Service> {
    components
        .iter()
        .filter(|it| !it.group && is_service(it, services, has_groups))
        .filter_map(|it| {
            let state = match it.status.as_str() {
                "under_maintenance" => ServiceState::Maintenance,
                "degraded_performance" => ServiceState::Degraded,
                "partial_outage" => ServiceState::PartialOutage,
                "major_outage" => ServiceState::MajorOutage,
                _ => return None,
            };
            Some(Service { name: cut(&it.name), state })
        })
        .collect()
}

fn incidents(
    list: Vec<Lenient<RawIncident>>,
    known: &place::Known,
    open: impl Fn(&RawIncident) -> bool,
) -> Vec<Incident> {
    list.into_iter().take(LIST_LENGTH).filter_map(Lenient::good).filter(open).map(|raw| incident(raw, known)).collect()
}

fn incident(raw: RawIncident, known: &place::Known) -> Incident {
    let updates: Vec<_> =
        raw.incident_updates.into_iter().chain(raw.last_update).take(LIST_LENGTH).filter_map(Lenient::good).collect();
    let named =
        updates.iter().filter_map(|update| update.affected_components.as_ref()).flatten().filter_map(|affected| {
            match affected {
                Lenient::Good(affected) => Some(affected.name.as_str()),
                Lenient::Bad(_) => None,
            }
        });
    let listed = raw.components.iter().filter_map(|it| match it {
        Lenient::Good(component) => Some(component.name.as_str()),
        Lenient::Bad(_) => None,
    });
    let (mut centres, mut services) = (Vec::<Iata>::new(), Vec::<String>::new());
    for name in listed.chain(named).take(LIST_LENGTH) {
        // Updates name components as "Group - Component".
        let bare = name.split_once(" - ").filter(|(group, _)| fold(group) == SERVICES_GROUP).map(|(_, rest)| rest);
        if let (None, Some((_, code))) = (bare, place::parse(name)) {
            if !centres.contains(&code) {
                centres.push(code);
            }
        } else {
            let service = cut(bare.unwrap_or(name));
            if !services.contains(&service) {
                services.push(service);
            }
        }
    }
    // "Network Performance Issues in Frankfurt (FRA)"
    for code in place::codes_in_brackets(&raw.name) {
        if !centres.contains(&code) {
            centres.push(code);
        }
    }
    let update = updates
        .into_iter()
        .map(|update| Update {
            at: moment(update.display_at.or(update.updated_at).or(update.created_at).as_deref()),
            text: cut(&update.body),
        })
        // Of equal times the first: the API lists the newest first.
        .reduce(|best, next| if next.at > best.at { next } else { best });
    Incident {
        name: cut(&raw.name),
        status: cut(&raw.status),
        impact: Severity::parse(raw.impact.as_deref().unwrap_or_default()),
        started_at: moment(raw.started_at.or(raw.created_at).as_deref()),
        update,
        places: if centres.is_empty() { known.named_in(&raw.name) } else { Vec::new() },
        centres,
        services,
    }
}

fn moment(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse(text?)
}

/// One line of plain text, no longer than a panel can show.
fn cut(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 4 * StatusPage::TEXT_CHARACTERS {
            break;
        }
    }
    if line.chars().count() > StatusPage::TEXT_CHARACTERS {
        line = line.chars().take(StatusPage::TEXT_CHARACTERS - 1).chain(['…']).collect();
    }
    line
}
