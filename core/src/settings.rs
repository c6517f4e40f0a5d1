//! The user's settings.

mod field;

use core::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::url::Origin;
use crate::words::LANGUAGES;
use crate::{catalog, json};

pub use field::FieldError;

/// The user's settings. [`Settings::restore`] reads a stored copy, even a damaged one.
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
    #[serde(deserialize_with = "off_if_unreadable")]
    pub status_page: Switch,
    /// Whether Globalping may be asked when the user clicks.
    #[serde(deserialize_with = "off_if_unreadable")]
    pub globalping: Switch,
    /// Whether the Internet Archive may be asked when the user clicks.
    #[serde(deserialize_with = "off_if_unreadable")]
    pub archive: Switch,
    /// Whether Cloudflare's resolver may be asked when the user clicks.
    #[serde(deserialize_with = "off_if_unreadable")]
    pub cloudflare_dns: Switch,
    /// Whether Google's resolver may be asked when the user clicks.
    #[serde(deserialize_with = "off_if_unreadable")]
    pub google_dns: Switch,
    /// Whether the usual addresses of a site's own status page may be asked when the user clicks.
    #[serde(deserialize_with = "off_if_unreadable")]
    pub own_status_page: Switch,
    /// Whether a host that a page uses may be asked when the user clicks.
    #[serde(deserialize_with = "off_if_unreadable")]
    pub page_hosts: Switch,
    /// How long the history is kept, in days; one of [`Settings::HISTORY_DAYS`].
    pub history_days: u32,
    /// Whether pages are reloaded automatically or the user is only notified.
    pub mode: Mode,
    /// The tag of one of the [`LANGUAGES`], such as `pt-BR`; `None` for the browser's own.
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

    /// Reads stored settings. Each missing or damaged field gets its default, and a damaged list loses only its damaged
    /// elements. If the switch of an outside service is damaged, it's off, because the user may have turned it off.
    #[must_use]
    pub fn restore(stored: &str) -> Self {
        let mut stored = json::parse(stored).unwrap_or_default();
        let settings = json::from_value::<Self>(&stored).or_else(|_| {
            drop_unreadable(&mut stored);
            json::from_value(&stored)
        });
        settings.unwrap_or_default().normalised()
    }

    /// Drops values that the settings page couldn't have set.
    fn normalised(mut self) -> Self {
        let default = Self::default();
        if self.steps_s.is_empty() {
            self.steps_s = default.steps_s;
        }
        if !Self::HISTORY_DAYS.contains(&self.history_days) {
            self.history_days = default.history_days;
        }
        self.language = self.language.filter(|tag| LANGUAGES.iter().any(|language| language.tag == tag));
        self.trusted_origins.retain(|origin| Origin::try_from(origin.clone()).is_ok());
        let sizes = core::mem::take(&mut self.panel_sizes);
        let surplus = sizes.len().saturating_sub(Self::MOST_PANEL_SIZES);
        for (origin, size) in sizes.iter().skip(surplus) {
            self.set_panel_size(origin, *size);
        }
        self
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

/// Reads the switch of an outside service; one that can't be read is off.
#[expect(clippy::unnecessary_wraps, reason = "serde expects a result")]
fn off_if_unreadable<'de, D: Deserializer<'de>>(from: D) -> Result<Switch, D::Error> {
    Ok(Switch::deserialize(from).unwrap_or(Switch::Off))
}

/// Drops the fields that can't be read; of a list or map, only the elements. It reads each on its own, which takes less
/// code than a second reader for each type.
fn drop_unreadable(stored: &mut Value) {
    let alone = |name: &String, value: &Value| Value::Object(Map::from_iter([(name.clone(), value.clone())]));
    let is_readable = |name: &String, value: &Value| json::from_value::<Settings>(&alone(name, value)).is_ok();
    let Value::Object(fields) = stored else { return };
    fields.retain(|name, value| {
        match value {
            Value::Array(elements) => {
                elements.retain(|element| is_readable(name, &Value::Array(vec![element.clone()])));
            }
            Value::Object(entries) => entries.retain(|key, entry| is_readable(name, &alone(key, entry))),
            _ => {}
        }
        is_readable(name, value)
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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

    #[test]
    fn one_damaged_field_costs_no_other() {
        let stored = json!({
            "schedule": "patient", "mode": "only-notify", "statusPage": "off", "historyDays": 0, "stepsS": [40],
            "codeFloorsS": {"522": 240}, "notifications": "off", "language": "de", "floorS": 300,
            "trustedOrigins": ["https://shop.example"], "panelSizes": [["https://shop.example", "small"]],
        });
        let intact = Settings::restore(&stored.to_string());
        assert_eq!(json::from_value(&stored).ok().as_ref(), Some(&intact));
        let default = serde_json::to_value(Settings::default()).unwrap();
        for (field, value) in stored.as_object().unwrap() {
            for damage in
                [json!(null), json!(-1), json!(60.5), json!(1e308), json!("?"), json!({"?": "?"}), json!([[]])]
            {
                let mut damaged = stored.clone();
                damaged[field] = damage.clone();
                let mut expected = serde_json::to_value(&intact).unwrap();
                expected[field] = match field.as_str() {
                    "statusPage" => json!("off"),
                    _ => default[field].clone(),
                };
                let restored = Settings::restore(&damaged.to_string());
                assert_eq!(serde_json::to_value(restored).unwrap(), expected, "{field} {damage}, was {value}");
            }
        }
        for text in ["", "null", "7", "[]", "{"] {
            assert_eq!(Settings::restore(text), Settings::default(), "{text}");
        }
    }

    #[test]
    fn a_damaged_element_costs_no_other() {
        let stored = json!({
            "stepsS": [60, -1, 900],
            "codeFloorsS": {"522": 240, "x": 1, "524": "soon"},
            "trustedOrigins": ["https://a.example", 7, "https://b.example"],
            "panelSizes": [
                ["https://a b", "small"], ["https://a.example", "tiny"], ["https://b.example", "small"], [], 7,
            ],
        });
        let restored = Settings::restore(&stored.to_string());
        let expected = Settings {
            steps_s: vec![60, 900],
            code_floors_s: [(522, 240)].into(),
            trusted_origins: ["https://a.example".to_owned(), "https://b.example".to_owned()].into(),
            panel_sizes: vec![("https://b.example".to_owned().try_into().unwrap(), PanelSize::Small)],
            ..Settings::default()
        };
        assert_eq!(restored, expected);
    }

    #[test]
    fn the_damaged_switch_of_an_outside_service_is_off_and_a_missing_one_on() {
        let services =
            ["statusPage", "globalping", "archive", "cloudflareDns", "googleDns", "ownStatusPage", "pageHosts"];
        for service in services {
            let restored = Settings::restore(&json!({ service: "maybe", "schedule": 7 }).to_string());
            let restored = serde_json::to_value(restored).unwrap();
            for other in services {
                assert_eq!(restored[other], if other == service { "off" } else { "on" }, "{other} of {service}");
            }
        }
    }

    #[test]
    fn values_the_settings_page_cannot_set_are_dropped() {
        let sizes: Vec<_> = (0..1000).map(|number| (origin(number % 300), PanelSize::Small)).collect();
        let settings = Settings {
            steps_s: Vec::new(),
            history_days: 17,
            language: Some("<b>".to_owned()),
            trusted_origins: ["javascript:alert(1)", "https://*", "https://a.example/x", "https://a.example"]
                .map(str::to_owned)
                .into(),
            panel_sizes: [sizes, vec![(origin(299), PanelSize::Hidden), (origin(298), PanelSize::Full)]].concat(),
            ..Settings::default()
        };
        let restored = Settings::restore(&settings.export());
        let imported = Settings { steps_s: vec![60], ..settings };
        for read in [restored, Settings::import(&imported.export(), Install::Normal).unwrap()] {
            assert_eq!((read.history_days, read.language.as_deref()), (90, None));
            assert_eq!(Vec::from_iter(&read.trusted_origins), ["https://a.example"]);
            assert!(read.panel_sizes.len() <= Settings::MOST_PANEL_SIZES);
            assert_eq!(read.panel_size(&origin(299)), Some(PanelSize::Hidden));
            assert_eq!((read.panel_size(&origin(298)), read.panel_size(&origin(99))), (None, Some(PanelSize::Small)));
            assert_eq!(read.panel_sizes.iter().filter(|(site, _)| *site == origin(299)).count(), 1);
            assert!(!read.steps_s.is_empty());
        }
        let chosen = Settings { language: Some("pt-BR".to_owned()), history_days: 365, ..Settings::default() };
        assert_eq!(Settings::restore(&chosen.export()), chosen);
    }
}
