//! The browsers that the extension is built for.

use std::fmt;

use clap::ValueEnum;

/// A browser, with its name on the command line and in `dist/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browser {
    /// Chromium and browsers based on it.
    Chrome,
    /// Firefox.
    Firefox,
}

impl Browser {
    /// Both, in the order in which they are built.
    pub(crate) const ALL: [Self; 2] = [Self::Chrome, Self::Firefox];

    /// The name in lower case.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Firefox => "firefox",
        }
    }
}

impl fmt::Display for Browser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
