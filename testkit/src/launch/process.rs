//! A browser's processes: killing, suspending and resuming them.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// A browser's main process. It and its descendants are killed on drop.
pub(crate) struct Process(u32);

/// A signal for a browser's processes.
#[derive(Clone, Copy)]
pub(crate) enum Signal {
    Kill,
    #[cfg(feature = "driver")]
    Stop,
    #[cfg(feature = "driver")]
    Continue,
}

impl Process {
    /// The process that a driver names in its capabilities.
    ///
    /// # Errors
    /// If it names none.
    pub(crate) fn named_by(capability: Option<&serde_json::Value>) -> Result<Self> {
        let process = capability.and_then(serde_json::Value::as_u64).and_then(|process| process.try_into().ok());
        process.map(Self).context("the driver doesn't name the browser's process")
    }

    /// Sends a signal to the process and its descendants, as a crash or a closed lid does.
    ///
    /// # Errors
    /// If it has already exited.
    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        let name = match signal {
            Signal::Kill => "-KILL",
            #[cfg(feature = "driver")]
            Signal::Stop => "-STOP",
            #[cfg(feature = "driver")]
            Signal::Continue => "-CONT",
        };
        let family: Vec<String> = self.family().iter().map(ToString::to_string).collect();
        let kill = Command::new("kill").arg(name).args(&family).output().context("cannot run kill")?;
        ensure!(kill.status.success() || matches!(signal, Signal::Kill), "cannot send {name} to process {}", self.0);
        Ok(())
    }

    /// The processor time of the process and its descendants, those that have exited included.
    #[cfg(feature = "driver")]
    pub(crate) fn cpu_time(&self) -> std::time::Duration {
        /// A tick in milliseconds: Linux's `USER_HZ` is 100 on every common architecture (proc(5), times(7)).
        const TICK_MS: u64 = 10;
        let ticks: u64 = self.family().into_iter().filter_map(stat).map(|stat| stat.ticks).sum();
        std::time::Duration::from_millis(ticks * TICK_MS)
    }

    /// The memory of the process and its descendants in bytes: each one's private memory, and its share of shared
    /// memory.
    #[cfg(feature = "driver")]
    pub(crate) fn memory(&self) -> u64 {
        let share = |process: u32| {
            let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
            let kilobytes = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?.trim().strip_suffix(" kB")?;
            kilobytes.parse::<u64>().ok()
        };
        self.family().into_iter().filter_map(share).sum::<u64>() * 1024
    }

    /// Whether the process is running. A zombie isn't.
    pub(crate) fn runs(&self) -> bool {
        stat(self.0).is_some_and(|stat| stat.state != 'Z')
    }

    /// The process and its descendants.
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
            // If it has just exited on its own, there's nothing left to kill.
            let _ = self.signal(Signal::Kill);
        }
    }
}

/// The fields of `/proc/PID/stat` used here.
struct Stat {
    state: char,
    parent: u32,
    /// User and system time, its own and that of children that have exited.
    #[cfg_attr(not(feature = "driver"), expect(dead_code, reason = "only measurements read it"))]
    ticks: u64,
}

/// Reads `/proc/PID/stat`. The process name, in parentheses, may contain anything.
fn stat(process: u32) -> Option<Stat> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let (state, parent) = (fields.next()?.chars().next()?, fields.next()?.parse().ok()?);
    // Fields 14 to 17 of proc(5).
    let ticks = fields.skip(9).take(4).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Some(Stat { state, parent, ticks })
}
