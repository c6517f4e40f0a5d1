//! What was tried, and what came of it.

use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::time::Timestamp;

/// One attempt to bring a page back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// How it was made.
    pub by: By,
    /// Why it was made.
    pub reason: Reason,
    /// What came of it.
    pub result: AttemptResult,
}

/// How an attempt was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// By a probe, no tab touched.
    Probe,
    /// By navigating a tab.
    Navigation,
}

/// Why an attempt was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It was due.
    Schedule,
    /// The person asked.
    Person,
    /// The person came back to the tab.
    Seen,
    /// The browser came online or awake.
    Online,
    /// Cloudflare's incident ended.
    IncidentOver,
    /// Another page of the site had loaded.
    LoadedElsewhere,
    /// An attempt had found the site back.
    Recovery,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum AttemptResult {
    /// The failed leg works again.
    Recovered,
    /// Still failing, with this code where one was shown.
    Failing {
        /// The code.
        code: Option<Code>,
    },
    /// A challenge or block, which proves nothing.
    Barred,
    /// No answer.
    NoAnswer,
}
