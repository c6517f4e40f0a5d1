//! What the person may choose.

mod field;

use core::time::Duration;

use serde::{Deserialize, Serialize};

pub use field::FieldError;

/// The person's choices. What is missing or damaged in a stored copy has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// When to try again.
    pub schedule: Schedule,
    /// The waits of [`Schedule::Steps`], in seconds, each at least [`Settings::LEAST_WAIT_S`]; the last one repeats.
    pub steps_s: Vec<u32>,
    /// The least wait before any automatic request where Cloudflare asks for none, in seconds.
    pub floor_s: u32,
    /// Floors per code that replace Cloudflare's own table, in seconds, as `522` → 120.
    pub code_floors_s: std::collections::BTreeMap<u16, u32>,
    /// Whether to notify when a site is back and its tab is not in view.
    pub notifications: Switch,
    /// Whether to ask Cloudflare's public status page while something fails.
    pub status_page: Switch,
    /// Whether pages are brought back by themselves, or the person is only told.
    pub mode: Mode,
    /// Origins where an unknown request method is taken to be a GET, because the person said so.
    pub trusted_origins: std::collections::BTreeSet<String>,
}

/// The shape of the waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// In proportion to how long the failure has lasted.
    #[default]
    Proportional,
    /// After 1, 5 and 15 minutes, then every 15.
    Classic,
    /// The person's own steps.
    Steps,
}

/// On or off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// On.
    #[default]
    On,
    /// Off.
    Off,
}

/// What is done when a site is back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Bring the page back.
    #[default]
    BringBack,
    /// Only notify.
    OnlyNotify,
}

/// How the extension is installed, which decides how short waits may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Install {
    /// From a store: waits are at least [`Settings::LEAST_WAIT_S`].
    #[default]
    Normal,
    /// For development: any wait, so that tests can be quick through ordinary settings.
    Development,
}

impl Settings {
    /// The shortest wait a person may set, in seconds: the shortest alarm Chrome honours for a packed extension.
    ///
    /// Source: Chrome's documentation of `chrome.alarms`.
    pub const LEAST_WAIT_S: u32 = 30;

    /// These settings with every wait raised to what the installation allows.
    #[must_use]
    pub fn clamped(mut self, install: Install) -> Self {
        let least = Self::least_wait_s(install);
        self.floor_s = self.floor_s.max(least);
        self.steps_s.iter_mut().chain(self.code_floors_s.values_mut()).for_each(|wait| *wait = (*wait).max(least));
        self
    }

    /// The shortest wait that may be set, in seconds.
    #[must_use]
    pub fn least_wait_s(install: Install) -> u32 {
        match install {
            Install::Normal => Self::LEAST_WAIT_S,
            Install::Development => 0,
        }
    }

    /// [`Self::floor_s`].
    #[must_use]
    pub fn floor(&self) -> Duration {
        Duration::from_secs(self.floor_s.into())
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schedule: Schedule::default(),
            steps_s: vec![60, 300, 900],
            floor_s: 60,
            code_floors_s: std::collections::BTreeMap::default(),
            notifications: Switch::default(),
            status_page: Switch::default(),
            mode: Mode::default(),
            trusted_origins: std::collections::BTreeSet::default(),
        }
    }
}
