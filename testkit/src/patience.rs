//! Polling for a condition.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::Instant;

/// The interval between two polls.
const PACE: Duration = Duration::from_millis(100);

/// Polls `poll` until it finds something, for at most `patience`. `what` names it in the error.
///
/// # Errors
/// If nothing was found in time, with the last error of `poll`, if any.
pub async fn eventually<T>(
    what: &str,
    patience: Duration,
    mut poll: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        let late = Instant::now() >= deadline;
        match poll().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) if late => bail!("no {what} within {patience:?}"),
            Err(error) if late => return Err(error.context(format!("no {what} within {patience:?}"))),
            Ok(None) | Err(_) => {}
        }
        tokio::time::sleep(PACE).await;
    }
}
