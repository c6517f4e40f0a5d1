//! Recovery: reloading the tabs once the site is back.

use rayback_core::settings::{Mode, Settings};
use rayback_core::watch::{
    Effect, Event, Failure, HoldReason, Method, Notice, Phase, ProbeOutcome, Shows, TabId, Visibility,
};

use crate::world::{World, failure, failure_in_view, minutes, navigated, noticed, seconds};

/// A world in which the hidden tabs 1 to `tabs` fail and the first is being navigated as an attempt.
fn recovering(tabs: i32, code: u16) -> (World, Vec<Effect>) {
    let mut world = World::new();
    for tab in 1..=tabs {
        world.fail(failure(tab, code));
    }
    let effects = world.ring_until_request();
    (world, effects)
}

#[test]
fn tabs_are_navigated_one_by_one_and_the_user_is_notified_once() {
    let (mut world, mut effects) = recovering(3, 522);
    let mut notices = Vec::new();
    for tab in 1..=3 {
        assert_eq!(navigated(&effects), Some(TabId(tab)));
        effects = world.send(Event::Loaded { tab: TabId(tab) });
        notices.extend(noticed(&effects));
    }
    assert_eq!(notices, [Notice::PageIsBack]);
    assert!(matches!(world.watch.phase(), Phase::Back { .. }));
}

#[test]
fn the_visible_tab_comes_first_without_a_notice() {
    let mut world = World::new();
    world.fail(failure(1, 526));
    world.fail(failure_in_view(2, 526));
    world.ring_until_request();
    assert_eq!(navigated(&world.answer(ProbeOutcome::Recovered)), Some(TabId(2)));
    assert_eq!(noticed(&world.send(Event::Loaded { tab: TabId(2) })), None);
}

#[test]
fn a_host_that_fails_again_during_recovery_gets_no_more_requests() {
    let (mut world, _) = recovering(3, 522);
    world.send(Event::Loaded { tab: TabId(1) });
    let effects = world.fail(failure(2, 522));
    assert_eq!(navigated(&effects), None);
    assert!(world.wait() >= seconds(120));
    assert_eq!(world.watch.tabs().len(), 2);
}

#[test]
fn a_page_that_still_fails_is_rescheduled_while_the_others_recover() {
    let (mut world, _) = recovering(3, 520);
    assert_eq!(navigated(&world.send(Event::Loaded { tab: TabId(1) })), Some(TabId(2)));
    assert_eq!(navigated(&world.fail(failure(2, 520))), Some(TabId(3)));
    world.send(Event::Loaded { tab: TabId(3) });
    assert!(matches!(world.watch.phase(), Phase::Waiting { .. }));
    assert_eq!(world.watch.tabs().iter().map(|tab| tab.id).collect::<Vec<_>>(), [TabId(2)]);
}

#[test]
fn a_tab_that_moved_on_is_left_alone() {
    let (mut world, _) = recovering(3, 522);
    world.send(Event::Loaded { tab: TabId(1) });
    assert_eq!(navigated(&world.send(Event::Left { tab: TabId(2) })), Some(TabId(3)));
    assert!(world.watch.tabs().iter().all(|tab| tab.id != TabId(2)));
}

#[test]
fn a_tab_on_a_browser_error_page_is_detected_at_the_deadline_and_rescheduled() {
    let (mut world, _) = recovering(1, 522);
    let effects = world.ring();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask { tab: TabId(1), .. })));
    world.send(Event::Unreachable { tab: TabId(1) });
    assert!(world.wait() >= seconds(120));
    assert_eq!(world.watch.tabs()[0].shows, Shows::BrowserError);
}

#[test]
fn a_tab_that_does_not_respond_is_rescheduled() {
    let (mut world, _) = recovering(1, 522);
    world.ring();
    world.ring();
    assert!(matches!(world.watch.phase(), Phase::Waiting { .. }));
}

#[test]
fn a_page_that_may_not_be_reloaded_waits_for_a_click() {
    let mut world = World::new();
    world.fail(Failure { method: Method::Other, ..failure(1, 522) });
    world.ring();
    let effects = world.answer(ProbeOutcome::Recovered);
    assert_eq!((navigated(&effects), noticed(&effects)), (None, Some(Notice::SiteIsBack)));
    assert!(matches!(world.watch.phase(), Phase::AwaitingClick { .. }));
    assert_eq!(world.watch.hold(&world.settings, TabId(1)), Some(HoldReason::NotGet));
}

#[test]
fn only_notify_navigates_no_tab() {
    let mut world = World::with(Settings { mode: Mode::OnlyNotify, ..Settings::default() });
    world.fail(failure(1, 522));
    world.ring();
    let effects = world.answer(ProbeOutcome::Recovered);
    assert_eq!((navigated(&effects), noticed(&effects)), (None, Some(Notice::SiteIsBack)));
}

#[test]
fn a_relapse_within_fifteen_minutes_keeps_the_backoff_and_a_later_one_restarts_it() {
    for (healthy, restarts) in [(minutes(6), false), (minutes(14), false), (minutes(16), true)] {
        let mut world = World::new();
        world.fail(failure(1, 522));
        world.keep_failing(522, minutes(20));
        world.ring();
        world.send(Event::Loaded { tab: TabId(1) });
        let relapse = world.now.after(healthy);
        while world.watch.alarm_at().is_some_and(|at| at <= relapse) {
            world.ring();
        }
        world.now = relapse;
        world.fail(failure(1, 522));
        assert_eq!(world.wait() <= seconds(150), restarts, "{healthy:?}: {:?}", world.wait());
    }
}

#[test]
fn a_watch_is_forgotten_after_fifteen_healthy_minutes_and_the_budget_period() {
    let (mut world, _) = recovering(1, 522);
    world.send(Event::Loaded { tab: TabId(1) });
    let back = world.now;
    world.ring();
    assert_eq!(world.now, back.after(minutes(15)));
    assert!(matches!(world.watch.phase(), Phase::Idle { .. }));
    assert!(world.ring().contains(&Effect::Forget));
}

#[test]
fn a_page_of_the_site_loading_in_another_tab_brings_the_attempt_forward() {
    let mut world = World::with(Settings {
        schedule: rayback_core::settings::Shape::Steps,
        steps_s: vec![900],
        ..Settings::default()
    });
    world.fail(failure(1, 522));
    world.pass(seconds(200));
    world.send(Event::Loaded { tab: TabId(77) });
    assert!(matches!(world.watch.phase(), Phase::Navigating { tab: TabId(1), .. }), "{:?}", world.watch.phase());
}

#[test]
fn redirects_end_probing() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    let look = |visibility| Event::Visibility { tab: TabId(1), visibility };
    for _ in 0..3 {
        world.send(look(Visibility::Visible)); // a tab in view is probed for
        while !matches!(world.watch.phase(), Phase::Probing { .. }) {
            world.ring();
        }
        world.send(look(Visibility::Hidden));
        assert_eq!(navigated(&world.answer(ProbeOutcome::Redirected)), Some(TabId(1)));
        world.fail(failure(1, 522));
    }
    assert!(matches!(world.watch.phase(), Phase::Manual { .. }), "{:?}", world.watch.phase());
}

#[test]
fn a_redirect_with_every_tab_in_view_asks_the_user_and_resets_nothing() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    world.ring_until_request();
    let (since, effects) = (world.watch.since(), world.answer(ProbeOutcome::Redirected));
    assert_eq!(navigated(&effects), None);
    assert!(matches!(world.watch.phase(), Phase::AwaitingClick { .. }));
    world.fail(failure_in_view(1, 522));
    assert!(matches!(world.watch.phase(), Phase::Waiting { .. }));
    assert_eq!(world.watch.since(), since);
}

#[test]
fn a_trace_is_requested_once_an_hour() {
    let mut world = World::new();
    let traces = |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::Trace)).count();
    let mut requested = traces(&world.fail(failure(1, 522)));
    for _ in 0..100 {
        world.send(Event::Left { tab: TabId(1) });
        world.pass(seconds(2));
        requested += traces(&world.fail(failure(1, 522)));
    }
    assert_eq!(requested, 1);
}
