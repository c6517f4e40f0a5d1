//! Verdicts in complete situations.

use core::time::Duration;
use std::borrow::Cow;

use super::*;
use crate::catalog;
use crate::data_centre::{Iata, KnownBy, ServingDataCentre};
use crate::diagnosis::{Diagnosis, Form, Kind};
use crate::outside::dns::{Lookup, LookupOutcome};
use crate::outside::second_look::{SecondLook, Seen, View};
use crate::outside::status_page::{Centre, CentreState, Incident, Reading, Severity, StatusPage};
use crate::outside::trace::Trace;
use crate::time::Dated;
use crate::words::Words;

const NOW: Timestamp = Timestamp::from_unix_millis(1_790_000_000_000);

fn iata(code: &str) -> Iata {
    Iata::parse(code).unwrap()
}

fn page(code: u16) -> Diagnosis {
    Diagnosis {
        served: Some(ServingDataCentre { data_centre: iata("FRA"), known_by: KnownBy::Edge }),
        host: Some("shop.example".to_owned()),
        ..Diagnosis::of_code(code.to_string().parse().unwrap())
    }
}

fn other(host: &str, centre: &str) -> OtherFailure {
    OtherFailure {
        host: host.to_owned(),
        kind: Some(Kind::Error),
        form: None,
        is_stuck: false,
        code: "522".parse().ok(),
        data_centre: Some(iata(centre)),
        at: NOW.before(Duration::from_mins(3)),
    }
}

fn status(state: CentreState, incidents: Vec<Incident>) -> Reading {
    let centre =
        Centre { code: iata("FRA"), name: "Frankfurt, Germany".to_owned(), region: "Europe".to_owned(), state };
    let page = StatusPage {
        centres: Some(vec![centre]),
        troubled_services: Some(Vec::new()),
        incidents: Some(incidents),
        maintenances: Vec::new(),
    };
    Reading::new(NOW, Some(page), 0)
}

fn incident(impact: Severity) -> Incident {
    Incident {
        name: "Packet loss in Frankfurt".to_owned(),
        status: "identified".to_owned(),
        impact,
        started_at: None,
        update: None,
        centres: vec![iata("FRA")],
        services: Vec::new(),
        places: Vec::new(),
    }
}

fn look(seen: &[Seen]) -> SecondLook {
    let view = |seen: &Seen| View {
        continent: "EU".to_owned(),
        country: "DE".to_owned(),
        city: "Berlin".to_owned(),
        network: "x".to_owned(),
        position: None,
        seen: *seen,
        data_centre: None,
        took_ms: None,
    };
    SecondLook { views: seen.iter().map(view).collect() }
}

fn fails() -> Seen {
    Seen::Fails { code: "522".parse().ok(), status: 522 }
}
const WORKS: Seen = Seen::Works { status: 200 };

fn at_shop(page: &Diagnosis) -> Situation<'_> {
    Situation::of_page("shop.example", page, NOW)
}

fn verdict(situation: &Situation<'_>) -> (Suspect, Certainty) {
    let verdict = judge(situation);
    (verdict.suspect, verdict.certainty)
}

#[test]
fn a_522_alone_is_likely_the_sites_server() {
    let page = page(522);
    assert_eq!(verdict(&at_shop(&page)), (Suspect::Origin, Certainty::Likely));
}

#[test]
fn a_522_with_a_quiet_status_page_is_likely_the_sites_server() {
    let (page, quiet) = (page(522), status(CentreState::Working, Vec::new()));
    let situation = Situation { status_page: Some(Cow::Borrowed(&quiet)), ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Origin, Certainty::Likely));
    assert!(judge(&situation).evidence.iter().any(|it| it.clue == Clue::NoIncidentYet));
    let late = Situation { since: NOW.before(Duration::from_hours(1)), ..situation };
    assert!(judge(&late).evidence.iter().any(|it| it.clue == Clue::NoIncident));
}

#[test]
fn a_522_seen_from_several_continents_is_almost_certainly_the_server() {
    let (page, look) = (page(522), look(&[fails(), fails(), fails()]));
    let situation = Situation { second_look: Some((Cow::Borrowed(&look), NOW)), ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Origin, Certainty::AlmostCertain));
    assert_eq!(judge(&situation).reach, Reach::Down);
}

#[test]
fn a_522_seen_only_from_here_is_this_data_centre() {
    let (page, look) = (page(522), look(&[WORKS, WORKS, WORKS]));
    let situation = Situation { second_look: Some((Cow::Borrowed(&look), NOW)), ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Local, Certainty::AlmostCertain));
    assert_eq!(judge(&situation).reach, Reach::WorksElsewhere);
}

#[test]
fn refused_probes_prove_nothing_about_the_site() {
    let (page, look) = (page(522), look(&[Seen::EdgeOnly { status: 403 }, Seen::EdgeOnly { status: 403 }]));
    let situation = Situation { second_look: Some((Cow::Borrowed(&look), NOW)), ..at_shop(&page) };
    assert_eq!(judge(&situation).reach, Reach::NotFromHere);
    assert_eq!(verdict(&situation), (Suspect::Origin, Certainty::Likely));
}

#[test]
fn three_hosts_in_one_data_centre_with_an_incident_are_likely_cloudflare() {
    let (page, open) = (page(522), status(CentreState::Working, vec![incident(Severity::Major)]));
    let others = [other("news.example.net", "FRA"), other("forum.example.org", "FRA")];
    let situation = Situation { status_page: Some(Cow::Borrowed(&open)), others: &others, ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Cloudflare, Certainty::Likely));
}

#[test]
fn three_unrelated_hosts_without_an_incident_are_possibly_a_bigger_outage() {
    let (page, quiet) = (page(522), status(CentreState::Working, Vec::new()));
    let others = [other("news.example.net", "FRA"), other("forum.example.org", "FRA")];
    let situation = Situation { status_page: Some(Cow::Borrowed(&quiet)), others: &others, ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Shared, Certainty::Possible));
}

#[test]
fn subdomains_count_as_one_site() {
    let page = page(522);
    let others = [other("api.shop.example", "FRA"), other("img.shop.example", "FRA"), other("cdn.shop.example", "FRA")];
    let situation = Situation { others: &others, ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Origin, Certainty::Likely));
}

#[test]
fn old_and_refused_failures_dont_count() {
    let page = page(522);
    let mut others = [other("a.example.net", "FRA"), other("b.example.org", "FRA")];
    others[0].at = NOW.before(Duration::from_hours(1));
    others[1].code = "1020".parse().ok();
    let situation = Situation { others: &others, ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Origin, Certainty::Likely));
}

#[test]
fn a_serious_incident_in_this_data_centre_is_cloudflare() {
    let (page, open) = (page(522), status(CentreState::Working, vec![incident(Severity::Critical)]));
    let situation = Situation { status_page: Some(Cow::Borrowed(&open)), ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Cloudflare, Certainty::Likely));
}

#[test]
fn a_rerouted_data_centre_or_a_minor_incident_changes_nothing() {
    let page = page(522);
    for reading in
        [status(CentreState::Rerouted, Vec::new()), status(CentreState::Working, vec![incident(Severity::Minor)])]
    {
        let situation = Situation { status_page: Some(Cow::Borrowed(&reading)), ..at_shop(&page) };
        assert_eq!(verdict(&situation), (Suspect::Origin, Certainty::Likely));
    }
}

#[test]
fn an_unreadable_status_page_is_unknown_and_has_no_points() {
    let (page, unread) = (page(522), Reading::new(NOW, None, 0));
    let situation = Situation { status_page: Some(Cow::Borrowed(&unread)), ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Origin, Certainty::Likely));
    assert!(judge(&situation).evidence.iter().any(|it| it.clue == Clue::StatusUnknown));
}

#[test]
fn offline_comes_first() {
    let (page, open) = (page(522), status(CentreState::Offline, vec![incident(Severity::Critical)]));
    let situation =
        Situation { connection: Connection::Offline, status_page: Some(Cow::Borrowed(&open)), ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Offline, Certainty::AlmostCertain));
}

#[test]
fn evidence_names_the_city_of_a_data_centre() {
    let (page, offline) =
        (Diagnosis { city: Some("Frankfurt".to_owned()), ..page(522) }, status(CentreState::Offline, vec![]));
    let situation = Situation { status_page: Some(Cow::Borrowed(&offline)), ..at_shop(&page) };
    let evidence = judge(&situation).describe(&Words::english().unwrap()).evidence;
    let texts: Vec<_> = evidence.into_iter().map(|clue| clue.text).collect();
    assert!(texts.contains(&"Cloudflare reports that its data centre Frankfurt is offline.".to_owned()), "{texts:?}");
}

#[test]
fn an_incident_doesnt_explain_a_rule() {
    let (page, open) = (page(1020), status(CentreState::Working, Vec::new()));
    let situation = Situation { status_page: Some(Cow::Borrowed(&open)), ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Rule, Certainty::AlmostCertain));
}

#[test]
fn the_visitors_network_is_named_only_where_the_code_does() {
    for entry in catalog::all() {
        let page = page(entry.code.number());
        let (suspect, _) = verdict(&at_shop(&page));
        assert_eq!(suspect == Suspect::Network, entry.code.number() == 1013, "{}", entry.code);
    }
}

#[test]
fn a_526_mentions_a_filter_on_the_visitors_network() {
    let page = page(526);
    let judged = judge(&at_shop(&page));
    assert_eq!(judged.suspect, Suspect::Setup);
    assert!(judged.evidence.iter().any(|it| it.clue == Clue::GatewayPossible));
}

#[test]
fn a_host_outside_cloudflare_shows_an_imitation() {
    let page = page(522);
    let situation = Situation { trace: Some(Dated::new(Trace::NotEdge, NOW)), ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Imitation, Certainty::AlmostCertain));
    let silent = Situation { trace: Some(Dated::new(Trace::NoAnswer, NOW)), ..at_shop(&page) };
    assert_eq!(verdict(&silent), (Suspect::Origin, Certainty::Likely));
}

#[test]
fn an_unbranded_502_is_either_side_and_a_branded_one_the_origin() {
    let mut page = page(502);
    assert_eq!(verdict(&at_shop(&page)).0, Suspect::Origin);
    page.form = Form::Unbranded;
    assert_eq!(verdict(&at_shop(&page)).0, Suspect::Nobody);
    let mut internal = self::page(500);
    for form in [Form::Branded, Form::Unbranded, Form::PlainText] {
        internal.form = form;
        assert_eq!(verdict(&at_shop(&internal)).0, Suspect::Cloudflare, "{form:?}");
    }
}

#[test]
fn a_name_missing_from_dns_confirms_the_configuration() {
    let (page, lookup) = (page(1016), Lookup { outcome: LookupOutcome::NoSuchName, addresses: Vec::new() });
    let situation = Situation { dns: Some((Cow::Borrowed(&lookup), NOW)), ..at_shop(&page) };
    assert_eq!(verdict(&situation), (Suspect::Setup, Certainty::AlmostCertain));
}

#[test]
fn an_unlisted_code_blames_nobody() {
    let page = page(1048);
    assert_eq!(verdict(&at_shop(&page)), (Suspect::Nobody, Certainty::Unknown));
}

#[test]
fn every_piece_of_evidence_has_its_words_its_source_and_its_time() {
    let words = Words::english().unwrap();
    for clue in Clue::ALL {
        assert!(!clue.text("2", &words).contains('{'), "{}", clue.id());
    }
    let page = page(522);
    let text = judge(&at_shop(&page)).describe(&words);
    assert!(text.evidence.iter().all(|it| it.at.is_some() && !it.source.is_empty()));
}

#[test]
fn every_weight_has_a_reason_and_no_pair_is_listed_twice() {
    for (index, weight) in WEIGHTS.iter().enumerate() {
        assert!(!weight.because.is_empty());
        let again = WEIGHTS[index + 1..].iter().any(|it| (it.clue, it.suspect) == (weight.clue, weight.suspect));
        assert!(!again, "{weight:?}");
    }
}

#[test]
fn misconfigured_sites_imitations_and_warnings_prove_no_outage() {
    let page = page(500);
    for (kind, code) in [
        (Kind::Error, Some("526")),
        (Kind::Error, Some("1016")),
        (Kind::Error, Some("1014")),
        (Kind::Error, Some("1027")),
        (Kind::Error, Some("522")),
        (Kind::Imitation, Some("500")),
        (Kind::Warning, None),
        (Kind::Block, None),
        (Kind::Challenge, None),
    ] {
        let others = ["a.example.net", "b.example.org", "c.example.com"].map(|host| OtherFailure {
            kind: Some(kind),
            code: code.and_then(|code| code.parse().ok()),
            ..other(host, "FRA")
        });
        let situation = Situation { others: &others, ..at_shop(&page) };
        assert!(situation.unrelated().is_empty(), "{kind:?} {code:?}");
    }
}

#[test]
fn edge_failures_are_cloudflare_and_origin_failures_possibly_bigger() {
    let hosts = ["a.example.net", "b.example.org", "c.example.com"];
    let at_edge = hosts.map(|host| OtherFailure { code: "500".parse().ok(), ..other(host, "FRA") });
    let edge = page(500);
    let situation = Situation { others: &at_edge, ..at_shop(&edge) };
    assert_eq!(verdict(&situation), (Suspect::Cloudflare, Certainty::AlmostCertain));
    for code in [520, 521, 522, 523, 524] {
        let (origin, failing) = (page(code), hosts.map(|host| other(host, "FRA")));
        let situation = Situation { others: &failing, ..at_shop(&origin) };
        assert_eq!(verdict(&situation), (Suspect::Shared, Certainty::Possible), "{code}");
    }
}

fn stuck() -> Diagnosis {
    let body = "<html><head><title>Just a moment...</title></head><body><div class=\"main-wrapper\"><h1>shop.example</h1>\
        <span id=\"challenge-error-text\">Please unblock challenges.cloudflare.com to proceed.</span></div>\
        <script>window._cf_chl_opt={cZone:'shop.example',cRay:'9f140b785e57c458'};</script></body></html>";
    let answer = crate::observation::Observation {
        status: Some(403),
        body: body.as_bytes().into(),
        ..crate::observation::Observation::default()
    };
    crate::classify::classify(&answer).unwrap()
}

#[test]
fn a_stuck_challenge_is_this_device_or_cloudflare_and_no_rule() {
    let page = stuck();
    assert!(page.is_stuck_challenge());
    let alone = at_shop(&page);
    assert_eq!(verdict(&alone), (Suspect::BlockedHere, Certainty::Possible));
    let others = [
        OtherFailure { kind: Some(Kind::Challenge), is_stuck: true, code: None, ..other("a.example.net", "FRA") },
        OtherFailure { kind: Some(Kind::Challenge), is_stuck: true, code: None, ..other("b.example.org", "FRA") },
    ];
    assert_eq!(verdict(&Situation { others: &others, ..alone.clone() }).0, Suspect::Cloudflare);
    let open = Incident {
        centres: Vec::new(),
        name: "Turnstile and challenges fail to load".to_owned(),
        services: vec!["Bot Management".to_owned()],
        ..incident(Severity::Major)
    };
    let reading = status(CentreState::Working, vec![open]);
    assert_eq!(verdict(&Situation { status_page: Some(Cow::Borrowed(&reading)), ..alone }).0, Suspect::Cloudflare);
}

#[test]
fn another_sites_cloudflare_error_clears_this_device_of_a_stuck_check() {
    let page = stuck();
    let beside = |other: OtherFailure| {
        let others = [other];
        let verdict = judge(&Situation { others: &others, ..at_shop(&page) });
        (verdict.suspect, verdict.certainty)
    };
    let internal = |form| OtherFailure { form: Some(form), code: "500".parse().ok(), ..other("a.example.net", "FRA") };
    assert_eq!(beside(internal(Form::Branded)), (Suspect::Cloudflare, Certainty::Possible));
    assert_eq!(beside(internal(Form::Unbranded)), (Suspect::Cloudflare, Certainty::Possible));
    // The blocker stops another site's check as well, and a bare 500 may be a site's own.
    let check =
        OtherFailure { kind: Some(Kind::Challenge), is_stuck: true, code: None, ..other("a.example.net", "FRA") };
    assert_eq!(beside(check), (Suspect::BlockedHere, Certainty::Possible));
    assert_eq!(beside(internal(Form::HeadersOnly)), (Suspect::BlockedHere, Certainty::Possible));
    // The same site, or too long ago.
    let same = OtherFailure { host: "www.shop.example".to_owned(), ..internal(Form::Branded) };
    assert_eq!(beside(same), (Suspect::BlockedHere, Certainty::Possible));
    let old = OtherFailure { at: NOW.before(Duration::from_hours(1)), ..internal(Form::Branded) };
    assert_eq!(beside(old), (Suspect::BlockedHere, Certainty::Possible));
}

#[test]
fn a_wave_of_blocks_counts_only_during_an_incident_of_what_blocks_rely_on() {
    let blocked =
        |code: &str| Diagnosis { kind: Kind::Block, form: Form::Branded, code: code.parse().ok(), ..page(500) };
    let block = |host: &str| OtherFailure { kind: Some(Kind::Block), code: None, ..other(host, "FRA") };
    let wave = [block("a.example.net"), block("b.example.org")];
    let open = |service: &str| {
        let named = Incident { centres: Vec::new(), services: vec![service.to_owned()], ..incident(Severity::Major) };
        status(CentreState::Working, vec![Incident { name: "Elevated errors".to_owned(), ..named }])
    };
    for page in [blocked(""), Diagnosis::of_code("1020".parse().unwrap())] {
        let judged = |others: &[OtherFailure], reading: Option<&Reading>| {
            let status_page = reading.map(Cow::Borrowed);
            let verdict = judge(&Situation { status_page, others, ..at_shop(&page) });
            (verdict.suspect, verdict.certainty, verdict.evidence.iter().any(|it| it.clue == Clue::WaveOfBlocks))
        };
        let bots = open("Bot Management");
        assert_eq!(judged(&wave, Some(&bots)), (Suspect::Cloudflare, Certainty::Possible, true));
        assert_eq!(judged(&wave[..1], Some(&bots)), (Suspect::Rule, Certainty::Likely, false));
        assert_eq!(judged(&wave, Some(&open("Images"))), (Suspect::Rule, Certainty::AlmostCertain, false));
        assert_eq!(judged(&wave, None), (Suspect::Rule, Certainty::AlmostCertain, false));
        // Other failures than blocks say nothing about a block.
        let failing = ["a.example.net", "b.example.org"].map(|host| other(host, "FRA"));
        assert!(!judged(&failing, Some(&bots)).2);
    }
}

#[path = "replay/tests.rs"]
mod replay;
