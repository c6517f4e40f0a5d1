//! The user's settings.

mod field;

use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::catalog;
use crate::url::Origin;

pub use field::FieldError;

/// The user's settings. Anything missing or damaged in a stored copy gets its default.
///
/// ```
/// use rayback_core::Settings;
///
/// let settings = Settings { floor_s: 300, ..Settings::default() };
/// assert_eq!(settings.floor().as_secs(), 300);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// When to try again.
    pub schedule: Shape,
    /// The waits of [`Shape::Steps`], in seconds, each at least [`Settings::LEAST_WAIT_S`]; the last one repeats.
    pub steps_s: Vec<u32>,
    /// The shortest wait before any automatic request if Cloudflare doesn't ask for one, in seconds.
    pub floor_s: u32,
    /// Floors per code, in seconds, such as `522` → 300; each at least [`Settings::least_code_floor_s`].
    pub code_floors_s: std::collections::BTreeMap<u16, u32>,
    /// Whether to notify when a site is back and its tab isn't in view.
    pub notifications: Switch,
    /// Whether to query Cloudflare's public status page while something fails.
    pub status_page: Switch,
    /// Whether Globalping may be asked when the user clicks.
    pub globalping: Switch,
    /// Whether the Internet Archive may be asked when the user clicks.
    pub archive: Switch,
    /// Whether Cloudflare's resolver may be asked when the user clicks.
    pub cloudflare_dns: Switch,
    /// Whether Google's resolver may be asked when the user clicks.
    pub google_dns: Switch,
    /// Whether the usual addresses of a site's own status page may be asked when the user clicks.
    pub own_status_page: Switch,
    /// Whether a host that a page uses may be asked when the user clicks.
    pub page_hosts: Switch,
    /// How long the history is kept, in days; 0 for none.
    pub history_days: u32,
    /// Whether pages are reloaded automatically or the user is only notified.
    pub mode: Mode,
    /// The language's tag, such as `pt-BR`; `None` for the browser's own.
    pub language: Option<String>,
    /// Origins where an unknown request method counts as GET, because the user said so.
    pub trusted_origins: std::collections::BTreeSet<String>,
    /// Where the user folded or hid the panel, at most [`Settings::MOST_PANEL_SIZES`]; the latest is last.
    pub panel_sizes: Vec<(Origin, PanelSize)>,
}

/// How large a panel is before the user folds or unfolds it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PanelSize {
    /// The first glance, with the details folded.
    #[default]
    Full,
    /// One line, for a check or a queue that the user only has to pass, and where the user chose it.
    Small,
    /// Not shown, where the user chose that; the popup shows the same. The warning about a dangerous page is always
    /// shown.
    Hidden,
}

/// The shape of the waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// In proportion to how long the failure has lasted, half as often as [`Self::Proportional`].
    Patient,
    /// In proportion to how long the failure has lasted.
    #[default]
    Proportional,
    /// In proportion to how long the failure has lasted, twice as often as [`Self::Proportional`].
    Eager,
    /// After 1, 5 and 15 minutes, then every 15.
    Classic,
    /// The user's own steps.
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

/// The action when a site is back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Reload the page.
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
    /// For development: any wait, so that tests with ordinary settings are fast.
    Development,
}

impl Settings {
    /// The shortest wait a user may set, in seconds: the shortest alarm Chrome honours for a packed extension.
    ///
    /// Source: Chrome's documentation of `chrome.alarms`.
    pub const LEAST_WAIT_S: u32 = 30;

    /// The most sites whose panel's size is kept; the oldest choice is dropped first.
    pub const MOST_PANEL_SIZES: usize = 200;

    /// The size that the user chose for a site's panel; `None` if they chose none.
    #[must_use]
    pub fn panel_size(&self, origin: &Origin) -> Option<PanelSize> {
        self.panel_sizes.iter().find(|(site, _)| site == origin).map(|(_, size)| *size)
    }

    /// Keeps the size that the user chose for a site's panel. [`PanelSize::Full`] isn't kept: the panel then begins as
    /// on any other site.
    pub fn set_panel_size(&mut self, origin: &Origin, size: PanelSize) {
        self.panel_sizes.retain(|(site, _)| site != origin);
        if size != PanelSize::Full {
            self.panel_sizes.push((origin.clone(), size));
        }
        let surplus = self.panel_sizes.len().saturating_sub(Self::MOST_PANEL_SIZES);
        self.panel_sizes.drain(..surplus);
    }

    /// Raises every wait in these settings to the minimum that the installation allows.
    #[must_use]
    pub fn clamped(mut self, install: Install) -> Self {
        let least = Self::least_wait_s(install);
        self.floor_s = self.floor_s.max(least);
        self.steps_s.iter_mut().for_each(|wait| *wait = (*wait).max(least));
        for (code, floor) in &mut self.code_floors_s {
            *floor = (*floor).max(Self::least_code_floor_s(*code, install));
        }
        self
    }

    /// The shortest floor that may be set for a code, in seconds: a user may ask for longer waits than Cloudflare, never for
    /// shorter ones.
    #[must_use]
    pub fn least_code_floor_s(code: u16, install: Install) -> u32 {
        match install {
            Install::Normal => {
                let entry = catalog::all().find(|entry| entry.code.number() == code);
                entry.and_then(|entry| entry.retry_after_s).map_or(0, u32::from).max(Self::LEAST_WAIT_S)
            }
            Install::Development => 0,
        }
    }

    /// The shortest wait that may be set, in seconds.
    #[must_use]
    pub fn least_wait_s(install: Install) -> u32 {
        match install {
            Install::Normal => Self::LEAST_WAIT_S,
            Install::Development => 0,
        }
    }

    /// The choices for [`Self::history_days`], in days.
    pub const HISTORY_DAYS: [u32; 4] = [0, 30, 90, 365];

    /// Whether there's a history.
    #[must_use]
    pub fn keeps_history(&self) -> bool {
        self.history_days > 0
    }

    /// [`Self::floor_s`] as a duration.
    #[must_use]
    pub fn floor(&self) -> Duration {
        Duration::from_secs(self.floor_s.into())
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schedule: Shape::default(),
            steps_s: vec![60, 300, 900],
            floor_s: 60,
            code_floors_s: std::collections::BTreeMap::default(),
            notifications: Switch::default(),
            status_page: Switch::default(),
            globalping: Switch::default(),
            archive: Switch::default(),
            cloudflare_dns: Switch::default(),
            google_dns: Switch::default(),
            own_status_page: Switch::default(),
            page_hosts: Switch::default(),
            history_days: 90,
            mode: Mode::default(),
            language: None,
            trusted_origins: std::collections::BTreeSet::default(),
            panel_sizes: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(number: usize) -> Origin {
        Origin::try_from(format!("https://n{number}.example")).unwrap()
    }

    #[test]
    fn a_sites_last_panel_size_counts_and_full_is_not_kept() {
        let mut settings = Settings::default();
        for size in [PanelSize::Small, PanelSize::Hidden] {
            settings.set_panel_size(&origin(1), size);
            assert_eq!((settings.panel_size(&origin(1)), settings.panel_size(&origin(2))), (Some(size), None));
        }
        settings.set_panel_size(&origin(1), PanelSize::Full);
        assert_eq!(settings, Settings::default());
    }

    #[test]
    fn the_oldest_panel_size_makes_room_for_the_newest() {
        let mut settings = Settings::default();
        for number in 0..=Settings::MOST_PANEL_SIZES {
            settings.set_panel_size(&origin(number), PanelSize::Small);
        }
        assert_eq!(settings.panel_sizes.len(), Settings::MOST_PANEL_SIZES);
        assert_eq!(settings.panel_size(&origin(0)), None);
        assert_eq!(settings.panel_size(&origin(Settings::MOST_PANEL_SIZES)), Some(PanelSize::Small));
    }
}
