//! The stored format of a watch.

use serde_json::Value;

use super::Watch;
use crate::json;

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
        found: u64,
    },
}

impl Watch {
    /// Returns the stored format: JSON with a version, times in whole Unix milliseconds.
    #[must_use]
    pub fn store(&self) -> String {
        // Serialising a value whose maps all have string keys into memory can't fail.
        json::to_string(self)
    }

    /// Parses the stored format.
    ///
    /// # Errors
    ///
    /// If it's damaged or of another version.
    pub fn restore(stored: &str) -> Result<Self, RestoreError> {
        let damaged = |error: &serde_json::Error| {
            RestoreError::Damaged { reason: error.to_string() } // it quotes no value
        };
        let stored = json::parse(stored).map_err(|error| damaged(&error))?;
        match stored.get("version").and_then(Value::as_u64) {
            Some(version) if version == u64::from(Self::VERSION) => {
                json::from_value(&stored).map_err(|error| damaged(&error))
            }
            Some(found) => Err(RestoreError::Version { found }),
            None => Err(RestoreError::Damaged { reason: "it has no version".to_owned() }),
        }
    }
}
