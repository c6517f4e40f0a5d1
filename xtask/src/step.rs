//! The steps of `cargo xtask test`: the commands and prerequisites of each.

use std::process::Command;
use std::{env, fs};

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::browser::Browser;
use crate::setup::program::Program;
use crate::setup::wasm_std::{self, WasmStd};
use crate::setup::{Prerequisite, node, npm_tools};
use crate::workspace;

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// The sources are formatted as rustfmt would
    Format,
    /// Clippy finds nothing in any member or test
    Clippy,
    /// Unit, property and documentation tests of every member without the edge
    Unit,
    /// Every page, our own and captured ones, is classified correctly
    Corpus,
    /// The edge simulator fails like Cloudflare, the invariants hold, and the fuzz targets accept their seeds
    Edge,
    /// The generated rules work in real firewalls and web servers, in their own network
    Firewall,
    /// The extensions and the website build
    Build,
    /// The extension is at most 5 % larger than when its size was last recorded
    Size,
    /// The built module works with a fake browser
    Boundary,
    /// Mozilla's add-on linter finds no error and no warning
    Addon,
    /// The extension and the website in Chromium, end to end
    Chrome,
    /// The extension and the website in Firefox, end to end
    Firefox,
}

impl Step {
    /// The name on the command line.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The prerequisites.
    pub(crate) fn needs(self) -> Vec<Prerequisite> {
        match self {
            Self::Format | Self::Build | Self::Size => Vec::new(),
            Self::Unit => vec![Prerequisite::Firewalls],
            Self::Clippy | Self::Corpus | Self::Edge => vec![Prerequisite::BuildTools],
            Self::Firewall => vec![Prerequisite::BuildTools, Prerequisite::Firewalls],
            Self::Boundary => vec![Prerequisite::Node],
            Self::Addon => vec![Prerequisite::NpmTools],
            Self::Chrome => [IN_BROWSERS.as_slice(), &Prerequisite::CHROME].concat(),
            Self::Firefox => [IN_BROWSERS.as_slice(), &Prerequisite::FIREFOX].concat(),
        }
    }

    /// Whether it uses the output of `cargo xtask build`.
    pub(crate) const fn needs_the_build(self) -> bool {
        matches!(self, Self::Boundary | Self::Addon | Self::Chrome | Self::Firefox)
    }

    /// Whether it selects tests by a filter or a folder, and so could pass without running any.
    pub(crate) const fn runs_tests(self) -> bool {
        matches!(
            self,
            Self::Unit | Self::Corpus | Self::Edge | Self::Firewall | Self::Boundary | Self::Chrome | Self::Firefox
        )
    }

    /// The commands, in order.
    ///
    /// # Errors
    /// If the path of this program, which builds, is unknown.
    pub(crate) fn commands(self) -> Result<Vec<Command>> {
        Ok(match self {
            Self::Format => vec![cargo(&["fmt", "--all", "--check"])],
            Self::Clippy => clippy()?,
            Self::Unit => {
                let mut tests = cargo(&["test", "--workspace"]);
                for package in NEED_THE_EDGE {
                    tests.args(["--exclude", package]);
                }
                vec![tests]
            }
            Self::Corpus => vec![cargo(&["test", "--package", TESTS, "--test", "corpus"])],
            // The name of a test that needs a browser contains the browser's name.
            Self::Edge => {
                let skipped = ["--skip", "chrome", "--skip", "firefox", "--skip", "firewall"];
                let mut tests = cargo(&["test", "--package", "rayback-testkit", "--package", TESTS, "--"]);
                tests.args(skipped);
                vec![tests]
            }
            Self::Firewall => vec![cargo(&["test", "--package", TESTS, "--test", "firewall"])],
            Self::Build => vec![this(&["build"])?],
            Self::Size => vec![this(&["bench", "size"])?],
            Self::Boundary => vec![boundary()?],
            Self::Addon => {
                let mut linter = npm_tools::linter();
                linter.arg("--warnings-as-errors").arg(workspace::extension(Browser::Firefox));
                vec![linter]
            }
            Self::Chrome => vec![end_to_end("chrome")],
            Self::Firefox => vec![end_to_end("firefox")],
        })
    }
}

/// A command of this program.
fn this(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.args(arguments);
    Ok(command)
}

/// What the scenarios need besides a browser: fonts for the screenshots, and axe-core.
const IN_BROWSERS: [Prerequisite; 3] = [Prerequisite::BuildTools, Prerequisite::Fonts, Prerequisite::NpmTools];

const TESTS: &str = "rayback-tests";

/// Members that compile the edge simulator. The edge step tests them, so that the unit step doesn't have to build it.
const NEED_THE_EDGE: [&str; 5] = [TESTS, "rayback-testkit", "rayback-demo", "rayback-demo-tour", "bench-browser"];

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(arguments);
    cargo
}

/// Clippy for this machine, and for wasm if the toolchain has that target.
fn clippy() -> Result<Vec<Command>> {
    let mut commands = vec![cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])];
    if wasm_std::toolchain_has_it()? {
        let mut wasm = WasmStd::Toolchain.cargo("clippy");
        wasm.args(["--package", "rayback-extension", "--package", "rayback-www", "--", "-D", "warnings"]);
        commands.push(wasm);
    }
    Ok(commands)
}

/// Lists the files individually, because Node 20 accepts a folder and Node 22 a pattern.
fn boundary() -> Result<Command> {
    let folder = workspace::root().join("extension/tests");
    let mut tests = node::command();
    tests.args(["--test", "--test-reporter=tap"]);
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            tests.arg(path);
        }
    }
    Ok(tests)
}

fn end_to_end(browser: &str) -> Command {
    let mut tests = cargo(&["test", "--package", TESTS, "--", browser]);
    Program::name_all(&mut tests);
    tests
}
