//! Cloudflare's own preview of its error pages, `/cdn-cgi/error/CODE`, read from a real edge and held against what the
//! catalogue and the classifier know: truth that can age.
//!
//! About 25 such requests get an address limited, so they are few, slow, and end at the first 429.

mod difference;
mod edge;

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use rayback_core::catalog::{self, Entry};

pub use difference::differences;
pub use edge::{Answer, Place};

/// The forms that one asks for by `Accept`.
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

    /// What asks for it.
    #[must_use]
    pub fn accept(self) -> &'static str {
        match self {
            Self::Html => "text/html",
            Self::ProblemJson => "application/problem+json",
            Self::Markdown => "text/markdown",
        }
    }
}

/// What is read, and how slowly.
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

/// How a reading ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything was read.
    Complete,
    /// The edge said 429 at this code; it and what follows are unread.
    Limited {
        /// The code.
        at: u16,
    },
}

/// One thing that is not as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The code that was asked for.
    pub code: u16,
    /// The form that was asked for.
    pub form: Form,
    /// What differs, in words: what is known, and what was read.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {}: {}", self.code, self.form.accept(), self.what)
    }
}

/// Reads every code of the plan once in each form, and tells each difference as soon as it is known.
///
/// # Errors
///
/// If the edge cannot be reached.
pub async fn read(place: &Place, plan: &Plan, mut tell: impl FnMut(&Difference)) -> Result<End> {
    let mut first = true;
    for code in &plan.codes {
        for form in Form::ALL {
            if !first {
                tokio::time::sleep(plan.wait).await;
            }
            first = false;
            let answer = place.ask(&format!("/cdn-cgi/error/{code}"), form.accept()).await?;
            // 1015 has this status itself; only the code tells the two apart.
            if answer.status == 429 && !answer.is_about(*code) {
                return Ok(End::Limited { at: *code });
            }
            for what in differences(*code, form, &answer) {
                tell(&Difference { code: *code, form, what });
            }
        }
    }
    Ok(End::Complete)
}

/// What is known of a code.
fn entry(code: u16) -> Option<&'static Entry> {
    catalog::entry(code.to_string().parse().ok()?)
}
