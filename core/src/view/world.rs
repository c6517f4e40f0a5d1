//! What is known beyond one watch.

use crate::status_page::Reading;

/// What is known beyond one watch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// Cloudflare's status page as it was read last; `None` if it was not.
    pub status_page: Option<Reading>,
}
