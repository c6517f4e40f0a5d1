//! `cargo xtask test`: all checks as named, timed steps, each of which can run on its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum as _;

use crate::setup::{self, wasm_std};
use crate::step::Step;
use crate::{process, workspace};

/// The number of last lines printed for a failed step.
const TAIL_LINES: usize = 60;

/// How long a step may be silent before its last line is printed.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(30);

/// How often a running step is polled.
const POLL: Duration = Duration::from_millis(100);

/// Runs the steps, or all of them if none is named, and prints how many passed.
///
/// # Errors
/// If a prerequisite is missing or a step can't be started. A failing step isn't an error; it makes the exit code nonzero.
pub(crate) fn run(steps: &[Step]) -> Result<ExitCode> {
    let steps = if steps.is_empty() { Step::value_variants() } else { steps };
    prepare(steps)?;

    let started = Instant::now();
    let mut failed = Vec::new();
    let mut not_checked = BTreeMap::new();
    for &step in steps {
        if !passes(step, &mut not_checked)? {
            failed.push(step.name());
        }
    }
    println!("took {}", minutes(started.elapsed()));
    for name in &failed {
        println!("failed: {name}; to rerun it: cargo xtask test {name}");
    }
    for (reason, count) in &not_checked {
        println!("{count} not checked: {reason}");
    }
    println!("{} passed, {} failed", steps.len() - failed.len(), failed.len());
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Installs the steps' prerequisites, and builds the extension and the website if they need it and don't build it themselves.
fn prepare(steps: &[Step]) -> Result<()> {
    let mut needs = Vec::new();
    for need in steps.iter().flat_map(|step| step.needs()) {
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    setup::ensure(&needs)?;
    if steps.contains(&Step::Build) || steps == [Step::Size] {
        wasm_std::ensure()?;
    } else if steps.iter().any(|step| step.needs_the_build()) {
        crate::build::run(None)?;
    }
    Ok(())
}

/// Runs one step, prints its outcome, and counts its skipped tests by reason.
fn passes(step: Step, not_checked: &mut BTreeMap<String, u32>) -> Result<bool> {
    let name = step.name();
    let log = log(&name)?;
    let started = Instant::now();
    println!("{name} …");
    let outcome = attempt(step, &log);
    let took = minutes(started.elapsed());
    let written = read(&log);
    for reason in skip_reasons(&written) {
        *not_checked.entry(reason.to_owned()).or_default() += 1;
    }
    match &outcome {
        Ok(()) => {
            remarks(&written).for_each(|remark| println!("{remark}"));
            println!("{name} ok, {took}");
        }
        Err(error) => println!("{}\n{name} FAILED after {took}: {error:#}", tail(&log, TAIL_LINES)),
    }
    Ok(outcome.is_ok())
}

/// Runs one step with its output in a file.
fn attempt(step: Step, log: &Path) -> Result<()> {
    for mut command in step.commands()? {
        if !succeeds(&mut command, log, &step.name())? {
            bail!("{}", process::line(&command));
        }
    }
    if step.runs_tests() && tests_passed(&read(log)) == 0 {
        bail!("no test ran");
    }
    Ok(())
}

fn succeeds(command: &mut Command, log: &Path, name: &str) -> Result<bool> {
    let line = process::line(command);
    let output = File::options().append(true).open(log).with_context(|| format!("cannot open {}", log.display()))?;
    command.current_dir(workspace::root()).stdin(Stdio::null());
    command.stdout(output.try_clone()?).stderr(output);
    let mut child = command.spawn().with_context(|| format!("cannot start `{line}`"))?;
    let started = Instant::now();
    let mut next_report = PROGRESS_INTERVAL;
    loop {
        if let Some(status) = child.try_wait().with_context(|| format!("cannot wait for `{line}`"))? {
            return Ok(status.success());
        }
        if started.elapsed() >= next_report {
            println!("{name} … {}: {}", minutes(started.elapsed()), tail(log, 1).trim());
            next_report += PROGRESS_INTERVAL;
        }
        thread::sleep(POLL);
    }
}

/// An empty file for the step's output.
fn log(name: &str) -> Result<PathBuf> {
    let folder = workspace::target().join("test");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let path = folder.join(format!("{name}.log"));
    File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    Ok(path)
}

fn read(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// The last lines of a file; empty if it can't be read.
fn tail(path: &Path, count: usize) -> String {
    let text = read(path);
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(count)).copied().collect::<Vec<_>>().join("\n")
}

/// Lines to print even if the step passes: a test was skipped or rerun.
fn remarks(log: &str) -> impl Iterator<Item = &str> {
    log.lines().filter(|line| line.starts_with("remark: "))
}

/// The reason of each skipped test.
fn skip_reasons(log: &str) -> impl Iterator<Item = &str> {
    remarks(log).filter_map(|remark| remark.split_once(" is skipped: ")).map(|(_, reason)| reason)
}

/// How many tests passed, from the summaries of cargo (`test result: ok. 3 passed; …`) and Node (`# pass 3`).
fn tests_passed(log: &str) -> u64 {
    let counts = log.lines().filter_map(|line| {
        let cargo = line.strip_prefix("test result: ok. ").and_then(|rest| rest.split(' ').next());
        cargo.or_else(|| line.strip_prefix("# pass "))?.parse::<u64>().ok()
    });
    counts.sum()
}

/// A duration for display: `8.4 s`, `3 min 20 s`.
fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        return format!("{:.1} s", duration.as_secs_f64());
    }
    format!("{} min {} s", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_counted_across_binaries() {
        let cargo =
            "test result: ok. 3 passed; 0 failed; 0 ignored\nDoc-tests core\ntest result: ok. 0 passed; 0 failed";
        assert_eq!(tests_passed(cargo), 3);
        assert_eq!(tests_passed("# tests 12\n# pass 12\n# fail 0\n"), 12);
        assert_eq!(tests_passed("test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out"), 0);
    }

    #[test]
    fn remarks_of_a_passing_step_are_printed() {
        let log = "running 2 tests\nremark: one is skipped: only root can\ntest result: ok. 1 passed";
        assert_eq!(remarks(log).collect::<Vec<_>>(), ["remark: one is skipped: only root can"]);
        assert_eq!(skip_reasons(log).collect::<Vec<_>>(), ["only root can"]);
        assert_eq!(skip_reasons("remark: one failed and is run again").count(), 0);
    }

    #[test]
    fn short_times_have_tenths_and_long_ones_have_minutes() {
        assert_eq!(minutes(Duration::from_millis(8_400)), "8.4 s");
        assert_eq!(minutes(Duration::from_secs(200)), "3 min 20 s");
    }
}
