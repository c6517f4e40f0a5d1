//! The length of each wait.

use rayback_core::catalog;
use rayback_core::retry::Pace;
use rayback_core::settings::{Install, Settings, Shape};
use rayback_core::watch::{Event, HoldReason, Notice, Phase, ProbeOutcome, TabId, Visibility};

use crate::world::{World, error, failure, failure_in_view, minutes, noticed, seconds};

/// Whether a wait is this base plus jitter.
fn is_about(wait: std::time::Duration, base: std::time::Duration) -> bool {
    wait >= base && wait <= base + base / 4
}

#[test]
fn the_first_wait_is_the_floor_of_the_code() {
    for (code, floor) in [(522, 120), (520, 60), (502, 60), (500, 30), (1033, 120)] {
        let mut world = World::with(Settings { floor_s: 30, ..Settings::default() });
        world.fail(failure(1, code));
        assert!(is_about(world.wait(), seconds(floor)), "{code}: {:?}", world.wait());
    }
}

#[test]
fn a_code_without_its_own_floor_has_the_settings_floor() {
    let mut world = World::with(Settings { floor_s: 90, ..Settings::default() });
    world.fail(failure(1, 503));
    assert!(is_about(world.wait(), seconds(90)));
}

#[test]
fn a_probes_retry_after_overrides_the_table() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    world.ring();
    let mut diagnosis = error(522);
    diagnosis.retry_after = Some(seconds(1000));
    world.answer(ProbeOutcome::Failing { diagnosis: Box::new(diagnosis) });
    assert!(is_about(world.wait(), seconds(1000)), "{:?}", world.wait());
}

#[test]
fn the_users_floor_for_a_code_replaces_the_tables() {
    let mut settings = Settings::default();
    settings.code_floors_s.insert(522, 600);
    let mut world = World::with(settings);
    world.fail(failure(1, 522));
    assert!(is_about(world.wait(), seconds(600)));
}

#[test]
fn neither_settings_nor_the_users_floor_undercut_cloudflares_wait() {
    let asked = |code: u16| catalog::entry(code.to_string().parse().unwrap()).unwrap().retry_after().unwrap();
    for code in [502, 520, 522, 524, 1015, 1033] {
        let settings = Settings {
            schedule: Shape::Steps,
            steps_s: vec![30],
            floor_s: 30,
            code_floors_s: [(code, 0)].into(),
            ..Settings::default()
        };
        let mut world = World::with(settings.clamped(Install::Normal));
        world.fail(failure_in_view(1, code));
        assert!(world.wait() >= asked(code), "{code}: {:?}", world.wait());
    }
}

#[test]
fn an_answers_own_wait_never_undercuts_the_users_floor_for_its_code() {
    let settings = Settings { code_floors_s: [(1015, 90)].into(), ..Settings::default() };
    let mut world = World::with(settings);
    let mut limited = failure(1, 1015);
    limited.diagnosis.retry_after = Some(seconds(10));
    world.fail(limited);
    assert!(is_about(world.wait(), seconds(90)), "{:?}", world.wait());
}

#[test]
fn no_response_can_shorten_the_wait_below_thirty_seconds() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 520));
    world.ring();
    let mut diagnosis = error(520);
    diagnosis.retry_after = Some(seconds(0));
    world.answer(ProbeOutcome::Failing { diagnosis: Box::new(diagnosis) });
    world.send(Event::Visibility { tab: TabId(1), visibility: Visibility::Visible });
    assert!(world.wait() >= seconds(30), "{:?}", world.wait());
}

#[test]
fn waits_grow_with_the_duration_of_the_failure() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    let begun = world.now;
    world.keep_failing(522, minutes(20));
    let lasted = world.now.since(begun);
    assert!(world.wait() >= lasted * 2 / 5, "{:?} after {lasted:?}", world.wait());
    assert!(world.wait() <= lasted * 7 / 10 * 5 / 4, "{:?} after {lasted:?}", world.wait());
}

#[test]
fn the_classic_preset_waits_1_5_and_15_minutes_unless_a_floor_is_higher() {
    let mut world = World::with(Settings { schedule: Shape::Classic, ..Settings::default() });
    world.fail(failure(1, 502));
    for base in [1, 5, 15, 15] {
        assert!(is_about(world.wait(), minutes(base)), "{base}: {:?}", world.wait());
        world.ring();
        world.still(502);
    }
}

#[test]
fn the_users_steps_are_kept_and_the_last_one_repeats() {
    let settings = Settings { schedule: Shape::Steps, steps_s: vec![200, 400], ..Settings::default() };
    let mut world = World::with(settings);
    world.fail(failure(1, 522));
    for base in [200, 400, 400] {
        assert!(is_about(world.wait(), seconds(base)), "{base}: {:?}", world.wait());
        world.ring();
        world.still(522);
    }
}

#[test]
fn watches_with_different_seeds_have_different_waits() {
    let waits: std::collections::BTreeSet<_> = (0..50)
        .map(|seed| {
            let mut world = World::seeded(seed);
            world.fail(failure(1, 522));
            world.wait()
        })
        .collect();
    assert!(waits.len() > 45, "{}", waits.len());
}

#[test]
fn after_an_hour_of_failure_the_user_is_notified_once_and_checks_run_every_30_to_60_minutes_for_a_day() {
    let mut world = World::new();
    world.fail(failure(1, 521));
    let begun = world.now;
    let mut notices = Vec::new();
    while !matches!(world.watch.phase(), Phase::Manual { .. }) {
        notices.extend(noticed(&world.ring()));
        if matches!(world.watch.phase(), Phase::Navigating { .. }) {
            notices.extend(noticed(&world.still(521)));
        }
        if let Phase::Waiting { pace: Pace::NotReachable, .. } = world.watch.phase() {
            assert!(world.wait() >= minutes(30) && world.wait() <= minutes(60), "{:?}", world.wait());
        } else {
            assert!(world.now.since(begun) < minutes(60) || world.now.since(begun) >= minutes(24 * 60));
        }
    }
    assert_eq!(notices, [Notice::NotReachable]);
    assert!(matches!(world.watch.phase(), Phase::Manual { why: HoldReason::DayOver, .. }));
}

#[test]
fn for_a_visible_tab_waits_stay_within_five_minutes_for_an_hour() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    let begun = world.now;
    while world.now.since(begun) < minutes(59) {
        assert!(world.wait() <= minutes(5), "{:?}", world.wait());
        world.ring();
        world.still(522);
    }
}

#[test]
fn a_visible_tab_does_not_shorten_a_slower_remedys_wait() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 525));
    assert!(world.wait() >= minutes(30));
}

#[test]
fn a_certificate_error_is_checked_once_after_half_an_hour() {
    let mut world = World::new();
    world.fail(failure(1, 526));
    assert!(is_about(world.wait(), minutes(30)));
    world.ring();
    world.still(526);
    assert!(matches!(world.watch.phase(), Phase::Manual { why: HoldReason::AttemptsUsed, .. }));
}

#[test]
fn a_worker_exception_is_checked_once_after_a_minute() {
    let mut world = World::new();
    world.fail(failure(1, 1101));
    assert!(is_about(world.wait(), seconds(60)));
    world.ring();
    world.still(1101);
    assert!(matches!(world.watch.phase(), Phase::Manual { why: HoldReason::AttemptsUsed, .. }));
}

#[test]
fn a_rate_limits_wait_doubles_each_time_up_to_five_attempts() {
    let mut world = World::with(Settings { floor_s: 30, ..Settings::default() });
    world.fail(failure(1, 1015));
    for base in [30, 60, 120, 240, 480] {
        assert!(is_about(world.wait(), seconds(base)), "{base}: {:?}", world.wait());
        world.ring();
        world.still(1015);
    }
    assert!(matches!(world.watch.phase(), Phase::Manual { why: HoldReason::AttemptsUsed, .. }));
}

#[test]
fn an_open_incident_extends_waits_to_fifteen_minutes_and_its_end_brings_the_attempt_forward() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.send(Event::IncidentOpen);
    assert!(is_about(world.wait(), minutes(15)));
    assert!(matches!(world.watch.phase(), Phase::Waiting { pace: Pace::Incident, .. }));
    world.pass(minutes(5));
    world.send(Event::IncidentOver);
    assert!(world.wait() <= seconds(60), "{:?}", world.wait());
}

#[test]
fn returning_to_the_tab_brings_the_attempt_forward_to_the_floor_at_most() {
    let mut world = World::with(Settings { schedule: Shape::Steps, steps_s: vec![900], ..Settings::default() });
    world.fail(failure(1, 522));
    world.pass(seconds(20));
    world.send(Event::Visibility { tab: TabId(1), visibility: Visibility::Visible });
    assert_eq!(world.wait(), seconds(100));
}
