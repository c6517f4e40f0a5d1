//! Bringing pages back.

use rayback_core::settings::{Mode, Settings};
use rayback_core::watch::{Effect, Event, Failure, HoldReason, Method, Notice, Phase, ProbeOutcome, Shows, TabId};

use crate::world::{World, failure, failure_in_view, minutes, navigated, noticed, seconds};

/// A world in which tabs 1 to `tabs` fail, nobody looks, and the first is being navigated as an attempt.
fn recovering(tabs: i32, code: u16) -> (World, Vec<Effect>) {
    let mut world = World::new();
    for tab in 1..=tabs {
        world.fail(failure(tab, code));
    }
    let effects = world.ring_until_request();
    (world, effects)
}

#[test]
fn tabs_are_navigated_one_after_the_other_and_the_person_is_told_once() {
    let (mut world, mut effects) = recovering(3, 522);
    let mut notices = Vec::new();
    for tab in 1..=3 {
        assert_eq!(navigated(&effects), Some(TabId(tab)));
        effects = world.tell(Event::Loaded { tab: TabId(tab) });
        notices.extend(noticed(&effects));
    }
    assert_eq!(notices, [Notice::PageIsBack]);
    assert!(matches!(world.watch.phase(), Phase::Back { .. }));
}

#[test]
fn the_tab_in_view_comes_first_and_needs_no_notice() {
    let mut world = World::new();
    world.fail(failure(1, 526));
    world.fail(failure_in_view(2, 526));
    world.ring_until_request();
    assert_eq!(navigated(&world.answer(ProbeOutcome::Recovered)), Some(TabId(2)));
    assert_eq!(noticed(&world.tell(Event::Loaded { tab: TabId(2) })), None);
}

#[test]
fn a_host_that_fails_again_in_mid_recovery_is_left_in_peace() {
    let (mut world, _) = recovering(3, 522);
    world.tell(Event::Loaded { tab: TabId(1) });
    let effects = world.fail(failure(2, 522));
    assert_eq!(navigated(&effects), None);
    assert!(world.wait() >= seconds(120));
    assert_eq!(world.watch.tabs().len(), 2);
}

#[test]
fn a_page_that_still_fails_re_enters_while_the_others_come_back() {
    let (mut world, _) = recovering(3, 520);
    assert_eq!(navigated(&world.tell(Event::Loaded { tab: TabId(1) })), Some(TabId(2)));
    assert_eq!(navigated(&world.fail(failure(2, 520))), Some(TabId(3)));
    world.tell(Event::Loaded { tab: TabId(3) });
    assert!(matches!(world.watch.phase(), Phase::Waiting { .. }));
    assert_eq!(world.watch.tabs().iter().map(|tab| tab.id).collect::<Vec<_>>(), [TabId(2)]);
}

#[test]
fn a_tab_that_moved_on_is_left_alone() {
    let (mut world, _) = recovering(3, 522);
    world.tell(Event::Loaded { tab: TabId(1) });
    assert_eq!(navigated(&world.tell(Event::Left { tab: TabId(2) })), Some(TabId(3)));
    assert!(world.watch.tabs().iter().all(|tab| tab.id != TabId(2)));
}

#[test]
fn a_tab_where_no_script_runs_is_noticed_by_its_deadline_and_rescheduled() {
    let (mut world, _) = recovering(1, 522);
    let asked = world.ring();
    assert!(asked.iter().any(|effect| matches!(effect, Effect::Ask { tab: TabId(1), .. })));
    world.tell(Event::Unreachable { tab: TabId(1) });
    assert!(world.wait() >= seconds(120));
    assert_eq!(world.watch.tabs()[0].shows, Shows::BrowserError);
}

#[test]
fn a_tab_that_does_not_even_answer_is_rescheduled() {
    let (mut world, _) = recovering(1, 522);
    world.ring();
    world.ring();
    assert!(matches!(world.watch.phase(), Phase::Waiting { .. }));
}

#[test]
fn what_may_not_be_reloaded_waits_for_the_persons_click() {
    let mut world = World::new();
    world.fail(Failure { method: Method::Other, ..failure(1, 522) });
    world.ring();
    let effects = world.answer(ProbeOutcome::Recovered);
    assert_eq!((navigated(&effects), noticed(&effects)), (None, Some(Notice::SiteIsBack)));
    assert!(matches!(world.watch.phase(), Phase::AwaitingClick { .. }));
    assert_eq!(world.watch.hold(&world.settings, TabId(1)), Some(HoldReason::NotGet));
}

#[test]
fn with_only_notify_no_tab_is_touched() {
    let mut world = World::with(Settings { mode: Mode::OnlyNotify, ..Settings::default() });
    world.fail(failure(1, 522));
    world.ring();
    let effects = world.answer(ProbeOutcome::Recovered);
    assert_eq!((navigated(&effects), noticed(&effects)), (None, Some(Notice::SiteIsBack)));
}

#[test]
fn a_relapse_within_fifteen_minutes_goes_on_with_the_old_backoff_and_a_later_one_starts_over() {
    for (healthy, starts_over) in [(minutes(6), false), (minutes(14), false), (minutes(16), true)] {
        let mut world = World::new();
        world.fail(failure(1, 522));
        world.keep_failing(522, minutes(20));
        world.ring();
        world.tell(Event::Loaded { tab: TabId(1) });
        let relapse = world.now.after(healthy);
        while world.watch.alarm_at().is_some_and(|at| at <= relapse) {
            world.ring();
        }
        world.now = relapse;
        world.fail(failure(1, 522));
        assert_eq!(world.wait() <= seconds(150), starts_over, "{healthy:?}: {:?}", world.wait());
    }
}

#[test]
fn fifteen_healthy_minutes_and_a_whole_budget_later_the_watch_is_forgotten() {
    let (mut world, _) = recovering(1, 522);
    world.tell(Event::Loaded { tab: TabId(1) });
    let back = world.now;
    world.ring();
    assert_eq!(world.now, back.after(minutes(15)));
    assert!(matches!(world.watch.phase(), Phase::Idle { .. }));
    assert!(world.ring().contains(&Effect::Forget));
}

#[test]
fn a_page_of_the_site_that_loads_elsewhere_brings_the_attempt_forward() {
    let mut world = World::with(Settings {
        schedule: rayback_core::settings::Schedule::Steps,
        steps_s: vec![900],
        ..Settings::default()
    });
    world.fail(failure(1, 522));
    world.pass(seconds(200));
    world.tell(Event::Loaded { tab: TabId(77) });
    assert!(matches!(world.watch.phase(), Phase::Navigating { tab: TabId(1), .. }), "{:?}", world.watch.phase());
}
