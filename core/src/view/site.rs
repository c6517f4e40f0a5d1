//! What the extension's own page about a host adds from this browser: the host's past, and other hosts that fail.

use core::time::Duration;

use super::history::{OutageView, row};
use super::{Phrase, ViewContext};
use crate::watch::Watch;
use crate::words::key;

/// The past of a host, and the present of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitePastView {
    /// The heading of the outages.
    pub title: String,
    /// The headings of their columns: since, lasted, error, checks.
    pub head: [String; 4],
    /// The outages, newest first.
    pub rows: Vec<OutageView>,
    /// The sentence in their place if there are none.
    pub empty: Option<String>,
    /// The heading of the other hosts.
    pub others_title: String,
    /// Other hosts that failed, the latest first.
    pub others: Vec<Phrase>,
    /// The sentence in their place if there are none.
    pub no_others: Option<String>,
}

/// The most outages to list; the history page has all.
const MOST_ROWS: usize = 10;

/// How long ago another host's failure may be.
const RECENT: Duration = Duration::from_hours(1);

impl ViewContext<'_> {
    /// The past of a watch's host, from the outages of its world.
    #[must_use]
    pub fn site_past(&self, watch: &Watch) -> SitePastView {
        use key::history::{CHECKS, CODES, LASTED, START};
        use key::site::{BEFORE, NO_OTHERS, NOTHING_BEFORE, OTHERS, Other, OtherCode};
        let get = |key| self.words.get(key).to_owned();
        let rows: Vec<_> =
            self.world.outages.iter().rev().take(MOST_ROWS).map(|outage| row(outage, self.words)).collect();
        let recent = |at| self.now.since(at) <= RECENT;
        let mut failures: Vec<_> = self.world.failures.iter().collect();
        failures.retain(|failure| failure.host != watch.origin().host() && recent(failure.at));
        failures.sort_by_key(|failure| core::cmp::Reverse(failure.at));
        let other = |failure: &&crate::fault::OtherFailure| {
            let host = &failure.host;
            let text = match failure.code {
                Some(code) => self.words.format(OtherCode { host, code: &code.to_string() }),
                None => self.words.format(Other { host }),
            };
            Phrase::at(text, failure.at)
        };
        let others: Vec<_> = failures.iter().map(other).collect();
        SitePastView {
            title: get(BEFORE),
            head: [START, LASTED, CODES, CHECKS].map(get),
            empty: rows.is_empty().then(|| get(NOTHING_BEFORE)),
            rows,
            others_title: get(OTHERS),
            no_others: others.is_empty().then(|| get(NO_OTHERS)),
            others,
        }
    }
}
