//! Actions of controls.

use rayback_core::url::Origin;
use rayback_core::view::{Blame, Deletion, Period};
use rayback_core::watch::Choice;
use serde::{Deserialize, Serialize};

use crate::message::Message;

/// The action of a control. Panels carry it out in `static/content/panel.js`, the extension's own pages in Rust.
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
    /// Stops the page from reloading itself, and sends a message to the worker.
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
    /// Stops or resumes every watch that has such a button.
    PressForAll {
        /// [`Choice::Stop`] or [`Choice::Resume`].
        choice: Choice,
    },
    /// Leaves a page that is itself the danger.
    Leave,
    /// Asks the user for access to web pages.
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
    /// Applies a changed field of the settings.
    Change {
        /// The field.
        field: Field,
    },
    /// Removes a site from the trusted sites.
    Distrust {
        /// The site's origin.
        origin: String,
    },
    /// Saves the settings as a file.
    ExportSettings,
    /// Resets every setting to its default.
    ResetSettings,
    /// Opens the browser's own page about keyboard shortcuts.
    ChangeShortcuts,
    /// Deletes the history.
    ClearHistory,
    /// Shows only the incidents that match the field's text.
    Search,
    /// Shows only the incidents with this fault.
    FilterBlame {
        /// Whose fault; `None` for anyone's.
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
    /// Asks whether to delete something from the history.
    AskToDelete {
        /// What to delete.
        what: Deletion,
    },
    /// Deletes something from the history.
    Delete {
        /// What to delete.
        what: Deletion,
    },
    /// Cancels the deletion.
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
    /// The shortest wait.
    Floor,
    /// The shortest waits for particular codes.
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
