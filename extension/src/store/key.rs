//! The name under which a watch is stored and its alarm is set.

use core::fmt;

use rayback_core::url::Origin;

use crate::browser::clock;
use crate::browser::storage::Area;

/// A watch's name: `watch:https://shop.example`, or `private:` and a random number.
///
/// Browsers write alarms to the disk, so the name of a private window's watch mustn't reveal its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    const SHARED: &str = "watch:";
    const PRIVATE: &str = "private:";

    /// The name of an origin's watch outside private windows.
    pub(crate) fn shared(origin: &Origin) -> Self {
        Self(format!("{}{origin}", Self::SHARED))
    }

    /// A new name for a watch in private windows.
    pub(crate) fn private() -> Self {
        Self(format!("{}{:x}", Self::PRIVATE, clock::chance()))
    }

    /// Reads the name of an alarm, or a key in storage; `None` if it names no watch.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        (name.starts_with(Self::SHARED) || name.starts_with(Self::PRIVATE)).then(|| Self(name.to_owned()))
    }

    /// Whether it's the name of a watch in private windows.
    pub(crate) fn is_private(&self) -> bool {
        self.0.starts_with(Self::PRIVATE)
    }

    /// Where the watch is stored: nothing about private windows reaches the disk.
    pub(crate) fn area(&self) -> Area {
        if self.is_private() { Area::Session } else { Area::Local }
    }

    /// The name as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
