use super::*;

fn listed(number: u16) -> &'static Entry {
    entry(Code::new(number).unwrap()).unwrap()
}

#[test]
fn every_listed_code_is_found_and_no_other() {
    for known in all() {
        assert_eq!(listed(known.code).code, known.code);
    }
    for unlisted in [1, 418, 599, 1030, 1048, 10043] {
        assert!(entry(Code::new(unlisted).unwrap()).is_none(), "{unlisted}");
    }
}

/// The retry tables of Cloudflare's documentation, "Error responses" (2026-05-05), in full.
#[test]
fn waits_are_those_that_cloudflare_publishes() {
    let published = [
        (500, 30),
        (502, 60),
        (504, 120),
        (520, 60),
        (521, 120),
        (522, 120),
        (523, 120),
        (524, 120),
        (1004, 120),
        (1015, 30),
        (1033, 120),
        (1038, 60),
        (1200, 60),
        (1205, 5),
    ];
    let ours: Vec<_> = all().filter_map(|entry| Some((entry.code, entry.retry_after_s?))).collect();
    assert_eq!(ours, published);
}

#[test]
fn what_cloudflare_calls_retryable_is_retried_and_a_refusal_never() {
    for entry in all() {
        if entry.retry_after_s.is_some() {
            assert_ne!(entry.remedy, Remedy::Never, "{}", entry.code);
        }
        if matches!(entry.party, Party::Rule | Party::Law) && entry.status != Some(429) {
            assert_eq!(entry.remedy, Remedy::Never, "{}", entry.code);
        }
    }
}

/// The table of the lost form: what a person who sent a form must know.
#[test]
fn a_form_is_lost_or_perhaps_not_as_the_failed_leg_says() {
    for code in [521, 523, 525, 526] {
        assert_eq!(listed(code).received, Received::No, "{code}");
    }
    assert_eq!(listed(522).received, Received::HardlyEver);
    for code in [502, 504, 520, 524] {
        assert_eq!(listed(code).received, Received::Perhaps, "{code}");
    }
}

#[test]
fn an_origin_that_was_never_reached_received_nothing() {
    for entry in all() {
        if matches!(entry.stage, Stage::Visitor | Stage::Lookup | Stage::Tls) && ![408, 499].contains(&entry.code) {
            assert_eq!(entry.received, Received::No, "{}", entry.code);
        }
    }
}

#[test]
fn one_leg_at_most_fails_and_none_after_it_is_reached() {
    for stage in Stage::ALL {
        let states = stage.legs().map(|(_, state)| state);
        let failed = states.iter().position(|state| matches!(state, LegState::Failed | LegState::Stopped)).unwrap();
        assert!(states[..failed].iter().all(|state| *state == LegState::Passed), "{stage:?}");
        assert!(states[failed + 1..].iter().all(|state| *state == LegState::NotReached), "{stage:?}");
    }
}

#[test]
fn every_cause_action_and_prevention_is_used() {
    let unbranded = all().filter_map(|entry| entry.unbranded).flat_map(|unbranded| unbranded.causes);
    let causes: Vec<_> = all().flat_map(|entry| entry.causes).chain(unbranded).collect();
    for cause in Cause::ALL {
        assert!(causes.contains(&cause), "{}", cause.id());
    }
    for prevention in Prevention::ALL {
        assert!(all().any(|entry| entry.preventions.contains(prevention)), "{}", prevention.id());
    }
}

#[test]
fn every_failure_has_a_cause_and_something_to_do() {
    for entry in all() {
        assert!(!entry.causes.is_empty() && !entry.actions.is_empty(), "{}", entry.code);
    }
}

#[test]
fn neighbours_are_listed_codes_in_order() {
    for pair in NEIGHBOURS {
        assert!(listed(pair.first).code < listed(pair.second).code);
    }
}

#[test]
fn the_time_out_of_522_is_known_with_its_date() {
    let limits = listed(522).limits;
    let now: Vec<_> =
        limits.iter().filter(|limit| limit.until.is_none()).map(|limit| (limit.kind, limit.value)).collect();
    assert_eq!(now, [(LimitKind::Connect, 19), (LimitKind::Acknowledge, 90)]);
}
