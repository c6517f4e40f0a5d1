//! Reads Cloudflare's previews of its error pages, `/cdn-cgi/error/CODE`, from a real edge and compares them with the
//! catalogue and the classifier, because the pages change over time.
//!
//! Cloudflare rate-limits an address after about 25 such requests, so they're few and slow, and stop at the first 429.

mod difference;
mod edge;

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use rayback_core::catalog::{self, Entry};

pub use difference::differences;
pub use edge::{LiveEdge, Response};

/// The formats to request by `Accept`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The branded page.
    Html,
    /// RFC 9457.
    ProblemJson,
    /// Markdown with front matter.
    Markdown,
}

impl Form {
    /// Every form, in the order in which they are read.
    pub const ALL: [Self; 3] = [Self::Html, Self::ProblemJson, Self::Markdown];

    /// The `Accept` value that requests it.
    #[must_use]
    pub fn accept(self) -> &'static str {
        match self {
            Self::Html => "text/html",
            Self::ProblemJson => "application/problem+json",
            Self::Markdown => "text/markdown",
        }
    }
}

/// The codes to read and the pace.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The codes, in their order.
    pub codes: Vec<u16>,
    /// The wait between two requests.
    pub wait: Duration,
}

impl Plan {
    /// Every catalogued code from this one on.
    #[must_use]
    pub fn from(first: u16, wait: Duration) -> Self {
        Self { codes: catalog::all().map(|entry| entry.code.number()).filter(|code| *code >= first).collect(), wait }
    }
}

/// The outcome of [`read`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every code was read.
    Complete,
    /// The edge responded 429 at this code; this and the following codes are unread.
    Limited {
        /// The code.
        at: u16,
    },
}

/// A difference from the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The requested code.
    pub code: u16,
    /// The requested format.
    pub form: Form,
    /// The difference in words: expected and actual value.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {}: {}", self.code, self.form.accept(), self.what)
    }
}

/// Reads every code of the plan once in each format and reports each difference immediately.
///
/// # Errors
///
/// If the edge can't be reached.
pub async fn read(edge: &LiveEdge, plan: &Plan, mut report: impl FnMut(&Difference)) -> Result<End> {
    let mut first = true;
    for code in &plan.codes {
        for form in Form::ALL {
            if !first {
                tokio::time::sleep(plan.wait).await;
            }
            first = false;
            let response = edge.ask(&format!("/cdn-cgi/error/{code}"), form.accept()).await?;
            // 1015 has this status too; only the code distinguishes them.
            if response.status == 429 && !response.is_about(*code) {
                return Ok(End::Limited { at: *code });
            }
            for what in differences(*code, form, &response) {
                report(&Difference { code: *code, form, what });
            }
        }
    }
    Ok(End::Complete)
}

/// The catalogue entry of a code.
fn entry(code: u16) -> Option<&'static Entry> {
    catalog::entry(code.to_string().parse().ok()?)
}
