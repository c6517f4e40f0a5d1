//! Cloudflare's status page: Statuspage's public API, versions 2 and 3, at the real page's size.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Call, FullResponse, json as json_response, not_found};

const PAGE: &str = "yh6f0r4529hb";
const UPDATED: &str = "2026-11-22T09:00:00.000Z";

/// The group of Cloudflare's products.
const SERVICES: &str = "Cloudflare Sites and Services";
/// How many components that group had when it was counted, on 2026-04-17.
const SERVICE_COUNT: usize = 117;
/// Products by their names in Cloudflare's Terraform provider; the rest of [`SERVICE_COUNT`] are numbered.
const PRODUCTS: &[&str] = &[
    "Access",
    "API",
    "API Shield",
    "Always Online",
    "Analytics",
    "Argo Smart Routing",
    "Authoritative DNS",
    "Bot Management",
    "Browser Isolation",
    "CDN Cache Purge",
    "CDN/Cache",
    "Cache Reserve",
    "Challenge Platform",
    "DNS Root Servers",
    "DNS Updates",
    "Dashboard",
    "Durable Objects",
    "Email Routing",
    "Firewall",
    "Gateway",
    "Images",
    "Load Balancing and Monitoring",
    "Logs",
    "Magic Firewall",
    "Magic Transit",
    "Network",
    "Page Shield",
    "Pages",
    "R2",
    "Recursive DNS",
    "Registrar",
    "SSL Certificate Provisioning",
    "SSL for SaaS Provisioning",
    "Snippets",
    "Spectrum",
    "Stream",
    "Support Site",
    "Tunnel",
    "Turnstile",
    "WARP",
    "Waiting Room",
    "Web Analytics",
    "Workers",
    "Workers KV",
    "Workers Preview",
    "Zaraz",
    "Zero Trust",
    "Zero Trust Dashboard",
];

/// The data centres with the page's names, one per line below the name of their region.
const DATA_CENTRES: &str = include_str!("data_centres.txt");

/// The impact of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// Part of the service is degraded.
    Minor,
    /// Part of the service is down.
    Major,
    /// Much of the service is down.
    Critical,
}

impl Impact {
    fn word(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

/// An unresolved incident.
#[derive(Clone, Debug)]
pub struct Incident {
    /// When it began.
    pub started: Timestamp,
    /// Its headline.
    pub name: String,
    /// Its impact.
    pub impact: Impact,
    /// The names of the affected components.
    pub components: Vec<String>,
    /// The latest update.
    pub update: String,
}

impl Incident {
    /// An incident that began long ago.
    #[must_use]
    pub fn old(name: &str, impact: Impact, components: &[&str]) -> Self {
        let started = UPDATED.parse().unwrap_or_default();
        let components = components.iter().map(ToString::to_string).collect();
        Self { started, name: name.to_owned(), impact, components, update: "We are investigating.".to_owned() }
    }

    /// An incident that has just begun.
    #[must_use]
    pub fn new(name: &str, impact: Impact, components: &[&str]) -> Self {
        Self { started: crate::edge::page::now(), ..Self::old(name, impact, components) }
    }
}

/// The contents of the page.
#[derive(Clone, Debug, Default)]
pub struct StatusPage {
    /// Components that aren't operational: name and Statuspage's status, such as `partial_outage`.
    pub components: BTreeMap<String, String>,
    /// Unresolved incidents.
    pub incidents: Vec<Incident>,
}

impl StatusPage {
    /// Sets the data centre with this airport code to one of Statuspage's statuses.
    pub fn data_centre(&mut self, iata: &str, status: &str) {
        let mark = format!("({iata})");
        for name in DATA_CENTRES.lines().filter(|name| name.ends_with(&mark)) {
            self.components.insert(name.to_owned(), status.to_owned());
        }
    }

    /// Version 3, used by Cloudflare's own page in August 2026: no groups, one latest update.
    fn third_version(&self) -> Value {
        let part = |name: &str, status: &str| json!({"id": id(name), "name": name, "status": status});
        let names = services().chain(DATA_CENTRES.lines().filter(|line| !line.starts_with('#')).map(str::to_owned));
        let components: Vec<_> = names.map(|name| part(&name, self.word(&name))).collect();
        let incidents: Vec<_> = self
            .incidents
            .iter()
            .map(|incident| {
                let components: Vec<_> = incident.components.iter().map(|name| part(name, self.word(name))).collect();
                json!({
                    "id": id(&incident.name), "name": incident.name, "status": "investigating",
                    "impact": incident.impact.word(), "created_at": incident.started.to_string(), "starts_at": incident.started.to_string(), "resolved_at": null,
                    "components": components,
                    "last_update": {
                        "display_at": incident.started.to_string(), "created_at": incident.started.to_string(), "status": "investigating",
                        "message": incident.update,
                    },
                })
            })
            .collect();
        json!({
            "success": true,
            "result": {"components": components, "active_incidents": incidents, "recent_incidents": []},
        })
    }

    pub(super) fn respond(&self, call: &Call) -> FullResponse {
        if call.path == "/api/v3/summary" {
            return json_response(Response::builder(), &self.third_version());
        }
        let document = match call.path.strip_prefix("/api/v2/") {
            Some("status.json") => json!({"page": page(), "status": self.status()}),
            Some("summary.json") => json!({
                "page": page(),
                "components": self.components(),
                "incidents": self.incidents(),
                "scheduled_maintenances": [],
                "status": self.status(),
            }),
            Some("components.json") => json!({"page": page(), "components": self.components()}),
            Some("incidents.json" | "incidents/unresolved.json") => {
                json!({"page": page(), "incidents": self.incidents()})
            }
            Some("scheduled-maintenances/active.json") => json!({"page": page(), "scheduled_maintenances": []}),
            _ => return not_found(),
        };
        let etag = format!("W/\"{:x}\"", hash(&document.to_string()));
        let response = Response::builder().header("etag", &etag).header("cache-control", "max-age=0, private");
        if call.header("if-none-match") == etag {
            return response.status(304).body(Vec::new()).unwrap_or_default();
        }
        json_response(response, &document)
    }

    /// The overall status. As on the real page, any component that isn't operational makes it at least minor.
    fn status(&self) -> Value {
        let worst = self.incidents.iter().map(|incident| incident.impact).max();
        let (indicator, description) = match worst {
            None if self.components.is_empty() => ("none", "All Systems Operational"),
            None | Some(Impact::Minor) => ("minor", "Minor Service Outage"),
            Some(Impact::Major) => ("major", "Partial System Outage"),
            Some(Impact::Critical) => ("critical", "Major System Outage"),
        };
        json!({"indicator": indicator, "description": description})
    }

    fn incidents(&self) -> Vec<Value> {
        self.incidents.iter().map(|incident| self.incident(incident)).collect()
    }

    fn incident(&self, incident: &Incident) -> Value {
        let id = id(&incident.name);
        let affected: Vec<_> = incident
            .components
            .iter()
            .map(|name| {
                json!({
                    "code": self::id(name),
                    "name": format!("{SERVICES} - {name}"),
                    "old_status": "operational",
                    "new_status": self.word(name),
                })
            })
            .collect();
        let components: Vec<_> =
            incident.components.iter().map(|name| component(name, self.word(name), SERVICES, 1)).collect();
        json!({
            "id": id,
            "name": incident.name,
            "status": "investigating",
            "created_at": incident.started.to_string(),
            "updated_at": incident.started.to_string(),
            "monitoring_at": null,
            "resolved_at": null,
            "impact": incident.impact.word(),
            "shortlink": format!("https://stspg.io/{id}"),
            "started_at": incident.started.to_string(),
            "page_id": PAGE,
            "incident_updates": [{
                "id": self::id(&incident.update),
                "status": "investigating",
                "body": incident.update,
                "incident_id": id,
                "created_at": incident.started.to_string(),
                "updated_at": incident.started.to_string(),
                "display_at": incident.started.to_string(),
                "affected_components": affected,
            }],
            "components": components,
        })
    }

    fn components(&self) -> Vec<Value> {
        let mut list = vec![group(SERVICES, 1)];
        for (position, name) in services().enumerate() {
            list.push(component(&name, self.word(&name), SERVICES, position + 1));
        }
        let mut region = "";
        let mut position = 0;
        for line in DATA_CENTRES.lines() {
            position += 1;
            if let Some(name) = line.strip_prefix("# ") {
                region = name;
                position = 0;
                list.push(group(name, 2));
            } else {
                list.push(component(line, self.word(line), region, position));
            }
        }
        list
    }

    fn word(&self, component: &str) -> &str {
        self.components.get(component).map_or("operational", String::as_str)
    }
}

fn services() -> impl Iterator<Item = String> {
    let named = PRODUCTS.iter().map(ToString::to_string);
    named.chain((PRODUCTS.len()..SERVICE_COUNT).map(|number| format!("Product {number}")))
}

fn page() -> Value {
    json!({
        "id": PAGE,
        "name": "Cloudflare",
        "url": "https://www.cloudflarestatus.com",
        "time_zone": "Etc/UTC",
        "updated_at": UPDATED,
    })
}

fn group(name: &str, position: usize) -> Value {
    part(name, "operational", None, position)
}

fn component(name: &str, status: &str, group: &str, position: usize) -> Value {
    part(name, status, Some(group), position)
}

/// A component, or a group of components.
fn part(name: &str, status: &str, group: Option<&str>, position: usize) -> Value {
    json!({
        "id": id(name),
        "name": name,
        "status": status,
        "created_at": "2014-10-27T20:35:05.259Z",
        "updated_at": UPDATED,
        "position": position,
        "description": null,
        "showcase": false,
        "start_date": null,
        "group_id": group.map(id),
        "page_id": PAGE,
        "group": group.is_none(),
        "only_show_if_degraded": false,
    })
}

/// A name's identifier: twelve letters and digits, always the same for the same name.
fn id(name: &str) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut rest = hash(name);
    let digits = std::iter::repeat_with(|| {
        let digit = DIGITS.iter().cycle().nth(usize::try_from(rest % 36).unwrap_or_default());
        rest /= 36;
        char::from(*digit.unwrap_or(&b'0'))
    });
    digits.take(12).collect()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
