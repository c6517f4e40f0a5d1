//! The stored format of a watch.

use serde::Deserialize;

use super::Watch;

/// The reason why a stored watch can't be read. It's set aside; other hosts aren't affected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// It isn't the JSON of a watch.
    #[error("the stored watch is damaged ({reason}); reload the failing page to watch it again")]
    Damaged {
        /// The error and its position. It contains nothing from the watch but field names.
        reason: String,
    },
    /// Another version of Rayback wrote it.
    #[error(
        "the stored watch is of version {found}, this Rayback reads version {}; reload the failing page to watch it again",
        Watch::VERSION
    )]
    Version {
        /// That version.
        found: u32,
    },
}

impl Watch {
    /// Returns the stored format: JSON with a version, times in whole Unix milliseconds.
    #[must_use]
    pub fn store(&self) -> String {
        // Serialising a value whose maps all have string keys into memory can't fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Parses the stored format.
    ///
    /// # Errors
    ///
    /// If it's damaged or of another version.
    pub fn restore(stored: &str) -> Result<Self, RestoreError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let damaged = |error: &serde_json::Error| {
            // Serde's message may quote a value; the position and category are enough.
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
