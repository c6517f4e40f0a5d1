use super::*;
use crate::catalog::LegState;
use crate::document::{Block, Document, Step};
use crate::outside::ranges::Tool;

fn english() -> Words {
    Words::english().unwrap()
}

fn code(number: u16) -> Code {
    number.to_string().parse().unwrap()
}

#[test]
fn a_missing_origin_is_looked_up_by_its_own_name() {
    let owner = explain_code(code(1016), &english(), Audience::Owner).owner.unwrap();
    let asked: Vec<&str> =
        owner.steps.iter().flat_map(|step| &step.check_commands).map(|it| it.text.as_str()).collect();
    // For a proxied name, public DNS shows only Cloudflare's addresses.
    assert!(asked.iter().any(|text| text.contains("dig +short A ORIGIN_NAME")), "{asked:?}");
}

#[test]
fn every_listed_code_is_explained_to_all_three_readers_without_a_missing_key() {
    let words = english();
    for entry in catalog::all() {
        for audience in [Audience::Visitor, Audience::Owner, Audience::Engineer] {
            for explained in [explain_code, explain_unbranded].map(|explain| explain(entry.code, &words, audience)) {
                let json = serde_json::to_string(&explained).unwrap();
                for section in ["code.", "cause.", "party.", "lasting.", "received.", "action.", "engineer.", "label."]
                {
                    assert!(!json.contains(&format!("\"{section}")), "{} shows a key of {section}", entry.code);
                }
                assert!(!explained.sources.is_empty(), "{}", entry.code);
            }
        }
    }
}

#[test]
fn a_visitor_of_522_learns_that_the_server_is_at_fault_and_not_their_device() {
    let explained = explain_code(code(522), &english(), Audience::Visitor);
    assert_eq!(explained.heading, "Error 522: Connection timed out");
    assert_eq!(explained.party, Party::Origin);
    assert!(explained.innocent.is_some());
    assert!(explained.actions.len() <= 3);
    assert!(explained.owner.is_none() && explained.engineer.is_none());
}

#[test]
fn visitors_are_not_cleared_where_their_side_may_be_at_fault() {
    // 526 can come from a filter in the visitor's organisation, 1034 from an address pinned on the device.
    for number in [1006, 1013, 1015, 1020, 400, 526, 1034] {
        assert_eq!(explain_code(code(number), &english(), Audience::Visitor).innocent, None, "{number}");
    }
}

#[test]
fn the_form_of_the_page_decides_whom_a_502_and_a_500_blame() {
    let words = english();
    assert_eq!(explain_code(code(502), &words, Audience::Visitor).party, Party::Origin);
    assert_eq!(explain_unbranded(code(502), &words, Audience::Visitor).party, Party::OriginOrCloudflare);
    assert_eq!(explain_code(code(500), &words, Audience::Visitor).party, Party::OriginOrCloudflare);
    assert_eq!(explain_unbranded(code(500), &words, Audience::Visitor).party, Party::Cloudflare);
    assert!(explain_code(code(500), &words, Audience::Visitor).innocent.is_some());
}

#[test]
fn an_unlisted_code_is_explained_by_its_family() {
    let words = english();
    assert_eq!(explain_code(code(1048), &words, Audience::Owner).name, "Cloudflare error");
    assert_eq!(explain_code(code(529), &words, Audience::Owner).name, "Site not reachable");
    assert_eq!(explain_code(code(529), &words, Audience::Owner).delivery, Delivery::Perhaps);
}

#[test]
fn an_owner_of_522_gets_ranked_causes_with_commands_for_their_host() {
    let explained = explain_code(code(522), &english(), Audience::Owner);
    let steps = explained.owner.unwrap().steps;
    assert_eq!(steps[0].cause, catalog::Cause::FirewallDrops);
    let offline = steps.iter().find(|step| step.cause == catalog::Cause::OriginOffline).unwrap();
    assert!(offline.check_commands[0].text.contains("--resolve www.example.com:443:ORIGIN_IP"));
    let firewall = steps.iter().find(|step| step.cause == catalog::Cause::FirewallDrops).unwrap();
    for tool in ["ufw", "nftables", "iptables", "firewalld", "nginx", "Apache"] {
        assert!(firewall.fix_commands.iter().any(|command| command.tool.starts_with(tool)), "{tool}");
    }
}

#[test]
fn a_host_that_a_shell_could_misread_never_enters_a_command() {
    let part = OwnerPart::new(
        &Meaning::new(Kind::Error, Some(code(522)), None, Form::Branded),
        Some("a.example; rm -rf /"),
        &english(),
    );
    assert!(!serde_json::to_string(&part).unwrap().contains("rm -rf"));
}

#[test]
fn how_long_quotes_past_outages_of_the_site() {
    let words = english();
    let minutes = |n: u64| Duration::from_secs(n * 60);
    assert!(how_long(Persistence::Varies, &[], &words).starts_with("There's no way to tell"));
    let explained = how_long(Persistence::Varies, &[minutes(30), minutes(4), minutes(10)], &words);
    assert!(
        explained.contains("3 times") && explained.contains("10 min") && explained.contains("30 min"),
        "{explained}"
    );
}

#[test]
fn a_comparison_has_a_column_per_code_and_tells_confusable_codes_apart() {
    let table = compare(&[code(521), code(522), code(524), code(504)], &english());
    assert!(table.rows.iter().all(|row| row.cells.len() == 4));
    assert!(table.distinctions.iter().any(|it| it.contains("521") && it.contains("522")));
    assert!(table.distinctions.iter().any(|it| it.contains("504") && it.contains("524")));
}

#[test]
fn unlisted_codes_can_be_compared_too() {
    assert_eq!(compare(&[code(529)], &english()).rows[0].cells, ["–"]);
}

#[test]
fn pages_without_a_code_are_explained_by_their_kind() {
    let words = english();
    for kind in Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Error) {
        let explained = explain_kind(kind, &words, Audience::Engineer);
        assert!(!explained.cause.starts_with("kind.") && !explained.name.starts_with("kind."), "{kind:?}");
        assert_eq!(explained.engineer.unwrap().decision.retry, catalog::Remedy::Never);
    }
    let explained = explain_kind(Kind::Imitation, &words, Audience::Visitor);
    assert_eq!(explained.actions[0].action, Action::RunNothing);
    let warning = explain_kind(Kind::Warning, &words, Audience::Visitor);
    let actions: Vec<Action> = warning.actions.iter().map(|advice| advice.action).collect();
    assert_eq!(actions, [Action::LeavePage, Action::ChangePassword]);
}

#[test]
fn an_apps_user_learns_who_or_what_can_help() {
    let words = english();
    let app = |number| explain_code(code(number), &words, Audience::Visitor).in_an_app.unwrap_or_default();
    for (number, part) in [
        (522, "status page"),
        (1038, "Update the app"),
        (1020, "blocked its request"),
        (410, "Update the app"),
        (421, "Update the app"),
    ] {
        assert!(app(number).contains(part), "{number}: {}", app(number));
    }
    for kind in [Kind::Challenge, Kind::WaitingRoom, Kind::Access, Kind::Imitation] {
        assert_eq!(explain_kind(kind, &words, Audience::Visitor).in_an_app, None, "{}", kind.id());
    }
}

#[test]
fn a_check_that_cant_load_has_advice_in_the_order_that_worked() {
    let evidence = crate::diagnosis::Evidence {
        marker: "challenge-stuck".into(),
        found: String::new(),
        place: crate::diagnosis::Place::Body,
    };
    let kind = Kind::Challenge;
    let stuck = Diagnosis { kind, code: None, evidence: vec![evidence], ..Diagnosis::of_code(code(403)) };
    let actions = explain(&stuck, &english(), Audience::Visitor).actions;
    let expected = [
        "status page",
        "private window",
        "another network",
        "debug.challenges.cloudflare.com",
        "Only the site's owner can lift a check",
    ];
    assert_eq!(actions.len(), expected.len());
    for (advice, part) in actions.iter().zip(expected) {
        assert!(advice.text.contains(part), "{part}: {}", advice.text);
    }
    let running = Diagnosis { evidence: Vec::new(), ..stuck };
    assert_eq!(explain(&running, &english(), Audience::Visitor).actions[0].action, Action::PassCheck);
}

#[test]
fn no_document_has_a_heading_without_text() {
    let words = english();
    for audience in [Audience::Visitor, Audience::Owner, Audience::Engineer] {
        let explained = catalog::all().map(|entry| explain_code(entry.code, &words, audience));
        let kinds = Kind::ALL.iter().map(|kind| explain_kind(*kind, &words, audience));
        for explanation in explained.chain(kinds) {
            let blocks = explanation.document(&words).blocks;
            let is_empty = |block: &Block| match block {
                Block::Steps { steps } => steps.is_empty(),
                _ => matches!(block, Block::Heading { .. }),
            };
            for pair in blocks.windows(2) {
                let is_bare = matches!(pair[0], Block::Heading { .. }) && is_empty(&pair[1]);
                assert!(!is_bare, "{}: {:?}", explanation.heading, pair[0]);
            }
            assert!(!matches!(blocks.last(), Some(Block::Heading { .. })), "{}", explanation.heading);
        }
    }
}

#[test]
fn a_warning_a_queue_and_a_price_have_no_advice_on_regions_and_proxies() {
    let words = english();
    for kind in [Kind::Warning, Kind::WaitingRoom, Kind::PaidCrawl] {
        let text = explain_kind(kind, &words, Audience::Engineer).document(&words).markdown();
        for label in [key::label::ELSEWHERE, key::label::PROXY] {
            assert!(!text.contains(words.get(label)), "{}: {text}", kind.id());
        }
        assert!(!text.contains("Ask the owner") && !text.contains("ask the owner"), "{}: {text}", kind.id());
    }
    let queue = explain_kind(Kind::WaitingRoom, &words, Audience::Engineer).engineer.unwrap().retry;
    assert!(!queue.contains("would be the same") && queue.contains("cookies"), "{queue}");
}

#[test]
fn a_bare_status_never_says_that_the_origin_got_nothing() {
    let words = english();
    for number in [402, 403, 408, 409, 429, 451, 500] {
        let explained = explain_code(code(number), &words, Audience::Engineer);
        assert!(!explained.lost_form.contains("safe"), "{number}: {}", explained.lost_form);
        let text = explained.document(&words).markdown();
        assert!(!text.contains("never got the request") && !text.contains("Cloudflare replied itself"), "{text}");
    }
    let own = explain_unbranded(code(500), &words, Audience::Visitor).document(&words).markdown();
    assert!(own.contains("Cloudflare replied itself"), "{own}");
    let bare = explain_code(code(500), &words, Audience::Visitor);
    for text in [&bare.how_long, &bare.gone_for_good] {
        assert!(!text.contains("minutes") && !text.contains("on its own"), "{text}");
    }
    let owner = explain_code(code(403), &words, Audience::Owner).owner.unwrap();
    let causes: Vec<_> = owner.steps.iter().map(|step| step.cause).collect();
    assert!(causes.starts_with(&[catalog::Cause::OriginPermissions, catalog::Cause::RangesDenied]), "{causes:?}");
}

#[test]
fn packets_are_captured_from_every_cloudflare_range() {
    let owner = explain_code(code(522), &english(), Audience::Owner).owner.unwrap();
    let mut commands = owner.steps.iter().flat_map(|step| &step.check_commands);
    let capture = &commands.find(|command| command.tool == "tcpdump").unwrap().text;
    for range in crate::outside::ranges::Ranges::embedded().networks {
        assert!(capture.contains(&format!("net {range}")), "{range}: {capture}");
    }
    // In tcpdump, tcp[13] never matches IPv6.
    assert!(capture.contains("ip6[53]"), "{capture}");
}

#[test]
fn a_form_on_an_imitation_or_a_reported_page_is_never_called_safe() {
    let words = english();
    for kind in [Kind::Imitation, Kind::Warning] {
        let explained = explain_kind(kind, &words, Audience::Engineer);
        assert!(!explained.lost_form.contains("safe"), "{}", explained.lost_form);
        assert!(explained.engineer.unwrap().resend.starts_with("Don't resend"));
    }
}

#[test]
fn an_owner_learns_what_lets_a_program_through_a_check_or_a_sign_in() {
    let words = english();
    for (kind, part) in [(Kind::Challenge, "Skip action"), (Kind::Block, "Skip action"), (Kind::Access, "Service Auth")]
    {
        let owner = explain_kind(kind, &words, Audience::Owner).owner.unwrap();
        assert!(owner.steps.iter().any(|step| step.fix.contains(part)), "{}", kind.id());
    }
}

#[test]
fn codes_that_are_rarely_cloudflares_arent_blamed_on_it() {
    let words = english();
    for number in [401, 406, 410, 418, 431] {
        let explained = explain_code(code(number), &words, Audience::Visitor);
        assert_eq!(explained.legs[3].state, LegState::Failed, "{number}");
    }
}

fn steps(document: &Document) -> &[Step] {
    document
        .blocks
        .iter()
        .find_map(|block| if let Block::Steps { steps } = block { Some(&**steps) } else { None })
        .unwrap()
}

fn commands_of(step: &Step) -> Vec<&crate::document::Command> {
    step.blocks
        .iter()
        .filter_map(|block| if let Block::Command(command) = block { Some(command) } else { None })
        .collect()
}

#[test]
fn an_owners_short_document_has_three_causes_with_at_most_one_command_each() {
    let words = english();
    for entry in catalog::all() {
        let explanation = explain_code(entry.code, &words, Audience::Owner);
        let causes = explanation.owner.as_ref().unwrap().steps.len();
        if causes == 0 {
            continue;
        }
        let document = explanation.excerpt(Detail::SHORT, &words);
        assert_eq!(steps(&document).len(), causes.min(3), "{}", entry.code);
        for step in steps(&document) {
            assert!(commands_of(step).len() <= 1, "{}: {}", entry.code, step.title);
        }
        let all = explanation.excerpt(Detail { all: true, ..Detail::SHORT }, &words);
        assert_eq!(steps(&all).len(), causes, "{}", entry.code);
    }
}

#[test]
fn firewall_rules_are_printed_for_the_chosen_tool_only() {
    let words = english();
    let explanation = explain_code(code(522), &words, Audience::Owner);
    for tool in Tool::ALL {
        for all in [false, true] {
            let document = explanation.excerpt(Detail { all, firewall: Firewall::Only(*tool) }, &words);
            let rules: Vec<_> = commands_of(&steps(&document)[0])
                .into_iter()
                .filter(|it| it.lines.iter().any(|line| line.contains("cloudflare.com/ips-v")))
                .collect();
            assert!(!rules.is_empty(), "{tool:?}");
            assert!(rules.iter().all(|it| it.tool.starts_with(tool.program())), "{tool:?}");
        }
    }
    let asked = explanation.excerpt(Detail { all: true, ..Detail::SHORT }, &words);
    assert!(asked.commands().all(|it| !it.lines.iter().any(|line| line.contains("cloudflare.com/ips-v"))));
    assert!(asked.markdown().contains("ufw, nftables, iptables, firewalld, nginx, Apache"));
}

#[test]
fn the_other_page_of_a_code_is_explained_only_when_the_form_is_unknown() {
    let words = english();
    let visitor = Audience::Visitor;
    assert!(explain_code(code(502), &words, visitor).unbranded.is_some());
    assert!(explain_code(code(522), &words, visitor).unbranded.is_none());
    assert!(explain_unbranded(code(502), &words, visitor).unbranded.is_none());
    assert!(explain(&Diagnosis::of_code(code(502)), &words, visitor).unbranded.is_none());
}

#[test]
fn a_reading_of_an_imitation_warns_right_below_its_title() {
    let imitation = Diagnosis { kind: Kind::Imitation, code: None, ..Diagnosis::of_code(code(522)) };
    assert!(matches!(reading(&imitation, &english()).blocks[1], Block::Warning { .. }));
}

#[test]
fn an_owners_document_lists_the_manuals_of_its_commands_only() {
    let words = english();
    let explanation = explain_code(code(522), &words, Audience::Owner);
    let short = explanation.excerpt(Detail::SHORT, &words).markdown();
    let full = explanation.document(&words).markdown();
    assert!(short.contains("curl(1)"), "{short}");
    assert!(!short.contains("manpages.debian.org/bookworm/ufw") && full.contains("manpages.debian.org/bookworm/ufw"));
    assert!(short.contains("Replace ORIGIN\\_IP"), "{short}");
}

#[test]
fn a_limit_is_printed_with_the_dates_it_was_documented() {
    for (number, dates) in [(524, "since 2026-07-23)"), (522, "until 2025-03)")] {
        let lines = explain_code(code(number), &english(), Audience::Owner).owner.unwrap().limits.join("\n");
        assert!(lines.contains(dates), "{dates} isn't in\n{lines}");
    }
}

#[test]
fn an_owner_learns_what_to_do_while_cloudflare_itself_is_down() {
    let words = english();
    let outage = |explained: Explanation| explained.owner.unwrap().outage;
    assert_eq!(outage(explain_unbranded(code(500), &words, Audience::Owner)).len(), 4);
    assert_eq!(outage(explain_unbranded(code(503), &words, Audience::Owner)).len(), 4);
    assert!(outage(explain_code(code(522), &words, Audience::Owner)).is_empty());
}
