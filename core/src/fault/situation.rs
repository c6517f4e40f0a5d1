//! Everything that is known when a verdict is made.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::data_centre::Iata;
use crate::diagnosis::Diagnosis;
use crate::outside::dns::Lookup;
use crate::outside::second_look::SecondLook;
use crate::outside::serving::serving_data_centre;
use crate::outside::status_page::Reading;
use crate::outside::trace::Trace;
use crate::time::{Dated, Timestamp};

/// Everything that is known. Sources that weren't asked are `None` and weigh nothing.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The moment of the verdict: failures elsewhere count if they were seen shortly before it. Never the time of evidence.
    pub now: Timestamp,
    /// The site's host.
    pub host: &'a str,
    /// The reading of the page.
    pub diagnosis: &'a Diagnosis,
    /// When the page was seen.
    pub seen_at: Timestamp,
    /// Whether this device has a connection.
    pub connection: Connection,
    /// When the connection was seen to be gone, if it was.
    pub offline_since: Option<Timestamp>,
    /// Cloudflare's status page.
    pub status_page: Option<&'a Reading>,
    /// Other hosts failing in this browser with a Cloudflare error; old failures are ignored.
    pub others: &'a [OtherFailure],
    /// The result of the trace request.
    pub trace: Option<Dated<Trace>>,
    /// What was seen from elsewhere, and when.
    pub second_look: Option<(&'a SecondLook, Timestamp)>,
    /// The site's name in public DNS, and when.
    pub dns: Option<(&'a Lookup, Timestamp)>,
}

/// Whether this device has a connection, according to the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// It has.
    #[default]
    Online,
    /// It has none.
    Offline,
}

/// Another host that fails in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherFailure {
    /// The host.
    pub host: String,
    /// Its code.
    pub code: Option<Code>,
    /// The data centre that served its page.
    pub data_centre: Option<Iata>,
    /// When it was last seen failing.
    pub at: Timestamp,
}

impl Situation<'_> {
    /// How long ago another failure may have been to count as "at the same time": 10 minutes.
    pub const SAME_TIME: Duration = Duration::from_mins(10);

    /// How many other, unrelated sites make "many".
    pub const MANY: usize = 2;

    /// A situation in which nothing is known but the page, judged when the page was seen.
    #[must_use]
    pub fn of_page<'a>(host: &'a str, diagnosis: &'a Diagnosis, seen_at: Timestamp) -> Situation<'a> {
        Situation {
            now: seen_at,
            host,
            diagnosis,
            seen_at,
            connection: Connection::Online,
            offline_since: None,
            status_page: None,
            others: &[],
            trace: None,
            second_look: None,
            dns: None,
        }
    }

    /// The data centre that served the page, by everything that is known here.
    pub(super) fn data_centre(&self) -> Option<Iata> {
        let trace = self.trace.map(|trace| trace.value);
        let status_page = self.status_page.and_then(|reading| reading.page.as_ref());
        serving_data_centre(self.diagnosis, trace, status_page).map(|served| served.data_centre)
    }

    /// Other sites that fail at the same time, one failure each.
    ///
    /// Sites are told apart by the last two labels of their names. That takes different sites under one public suffix of
    /// two labels, such as `co.uk`, for one, and so counts too few rather than too many.
    pub(super) fn unrelated(&self) -> Vec<&OtherFailure> {
        let mut sites = vec![site(self.host)];
        let mut found = Vec::new();
        for other in self.others {
            let recent = other.at <= self.now && self.now.since(other.at) <= Self::SAME_TIME;
            let name = site(&other.host);
            if recent && is_failure(other.code) && !sites.contains(&name) {
                sites.push(name);
                found.push(other);
            }
        }
        found
    }
}

/// The last two labels of a name, in lower case; an address as it is.
fn site(host: &str) -> String {
    if host.parse::<core::net::IpAddr>().is_ok() || host.starts_with('[') {
        return host.to_owned();
    }
    let mut labels = host.rsplit('.');
    match (labels.next(), labels.next()) {
        (Some(last), Some(second)) => format!("{second}.{last}").to_ascii_lowercase(),
        _ => host.to_ascii_lowercase(),
    }
}

/// A refusal, by rule or by limit, says nothing about other sites.
fn is_failure(code: Option<Code>) -> bool {
    use crate::catalog::{self, Party};
    let party = code.and_then(catalog::entry).map(|entry| entry.party);
    !matches!(party, Some(Party::Rule | Party::Law | Party::Visitor | Party::Network))
}
