//! What the status page says, in a sentence.

use serde::Serialize;

use super::{CentreState, Concern, Incident, Reading, Severity};
use crate::data_centre::{KnownBy, ServingDataCentre};
use crate::diagnosis::Diagnosis;
use crate::outside::serving::serving_data_centre;
use crate::outside::trace::Trace;
use crate::time::Timestamp;
use crate::words::Words;

/// The status page's word on one failure, told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusText {
    /// One or two sentences.
    pub text: String,
    /// Whether it speaks of trouble, of none, or cannot tell.
    pub severity: Option<Severity>,
    /// When the page was read; `None` if it was not.
    pub at: Option<Timestamp>,
    /// The latest update of the gravest incident that concerns the failure.
    pub update: Option<String>,
    /// When that update was written.
    pub update_at: Option<Timestamp>,
}

impl StatusText {
    /// Describes what the status page says about a failure; `None` for a reading means that there is none. The trace is one of
    /// the sources for the data centre: [`serving_data_centre`].
    #[must_use]
    pub fn new(reading: Option<&Reading>, diagnosis: &Diagnosis, trace: Option<Trace>, words: &Words) -> Self {
        let at = reading.map(|reading| reading.at);
        let Some(page) = reading.and_then(|reading| reading.page.as_ref()) else {
            let text = words.say("status.unknown").to_owned();
            return Self { text, severity: None, at, update: None, update_at: None };
        };
        let served = serving_data_centre(diagnosis, trace, Some(page));
        let concern = page.concern(diagnosis, served.map(|served| served.data_centre));
        let gravest = gravest(&concern);
        let mut sentences = Vec::new();
        if let Some(incident) = gravest {
            sentences.push(words.fill(
                "status.incident",
                &[("name", &incident.name), ("impact", words.say(&format!("impact.{}", incident.impact.id())))],
            ));
        }
        for service in concern.troubled.iter().take(3) {
            sentences.push(words.fill("status.service", &[("name", &service.name)]));
        }
        if let Some(served) = served {
            sentences.extend(centre(&concern, served, words));
        }
        if !concern.maintenance.is_empty() {
            sentences.push(words.say("status.maintenance").to_owned());
        }
        if gravest.is_none() && concern.severity() == Severity::None {
            let quiet = if page.incidents.is_some() { "status.quiet" } else { "status.incidents-unknown" };
            sentences.insert(0, words.say(quiet).to_owned());
        }
        let update = gravest.and_then(|incident| incident.update.as_ref());
        Self {
            text: sentences.join(" "),
            severity: Some(concern.severity()),
            at,
            update: update.map(|update| update.text.clone()),
            update_at: update.and_then(|update| update.at),
        }
    }
}

fn gravest<'a>(concern: &Concern<'a>) -> Option<&'a Incident> {
    // Of equals the first: those that name the data centre come first.
    concern.here.iter().chain(&concern.services).copied().reduce(
        |best, next| {
            if next.impact > best.impact { next } else { best }
        },
    )
}

fn centre(concern: &Concern<'_>, served: ServingDataCentre, words: &Words) -> Option<String> {
    let code = served.data_centre.to_string();
    let (name, state) = match concern.centre {
        Some(centre) => (centre.name.split(',').next().unwrap_or(&centre.name), centre.state),
        None => return Some(words.fill("status.centre-unlisted", &[("code", &code)])),
    };
    let key = match state {
        CentreState::Working => "status.centre-working",
        CentreState::Degraded => "status.centre-degraded",
        CentreState::Rerouted | CentreState::PartlyRerouted => "status.centre-rerouted",
        CentreState::Offline => "status.centre-offline",
        CentreState::Unknown => return None,
    };
    let place = match served.known_by {
        KnownBy::Edge => words.fill("status.place", &[("city", name), ("code", &code)]),
        KnownBy::City => words.fill("status.place-probably", &[("city", name), ("code", &code)]),
    };
    Some(words.fill(key, &[("place", &place)]))
}
