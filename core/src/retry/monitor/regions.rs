//! The regions that a page is visited from: which comes next, and whether enough of them see it fail.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Vantage, Visit};
use crate::retry::policy;
use crate::time::Timestamp;

/// What every region saw.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Regions(Vec<Region>);

/// A region that a page is seen from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    /// Its name.
    pub name: String,
    /// What was last seen from it, in this failure or since the last one.
    pub view: View,
    /// The name of the place that looked: the region's own, or that of a service that looks from several.
    place: String,
    /// When that was last tried, whether it got through or not.
    tried_at: Option<Timestamp>,
    /// The place asked not to be used before this.
    not_before: Option<Timestamp>,
}

/// What a region saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// Nothing that shows whether the page works.
    #[default]
    Unknown,
    /// The page works.
    Works,
    /// It fails.
    Fails,
}

impl Regions {
    /// Forgets every region whose place isn't in use any more: nobody would ever see whether it recovered.
    pub(super) fn keep_only(&mut self, places: &[Vantage<'_>]) {
        self.0.retain(|region| places.iter().any(|place| place.name == region.place));
    }

    /// Forgets what was seen, as a new failure begins.
    pub(super) fn forget_views(&mut self) {
        self.0.iter_mut().for_each(|region| region.view = View::Unknown);
    }

    /// Records that a place was tried; `not_before` is what it asked for.
    pub(super) fn tried(&mut self, place: &str, now: Timestamp, not_before: Option<Timestamp>) {
        let region = self.entry(place, place);
        region.tried_at = Some(now);
        region.not_before = not_before;
    }

    /// Records what a region saw; returns whether it saw the page fail before and work now.
    pub(super) fn saw(&mut self, place: &str, name: &str, visit: &Visit) -> bool {
        let view = match visit {
            Visit::Works => View::Works,
            Visit::Fails(_) => View::Fails,
            Visit::Barred | Visit::Unanswered | Visit::NotVisited { .. } => return false,
        };
        let region = self.entry(place, name);
        let before = core::mem::replace(&mut region.view, view);
        (before, view) == (View::Fails, View::Works)
    }

    /// The place to visit from: the one that was tried longest ago, in the given order if several never were.
    ///
    /// With `only_failing`, of those that saw the page fail.
    pub(super) fn next<'a>(&self, places: &[Vantage<'a>], now: Timestamp, only_failing: bool) -> Option<&'a str> {
        let fails = |place: &str| self.0.iter().any(|it| it.place == place && it.view == View::Fails);
        let tried = |place: &str| self.0.iter().find(|it| it.name == place).and_then(|it| it.tried_at);
        let is_free = |place: &str| {
            let not_before = self.0.iter().find(|it| it.name == place).and_then(|it| it.not_before);
            not_before.is_none_or(|at| at <= now)
        };
        let usable =
            places.iter().map(|place| place.name).filter(|name| is_free(name) && (!only_failing || fails(name)));
        usable.min_by_key(|name| tried(name))
    }

    /// The place that was tried last.
    pub(super) fn latest<'a>(&self, places: &[Vantage<'a>]) -> Option<&'a str> {
        let tried = |place: &Vantage<'_>| self.0.iter().find(|it| it.name == place.name).and_then(|it| it.tried_at);
        places.iter().max_by_key(|place| tried(place)).map(|place| place.name)
    }

    /// Whether any region sees the page fail.
    pub(super) fn any_fails(&self) -> bool {
        self.count(View::Fails) > 0
    }

    /// Whether a page that has failed for `lasted` counts as down: long enough, from [`policy::REGIONS_TO_MARK_DOWN`] regions,
    /// and it works from none.
    pub(super) fn agree_that_its_down(&self, lasted: Duration, down_after: Duration) -> bool {
        lasted >= down_after && self.count(View::Fails) >= policy::REGIONS_TO_MARK_DOWN && self.count(View::Works) == 0
    }

    /// The regions that saw something.
    pub(super) fn with_a_view(&self) -> impl Iterator<Item = &Region> {
        self.0.iter().filter(|region| region.view != View::Unknown)
    }

    fn count(&self, view: View) -> usize {
        self.0.iter().filter(|region| region.view == view).count()
    }

    fn entry(&mut self, place: &str, name: &str) -> &mut Region {
        let at = self.0.iter().position(|region| region.name == name).unwrap_or_else(|| {
            self.0.push(Region {
                name: name.to_owned(),
                view: View::Unknown,
                place: place.to_owned(),
                tried_at: None,
                not_before: None,
            });
            self.0.len() - 1
        });
        // The index was found or made just now.
        #[allow(clippy::indexing_slicing, reason = "the position comes from the same list")]
        &mut self.0[at]
    }
}
