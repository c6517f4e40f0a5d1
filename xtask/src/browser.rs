//! The browsers that the extension is built for.

use std::fmt;

use clap::ValueEnum;

/// A browser, as the command line and the folders of `dist/` name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browser {
    /// Chromium and the browsers made of it.
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
