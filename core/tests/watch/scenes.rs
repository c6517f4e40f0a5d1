//! One scene for each rule.

use crate::world::*;
use rayback_core::retry::Pace;
use rayback_core::watch::*;

#[test]
fn the_first_attempt_is_a_probe_of_the_root_after_the_floor() {
    let mut world = World::new();
    let effects = world.fail(failure(1, 522));
    assert!(effects.contains(&Effect::SetAlarm { at: world.watch.alarm_at().unwrap() }));
    assert!(effects.contains(&Effect::Trace) && effects.contains(&Effect::ReadStatusPage));
    assert!(world.wait() >= seconds(120) && world.wait() <= seconds(150));
    let effects = world.ring();
    assert_eq!(probed(&effects), Some(ProbeTarget::Root));
}

#[test]
fn a_site_that_is_back_has_its_tab_navigated_and_is_forgotten_once_the_budget_is_whole_again() {
    let mut world = World::new();
    world.fail(failure(1, 522));
    world.ring();
    let effects = world.answer(ProbeOutcome::Recovered);
    assert_eq!(navigated(&effects), Some(TabId(1)));
    let effects = world.tell(Event::Loaded { tab: TabId(1) });
    assert_eq!(noticed(&effects), Some(Notice::PageIsBack));
    assert!(matches!(world.watch.phase(), Phase::Back { .. }));
    world.ring();
    assert!(matches!(world.watch.phase(), Phase::Idle { .. }));
    assert!(world.ring().contains(&Effect::Forget));
}

#[test]
fn an_hour_of_failure_is_called_not_reachable_once() {
    let mut world = World::new();
    world.fail(failure(1, 521));
    let mut notices = 0;
    for _ in 0..200 {
        let effects = world.ring();
        notices += usize::from(noticed(&effects) == Some(Notice::NotReachable));
        if matches!(world.watch.phase(), Phase::Probing { .. }) {
            let effects = world.still(521);
            notices += usize::from(noticed(&effects) == Some(Notice::NotReachable));
        }
        if let Phase::Waiting { pace: Pace::NotReachable, .. } = world.watch.phase() {
            assert!(world.wait() >= minutes(30) && world.wait() <= minutes(60), "{:?}", world.wait());
        }
    }
    assert_eq!(notices, 1);
    assert!(matches!(world.watch.phase(), Phase::Manual { why: Hold::DayOver, .. }));
}
