//! Situations: everything known when a verdict is made.

use core::time::Duration;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::catalog::{Meaning, Party, Stage};
use crate::code::Code;
use crate::data_centre::Iata;
use crate::diagnosis::{Diagnosis, Form, Kind};
use crate::observation::Observation;
use crate::outside::dns::{self, Lookup};
use crate::outside::second_look::{self, Polled, SecondLook};
use crate::outside::serving::serving_data_centre;
use crate::outside::status_page::{Concern, Reading, StatusPage, StatusPageError};
use crate::outside::trace::Trace;
use crate::retry::rule;
use crate::time::{Dated, Timestamp};

/// Everything known when a verdict is made. Sources that weren't asked are `None` and count for nothing.
///
/// ```
/// use rayback_core::{Diagnosis, Observation, Situation, Suspect, Timestamp, judge};
///
/// let page = Diagnosis::of_code("522".parse().unwrap());
/// let seen_at = Timestamp::parse("2026-11-26T09:00:00Z").unwrap();
/// let situation = Situation::of_page("shop.example", &page, seen_at);
/// assert_eq!(judge(&situation).suspect, Suspect::Origin);
///
/// // Something other than Cloudflare's edge answers https://shop.example/cdn-cgi/trace.
/// let trace = Observation { status: Some(404), body: b"Not Found".into(), ..Observation::default() };
/// assert_eq!(judge(&situation.with_trace(&trace, seen_at)).suspect, Suspect::Imitation);
/// ```
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The time of the verdict: other failures count if they were seen shortly before it. Never the time of evidence.
    pub now: Timestamp,
    /// The site's host.
    pub host: &'a str,
    /// The page's diagnosis.
    pub diagnosis: &'a Diagnosis,
    /// When the page was seen.
    pub seen_at: Timestamp,
    /// When the failure was first seen. Status pages report most outages only after half an hour.
    pub since: Timestamp,
    /// Whether this device has a connection.
    pub connection: Connection,
    /// When the connection was lost, if it was.
    pub offline_since: Option<Timestamp>,
    /// Cloudflare's status page.
    pub status_page: Option<Cow<'a, Reading>>,
    /// Other hosts failing in this browser with a Cloudflare error; old failures are ignored.
    pub others: &'a [OtherFailure],
    /// The result of the trace request.
    pub trace: Option<Dated<Trace>>,
    /// The result of the check from other places, and its time.
    pub second_look: Option<(Cow<'a, SecondLook>, Timestamp)>,
    /// The lookup of the site's name in public DNS, and its time.
    pub dns: Option<(Cow<'a, Lookup>, Timestamp)>,
}

/// Why an answer can't be used as evidence.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// It isn't Cloudflare's status page.
    #[error(transparent)]
    StatusPage(#[from] StatusPageError),
    /// It isn't a resolver's answer.
    #[error("the DNS answer isn't a resolver's JSON (application/dns-json): {0}")]
    Dns(#[source] serde_json::Error),
    /// The measurement hasn't ended.
    #[error("the Globalping measurement isn't finished; request it again")]
    Unfinished,
    /// It isn't a measurement.
    #[error("the second look isn't a Globalping measurement in JSON")]
    SecondLook,
}

/// Whether this device has a connection, according to the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// There's a connection.
    #[default]
    Online,
    /// There's none.
    Offline,
}

/// Another host that fails in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherFailure {
    /// The host.
    pub host: String,
    /// The kind of its page; `None` if it was stored by a version that didn't keep it.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// The form of its page; `None` likewise. For some codes it decides which side failed.
    #[serde(default)]
    pub form: Option<Form>,
    /// Whether it's a challenge that couldn't load.
    #[serde(default)]
    pub is_stuck: bool,
    /// Its code.
    pub code: Option<Code>,
    /// The data centre that served its page.
    pub data_centre: Option<Iata>,
    /// When it was last seen failing.
    pub at: Timestamp,
}

impl Situation<'_> {
    /// Another failure this recent counts as "at the same time": 10 minutes.
    pub const SAME_TIME: Duration = Duration::from_mins(10);

    /// For this long a status page's silence means nothing: on 18 November 2025 the first post came 28 minutes after the first
    /// errors, on 5 December nine minutes after.
    pub const SILENT_FOR: Duration = Duration::from_mins(30);

    /// How long an incident counts as fresh. A fresh incident's title often names another service than the one that fails.
    pub const FRESH_FOR: Duration = Duration::from_hours(1);

    /// The number of other, unrelated sites that counts as many.
    pub const MANY: usize = 2;

    /// Returns the situation in which only the page is known, judged when the page was seen.
    #[must_use]
    pub fn of_page<'a>(host: &'a str, diagnosis: &'a Diagnosis, seen_at: Timestamp) -> Situation<'a> {
        Situation {
            now: seen_at,
            host,
            diagnosis,
            seen_at,
            since: seen_at,
            connection: Connection::Online,
            offline_since: None,
            status_page: None,
            others: &[],
            trace: None,
            second_look: None,
            dns: None,
        }
    }

    /// Adds the answer of the host's `/cdn-cgi/trace`, which shows whether Cloudflare's edge is in front of it. An
    /// observation without a status means that no answer came.
    #[must_use]
    pub fn with_trace(self, answer: &Observation<'_>, seen_at: Timestamp) -> Self {
        let headers = answer.headers.clone().unwrap_or_default();
        let read = |status| Trace::read(status, &headers, &answer.body);
        Self { trace: Some(Dated { value: answer.status.map_or(Trace::NoAnswer, read), seen_at }), ..self }
    }

    /// Adds Cloudflare's status page: the JSON of `https://www.cloudflarestatus.com/api/v2/summary.json`, and when it was
    /// read.
    ///
    /// # Errors
    ///
    /// If the document is too large, isn't JSON, or lists neither components nor incidents.
    ///
    /// ```
    /// use rayback_core::{Diagnosis, Situation, Suspect, Timestamp, judge};
    ///
    /// let page = Diagnosis::of_code("500".parse()?);
    /// let seen_at = Timestamp::parse("2026-11-26T09:00:00Z").ok_or("not a time")?;
    /// let summary = br#"{"components": [{"name": "Frankfurt, Germany - (FRA)", "status": "operational"}], "incidents": [{
    ///     "name": "Errors in the network", "status": "identified", "impact": "critical",
    ///     "started_at": "2026-11-26T08:55:00Z"}]}"#;
    /// let situation = Situation::of_page("shop.example", &page, seen_at).with_status_page(summary, seen_at)?;
    /// assert_eq!(judge(&situation).suspect, Suspect::Cloudflare);
    ///
    /// let html = b"<!DOCTYPE html>";
    /// assert!(Situation::of_page("shop.example", &page, seen_at).with_status_page(html, seen_at).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_status_page(self, summary: &[u8], read_at: Timestamp) -> Result<Self, EvidenceError> {
        let reading = Reading::new(read_at, Some(StatusPage::parse(summary)?), 0);
        Ok(Self { status_page: Some(Cow::Owned(reading)), ..self })
    }

    /// Adds a resolver's answer for the site's name: the JSON (`application/dns-json`) of
    /// `https://cloudflare-dns.com/dns-query` or `https://dns.google/resolve`, and when it came. Call it once per
    /// record type: the name exists if any of the answers has it.
    ///
    /// # Errors
    ///
    /// If it isn't that JSON.
    ///
    /// ```
    /// use rayback_core::{Diagnosis, Situation, Suspect, Timestamp, judge};
    ///
    /// let page = Diagnosis::of_code("1016".parse()?);
    /// let seen_at = Timestamp::parse("2026-11-26T09:00:00Z").ok_or("not a time")?;
    /// let situation = Situation::of_page("shop.example", &page, seen_at).with_dns_answer(br#"{"Status": 3}"#, seen_at)?;
    /// assert_eq!(judge(&situation).suspect, Suspect::Setup);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_dns_answer(self, answer: &[u8], seen_at: Timestamp) -> Result<Self, EvidenceError> {
        let lookup = dns::parse(answer).map_err(EvidenceError::Dns)?;
        let known = self.dns.map(|(known, _)| known.into_owned());
        let together = Lookup::together(known.into_iter().chain([lookup]));
        Ok(Self { dns: together.map(|lookup| (Cow::Owned(lookup), seen_at)), ..self })
    }

    /// Adds a check from other places: the JSON of a finished HTTP measurement of the site's `/` by Globalping
    /// (`https://api.globalping.io/v1/measurements/ID`), and when it was finished.
    ///
    /// # Errors
    ///
    /// If it isn't finished, or isn't that JSON.
    ///
    /// ```
    /// use rayback_core::{Diagnosis, Situation, Timestamp, judge};
    ///
    /// let page = Diagnosis::of_code("522".parse()?);
    /// let seen_at = Timestamp::parse("2026-11-26T09:00:00Z").ok_or("not a time")?;
    /// let measurement = br#"{"status": "finished", "results": [
    ///     {"probe": {"country": "DE", "city": "Falkenstein"}, "result": {"status": "finished", "statusCode": 200}},
    ///     {"probe": {"country": "JP", "city": "Tokyo"}, "result": {"status": "finished", "statusCode": 200}}]}"#;
    /// let alone = Situation::of_page("shop.example", &page, seen_at);
    /// let situation = alone.clone().with_second_look(measurement, seen_at)?;
    /// assert_ne!(judge(&situation), judge(&alone));
    ///
    /// assert!(alone.with_second_look(br#"{"status": "in-progress"}"#, seen_at).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_second_look(self, measurement: &[u8], seen_at: Timestamp) -> Result<Self, EvidenceError> {
        match second_look::polled(200, None, measurement) {
            Polled::Finished(look) => Ok(Self { second_look: Some((Cow::Owned(look), seen_at)), ..self }),
            Polled::UnderWay => Err(EvidenceError::Unfinished),
            Polled::Limited { .. } | Polled::Malformed => Err(EvidenceError::SecondLook),
        }
    }

    /// Records that this device has been offline since then.
    #[must_use]
    pub fn offline_since(self, since: Timestamp) -> Self {
        Self { connection: Connection::Offline, offline_since: Some(since), ..self }
    }

    /// The data centre that served the page, by everything known here.
    pub(super) fn data_centre(&self) -> Option<Iata> {
        let trace = self.trace.map(|trace| trace.value);
        let status_page = self.status_page.as_ref().and_then(|reading| reading.page.as_ref());
        serving_data_centre(self.diagnosis, trace, status_page).map(|served| served.data_centre)
    }

    /// What the status page says about this failure.
    pub(super) fn concern(&self) -> Option<Concern<'_>> {
        let page = self.status_page.as_ref().and_then(|reading| reading.page.as_ref())?;
        Some(page.concern(self.diagnosis, self.data_centre()))
    }

    /// The side on which this failure may share its cause with other sites.
    pub(super) fn side(&self) -> Option<Side> {
        if self.diagnosis.is_stuck_challenge() {
            return Some(Side::Edge);
        }
        Side::of(&self.diagnosis.meaning())
    }

    /// Other sites that fail at the same time and may share the cause, one failure per site.
    pub(super) fn unrelated(&self) -> Vec<&OtherFailure> {
        let mut sites = vec![site(self.host)];
        let mut found = Vec::new();
        let Some(side) = self.side() else { return found };
        for other in self.others {
            let recent = other.at <= self.now && self.now.since(other.at) <= Self::SAME_TIME;
            let name = site(&other.host);
            if recent && other.side() == Some(side) && !sites.contains(&name) {
                sites.push(name);
                found.push(other);
            }
        }
        found
    }
}

/// The side of a cause that unrelated sites may share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// At Cloudflare.
    Edge,
    /// Beyond Cloudflare: at a hosting company or in a network.
    Origin,
    /// At the edge, in what the sites' rules rely on.
    Rule,
}

impl Side {
    /// `None` for a failure of one site alone: its configuration, the request. Imitations and warnings prove
    /// nothing either.
    fn of(meaning: &Meaning) -> Option<Self> {
        match (meaning.kind, meaning.party) {
            (Kind::Error, Party::Cloudflare | Party::OriginOrCloudflare) => Some(Self::Edge),
            // Cloudflare adds codes without notice.
            (Kind::Error, Party::Unclear) if meaning.stage == Stage::Edge => Some(Self::Edge),
            // A failure that may clear up can be the runtime's or the host's; one that never does is the site's own.
            (Kind::Error, Party::Code) if !rule(meaning.remedy).is_none() => Some(Self::Edge),
            (Kind::Error, Party::Origin | Party::Path) if !rule(meaning.remedy).is_none() => Some(Self::Origin),
            // A limit counts this visitor's requests to one site.
            (Kind::Block, _) => Some(Self::Rule),
            (Kind::Error, Party::Rule) if meaning.stage == Stage::Edge && rule(meaning.remedy).is_none() => {
                Some(Self::Rule)
            }
            _ => None,
        }
    }
}

impl OtherFailure {
    fn side(&self) -> Option<Side> {
        if self.is_stuck {
            return Some(Side::Edge);
        }
        Side::of(&self.meaning())
    }

    /// Whether its page proves that Cloudflare itself failed.
    pub(super) fn proves_edge_failure(&self) -> bool {
        !self.is_stuck && self.meaning().proven_party() == Some(Party::Cloudflare)
    }

    fn meaning(&self) -> Meaning {
        // Without a code there's only the kind.
        let kind = self.kind.unwrap_or(if self.code.is_some() { Kind::Error } else { Kind::Block });
        Meaning::new(kind, self.code, None, self.form.unwrap_or(Form::Branded))
    }
}

/// Second-level labels under which countries' registries sell names, as in `example.co.uk`.
const SECOND_LEVEL: &[&str] = &[
    "ac", "co", "com", "ed", "edu", "gen", "go", "gob", "gouv", "gov", "gv", "id", "ind", "info", "ltd", "me", "mil",
    "ne", "net", "nhs", "nom", "or", "org", "plc", "sch", "web",
];

/// Returns a name's registrable domain, in lower case; an IP address unchanged.
///
/// A heuristic for the public suffix list, which has ten thousand entries: under a country's two letters, the
/// [`SECOND_LEVEL`] labels count as part of the suffix. Where it's wrong, it mistakes two sites for one, and so counts too few.
fn site(host: &str) -> String {
    if host.parse::<core::net::IpAddr>().is_ok() || host.starts_with('[') {
        return host.to_owned();
    }
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<_> = host.rsplit('.').collect();
    let taken = match labels.as_slice() {
        [country, second, _, ..] if country.len() == 2 && SECOND_LEVEL.contains(second) => 3,
        _ => 2,
    };
    labels.into_iter().take(taken).rev().collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_count_once_per_registrable_domain() {
        for (host, expected) in [
            ("www.shop.example", "shop.example"),
            ("shop.example", "shop.example"),
            ("a.b.shop.co.uk", "shop.co.uk"),
            ("Shop.CO.UK.", "shop.co.uk"),
            ("news.com.au", "news.com.au"),
            ("uni.ac.jp", "uni.ac.jp"),
            ("co.uk", "co.uk"),
            ("bbc.co", "bbc.co"),
            ("192.0.2.7", "192.0.2.7"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(site(host), expected, "{host}");
        }
    }
}
