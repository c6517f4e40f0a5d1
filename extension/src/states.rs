//! Every state of the interface as the tree that's drawn, for pictures and for tests of its accessibility.
//!
//! Each comes from core's own watch and view, on a scripted failure. Neither of the browser's modules uses this, so
//! neither contains it.

#![expect(clippy::expect_used, reason = "every script is a constant, and a state that's missing must be noticed")]

use core::time::Duration;

use rayback_core::data_centre::{Iata, KnownBy, ServingDataCentre};
use rayback_core::diagnosis::{Diagnosis, Evidence, Form, Kind, Place};
use rayback_core::fault::{Connection, OtherFailure, Suspect};
use rayback_core::history::Outage;
use rayback_core::outside::archive::ArchivedCopy;
use rayback_core::outside::dns::{Lookup, LookupOutcome};
use rayback_core::outside::host_check::HostCheck;
use rayback_core::outside::second_look::{SecondLook, Seen, View};
use rayback_core::outside::status_page::{Reading, StatusPage};
use rayback_core::outside::trace::Trace;
use rayback_core::ray::RayId;
use rayback_core::requests::{ReportedRequest, RequestReport, Requests};
use rayback_core::settings::{Install, Mode, PanelSize, Settings, Shape};
use rayback_core::time::{Dated, Timestamp};
use rayback_core::url::PageUrl;
use rayback_core::view::{
    Access, Deletion, Demo, Findings, Found, HistoryChoice, HistoryView, HostCheckState, HostChecks, InspectedPage,
    PageCheckView, Question, ViewContext, World, left,
};
use rayback_core::watch::{Choice, Event, Failure, Method, Phase, ProbeOutcome, TabId, UnsavedInput, Watch};
use rayback_core::words::Words;
use serde_json::Value;

use crate::message::PageName;
use crate::store::Key;
use crate::ui::{self, DemoStage, Field, Node};

pub use crate::resource::STYLE;

/// A state of the panel or of one of the extension's own pages.
#[derive(Clone, Debug)]
pub struct State {
    /// The page, by the name of its file without the ending; `panel` for the panel.
    pub page: &'static str,
    /// The state's name, unique among those of its page.
    pub name: &'static str,
    /// The moment at which it's drawn.
    pub now: Timestamp,
    /// The tree for `mount.js`.
    pub tree: Value,
}

/// When the scripted failures begin: 23 November 2026, 06:40 UTC.
const START: Timestamp = Timestamp::from_unix_millis(1_795_416_000_000);

const TAB: TabId = TabId(7);
const SHOP: &str = "https://shop.example/cart";

/// Every state, with the texts of these words; they must have those of the interface, of visitors and of owners.
#[must_use]
pub fn states(words: &Words) -> Vec<State> {
    let mut states = States { words, states: Vec::new() };
    states.panels();
    states.popups();
    states.hosts();
    states.settings();
    states.histories();
    states.page_checks();
    states.welcomes();
    states.push("left", "page", START, &ui::left(&left(&address(SHOP), words), words));
    states.states
}

struct States<'a> {
    words: &'a Words,
    states: Vec<State>,
}

impl States<'_> {
    fn push(&mut self, page: &'static str, name: &'static str, now: Timestamp, shown: &ui::PageTree) {
        self.push_tree(page, name, now, &shown.tree);
    }

    fn push_tree(&mut self, page: &'static str, name: &'static str, now: Timestamp, tree: &Node) {
        let tree = serde_json::to_value(tree).expect("a tree is JSON");
        self.states.push(State { page, name, now, tree });
    }

    fn panel(&mut self, name: &'static str, site: &Site) {
        let view = site.context(self.words).panel(&site.watch, TAB).expect("a failing tab has a panel");
        self.push_tree("panel", name, site.now, &ui::panel(&view));
    }

    fn panels(&mut self) {
        for code in ["500", "502", "504", "520", "521", "522", "524", "526", "1016", "1020", "1101"] {
            self.panel(code, &Site::failing(page(code)));
        }
        self.panel("rate-limit", &Site::failing(page("1015")));
        self.panel("502-unbranded", &Site::failing(Diagnosis { form: Form::Unbranded, ..page("502") }));
        for (name, kind) in [
            ("block", Kind::Block),
            ("challenge", Kind::Challenge),
            ("waiting-room", Kind::WaitingRoom),
            ("access", Kind::Access),
            ("gateway", Kind::Gateway),
            ("warning", Kind::Warning),
            ("imitation", Kind::Imitation),
        ] {
            self.panel(name, &Site::failing(without_code(kind)));
        }
        self.panel("challenge-stuck", &Site::failing(stuck()));
        self.panel("outage", &Site::failing(page("500")).in_an_outage());
        self.panel("confirming", &Site::new(SHOP).step(failed(failure(SHOP, page("522")))));
        self.panel("checking", &Site::failing(page("522")).checking());
        self.panel("not-reachable", &Site::failing(page("522")).failing_for(Duration::from_mins(70)));
        self.panel("loading", &Site::failing(page("522")).checking().found(ProbeOutcome::Recovered));
        self.panel("recovered", &Site::only_notified(page("522")).checking().found(ProbeOutcome::Recovered));
        self.panel("stopped", &Site::failing(page("522")).step(Event::Pressed(Choice::Stop)));
        self.panel("offline", &Site::failing(page("522")).offline());
        for (name, failure) in [
            ("form", Failure { method: Method::Other, ..failure(SHOP, page("524")) }),
            ("method-unknown", Failure { method: Method::Unknown, ..failure(SHOP, page("522")) }),
            ("typed", Failure { unsaved_input: UnsavedInput::Some, ..failure(SHOP, page("522")) }),
            ("refreshes", failure(SHOP, marked(page("502"), "reloads-itself"))),
        ] {
            self.panel(name, &Site::new(SHOP).step(failed(failure)).traced());
        }
        let unwatched = Site::failing(page("522"));
        let view = unwatched.context(self.words).panel_unwatched(&unwatched.watch, TAB).expect("a panel");
        self.push_tree("panel", "not-watched", unwatched.now, &ui::panel(&view));
        let mut chip = Site::failing(page("522"));
        chip.settings.set_panel_size(chip.watch.origin(), PanelSize::Small);
        self.panel("chip", &chip);
    }

    /// The popup of these sites, with the first in the tab in front.
    fn popup(&mut self, name: &'static str, sites: &[Site], access: Access) {
        let nothing = Site::new(SHOP);
        let front = sites.first().unwrap_or(&nothing);
        let now = sites.iter().map(|site| site.now).max().unwrap_or(START);
        let watches: Vec<_> = sites.iter().map(|site| (site.key(), site.watch.clone())).collect();
        let context = ViewContext { now, ..front.context(self.words) };
        let view = context.popup(&watches, (!sites.is_empty()).then_some(TAB), access);
        self.push("popup", name, now, &ui::popup(&view, self.words));
    }

    fn popups(&mut self) {
        let with_others = |front: Site| {
            let other = |tab, url, code, since: Duration| {
                let failure = Failure { tab: TabId(tab), ..failure(url, page(code)) };
                let site = Site { now: START.before(since), ..Site::new(url) }.step(failed(failure)).traced();
                let site = if since.is_zero() { site } else { site.failing_for(since * 3 / 4) };
                Site { now: START, ..site }
            };
            [
                front,
                other(8, "https://www.a-shop-with-a-rather-long-name.example/", "521", Duration::from_mins(40)),
                other(9, "https://news.example/", "504", Duration::from_mins(12)),
                other(10, "https://forum.example/", "1020", Duration::ZERO),
            ]
        };
        self.popup("nothing", &[], Access::Granted);
        self.popup("withheld", &[], Access::Withheld);
        self.popup("one", &[Site::failing(page("522")).with_status_page(FINE)], Access::Granted);
        self.popup("several", &with_others(Site::failing(page("522")).with_status_page(FINE)), Access::Granted);
        self.popup("outage", &with_others(Site::failing(page("500")).in_an_outage()), Access::Granted);
        self.popup("challenge-stuck", &[Site::failing(stuck())], Access::Granted);
        self.popup("imitation", &[Site::failing(without_code(Kind::Imitation))], Access::Granted);
        let stopped = Site::failing(page("522")).step(Event::Pressed(Choice::Stop)).with_status_page(FINE);
        self.popup("stopped", &[stopped], Access::Granted);
        let mut hidden = Site::failing(page("522"));
        hidden.settings.set_panel_size(hidden.watch.origin(), PanelSize::Hidden);
        self.popup("hidden-panel", &[hidden], Access::Granted);
    }

    fn hosts(&mut self) {
        for (name, site) in [
            ("fresh", Site::failing(page("522")).with_status_page(FINE)),
            ("answered", Site::failing(page("522")).failing_for(Duration::from_mins(30)).in_an_outage().asked()),
            ("asking", Site::failing(page("521")).asking()),
        ] {
            let context = site.context(self.words);
            let view = context.host_page(&site.watch, TAB).expect("a failing tab has a page");
            let refused = (name == "asking").then_some(Question::ArchivedCopy);
            let texts = ui::Texts { report: None, misread: None, refused };
            let page = PageName { key: site.key(), tab: TAB };
            let tree = ui::host(&view, &context.site_past(&site.watch), &page, texts, self.words);
            self.push("host", name, site.now, &tree);
        }
    }

    fn settings(&mut self) {
        let form = || ui::Form {
            settings: Settings::default(),
            install: Install::Normal,
            problems: Vec::new(),
            is_saved: false,
            history: None,
            shortcut: Some("Alt+Shift+R".to_owned()),
        };
        self.push("settings", "default", START, &ui::settings(&form(), self.words));
        let mut problems = form();
        problems.settings.schedule = Shape::Steps;
        problems.settings.trusted_origins.insert("https://shop.example".to_owned());
        problems.change(Field::Steps, "soon", true);
        problems.change(Field::Floor, "-3", true);
        problems.is_saved = true;
        self.push("settings", "problems", START, &ui::settings(&problems, self.words));
    }

    fn histories(&mut self) {
        let asked = past().first().map(|outage| Deletion::Outage(outage.id()));
        let question = HistoryChoice { asked, ..HistoryChoice::default() };
        let states = [
            ("empty", Vec::new(), HistoryChoice::default()),
            ("full", past(), HistoryChoice::default()),
            ("question", past(), question),
        ];
        for (name, past, choice) in states {
            let view = HistoryView::new(&past, &choice, Settings::default().history_days, START, self.words);
            self.push("history", name, START, &ui::history(&view, &choice.filter.search, self.words));
        }
    }

    fn page_checks(&mut self) {
        let request = |url: &str, status| ReportedRequest { url: url.to_owned(), status };
        let open = |requests| {
            let report = RequestReport { requests, ..RequestReport::default() };
            InspectedPage::Open(address(SHOP), Some(200), Requests::read(&report))
        };
        let worked = request("https://shop.example/app.js", 200);
        let unread = [1, 2, 3].map(|number| request(&format!("https://api.example/{number}"), 0));
        let status = 522;
        let failed = vec![request("https://shop.example/basket/items", status); 2];
        let parts = [vec![worked.clone()], failed, unread.to_vec()].concat();
        let api = address("https://api.example/").origin().clone();
        let found = HostCheck::Cloudflare("522".parse().expect("a code"));
        let checked = HostChecks::from([(api, HostCheckState::Answer(Dated::new(found, START)))]);
        for (name, looked, checks) in [
            ("fine", open(vec![worked]), HostChecks::new()),
            ("parts", open(parts.clone()), HostChecks::new()),
            ("checked", open(parts), checked),
            ("closed", InspectedPage::Closed(address(SHOP)), HostChecks::new()),
            ("none", InspectedPage::NoWebPage, HostChecks::new()),
        ] {
            let view = PageCheckView::new(&looked, &checks, Connection::Online, &Settings::default(), self.words);
            self.push("page-check", name, START, &ui::page_check(&view, self.words));
        }
    }

    fn welcomes(&mut self) {
        let words = self.words;
        let demo = Demo::new(START).and_then(|demo| demo.panel(words, START)).expect("the demonstration begins");
        for (name, access, stage) in [
            ("granted", Access::Granted, DemoStage::Idle),
            ("withheld", Access::Withheld, DemoStage::Idle),
            ("demo", Access::Granted, DemoStage::Failing(&demo)),
            ("back", Access::Granted, DemoStage::Back { host: "shop.example" }),
        ] {
            self.push("welcome", name, START, &ui::welcome(access, name == "back", &stage, words));
        }
    }
}

/// A failing site at one point of its script.
#[derive(Clone)]
struct Site {
    watch: Watch,
    settings: Settings,
    world: World,
    now: Timestamp,
}

/// Cloudflare's status page in quiet times and in an outage of Frankfurt.
const FINE: &str = r#"{"page":{"id":"x"},"components":[
    {"id":"1","name":"Frankfurt, Germany - (FRA)","status":"operational"}],"incidents":[]}"#;
const OUTAGE: &str = r#"{"page":{"id":"x"},"components":[
    {"id":"1","name":"Frankfurt, Germany - (FRA)","status":"major_outage"}],
    "incidents":[{"name":"Network performance issues in Frankfurt","status":"investigating","impact":"major",
    "components":[{"name":"Frankfurt, Germany - (FRA)"}],"started_at":"2026-11-23T06:21:00Z"}]}"#;

impl Site {
    fn new(url: &str) -> Self {
        let watch = Watch::new(address(url).origin().clone(), 1);
        Self { watch, settings: Settings::default(), world: World::default(), now: START }
    }

    /// A failing site. A trace shows that Cloudflare's edge answers for it.
    fn failing(diagnosis: Diagnosis) -> Self {
        Self::new(SHOP).step(failed(failure(SHOP, diagnosis))).traced()
    }

    /// The same for a user who only wants to be notified.
    fn only_notified(diagnosis: Diagnosis) -> Self {
        let settings = Settings { mode: Mode::OnlyNotify, ..Settings::default() };
        Self { settings, ..Self::new(SHOP) }.step(failed(failure(SHOP, diagnosis))).traced()
    }

    fn step(self, event: Event) -> Self {
        let (watch, _) = self.watch.step(&self.settings, self.now, event);
        Self { watch, ..self }
    }

    fn traced(self) -> Self {
        self.step(Event::Traced { trace: Trace::Edge { data_centre: Iata::parse("FRA") } })
    }

    /// Waits until the next check, and begins it.
    fn checking(self) -> Self {
        let site = Self { now: self.watch.alarm_at().unwrap_or(self.now), ..self };
        site.step(Event::Alarm)
    }

    /// Ends a check that has begun.
    fn found(self, outcome: ProbeOutcome) -> Self {
        match *self.watch.phase() {
            Phase::Probing { probe, .. } => self.step(Event::ProbeEnded { probe, outcome }),
            _ => self,
        }
    }

    /// Goes on failing for at least this long.
    fn failing_for(mut self, time: Duration) -> Self {
        let end = self.now.after(time);
        while self.now < end {
            let diagnosis = self.watch.diagnosis().cloned().map(Box::new).expect("it has failed");
            let before = self.now;
            self = self.checking().found(ProbeOutcome::Failing { diagnosis });
            assert!(self.now > before, "a failing site is checked again: {:?}", self.watch.phase());
        }
        self
    }

    fn offline(self) -> Self {
        let world = World { connection: Connection::Offline, ..self.world };
        Self { world, ..self }.step(Event::Offline)
    }

    fn with_status_page(self, page: &str) -> Self {
        let page = StatusPage::parse(page.as_bytes()).expect("a status page");
        let status_page = Some(Reading::new(self.now, Some(page), 0));
        Self { world: World { status_page, ..self.world }, ..self }
    }

    fn in_an_outage(self) -> Self {
        let failures = ["news.example", "forum.example"].map(|host| OtherFailure {
            host: host.to_owned(),
            kind: Some(Kind::Error),
            form: Some(Form::Branded),
            is_stuck: false,
            code: "500".parse().ok(),
            data_centre: Iata::parse("FRA"),
            at: self.now,
        });
        let world = World { failures: failures.to_vec(), ..self.world };
        Self { world, ..self }.with_status_page(OUTAGE).step(Event::IncidentOpen)
    }

    fn asking(self) -> Self {
        let findings =
            Findings { second_look: Found::Asking, addresses: Found::Unknown { at: self.now }, ..Findings::default() };
        Self { world: World { findings, ..self.world }, ..self }
    }

    /// With an answer to each question, and with a past.
    fn asked(self) -> Self {
        let at = self.now;
        let view = |continent: &str, country: &str, city: &str, seen| View {
            continent: continent.to_owned(),
            country: country.to_owned(),
            city: city.to_owned(),
            network: "Example Networks".to_owned(),
            position: None,
            seen,
            data_centre: None,
            took_ms: Some(240),
        };
        let fails = Seen::Fails { code: "522".parse().ok(), status: 522 };
        let second_look = SecondLook {
            views: vec![
                view("EU", "DE", "Frankfurt", fails),
                view("NA", "US", "Chicago", Seen::Works { status: 200 }),
                view("AS", "JP", "Tokyo", Seen::NoAnswer),
                view("SA", "BR", "São Paulo", Seen::EdgeOnly { status: 403 }),
            ],
        };
        let copy = ArchivedCopy { url: "https://web.archive.org/web/2026/https://shop.example/cart".into(), at: None };
        let addresses = Lookup {
            outcome: LookupOutcome::Exists,
            addresses: vec![
                "104.16.132.229".parse().expect("an address"),
                "2606:4700::6810:84e5".parse().expect("one"),
            ],
        };
        let findings = Findings {
            second_look: Found::Answer { found: second_look, at },
            archived_copy: Found::Answer { found: Some(copy), at },
            addresses: Found::Answer { found: addresses, at },
            own_status_page: Found::Answer { found: Some("https://status.shop.example/".to_owned()), at },
        };
        let mut outages = past();
        outages.retain(|outage| outage.origin == *self.watch.origin());
        let past_outages = vec![Duration::from_mins(12), Duration::from_mins(50)];
        Self { world: World { findings, outages, past_outages, ..self.world }, ..self }
    }

    fn key(&self) -> String {
        Key::shared(self.watch.origin()).to_string()
    }

    fn context<'a>(&'a self, words: &'a Words) -> ViewContext<'a> {
        ViewContext { words, settings: &self.settings, world: &self.world, now: self.now }
    }
}

fn address(url: &str) -> PageUrl {
    PageUrl::parse(url).expect("an address")
}

fn page(code: &str) -> Diagnosis {
    let code = code.parse().expect("a code of the catalogue");
    let served = ServingDataCentre { data_centre: Iata::parse("FRA").expect("a data centre"), known_by: KnownBy::Edge };
    Diagnosis { ray: RayId::parse("230b030023ae2822"), served: Some(served), ..Diagnosis::of_code(code) }
}

fn without_code(kind: Kind) -> Diagnosis {
    Diagnosis { kind, code: None, http_status: Some(403), ..page("520") }
}

/// A page with the evidence of one more marker.
fn marked(page: Diagnosis, marker: &'static str) -> Diagnosis {
    let evidence = vec![Evidence { marker: marker.into(), found: String::new(), place: Place::Body }];
    Diagnosis { evidence, ..page }
}

/// A check that can't load.
fn stuck() -> Diagnosis {
    marked(without_code(Kind::Challenge), "challenge-stuck")
}

fn failure(url: &str, diagnosis: Diagnosis) -> Failure {
    Failure::new(TAB, address(url), diagnosis)
}

fn failed(failure: Failure) -> Event {
    Event::Failed(Box::new(failure))
}

/// A few weeks of outages of several sites.
fn past() -> Vec<Outage> {
    let sites = [
        ("https://shop.example/", "522", Suspect::Origin, Some("FRA"), 5_u32),
        ("https://news.example/", "500", Suspect::Cloudflare, Some("AMS"), 3),
        ("https://a.example/", "1020", Suspect::Rule, None, 1),
    ];
    let outages = sites.into_iter().flat_map(|(url, code, suspect, centre, count)| {
        (1..=count).rev().map(move |number| {
            let start = START.before(Duration::from_hours(61) * number);
            let end = (number != 2).then(|| start.after(Duration::from_mins(16) * number));
            Outage {
                origin: address(url).origin().clone(),
                start,
                end,
                last: end.unwrap_or(start),
                codes: code.parse().into_iter().collect(),
                data_centre: centre.and_then(Iata::parse),
                attempts: 4,
                suspect,
            }
        })
    });
    outages.collect()
}
