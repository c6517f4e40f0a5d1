//! The doctor for owners: from measurements of an origin to what Cloudflare would show, and why.
//!
//! A shell measures (DNS, TCP, TLS, HTTP, the machine itself) and hands over [`Measurements`]; [`examine`] turns them into a
//! [`Assessment`]. Every conclusion goes through a [`Finding`]: one fact that a measurement proved, with the causes that it
//! supports and the causes that it excludes. Weights belong to findings, never to cases.

mod describe;
mod finding;
pub mod firewall;
mod judge;
mod local;
mod measured;
mod predict;
mod rank;
pub mod tunnel;
mod web;

pub use finding::Finding;
pub use judge::{is_public, stands_for_a_worker};
pub use local::{Listener, parse_listeners};
pub use measured::{
    Answer, Bans, Certificate, Connect, ConnectOutcome, Context, Dns, Exchange, Filter, Handshake, HandshakeFailure,
    HeaderProbe, Limits, Local, Measurements, NameAnswer, PacketPath, ProxiedAnswer, Public, SslMode, Tls, Trust,
    Unmeasured,
};
pub use predict::ByMode;
pub use rank::RankedCause;
pub use web::{Web, parse_apache, parse_nginx};

use serde::Serialize;

use crate::catalog::Cause;
use crate::code::Code;
use crate::document::CheckState;

/// The result of an examination.
#[derive(Clone, Debug, Serialize)]
pub struct Assessment {
    /// The host.
    pub host: String,
    /// The code that visitors see: as Cloudflare showed it or the user reported it, otherwise as predicted. `None` if
    /// nothing would fail, or if it depends on an encryption mode that isn't known.
    pub code: Option<Code>,
    /// How the code is known.
    pub code_known_by: CodeKnownBy,
    /// The code that each encryption mode would lead to.
    pub by_mode: ByMode,
    /// The checks, in the order in which they ran.
    pub checks: Vec<Check>,
    /// The causes, the likeliest first.
    pub causes: Vec<RankedCause>,
    /// Causes of the code that nothing here excluded.
    pub not_excluded: Vec<Cause>,
    /// The outcome of the run as a whole.
    pub outcome: Outcome,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What it found.
    pub finding: Finding,
    /// How serious that is.
    pub state: CheckState,
    /// What was checked, such as an address with a port; empty for the machine as a whole.
    pub subject: String,
    /// The values that its text names.
    pub values: Vec<(&'static str, String)>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
}

/// How a code is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeKnownBy {
    /// Cloudflare answered with it during the run.
    Shown,
    /// The user said so.
    Reported,
    /// The measurements lead to it.
    Predicted,
    /// There is none.
    None,
}

/// The outcome of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing is wrong with what was checked.
    NothingFound,
    /// A cause was found.
    CauseFound,
    /// Too little could be checked to say.
    CouldNotTell,
}

impl Outcome {
    /// The command's exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::NothingFound => 0,
            Self::CauseFound => 1,
            Self::CouldNotTell => 3,
        }
    }
}

/// Draws the conclusions from what was measured.
#[must_use]
pub fn examine(measured: &Measurements) -> Assessment {
    let checks = judge::checks(measured);
    let by_mode = predict::by_mode(measured, &checks);
    let predicted = by_mode.agreed(measured.context.mode);
    let shown = measured.seen.as_ref().and_then(|seen| seen.code);
    let (code, code_known_by) = match (shown, measured.context.reported, predicted) {
        (Some(code), ..) => (Some(code), CodeKnownBy::Shown),
        (_, Some(code), _) => (Some(code), CodeKnownBy::Reported),
        (.., Some(code)) => (Some(code), CodeKnownBy::Predicted),
        _ => (None, CodeKnownBy::None),
    };
    let mut ranked = rank::rank(&checks, code);
    // Without a code there are no causes to leave open.
    if code.is_some() {
        for cause in measured.unmeasured.iter().flat_map(|missing| &missing.open) {
            let named = ranked.suspects.iter().any(|suspect| suspect.cause == *cause);
            if !named && !ranked.not_excluded.contains(cause) {
                ranked.not_excluded.push(*cause);
            }
        }
    }
    let failed = checks.iter().any(|check| check.state == CheckState::Fail);
    // A code that was seen means that something is wrong, even if no check explains it.
    let unexplained = code_known_by == CodeKnownBy::Shown || code_known_by == CodeKnownBy::Reported;
    let origin_seen = checks.iter().any(|check| check.finding.proves_the_origin_was_reached());
    let outcome = if failed {
        Outcome::CauseFound
    } else if unexplained || !origin_seen {
        Outcome::CouldNotTell
    } else {
        Outcome::NothingFound
    };
    Assessment {
        host: measured.host.clone(),
        code,
        code_known_by,
        by_mode,
        checks,
        causes: ranked.suspects,
        not_excluded: ranked.not_excluded,
        outcome,
    }
}

#[cfg(test)]
mod tests;
