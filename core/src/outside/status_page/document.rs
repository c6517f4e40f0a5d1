//! From JSON to [`StatusPage`].

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::place::{self, fold};
use super::{AffectedService, Centre, CentreState, Incident, ServiceState, Severity, StatusPage, Update};
use crate::data_centre::Iata;
use crate::json;
use crate::time::Timestamp;

/// Why a document isn't a status page.
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
struct Component {
    #[serde(default)]
    id: String,
    name: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
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
    #[serde(default)]
    started_at: Option<String>,
    #[serde(default)]
    starts_at: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
}

#[derive(Deserialize)]
struct RawUpdate {
    #[serde(default)]
    body: String,
    /// Version 3's body.
    #[serde(default)]
    message: String,
    #[serde(default)]
    display_at: Option<String>,
    #[serde(default)]
    updated_at: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
}

/// The elements of a list in an object.
fn list<'a>(object: &'a Value, name: &str) -> Option<impl Iterator<Item = &'a Value> + Clone + use<'a>> {
    Some(object.get(name)?.as_array()?.iter().take(LIST_LENGTH))
}

/// Its well-formed elements: a malformed one must not cost the others.
fn read<T: DeserializeOwned>(object: &Value, name: &str) -> Option<Vec<T>> {
    Some(list(object, name)?.filter_map(|it| json::from_value(it).ok()).collect())
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
        let document = json::parse_slice(document).map_err(StatusPageError::Json)?;
        // Version 3 has everything in its result.
        let version_3 = document.get("result").filter(|result| !result.is_null());
        let components: Option<Vec<Component>> = read(version_3.unwrap_or(&document), "components");
        let unresolved = match version_3 {
            Some(result) => list(result, "active_incidents"),
            None => list(&document, "incidents"),
        };
        if components.is_none() && unresolved.is_none() {
            return Err(StatusPageError::OtherDocument);
        }
        let has_groups = version_3.is_none();
        let services = components.as_deref().map(services_group);
        let centres = components.as_deref().map(|list| centres(list, services.flatten(), has_groups));
        let known = place::Known::new(centres.as_deref().unwrap_or_default());
        Ok(Self {
            troubled_services: components
                .as_deref()
                .map(|list| troubled_services(list, services.flatten(), has_groups)),
            incidents: unresolved.map(|unresolved| {
                incidents(unresolved, &known, |raw| raw.status != "resolved" && raw.status != "postmortem")
            }),
            maintenances: incidents(list(&document, "scheduled_maintenances").into_iter().flatten(), &known, |raw| {
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
            let word: String = it.status.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
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

fn troubled_services(components: &[Component], services: Option<&str>, has_groups: bool) -> Vec<AffectedService> {
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
            Some(AffectedService { name: cut(&it.name), state })
        })
        .collect()
}

fn incidents<'a>(
    list: impl Iterator<Item = &'a Value>,
    known: &place::Known,
    open: impl Fn(&RawIncident) -> bool,
) -> Vec<Incident> {
    let read = |value| Some((value, json::from_value(value).ok()?));
    list.filter_map(read).filter(|(_, raw)| open(raw)).map(|(value, raw)| incident(value, raw, known)).collect()
}

fn incident(value: &Value, raw: RawIncident, known: &place::Known) -> Incident {
    // Version 3 has the last update alone.
    let updates = list(value, "incident_updates").into_iter().flatten().chain(value.get("last_update"));
    let affected = updates.clone().filter_map(|update| list(update, "affected_components")).flatten();
    let listed = list(value, "components").into_iter().flatten();
    let names = listed.chain(affected).filter_map(|component| component.get("name")?.as_str());
    let (mut centres, mut services) = (Vec::<Iata>::new(), Vec::<String>::new());
    for name in names.take(LIST_LENGTH) {
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
        .filter_map(|update| json::from_value::<RawUpdate>(update).ok())
        .map(|update| Update {
            at: moment(update.display_at.or(update.updated_at).or(update.created_at).as_deref()),
            text: cut(if update.body.is_empty() { &update.message } else { &update.body }),
        })
        // Of equal times the first: the API lists the newest first.
        .reduce(|best, next| if next.at > best.at { next } else { best });
    Incident {
        name: cut(&raw.name),
        status: cut(&raw.status),
        impact: Severity::parse(raw.impact.as_deref().unwrap_or_default()),
        started_at: moment(raw.started_at.or(raw.starts_at).or(raw.created_at).as_deref()),
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
