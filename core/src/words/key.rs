//! The keys that the facts ask of every language.
//!
//! The build script compiles this file too; it depends on the catalogue alone.

use crate::catalog::{
    Action, Cause, Lasting, LegName, LegState, LimitKind, NEIGHBOURS, Party, Prevention, Received, Stage, all,
};

/// Every key without which a fact of the catalogue could not be told.
pub(crate) fn required() -> Vec<String> {
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
    for lasting in Lasting::ALL {
        ask(&mut keys, "lasting", lasting.id(), &["short", "long", "gone"]);
    }
    for received in Received::ALL {
        ask(&mut keys, "received", received.id(), &["short", "form"]);
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
    keys.extend(NEIGHBOURS.iter().map(|pair| format!("neighbour.{}", pair.id())));
    keys
}

fn ask(keys: &mut Vec<String>, section: &str, name: &str, parts: &[&str]) {
    keys.extend(parts.iter().map(|part| format!("{section}.{name}.{part}")));
}

fn ids<T: Copy>(all: &[T], id: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| id(*one)).collect()
}
