//! The history page's filter.

use core::time::Duration;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{OptionView, city};
use crate::fault::Suspect;
use crate::history::Outage;
use crate::order;
use crate::time::Timestamp;
use crate::words::{Key, Words, key};

/// Which outages are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// Part of a site's name, a code's first digits, or a data centre's code or part of its city. Case doesn't
    /// matter.
    pub search: String,
    /// Whose fault it was; `None` for anyone's.
    pub blame: Option<Blame>,
    /// When the outages began.
    pub period: Period,
}

/// Whose fault an outage was: the suspects in groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// The site.
    Site,
    /// Cloudflare, or an outage beyond one site.
    Cloudflare,
    /// Nobody's: the site or the law blocked the visitor.
    Blocked,
    /// Something on the visitor's side.
    Visitor,
    /// Unknown.
    Unknown,
}

impl Blame {
    /// Every group, in the order shown.
    pub const ALL: [Self; 5] = [Self::Site, Self::Cloudflare, Self::Blocked, Self::Visitor, Self::Unknown];

    /// The group of a suspect.
    #[must_use]
    pub fn of(suspect: Suspect) -> Self {
        match suspect {
            Suspect::Origin | Suspect::Path | Suspect::Setup | Suspect::Code => Self::Site,
            Suspect::Cloudflare | Suspect::Shared | Suspect::Local => Self::Cloudflare,
            Suspect::Rule | Suspect::Law => Self::Blocked,
            Suspect::Offline | Suspect::Visitor | Suspect::BlockedHere | Suspect::Network => Self::Visitor,
            Suspect::Imitation | Suspect::Nobody => Self::Unknown,
        }
    }

    /// Its name.
    pub(super) const fn key(self) -> Key {
        use key::history::blame;
        match self {
            Self::Site => blame::SITE,
            Self::Cloudflare => blame::CLOUDFLARE,
            Self::Blocked => blame::BLOCKED,
            Self::Visitor => blame::VISITOR,
            Self::Unknown => blame::UNKNOWN,
        }
    }
}

/// A period up to now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// 7 days.
    Week,
    /// 30 days.
    Month,
    /// Everything that's kept.
    #[default]
    All,
}

impl Period {
    fn begin(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Week => now.before(Duration::from_hours(7 * 24)),
            Self::Month => now.before(Duration::from_hours(30 * 24)),
            Self::All => Timestamp::from_unix_millis(i64::MIN),
        }
    }
}

impl HistoryFilter {
    /// The outages that match, newest first.
    #[must_use]
    pub fn shown<'a>(&self, outages: &'a [Outage], now: Timestamp, words: &Words) -> Vec<&'a Outage> {
        let search = self.search.trim().to_lowercase();
        // Looked up once per data centre, because there are far fewer of them than outages.
        let centres: BTreeSet<_> = outages.iter().filter_map(|outage| outage.data_centre).collect();
        let has_city = |iata: &_| city(*iata, words).to_lowercase().contains(&search);
        let centres: BTreeSet<_> = centres
            .into_iter()
            .filter(|iata| iata.to_string().eq_ignore_ascii_case(&search) || has_city(iata))
            .collect();
        let begin = self.period.begin(now);
        let is_shown = |outage: &&Outage| {
            outage.start >= begin
                && self.blame.is_none_or(|blame| blame == Blame::of(outage.suspect))
                && (search.is_empty()
                    || outage.origin.as_str().contains(&search)
                    || outage.data_centre.is_some_and(|iata| centres.contains(&iata))
                    || outage.codes.iter().any(|code| code.to_string().starts_with(&search)))
        };
        order::by_number(outages.iter().filter(is_shown), |outage| outage.start.unix_millis().saturating_neg())
    }

    pub(super) fn blames(&self, words: &Words) -> Vec<OptionView<Option<Blame>>> {
        let all = [(None, key::history::ANYONE)].into_iter();
        options(all.chain(Blame::ALL.map(|blame| (Some(blame), blame.key()))), &self.blame, words)
    }

    pub(super) fn periods(&self, words: &Words) -> Vec<OptionView<Period>> {
        use key::history::{ALL, MONTH, WEEK};
        options([(Period::Week, WEEK), (Period::Month, MONTH), (Period::All, ALL)], &self.period, words)
    }
}

fn options<T: PartialEq>(all: impl IntoIterator<Item = (T, Key)>, chosen: &T, words: &Words) -> Vec<OptionView<T>> {
    let option =
        |(value, key): (T, Key)| OptionView { is_on: value == *chosen, label: words.get(key).to_owned(), value };
    all.into_iter().map(option).collect()
}
