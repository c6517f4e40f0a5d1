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

fn told(page: StatusPage, code: u16) -> StatusText {
    let reading = Reading { at: Timestamp::from_unix_millis(0), etag: None, page: Some(page) };
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
    let reading = |state: &str| Reading {
        at: Timestamp::from_unix_millis(0),
        etag: None,
        page: Some(summary(state, "operational", &[])),
    };
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
        assert!(told(page, 522).text.contains("goes through another one"));
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
fn a_service_whose_name_only_holds_another_ones_is_not_taken_for_it() {
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
    let told = told(page, 522);
    assert!(told.text.contains("Packet loss"), "{}", told.text);
    assert_eq!(told.update.as_deref(), Some("We know more."));
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
    let kept = Reading { at, etag: Some("\"x\"".to_owned()), page: Some(StatusPage::default()) };
    let after = |seconds| Reading::freshness(Some(&kept), at.after(Duration::from_secs(seconds)));
    assert_eq!(after(59), Freshness::Fresh);
    assert_eq!(after(60), Freshness::Ask { if_none_match: Some("\"x\"".to_owned()) });
    let earlier = Reading::freshness(Some(&kept), at.before(Duration::from_secs(5)));
    assert_ne!(earlier, Freshness::Fresh, "a clock that jumped back");
    assert_eq!(Reading::freshness(None, at), Freshness::Ask { if_none_match: None });
}

#[test]
fn a_failed_reading_is_not_repeated_at_once_and_brings_no_etag() {
    let at = Timestamp::from_unix_millis(1_000_000);
    let kept = Reading { at, etag: Some("\"x\"".to_owned()), page: None };
    assert_eq!(Reading::freshness(Some(&kept), at), Freshness::Fresh);
    let later = at.after(Duration::from_secs(61));
    assert_eq!(Reading::freshness(Some(&kept), later), Freshness::Ask { if_none_match: None });
}
