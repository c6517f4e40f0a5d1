//! A look from six continents, by Globalping: only with `--globalping`, because it makes the site's name public.

use std::thread;
use std::time::{Duration, Instant};

use rayback_core::doctor::Answer;
use rayback_core::document::Text;
use rayback_core::outside::second_look::{self, Created, Polled, SecondLook, Seen, View};
use rayback_core::retry::monitor;
use rayback_core::url::PageUrl;
use rayback_core::words::Words;
use rayback_core::words::keys::check::globalping as text;
use rayback_core::{Code, Diagnosis};
use serde_json::{Value, json};

use super::Target;
use crate::network::http::{Response, value};
use crate::network::outside::Outside;

/// Why Globalping couldn't look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Its limit per hour is used up, or it asks for a pause.
    Limited(Option<Duration>),
    /// It refuses, with this reason.
    Refused(String),
    /// No answer, or none that's documented.
    NoAnswer,
}

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Asks for the page's root to be requested from every continent, and waits for the results.
///
/// # Errors
///
/// If Globalping refuses or doesn't answer.
pub(crate) fn look(outside: &Outside<'_>, target: &Target) -> Result<SecondLook, Problem> {
    let page = PageUrl::parse(&target.url).map_err(|error| Problem::Refused(error.to_string()))?;
    let start = Instant::now();
    let response = outside.ask(&second_look::create(page.origin()), PATIENCE).ok_or(Problem::NoAnswer)?;
    let (status, retry_after) = head(&response);
    let id = match second_look::created(status, retry_after, &response.body) {
        Created::UnderWay { id } => id,
        Created::Limited { retry_after } => return Err(Problem::Limited(retry_after)),
        Created::Refused { reason } => return Err(Problem::Refused(reason)),
        Created::Malformed => return Err(Problem::NoAnswer),
    };
    let request = second_look::poll(&id).ok_or(Problem::NoAnswer)?;
    while start.elapsed() < second_look::GIVE_UP_AFTER {
        thread::sleep(second_look::POLL_EVERY);
        let response = outside.ask(&request, PATIENCE).ok_or(Problem::NoAnswer)?;
        let (status, retry_after) = head(&response);
        match second_look::polled(status, retry_after, &response.body) {
            Polled::UnderWay => {}
            Polled::Finished(look) => return Ok(look),
            // Globalping keeps the results for days, but this visit doesn't wait for them.
            Polled::Limited { retry_after } => return Err(Problem::Limited(retry_after)),
            Polled::Malformed => return Err(Problem::NoAnswer),
        }
    }
    Err(Problem::NoAnswer)
}

/// What one of the places saw, named after its continent.
pub(crate) fn sighting(view: &View) -> (String, monitor::Visit) {
    let visit = match view.seen {
        Seen::Works { .. } => monitor::Visit::Works,
        Seen::Fails { code, status } => match code.or_else(|| Code::of_status(status)) {
            Some(code) => monitor::Visit::Fails(Diagnosis::of_code(code)),
            None => monitor::Visit::Unanswered,
        },
        Seen::EdgeOnly { .. } => monitor::Visit::Barred,
        Seen::NoAnswer => monitor::Visit::Unanswered,
        Seen::ProbeGone => monitor::Visit::NotVisited { retry_after: None },
    };
    (format!("globalping {}", view.continent), visit)
}

/// The results as JSON, with the names that the rest of the command uses.
pub(crate) fn json(look: &SecondLook) -> Value {
    let view = |view: &View| {
        let (seen, status, code) = match view.seen {
            Seen::Works { status } => ("works", Some(status), None),
            Seen::Fails { code, status } => ("fails", Some(status), code),
            Seen::EdgeOnly { status } => ("edge-only", Some(status), None),
            Seen::NoAnswer => ("no-answer", None, None),
            Seen::ProbeGone => ("probe-gone", None, None),
        };
        json!({
            "continent": view.continent,
            "country": view.country,
            "city": view.city,
            "network": view.network,
            "seen": seen,
            "http_status": status,
            "code": code,
            "data_centre": view.data_centre,
            "took_ms": view.took_ms,
        })
    };
    json!({ "summary": look.summary(), "views": look.views.iter().map(view).collect::<Vec<_>>() })
}

fn head(response: &Response) -> (u16, Option<&str>) {
    let status = match response.answer {
        Answer::Response { status, .. } => status,
        _ => 0,
    };
    (status, value(&response.headers, "retry-after"))
}

impl Problem {
    /// The pause that Globalping asks for; an hour if it names none, because its limit is per hour.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Limited(wait) => Some(wait.unwrap_or(Duration::from_hours(1))),
            Self::Refused(_) => Some(Duration::from_hours(1)),
            Self::NoAnswer => None,
        }
    }

    /// The problem in one sentence; what Globalping wrote can't control a terminal.
    pub(crate) fn text(&self, words: &Words) -> String {
        let text = match self {
            Self::Limited(Some(wait)) => {
                let wait = &rayback_core::explain::duration(*wait, words);
                words.format(text::LimitedFor { wait })
            }
            Self::Limited(None) => words.get(text::LIMITED).to_owned(),
            Self::Refused(reason) => words.format(text::Refused { reason }),
            Self::NoAnswer => words.get(text::NO_ANSWER).to_owned(),
        };
        Text::from(text).to_string()
    }
}
