use serde_json::{Value, json};

use super::*;
use crate::data_centre::{KnownBy, ServingDataCentre};
use crate::diagnosis::Diagnosis;
use crate::words::Words;

/// The sizes of the page's groups on 2026-04-17, and the status of one data centre and one service in it.
const GROUPS: [(&str, usize); 8] = [
    ("Cloudflare Sites and Services", 117),
    ("Africa", 35),
    ("Asia", 97),
    ("Europe", 59),
    ("Latin America & the Caribbean", 65),
    ("Middle East", 21),
    ("North America", 59),
    ("Oceania", 14),
];

fn full_size(frankfurt: &str, workers: &str) -> Vec<Value> {
    let mut components = Vec::new();
    for (group, (name, size)) in GROUPS.into_iter().enumerate() {
        let group_id = format!("group{group}");
        components
            .push(json!({"id": group_id, "name": name, "status": "operational", "group": true, "group_id": null}));
        for index in 0..size {
            let (name, status) = match (group, index) {
                (0, 0) => ("Workers".to_owned(), workers),
                (0, 1) => ("Web Application Firewall (WAF)".to_owned(), "operational"),
                (0, _) => (format!("Service {index}"), "operational"),
                (3, 0) => ("Frankfurt, Germany - (FRA)".to_owned(), frankfurt),
                (4, 0) => ("S\u{e3}o Paulo, Brazil\u{a0}- (GRU)".to_owned(), "operational"),
                (6, 0) => ("Portland, OR, United States - (PDX)".to_owned(), "operational"),
                (6, 1) => ("Portland, ME, United States - (PWM)".to_owned(), "operational"),
                _ => {
                    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap());
                    (
                        format!("City {index}, Country - ({}{}{})", letter(group), letter(index / 26), letter(index)),
                        "operational",
                    )
                }
            };
            components.push(json!({
                "id": format!("c{group}x{index}"), "name": name, "status": status, "group": false, "group_id": group_id,
                "created_at": "2014-10-27T20:35:05.259Z", "updated_at": "2026-04-17T03:58:48.540Z", "position": index,
                "description": null, "showcase": false, "only_show_if_degraded": false, "page_id": "yh6f0r4529hb",
            }));
        }
    }
    components
}

fn incident(name: &str, impact: &str, components: &[&str]) -> Value {
    json!({
        "id": "i", "name": name, "status": "identified", "impact": impact, "started_at": "2026-11-22T13:00:00.000Z",
        "incident_updates": [
            {"body": "We know\n  more.", "display_at": "2026-11-22T13:40:00Z", "affected_components": null},
            {"body": "We look into it.", "display_at": "2026-11-22T13:05:00Z"},
        ],
        "components": components.iter().map(|name| json!({"name": name, "id": "x", "status": "partial_outage"})).collect::<Vec<_>>(),
    })
}

fn summary(frankfurt: &str, workers: &str, incidents: &[Value]) -> StatusPage {
    let document = json!({
        "page": {"id": "yh6f0r4529hb", "name": "Cloudflare"},
        "status": {"indicator": "minor", "description": "Minor Service Outage"},
        "components": full_size(frankfurt, workers), "incidents": incidents, "scheduled_maintenances": [],
    });
    StatusPage::parse(document.to_string().as_bytes()).unwrap()
}

fn iata(code: &str) -> Iata {
    Iata::parse(code).unwrap()
}

pub(crate) fn failure(code: u16, at: Option<&str>) -> Diagnosis {
    Diagnosis {
        served: at.map(|at| ServingDataCentre { data_centre: iata(at), known_by: KnownBy::Edge }),
        host: Some("shop.example".to_owned()),
        ..Diagnosis::of_code(code.to_string().parse().unwrap())
    }
}

fn concern(page: &StatusPage, code: u16) -> Concern<'_> {
    page.concern(&failure(code, Some("FRA")), Some(iata("FRA")))
}

fn english() -> Words {
    Words::english().unwrap()
}

fn text(page: StatusPage, code: u16) -> StatusText {
    let reading = Reading::new(Timestamp::from_unix_millis(0), Some(page), 0);
    StatusText::new(Some(&reading), &failure(code, Some("FRA")), None, &english())
}

#[test]
fn a_full_size_page_is_read_and_its_data_centres_found() {
    let page = summary("operational", "operational", &[]);
    assert_eq!(page.centres.as_ref().unwrap().len(), 350);
    assert_eq!(page.centre(iata("FRA")).unwrap().name, "Frankfurt, Germany");
    assert_eq!(page.centre(iata("GRU")).unwrap().name, "São Paulo, Brazil");
}

#[test]
fn a_service_whose_name_ends_in_three_letters_is_no_data_centre() {
    assert_eq!(summary("operational", "operational", &[]).centre(iata("WAF")), None);
}

#[test]
fn a_city_leads_to_its_data_centre_if_it_has_only_one() {
    let page = summary("operational", "operational", &[]);
    assert_eq!(page.centre_of_city("frankfurt"), Some(iata("FRA")));
    assert_eq!(page.centre_of_city("Sao Paulo"), Some(iata("GRU")));
    assert_eq!(page.centre_of_city("Portland"), None);
    assert_eq!(page.centre_of_city("Atlantis"), None);
}

#[test]
fn a_data_centre_known_by_its_city_alone_is_said_to_be_probable() {
    let mut failure = failure(522, None);
    let reading =
        |state: &str| Reading::new(Timestamp::from_unix_millis(0), Some(summary(state, "operational", &[])), 0);
    let text = |failure: &Diagnosis| StatusText::new(Some(&reading("operational")), failure, None, &english()).text;
    assert!(!text(&failure).contains("data centre"), "{}", text(&failure));
    failure.city = Some("Frankfurt".to_owned());
    assert!(text(&failure).contains("probably"), "{}", text(&failure));
    failure.city = Some("Portland".to_owned());
    assert!(!text(&failure).contains("data centre"), "{}", text(&failure));
}

#[test]
fn a_rerouted_data_centre_is_no_outage() {
    for (word, state) in [("partial_outage", CentreState::Rerouted), ("under_maintenance", CentreState::PartlyRerouted)]
    {
        let page = summary(word, "operational", &[]);
        assert_eq!(page.centre(iata("FRA")).unwrap().state, state);
        assert_eq!(concern(&page, 522).severity(), Severity::None);
        assert!(!concern(&page, 522).severity().is_serious());
        assert!(text(page, 522).text.contains("goes through another one"));
    }
}

#[test]
fn a_minor_banner_alone_is_no_trouble() {
    let page = summary("operational", "operational", &[]);
    assert_eq!(concern(&page, 522).severity(), Severity::None);
}

#[test]
fn an_offline_data_centre_concerns_those_it_serves_and_no_others() {
    let page = summary("major_outage", "operational", &[]);
    assert_eq!(concern(&page, 522).severity(), Severity::Major);
    assert_eq!(page.concern(&failure(522, Some("GRU")), Some(iata("GRU"))).severity(), Severity::None);
}

#[test]
fn an_incident_in_this_data_centre_concerns_it_whether_named_by_component_or_in_its_title() {
    for page in [
        summary("operational", "operational", &[incident("Packet loss", "major", &["Frankfurt, Germany - (FRA)"])]),
        summary(
            "operational",
            "operational",
            &[incident("Network Performance Issues in Frankfurt (FRA)", "major", &[])],
        ),
    ] {
        assert_eq!(concern(&page, 522).here.len(), 1);
        assert!(concern(&page, 522).severity().is_serious());
        let elsewhere = page.concern(&failure(522, Some("GRU")), Some(iata("GRU")));
        assert_eq!(elsewhere.severity(), Severity::None);
    }
}

#[test]
fn an_incident_of_workers_concerns_a_workers_error_and_not_a_522() {
    let page = summary("operational", "partial_outage", &[incident("Workers errors", "critical", &["Workers"])]);
    assert_eq!(concern(&page, 1101).severity(), Severity::Critical);
    assert_eq!(concern(&page, 522).severity(), Severity::None);
}

#[test]
fn an_incident_of_the_tunnel_concerns_1033() {
    let named = json!({
        "name": "Connectivity", "status": "monitoring", "impact": "major",
        "incident_updates": [{"body": "", "affected_components": [{"name": "Cloudflare Sites and Services - Tunnel"}]}],
    });
    let page = summary("operational", "operational", &[named]);
    assert_eq!(concern(&page, 1033).severity(), Severity::Major);
    assert_eq!(concern(&page, 522).severity(), Severity::None);
}

#[test]
fn a_service_whose_name_contains_another_services_is_not_mistaken_for_it() {
    let named = ["Magic Firewall", "CDN Cache Purge", "Workers Preview", "Cloudflare Sites and Services"];
    let page = summary("operational", "operational", &[incident("Trouble", "critical", &named)]);
    for code in [522, 1020, 1101] {
        assert_eq!(concern(&page, code).severity(), Severity::None, "{code}");
    }
}

#[test]
fn an_incident_of_the_dashboard_concerns_no_visitor() {
    let page = summary("operational", "operational", &[incident("Dashboard slow", "critical", &["Dashboard"])]);
    assert_eq!(concern(&page, 522).severity(), Severity::None);
}

#[test]
fn the_latest_update_is_kept_with_its_time() {
    let page =
        summary("operational", "operational", &[incident("Packet loss", "major", &["Frankfurt, Germany - (FRA)"])]);
    let update = page.incidents.as_ref().unwrap()[0].update.clone().unwrap();
    assert_eq!(update.text, "We know more.");
    assert_eq!(update.at, Timestamp::parse("2026-11-22T13:40:00Z"));
    let text = text(page, 522);
    assert!(text.text.contains("Packet loss"), "{}", text.text);
    assert_eq!(text.update.as_deref(), Some("We know more."));
}

#[test]
fn the_three_documents_complete_each_other() {
    let components = json!({"components": full_size("operational", "operational")}).to_string();
    let unresolved = json!({"page": {}, "incidents": [incident("x", "major", &["CDN/Cache"])]}).to_string();
    let page = StatusPage::parse(components.as_bytes()).unwrap().or(StatusPage::parse(unresolved.as_bytes()).unwrap());
    assert_eq!(concern(&page, 522).severity(), Severity::Major);
    assert!(concern(&page, 522).centre.is_some());
}

#[test]
fn an_incident_that_is_over_is_not_open() {
    let mut over = incident("x", "critical", &["CDN/Cache"]);
    over["status"] = json!("resolved");
    assert_eq!(concern(&summary("operational", "operational", &[over]), 522).severity(), Severity::None);
}

#[test]
fn maintenance_counts_only_while_it_is_under_way() {
    for (status, count) in [("scheduled", 0), ("in_progress", 1), ("verifying", 1), ("completed", 0)] {
        let document = json!({"components": [], "scheduled_maintenances": [
            {"name": "FRA (Frankfurt) on 2026-11-22", "status": status, "impact": "maintenance",
             "components": [{"name": "Frankfurt, Germany - (FRA)"}]}]});
        let page = StatusPage::parse(document.to_string().as_bytes()).unwrap();
        assert_eq!(concern(&page, 522).maintenance.len(), count, "{status}");
    }
}

#[test]
fn one_broken_component_or_incident_does_not_cost_the_others() {
    let document = json!({
        "components": [7, null, {"status": "operational"}, {"name": "Frankfurt, Germany (FRA)", "status": "a new word"}],
        "incidents": [[], {"name": "x", "status": "investigating", "impact": null, "components": [3, {"name": "Network"}]}],
    });
    let page = StatusPage::parse(document.to_string().as_bytes()).unwrap();
    assert_eq!(page.centre(iata("FRA")).unwrap().state, CentreState::Unknown);
    assert_eq!(page.incidents.unwrap()[0].services, ["Network"]);
}

#[test]
fn what_is_no_status_page_is_unknown_and_not_down() {
    for document in ["", "<!doctype html><title>Just a moment...</title>", "[]", "{}", "{\"components\":7}", "null"] {
        assert!(StatusPage::parse(document.as_bytes()).is_err(), "{document}");
    }
    let large = vec![b' '; StatusPage::DOCUMENT_BYTES + 1];
    assert!(matches!(StatusPage::parse(&large), Err(StatusPageError::TooLarge)));
    assert!(StatusPage::parse(&b"[".repeat(100_000)).is_err());
    let unknown = StatusText::new(None, &failure(522, Some("FRA")), None, &english());
    assert_eq!(unknown.severity, None);
}

#[test]
fn a_text_of_any_length_is_cut() {
    let long = "word ".repeat(100_000);
    let page = summary("operational", "operational", &[incident(&long, "major", &[&long])]);
    assert_eq!(page.incidents.unwrap()[0].name.chars().count(), StatusPage::TEXT_CHARACTERS);
}

#[test]
fn a_copy_is_used_for_a_minute_and_then_asked_for_with_its_etag() {
    let at = Timestamp::from_unix_millis(1_000_000);
    let kept = Reading { etag: Some("\"x\"".to_owned()), ..Reading::new(at, Some(StatusPage::default()), 0) };
    let after =
        |seconds, seed| freshness(Some(&Reading { seed, ..kept.clone() }), at.after(Duration::from_secs(seconds)));
    let ask = Freshness::Ask { after: Duration::ZERO, if_none_match: Some("\"x\"".to_owned()) };
    assert!((0..100).all(|seed| after(59, seed) == Freshness::Fresh));
    assert!((0..100).all(|seed| after(91, seed) == ask));
    let early = (0..1000).filter(|seed| after(75, *seed) == ask).count();
    assert!((400..600).contains(&early), "{early} of 1000 browsers ask in the first half of the spread");
    let earlier = freshness(Some(&kept), at.before(Duration::from_secs(5)));
    assert_ne!(earlier, Freshness::Fresh, "a clock that jumped back");
    assert_eq!(freshness(None, at), ASK);
}

/// The state of a copy in an installation for development, which asks without delay.
fn freshness(kept: Option<&Reading>, now: Timestamp) -> Freshness {
    Reading::freshness(kept, now, 0, Install::Development)
}

const ASK: Freshness = Freshness::Ask { after: Duration::ZERO, if_none_match: None };

#[test]
fn even_the_first_request_is_put_off_by_a_random_time() {
    let at = Timestamp::from_unix_millis(1_000_000);
    let waits = (0..1_000).map(|seed| match Reading::freshness(None, at, seed, Install::Normal) {
        Freshness::Ask { after, .. } => after,
        Freshness::Fresh => panic!("there's no copy"),
    });
    let in_quarters = waits.fold([0; 4], |mut quarters, wait| {
        assert!(wait < StatusPage::SPREAD, "{wait:?}");
        quarters[usize::try_from(wait.as_secs() / 5).unwrap()] += 1;
        quarters
    });
    assert!(in_quarters.iter().all(|count| (200..300).contains(count)), "{in_quarters:?}");
}

#[test]
fn a_page_that_cannot_be_read_is_asked_less_and_less_and_never_before_it_allows() {
    let at = Timestamp::from_unix_millis(1_000_000);
    let mut kept = Reading { etag: Some("\"x\"".to_owned()), ..Reading::new(at, None, 7) };
    let mut waits = Vec::new();
    for _ in 0..8 {
        let due = (0..7200).find(|s| freshness(Some(&kept), kept.at.after(Duration::from_secs(*s))) == ASK);
        waits.push(due.unwrap());
        kept = Reading::new(at, None, 7).after(Some(&kept), None);
    }
    assert!(waits.windows(2).take(4).all(|pair| pair[1] > pair[0]), "{waits:?}");
    assert!(waits.iter().all(|wait| (60..=45 * 60).contains(wait)), "{waits:?}");
    let asked = Reading::new(at, None, 7).after(None, Some(Duration::from_hours(2)));
    assert_eq!(freshness(Some(&asked), at.after(Duration::from_mins(119))), Freshness::Fresh);
    let greedy = Reading::new(at, None, 7).after(None, Some(Duration::from_hours(200)));
    assert_ne!(freshness(Some(&greedy), at.after(StatusPage::LONGEST_WAIT)), Freshness::Fresh);
    assert_eq!(Reading::new(at, Some(StatusPage::default()), 7).after(Some(&kept), None).failures, 0);
}

fn titled(title: &str) -> StatusPage {
    summary("operational", "operational", &[incident(title, "major", &["Network"])])
}

#[test]
fn a_regional_incident_that_names_places_in_its_title_concerns_those_alone() {
    let at = |page: &StatusPage, code: &str| {
        let concern = page.concern(&failure(522, Some(code)), Some(iata(code)));
        (concern.here.len(), concern.services.len())
    };
    let page = titled("Increased level of HTTP 5xx errors in the Frankfurt area");
    assert_eq!((at(&page, "FRA"), at(&page, "GRU")), ((1, 0), (0, 0)));
    let page = titled("Network performance issues in Brazil");
    assert_eq!((at(&page, "FRA"), at(&page, "GRU")), ((0, 0), (1, 0)));
    let page = titled("Network performance issues in Sao Paulo, Brazil");
    assert_eq!(at(&page, "GRU"), (1, 0));
    let page = titled("Network performance issues in Europe");
    assert_eq!((at(&page, "FRA"), at(&page, "GRU")), ((1, 0), (0, 0)));
    let page = titled("Increased errors");
    assert_eq!((at(&page, "FRA"), at(&page, "GRU")), ((0, 1), (0, 1)));
}

#[test]
fn an_incident_with_challenges_in_its_name_concerns_challenges_whatever_the_component() {
    let name = "Cloudflare One Clients are incorrectly challenged on some sites";
    let page = summary("operational", "operational", &[incident(name, "major", &["WARP"])]);
    let challenge = Diagnosis { kind: crate::diagnosis::Kind::Challenge, code: None, ..failure(522, Some("FRA")) };
    assert_eq!(page.concern(&challenge, Some(iata("FRA"))).services.len(), 1);
    assert_eq!(concern(&page, 522).services.len(), 0);
}

/// The document of the status page of August 2026, as its own script reads it.
fn third_version() -> Value {
    json!({"success": true, "result": {
        "components": [
            {"id": "1", "name": "Frankfurt, Germany - (FRA)", "status": "partial_outage"},
            {"id": "2", "name": "Hong Kong - (HKG)", "status": "partially_re-routed"},
            {"id": "3", "name": "Tokyo, Japan - (NRT)", "status": "Re-routed"},
            {"id": "4", "name": "Web Application Firewall (WAF)", "status": "operational"},
            {"id": "5", "name": "CDN/Cache", "status": "major_outage"},
        ],
        "active_incidents": [{
            "id": "i", "name": "Global network issues", "status": "identified", "impact": "critical",
            "created_at": "2026-11-18T11:48:00Z", "starts_at": "2026-11-18T11:20:00Z", "resolved_at": null,
            "components": [{"id": "5", "name": "CDN/Cache"}],
            "last_update": {"display_at": "2026-11-18T12:03:00Z", "created_at": "2026-11-18T12:03:00Z",
                            "status": "identified", "message": "A fix is on its way."},
        }],
        "recent_incidents": [{"id": "o", "name": "Over", "status": "resolved", "impact": "major"}],
    }})
}

#[test]
fn the_third_version_is_read_where_the_second_is_gone() {
    let page = StatusPage::parse(third_version().to_string().as_bytes()).unwrap();
    let state = |code| page.centre(iata(code)).map(|centre| centre.state);
    assert_eq!(state("FRA"), Some(CentreState::Rerouted));
    assert_eq!(state("HKG"), Some(CentreState::PartlyRerouted));
    assert_eq!(state("NRT"), Some(CentreState::Rerouted));
    assert_eq!(state("WAF"), None);
    let incident = &page.incidents.as_ref().unwrap()[0];
    assert_eq!(
        (incident.impact, incident.services.as_slice()),
        (Severity::Critical, ["CDN/Cache".to_owned()].as_slice())
    );
    assert_eq!(incident.started_at, Timestamp::parse("2026-11-18T11:20:00Z"));
    assert_eq!(incident.update.as_ref().unwrap().text, "A fix is on its way.");
    assert_eq!(page.incidents.as_ref().unwrap().len(), 1);
    assert_eq!(concern(&page, 522).severity(), Severity::Critical);
    assert_eq!(page.troubled_services.as_ref().unwrap()[0].name, "CDN/Cache");
    assert!(StatusPage::parse(br#"{"success":false,"result":null}"#).is_err());
}
