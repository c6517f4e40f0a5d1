//! The texts that users see after given events.

use core::time::Duration;

use super::*;
use crate::data_centre::{Iata, KnownBy, ServingDataCentre};
use crate::diagnosis::{Diagnosis, Kind};
use crate::fault::Connection;
use crate::outside::status_page::{Reading, StatusPage};
use crate::outside::trace::Trace;
use crate::ray::RayId;
use crate::settings::{Mode, PanelSize, Shape};
use crate::url::PageUrl;
use crate::watch::{Choice, Effect, Event, Failure, Isolation, Method, Notice, Sighting, TabId, Visibility, Watch};
use crate::words::key;

const TAB: TabId = TabId(7);
const START: Timestamp = Timestamp::from_unix_millis(1_795_000_000_000);

fn english() -> Words {
    Words::english().unwrap()
}

fn page(code: u16) -> Diagnosis {
    Diagnosis { ray: RayId::parse("230b030023ae2822"), ..Diagnosis::of_code(code.to_string().parse().unwrap()) }
}

fn page_without_code(kind: Kind) -> Diagnosis {
    Diagnosis { kind, code: None, ..page(403) }
}

fn failure(diagnosis: Diagnosis) -> Failure {
    Failure::new(TAB, PageUrl::parse("https://shop.example/cart").unwrap(), diagnosis)
}

/// A watch after these events, one second apart. Unless they contain another result, the edge answers the request for a
/// trace.
fn watch(settings: &Settings, events: impl IntoIterator<Item = Event>) -> Watch {
    let events: Vec<_> = events.into_iter().collect();
    let is_traced = events.iter().any(|event| matches!(event, Event::Traced { .. }));
    let mut now = START;
    events.into_iter().fold(untraced(), |watch, event| {
        now = now.after(Duration::from_secs(1));
        let (watch, effects) = watch.step(settings, now, event);
        if !is_traced && effects.contains(&Effect::Trace) {
            return watch.step(settings, now, traced(Trace::Edge { data_centre: None })).0;
        }
        watch
    })
}

/// A watch before its first event.
fn untraced() -> Watch {
    Watch::new(PageUrl::parse("https://shop.example/").unwrap().origin().clone(), 1)
}

fn failed(diagnosis: Diagnosis) -> Event {
    Event::Failed(Box::new(failure(diagnosis)))
}

fn traced(trace: Trace) -> Event {
    Event::Traced { trace }
}

/// The panel after these events, under these settings.
fn panel_under(settings: &Settings, events: impl IntoIterator<Item = Event>) -> PanelView {
    let (words, world) = (english(), World::default());
    let context = ViewContext { words: &words, settings, world: &world, now: START };
    context.panel(&watch(settings, events), TAB).unwrap()
}

fn panel(events: impl IntoIterator<Item = Event>) -> PanelView {
    panel_under(&Settings::default(), events)
}

/// The extension's own page after these events, under these settings.
fn host_page_under(settings: &Settings, events: impl IntoIterator<Item = Event>) -> HostPageView {
    let (words, world) = (english(), World::default());
    let context = ViewContext { words: &words, settings, world: &world, now: START };
    context.host_page(&watch(settings, events), TAB).unwrap()
}

fn host_page(events: impl IntoIterator<Item = Event>) -> HostPageView {
    host_page_under(&Settings::default(), events)
}

fn offers(view: &PanelView, choice: Choice) -> bool {
    view.glance.choices.iter().any(|offered| offered.choice == choice)
}

/// What happens next, in the panel's words.
fn next(view: &PanelView) -> StateView {
    view.glance.state.clone().unwrap()
}

#[test]
fn a_522_says_what_happened_and_counts_down() {
    let view = panel([failed(page(522))]);
    assert_eq!(view.glance.headline, "It's the site, not you.");
    assert_eq!(view.glance.error.as_deref(), Some("Error 522"));
    assert_eq!(view.details.name, "Connection timed out");
    let state = next(&view);
    let wait = state.wait.unwrap();
    assert_eq!((wait.from, Some(wait.to)), (START.after(Duration::from_secs(1)), state.text.at));
    assert!(state.text.text.contains("{time}"));
    assert!(offers(&view, Choice::ReloadNow { tab: Some(TAB) }));
    assert!(offers(&view, Choice::Stop));
    assert_eq!(
        view.details.offers,
        ["Just tell me when it's back"],
        "what stays is chosen in the extension's own page"
    );
}

#[test]
fn the_countdown_ends_when_the_alarm_of_the_stored_watch_rings() {
    let settings = Settings::default();
    let watch = watch(&settings, [failed(page(522))]);
    let (words, world) = (english(), World::default());
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let panel = context.panel(&watch, TAB).unwrap();
    let popup = context.popup(&[("watch:https://shop.example".to_owned(), watch.clone())], None, Access::Granted);
    assert_eq!(next(&panel).wait.map(|wait| wait.to), watch.alarm_at());
    assert_eq!(popup.hosts[0].state, next(&panel));
    assert_eq!(context.badge(&watch, TAB).unwrap().text, "522");
}

#[test]
fn whose_fault_and_how_sure_come_first_among_the_facts() {
    let view = panel([failed(page(522))]);
    let fault = view.details.facts.first().unwrap();
    assert_eq!(fault.label, "Whose fault is it?");
    assert!(fault.note.as_ref().unwrap().text.starts_with("How sure are we? "));
}

#[test]
fn a_site_that_is_back_is_not_called_unreachable() {
    let settings = Settings {
        mode: Mode::OnlyNotify,
        schedule: Shape::Steps,
        steps_s: vec![1],
        floor_s: 0,
        code_floors_s: [(522, 0)].into(),
        ..Settings::default()
    };
    let fails = || failed(page(522));
    let reach =
        |view: PanelView| view.details.facts.first().unwrap().text.clone().unwrap().text.contains("can't be reached");
    assert!(reach(panel_under(&settings, [fails()])));
    let recovered = Event::ProbeEnded { probe: 1, outcome: crate::watch::ProbeOutcome::Recovered };
    let view = panel_under(&settings, [fails(), Event::Alarm, Event::Alarm, recovered]);
    assert_eq!(view.glance.headline, "shop.example is back.");
    assert!(!reach(view));
}

#[test]
fn the_ray_id_can_be_copied() {
    let view = panel([failed(page(522))]);
    assert!(
        view.details.facts.iter().filter_map(|fact| fact.copy.as_ref()).any(|copy| copy.text == "230b030023ae2822")
    );
}

#[test]
fn a_refusal_is_explained_and_left_alone() {
    for refusal in [page(1020), page_without_code(Kind::Block)] {
        let kind = refusal.kind;
        let view = panel([failed(refusal)]);
        assert_eq!((next(&view).tone, next(&view).wait), (Tone::Quiet, None), "{kind:?}");
        assert!(!offers(&view, Choice::Stop), "{kind:?}: there is nothing to stop");
    }
}

#[test]
fn a_check_that_the_visitor_is_human_is_shown_in_one_line() {
    let view = panel([failed(page_without_code(Kind::Challenge))]);
    assert_eq!(view.size, PanelSize::Small);
    assert_eq!((view.glance.headline.as_str(), view.glance.state), ("A security check is running.", None));
}

#[test]
fn an_imitation_has_a_warning_and_no_buttons() {
    let view = panel([failed(page_without_code(Kind::Imitation))]);
    assert_eq!(view.size, PanelSize::Full);
    assert!(view.glance.is_danger);
    assert_eq!(view.glance.headline, "This isn't Cloudflare. Don't do what it says.");
    assert!(view.glance.choices.is_empty());
    assert_eq!((view.details.more, view.details.hide), (None, None));
}

#[test]
fn stopping_removes_the_countdown_and_offers_to_resume() {
    let view = panel([failed(page(522)), Event::Pressed(Choice::Stop)]);
    assert_eq!((view.glance.headline.as_str(), &view.glance.state), ("Stopped checking shop.example.", &None));
    assert!(offers(&view, Choice::Resume) && !offers(&view, Choice::Stop));
}

#[test]
fn being_offline_is_said() {
    let view = panel([failed(page(522)), Event::Offline]);
    assert_eq!(view.glance.headline, "You're offline.");
    assert_eq!((next(&view).text, next(&view).wait), (Phrase::plain("Paused"), None));
}

#[test]
fn an_offline_user_is_told_to_connect_and_not_to_wait_for_the_site() {
    let (words, settings) = (english(), Settings::default());
    let world = World { connection: Connection::Offline, ..World::default() };
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let view = context.panel(&watch(&settings, [failed(page(522)), Event::Offline]), TAB).unwrap();
    let text = format!("{:?}", view.details.facts);
    assert!(text.contains("You're offline.") && text.contains("Check your internet connection"), "{text}");
    assert!(!text.contains("Wait a few minutes") && !text.contains("How long will it take?"), "{text}");
}

#[test]
fn the_data_centre_that_the_edge_names_is_not_called_probable() {
    let place = |view: &PanelView| {
        let status = view.details.facts.iter().find(|fact| fact.label == "Cloudflare's status").unwrap();
        status.text.as_ref().unwrap().text.clone()
    };
    let by_city = Diagnosis {
        served: Some(ServingDataCentre { data_centre: Iata::parse("FRA").unwrap(), known_by: KnownBy::City }),
        ..page(522)
    };
    let page =
        br#"{"page":{"id":"x"},"components":[{"id":"1","name":"Frankfurt, Germany - (FRA)","status":"operational"}],
        "incidents":[]}"#;
    let reading = Reading::new(START, StatusPage::parse(page).ok(), 0);
    let world = World { status_page: Some(reading), ..World::default() };
    let (words, settings) = (english(), Settings::default());
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let guessed = watch(&settings, [failed(by_city.clone())]);
    assert!(place(&context.panel(&guessed, TAB).unwrap()).contains("probably"));
    let traced = watch(&settings, [failed(by_city), traced(Trace::Edge { data_centre: Iata::parse("FRA") })]);
    assert!(!place(&context.panel(&traced, TAB).unwrap()).contains("probably"));
}

#[test]
fn drawing_again_an_hour_later_changes_no_time_of_the_evidence() {
    let settings = Settings::default();
    let other = |host: &str| crate::fault::OtherFailure {
        kind: Some(Kind::Error),
        form: None,
        is_stuck: false,
        host: host.to_owned(),
        code: "522".parse().ok(),
        data_centre: None,
        at: START.before(Duration::from_secs(5)),
    };
    let page_json = br#"{"page":{"id":"x"},"components":[],"incidents":[]}"#;
    let lookup =
        crate::outside::dns::Lookup { outcome: crate::outside::dns::LookupOutcome::Exists, addresses: Vec::new() };
    let world = World {
        connection: Connection::Offline,
        status_page: Some(Reading::new(START, StatusPage::parse(page_json).ok(), 0)),
        findings: Findings { addresses: Found::Answer { found: lookup, at: START }, ..Findings::default() },
        failures: vec![other("a.example.net")],
        ..World::default()
    };
    let words = english();
    for trace in [Trace::Edge { data_centre: Iata::parse("FRA") }, Trace::NotEdge, Trace::NoAnswer] {
        let watch = watch(&settings, [failed(page(522)), traced(trace), Event::Offline]);
        let draw = |now, world| {
            let view = ViewContext { words: &words, settings: &settings, world, now }.host_page(&watch, TAB).unwrap();
            evidence(view).into_iter().map(|clue| (clue.text, clue.source.at)).collect::<Vec<_>>()
        };
        let now = draw(START.after(Duration::from_secs(4)), &world);
        assert!(now.len() >= 6 && now.iter().all(|(_, at)| at.is_some()), "{now:?}");
        // Another site's failure is no evidence an hour later; the rest stays as it is.
        let world = World { failures: Vec::new(), ..world.clone() };
        assert_eq!(
            draw(START.after(Duration::from_secs(4)), &world),
            draw(START.after(Duration::from_hours(1)), &world)
        );
    }
}

#[test]
fn a_document_reported_again_keeps_the_time_it_was_first_seen_at_and_a_new_one_has_its_own() {
    let settings = Settings::default();
    let again = |sighting| Event::Failed(Box::new(Failure { sighting, ..failure(page(522)) }));
    let seen_at = |last| watch(&settings, [failed(page(522)), last]).tabs()[0].seen_at;
    assert_eq!(seen_at(again(Sighting::Repeated)), START.after(Duration::from_secs(1)));
    assert_eq!(seen_at(again(Sighting::Fresh)), START.after(Duration::from_secs(2)));
}

#[test]
fn panel_verdict_and_report_name_the_same_data_centre() {
    let (words, settings) = (english(), Settings::default());
    let status = br#"{"page":{"id":"x"},"components":[
        {"id":"1","name":"Frankfurt, Germany - (FRA)","status":"major_outage"},
        {"id":"2","name":"Amsterdam, Netherlands - (AMS)","status":"major_outage"}],"incidents":[]}"#;
    let reading = Reading::new(START, StatusPage::parse(status).ok(), 0);
    let world = World { status_page: Some(reading), ..World::default() };
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let served = |known_by| Some(ServingDataCentre { data_centre: Iata::parse("FRA").unwrap(), known_by });
    let in_city = || Diagnosis { city: Some("Frankfurt".to_owned()), ..page(522) };
    let trace = |code| traced(Trace::Edge { data_centre: Iata::parse(code) });
    for (diagnosis, event, code, other) in [
        (in_city(), trace("AMS"), "AMS", "FRA"),
        (page(522), trace("FRA"), "FRA", "AMS"),
        (Diagnosis { served: served(KnownBy::City), ..page(522) }, trace("AMS"), "AMS", "FRA"),
        (Diagnosis { served: served(KnownBy::Edge), ..page(522) }, trace("FRA"), "FRA", "AMS"),
    ] {
        let watch = watch(&settings, [failed(diagnosis), event]);
        let view = context.panel(&watch, TAB).unwrap();
        let status = view.details.facts.iter().find(|fact| fact.label == "Cloudflare's status").unwrap();
        let status = status.text.clone().unwrap().text;
        let more = context.host_page(&watch, TAB).unwrap().more;
        let report = context.report(&watch, TAB).unwrap();
        let line = report.lines().find(|line| line.contains("data centre**:")).unwrap().to_owned();
        let offline = more.evidence.iter().find(|clue| clue.text.contains("ffline")).map(|clue| clue.text.clone());
        let names = |text: &str, code| {
            let city = if code == "FRA" { "Frankfurt" } else { "Amsterdam" };
            text.contains(code) || text.contains(city)
        };
        for text in [status, line, offline.unwrap()] {
            assert!(names(&text, code) && !names(&text, other), "{code}: {text}");
        }
    }
}

/// The evidence that the extension's own page shows.
fn evidence(view: HostPageView) -> Vec<ClueView> {
    view.more.evidence
}

#[test]
fn each_trace_result_has_its_own_text_and_only_another_server_hints_at_an_imitation() {
    let words = english();
    let results = [
        (Trace::Edge { data_centre: Iata::parse("FRA") }, words.format(key::clue::TraceEdge { detail: "FRA" }), false),
        (Trace::Edge { data_centre: None }, words.get(key::clue::TRACE_EDGE_UNNAMED).to_owned(), false),
        (Trace::NoAnswer, words.get(key::clue::TRACE_NO_ANSWER).to_owned(), false),
        (Trace::NotEdge, words.get(key::clue::TRACE_NOT_EDGE).to_owned(), true),
    ];
    for (trace, clue, is_imitation) in results {
        let view = host_page([failed(page(522)), traced(trace)]);
        let fault = view.facts.first().unwrap().text.clone().unwrap().text;
        assert_eq!(fault.contains(words.get(key::verdict::IMITATION)), is_imitation, "{trace:?}: {fault}");
        assert!(evidence(view).iter().any(|it| it.text == clue), "{trace:?}");
    }
}

#[test]
fn a_trace_that_got_no_answer_keeps_the_earlier_one() {
    let edge = Trace::Edge { data_centre: Iata::parse("FRA") };
    let watch = watch(&Settings::default(), [failed(page(522)), traced(edge), traced(Trace::NoAnswer)]);
    assert_eq!(watch.trace().map(|trace| trace.value), Some(edge));
}

#[test]
fn an_open_incident_is_named_as_the_reason_for_long_waits() {
    let settings = Settings { schedule: Shape::Classic, ..Settings::default() };
    let view = panel_under(&settings, [failed(page(522)), Event::IncidentOpen]);
    assert_eq!(next(&view).then.as_deref(), Some("Cloudflare has an open incident."));
}

#[test]
fn an_unknown_method_is_shown_with_the_countdown_and_can_be_trusted() {
    let unknown = Failure { method: Method::Unknown, ..failure(page(522)) };
    let view = panel([Event::Failed(Box::new(unknown.clone()))]);
    assert_eq!(next(&view).then.as_deref(), Some("Not reloading: this page may answer a form."));
    assert_eq!(view.details.offers.first().map(String::as_str), Some("Always reload this site"));
    assert!(!offers(&view, Choice::TrustOrigin), "it's said in the extension's own page");
    let own = host_page([Event::Failed(Box::new(unknown.clone()))]);
    assert!(own.choices.iter().any(|offered| offered.choice == Choice::TrustOrigin));
    let private = Failure { isolation: Isolation::Private, ..unknown };
    let view = panel([Event::Failed(Box::new(private))]);
    assert!(!view.details.offers.contains(&"Always reload this site".to_owned()), "to trust is to write the site down");
}

#[test]
fn after_a_post_the_panel_says_whether_the_form_may_have_gone_through() {
    let posted = Failure { method: Method::Other, ..failure(page(524)) };
    let view = panel([Event::Failed(Box::new(posted))]);
    let form = view.details.facts.iter().find(|fact| fact.label == "Did my form go through?").unwrap();
    assert!(form.text.as_ref().unwrap().text.contains("may have gone through"));
    assert_eq!(view.glance.choices[0].label, "Load without the form");
}

#[test]
fn only_a_page_that_the_edge_confirms_makes_a_form_safe_to_send_again() {
    let posted = || Event::Failed(Box::new(Failure { method: Method::Other, ..failure(page(521)) }));
    let form = |events: Vec<Event>| {
        let label = english().get(key::label::FORM).to_owned();
        let view = panel(events);
        view.details.facts.into_iter().find(|fact| fact.label == label).and_then(|fact| fact.text).map(|text| text.text)
    };
    let edge = traced(Trace::Edge { data_centre: None });
    assert!(form(vec![posted(), edge]).unwrap().contains("safe to send"));
    for events in [vec![posted(), traced(Trace::NoAnswer)], vec![posted(), traced(Trace::NotEdge)]] {
        assert!(form(events).unwrap().contains("may have gone through"));
    }
}

#[test]
fn claims_that_need_a_genuine_page_appear_once_the_edge_confirms_it_and_the_headline_stays() {
    let (words, settings, world) = (english(), Settings::default(), world_with_frankfurt_down());
    let context =
        ViewContext { words: &words, settings: &settings, world: &world, now: START.after(Duration::from_secs(1)) };
    let in_frankfurt = Diagnosis { city: Some("Frankfurt".to_owned()), ..page(521) };
    let posted = |visibility| {
        let failure = Failure { visibility, ..failure(in_frankfurt.clone()) };
        (
            Event::Failed(Box::new(failure.clone())),
            Event::Failed(Box::new(Failure { method: Method::Other, ..failure })),
        )
    };
    let (got, sent) = posted(Visibility::Visible);
    let draw = |event: &Event, trace: Option<Trace>| {
        let watch = untraced().step(&settings, START, event.clone()).0;
        let watch = trace.map_or(watch.clone(), |trace| watch.step(&settings, START, traced(trace)).0);
        let view = context.panel(&watch, TAB).unwrap();
        let facts = view
            .details
            .facts
            .iter()
            .filter_map(|fact| Some(fact.text.as_ref()?.text.as_str()))
            .collect::<Vec<_>>()
            .join("\n");
        (view.glance.headline, view.glance.why, view.glance.state.unwrap(), facts)
    };
    let edge = Trace::Edge { data_centre: Iata::parse("FRA") };
    let first = draw(&got, None);
    for trace in [None, Some(Trace::NotEdge), Some(Trace::NoAnswer), Some(edge)] {
        let is_confirmed = trace == Some(edge);
        let (headline, why, state, facts) = draw(&got, trace);
        // What the status page says about Frankfurt is evidence once the edge confirms that it's Frankfurt.
        assert_eq!(headline == first.0, !is_confirmed, "{trace:?}: {headline}");
        assert_eq!(why, first.1, "{trace:?}");
        assert_eq!(facts.contains("Frankfurt"), is_confirmed, "{trace:?}: {facts}");
        // An edge that fails itself may not answer, and then the page comes back all the same.
        let counts_down = is_confirmed || trace == Some(Trace::NoAnswer);
        assert_eq!(state.wait.is_some(), counts_down, "{trace:?}: {state:?}");
        let (.., facts) = draw(&sent, trace);
        assert_eq!(facts.contains("safe to send"), is_confirmed, "{trace:?}: {facts}");
        assert_eq!(facts.contains("may have gone through"), !is_confirmed, "{trace:?}: {facts}");
    }
    let (.., state, _) = draw(&got, Some(Trace::NotEdge));
    assert_eq!(state.text.text, words.get(key::panel::state::NOT_CLOUDFLARE));
}

/// A world whose status page says that Frankfurt is down.
fn world_with_frankfurt_down() -> World {
    let status = br#"{"page":{"id":"x"},"components":[
        {"id":"1","name":"Frankfurt, Germany - (FRA)","status":"major_outage"}],"incidents":[]}"#;
    World { status_page: Some(Reading::new(START, StatusPage::parse(status).ok(), 0)), ..World::default() }
}

#[test]
fn an_incident_that_has_just_begun_is_shown_whatever_service_it_names() {
    let (words, settings) = (english(), Settings::default());
    let status = format!(
        r#"{{"page":{{"id":"x"}},"components":[],"incidents":[{{"name":"Issues with Dashboard","status":"investigating",
        "impact":"major","components":[{{"name":"Dashboard"}}],"started_at":"{}"}}]}}"#,
        START.before(Duration::from_mins(5))
    );
    let world = World {
        status_page: Some(Reading::new(START, StatusPage::parse(status.as_bytes()).ok(), 0)),
        ..World::default()
    };
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let says = |diagnosis| {
        let view = context.panel(&watch(&settings, [failed(diagnosis)]), TAB).unwrap();
        let label = words.get(key::panel::STATUS);
        view.details.facts.into_iter().find(|fact| fact.label == label).unwrap().text.unwrap().text
    };
    let plain = Diagnosis { form: crate::diagnosis::Form::Unbranded, ..page(500) };
    assert!(says(plain).contains("Issues with Dashboard"));
    assert!(!says(page(521)).contains("Dashboard"), "a server that refuses is the site's own");
}

/// A page with a marker of one that reloads itself.
fn reloading(marker: &'static str) -> Diagnosis {
    let place = crate::diagnosis::Place::Body;
    let evidence = crate::diagnosis::Evidence { marker: marker.into(), found: String::new(), place };
    Diagnosis { evidence: vec![evidence], ..page(502) }
}

#[test]
fn a_refresh_can_be_stopped_in_the_panel_and_then_the_schedule_takes_over() {
    let stop = Choice::StopRefresh { tab: TAB };
    let before = panel([failed(reloading("reloads-itself"))]);
    assert_eq!(before.glance.choices.first().map(|choice| choice.choice), Some(stop));
    let after = panel([failed(reloading("reloads-itself")), Event::Pressed(stop)]);
    assert!(next(&after).wait.is_some(), "{:?}", after.glance);
    assert!(!offers(&after, stop));
    let own = host_page([failed(reloading("reloads-itself"))]);
    assert!(own.choices.iter().all(|offered| offered.choice != stop), "only a script in the page can");
}

#[test]
fn a_scripts_reload_cannot_be_stopped_and_the_popup_and_our_own_page_offer_to_leave() {
    let script = || failed(reloading("reloads-itself-by-script"));
    let view = panel([script()]);
    assert!(next(&view).text.text.contains("Rayback can't stop that"), "{:?}", view.glance);
    assert_eq!(view.details.offers, ["Leave this page"]);
    let leave = Choice::Leave { tab: TAB };
    assert!(!offers(&view, leave), "a page could trick the user into leaving it");
    assert!(host_page([script()]).choices.iter().any(|offered| offered.choice == leave));
    let private = Event::Failed(Box::new(Failure {
        isolation: Isolation::Private,
        ..failure(reloading("reloads-itself-by-script"))
    }));
    assert!(host_page([private]).choices.iter().all(|offered| offered.choice != leave));
}

#[test]
fn a_page_that_replaces_itself_at_once_twice_has_a_badge_and_the_popup_alone() {
    let (words, settings, world) = (english(), Settings::default(), World::default());
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let after = |count| watch(&settings, (0..count).map(|_| failed(page(502))));
    assert!(context.panel(&after(2), TAB).is_some());
    let restless = after(3);
    assert!(context.panel(&restless, TAB).is_none());
    assert!(context.badge(&restless, TAB).is_some());
    let popup = context.popup(&[("key".to_owned(), restless)], None, Access::Granted);
    assert!(popup.hosts[0].choices.iter().any(|offered| offered.choice == Choice::Leave { tab: TAB }));
}

#[test]
fn a_page_that_reloads_itself_is_left_to_itself() {
    let page = reloading("reloads-itself");
    let watch = watch(&Settings::default(), [failed(page.clone())]);
    assert!(
        !matches!(watch.phase(), crate::watch::Phase::Waiting { .. } | crate::watch::Phase::Navigating { .. }),
        "{:?}",
        watch.phase()
    );
    assert!(next(&panel([failed(page)])).text.text.contains("reloads itself"));
}

#[test]
fn reloading_against_a_rate_limit_warns_first() {
    let view = panel([failed(page(1015))]);
    assert_eq!(view.glance.choices[0].label, "Reload anyway");
    assert_eq!(next(&view).then.as_deref(), Some("Reloading too soon may prolong the block."));
    assert_eq!(view.glance.choices[0].emphasis, Emphasis::Plain);
}

#[test]
fn a_user_who_only_wants_notifications_can_change_their_mind() {
    let settings = Settings { mode: Mode::OnlyNotify, ..Settings::default() };
    let choices = host_page_under(&settings, [failed(page(522))]).choices;
    assert!(choices.iter().any(|offered| offered.choice == Choice::BringBack));
    assert!(choices.iter().all(|offered| offered.choice != Choice::OnlyNotify));
}

#[test]
fn a_phishing_warning_offers_no_way_on() {
    let view = panel([failed(page_without_code(Kind::Warning))]);
    assert!(view.glance.choices.is_empty() && view.details.more.is_none() && view.glance.leave.is_some());
    assert!(
        view.details.facts.iter().all(|fact| fact.label == english().get(key::label::DO)),
        "{:?}",
        view.details.facts
    );
    assert!(view.glance.why.clone().unwrap().contains("passwords"), "{:?}", view.glance.why);
}

#[test]
fn no_text_of_a_view_is_a_missing_key() {
    let kinds = [
        Kind::Error,
        Kind::Block,
        Kind::Challenge,
        Kind::Access,
        Kind::WaitingRoom,
        Kind::Warning,
        Kind::Gateway,
        Kind::PaidCrawl,
        Kind::Imitation,
    ];
    let views = kinds.map(|kind| panel([failed(page_without_code(kind))]));
    for view in views {
        let text = serde_json::to_string(&view).unwrap();
        for section in
            ["panel.", "glance.", "path.", "chip.", "more.", "label.", "status.", "verdict.", "certainty.", "clue."]
        {
            assert!(!text.contains(&format!("\"{section}")), "{section} in {text}");
        }
        // A placeholder that was filled with nothing.
        assert!(!text.contains("Error :") && !text.contains("Error  "), "{text}");
    }
}

#[test]
fn a_page_that_only_asks_for_something_is_nobodys_fault() {
    for kind in [Kind::Access, Kind::Challenge, Kind::WaitingRoom] {
        let text = serde_json::to_string(&panel([failed(page_without_code(kind))])).unwrap();
        assert!(!text.contains("blocked you"), "{kind:?}: {text}");
    }
}

#[test]
fn each_question_says_beforehand_what_is_sent_to_whom() {
    let questions = host_page([failed(page(522))]).more.questions;
    let look = questions.iter().find(|asked| asked.question == Question::SecondLook).unwrap();
    assert!(look.says.contains("Globalping") && look.says.contains("the site's name"), "{}", look.says);
    assert_eq!((&look.text, &look.link), (&None, &None));
}

#[test]
fn an_archived_copy_is_linked_with_its_date() {
    let settings = Settings::default();
    let watch = watch(&settings, [failed(page(522))]);
    let words = english();
    let made = Timestamp::parse("2026-01-01T00:00:00Z");
    let copy = crate::outside::archive::ArchivedCopy {
        url: "https://web.archive.org/web/20260101000000/https://shop.example/".to_owned(),
        at: made,
    };
    let findings = Findings { archived_copy: Found::Answer { found: Some(copy), at: START }, ..Findings::default() };
    let world = World { findings, ..World::default() };
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let questions = context.host_page(&watch, TAB).unwrap().more.questions;
    let link = questions.into_iter().find_map(|asked| asked.link).unwrap();
    assert_eq!(link.label, Phrase { text: "Open the copy from {time}".to_owned(), at: made });
}

#[test]
fn a_reached_limit_is_shown_with_the_time_to_try_again() {
    let settings = Settings::default();
    let watch = watch(&settings, [failed(page(522))]);
    let words = english();
    let text = |second_look| {
        let world = World { findings: Findings { second_look, ..Findings::default() }, ..World::default() };
        let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
        let questions = context.host_page(&watch, TAB).unwrap().more.questions;
        let look = questions.into_iter().find(|asked| asked.question == Question::SecondLook).unwrap();
        assert!(look.button.is_some(), "it can be asked again");
        look.text.unwrap()
    };
    let wait = Duration::from_mins(30);
    let until = text(Found::limited(START, Some(wait)));
    assert!(until.text.contains("Try again at {time}"), "{}", until.text);
    assert!(until.at.unwrap() >= START.after(wait), "not before the limit ends");
    let unsaid = text(Found::limited(START, None));
    assert!(unsaid.text.contains("Try again later"), "{}", unsaid.text);
    assert_eq!(unsaid.at, Some(START));
}

#[test]
fn the_visitors_address_is_only_in_a_report_that_they_ticked_it_for() {
    let settings = Settings::default();
    let watch = watch(&settings, [failed(page(522))]);
    let (words, world) = (english(), World::default());
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let ticked = context.report_with_address(&watch, TAB, "198.51.100.7".parse().ok()).unwrap();
    assert!(ticked.contains("198.51.100.7"), "{ticked}");
    let unknown = context.report_with_address(&watch, TAB, None).unwrap();
    assert!(unknown.contains("Visitor's IP address") && unknown.contains("unknown"), "{unknown}");
    let report = context.report(&watch, TAB).unwrap();
    assert!(report.contains("522") && !report.contains("Visitor's IP address"), "{report}");
}

#[test]
fn an_empty_popup_says_what_it_is_for_and_asks_for_access_where_it_is_withheld() {
    let (words, settings, world) = (english(), Settings::default(), World::default());
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let popup = context.popup(&[], None, Access::Granted);
    assert!(popup.empty.is_some() && popup.access.is_none());
    let popup = context.popup(&[], None, Access::Withheld);
    assert!(popup.access.is_some() && popup.empty.is_none(), "nothing can be said about pages that Rayback can't see");
}

#[test]
fn a_notice_from_a_private_window_names_no_host() {
    let words = english();
    assert_eq!(notice(&words, Notice::SiteIsBack, Some("shop.example")).title, "shop.example is back");
    assert!(!notice(&words, Notice::SiteIsBack, None).title.contains("shop"));
}

#[test]
fn a_limited_number_of_failing_hosts_is_remembered_each_once() {
    let mut failures = Vec::new();
    let failure = |host: String| crate::fault::OtherFailure {
        host,
        kind: None,
        form: None,
        is_stuck: false,
        code: None,
        data_centre: None,
        at: START,
    };
    for number in 0..World::MOST_FAILURES + 5 {
        World::remember(&mut failures, failure(format!("{number}.example")));
    }
    World::remember(&mut failures, failure("54.example".to_owned()));
    assert_eq!(failures.len(), World::MOST_FAILURES);
    assert_eq!(failures.iter().filter(|known| known.host == "54.example").count(), 1);
    assert!(failures.iter().all(|known| known.host != "0.example"));
}

#[test]
fn a_public_dns_answer_is_shown_with_its_limits_and_counts_in_the_verdict() {
    let (words, settings) = (english(), Settings::default());
    let watch = watch(&settings, [failed(page(1016))]);
    let asked = |outcome, addresses: &[&str]| {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let found = crate::outside::dns::Lookup { outcome, addresses };
        let findings = Findings { addresses: Found::Answer { found, at: START }, ..Findings::default() };
        let world = World { findings, ..World::default() };
        let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
        let more = context.host_page(&watch, TAB).unwrap().more;
        let question = more.questions.into_iter().find(|it| it.question == Question::Addresses).unwrap();
        (question.text.unwrap().text, more.evidence.into_iter().map(|clue| clue.text).collect::<Vec<_>>())
    };
    let (text, _) = asked(crate::outside::dns::LookupOutcome::Exists, &["104.16.1.1"]);
    assert!(text.contains("only the site's owner can check"), "{text}");
    let (text, evidence) = asked(crate::outside::dns::LookupOutcome::NoSuchName, &[]);
    assert!(text.starts_with("No"), "{text}");
    assert!(evidence.contains(&words.get(key::clue::NAME_MISSING).to_owned()), "{evidence:?}");
}

#[test]
fn the_panel_holds_nothing_that_its_page_does_not_know() {
    let (words, settings) = (english(), Settings::default());
    let watch = watch(&settings, [failed(page(522)), traced(Trace::Edge { data_centre: Iata::parse("FRA") })]);
    let other = |host: &str| crate::fault::OtherFailure {
        host: host.to_owned(),
        kind: Some(Kind::Error),
        form: Some(crate::diagnosis::Form::Branded),
        is_stuck: false,
        code: "522".parse().ok(),
        data_centre: Iata::parse("FRA"),
        at: START,
    };
    let copy = crate::outside::archive::ArchivedCopy {
        url: "https://web.archive.org/web/20260101000000/https://shop.example/".to_owned(),
        at: None,
    };
    let world = World {
        failures: ["news.example.net", "forum.example.org", "bank.example.com"].map(other).to_vec(),
        findings: Findings { archived_copy: Found::Answer { found: Some(copy), at: START }, ..Findings::default() },
        past_outages: vec![Duration::from_mins(17); 3],
        ..World::default()
    };
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let panel = serde_json::to_string(&context.panel(&watch, TAB).unwrap()).unwrap();
    let own = serde_json::to_string(&context.host_page(&watch, TAB).unwrap()).unwrap();
    let evidence = "unrelated sites fail in this browser";
    for private in ["news.example", "forum.example", "bank.example", "web.archive.org", "17 min", evidence] {
        assert!(!panel.contains(private), "{private}: {panel}");
    }
    for shown in ["web.archive.org", "17 min", evidence] {
        assert!(own.contains(shown), "{shown}: {own}");
    }
    // Without anything of this browser's history the panel reads the same, apart from the verdict.
    let quiet = World { failures: world.failures.clone(), ..World::default() };
    let context = ViewContext { words: &words, settings: &settings, world: &quiet, now: START };
    assert_eq!(serde_json::to_string(&context.panel(&watch, TAB).unwrap()).unwrap(), panel);
}

#[test]
fn the_popup_says_the_same_about_the_front_tab_as_its_panel() {
    let (words, settings, world) = (english(), Settings::default(), World::default());
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let watch = watch(&settings, [failed(page(522)), traced(Trace::Edge { data_centre: Iata::parse("FRA") })]);
    let panel = context.panel(&watch, TAB).unwrap();
    let watches = [("watch:https://shop.example".to_owned(), watch)];
    let popup = context.popup(&watches, Some(TAB), Access::Granted);
    assert_eq!(popup.front.unwrap().glance, panel.glance);
    assert!(popup.hosts.is_empty() && popup.empty.is_none());
    assert_eq!(popup.all.map(|(choice, _)| choice), Some(Choice::Stop));
    let elsewhere = context.popup(&watches, Some(TabId(8)), Access::Granted);
    assert!(elsewhere.front.is_none() && elsewhere.hosts.len() == 1);
}

#[test]
fn the_popup_has_a_verdict_a_countdown_and_the_attempts_of_every_other_site() {
    let (words, world) = (english(), World::default());
    let settings = Settings { schedule: Shape::Steps, steps_s: vec![60], ..Settings::default() };
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let edge = traced(Trace::Edge { data_centre: Iata::parse("FRA") });
    let tried =
        watch(&settings, [failed(page(522)), edge, Event::Pressed(Choice::ReloadNow { tab: None }), failed(page(522))]);
    let popup = context.popup(&[("watch:https://shop.example".to_owned(), tried)], None, Access::Granted);
    let host = &popup.hosts[0];
    assert_eq!((host.verdict.as_str(), host.error.as_deref()), ("It's the site", Some("Error 522")));
    assert_eq!(host.attempt.as_deref(), Some("Checked once so far"));
    assert!(host.state.wait.is_some() && host.path.is_some());
}

#[test]
fn stopping_all_affects_only_active_watches_and_resuming_all_only_stopped_ones() {
    let settings = Settings::default();
    let joins_in = |events: Vec<Event>| {
        let watch = watch(&settings, events);
        (watch.joins_in(Choice::Stop), watch.joins_in(Choice::Resume))
    };
    assert_eq!(joins_in(vec![failed(page(522))]), (true, false));
    assert_eq!(joins_in(vec![failed(page(522)), Event::Pressed(Choice::Stop)]), (false, true));
    assert_eq!(joins_in(vec![failed(page(1020))]), (false, false));
}

#[test]
fn cloudflares_line_says_whether_the_trouble_is_near() {
    let (words, settings) = (english(), Settings::default());
    let watches = |at: Option<&str>| {
        let trace = Trace::Edge { data_centre: at.and_then(Iata::parse) };
        [("watch:https://shop.example".to_owned(), watch(&settings, [failed(page(522)), traced(trace)]))]
    };
    let line = |incident: &str, at| {
        let document = format!(
            r#"{{"page":{{"id":"x"}},"components":[{{"id":"1","name":"Frankfurt, Germany - (FRA)","status":"operational"}},
            {{"id":"2","name":"Miami, FL, United States - (MIA)","status":"operational"}}],"incidents":[{incident}]}}"#
        );
        let reading = Reading::new(START, StatusPage::parse(document.as_bytes()).ok(), 0);
        let world = World { status_page: Some(reading), ..World::default() };
        let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
        context.popup(&watches(at), None, Access::Granted).cloudflare.unwrap().text
    };
    let miami = r#"{"id":"9","name":"Outage in Miami","status":"identified","impact":"major","components":[
        {"id":"2","name":"Miami, FL, United States - (MIA)"}]}"#;
    assert_eq!(line("", Some("FRA")), "Cloudflare: no problems in Frankfurt, which serves you");
    assert_eq!(line("", None), "Cloudflare: no known problems");
    assert_eq!(line(miami, Some("MIA")), "Cloudflare, near you: Outage in Miami");
    assert_eq!(line(miami, Some("FRA")), "Cloudflare, not near you: Outage in Miami");
    assert!(line(miami, None).ends_with("We don't know yet whether that's near you."));
    let world = World { status_page: Some(Reading::new(START, None, 0)), ..World::default() };
    let context = ViewContext { words: &words, settings: &settings, world: &world, now: START };
    let unknown = context.popup(&watches(None), None, Access::Granted).cloudflare.unwrap();
    assert_eq!((unknown.mark, unknown.text.contains("can't be read")), (Mark::Unsure, true));
}

#[test]
fn a_folded_or_hidden_panel_stays_so_on_its_site_and_a_warning_never_is() {
    let sized = |origin: &str, size| Settings {
        panel_sizes: vec![(origin.to_owned().try_into().unwrap(), size)],
        ..Settings::default()
    };
    for expected in [PanelSize::Small, PanelSize::Hidden] {
        let settings = sized("https://shop.example", expected);
        assert_eq!(panel_under(&settings, [failed(page(522))]).size, expected);
        for kind in [Kind::Imitation, Kind::Warning] {
            assert_eq!(panel_under(&settings, [failed(page_without_code(kind))]).size, PanelSize::Full, "{kind:?}");
        }
    }
    let there = sized("https://other.example", PanelSize::Hidden);
    assert_eq!(panel_under(&there, [failed(page(522))]).size, PanelSize::Full);
    let private = Failure { isolation: Isolation::Private, ..failure(page(522)) };
    assert_eq!(panel([Event::Failed(Box::new(private))]).details.hide, None, "nothing of a private window is kept");
}

#[test]
fn without_new_evidence_the_headline_stays_however_late_it_is() {
    let (words, settings) = (english(), Settings::default());
    let other = |host: &str, code: &str| crate::fault::OtherFailure {
        host: host.to_owned(),
        kind: Some(Kind::Error),
        form: Some(crate::diagnosis::Form::Branded),
        is_stuck: false,
        code: code.parse().ok(),
        data_centre: None,
        at: START,
    };
    let silent = StatusPage::parse(br#"{"page":{"id":"x"},"components":[],"incidents":[]}"#).ok();
    for code in [500, 502, 522] {
        let watch = watch(&settings, [failed(page(code))]);
        let world = World {
            failures: vec![other("a.example.net", "522"), other("b.example.org", "522")],
            status_page: Some(Reading::new(START, silent.clone(), 0)),
            ..World::default()
        };
        let at = |minutes| {
            let now = START.after(Duration::from_mins(minutes));
            ViewContext { words: &words, settings: &settings, world: &world, now }
                .panel(&watch, TAB)
                .unwrap()
                .glance
                .headline
        };
        for minutes in [11, 31, 61, 600] {
            assert_eq!(at(1), at(minutes), "{code} after {minutes} minutes");
        }
    }
}
