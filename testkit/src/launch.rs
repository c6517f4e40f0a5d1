//! Browsers with the extension, as processes: how each is configured and started, and one opened for a user.
//!
//! Tests control a running browser through `browser`, which needs the feature `driver`.

pub(crate) mod capabilities;
pub(crate) mod driver;
pub(crate) mod process;
mod profile;
pub(crate) mod program;
mod window;

pub use self::profile::Profile;
pub use self::window::Window;

/// A browser family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserKind {
    /// Chromium.
    Chrome,
    /// Firefox.
    Firefox,
}

impl BrowserKind {
    /// Both families.
    pub const BOTH: [Self; 2] = [Self::Chrome, Self::Firefox];

    /// The name used in tests and paths.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chrome => "chrome",
            Self::Firefox => "firefox",
        }
    }

    /// The family with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::BOTH.into_iter().find(|kind| kind.name() == name)
    }
}

/// How the extension is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Install {
    /// For development: unpacked in Chromium, temporary in Firefox. Short waits are allowed.
    Development,
    /// Survives a restart: also unpacked in Chromium, as a package in Firefox's profile.
    Permanent,
}

/// Whether the browser has windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// No windows.
    Headless,
    /// Windows on a display, for a user.
    Windows,
}

/// How a browser is started. The default is headless, with the extension installed for development.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// How the extension is installed.
    pub install: Install,
    /// Whether the browser has windows.
    pub display: Display,
}

impl Default for Setup {
    fn default() -> Self {
        Self { install: Install::Development, display: Display::Headless }
    }
}
