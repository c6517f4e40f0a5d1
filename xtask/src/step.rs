//! The steps of `cargo xtask test`: what each runs and what it needs.

use std::process::Command;
use std::{env, fs};

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::browser::Browser;
use crate::setup::program::Program;
use crate::setup::wasm_std::{self, WasmStd};
use crate::setup::{Need, linter, node};
use crate::workspace;

/// One thing that is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// The sources are formatted as rustfmt would
    Format,
    /// Clippy has nothing to say about any member or test
    Clippy,
    /// Unit, property and documentation tests of all that needs no browser
    Unit,
    /// Every page, ours and captured ones, is read right
    Corpus,
    /// The edge simulator fails as Cloudflare does, and the code keeps its promises
    Edge,
    /// The rules that let Cloudflare in are loaded into real firewalls and web servers, in a network of their own
    Firewall,
    /// The extensions and the website build
    Build,
    /// The extension against a browser that is played
    Boundary,
    /// Mozilla's add-on linter finds no error and no warning
    Addon,
    /// The extension and the website in Chromium, end to end
    Chrome,
    /// The extension and the website in Firefox, end to end
    Firefox,
}

impl Step {
    /// The name by which it is asked for.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// What must be on the machine for it.
    pub(crate) fn needs(self) -> Vec<Need> {
        match self {
            Self::Format | Self::Unit | Self::Build => Vec::new(),
            Self::Clippy | Self::Corpus | Self::Edge => vec![Need::BuildTools],
            Self::Firewall => vec![Need::BuildTools, Need::Firewalls],
            Self::Boundary => vec![Need::Node],
            Self::Addon => vec![Need::Linter],
            Self::Chrome => [Need::BuildTools, Need::Fonts].into_iter().chain(Need::CHROME).collect(),
            Self::Firefox => [Need::BuildTools, Need::Fonts].into_iter().chain(Need::FIREFOX).collect(),
        }
    }

    /// Whether it drives what `cargo xtask build` made.
    pub(crate) const fn needs_the_build(self) -> bool {
        matches!(self, Self::Boundary | Self::Addon | Self::Chrome | Self::Firefox)
    }

    /// Whether it runs tests by a filter or from a folder, and so could pass without having run any.
    pub(crate) const fn runs_tests(self) -> bool {
        matches!(
            self,
            Self::Unit | Self::Corpus | Self::Edge | Self::Firewall | Self::Boundary | Self::Chrome | Self::Firefox
        )
    }

    /// What it runs, in order.
    ///
    /// # Errors
    /// When this program, which builds, cannot be found.
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
            // A test that needs a browser has the browser in its name.
            Self::Edge => {
                let skipped = ["--skip", "chrome", "--skip", "firefox", "--skip", "firewall"];
                let mut tests = cargo(&["test", "--package", "rayback-testkit", "--package", TESTS, "--"]);
                tests.args(skipped);
                vec![tests]
            }
            Self::Firewall => vec![cargo(&["test", "--package", TESTS, "--test", "firewall"])],
            Self::Build => {
                let mut build = Command::new(env::current_exe()?);
                build.arg("build");
                vec![build]
            }
            Self::Boundary => vec![boundary()?],
            Self::Addon => {
                let mut linter = linter::command();
                linter.arg("--warnings-as-errors").arg(workspace::extension(Browser::Firefox));
                vec![linter]
            }
            Self::Chrome => vec![end_to_end("chrome")],
            Self::Firefox => vec![end_to_end("firefox")],
        })
    }
}

const TESTS: &str = "rayback-tests";

/// Members that compile the edge simulator. The edge step tests them, so that the unit step starts without it.
const NEED_THE_EDGE: [&str; 4] = [TESTS, "rayback-testkit", "rayback-demo", "bench-browser"];

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(arguments);
    cargo
}

/// Clippy for this machine, and for wasm where its compiler can.
fn clippy() -> Result<Vec<Command>> {
    let mut commands = vec![cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])];
    if wasm_std::toolchain_has_it()? {
        let mut wasm = WasmStd::Toolchain.cargo("clippy");
        wasm.args(["--package", "rayback-extension", "--package", "rayback-www", "--", "-D", "warnings"]);
        commands.push(wasm);
    }
    Ok(commands)
}

/// The files are named one by one: Node 20 takes a folder where Node 22 takes a pattern.
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
