//! Standard output, whose reader may leave early.

use std::io::{self, Write as _};

use serde::Serialize;

/// Writes one value as one line of JSON.
///
/// # Errors
///
/// If standard output can't be written to.
pub(crate) fn json<T: Serialize>(value: &T) -> io::Result<()> {
    text(&(serde_json::to_string(value)? + "\n"))
}

/// Writes text as it is.
///
/// # Errors
///
/// If standard output can't be written to.
pub(crate) fn text(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Whether an error only means that the reader closed the output, as `head` does after its last line.
pub(crate) fn reader_left(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe))
}
