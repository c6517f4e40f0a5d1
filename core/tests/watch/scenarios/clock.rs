//! Clocks, sleep, connections and restarts.

use rayback_core::settings::{Settings, Shape};
use rayback_core::watch::{Effect, Event, Phase, RestoreError, TabId, TabNumbers, Watch};

use crate::world::{World, failure, failure_in_view, is_request, minutes, navigated, seconds};

fn every_15_minutes() -> World {
    World::with(Settings { schedule: Shape::Steps, steps_s: vec![900], ..Settings::default() })
}

#[test]
fn time_offline_does_not_count_and_checks_resume_soon_after() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.pass(seconds(60));
    world.send(Event::Offline);
    assert!(matches!(world.watch.phase(), Phase::Offline { .. }));
    let since = world.watch.since().unwrap();
    world.pass(minutes(600));
    assert!(!world.send(Event::Alarm).iter().any(is_request));
    world.send(Event::Online);
    assert!(world.wait() >= seconds(5) && world.wait() <= seconds(15), "{:?}", world.wait());
    assert_eq!(world.watch.since().unwrap(), since.after(minutes(600)));
    assert_eq!(world.watch.attempts(), 0);
}

#[test]
fn a_short_connection_loss_does_not_undercut_the_floor() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.send(Event::Offline);
    world.pass(seconds(10));
    world.send(Event::Online);
    assert!(world.wait() >= seconds(110));
}

#[test]
fn a_machine_that_slept_past_the_alarm_checks_soon_after_resuming_and_does_not_count_the_sleep() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.pass(minutes(480));
    let effects = world.send(Event::Alarm);
    assert!(!effects.iter().any(is_request));
    assert!(world.wait() <= seconds(15));
    assert!(world.now.since(world.watch.since().unwrap()) < minutes(5));
    assert!(world.ring().iter().any(is_request));
}

#[test]
fn a_watch_that_is_late_every_time_still_makes_its_attempts() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    for _ in 0..5 {
        let mut effects = Vec::new();
        for _ in 0..2 {
            world.now = world.watch.alarm_at().unwrap().after(minutes(5));
            effects.extend(world.send(Event::Alarm));
        }
        assert!(effects.iter().any(is_request), "no attempt in two late alarms: {:?}", world.watch.phase());
        world.still(522);
    }
}

#[test]
fn a_clock_set_back_does_not_change_the_wait() {
    let mut world = every_15_minutes();
    world.fail(failure(1, 522));
    let wait = world.wait();
    world.now = world.now.before(minutes(60 * 24 * 365));
    let effects = world.send(Event::Alarm);
    assert!(!effects.iter().any(is_request));
    assert_eq!(world.wait(), wait);
    assert!(effects.contains(&Effect::SetAlarm { at: world.watch.alarm_at().unwrap() }));
}

#[test]
fn an_early_or_repeated_alarm_is_only_set_again() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    let at = world.watch.alarm_at().unwrap();
    for _ in 0..3 {
        assert_eq!(world.send(Event::Alarm), [Effect::SetAlarm { at }]);
    }
}

#[test]
fn a_lost_alarm_is_set_again_at_the_workers_start() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    let at = world.watch.alarm_at().unwrap();
    assert_eq!(world.send(Event::Started { tabs: TabNumbers::Kept }), [Effect::SetAlarm { at }]);
}

#[test]
fn a_restored_session_finds_its_state_by_address() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.ring();
    world.still(522);
    let since = world.watch.since();
    world.pass(seconds(30));
    world.send(Event::Started { tabs: TabNumbers::Renewed { since: world.now } });
    assert!(world.watch.tabs().is_empty());
    world.fail(failure(71, 522));
    assert_eq!(world.watch.since(), since);
    assert_eq!(world.watch.tabs()[0].id, TabId(71));
    assert!(world.ring().iter().any(is_request));
}

#[test]
fn a_session_that_is_restored_tab_by_tab_finds_its_state_within_the_hour() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.ring();
    world.still(522);
    let since = world.watch.since();
    world.pass(seconds(1));
    world.send(Event::Started { tabs: TabNumbers::Renewed { since: world.now } });
    assert!(!world.ring().iter().any(is_request));
    assert!(matches!(world.watch.phase(), Phase::Idle { .. }));
    world.pass(minutes(20));
    world.fail(failure(71, 522));
    assert_eq!(world.watch.since(), since);
}

#[test]
fn a_start_that_comes_late_keeps_the_tabs_reported_since() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.pass(seconds(30));
    let since = world.now;
    world.fail(failure(71, 522));
    for _ in 0..2 {
        world.pass(seconds(30));
        world.send(Event::Started { tabs: TabNumbers::Renewed { since } });
        assert_eq!(world.watch.tabs().iter().map(|tab| tab.id).collect::<Vec<_>>(), [TabId(71)]);
    }
}

#[test]
fn a_probe_lost_with_its_worker_fails_at_its_deadline() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    world.ring();
    let effects = world.send(Event::Started { tabs: TabNumbers::Kept });
    assert!(!effects.iter().any(is_request));
    world.ring();
    assert!(matches!(world.watch.phase(), Phase::Waiting { .. }));
}

#[test]
fn a_navigation_interrupted_by_sleep_is_checked() {
    let mut world = World::new();
    world.fail(failure(1, 524));
    assert_eq!(navigated(&world.ring()), Some(TabId(1)));
    world.pass(minutes(300));
    let effects = world.send(Event::Alarm);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask { tab: TabId(1), .. })), "{effects:?}");
}

#[test]
fn stored_state_of_another_version_is_rejected_with_its_version() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    let other = world.watch.store().replacen(&format!("\"version\":{}", Watch::VERSION), "\"version\":9", 1);
    assert_eq!(Watch::restore(&other), Err(RestoreError::Version { found: 9 }));
}

#[test]
fn damaged_state_is_rejected_without_revealing_its_content() {
    let Err(error) = Watch::restore(r#"{"version":2,"origin":"https://secret.example""#) else { panic!("accepted") };
    assert!(matches!(error, RestoreError::Damaged { .. }));
    assert!(!error.to_string().contains("secret"));
}
