//! The toolbar button of a tab.

use serde::Serialize;

use super::{Tone, ViewContext};
use crate::watch::{TabId, Watch};
use crate::words::key;

/// What the toolbar button of a tab shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BadgeView {
    /// The code, or "!" where the page shows none: at most four characters fit.
    pub text: String,
    /// The mood, which colours it.
    pub tone: Tone,
    /// Its tooltip.
    pub title: String,
}

impl ViewContext<'_> {
    /// The button of a tab; `None` if the watch does not hold the tab or has nothing to show.
    #[must_use]
    pub fn badge(&self, watch: &Watch, tab: TabId) -> Option<BadgeView> {
        let tab = watch.tabs().iter().find(|watched| watched.id == tab)?;
        let state = self.case(watch, Some(tab))?.state()?;
        let text = tab.diagnosis.code.map_or_else(|| "!".to_owned(), |code| code.to_string());
        let what = &self.headline(&tab.diagnosis);
        let title = self.words.format(key::badge::Title { what, host: tab.url.host() });
        Some(BadgeView { text, tone: state.tone, title })
    }
}
