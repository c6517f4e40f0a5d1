//! Every state of the first glance.

use super::*;
use crate::catalog::{self, Form};
use crate::diagnosis::{Diagnosis, Evidence, Place, SelfReload};
use crate::fault::{Reach, Situation, judge};
use crate::outside::trace::Trace;
use crate::retry::Pace;
use crate::settings::Mode;
use crate::time::Timestamp;
use crate::view::Tone;
use crate::watch::{Confirmation, Progress, TabId};
use crate::words::Words;

const NOW: Timestamp = Timestamp::from_unix_millis(1_795_000_000_000);

/// Words before *Details*, buttons and the way to the page included.
const MOST_WORDS: usize = 45;
const MOST_WORDS_OF_A_STUCK_CHALLENGE: usize = 80;

const HOLDS: [Option<HoldReason>; 10] = [
    None,
    Some(HoldReason::Refused),
    Some(HoldReason::NotCloudflare),
    Some(HoldReason::AttemptsUsed),
    Some(HoldReason::DayOver),
    Some(HoldReason::NotGet),
    Some(HoldReason::MethodUnknown),
    Some(HoldReason::UnsavedInput),
    Some(HoldReason::OneTimeLink),
    Some(HoldReason::OnlyNotify),
];

const TRACES: [Option<Trace>; 4] =
    [None, Some(Trace::Edge { data_centre: None }), Some(Trace::NotEdge), Some(Trace::NoAnswer)];

fn phases() -> Vec<Phase> {
    let at = NOW.after(core::time::Duration::from_secs(118));
    let mut phases = Vec::new();
    for reason in [Reason::Schedule, Reason::User, Reason::Recovery] {
        for pace in [Pace::Schedule, Pace::Remedy, Pace::Incident, Pace::NotReachable] {
            phases.push(Phase::Waiting { at, pace, reason });
        }
        phases.push(Phase::Probing { probe: 1, deadline: at, reason });
        let progress = Progress::Loading { extensions: 0 };
        phases.push(Phase::Navigating { tab: TabId(7), deadline: at, reason, progress });
    }
    phases.extend(HOLDS.into_iter().flatten().map(|why| Phase::Manual { why, check_at: at }));
    phases.extend([
        Phase::Offline { since: NOW, check_at: at },
        Phase::Stopped { since: NOW, check_at: at },
        Phase::AwaitingClick { check_at: at },
        Phase::Back { until: at },
    ]);
    phases
}

/// A page of each code and form, and of each kind without a code.
fn pages() -> Vec<Diagnosis> {
    let mut pages = Vec::new();
    for entry in catalog::all() {
        for form in [Form::Branded, Form::Unbranded] {
            pages.push(Diagnosis { form, ..Diagnosis::of_code(entry.code) });
        }
    }
    for kind in Kind::ALL.iter().copied() {
        pages.push(Diagnosis { kind, code: None, ..page("403") });
    }
    pages.push(stuck());
    pages
}

fn page(code: &str) -> Diagnosis {
    Diagnosis::of_code(code.parse().unwrap())
}

fn stuck() -> Diagnosis {
    let evidence = Evidence { marker: "challenge-stuck".into(), found: String::new(), place: Place::Body };
    let stuck = Diagnosis { kind: Kind::Challenge, code: None, evidence: vec![evidence], ..page("403") };
    assert!(stuck.is_stuck_challenge());
    stuck
}

fn verdicts() -> impl Iterator<Item = Verdict> {
    Suspect::ALL.iter().flat_map(|suspect| {
        [Certainty::Possible, Certainty::Likely, Certainty::AlmostCertain].map(|certainty| Verdict {
            suspect: *suspect,
            certainty,
            reach: Reach::NotFromHere,
            evidence: Vec::new(),
        })
    })
}

fn judged(page: &Diagnosis, trace: Option<Trace>) -> Verdict {
    let trace = trace.map(|trace| crate::time::Dated::new(trace, NOW));
    judge(&Situation { trace, ..Situation::of_page("shop.example", page, NOW) })
}

fn confirmation(trace: Option<Trace>) -> Confirmation {
    match trace {
        None => Confirmation::Pending,
        Some(Trace::Edge { .. }) => Confirmation::Confirmed,
        Some(Trace::NotEdge) => Confirmation::Contradicted,
        Some(Trace::NoAnswer) => Confirmation::Unknown,
    }
}

fn case<'a>(words: &'a Words, diagnosis: &'a Diagnosis, phase: &'a Phase) -> Case<'a> {
    Case {
        words,
        host: "shop.example",
        diagnosis,
        tab: Some(TabId(7)),
        phase,
        hold: None,
        mode: Mode::BringBack,
        confirmation: Confirmation::Unknown,
        self_reload: None,
        restless: None,
        city: None,
        waiting_since: NOW,
        is_private: false,
    }
}

/// Every state: each page with what it shows itself in each phase, and each page with each verdict.
fn every_state(mut look: impl FnMut(&Case<'_>, &Verdict, &GlanceView)) {
    let words = Words::english().unwrap();
    let (pages, phases) = (pages(), phases());
    let mut see = |case: Case<'_>, verdict: &Verdict| look(&case, verdict, &case.glance(verdict));
    for page in &pages {
        for trace in TRACES {
            let city = matches!(trace, Some(Trace::Edge { .. })).then_some("Frankfurt");
            let verdict = judged(page, trace);
            let confirmation = confirmation(trace);
            for phase in &phases {
                for hold in HOLDS {
                    see(Case { hold, confirmation, city, ..case(&words, page, phase) }, &verdict);
                }
                for how in [SelfReload::Refresh, SelfReload::Script] {
                    let (self_reload, hold) = (Some(how), Some(HoldReason::Refused));
                    let restless = (how == SelfReload::Script).then_some(TabId(7));
                    see(
                        Case { hold, confirmation, self_reload, restless, city, ..case(&words, page, phase) },
                        &verdict,
                    );
                }
                let mode = Mode::OnlyNotify;
                see(
                    Case { hold: Some(HoldReason::OnlyNotify), mode, confirmation, city, ..case(&words, page, phase) },
                    &verdict,
                );
            }
        }
    }
    for page in representatives(&words, &pages) {
        for verdict in verdicts() {
            let confirmation = Confirmation::Confirmed;
            for phase in &phases {
                for hold in [None, Some(HoldReason::NotGet)] {
                    see(Case { hold, confirmation, city: Some("Frankfurt"), ..case(&words, page, phase) }, &verdict);
                }
            }
        }
    }
}

/// Of the pages that differ only in what happened, the one with the longest text.
fn representatives<'a>(words: &Words, pages: &'a [Diagnosis]) -> Vec<&'a Diagnosis> {
    let mut longest = std::collections::BTreeMap::new();
    for page in pages {
        let meaning = page.meaning();
        let alike =
            (page.kind.id(), page.is_stuck_challenge(), meaning.stage.id(), meaning.party.id(), page.code.is_some());
        let length = count(short_cause(page, words));
        let best = longest.entry(alike).or_insert((length, page));
        if length > best.0 {
            *best = (length, page);
        }
    }
    longest.into_values().map(|(_, page)| page).collect()
}

/// What's read before *Details*, one text a line.
fn texts(case: &Case<'_>, view: &GlanceView) -> Vec<String> {
    let mut texts = vec![view.headline.clone()];
    texts.extend([&view.why, &view.error, &view.after, &view.leave].into_iter().flatten().cloned());
    for stop in view.path.iter().flat_map(|path| &path.stops) {
        texts.extend([stop.name.clone(), stop.text.clone()]);
    }
    for suspicion in &view.suspicions {
        texts.extend([suspicion.title.clone(), suspicion.text.clone(), suspicion.likelihood.clone()]);
    }
    if let Some(state) = &view.state {
        texts.push(state.text.text.replace("{time}", "10:58 PM"));
        texts.extend(state.then.clone());
    }
    texts.extend(view.choices.iter().map(|choice| choice.label.clone()));
    if view.reports {
        texts.push(case.words.get(key::more::REPORT).to_owned());
    }
    texts.push(case.words.get(key::glance::details::LABEL).to_owned());
    texts
}

fn count(text: &str) -> usize {
    text.split_whitespace().filter(|word| *word != "·").count()
}

#[test]
fn in_every_state_at_most_45_words_are_before_the_details() {
    let (mut longest, mut too_long) = (0, std::collections::BTreeMap::new());
    every_state(|case, _, view| {
        let texts = texts(case, view);
        let words = texts.iter().map(|text| count(text)).sum::<usize>();
        let is_stuck = !view.suspicions.is_empty();
        let most = if is_stuck { MOST_WORDS_OF_A_STUCK_CHALLENGE } else { MOST_WORDS };
        if words > most {
            too_long.insert(view.why.clone(), format!("{words} words: {texts:?}"));
        }
        assert!(count(&view.headline) <= 8, "{}", view.headline);
        assert!((1..=8).contains(&count(&view.chip)), "{}", view.chip);
        longest = longest.max(words);
    });
    assert!(too_long.is_empty(), "{too_long:#?}");
    assert!(longest > 30, "the states are really counted: {longest}");
}

#[test]
fn in_every_state_at_most_one_button_stands_out() {
    every_state(|_, _, view| {
        let loud = view.choices.iter().filter(|choice| choice.emphasis != Emphasis::Plain).count();
        let loud = loud + usize::from(view.leave.is_some()) + usize::from(view.reports);
        assert!(loud <= 1, "{view:?}");
    });
}

#[test]
fn a_danger_comes_first_and_offers_only_the_way_out() {
    every_state(|case, _, view| {
        let is_danger = matches!(case.diagnosis.kind, Kind::Imitation | Kind::Warning);
        assert_eq!(view.is_danger, is_danger, "{view:?}");
        if is_danger {
            assert!(view.leave.is_some() && view.path.is_none() && view.state.is_none(), "{view:?}");
            assert!(view.choices.iter().all(|choice| choice.choice == Choice::Stop), "{view:?}");
        }
    });
}

#[test]
fn being_offline_comes_before_everything_but_danger() {
    every_state(|case, verdict, view| {
        let is_offline = matches!(case.phase, Phase::Offline { .. }) || verdict.suspect == Suspect::Offline;
        if !view.is_danger {
            assert_eq!(view.headline == "You're offline.", is_offline, "{view:?}");
        }
    });
}

#[test]
fn what_keeps_a_page_from_being_reloaded_is_said_in_every_state_but_danger_and_offline() {
    every_state(|case, _, view| {
        let about = match case.hold {
            Some(HoldReason::NotGet | HoldReason::MethodUnknown) => "form",
            Some(HoldReason::UnsavedInput) => "typed",
            Some(HoldReason::OneTimeLink) => "only once",
            _ => return,
        };
        let is_silent = view.is_danger
            || view.headline == "You're offline."
            || matches!(case.phase, Phase::Navigating { .. } | Phase::Manual { .. } | Phase::Back { .. });
        // A check that runs reloads the page itself, and nothing else is in question.
        let is_running = case.diagnosis.kind == Kind::Challenge && !case.diagnosis.is_stuck_challenge();
        if !is_silent && !is_running {
            assert!(format!("{view:?}").contains(about), "{about}: {:?} {view:?}", case.phase);
        }
    });
}

#[test]
fn stop_and_recovery_change_the_headline_and_nothing_else_does() {
    let words = Words::english().unwrap();
    for page in pages() {
        let verdict = judged(&page, None);
        let lines: std::collections::BTreeSet<_> = phases()
            .iter()
            .filter(|phase| {
                !matches!(
                    phase,
                    Phase::Stopped { .. }
                        | Phase::AwaitingClick { .. }
                        | Phase::Back { .. }
                        | Phase::Offline { .. }
                        | Phase::Navigating { reason: Reason::Recovery, .. }
                )
            })
            .map(|phase| case(&words, &page, phase).glance(&verdict).headline)
            .collect();
        assert_eq!(lines.len(), 1, "{lines:?}");
    }
}

#[test]
fn before_the_edge_has_answered_the_way_through_cloudflare_is_not_vouched_for() {
    every_state(|case, verdict, view| {
        let Some(path) = view.path.as_ref().filter(|_| !case.is_confirmed()) else { return };
        let is_back = view.headline.ends_with("is back.");
        let [_, cloudflare, _] = &path.stops;
        let is_edges_own = matches!(verdict.suspect, Suspect::Visitor | Suspect::Network);
        assert!(cloudflare.mark != Mark::Ok || is_back || is_edges_own, "{path:?}");
    });
}

#[test]
fn a_mere_possibility_is_worded_as_one() {
    every_state(|_, verdict, view| {
        if verdict.certainty == Certainty::Possible && verdict.suspect != Suspect::Imitation {
            assert!(!view.headline.starts_with("It's"), "{view:?}");
        }
    });
}

#[test]
fn the_broken_leg_of_a_522_is_shown_in_words_and_by_a_mark() {
    let words = Words::english().unwrap();
    let page = page("522");
    let phases = phases();
    let trace = Some(Trace::Edge { data_centre: None });
    let case =
        Case { confirmation: Confirmation::Confirmed, city: Some("Frankfurt"), ..case(&words, &page, &phases[0]) };
    let view = case.glance(&judged(&page, trace));
    let stops = view.path.unwrap().stops.map(|stop| (stop.name, stop.text, stop.leg, stop.mark));
    let expected = [
        ("You", "OK", Mark::Ok, Mark::Ok),
        ("Cloudflare", "Frankfurt\u{a0}· OK", Mark::Ok, Mark::Ok),
        ("shop.example", "Unreachable", Mark::Fail, Mark::Fail),
    ];
    assert_eq!(stops, expected.map(|(name, text, leg, mark)| (name.to_owned(), text.to_owned(), leg, mark)));
    assert_eq!(view.state.map(|state| state.tone), Some(Tone::Active));
}
