//! Every fuzz target as a plain test, on its seeds and simple mutations of them.
//!
//! With `RAYBACK_SEEDS=DIR` the seeds are written to `DIR/<target>/` instead, for the
//! coverage-guided fuzzer (`cargo xtask fuzz`).

#![expect(clippy::indexing_slicing, reason = "a test may panic")]

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use libtest_mimic::{Arguments, Trial};
use rayback_core::url::PageUrl;
use rayback_core::watch::Watch;
use rayback_testkit::fixture;
use rayback_testkit::fuzz::{TARGETS, TakesFixtures, Target};

fn main() -> Result<ExitCode> {
    if let Some(folder) = std::env::var_os("RAYBACK_SEEDS") {
        write_seeds(Path::new(&folder))?;
        return Ok(ExitCode::SUCCESS);
    }
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for target in TARGETS {
        let seeds = seeds(target)?;
        trials.push(Trial::test(format!("fuzz::{}", target.name), move || {
            for seed in &seeds {
                (target.run)(seed);
                for mutated in mutations(seed) {
                    (target.run)(&mutated);
                }
            }
            Ok(())
        }));
    }
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

fn seeds(target: &Target) -> Result<Vec<Vec<u8>>> {
    let mut seeds: Vec<Vec<u8>> = target.seeds.iter().map(|seed| seed.to_vec()).collect();
    if target.takes_fixtures == TakesFixtures::Yes {
        // A few codes per form are enough; large pages would only slow the search.
        let fixtures = fixture::all()?.into_iter().filter(|fixture| {
            fixture.body.len() < 16 * 1024 && fixture.headers.is_none() && fixture.code.is_none_or(is_example)
        });
        seeds.extend(fixtures.map(|fixture| fixture.body));
    }
    if target.name == "stored-state" {
        let origin = PageUrl::parse("https://shop.example/")?.origin().clone();
        seeds.push(Watch::new(origin, 7).store().into_bytes());
    }
    Ok(seeds)
}

fn is_example(code: u16) -> bool {
    matches!(code, 502 | 522 | 1015 | 1020 | 1027 | 1101)
}

/// A seed truncated, with changed bytes, and doubled.
fn mutations(seed: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let step = (seed.len() / 12).max(1);
    let cut = (0..seed.len()).step_by(step).map(|at| seed[..at].to_vec());
    let changed = (0..seed.len()).step_by(step).flat_map(|at| {
        [0, b'<', b'"', b'9', 0xff].map(|byte| {
            let mut mutated = seed.to_vec();
            mutated[at] = byte;
            mutated
        })
    });
    cut.chain(changed).chain([[seed, seed].concat()])
}

fn write_seeds(folder: &Path) -> Result<()> {
    for target in TARGETS {
        let folder = folder.join(target.name);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        for (number, seed) in seeds(target)?.into_iter().enumerate() {
            let path = folder.join(format!("seed-{number:03}"));
            std::fs::write(&path, seed).with_context(|| format!("cannot write {}", path.display()))?;
        }
        // `cargo xtask fuzz` reads one name per line.
        println!("{}", target.name);
    }
    Ok(())
}
