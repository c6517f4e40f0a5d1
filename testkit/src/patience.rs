//! Waiting for something that only shows itself when it is looked at.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::Instant;

/// How often is looked.
const PACE: Duration = Duration::from_millis(100);

/// Looks until `look` finds something, for at most `patience`; then says what was waited for.
///
/// # Errors
/// When nothing was found by then, with the last reason why looking failed, if it did.
pub async fn eventually<T>(
    what: &str,
    patience: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        let late = Instant::now() >= deadline;
        match look().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) if late => bail!("within {patience:?} there was no {what}"),
            Err(why) if late => return Err(why.context(format!("within {patience:?} there was no {what}"))),
            Ok(None) | Err(_) => {}
        }
        tokio::time::sleep(PACE).await;
    }
}
