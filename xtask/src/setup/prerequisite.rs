//! Build and test prerequisites: how to detect and install each.

use std::fmt;
use std::path::Path;
use std::process::Command;

use super::apt::{self, Distribution};
use super::program::Program;
use super::{node, npm_tools};
use crate::workspace;

/// A build or test prerequisite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prerequisite {
    /// A C compiler, make and cmake: the edge simulator's proxy builds zlib from source.
    BuildTools,
    /// Fonts for all scripts, for the screenshots.
    Fonts,
    /// npm, whose package depends on a Node of any version.
    Npm,
    /// A Node that is new enough.
    Node,
    /// Mozilla's add-on linter and axe-core.
    NpmTools,
    /// Firewalls and web servers, for the tests of generated rules and of `doctor`.
    ///
    /// Optional: they're installed only if packages don't start their services, as in a container. Any other machine
    /// keeps its own firewall, and the tests that need another one are skipped with a remark.
    Firewalls,
    /// A browser or its driver.
    Program(Program),
}

/// How a prerequisite is installed.
pub(crate) enum Remedy {
    /// Packages of the distribution, which only root can install.
    Packages(&'static [&'static str]),
    /// A command that writes nothing outside the workspace.
    Fetch(Command),
    /// A command for the user to run.
    ByHand(String),
}

impl Prerequisite {
    /// Chromium with its driver.
    pub(crate) const CHROME: [Self; 2] = [Self::Program(Program::Chrome), Self::Program(Program::Chromedriver)];

    /// Firefox with its driver.
    pub(crate) const FIREFOX: [Self; 2] = [Self::Program(Program::Firefox), Self::Program(Program::Geckodriver)];

    /// Whether it's installed.
    pub(crate) fn is_met(self) -> bool {
        match self {
            Self::BuildTools if cfg!(unix) => ["cc", "make", "cmake"].iter().all(|it| which::which(it).is_ok()),
            Self::BuildTools => which::which("cmake").is_ok(),
            Self::Fonts => {
                let noto = ["truetype/noto/NotoSans-Regular.ttf", "opentype/noto/NotoSansCJK-Regular.ttc"];
                let is_installed = noto.iter().all(|font| Path::new("/usr/share/fonts").join(font).exists());
                is_installed || apt::distribution() == Distribution::Other // screenshots use the system's fonts there
            }
            Self::Npm => which::which("npm").is_ok() || which::which("npm.cmd").is_ok(),
            Self::Node => node::path().is_some(),
            Self::NpmTools => npm_tools::is_installed(),
            Self::Firewalls => {
                let programs = ["ip", "nft", "iptables", "ipset", "ufw", "firewall-cmd", "nginx", "apache2"];
                !apt::starts_nothing() || programs.iter().all(|it| which::which(it).is_ok())
            }
            Self::Program(program) => program.path().is_some(),
        }
    }

    /// The prerequisite, after those needed to fetch it if it's missing.
    pub(crate) fn with_what_fetches_it(self) -> Vec<Self> {
        match (self, self.remedy()) {
            (Self::Node, _) => vec![Self::Npm, self],
            (Self::NpmTools, _) => vec![Self::Npm, Self::Node, self],
            (Self::Program(Program::Geckodriver), _) => vec![self],
            (Self::Program(_), Remedy::Fetch(_)) if !self.is_met() => vec![Self::Npm, Self::Node, self],
            _ => vec![self],
        }
    }

    /// How to install it on this machine.
    pub(crate) fn remedy(self) -> Remedy {
        let packages = match (self, apt::distribution()) {
            (_, Distribution::Other) => None,
            (Self::BuildTools, _) => Some(["build-essential", "cmake"].as_slice()),
            (Self::Fonts, _) => Some(["fonts-noto-core", "fonts-noto-cjk"].as_slice()),
            (Self::Npm, _) => Some(["nodejs", "npm"].as_slice()),
            (Self::Firewalls, _) => {
                Some(["iproute2", "nftables", "iptables", "ipset", "ufw", "firewalld", "nginx", "apache2"].as_slice())
            }
            (Self::Program(Program::Chrome), Distribution::Debian) => Some(["chromium"].as_slice()),
            (Self::Program(Program::Chromedriver), Distribution::Debian) => Some(["chromium-driver"].as_slice()),
            (Self::Program(Program::Firefox), Distribution::Debian) => Some(["firefox-esr"].as_slice()),
            _ => None,
        };
        if let Some(packages) = packages {
            return Remedy::Packages(packages);
        }
        match self {
            Self::BuildTools if cfg!(target_os = "macos") => {
                Remedy::ByHand("xcode-select --install; brew install cmake".into())
            }
            Self::BuildTools if cfg!(windows) => Remedy::ByHand("winget install Kitware.CMake".into()),
            Self::BuildTools => Remedy::ByHand("install a C compiler, make and cmake".into()),
            Self::Fonts => Remedy::ByHand("install the Noto fonts".into()),
            Self::Node if cfg!(all(target_os = "linux", target_arch = "x86_64")) => Remedy::Fetch(node::fetch()),
            Self::Npm | Self::Node => Remedy::ByHand("install Node 22 with npm from https://nodejs.org".into()),
            Self::NpmTools => Remedy::Fetch(npm_tools::fetch()),
            Self::Firewalls => {
                Remedy::ByHand("install iproute2, nftables, iptables, ipset, ufw, firewalld, nginx and Apache".into())
            }
            Self::Program(Program::Chrome) => browser("chrome@stable"),
            Self::Program(Program::Chromedriver) => browser("chromedriver@stable"),
            Self::Program(Program::Firefox) => browser("firefox@esr"),
            Self::Program(Program::Geckodriver) => {
                let mut cargo = Command::new("cargo");
                cargo.args(["install", "geckodriver", "--locked", "--root"]).arg(workspace::tools());
                Remedy::Fetch(cargo)
            }
        }
    }
}

/// A browser or driver from its vendor, fetched by the tool that Chrome's documentation recommends.
fn browser(name: &str) -> Remedy {
    let arguments = ["--yes", "@puppeteer/browsers@2", "install", name, "--path"];
    let folder = workspace::tools().join("browsers");
    if cfg!(target_os = "linux") {
        let mut npx = node::npx();
        npx.args(arguments).arg(folder);
        if super::is_root() && name.starts_with("chrome@") {
            npx.arg("--install-deps");
        }
        return Remedy::Fetch(npx);
    }
    Remedy::ByHand(format!("npx {} {}", arguments.join(" "), folder.display()))
}

impl fmt::Display for Prerequisite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::BuildTools => "C compiler, make and cmake",
            Self::Fonts => "Noto fonts",
            Self::Npm => "npm",
            Self::Node => "Node 20 or newer",
            Self::NpmTools => "Mozilla's add-on linter and axe-core",
            Self::Firewalls => "firewalls and web servers",
            Self::Program(Program::Chrome) => "Chromium",
            Self::Program(Program::Chromedriver) => "chromedriver",
            Self::Program(Program::Firefox) => "Firefox",
            Self::Program(Program::Geckodriver) => "geckodriver",
        })
    }
}
