//! Which data centre a failure is said to come from.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly wherever it is")]

use rayback_core::data_centre::{Iata, KnownBy, Served};
use rayback_core::diagnosis::{Confidence, Diagnosis, Form, Kind};
use rayback_core::settings::Settings;
use rayback_core::time::Timestamp;
use rayback_core::url::PageUrl;
use rayback_core::watch::{Event, Failure, Isolation, Method, Report, TabId, UnsavedInput, Visibility, Watch};

fn page(served: Option<Served>) -> Diagnosis {
    Diagnosis {
        kind: Kind::Error,
        form: Form::Branded,
        code: rayback_core::code::Code::new(522),
        http_status: Some(522),
        ray: None,
        served,
        city: Some("Frankfurt".to_owned()),
        host: None,
        at: None,
        legs: None,
        retryable: None,
        retry_after: None,
        confidence: Confidence::from_hundredths(99),
        evidence: Vec::new(),
    }
}

fn served(code: &str, known_by: KnownBy) -> Option<Served> {
    Iata::parse(code).map(|data_centre| Served { data_centre, known_by })
}

/// What the watch and its tab say after a page and a trace.
fn after_trace(page: Diagnosis) -> (Option<Served>, Option<Served>) {
    let url = PageUrl::parse("https://shop.example/").unwrap();
    let watch = Watch::new(url.origin().clone(), 7);
    let (settings, now) = (Settings::default(), Timestamp::from_unix_millis(1_790_000_000_000));
    let failure = Failure {
        tab: TabId(1),
        url,
        method: Method::Get,
        diagnosis: page,
        visibility: Visibility::Visible,
        unsaved_input: UnsavedInput::None,
        isolation: Isolation::Shared,
        report: Report::Fresh,
    };
    let (watch, _) = watch.step(&settings, now, Event::Failed(Box::new(failure)));
    let (watch, _) = watch.step(&settings, now, Event::Traced { data_centre: Iata::parse("AMS") });
    (watch.diagnosis().unwrap().served, watch.tabs()[0].diagnosis.served)
}

#[test]
fn what_the_edge_names_takes_the_place_of_what_the_city_made_probable() {
    let sure = served("AMS", KnownBy::Edge);
    assert_eq!(after_trace(page(served("FRA", KnownBy::City))), (sure, sure));
    assert_eq!(after_trace(page(None)), (sure, sure));
}

#[test]
fn what_the_page_itself_proves_stays() {
    let sure = served("FRA", KnownBy::Edge);
    assert_eq!(after_trace(page(sure)), (sure, sure));
}
