//! Messages to the worker, from the scripts in pages and from the extension's own pages.

use rayback_core::observation::fragments::Fragments;
use rayback_core::observation::method::{Arrival, Certainty, ShownIn};
use rayback_core::outside::services::encode;
use rayback_core::settings::PanelSize;
use rayback_core::time::Timestamp;
use rayback_core::view::Question;
use rayback_core::watch::{Choice, Sighting, TabId, UnsavedInput, Visibility};
use serde::{Deserialize, Serialize};
use web_sys::UrlSearchParams;

/// A message to the worker. Scripts in pages write the same shape by hand, as `"soon"` or `{ failing: { … } }`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Message {
    /// A page whose status is a failure is being parsed; its report follows.
    Soon,
    /// A form leaves a page by POST.
    FormSent {
        /// Where it's sent: origin and path.
        address: String,
        /// When.
        at: Timestamp,
        /// Where its answer is shown.
        shown_in: ShownIn,
        /// Whether it's certain to be sent.
        certainty: Certainty,
    },
    /// A page fails, or seems to. Answered with the panel, or with `null` if there's nothing to show.
    Failing {
        /// The document's report on itself.
        page: PageReport,
        /// Whether the document is new to the worker.
        sighting: Sighting,
    },
    /// A page of a watched host doesn't fail.
    Healthy,
    /// The user switched to a failing page, or away from it.
    Visibility {
        /// The page's present state.
        visibility: Visibility,
    },
    /// A failing page saw the browser go online or offline.
    Connection {
        /// Whether the browser is online.
        online: bool,
    },
    /// The user pressed a button.
    Pressed {
        /// The button's meaning.
        choice: Choice,
        /// The name of the watch; from a page `None`, which means that page's watch.
        #[serde(default)]
        key: Option<String>,
    },
    /// The user asks a question that an outside service can answer. Only from the extension's own pages.
    Asked {
        /// The question.
        question: Question,
        /// The page that it's about.
        page: PageName,
    },
    /// The user opens the extension's own page about a failing page.
    OpenHost,
    /// The user asks for the report for the site's support. Answered with its text, or with `null`.
    Report {
        /// Whether the visitor's own address belongs in it; only for the extension's own pages.
        address: VisitorAddress,
        /// The page that it's about; from that page `None`.
        #[serde(default)]
        page: Option<PageName>,
    },
    /// The user says that a page was misread. Answered with the page's text for a bug report.
    Misread {
        /// The page's markup, which the script in the page fills in.
        #[serde(default)]
        body: String,
        /// Whether the text is shown in the extension's own page instead, because the browser refuses to copy it.
        #[serde(default)]
        opens: bool,
    },
    /// The user folded, unfolded or hid the panel of a site, or showed it again.
    PanelSized {
        /// Its size on that site from now on; full is the default.
        size: PanelSize,
        /// The name of the watch; from a page `None`, which means that page's watch.
        #[serde(default)]
        key: Option<String>,
    },
    /// The user changed a setting.
    SettingsChanged,
}

/// The name of a failing page, for the extension's own pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageName {
    /// The name of its watch.
    pub(crate) key: String,
    /// Its tab.
    pub(crate) tab: TabId,
}

impl PageName {
    /// The address of the extension's own page about it, within the extension.
    pub(crate) fn address(&self) -> String {
        format!("host.html?key={}&tab={}", encode(&self.key), self.tab.0)
    }

    /// Reads the parameters of [`Self::address`].
    pub(crate) fn read(parameters: &UrlSearchParams) -> Option<Self> {
        Some(Self { key: parameters.get("key")?, tab: TabId(parameters.get("tab")?.parse().ok()?) })
    }
}

/// A document's report on itself, from `static/content/report.js`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageReport {
    /// The document's address.
    pub(crate) url: String,
    /// Its HTTP status; `None` if the browser doesn't expose it.
    #[serde(default)]
    pub(crate) status: Option<u16>,
    /// Its markup or text, at most 64 Ki characters; empty if it's larger.
    pub(crate) body: String,
    /// The parts of a larger page that matter.
    #[serde(default)]
    pub(crate) fragments: Option<Fragments>,
    /// How its tab arrived at it.
    pub(crate) arrival: Arrival,
    /// When its navigation began.
    pub(crate) loaded_at: Timestamp,
    /// Whether the user sees it.
    pub(crate) visibility: Visibility,
    /// Whether it holds typed or chosen input that a navigation would lose.
    pub(crate) unsaved_input: UnsavedInput,
}

/// Whether a report holds the visitor's own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum VisitorAddress {
    /// It's requested from the site's edge.
    Included,
    /// It isn't requested.
    LeftOut,
}
