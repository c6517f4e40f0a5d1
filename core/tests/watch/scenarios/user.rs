//! The user's choices.

use rayback_core::history::Reason;
use rayback_core::watch::{Choice, Effect, Event, Failure, Method, Phase, ProbeOutcome, TabId};

use crate::world::{World, failure, failure_in_view, is_request, navigated, seconds};

#[test]
fn stop_is_final() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.ring();
    world.press(Choice::Stop);
    world.answer_late(ProbeOutcome::Recovered);
    for event in [Event::Online, Event::IncidentOver, Event::SettingsChanged] {
        assert!(!world.send(event).iter().any(is_request));
    }
    for _ in 0..100 {
        assert!(!world.ring().iter().any(is_request));
        assert!(matches!(world.watch.phase(), Phase::Stopped { .. }));
    }
}

#[test]
fn stop_is_kept_for_a_day_after_the_tab_closes() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.press(Choice::Stop);
    world.send(Event::Left { tab: TabId(1) });
    world.ring();
    world.fail(failure(2, 522));
    assert!(matches!(world.watch.phase(), Phase::Stopped { .. }));
    world.send(Event::Left { tab: TabId(2) });
    let forgotten = (0..30).any(|_| world.ring().contains(&Effect::Forget));
    assert!(forgotten);
}

#[test]
fn resume_continues_without_undercutting_the_floor() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.press(Choice::Stop);
    world.pass(seconds(10));
    world.press(Choice::Resume);
    assert!(world.wait() >= seconds(110));
}

#[test]
fn reload_now_overrides_floor_and_hold() {
    let mut world = World::new();
    world.fail(Failure { method: Method::Other, ..failure(1, 522) });
    let effects = world.press(Choice::ReloadNow { tab: Some(TabId(1)) });
    assert_eq!(navigated(&effects), Some(TabId(1)));
    assert!(matches!(world.watch.phase(), Phase::Navigating { reason: Reason::User, .. }));
}

#[test]
fn a_reload_asked_for_in_the_page_waits_for_the_floor() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    let asked = world.press(Choice::ReloadAtFloor { tab: TabId(1) });
    assert!(!asked.iter().any(is_request));
    assert!(matches!(world.watch.phase(), Phase::Waiting { reason: Reason::User, .. }));
    assert_eq!(world.wait(), seconds(120), "Cloudflare's floor for a 522");
    world.send(Event::SettingsChanged);
    world.send(Event::IncidentOpen);
    world.send(Event::IncidentOver);
    assert_eq!(world.wait(), seconds(120), "nothing else changes the plan");
    assert_eq!(navigated(&world.ring()), Some(TabId(1)), "the page is in view, but the user asked");
    world.fail(failure_in_view(1, 522));
    assert!(matches!(world.watch.phase(), Phase::Waiting { reason: Reason::Schedule, .. }));
}

#[test]
fn a_reload_asked_for_in_the_page_after_the_floor_is_immediate_even_if_the_page_is_held() {
    let mut world = World::new();
    world.fail(Failure { method: Method::Other, ..failure(1, 522) });
    world.pass(seconds(130));
    assert_eq!(navigated(&world.press(Choice::ReloadAtFloor { tab: TabId(1) })), Some(TabId(1)));
}

#[test]
fn reload_now_of_a_stopped_watch_leaves_it_stopped() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.press(Choice::Stop);
    assert_eq!(navigated(&world.press(Choice::ReloadNow { tab: None })), Some(TabId(1)));
    world.fail(failure(1, 522));
    assert!(matches!(world.watch.phase(), Phase::Stopped { .. }));
}

#[test]
fn a_page_that_the_user_reloaded_successfully_starts_the_recovery() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.fail(failure(2, 522));
    world.press(Choice::ReloadNow { tab: Some(TabId(2)) });
    assert_eq!(navigated(&world.send(Event::Loaded { tab: TabId(2) })), Some(TabId(1)));
}

#[test]
fn bring_back_after_only_notify_reloads_the_waiting_tab() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.press(Choice::OnlyNotify);
    world.ring();
    world.answer(ProbeOutcome::Recovered);
    assert!(matches!(world.watch.phase(), Phase::AwaitingClick { .. }));
    assert_eq!(navigated(&world.press(Choice::BringBack)), Some(TabId(1)));
}
