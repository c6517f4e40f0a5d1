//! Settings as a person writes them.

use std::collections::BTreeMap;

use super::{Install, Settings};
use crate::code::{Code, Family};
use crate::words::{Words, key};

/// What is wrong with what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// Not a whole number of seconds.
    NotSeconds {
        /// What was written.
        written: String,
    },
    /// A wait that is shorter than the installation allows.
    TooShort {
        /// What was written, in seconds.
        written_s: u32,
        /// The shortest that is allowed, in seconds.
        least_s: u32,
    },
    /// A list without a single wait.
    NoStep,
    /// Not a code of Cloudflare's and a wait.
    NotAFloor {
        /// What was written.
        written: String,
    },
}

impl FieldError {
    /// The error in words, with its remedy.
    #[must_use]
    pub fn say(&self, words: &Words) -> String {
        match self {
            Self::NotSeconds { written } => words.format(key::settings::error::NotSeconds { written }),
            Self::TooShort { written_s, least_s } => {
                let written = &written_s.to_string();
                words.format(key::settings::error::TooShort { written, n: (*least_s).into() })
            }
            Self::NoStep => words.get(key::settings::error::NO_STEP).to_owned(),
            Self::NotAFloor { written } => words.format(key::settings::error::NotAFloor { written }),
        }
    }
}

impl Settings {
    /// Reads a wait in seconds, as `60`.
    ///
    /// # Errors
    ///
    /// If it is not a whole number, or shorter than the installation allows.
    pub fn read_wait(written: &str, install: Install) -> Result<u32, FieldError> {
        let written = written.trim();
        let written_s: u32 = written.parse().map_err(|_| FieldError::NotSeconds { written: written.to_owned() })?;
        let least_s = Self::least_wait_s(install);
        if written_s < least_s { Err(FieldError::TooShort { written_s, least_s }) } else { Ok(written_s) }
    }

    /// Reads waits in seconds, as `60, 300, 900`.
    ///
    /// # Errors
    ///
    /// If there is none, or one cannot be read.
    pub fn read_steps(written: &str, install: Install) -> Result<Vec<u32>, FieldError> {
        let steps: Vec<_> = parts(written).map(|step| Self::read_wait(step, install)).collect::<Result<_, _>>()?;
        if steps.is_empty() { Err(FieldError::NoStep) } else { Ok(steps) }
    }

    /// Reads floors per code in seconds, as `522: 120, 1015: 60`; nothing at all is no floor.
    ///
    /// # Errors
    ///
    /// If a part is not a code and a wait.
    pub fn read_code_floors(written: &str, install: Install) -> Result<BTreeMap<u16, u32>, FieldError> {
        parts(written)
            .map(|part| {
                let not_a_floor = || FieldError::NotAFloor { written: part.to_owned() };
                let (code, wait) = part.split_once([':', '=']).ok_or_else(not_a_floor)?;
                let code = code.trim().parse::<Code>().map_err(|_| not_a_floor())?;
                if code.family() == Family::Other {
                    return Err(not_a_floor());
                }
                Ok((code.number(), Self::read_wait(wait, install)?))
            })
            .collect()
    }

    /// [`Self::steps_s`] as [`Self::read_steps`] reads them.
    #[must_use]
    pub fn write_steps(&self) -> String {
        self.steps_s.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
    }

    /// [`Self::code_floors_s`] as [`Self::read_code_floors`] reads them.
    #[must_use]
    pub fn write_code_floors(&self) -> String {
        self.code_floors_s.iter().map(|(code, wait)| format!("{code}: {wait}")).collect::<Vec<_>>().join(", ")
    }
}

fn parts(written: &str) -> impl Iterator<Item = &str> {
    written.split(',').map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_as_they_are_written() {
        let settings = Settings { steps_s: vec![60, 300], ..Settings::default() };
        assert_eq!(Settings::read_steps(&settings.write_steps(), Install::Normal), Ok(vec![60, 300]));
    }

    #[test]
    fn floors_are_read_as_they_are_written() {
        let code_floors_s = BTreeMap::from([(522, 120), (1015, 60)]);
        let settings = Settings { code_floors_s: code_floors_s.clone(), ..Settings::default() };
        assert_eq!(Settings::read_code_floors(&settings.write_code_floors(), Install::Normal), Ok(code_floors_s));
        assert_eq!(Settings::read_code_floors(" ", Install::Normal), Ok(BTreeMap::new()));
    }

    #[test]
    fn a_wait_below_what_the_installation_allows_is_refused() {
        let error = FieldError::TooShort { written_s: 5, least_s: Settings::LEAST_WAIT_S };
        assert_eq!(Settings::read_wait("5", Install::Normal), Err(error));
        assert_eq!(Settings::read_wait("5", Install::Development), Ok(5));
    }

    #[test]
    fn what_is_no_wait_is_named() {
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
