//! The causes, the likeliest first.

use serde::Serialize;

use super::Check;
use super::finding::Finding;
use crate::catalog::{self, Cause};
use crate::code::Code;
use crate::document::CheckState;

/// A cause with the evidence for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RankedCause {
    /// The cause.
    pub cause: Cause,
    /// The sum of all evidence, in decibans.
    pub weight: i16,
    /// Whether it's a cause of the code; `true` without a code.
    pub explains_code: bool,
    /// The findings that support it; empty if only the code does.
    pub evidence: Vec<Finding>,
}

pub(super) struct Ranked {
    pub(super) suspects: Vec<RankedCause>,
    pub(super) not_excluded: Vec<Cause>,
}

/// The weight that a code alone gives its first cause, in decibans; each further cause gets less.
const FIRST_OF_CODE: i16 = 9;

pub(super) fn rank(checks: &[Check], code: Option<Code>) -> Ranked {
    // A finding counts once, even if several addresses have it.
    let mut findings: Vec<Finding> = Vec::new();
    for check in checks {
        if !findings.contains(&check.finding) && (check.state != CheckState::NotChecked) {
            findings.push(check.finding);
        }
    }
    let of_code = code.and_then(catalog::entry).map_or(&[][..], |entry| entry.causes);
    let mut suspects: Vec<RankedCause> = Vec::new();
    for (index, cause) in of_code.iter().enumerate() {
        let weight = FIRST_OF_CODE.saturating_sub(i16::try_from(index).unwrap_or(i16::MAX)).max(1);
        entry(&mut suspects, *cause).weight += weight;
    }
    for finding in &findings {
        for (cause, weight) in finding.supports() {
            let suspect = entry(&mut suspects, *cause);
            suspect.weight += weight;
            suspect.evidence.push(*finding);
        }
    }
    for finding in &findings {
        for (cause, weight) in finding.opposes() {
            // Only a suspicion is weakened; one address that works doesn't undo what another one proved.
            if let Some(suspect) = suspects.iter_mut().find(|it| it.cause == *cause && it.evidence.is_empty()) {
                suspect.weight -= weight;
            }
        }
    }
    suspects.retain(|suspect| suspect.weight > 0);
    for suspect in &mut suspects {
        suspect.explains_code = of_code.is_empty() || of_code.contains(&suspect.cause);
    }
    // Stable: of two with the same weight, the catalogue's order holds.
    suspects.sort_by_key(|suspect| core::cmp::Reverse(suspect.weight));
    let not_excluded =
        suspects.iter().filter(|suspect| suspect.evidence.is_empty()).map(|suspect| suspect.cause).collect();
    Ranked { suspects, not_excluded }
}

fn entry(suspects: &mut Vec<RankedCause>, cause: Cause) -> &mut RankedCause {
    let at = suspects.iter().position(|suspect| suspect.cause == cause).unwrap_or_else(|| {
        suspects.push(RankedCause { cause, weight: 0, explains_code: true, evidence: Vec::new() });
        suspects.len() - 1
    });
    // The index was found or made just now.
    #[allow(clippy::indexing_slicing, reason = "the position comes from the same list")]
    &mut suspects[at]
}
