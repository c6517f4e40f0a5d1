//! The keys that every language needs for the facts.

use crate::{
    Action, Cause, Delivery, LegName, LegState, LimitKind, Party, Persistence, Prevention, Stage, all, confusable_pairs,
};

/// Every key without which a fact of the catalogue couldn't be put into words.
#[must_use]
pub fn required() -> Vec<String> {
    let mut keys = Vec::new();
    for entry in all() {
        ask(&mut keys, "code", &entry.code.to_string(), &["visitor", "seen"]);
        if entry.unbranded.is_some() {
            ask(&mut keys, "code", &entry.code.to_string(), &["unbranded-visitor", "unbranded-seen"]);
        }
    }
    for cause in Cause::ALL {
        ask(&mut keys, "cause", cause.id(), &["title", "check", "fix"]);
    }
    for party in Party::ALL {
        ask(&mut keys, "party", party.id(), &["short", "fault"]);
    }
    for persistence in Persistence::ALL {
        ask(&mut keys, "lasting", persistence.id(), &["short", "long", "gone"]);
    }
    for delivery in Delivery::ALL {
        ask(&mut keys, "received", delivery.id(), &["short", "form"]);
    }
    let single = [
        ("action", ids(Action::ALL, Action::id)),
        ("prevention", ids(Prevention::ALL, Prevention::id)),
        ("leg", ids(LegName::ALL, LegName::id)),
        ("leg-state", ids(LegState::ALL, LegState::id)),
        ("stage", ids(Stage::ALL, Stage::id)),
        ("limit", ids(LimitKind::ALL, LimitKind::id)),
        ("unit", LimitKind::UNITS.to_vec()),
    ];
    for (section, names) in single {
        keys.extend(names.iter().map(|name| format!("{section}.{name}")));
    }
    keys.extend(confusable_pairs().map(|pair| format!("neighbour.{}", pair.id())));
    keys
}

fn ask(keys: &mut Vec<String>, section: &str, name: &str, parts: &[&str]) {
    keys.extend(parts.iter().map(|part| format!("{section}.{name}.{part}")));
}

fn ids<T: Copy>(all: &[T], id: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| id(*one)).collect()
}
