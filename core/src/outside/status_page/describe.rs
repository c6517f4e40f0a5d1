//! What the status page says, in a sentence.

use serde::Serialize;

use super::{CentreState, Concern, Incident, Reading, Severity};
use crate::data_centre::{KnownBy, ServingDataCentre};
use crate::diagnosis::Diagnosis;
use crate::outside::serving::serving_data_centre;
use crate::outside::trace::Trace;
use crate::time::Timestamp;
use crate::words::{Words, key};

/// What the status page says about one failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusText {
    /// One or two sentences.
    pub text: String,
    /// How serious the problem is; `None` if that isn't known.
    pub severity: Option<Severity>,
    /// When the page was read; `None` if it was not.
    pub at: Option<Timestamp>,
    /// The latest update of the most serious incident that concerns the failure.
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
            let text = words.get(key::status::UNKNOWN).to_owned();
            return Self { text, severity: None, at, update: None, update_at: None };
        };
        let served = serving_data_centre(diagnosis, trace, Some(page));
        let concern = page.concern(diagnosis, served.map(|served| served.data_centre));
        let gravest = gravest(&concern);
        let mut sentences = Vec::new();
        if let Some(incident) = gravest {
            let impact = words.get(incident.impact.key());
            sentences.push(words.format(key::status::Incident { name: &incident.name, impact }));
        }
        for service in concern.troubled.iter().take(3) {
            sentences.push(words.format(key::status::Service { name: &service.name }));
        }
        if let Some(served) = served {
            sentences.extend(centre(&concern, served, words));
        }
        if !concern.maintenance.is_empty() {
            sentences.push(words.get(key::status::MAINTENANCE).to_owned());
        }
        if gravest.is_none() && concern.severity() == Severity::None {
            let quiet = if page.incidents.is_some() { key::status::QUIET } else { key::status::INCIDENTS_UNKNOWN };
            sentences.insert(0, words.get(quiet).to_owned());
        }
        let update = gravest.and_then(|incident| incident.update.as_ref());
        Self {
            text: words.join(sentences),
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
    use key::status;
    let code = served.data_centre.to_string();
    let (name, state) = match concern.centre {
        Some(centre) => (centre.name.split(',').next().unwrap_or(&centre.name), centre.state),
        None => return Some(words.format(status::CentreUnlisted { code: &code })),
    };
    let city = words.city(served.data_centre).unwrap_or(name);
    let code = code.as_str();
    Some(match (state, served.known_by) {
        (CentreState::Working, KnownBy::Edge) => words.format(status::CentreWorking { city, code }),
        (CentreState::Working, KnownBy::City) => words.format(status::ProbableCentreWorking { city, code }),
        (CentreState::Degraded, KnownBy::Edge) => words.format(status::CentreDegraded { city, code }),
        (CentreState::Degraded, KnownBy::City) => words.format(status::ProbableCentreDegraded { city, code }),
        (CentreState::Rerouted | CentreState::PartlyRerouted, KnownBy::Edge) => {
            words.format(status::CentreRerouted { city, code })
        }
        (CentreState::Rerouted | CentreState::PartlyRerouted, KnownBy::City) => {
            words.format(status::ProbableCentreRerouted { city, code })
        }
        (CentreState::Offline, KnownBy::Edge) => words.format(status::CentreOffline { city, code }),
        (CentreState::Offline, KnownBy::City) => words.format(status::ProbableCentreOffline { city, code }),
        (CentreState::Unknown, _) => return None,
    })
}
