//! Ctrl-C and SIGTERM: finishes the current line of output, tidies the terminal, and ends the program by that signal.

use std::io;

/// Handles the first Ctrl-C or SIGTERM with `tidy`, which gets a function that ends the program. It calls that while it
/// holds its locks, so that no other thread starts another line.
///
/// The end itself waits for the lines being written to standard output and standard error. A second signal ends the
/// program at once, in case that can't finish because nobody reads the output.
///
/// # Errors
///
/// If the handlers can't be installed.
#[cfg(unix)]
pub(crate) fn on_signal(tidy: impl FnOnce(&dyn Fn()) + Send + 'static) -> io::Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;

    let is_repeated = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the other way round, the first signal would already count as repeated.
        flag::register_conditional_default(signal, Arc::clone(&is_repeated))?;
        flag::register(signal, Arc::clone(&is_repeated))?;
    }
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            tidy(&|| end(signal));
        }
    });
    Ok(())
}

/// Elsewhere, the system's own handler ends the program.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(crate) fn on_signal(_tidy: impl FnOnce(&dyn Fn()) + Send + 'static) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn end(signal: i32) {
    // Waits for the line that's being written.
    let (_out, _err) = (io::stdout().lock(), io::stderr().lock());
    // A container's first process can't end itself by a signal.
    if std::process::id() != 1 {
        // By the signal rather than an exit code, so that a shell also ends the loop or script around it.
        let _is_no_signal = signal_hook::low_level::emulate_default_handler(signal);
    }
    std::process::exit(128 + signal);
}
