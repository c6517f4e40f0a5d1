//! The form of an attempt: a probe or a navigation, and to which address.

use rayback_core::settings::Settings;
use rayback_core::url::PageUrl;
use rayback_core::watch::{
    Choice, Effect, Event, Failure, HoldReason, Isolation, Method, Phase, ProbeOutcome, ProbeTarget, Sighting, TabId,
    UnsavedInput, Visibility,
};

use crate::world::{World, challenge, failure, failure_in_view, is_request, navigated, probed, seconds};

fn with_query(tab: i32, code: u16, query: &str) -> Failure {
    let url = PageUrl::parse(&format!("https://shop.example/page{tab}?{query}")).unwrap();
    Failure { url, ..failure_in_view(tab, code) }
}

fn hidden_with_query(tab: i32, code: u16, query: &str) -> Failure {
    Failure { visibility: Visibility::Hidden, ..with_query(tab, code, query) }
}

/// The effects of the first attempt after this failure.
fn first_attempt(failure: Failure) -> Vec<Effect> {
    let mut world = World::new();
    world.fail(failure);
    world.ring()
}

/// Asserts that nothing is ever requested for this failure, for this reason.
fn left_alone(failure: Failure, reason: HoldReason) {
    let mut world = World::new();
    world.fail(failure);
    assert!(
        matches!(world.watch.phase(), Phase::Manual { why: found, .. } if *found == reason),
        "{:?}",
        world.watch.phase()
    );
    for _ in 0..50 {
        let effects = world.ring();
        assert!(!effects.iter().any(is_request), "{effects:?}");
    }
}

#[test]
fn a_hidden_tab_is_navigated_and_a_visible_one_is_left_alone() {
    for code in [500, 502, 520, 521, 522, 1033] {
        assert_eq!(navigated(&first_attempt(failure(1, code))), Some(TabId(1)), "{code}");
        assert!(probed(&first_attempt(failure_in_view(1, code))).is_some(), "{code}");
    }
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    world.fail(hidden_with_query(2, 522, "page=2"));
    world.fail(failure(3, 522));
    assert_eq!(navigated(&world.ring_until_request()), Some(TabId(3)));
}

#[test]
fn a_code_whose_response_may_set_the_wait_is_probed_even_if_hidden() {
    for code in [1015, 525, 526, 1101] {
        assert!(probed(&first_attempt(failure(1, code))).is_some(), "{code}");
    }
}

#[test]
fn a_host_failure_is_probed_at_the_root() {
    for code in [521, 522, 523, 525, 526, 1016, 1033] {
        assert_eq!(probed(&first_attempt(failure_in_view(1, code))), Some(ProbeTarget::Root), "{code}");
    }
}

#[test]
fn a_page_failure_is_probed_at_the_page() {
    for code in [500, 502, 504, 520] {
        let page = PageUrl::parse("https://shop.example/page1").unwrap();
        assert_eq!(probed(&first_attempt(failure_in_view(1, code))), Some(ProbeTarget::Page(page)), "{code}");
    }
}

#[test]
fn an_address_with_a_query_is_navigated_and_not_probed() {
    assert_eq!(navigated(&first_attempt(with_query(1, 520, "page=2"))), Some(TabId(1)));
}

#[test]
fn a_host_is_probed_at_the_root_whatever_query_its_pages_have() {
    assert_eq!(probed(&first_attempt(with_query(1, 522, "page=2"))), Some(ProbeTarget::Root));
}

#[test]
fn a_524_is_navigated_after_a_longer_wait() {
    let mut world = World::new();
    world.fail(failure(1, 524));
    assert!(world.wait() >= seconds(300));
    assert_eq!(navigated(&world.ring()), Some(TabId(1)));
}

#[test]
fn private_and_container_tabs_are_navigated_and_never_probed_or_traced() {
    for isolation in [Isolation::Private, Isolation::Container] {
        let mut world = World::new();
        let effects = world.fail(Failure { isolation, ..failure(1, 522) });
        assert!(!effects.contains(&Effect::Trace));
        assert_eq!(navigated(&world.ring()), Some(TabId(1)));
    }
}

#[test]
fn a_one_time_link_is_never_requested_but_its_host_may_be_probed() {
    let effects = first_attempt(with_query(1, 520, "token=x"));
    assert_eq!(probed(&effects), Some(ProbeTarget::Root));
    left_alone(with_query(1, 524, "token=x"), HoldReason::OneTimeLink);
    left_alone(Failure { isolation: Isolation::Private, ..with_query(1, 522, "code=x") }, HoldReason::OneTimeLink);
}

#[test]
fn a_form_result_is_never_requested_again() {
    let form = Failure { method: Method::Other, ..failure(1, 520) };
    assert_eq!(probed(&first_attempt(form.clone())), Some(ProbeTarget::Root));
    left_alone(Failure { isolation: Isolation::Container, ..form }, HoldReason::NotGet);
}

#[test]
fn an_unknown_method_is_left_alone_until_the_user_trusts_the_site() {
    let unknown = Failure { method: Method::Unknown, isolation: Isolation::Container, ..failure(1, 522) };
    left_alone(unknown.clone(), HoldReason::MethodUnknown);
    let mut world =
        World::with(Settings { trusted_origins: ["https://shop.example".to_owned()].into(), ..Settings::default() });
    world.fail(unknown);
    assert_eq!(navigated(&world.ring()), Some(TabId(1)));
}

#[test]
fn a_page_with_unsaved_input_is_not_navigated() {
    left_alone(
        Failure { unsaved_input: UnsavedInput::Some, isolation: Isolation::Container, ..failure(1, 522) },
        HoldReason::UnsavedInput,
    );
}

#[test]
fn a_refusal_by_the_sites_rules_is_left_alone() {
    left_alone(failure(1, 1020), HoldReason::Refused);
    left_alone(Failure { diagnosis: challenge(), ..failure(1, 522) }, HoldReason::Refused);
}

#[test]
fn a_probe_unanswered_by_its_deadline_has_failed() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    world.ring();
    assert!(
        matches!(*world.watch.phase(), Phase::Probing { deadline, .. } if deadline == world.now.after(seconds(25)))
    );
    world.ring();
    assert!(matches!(world.watch.phase(), Phase::Waiting { .. }));
    assert!(world.wait() >= seconds(120));
}

#[test]
fn a_challenged_probe_proves_nothing_and_one_tab_is_navigated() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    world.fail(failure_in_view(2, 522));
    world.ring_until_request();
    let effects = world.answer(ProbeOutcome::Barred);
    assert_eq!(effects.iter().filter(|effect| is_request(effect)).count(), 1);
    assert_eq!(navigated(&effects), Some(TabId(1)));
    world.send(Event::Failed(Box::new(failure(1, 522))));
    assert!(world.wait() >= seconds(120));
}

#[test]
fn a_probe_refused_by_the_sites_rules_counts_as_challenged() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    world.ring();
    assert_eq!(navigated(&world.still(1020)), Some(TabId(1)));
}

#[test]
fn an_origin_that_responds_after_40_seconds_is_seen_to_recover_by_a_navigation() {
    let mut world = World::new();
    world.fail(failure_in_view(1, 522));
    let mut probes = 0;
    let tab = loop {
        let effects = world.ring();
        probes += usize::from(probed(&effects).is_some());
        if let Some(tab) = navigated(&effects) {
            break tab;
        }
        assert!(probes < 10, "it never navigates");
    };
    world.pass(seconds(40));
    world.send(Event::Loaded { tab });
    assert!(matches!(world.watch.phase(), Phase::Back { .. }));
}

#[test]
fn a_navigation_that_takes_125_seconds_is_waited_for() {
    let mut world = World::new();
    world.fail(failure(1, 524));
    world.ring();
    let answered = world.now.after(seconds(125));
    while world.watch.alarm_at().unwrap() < answered {
        let effects = world.ring();
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Ask { .. })), "{effects:?}");
        world.send(Event::Loading { tab: TabId(1) });
    }
    assert!(matches!(world.watch.phase(), Phase::Navigating { .. }), "{:?}", world.watch.phase());
    world.now = answered;
    world.send(Event::Loaded { tab: TabId(1) });
    assert!(matches!(world.watch.phase(), Phase::Back { .. }));
}

#[test]
fn the_hourly_budget_is_kept_and_renewed_each_hour() {
    let mut settings = Settings { floor_s: 30, ..Settings::default() };
    settings.schedule = rayback_core::settings::Shape::Steps;
    settings.steps_s = vec![30];
    settings.code_floors_s.insert(520, 30);
    let mut world = World::with(settings);
    world.fail(failure(1, 520));
    let hour_later = world.now.after(seconds(3600));
    let mut requests = 0;
    while world.watch.alarm_at().unwrap() < hour_later {
        requests += world.ring().iter().filter(|effect| is_request(effect)).count();
        if matches!(world.watch.phase(), Phase::Probing { .. } | Phase::Navigating { .. }) {
            world.still(520);
        }
    }
    assert_eq!(requests, 19, "20 with the trace that was requested at first");
    assert!(is_request(world.ring_until_request().iter().find(|effect| is_request(effect)).unwrap()));
}

#[test]
fn typed_input_and_a_form_result_stop_a_navigation_unless_the_user_requested_it() {
    let typed = Failure { unsaved_input: UnsavedInput::Some, ..failure(1, 522) };
    let posted = Failure { method: Method::Other, ..failure(1, 522) };
    let unknown = Failure { method: Method::Unknown, ..failure(1, 522) };
    for by_user in [false, true] {
        let mut world = World::new();
        world.fail(failure(1, 522));
        if by_user {
            world.press(Choice::ReloadNow { tab: Some(TabId(1)) });
        } else {
            world.ring_until_request();
        }
        let navigation = world.watch.navigation(TabId(1));
        assert_eq!(navigation.may_replace(&typed), by_user);
        assert_eq!(navigation.may_replace(&posted), by_user);
        assert_eq!(navigation.ignores_loading(), by_user);
        assert!(navigation.may_replace(&unknown) && navigation.may_replace(&failure(1, 522)));
        assert!(!navigation.may_replace_browser_error());
    }
}

#[test]
fn a_repeated_report_without_a_method_keeps_the_known_method() {
    let again = |sighting| Failure { method: Method::Unknown, sighting, ..failure(1, 522) };
    for (sighting, method) in [(Sighting::Repeated, Method::Get), (Sighting::Fresh, Method::Unknown)] {
        let mut world = World::new();
        world.fail(failure(1, 522));
        world.fail(again(sighting));
        assert_eq!(world.watch.tab(TabId(1)).unwrap().method, method);
    }
}

#[test]
fn a_tab_with_one_sites_failure_leaves_every_other_watch() {
    let with_tab = |tab| {
        let mut world = World::new();
        world.fail(failure(tab, 522));
        world.watch
    };
    let watches = [("failing", with_tab(1)), ("left", with_tab(1)), ("untouched", with_tab(2))];
    let left: Vec<_> = rayback_core::watch::left_by(watches, &"failing", TabId(1)).map(|(key, _)| key).collect();
    assert_eq!(left, ["left"]);
}
