//! Actions of controls.

use rayback_core::url::Origin;
use rayback_core::view::{Blame, Deletion, Period};
use rayback_core::watch::Choice;
use serde::{Deserialize, Serialize};

use crate::message::Message;

/// What using a control does. Panels carry it out in `static/content/panel.js`, the extension's own pages in Rust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Action {
    /// Sends a message to the worker.
    Send {
        /// The message.
        message: Message,
    },
    /// Copies a text.
    Copy {
        /// The text.
        text: String,
        /// The control's label for a moment, once it's copied.
        done: String,
        /// The control's label once the browser has refused to copy: it then opens the extension's own page.
        #[serde(default)]
        refused: String,
    },
    /// Sends a message to the worker and copies the text that it answers with.
    CopyAnswer {
        /// The message.
        message: Message,
        /// The control's label for a moment, once it's copied.
        done: String,
        /// The control's label once the browser has refused to copy: it then opens the extension's own page.
        refused: String,
    },
    /// Stops the page from loading itself again, and tells the worker.
    StopRefresh {
        /// The message.
        message: Message,
    },
    /// Folds the panel to one line.
    Collapse,
    /// Unfolds the panel.
    Expand,
    /// Removes the panel from this document.
    Close,
    /// Stops or resumes every watch that this concerns.
    PressForAll {
        /// [`Choice::Stop`] or [`Choice::Resume`].
        choice: Choice,
    },
    /// Leaves a page that is itself the danger.
    Leave,
    /// Asks the browser's user for access to web pages.
    AskForAccess,
    /// Checks a host that a page uses.
    CheckHost {
        /// The host.
        origin: Origin,
    },
    /// Starts the demonstration.
    StartDemo,
    /// Opens the settings.
    OpenSettings,
    /// Takes over a field of the settings.
    Change {
        /// The field.
        field: Field,
    },
    /// Removes a site from the trusted ones.
    Distrust {
        /// The site's origin.
        origin: String,
    },
    /// Saves the settings as a file.
    ExportSettings,
    /// Gives every setting its default.
    ResetSettings,
    /// Opens the browser's own page about keyboard shortcuts.
    ChangeShortcuts,
    /// Deletes the history.
    ClearHistory,
    /// Shows only the incidents that the field's text finds.
    Search,
    /// Shows only the incidents with this fault.
    FilterBlame {
        /// Whose fault; `None` for anybody's.
        blame: Option<Blame>,
    },
    /// Shows only the incidents of a period.
    FilterPeriod {
        /// The period.
        period: Period,
    },
    /// Lists more of the history.
    ListMore,
    /// Saves what's shown of the history as a CSV file.
    ExportCsv,
    /// Saves what's shown of the history as a JSON file.
    ExportJson,
    /// Asks whether to delete something of the history.
    AskToDelete {
        /// What.
        what: Deletion,
    },
    /// Deletes something of the history.
    Delete {
        /// What.
        what: Deletion,
    },
    /// Deletes nothing after all.
    Keep,
}

/// A field of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Field {
    /// The radio button of a schedule.
    Schedule(rayback_core::settings::Shape),
    /// The user's own waits.
    Steps,
    /// The least wait.
    Floor,
    /// The least waits of single codes.
    CodeFloors,
    /// The radio button of a mode.
    Mode(rayback_core::settings::Mode),
    /// The box for notifications.
    Notifications,
    /// The radio button of how many days the history is kept.
    HistoryDays(u32),
    /// The switch of an outside service.
    Service(rayback_core::outside::services::Service),
    /// The file to load the settings from.
    File,
    /// The radio button of a language, whose value is its tag; empty for the browser's.
    Language,
}
