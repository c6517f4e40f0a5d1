//! One schedule per host, regardless of the number of tabs.

use rayback_core::watch::{Effect, Event, Failure, HoldReason, Phase, Sighting, TabId};

use crate::world::{World, failure, is_request, minutes, seconds};

#[test]
fn fifty_tabs_make_one_request() {
    let mut world = World::new();
    for tab in 1..=50 {
        world.fail(failure(tab, 522));
        world.pass(seconds(1));
    }
    let requests = world.ring_until_request().iter().filter(|effect| is_request(effect)).count();
    assert_eq!(requests, 1);
    assert_eq!(world.watch.tabs().len(), 50);
}

#[test]
fn closing_the_last_tab_ends_the_requests_and_the_watch() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.send(Event::Left { tab: TabId(1) });
    assert!(matches!(world.watch.phase(), Phase::Idle { .. }));
    let effects = world.ring();
    assert!(effects.contains(&Effect::Forget) && !effects.iter().any(is_request));
}

#[test]
fn closing_and_reopening_a_tab_does_not_undercut_the_floor() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.send(Event::Left { tab: TabId(1) });
    world.pass(seconds(100));
    world.fail(failure(2, 522));
    assert!(world.wait() >= seconds(120));
}

#[test]
fn a_blocked_page_does_not_end_the_watch_and_is_not_reloaded_with_the_others() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.fail(failure(2, 1020));
    assert!(matches!(world.watch.phase(), Phase::Waiting { .. }));
    assert_eq!(world.watch.hold(&world.settings, TabId(2)), Some(HoldReason::Refused));
    assert_eq!(world.watch.hold(&world.settings, TabId(1)), None);
    world.ring_until_request();
    let effects = world.send(Event::Loaded { tab: TabId(1) });
    assert!(!effects.iter().any(is_request));
}

#[test]
fn an_already_open_document_delays_nothing() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    let at = world.watch.alarm_at();
    world.pass(seconds(60));
    world.fail(Failure { sighting: Sighting::Repeated, ..failure(1, 522) });
    assert_eq!(world.watch.alarm_at(), at);
}

#[test]
fn a_manual_reload_restarts_the_floor() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.pass(seconds(100));
    world.fail(failure(1, 522));
    assert!(world.wait() >= seconds(120));
}

#[test]
fn tabs_are_queried_hourly_while_nothing_is_scheduled() {
    let mut world = World::new();
    world.fail(failure(1, 1020));
    let begun = world.now;
    let effects = world.ring();
    assert_eq!(world.now, begun.after(minutes(60)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask { tab: TabId(1), .. })));
    world.send(Event::Left { tab: TabId(1) });
    assert!(world.ring().contains(&Effect::Forget) || matches!(world.watch.phase(), Phase::Idle { .. }));
}
