use super::*;
use crate::catalog;

fn english() -> Words {
    Words::parse(include_str!(concat!(env!("OUT_DIR"), "/words/en.json"))).unwrap()
}

fn code(number: u16) -> Code {
    number.to_string().parse().unwrap()
}

#[test]
fn every_listed_code_is_told_to_all_three_readers_without_a_gap() {
    let words = english();
    for entry in catalog::all() {
        for audience in [Audience::Visitor, Audience::Owner, Audience::Engineer] {
            for told in [explain_code, explain_unbranded].map(|explain| explain(entry.code, &words, audience)) {
                let json = serde_json::to_string(&told).unwrap();
                for section in ["code.", "cause.", "party.", "lasting.", "received.", "action.", "engineer.", "label."]
                {
                    assert!(!json.contains(&format!("\"{section}")), "{} shows a key of {section}", entry.code);
                }
                assert!(!told.sources.is_empty(), "{}", entry.code);
            }
        }
    }
}

#[test]
fn a_visitor_of_522_learns_that_it_is_the_server_and_not_the_device() {
    let told = explain_code(code(522), &english(), Audience::Visitor);
    assert_eq!(told.heading, "Error 522: Connection timed out");
    assert_eq!(told.party, Party::Origin);
    assert!(told.innocent.is_some());
    assert!(told.actions.len() <= 3);
    assert!(told.owner.is_none() && told.engineer.is_none());
}

#[test]
fn nobody_is_told_that_it_is_not_their_side_where_it_may_be() {
    // 526 can be an own organisation's filter, 1034 an address pinned on the device.
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
fn an_unlisted_code_is_told_in_the_words_of_its_family() {
    let words = english();
    assert_eq!(explain_code(code(1048), &words, Audience::Owner).name, "Cloudflare error");
    assert_eq!(explain_code(code(529), &words, Audience::Owner).name, "Site not reachable");
    assert_eq!(explain_code(code(529), &words, Audience::Owner).delivery, Delivery::Perhaps);
}

#[test]
fn an_owner_of_522_gets_ranked_causes_with_commands_for_the_own_host() {
    let told = explain_code(code(522), &english(), Audience::Owner);
    let steps = told.owner.unwrap().steps;
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
    let told = how_long(Persistence::Varies, &[minutes(30), minutes(4), minutes(10)], &words);
    assert!(told.contains("3 times") && told.contains("10 min") && told.contains("30 min"), "{told}");
}

#[test]
fn a_comparison_sets_each_code_in_its_column_and_tells_neighbours_apart() {
    let table = compare(&[code(521), code(522), code(524), code(504)], &english());
    assert!(table.rows.iter().all(|row| row.cells.len() == 4));
    assert!(table.tells.iter().any(|tell| tell.contains("521") && tell.contains("522")));
    assert!(table.tells.iter().any(|tell| tell.contains("504") && tell.contains("524")));
}

#[test]
fn unlisted_codes_can_be_compared_too() {
    assert_eq!(compare(&[code(529)], &english()).rows[0].cells, ["–"]);
}

#[test]
fn pages_without_a_code_are_told_by_their_kind() {
    let words = english();
    let kinds = [
        Kind::Block,
        Kind::Challenge,
        Kind::Access,
        Kind::WaitingRoom,
        Kind::Warning,
        Kind::Gateway,
        Kind::PaidCrawl,
        Kind::Imitation,
    ];
    for kind in kinds {
        let told = explain_kind(kind, &words, Audience::Engineer);
        assert!(!told.cause.starts_with("kind.") && !told.name.starts_with("kind."), "{kind:?}");
        assert_eq!(told.engineer.unwrap().decision.retry, catalog::Remedy::Never);
    }
    let told = explain_kind(Kind::Imitation, &words, Audience::Visitor);
    assert_eq!(told.actions[0].action, Action::RunNothing);
    let warning = explain_kind(Kind::Warning, &words, Audience::Visitor);
    let actions: Vec<Action> = warning.actions.iter().map(|advice| advice.action).collect();
    assert_eq!(actions, [Action::LeavePage, Action::ChangePassword]);
}

#[test]
fn an_apps_user_is_sent_to_whom_can_change_it() {
    let words = english();
    let app = |number| explain_code(code(number), &words, Audience::Visitor).in_an_app.unwrap_or_default();
    for (number, part) in [(522, "status page"), (1038, "Update the app"), (1020, "blocked its request")] {
        assert!(app(number).contains(part), "{number}: {}", app(number));
    }
    for kind in [Kind::Challenge, Kind::WaitingRoom, Kind::Access, Kind::Imitation] {
        assert_eq!(explain_kind(kind, &words, Audience::Visitor).in_an_app, None, "{}", kind.id());
    }
}

#[test]
fn nobody_is_told_that_a_form_on_a_false_page_is_safe() {
    let words = english();
    for kind in [Kind::Imitation, Kind::Warning] {
        let told = explain_kind(kind, &words, Audience::Engineer);
        assert!(!told.lost_form.contains("safe"), "{}", told.lost_form);
        assert!(told.engineer.unwrap().resend.starts_with("Don't resend"));
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
fn what_is_seldom_cloudflares_is_not_blamed_on_it() {
    let words = english();
    for number in [401, 406, 410, 418, 431] {
        let told = explain_code(code(number), &words, Audience::Visitor);
        assert_eq!(told.legs[3].state, LegState::Failed, "{number}");
    }
}

#[test]
fn an_owner_learns_what_to_do_while_cloudflare_itself_is_down() {
    let words = english();
    let outage = |told: Explanation| told.owner.unwrap().outage;
    assert_eq!(outage(explain_unbranded(code(500), &words, Audience::Owner)).len(), 4);
    assert_eq!(outage(explain_unbranded(code(503), &words, Audience::Owner)).len(), 4);
    assert!(outage(explain_code(code(522), &words, Audience::Owner)).is_empty());
}
