//! `cargo xtask fuzz`: fuzzes every parser of untrusted input, first as plain tests on the seeds, then guided by coverage.
//!
//! LLVM's coverage counters guide libFuzzer and are enabled by stable compiler flags. The fuzzer is a separate workspace,
//! `fuzz/`, and needs a C++ compiler for libFuzzer.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::{process, workspace};

/// Makes LLVM count branches and record comparisons for libFuzzer.
const COUNTERS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Clink-dead-code";

/// The largest input, in bytes.
const LONGEST: u32 = 16 * 1024;

/// Runs every target, for `seconds` in total.
///
/// # Errors
/// If a target doesn't build or has a finding.
pub(crate) fn run(seconds: u32) -> Result<()> {
    process::run(cargo().args(["test", "--package", "rayback-tests", "--test", "fuzz"]))?;
    let folder = workspace::target().join("fuzz");
    let seeds = folder.join("seeds");
    let names = process::output(
        cargo().args(["test", "--quiet", "--package", "rayback-tests", "--test", "fuzz"]).env("RAYBACK_SEEDS", &seeds),
    )?;
    let targets: Vec<&str> =
        names.lines().map(str::trim).filter(|name| seeds.join(name).is_dir() && !name.is_empty()).collect();
    let each = (seconds / u32::try_from(targets.len().max(1))?).max(1);
    let fuzzer = build(&folder)?;
    println!("{:<16} {:>14} {:>9} {:>12} {:>9}", "target", "executions", "seconds", "per second", "findings");
    let mut total = Run::default();
    for target in targets {
        let run = fuzz(&fuzzer, &folder, target, each)?;
        run.print(target);
        total = Run {
            executions: total.executions + run.executions,
            seconds: total.seconds + run.seconds,
            findings: total.findings + run.findings,
        };
    }
    total.print("all");
    if total.findings > 0 {
        bail!("{} targets have findings; the inputs are in {}", total.findings, folder.join("findings").display());
    }
    Ok(())
}

#[derive(Clone, Copy, Default)]
struct Run {
    executions: u64,
    seconds: f64,
    findings: u32,
}

impl Run {
    #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "a rate for display")]
    fn print(self, target: &str) {
        let rate = self.executions as f64 / self.seconds.max(0.001);
        println!("{target:<16} {:>14} {:>9.0} {rate:>12.0} {:>9}", self.executions, self.seconds, self.findings);
    }
}

fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace::root());
    cargo
}

/// Builds the fuzzer of all targets and returns its path.
fn build(folder: &Path) -> Result<std::path::PathBuf> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("`rustc -vV` names no host")?;
    // With an explicit target, build scripts and macros are compiled without counters.
    process::run(
        cargo()
            .args(["build", "--release", "--quiet", "--manifest-path", "fuzz/Cargo.toml", "--target", host])
            .env("RUSTFLAGS", COUNTERS)
            .env("CARGO_TARGET_DIR", folder),
    )?;
    Ok(folder.join(host).join("release").join(format!("rayback-fuzz{}", std::env::consts::EXE_SUFFIX)))
}

fn fuzz(fuzzer: &Path, folder: &Path, target: &str, seconds: u32) -> Result<Run> {
    let corpus = folder.join("corpus").join(target);
    let findings = folder.join("findings").join(target);
    for folder in [&corpus, &findings] {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let start = Instant::now();
    let output = Command::new(fuzzer)
        .env("RAYBACK_FUZZ", target)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST}"))
        .args(["-print_final_stats=1", "-timeout=10", "-rss_limit_mb=1024"])
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .args([&corpus, &folder.join("seeds").join(target)])
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", fuzzer.display()))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let executions = log
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .and_then(|number| number.trim().parse().ok())
        .unwrap_or_default();
    if !output.status.success() {
        let last: Vec<&str> = log.lines().rev().take(20).collect();
        eprintln!("{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"));
    }
    let findings = u32::from(!output.status.success());
    Ok(Run { executions, seconds: start.elapsed().as_secs_f64(), findings })
}
