//! The stored form of a watch.

use core::fmt;

use serde::Deserialize;

use super::Watch;

/// Why a stored watch could not be read. It is set aside; other hosts are not concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestoreError {
    /// It isn't the JSON of a watch.
    Damaged {
        /// What is wrong with it, and where. Names no content of the watch's but field names.
        reason: String,
    },
    /// Another version of Rayback wrote it.
    Version {
        /// Which.
        found: u32,
    },
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { reason } => {
                write!(f, "the stored watch is damaged ({reason}); reload the failing page to watch it again")
            }
            Self::Version { found } => write!(
                f,
                "the stored watch is of version {found}, this Rayback reads version {}; reload the failing page to watch it again",
                Watch::VERSION
            ),
        }
    }
}

impl core::error::Error for RestoreError {}

impl Watch {
    /// The stored form: JSON with a version, times in whole Unix milliseconds.
    #[must_use]
    pub fn store(&self) -> String {
        // Writing a value without maps of other keys than strings into memory cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a stored form.
    ///
    /// # Errors
    ///
    /// If it is damaged or of another version.
    pub fn restore(stored: &str) -> Result<Self, RestoreError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let damaged = |error: &serde_json::Error| {
            // Serde's message may quote a value; its place and kind say enough.
            let reason = format!("{:?} error at column {}", error.classify(), error.column()).to_ascii_lowercase();
            RestoreError::Damaged { reason }
        };
        let Versioned { version } = serde_json::from_str(stored).map_err(|error| damaged(&error))?;
        if version != Self::VERSION {
            return Err(RestoreError::Version { found: version });
        }
        serde_json::from_str(stored).map_err(|error| damaged(&error))
    }
}
