use super::*;

fn listed(number: u16) -> &'static Entry {
    entry(Code::listed(number)).unwrap()
}

#[test]
fn every_listed_code_is_found_and_no_other() {
    for known in all() {
        assert_eq!(entry(known.code).unwrap().code, known.code);
    }
    for unlisted in [1, 418, 599, 1030, 1048, 9404, 10043] {
        assert!(entry(Code::listed(unlisted)).is_none(), "{unlisted}");
    }
}

/// The complete retry tables of Cloudflare's documentation, "Error responses" (2026-05-05).
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
    let ours: Vec<_> = all().filter_map(|entry| Some((entry.code.number(), entry.retry_after_s?))).collect();
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

/// The facts that matter to a user who submitted a form.
#[test]
fn a_form_is_lost_or_perhaps_not_as_the_failed_leg_says() {
    for code in [521, 523, 525, 526] {
        assert_eq!(listed(code).delivery, Delivery::No, "{code}");
    }
    assert_eq!(listed(522).delivery, Delivery::HardlyEver);
    for code in [502, 504, 520, 524] {
        assert_eq!(listed(code).delivery, Delivery::Perhaps, "{code}");
    }
}

#[test]
fn an_origin_that_was_never_reached_received_nothing() {
    for entry in all() {
        if matches!(entry.stage, Stage::Visitor | Stage::Lookup | Stage::Tls) && entry.code.number() != 499 {
            assert_eq!(entry.delivery, Delivery::No, "{}", entry.code);
        }
    }
}

#[test]
fn one_leg_at_most_fails_and_none_after_it_is_reached() {
    for stage in Stage::ALL.iter().filter(|stage| **stage != Stage::EdgeOrAnswer) {
        let states = stage.legs(Delivery::No).map(|(_, state)| state);
        let failed = states.iter().position(|state| matches!(state, LegState::Failed | LegState::Stopped)).unwrap();
        assert!(states[..failed].iter().all(|state| *state == LegState::Passed), "{stage:?}");
        assert!(states[failed + 1..].iter().all(|state| *state == LegState::NotReached), "{stage:?}");
    }
}

#[test]
fn a_worker_may_have_asked_the_origin_before_it_failed() {
    let worker = listed(1101);
    let [(_, visitor), (_, tcp), .., (_, answer)] = worker.stage.legs(worker.delivery);
    assert_eq!([visitor, tcp, answer], [LegState::Stopped, LegState::Unknown, LegState::Unknown]);
}

/// Without Cloudflare's branding or one of its codes, most answers with these statuses come from the origin, as
/// Cloudflare's documentation says.
#[test]
fn a_bare_status_may_mean_that_the_origin_got_the_request() {
    for number in [402, 403, 408, 409, 429, 451, 500] {
        let meaning = Meaning::new(Kind::Error, Some(Code::listed(number)), None, Form::HeadersOnly);
        assert_eq!(meaning.delivery, Delivery::Perhaps, "{number}");
        let legs = meaning.stage.legs(meaning.delivery);
        assert!(legs.iter().all(|(_, state)| ![LegState::Stopped, LegState::NotReached].contains(state)), "{number}");
    }
    // Cloudflare's codes with the same statuses aren't affected.
    for (number, status) in [(1001, 409), (1018, 409), (1020, 403), (1015, 429)] {
        let code = Code::listed(number);
        let meaning = Meaning::new(Kind::Error, Some(code), Some(Code::listed(status)), Form::Branded);
        assert_eq!(meaning.delivery, Delivery::No, "{number}");
    }
}

#[test]
fn only_a_500_from_cloudflare_is_known_to_last_for_minutes() {
    let internal = listed(500);
    assert_eq!(internal.on(Form::HeadersOnly).persistence, Persistence::Varies);
    let own = internal.on(Form::Branded);
    assert_eq!((own.persistence, own.stage), (Persistence::Minutes, Stage::Edge));
}

#[test]
fn every_cause_action_and_prevention_is_used() {
    let kinds = Kind::ALL.iter().map(|kind| Meaning::new(*kind, None, None, Form::Branded));
    let kinds: Vec<_> = kinds.collect();
    let variants: Vec<_> = all().filter_map(|entry| entry.unbranded).collect();
    let causes: Vec<_> = all()
        .flat_map(|entry| entry.causes)
        .chain(variants.iter().flat_map(|variant| variant.causes))
        .chain(kinds.iter().flat_map(|kind| kind.causes))
        // Browsers show this error themselves, so it has no code.
        .chain(&[Cause::RedirectLoop])
        .collect();
    for cause in Cause::ALL {
        assert!(causes.contains(&cause), "{}", cause.id());
    }
    let actions: Vec<_> = all()
        .flat_map(|entry| entry.actions)
        .chain(variants.iter().flat_map(|variant| variant.actions))
        .chain(kinds.iter().flat_map(|kind| kind.actions))
        .chain(Meaning::STUCK_CHECK)
        .collect();
    for action in Action::ALL {
        assert!(actions.contains(&action), "{}", action.id());
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
fn confusables_are_symmetric() {
    for pair in confusable_pairs() {
        assert!(confusables(pair.first).any(|(other, _)| other == pair.second), "{}", pair.id());
        assert!(confusables(pair.second).any(|(other, _)| other == pair.first), "{}", pair.id());
    }
}

fn uses(entry: &Entry) -> impl Iterator<Item = Cause> {
    entry.causes.iter().chain(entry.unbranded.iter().flat_map(|it| it.causes)).copied()
}

#[test]
fn every_cause_of_a_code_was_read_on_a_page_of_that_code_or_is_called_our_conclusion() {
    for entry in all() {
        for cause in uses(entry) {
            let source = entry.citation(cause);
            assert!(
                entry.sources.contains(&source) || matches!(source.kind, SourceKind::Inference | SourceKind::Case),
                "{} has {}, by {}",
                entry.code,
                cause.id(),
                source.title
            );
        }
    }
}

#[test]
fn every_citation_is_for_a_cause_of_its_code_and_differs_from_the_general_source() {
    for entry in all() {
        for (cause, source) in entry.citations {
            assert!(uses(entry).any(|used| used == *cause), "{} {}", entry.code, cause.id());
            assert_ne!(*source, cause.source(), "{} {}", entry.code, cause.id());
        }
    }
}

/// The components of the status page that Cloudflare's Terraform provider names, except those that concern no website.
const PUBLISHED: &[&str] = &[
    "API Shield",
    "Always Online",
    "Argo Smart Routing",
    "Authoritative DNS",
    "Bot Management",
    "CDN Cache Purge",
    "CDN/Cache",
    "Cache Reserve",
    "Challenge Platform",
    "DNS Root Servers",
    "DNS Updates",
    "Durable Objects",
    "Firewall",
    "Gateway",
    "Infrastructure",
    "Load Balancing and Monitoring",
    "Magic Firewall",
    "Network",
    "Pages",
    "R2",
    "Recursive DNS",
    "SSL Certificate Provisioning",
    "SSL for SaaS Provisioning",
    "Snippets",
    "Spectrum",
    "Tunnel",
    "Waiting Room",
    "Workers",
    "Workers KV",
    "Workers Preview",
];

#[test]
fn every_component_is_called_as_the_status_page_calls_it() {
    let published: Vec<_> = PUBLISHED.iter().map(|name| name.to_ascii_lowercase()).collect();
    for entry in all() {
        for name in entry.components {
            assert!(published.iter().any(|known| known == name), "{name}");
        }
    }
}

#[test]
fn the_form_of_a_page_decides_whom_some_codes_blame() {
    let bad_gateway = listed(502);
    assert_eq!(bad_gateway.on(Form::Unbranded).party, Party::OriginOrCloudflare);
    assert_eq!(listed(503).on(Form::Unbranded).party, Party::Cloudflare);
    let internal = listed(500);
    assert_eq!(internal.on(Form::HeadersOnly).party, Party::OriginOrCloudflare);
    for form in [Form::Branded, Form::Unbranded, Form::PlainText, Form::ProblemJson] {
        assert_eq!(internal.on(form).party, Party::Cloudflare, "{form:?}");
    }
    assert_eq!(bad_gateway.on(Form::PlainText).party, Party::Origin);
    assert_eq!(listed(522).on(Form::Unbranded).party, Party::Origin);
}

#[test]
fn pages_that_the_owner_set_up_are_left_alone_and_blame_a_rule() {
    for kind in [Kind::Block, Kind::Challenge, Kind::Access, Kind::WaitingRoom] {
        let meaning = Meaning::new(kind, None, Some(Code::listed(503)), Form::Branded);
        assert_eq!((meaning.proven_party(), meaning.remedy), (Some(Party::Rule), Remedy::Never), "{}", kind.id());
    }
    assert_eq!(Meaning::new(Kind::Imitation, Some(Code::listed(522)), None, Form::Branded).proven_party(), None);
}

#[test]
fn the_time_out_of_522_is_known_with_its_date() {
    let limits = listed(522).limits;
    let now: Vec<_> = limits
        .iter()
        .filter(|limit| limit.until.is_none())
        .map(|limit| (limit.kind, limit.amount.to_string()))
        .collect();
    assert_eq!(now, [(LimitKind::Connect, "19".to_owned()), (LimitKind::Acknowledge, "90".to_owned())]);
}

#[test]
fn a_code_is_parsed_from_digits_alone() {
    assert_eq!(" 522\n".parse(), Ok(Code::listed(522)));
    for text in ["", "0", "+522", "-1", "5 22", "0x20a", "65536", "522.0", "error 522", "\u{665}22"] {
        assert!(text.parse::<Code>().is_err(), "{text:?}");
    }
}

#[test]
fn a_form_sent_to_a_false_page_may_be_in_a_strangers_hands() {
    for kind in [Kind::Imitation, Kind::Warning] {
        assert_eq!(Meaning::new(kind, None, None, Form::Branded).delivery, Delivery::Stranger, "{}", kind.id());
    }
    assert_eq!(listed(451).delivery, Delivery::Perhaps);
}

#[test]
fn an_unlisted_code_is_only_retried_if_it_is_a_server_error() {
    for (number, remedy) in [(406, Remedy::Never), (418, Remedy::Never), (599, Remedy::Schedule), (1030, Remedy::Never)]
    {
        let code = Code::listed(number);
        assert_eq!(Meaning::new(Kind::Error, Some(code), None, Form::Branded).remedy, remedy, "{number}");
    }
}

#[test]
fn a_kind_or_form_has_one_name_for_words_display_and_parsing() {
    for kind in Kind::ALL {
        assert_eq!((kind.to_string().as_str(), kind.id().parse()), (kind.id(), Ok(*kind)));
    }
    for form in Form::ALL {
        assert_eq!((form.to_string().as_str(), form.id().parse()), (form.id(), Ok(*form)));
    }
}

#[test]
fn a_missing_page_and_a_failure_that_comes_and_goes_have_their_own_persistence() {
    assert_eq!(listed(404).persistence, Persistence::PageMissing);
    assert_eq!(listed(410).persistence, Persistence::Gone);
    for code in [525, 1004, 1016, 1018, 1023] {
        assert_eq!(listed(code).persistence, Persistence::Varies, "{code}");
    }
}
