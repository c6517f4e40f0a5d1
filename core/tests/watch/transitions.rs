//! Checks that the transition table in the docs of `watch.rs` is complete and correct.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use rayback_core::watch::{Effect, Event, Phase, ProbeOutcome};

use crate::oracle::Oracle;
use crate::script::{busy_script, script};

const SOURCE: &str = include_str!("../../src/watch.rs");

const PHASES: [&str; 10] =
    ["New", "Waiting", "Probing", "Navigating", "Offline", "Stopped", "Manual", "AwaitingClick", "Back", "Idle"];

const EVENTS: [&str; 17] = [
    "Failed",
    "Loaded",
    "Left",
    "Loading",
    "Unreachable",
    "Alarm",
    "ProbeEnded",
    "Redirected",
    "Visibility",
    "Offline",
    "Online",
    "Started",
    "IncidentOpen",
    "IncidentOver",
    "Traced",
    "Pressed",
    "SettingsChanged",
];

/// The possible next phases and effects.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Result {
    phases: BTreeSet<String>,
    effects: BTreeSet<String>,
}

impl Result {
    /// Whether everything in another result is in this one.
    fn holds(&self, other: &Self) -> bool {
        self.phases.is_superset(&other.phases) && self.effects.is_superset(&other.effects)
    }
}

/// The name of an event in the table. A probe that ends with a redirect has a row of its own.
fn name_of(event: &Event) -> String {
    match event {
        Event::ProbeEnded { outcome: ProbeOutcome::Redirected, .. } => "Redirected".to_owned(),
        _ => name(event),
    }
}

type Table = BTreeMap<(String, String), Result>;

/// The name of an enum's variant.
fn name(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// The table in the docs.
fn documented() -> Table {
    let mut table = Table::new();
    for row in SOURCE.lines().filter_map(|line| line.strip_prefix("//! | ")) {
        let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        let [phase, events, phases, effects] = cells[..] else { panic!("a row has four cells: {row}") };
        if phase == "Phase" {
            continue;
        }
        let names = |cell: &str| -> BTreeSet<String> {
            cell.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        for event in names(events) {
            let result = Result { phases: names(phases), effects: names(effects) };
            let twice = table.insert((phase.to_owned(), event.clone()), result);
            assert!(twice.is_none(), "{phase} and {event} are in two rows");
        }
    }
    table
}

/// The minimum and maximum number of scripts to run. The search continues until everything documented was seen.
const SCRIPTS: core::ops::Range<u32> = 3000..12_000;

/// The transitions observed in arbitrary scripts, and how often each occurred. The scripts are the same in every run.
fn observed(documented: &Table) -> (Table, BTreeMap<(String, String, String), u32>) {
    let (mut table, mut counts) = (Table::new(), BTreeMap::new());
    let mut runner = TestRunner::deterministic();
    for number in 0..SCRIPTS.end {
        if number >= SCRIPTS.start
            && documented.iter().all(|(pair, result)| table.get(pair).is_some_and(|it: &Result| it.holds(result)))
        {
            break;
        }
        let acts = match number % 3 {
            0 => busy_script().new_tree(&mut runner).expect("a script").current(),
            _ => script().new_tree(&mut runner).expect("a script").current(),
        };
        let mut oracle = Oracle::new();
        for act in acts {
            oracle.observe(act, |before: &Phase, event: &Event, after: &Phase, effects: &[Effect]| {
                let key = (name(before), name_of(event));
                let result = table.entry(key.clone()).or_default();
                let after = if effects.contains(&Effect::Forget) { "forgotten".to_owned() } else { name(after) };
                for effect in effects.iter().filter(|it| !matches!(it, Effect::SetAlarm { .. } | Effect::Forget)) {
                    *counts.entry((key.0.clone(), key.1.clone(), name(effect))).or_insert(0) += 1;
                    result.effects.insert(name(effect));
                }
                *counts.entry((key.0, key.1, after.clone())).or_insert(0) += 1;
                result.phases.insert(after);
            });
        }
    }
    (table, counts)
}

/// The table as Markdown rows, with one row for events with the same result.
fn rows(table: &Table) -> String {
    let join = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    let mut text = String::new();
    for phase in PHASES {
        let mut grouped: Vec<(&Result, Vec<&str>)> = Vec::new();
        for event in EVENTS {
            let Some(result) = table.get(&(phase.to_owned(), event.to_owned())) else { continue };
            match grouped.iter_mut().find(|(known, _)| *known == result) {
                Some((_, events)) => events.push(event),
                None => grouped.push((result, vec![event])),
            }
        }
        for (result, events) in grouped {
            let (phases, effects) = (join(&result.phases), join(&result.effects));
            let events = events.join(", ");
            writeln!(text, "//! | {phase} | {events} | {phases} | {effects} |").expect("writing to a string succeeds");
        }
    }
    text
}

#[test]
fn the_documented_transitions_are_complete_and_correct() {
    let documented = documented();
    let (observed, counts) = observed(&documented);
    for phase in PHASES {
        for event in EVENTS {
            let pair = (phase.to_owned(), event.to_owned());
            assert!(observed.contains_key(&pair), "no script drives {phase} with {event}");
        }
    }
    let rare: Vec<_> = counts.iter().filter(|(_, count)| **count < 3).collect();
    assert_eq!(documented, observed, "the table should be\n{}\nrare: {rare:?}", rows(&observed));
}
