//! What panel, toolbar button, popup and notification show: computed here, drawn elsewhere.
//!
//! A view is a value with every text in it. The shell that draws it decides nothing: it only formats times as the
//! browser does ([`Phrase`]), and counts down.

mod badge;
mod case;
mod choice;
mod demo;
mod glance;
mod history;
mod left;
mod more;
mod notice;
mod page_check;
mod panel;
mod phrase;
mod popup;
mod schedule;
mod site;
mod state;
mod world;

pub use badge::BadgeView;
pub use choice::{ChoiceView, Emphasis};
pub use demo::Demo;
pub use glance::{GlanceView, Mark, PathView, StopView, SuspicionView};
pub use history::{
    BarView, Blame, Deletion, DeletionView, ExportedOutage, HistoryChoice, HistoryFilter, HistoryView, OptionView,
    OutageView, Period, PlotView, SiteView, TimelineView, concerned, export, export_csv,
};
pub use left::{LeftView, left};
pub use more::{ClueView, LinkView, MoreView, Question, QuestionView, RowsView};
pub use notice::{NoticeView, notice};
pub use page_check::{FailedView, HostCheckState, HostCheckView, HostChecks, InspectedPage, PageCheckView};
pub use panel::{CopyView, DetailsView, FactView, HostPageView, PanelLabels, PanelView};
pub use phrase::Phrase;
pub use popup::{Access, CloudflareView, FrontView, HostView, PopupView};
pub use schedule::ScheduleView;
pub use site::SitePastView;
pub use state::{StateView, Tone, WaitView};
pub use world::{Findings, Found, World};

use std::borrow::Cow;

use crate::diagnosis::Diagnosis;
use crate::explain::{Audience, explain};
use crate::fault::Suspect;
use crate::history::Facts;
use crate::outside::serving::serving_data_centre;
use crate::retry;
use crate::settings::Settings;
use crate::time::Timestamp;
use crate::watch::{Confirmation, Watch};
use crate::words::Words;

/// Everything a view is computed from, apart from the watch.
#[derive(Clone, Copy, Debug)]
pub struct ViewContext<'a> {
    /// The words of the user's language.
    pub words: &'a Words,
    /// The user's settings.
    pub settings: &'a Settings,
    /// What is known beyond the watch.
    pub world: &'a World,
    /// The current time.
    pub now: Timestamp,
}

impl ViewContext<'_> {
    /// Whether Cloudflare's edge answers for this host, so that the page can be Cloudflare's.
    fn is_confirmed(&self, watch: &Watch) -> bool {
        watch.confirmation(self.now) == Confirmation::Confirmed
    }

    /// A page's diagnosis. Its data centre is left out until the edge confirms that the page can be Cloudflare's.
    fn confirmed<'a>(&self, watch: &Watch, diagnosis: &'a Diagnosis) -> Cow<'a, Diagnosis> {
        if self.is_confirmed(watch) || (diagnosis.served.is_none() && diagnosis.city.is_none()) {
            return Cow::Borrowed(diagnosis);
        }
        Cow::Owned(Diagnosis { served: None, city: None, ..diagnosis.clone() })
    }

    /// The facts about a watch's failure that the history keeps.
    #[must_use]
    pub fn history_facts<'w>(&self, watch: &'w Watch) -> Facts<'w> {
        let diagnosis = watch.diagnosis().map(|diagnosis| self.confirmed(watch, diagnosis));
        let served = diagnosis
            .as_ref()
            .and_then(|diagnosis| serving_data_centre(diagnosis, watch.trace().map(|trace| trace.value), None));
        Facts {
            origin: watch.origin(),
            code: watch.diagnosis().and_then(retry::code),
            data_centre: served.map(|served| served.data_centre),
            suspect: watch.tabs().first().map_or(Suspect::Nobody, |tab| self.verdict(watch, tab).suspect),
        }
    }

    /// Code and name in one line, as "Error 522: Connection timed out".
    fn headline(&self, diagnosis: &Diagnosis) -> String {
        explain(diagnosis, self.words, Audience::Visitor).heading
    }
}

#[cfg(test)]
mod tests;
