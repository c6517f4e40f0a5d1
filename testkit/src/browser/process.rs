//! A browser's processes, for what happens to them from outside.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// A browser's first process; killed with all that it started when this value goes.
pub(super) struct Process(pub(super) u32);

/// What is done to a process.
#[derive(Clone, Copy)]
pub(super) enum Signal {
    Kill,
    Stop,
    Continue,
}

impl Process {
    /// Sends a signal to it and to all that it started, as a crash or a closed lid does.
    ///
    /// # Errors
    /// When it is gone already.
    pub(super) fn signal(&self, signal: Signal) -> Result<()> {
        let name = match signal {
            Signal::Kill => "-KILL",
            Signal::Stop => "-STOP",
            Signal::Continue => "-CONT",
        };
        let family: Vec<String> = self.family().iter().map(ToString::to_string).collect();
        let kill = Command::new("kill").arg(name).args(&family).output().context("cannot run kill")?;
        ensure!(kill.status.success() || matches!(signal, Signal::Kill), "cannot send {name} to process {}", self.0);
        Ok(())
    }

    /// Whether it runs; one that has ended and that nobody has asked about does not.
    pub(super) fn runs(&self) -> bool {
        stat(self.0).is_some_and(|stat| stat.state != 'Z')
    }

    /// Itself and everything below it.
    fn family(&self) -> Vec<u32> {
        let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|process| Some((process, stat(process)?.parent)))
            .collect();
        let mut family = vec![self.0];
        let mut next = 0;
        while let Some(&parent) = family.get(next) {
            family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(process, _)| *process));
            next += 1;
        }
        family
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.runs() {
            // A browser that has just ended by itself is as well.
            let _ = self.signal(Signal::Kill);
        }
    }
}

/// What the kernel says of a process.
struct Stat {
    state: char,
    parent: u32,
}

/// Reads `stat`; its name, in parentheses, may hold anything.
fn stat(process: u32) -> Option<Stat> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some(Stat { state: fields.next()?.chars().next()?, parent: fields.next()?.parse().ok()? })
}
