//! Child processes with a time limit.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// How often it's checked whether a process has ended.
const PACE: Duration = Duration::from_millis(10);

/// Starts a command in a process group of its own, so that it can be ended with everything that it started, and isn't ended
/// along with this program.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command.spawn()
}

/// Waits for the end of a process that [`spawn`] started. `None` if it took longer, and was ended.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(PACE);
    }
    // The whole group, which the standard library can't end.
    let _without_a_shell = Command::new("sh").args(["-c", &format!("kill -9 -{}", child.id())]).status();
    let _ended_meanwhile = child.kill();
    child.wait()?;
    Ok(None)
}
