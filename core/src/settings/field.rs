//! Parses and formats settings as the user types them.

use std::collections::BTreeMap;

use super::{Install, Settings};
use crate::code::{Code, Family};
use crate::json;
use crate::words::{Words, key};

/// The error in a typed setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// Not a whole number of seconds.
    NotSeconds {
        /// The text that was typed.
        written: String,
    },
    /// A wait shorter than the installation allows.
    TooShort {
        /// The wait that was typed, in seconds.
        written_s: u32,
        /// The shortest wait allowed, in seconds.
        least_s: u32,
    },
    /// A list without any waits.
    NoStep,
    /// Not a file with settings.
    NotSettings,
    /// Not one of Cloudflare's codes followed by a wait.
    NotAFloor {
        /// The text that was typed.
        written: String,
    },
}

impl Settings {
    /// The size of the largest settings file to import, in bytes. It's limited because the stored settings are read
    /// whenever something fails.
    pub const MOST_FILE_BYTES: usize = 64 * 1024;

    /// Writes the settings as a file's text, for [`Self::import`].
    #[must_use]
    pub fn export(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() // maps have text keys only, so it can't fail
    }

    /// Reads settings from a file that [`Self::export`] wrote. A setting that the file lacks gets its default, and
    /// values that the settings page couldn't have set are dropped.
    ///
    /// # Errors
    ///
    /// If it isn't such a file or is longer than [`Self::MOST_FILE_BYTES`], or a wait in it is shorter than the
    /// installation allows.
    pub fn import(text: &str, install: Install) -> Result<Self, FieldError> {
        if text.len() > Self::MOST_FILE_BYTES {
            return Err(FieldError::NotSettings);
        }
        let value = json::parse(text).map_err(|_| FieldError::NotSettings)?;
        // From any other object, each setting would get its default.
        if value.get("schedule").is_none() {
            return Err(FieldError::NotSettings);
        }
        let settings: Self = json::from_value(&value).map_err(|_| FieldError::NotSettings)?;
        let least_s = Self::least_wait_s(install);
        let waits = settings.steps_s.iter().chain([&settings.floor_s]).map(|wait| (*wait, least_s));
        let floors = settings.code_floors_s.iter();
        let floors = floors.map(|(code, wait)| (*wait, Self::least_code_floor_s(*code, install)));
        let too_short = waits.chain(floors).find(|(wait, least)| wait < least);
        match too_short {
            Some((written_s, least_s)) => Err(FieldError::TooShort { written_s, least_s }),
            None if settings.steps_s.is_empty() => Err(FieldError::NoStep),
            None => Ok(settings.normalised()),
        }
    }
}

impl FieldError {
    /// Describes the error and how to fix it.
    #[must_use]
    pub fn describe(&self, words: &Words) -> String {
        match self {
            Self::NotSeconds { written } => words.format(key::settings::error::NotSeconds { written }),
            Self::TooShort { written_s, least_s } => {
                let written = &written_s.to_string();
                words.format(key::settings::error::TooShort { written, n: (*least_s).into() })
            }
            Self::NotSettings => words.get(key::settings::error::NOT_SETTINGS).to_owned(),
            Self::NoStep => words.get(key::settings::error::NO_STEP).to_owned(),
            Self::NotAFloor { written } => words.format(key::settings::error::NotAFloor { written }),
        }
    }
}

impl Settings {
    /// Parses a wait in seconds, such as `60`.
    ///
    /// # Errors
    ///
    /// If it isn't a whole number, or is shorter than the installation allows.
    pub fn read_wait(written: &str, install: Install) -> Result<u32, FieldError> {
        seconds(written, Self::least_wait_s(install))
    }

    /// Parses waits in seconds, such as `60, 300, 900`.
    ///
    /// # Errors
    ///
    /// If there are none, or one can't be parsed.
    pub fn read_steps(written: &str, install: Install) -> Result<Vec<u32>, FieldError> {
        let steps: Vec<_> = parts(written).map(|step| Self::read_wait(step, install)).collect::<Result<_, _>>()?;
        if steps.is_empty() { Err(FieldError::NoStep) } else { Ok(steps) }
    }

    /// Parses floors per code in seconds, such as `522: 120, 1015: 60`; an empty text means no floors.
    ///
    /// # Errors
    ///
    /// If a part isn't a code and a wait, or a wait is shorter than Cloudflare's own.
    pub fn read_code_floors(written: &str, install: Install) -> Result<BTreeMap<u16, u32>, FieldError> {
        parts(written)
            .map(|part| {
                let not_a_floor = || FieldError::NotAFloor { written: part.to_owned() };
                let (code, wait) = part.split_once([':', '=']).ok_or_else(not_a_floor)?;
                let code = code.trim().parse::<Code>().map_err(|_| not_a_floor())?;
                if code.family() == Family::Other {
                    return Err(not_a_floor());
                }
                Ok((code.number(), seconds(wait, Self::least_code_floor_s(code.number(), install))?))
            })
            .collect()
    }

    /// Formats [`Self::steps_s`] for [`Self::read_steps`].
    #[must_use]
    pub fn write_steps(&self) -> String {
        self.steps_s.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
    }

    /// Formats [`Self::code_floors_s`] for [`Self::read_code_floors`].
    #[must_use]
    pub fn write_code_floors(&self) -> String {
        self.code_floors_s.iter().map(|(code, wait)| format!("{code}: {wait}")).collect::<Vec<_>>().join(", ")
    }
}

fn seconds(written: &str, least_s: u32) -> Result<u32, FieldError> {
    let written = written.trim();
    let written_s: u32 = written.parse().map_err(|_| FieldError::NotSeconds { written: written.to_owned() })?;
    if written_s < least_s { Err(FieldError::TooShort { written_s, least_s }) } else { Ok(written_s) }
}

fn parts(written: &str) -> impl Iterator<Item = &str> {
    written.split(',').map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_survive_a_round_trip() {
        let settings = Settings { steps_s: vec![60, 300], ..Settings::default() };
        assert_eq!(Settings::read_steps(&settings.write_steps(), Install::Normal), Ok(vec![60, 300]));
    }

    #[test]
    fn exported_settings_are_imported_unchanged() {
        let settings = Settings {
            schedule: crate::settings::Shape::Steps,
            steps_s: vec![45, 300],
            code_floors_s: BTreeMap::from([(522, 240)]),
            globalping: crate::settings::Switch::Off,
            trusted_origins: ["https://shop.example".to_owned()].into(),
            panel_sizes: vec![(
                "https://shop.example".to_owned().try_into().unwrap(),
                crate::settings::PanelSize::Small,
            )],
            ..Settings::default()
        };
        assert_eq!(Settings::import(&settings.export(), Install::Normal), Ok(settings));
    }

    #[test]
    fn a_file_that_holds_no_settings_or_too_short_a_wait_is_refused() {
        for text in ["", "[]", "{}", "{\"schedule\": 5}", "{\"schedule\": \"eager\", \"floorS\": \"soon\"}", "\u{0}"] {
            assert_eq!(Settings::import(text, Install::Normal), Err(FieldError::NotSettings), "{text}");
        }
        let long = Settings { language: Some("x".repeat(Settings::MOST_FILE_BYTES)), ..Settings::default() };
        assert_eq!(Settings::import(&long.export(), Install::Normal), Err(FieldError::NotSettings));
        let short = "{\"schedule\": \"steps\", \"stepsS\": [60, 1]}";
        let error = FieldError::TooShort { written_s: 1, least_s: Settings::LEAST_WAIT_S };
        assert_eq!(Settings::import(short, Install::Normal), Err(error));
        assert_eq!(
            Settings::import("{\"schedule\": \"steps\", \"stepsS\": []}", Install::Normal),
            Err(FieldError::NoStep)
        );
    }

    #[test]
    fn floors_survive_a_round_trip() {
        let code_floors_s = BTreeMap::from([(522, 120), (1015, 60)]);
        let settings = Settings { code_floors_s: code_floors_s.clone(), ..Settings::default() };
        assert_eq!(Settings::read_code_floors(&settings.write_code_floors(), Install::Normal), Ok(code_floors_s));
        assert_eq!(Settings::read_code_floors(" ", Install::Normal), Ok(BTreeMap::new()));
    }

    #[test]
    fn a_wait_below_the_installations_minimum_is_refused() {
        let error = FieldError::TooShort { written_s: 5, least_s: Settings::LEAST_WAIT_S };
        assert_eq!(Settings::read_wait("5", Install::Normal), Err(error));
        assert_eq!(Settings::read_wait("5", Install::Development), Ok(5));
    }

    #[test]
    fn a_codes_floor_below_cloudflares_wait_is_refused() {
        let error = |written_s, least_s| Err(FieldError::TooShort { written_s, least_s });
        assert_eq!(Settings::read_code_floors("1015: 60, 522: 119", Install::Normal), error(119, 120));
        assert_eq!(Settings::read_code_floors("503: 29", Install::Normal), error(29, 30));
        let stored = Settings { code_floors_s: BTreeMap::from([(522, 60), (524, 300)]), ..Settings::default() };
        assert!(Settings::import(&stored.export(), Install::Normal).is_err());
        assert!(Settings::import(&stored.export(), Install::Development).is_ok());
        assert_eq!(stored.clamped(Install::Normal).code_floors_s, BTreeMap::from([(522, 120), (524, 300)]));
    }

    #[test]
    fn an_invalid_wait_is_named_in_the_error() {
        let error = |written: &str| Err(FieldError::NotSeconds { written: written.to_owned() });
        assert_eq!(Settings::read_steps("60, soon", Install::Normal), error("soon"));
        assert_eq!(Settings::read_wait("-1", Install::Normal).map(|_| Vec::new()), error("-1"));
        assert_eq!(Settings::read_steps(" , ", Install::Normal), Err(FieldError::NoStep));
    }

    #[test]
    fn a_floor_needs_a_code_and_a_wait() {
        for written in ["522", "10043: 60", "x: 60"] {
            assert_eq!(
                Settings::read_code_floors(written, Install::Normal),
                Err(FieldError::NotAFloor { written: written.to_owned() })
            );
        }
    }
}
