//! Checks that the transition table in the docs of [`watch`](super) is complete and correct.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::diagnosis::{Evidence, Place};
use crate::settings::Shape;
use crate::url::{PageUrl, Query};

const SOURCE: &str = include_str!("../watch.rs");

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Result {
    phases: BTreeSet<String>,
    effects: BTreeSet<String>,
}

type Table = BTreeMap<(String, String), Result>;

/// Adds a transition to the table.
fn add(table: &mut Table, before: &Phase, event: &Event, after: &Phase, effects: &[Effect]) {
    let event = match event {
        Event::ProbeEnded { outcome: ProbeOutcome::Redirected, .. } => "Redirected".to_owned(),
        _ => name(event),
    };
    let result = table.entry((name(before), event)).or_default();
    let is_forgotten = effects.contains(&Effect::Forget);
    result.phases.insert(if is_forgotten { "forgotten".to_owned() } else { name(after) });
    let listed = effects.iter().filter(|it| !matches!(it, Effect::SetAlarm { .. } | Effect::Forget));
    result.effects.extend(listed.map(name));
}

/// The name of an enum's variant.
fn name(value: &impl std::fmt::Debug) -> String {
    /// Keeps only the first word.
    struct Name(String);
    impl std::fmt::Write for Name {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            let word = text.split(|it: char| !it.is_ascii_alphanumeric()).next().unwrap_or_default();
            self.0.push_str(word);
            if word.len() == text.len() { Ok(()) } else { Err(std::fmt::Error) }
        }
    }
    let mut name = Name(String::new());
    let _ = write!(name, "{value:?}");
    name.0
}

static DOCUMENTED: LazyLock<Table> = LazyLock::new(documented);

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

/// A watch with its settings and a clock.
#[derive(Clone)]
struct State {
    watch: Watch,
    settings: Settings,
    now: Timestamp,
}

/// One thing that may happen.
#[derive(Clone)]
enum Act {
    Send(Event),
    /// The latest probe ends, or an older one ends again.
    EndProbe {
        ago: u32,
        outcome: ProbeOutcome,
    },
    /// Time passes until the alarm is due, and then this much more.
    Ring {
        late: Duration,
    },
    Pass(Duration),
    SetBack(Duration),
    Set(Settings),
}

impl State {
    fn new(settings: Settings) -> Self {
        let watch = Watch::new(url("/").origin().clone(), 7);
        Self { watch, settings, now: Timestamp::from_unix_millis(1_800_000_000_000) }
    }

    /// Performs an act and adds the transitions. An alarm that is due rings before any other event.
    fn perform(&mut self, act: &Act, table: &mut Table) {
        let event = match act {
            Act::Send(event) => event.clone(),
            Act::EndProbe { ago, outcome } => {
                Event::ProbeEnded { probe: self.watch.last_probe.saturating_sub(*ago), outcome: outcome.clone() }
            }
            Act::Ring { late } => {
                let Some(at) = self.watch.alarm_at() else { return };
                self.now = self.now.max(at).after(*late);
                Event::Alarm
            }
            Act::Pass(time) => {
                self.now = self.now.after(*time);
                return;
            }
            Act::SetBack(time) => {
                self.now = self.now.before(*time);
                return;
            }
            Act::Set(settings) => {
                self.settings = settings.clone();
                Event::SettingsChanged
            }
        };
        // If the clock was set back, the watch's times will move back with it.
        while event != Event::Alarm && self.watch.alarm_at().is_some_and(|at| at <= self.now.max(self.watch.seen)) {
            self.step(&Event::Alarm, table);
        }
        self.step(&event, table);
    }

    fn step(&mut self, event: &Event, table: &mut Table) {
        let before = self.watch.phase.clone();
        let (watch, effects) = self.watch.clone().step(&self.settings, self.now, event.clone());
        add(table, &before, event, &watch.phase, &effects);
        self.watch = if effects.contains(&Effect::Forget) { Watch::new(watch.origin, 7) } else { watch };
    }

    /// The traits that distinguish this state from others in its phase: those that the next steps depend on most, and the
    /// rest.
    #[expect(clippy::as_conversions, reason = "discriminants and short lengths fit")]
    fn traits(&self) -> ([u64; 12], [u64; 13]) {
        let Self { watch, settings, now } = self;
        let schedule = &watch.schedule;
        let within = |at: Option<Timestamp>, span| at.map_or(2, |at| u64::from(now.since(at) < span));
        let (detail, current) = match watch.phase {
            Phase::Waiting { reason, .. } | Phase::Probing { reason, .. } => (reason as u64, None),
            Phase::Navigating { tab, reason, progress, .. } => {
                let progress = match progress {
                    Progress::Loading { extensions } => 2 * extensions,
                    Progress::Asked { extensions } => 2 * extensions + 1,
                };
                (u64::from(progress) * 8 + reason as u64, Some(tab))
            }
            Phase::Manual { why, .. } => (why as u64, None),
            _ => (0, None),
        };
        let role = |nth: usize| {
            watch.tabs.get(nth).map_or(6, |tab| {
                let hold = match watch.hold_on(settings, tab) {
                    None => 0,
                    Some(HoldReason::Refused) => 1,
                    Some(_) => 2,
                };
                3 * u64::from(tab.visibility == Visibility::Visible) + hold
            })
        };
        let kind = |nth: usize| {
            watch.tabs.get(nth).map_or(9, |tab| {
                let is_plain = tab.url.query() == Query::Absent && tab.method == Method::Get;
                2 * u64::from(tab.isolation == Isolation::Shared) + u64::from(is_plain)
            })
        };
        let shown = |nth: usize| {
            watch.tabs.get(nth).map_or(9, |tab| {
                4 * u64::from(tab.shows == Shows::BrowserError)
                    + 2 * u64::from(tab.quick_reloads.min(1))
                    + u64::from(tab.is_refresh_stopped)
            })
        };
        let recent = schedule.requests_since(now.before(policy::BUDGET_WINDOW));
        let floor = schedule.not_before();
        let is_far = |ahead| u64::from(floor > now.after(ahead));
        let lasted =
            |minutes| u64::from(schedule.since().is_some_and(|since| now.since(since) >= Duration::from_mins(minutes)));
        let answer = 2 * schedule.remedy().map_or(9, |it| it as u64) + schedule.scope() as u64;
        (
            [
                detail,
                7 * role(0) + role(1),
                watch.queue.len() as u64,
                within(watch.stopped, policy::REMEMBER_STOP_FOR),
                within(schedule.healthy_since(), policy::HEALTHY_AFTER),
                3 * (is_far(Duration::ZERO) + is_far(policy::BUDGET_WINDOW))
                    + u64::from(recent > 0)
                    + u64::from(recent >= policy::BUDGET),
                3 * (lasted(50) + lasted(60) + lasted(24 * 60)) + watch.last_notice as u64,
                u64::from(schedule.offline_since().is_some()),
                u64::from(watch.is_contradicted()),
                u64::from(watch.mode(settings) == Mode::OnlyNotify),
                u64::from(settings.floor_s == 0),
                u64::from(schedule.incident() == IncidentState::Open),
            ],
            [
                answer,
                watch.redirects.min(policy::MOST_REDIRECTS).into(),
                watch.tabs.iter().position(|tab| Some(tab.id) == current).map_or(2, |nth| nth as u64),
                u64::from(watch.alarm_at().is_some_and(|at| at <= *now)),
                u64::from(watch.in_flight.is_some_and(|it| it.deadline > *now)),
                watch.trace.map_or(3, |trace| u64::from(trace.value == Trace::NoAnswer)),
                within(watch.trace_requested, policy::TRACE_EVERY),
                schedule.unanswered_probes().min(9).into(),
                u64::from(settings.trusted_origins.is_empty()),
                kind(0),
                kind(1),
                shown(0),
                shown(1),
            ],
        )
    }
}

/// Every transition that a breadth-first search finds.
///
/// The search keeps a state if it's the first in its phase with one of its traits, or with one of its pairs of main
/// traits. On each state that it keeps, it performs every act of [`acts`]. So it ends, and every run finds the same.
fn reachable() -> Table {
    let mut table = Table::new();
    let mut seen = Seen::new();
    for state in beginnings(&mut table) {
        let acts = acts(&state.settings);
        let mut kept = VecDeque::from([state]);
        while let Some(state) = kept.pop_front() {
            for act in &acts {
                let mut next = state.clone();
                next.perform(act, &mut table);
                if seen.is_new(&next) {
                    kept.push_back(next);
                }
            }
        }
    }
    table
}

/// Whether each pair of trait values was seen, for each phase.
struct Seen(Vec<bool>);

impl Seen {
    /// The most traits, and the most values of each.
    const TRAITS: usize = 32;
    const VALUES: usize = 64;

    fn new() -> Self {
        let pairs = (Self::TRAITS * Self::VALUES).pow(2);
        Self(vec![false; PHASES.len() * pairs])
    }

    /// Adds a state's traits; returns whether any of them, or any main pair, is new in its phase.
    fn is_new(&mut self, state: &State) -> bool {
        let all = Self::TRAITS * Self::VALUES;
        let (main, others) = state.traits();
        let phase = PHASES.iter().position(|phase| *phase == name(&state.watch.phase)).unwrap();
        let traits = (0..).zip(main.iter().chain(&others));
        let traits: Vec<usize> =
            traits.map(|(nth, value)| nth * Self::VALUES + usize::try_from(*value).unwrap()).collect();
        let mut is_new = false;
        for (nth, first) in traits.iter().enumerate() {
            let end = if nth < main.len() { main.len() } else { nth + 1 };
            for second in &traits[nth..end] {
                let seen = &mut self.0[(phase * all + first) * all + second];
                is_new |= !std::mem::replace(seen, true);
            }
        }
        is_new
    }
}

fn url(path: &str) -> PageUrl {
    PageUrl::parse(&format!("https://shop.example{path}")).unwrap()
}

fn error(code: &str) -> Diagnosis {
    Diagnosis::of_code(code.parse().unwrap())
}

/// A failure in a tab out of view.
fn failure(tab: i32, code: &str) -> Failure {
    let url = url(&format!("/page{tab}"));
    Failure { visibility: Visibility::Hidden, ..Failure::new(TabId(tab), url, error(code)) }
}

fn fail(failure: Failure) -> Act {
    Act::Send(Event::Failed(Box::new(failure)))
}

/// The states that the searches start from: with default settings, with settings that allow any wait, and after events
/// that a search wouldn't combine.
fn beginnings(table: &mut Table) -> Vec<State> {
    let usual = State::new(Settings::default());
    let hasty = State::new(Settings {
        floor_s: 0,
        schedule: Shape::Steps,
        steps_s: vec![0],
        code_floors_s: [(520, 0), (522, 0)].into(),
        ..Settings::default()
    });
    let mut fail_again = |mut state: State, until: fn(&State) -> bool| {
        while !until(&state) {
            state.perform(&Act::Ring { late: Duration::ZERO }, table);
            state.perform(&fail(failure(1, "522")), table);
        }
        state
    };
    let an_hour_old = fail_again(usual.clone(), |state| {
        state.watch.since().is_some_and(|since| state.now.since(since) > Duration::from_mins(50))
    });
    let over_budget =
        fail_again(hasty.clone(), |state| state.watch.schedule.requests_since(Timestamp::default()) >= policy::BUDGET);
    let mut reloading = hasty.clone();
    let beside = Failure { visibility: Visibility::Visible, ..failure(2, "520") };
    let acts = [
        fail(failure(1, "520")),
        fail(beside),
        Act::Send(Event::Pressed(Choice::ReloadNow { tab: Some(TabId(1)) })),
        Act::EndProbe { ago: 0, outcome: ProbeOutcome::NoAnswer },
    ];
    for act in &acts {
        reloading.perform(act, table);
    }
    let mut left_offline = usual.clone();
    let acts = [
        fail(failure(1, "522")),
        fail(failure(2, "522")),
        Act::Send(Event::Offline),
        Act::Send(Event::Pressed(Choice::ReloadAtFloor { tab: TabId(1) })),
        Act::Send(Event::Left { tab: TabId(1) }),
    ];
    for act in &acts {
        left_offline.perform(act, table);
    }
    vec![an_hour_old, usual, hasty, over_budget, reloading, left_offline]
}

/// Everything that may happen, in each variation that matters.
fn acts(settings: &Settings) -> Vec<Act> {
    const MINUTE: Duration = Duration::from_mins(1);
    const DAY: Duration = Duration::from_hours(25);
    let mut acts = vec![
        Act::Ring { late: Duration::ZERO },
        Act::Ring { late: 3 * MINUTE },
        Act::Ring { late: DAY },
        Act::Pass(Duration::from_secs(20)),
        Act::Pass(12 * MINUTE),
        Act::Pass(61 * MINUTE),
        Act::Pass(DAY),
        Act::SetBack(10 * MINUTE),
    ];
    let events = [
        Event::Alarm,
        Event::Offline,
        Event::Online,
        Event::Started { tabs: TabNumbers::Kept },
        Event::Started { tabs: TabNumbers::Renewed { since: Timestamp::from_unix_millis(i64::MAX) } },
        Event::IncidentOpen,
        Event::IncidentOver,
        Event::Traced { trace: Trace::Edge { data_centre: None } },
        Event::Traced { trace: Trace::NotEdge },
        Event::Traced { trace: Trace::NoAnswer },
        Event::Pressed(Choice::ReloadNow { tab: None }),
        Event::Pressed(Choice::Stop),
        Event::Pressed(Choice::Resume),
        Event::Pressed(Choice::OnlyNotify),
        Event::Pressed(Choice::BringBack),
        Event::Pressed(Choice::TrustOrigin),
    ];
    acts.extend(events.map(Act::Send));
    let trusting = [url("/").origin().as_str().to_owned()].into();
    let settings = [
        settings.clone(),
        Settings { mode: Mode::OnlyNotify, ..settings.clone() },
        Settings { trusted_origins: trusting, ..settings.clone() },
    ];
    acts.extend(settings.map(Act::Set));
    let failing = |diagnosis| ProbeOutcome::Failing { diagnosis: Box::new(diagnosis) };
    let asking = |code| Diagnosis { retry_after: Some(DAY), ..error(code) };
    let outcomes = [
        failing(error("522")),
        failing(error("525")),
        failing(error("1020")),
        failing(asking("522")),
        failing(asking("525")),
        ProbeOutcome::Recovered,
        ProbeOutcome::Barred,
        ProbeOutcome::Redirected,
        ProbeOutcome::NoAnswer,
    ];
    acts.extend(outcomes.map(|outcome| Act::EndProbe { ago: 0, outcome }));
    let late = [ProbeOutcome::Recovered, ProbeOutcome::Redirected];
    acts.extend(late.map(|outcome| Act::EndProbe { ago: 1, outcome }));
    for number in 1..=2 {
        let tab = TabId(number);
        let events = [
            Event::Loaded { tab },
            Event::Loading { tab },
            Event::Left { tab },
            Event::Unreachable { tab },
            Event::Visibility { tab, visibility: Visibility::Visible },
            Event::Visibility { tab, visibility: Visibility::Hidden },
            Event::Pressed(Choice::ReloadNow { tab: Some(tab) }),
            Event::Pressed(Choice::ReloadAtFloor { tab }),
            Event::Pressed(Choice::StopRefresh { tab }),
            Event::Pressed(Choice::Leave { tab }),
        ];
        acts.extend(events.map(Act::Send));
        let page = |code| failure(number, code);
        let at = |query| url(&format!("/page{number}{query}"));
        let evidence = Evidence { marker: "reloads-itself".into(), found: String::new(), place: Place::Body };
        let usual = [
            page("522"),
            page("520"),
            page("1020"),
            Failure { visibility: Visibility::Visible, ..page("522") },
            Failure { unsaved_input: UnsavedInput::Some, ..page("522") },
            Failure { sighting: Sighting::Repeated, ..page("522") },
        ];
        acts.extend(usual.map(fail));
        if number > 1 {
            continue;
        }
        let others = [
            page("524"),
            page("525"),
            page("1015"),
            Failure { diagnosis: Diagnosis { evidence: vec![evidence], ..error("522") }, ..page("522") },
            Failure { url: at("?page=2"), ..page("522") },
            Failure { url: at("?token=x"), ..page("522") },
            Failure { method: Method::Unknown, ..page("522") },
            Failure { method: Method::Other, ..page("522") },
            Failure { isolation: Isolation::Private, ..page("522") },
            Failure { sighting: Sighting::Repeated, ..page("1020") },
        ];
        acts.extend(others.map(fail));
    }
    acts
}

#[test]
fn the_documented_transitions_are_complete_and_correct() {
    let reachable = reachable();
    for phase in PHASES {
        for event in EVENTS {
            let pair = (phase.to_owned(), event.to_owned());
            assert!(reachable.contains_key(&pair), "nothing drives {phase} with {event}");
        }
    }
    assert_eq!(*DOCUMENTED, reachable, "the table should be\n{}", rows(&reachable));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    // The search doesn't continue from every state, so random walks look for transitions that it missed.
    #[test]
    fn random_walks_stay_within_the_table(
        beginning in any::<proptest::sample::Index>(),
        walk in proptest::collection::vec(any::<proptest::sample::Index>(), 0..60),
    ) {
        let mut table = Table::new();
        let mut beginnings = beginnings(&mut table);
        let mut state = beginnings.swap_remove(beginning.index(beginnings.len()));
        let acts = acts(&state.settings);
        for act in walk {
            state.perform(act.get(&acts), &mut table);
        }
        for (pair, result) in &table {
            let row = &DOCUMENTED[pair];
            prop_assert!(result.phases.is_subset(&row.phases), "{pair:?}: {:?}", result.phases);
            prop_assert!(result.effects.is_subset(&row.effects), "{pair:?}: {:?}", result.effects);
        }
    }
}
