//! Texts that belong to the variants of a type: for each, one function from the variant to the key.

use std::collections::BTreeSet;

use rayback_catalog::{
    self as catalog, Action, Cause, Delivery, Kind, LegName, LegState, LimitKind, Party, Persistence, Prevention,
    Stage, Unlisted,
};

use super::items::pascal;

/// The texts of one type.
pub(crate) struct Family {
    /// The section of the words files.
    pub(crate) section: &'static str,
    /// The type of the argument.
    pub(crate) of: &'static str,
    /// What is matched: the argument itself, or an expression of it.
    pub(crate) matched: &'static str,
    /// The texts of each variant; empty: one text, under the variant's own name.
    pub(crate) parts: &'static [&'static str],
    /// Each variant: its pattern, and its name in the words files.
    pub(crate) arms: Vec<(String, String)>,
    /// Whether the arms are all values of the type. If not, the function returns an option.
    pub(crate) is_complete: bool,
    /// Whether a text may be missing.
    pub(crate) is_optional: bool,
    /// Whether each text has its own placeholders. Their values are then given by name.
    pub(crate) is_mixed: bool,
}

/// Every family. `keys` are those of the reference language.
pub(crate) fn all(keys: &BTreeSet<&str>) -> Vec<Family> {
    let code = |parts, is_optional, has_unbranded: bool| Family {
        section: "code",
        of: "crate::code::Code",
        matched: "of.number()",
        parts,
        arms: catalog::all()
            .filter(|entry| !has_unbranded || entry.unbranded.is_some())
            .map(|entry| (entry.code.to_string(), entry.code.to_string()))
            .collect(),
        is_complete: false,
        is_optional,
        is_mixed: false,
    };
    let finding = |parts, is_optional| Family {
        is_optional,
        is_mixed: true,
        ..of_core(keys, "doctor.finding", "crate::doctor::Finding", parts)
    };
    let uncoded: Vec<_> = Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Error).collect();
    vec![
        code(&["visitor", "seen"], false, false),
        code(&["unbranded-visitor", "unbranded-seen"], false, true),
        code(&["fault", "unbranded-fault", "long", "short", "unbranded-short"], true, false),
        Family {
            is_complete: false,
            ..family("kind", "crate::catalog::Kind", &["name", "visitor", "seen", "fault"], &uncoded, Kind::id)
        },
        Family {
            is_complete: false,
            is_optional: true,
            ..family("kind", "crate::catalog::Kind", &["gone", "form", "app", "short"], &uncoded, Kind::id)
        },
        family("family", "crate::catalog::Unlisted", &["name", "visitor", "seen"], Unlisted::ALL, Unlisted::id),
        family("cause", "crate::catalog::Cause", &["title", "check", "fix"], Cause::ALL, Cause::id),
        family("party", "crate::catalog::Party", &["short", "fault"], Party::ALL, Party::id),
        family("lasting", "crate::catalog::Persistence", &["short", "long", "gone"], Persistence::ALL, Persistence::id),
        family("received", "crate::catalog::Delivery", &["short", "form"], Delivery::ALL, Delivery::id),
        family("action", "crate::catalog::Action", &[], Action::ALL, Action::id),
        family("prevention", "crate::catalog::Prevention", &[], Prevention::ALL, Prevention::id),
        family("leg", "crate::catalog::LegName", &[], LegName::ALL, LegName::id),
        family("leg-state", "crate::catalog::LegState", &[], LegState::ALL, LegState::id),
        family("stage", "crate::catalog::Stage", &[], Stage::ALL, Stage::id),
        family("limit", "crate::catalog::LimitKind", &[], LimitKind::ALL, LimitKind::id),
        family("unit", "crate::catalog::LimitKind", &[], LimitKind::ALL, LimitKind::unit),
        Family {
            section: "neighbour",
            of: "crate::catalog::Confusable",
            matched: "(of.first.number(), of.second.number())",
            parts: &[],
            arms: catalog::confusable_pairs().map(|it| (format!("({}, {})", it.first, it.second), it.id())).collect(),
            is_complete: false,
            is_optional: false,
            is_mixed: false,
        },
        of_core(keys, "suspect", "crate::fault::Suspect", &["owner"]),
        of_core(keys, "service", "crate::outside::services::Service", &["name", "purpose", "sent"]),
        finding(&["text"], false),
        finding(&["fix"], true),
    ]
}

fn family<T: Copy + core::fmt::Debug>(
    section: &'static str,
    of: &'static str,
    parts: &'static [&'static str],
    variants: &[T],
    id: impl Fn(T) -> &'static str,
) -> Family {
    Family {
        section,
        of,
        matched: "of",
        parts,
        arms: variants.iter().map(|it| (format!("{of}::{it:?}"), id(*it).to_owned())).collect(),
        is_complete: true,
        is_optional: false,
        is_mixed: false,
    }
}

/// The texts of a type in core. Its variants are taken from the keys; the compiler rejects a variant without a text,
/// and a text without a variant.
fn of_core(keys: &BTreeSet<&str>, section: &'static str, of: &'static str, parts: &'static [&'static str]) -> Family {
    let ids: BTreeSet<_> =
        keys.iter().filter_map(|key| Some(key.strip_prefix(section)?.strip_prefix('.')?.split_once('.')?.0)).collect();
    let arms = ids.into_iter().map(|id| (format!("{of}::{}", pascal(id)), id.to_owned())).collect();
    Family { section, of, matched: "of", parts, arms, is_complete: true, is_optional: false, is_mixed: false }
}

impl Family {
    /// The key of a variant's text.
    pub(crate) fn key(&self, id: &str, part: &str) -> String {
        if part.is_empty() { format!("{}.{id}", self.section) } else { format!("{}.{id}.{part}", self.section) }
    }

    /// The keys of all its texts.
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        self.all_parts().iter().flat_map(move |part| self.arms.iter().map(move |(_, id)| self.key(id, part)))
    }

    /// [`Self::parts`], or the empty name of the only text.
    pub(crate) fn all_parts(&self) -> &[&'static str] {
        if self.parts.is_empty() { &[""] } else { self.parts }
    }
}
