//! Ctrl-C and SIGTERM: what's being written is finished, the terminal is tidied, and the program ends by that signal.

use std::io;

/// From now on, lets `tidy` finish and clear what isn't whole before a signal ends the program. It's handed the end, to call
/// while it holds its locks, so that nothing more is written.
///
/// Standard output and standard error are always finished. A second signal ends the program at once, for one whose output
/// nobody reads.
///
/// # Errors
///
/// If the system refuses a handler.
#[cfg(unix)]
pub(crate) fn before_the_end(tidy: impl FnOnce(&dyn Fn()) + Send + 'static) -> io::Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    use signal_hook::iterator::Signals;

    let is_repeated = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order, or the first signal would already count as a repetition.
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
pub(crate) fn before_the_end(_tidy: impl FnOnce(&dyn Fn()) + Send + 'static) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn end(signal: i32) {
    // Waits for the line that's being written.
    let (_out, _err) = (io::stdout().lock(), io::stderr().lock());
    // A container's first process can't be ended by a signal of its own.
    if std::process::id() != 1 {
        // By the signal, not by a code: a shell then ends the loop or script that it was in, too.
        let _is_no_signal = signal_hook::low_level::emulate_default_handler(signal);
    }
    std::process::exit(128 + signal);
}
