//! Child processes with a time limit.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// How often to check whether a process has exited.
const PACE: Duration = Duration::from_millis(10);

/// Starts a command in its own process group, so that it can be killed together with everything it started, and isn't
/// killed along with this program.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command.spawn()
}

/// Waits for a process that [`spawn`] started. `None` if it exceeded the limit and was killed.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(PACE);
    }
    // Kills the whole group, which the standard library can't.
    let _without_a_shell = Command::new("sh").args(["-c", &format!("kill -9 -{}", child.id())]).status();
    let _ended_meanwhile = child.kill();
    child.wait()?;
    Ok(None)
}
