//! Every parser of untrusted input as a fuzz target.
//!
//! A target must not panic, and its memory use and time must be at most linear in its input. Add new parsers to
//! [`TARGETS`] with a few seeds: short inputs of our own that reach every part.

use rayback_core::classify::{examine, examine_quoted};
use rayback_core::observation::fragments::{Fragment, Fragments};
use rayback_core::observation::head::Head;
use rayback_core::observation::{Headers, Observation};
use rayback_core::outside::ranges::Ranges;
use rayback_core::outside::status_page::StatusPage;
use rayback_core::outside::trace::Trace;
use rayback_core::outside::{archive, dns};
use rayback_core::redact;
use rayback_core::settings::{Install, Settings};
use rayback_core::url::PageUrl;
use rayback_core::watch::Watch;
use rayback_core::words::{ENGLISH, Formats, Reader, Words};

/// A parser.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name, such as `page`.
    pub name: &'static str,
    /// Parses the bytes and drops the result.
    pub run: fn(&[u8]),
    /// Inputs to start from, in addition to any fixtures.
    pub seeds: &'static [&'static [u8]],
    /// Whether the fixtures' bodies are seeds as well.
    pub takes_fixtures: TakesFixtures,
}

/// Whether a target also takes the fixtures' bodies as seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakesFixtures {
    /// The target parses pages.
    Yes,
    /// The target parses other input.
    No,
}

use TakesFixtures::{No, Yes};

/// Every parser.
pub const TARGETS: &[Target] = &[
    Target { name: "page", run: page, seeds: &[b"<title>Just a moment...</title>"], takes_fixtures: Yes },
    Target {
        name: "response",
        run: response,
        seeds: &[
            b"HTTP/2 522\r\nserver: cloudflare\r\ncf-ray: 9f140b785e57c458-FRA\r\nretry-after: 120\r\n\r\nerror code: 522",
            b"HTTP/1.1 403 Forbidden\ncf-mitigated: challenge\nset-cookie: __cfwaitingroom=x\nrefresh: 20\n\n<title>x</title>",
        ],
        takes_fixtures: No,
    },
    Target {
        name: "problem-json",
        run: problem_json,
        seeds: &[b"\"cloudflare_error\":true,\"error_code\":522,\"ray_id\":\"9f140b785e57c458\",\"a\":{\"b\":[1,\"\\u00e9\"]}}"],
        takes_fixtures: No,
    },
    Target {
        name: "markdown",
        run: markdown,
        seeds: &[b"error_code: 1015\nray_id: \"9f140b785e57c458\"\ncloudflare_error: true\nretry_after: 30\n---\n# Error"],
        takes_fixtures: No,
    },
    Target { name: "capture", run: redact, seeds: &[b"a@b.example ?x=1 203.0.113.7 2001:db8::1"], takes_fixtures: Yes },
    Target { name: "address", run: address, seeds: &[b"https://me:you@[::1]:443/a?token=1#b", b"https://me:y443/a\r\r?x"], takes_fixtures: No },
    Target {
        name: "status-page",
        run: status_page,
        seeds: &[
            br#"{"page":{"updated_at":"2026-11-12T00:52:56Z"},"components":[{"id":"a","name":"Frankfurt, Germany - (FRA)","status":"partial_outage","group_id":"b"}],"incidents":[{"name":"x","status":"investigating","impact":"major","components":[]}],"scheduled_maintenances":[]}"#,
        ],
        takes_fixtures: No,
    },
    Target {
        name: "trace",
        run: trace,
        seeds: &[b"fl=1\nh=shop.example\nip=203.0.113.7\nts=1763400000.123\ncolo=FRA\nloc=DE\nuag=a=b\n"],
        takes_fixtures: No,
    },
    Target {
        name: "settings",
        run: settings,
        seeds: &[br#"{"schedule":"classic","stepsS":[60,300,900],"floorS":60,"codeFloorsS":{"522":120},"notifications":"on"}"#],
        takes_fixtures: No,
    },
    Target { name: "stored-state", run: stored_state, seeds: &[], takes_fixtures: No },
    Target {
        name: "dns",
        run: dns_answer,
        seeds: &[br#"{"Status":0,"Answer":[{"name":"shop.example","type":1,"TTL":60,"data":"192.0.2.1"}]}"#],
        takes_fixtures: No,
    },
    Target {
        name: "ranges",
        run: ranges,
        seeds: &[br#"{"result":{"ipv4_cidrs":["192.0.2.0/24"],"ipv6_cidrs":["2001:db8::/32"]},"success":true}"#, b"192.0.2.0/24\n2001:db8::/32\n"],
        takes_fixtures: No,
    },
    Target {
        name: "archive",
        run: archived,
        seeds: &[br#"{"archived_snapshots":{"closest":{"available":true,"url":"http://web.archive.org/web/20260101000000/x","timestamp":"20260101000000","status":"200"}}}"#],
        takes_fixtures: No,
    },
    Target { name: "words", run: words, seeds: &[br#"{"keys":1,"texts":["a"]}"#], takes_fixtures: No },
];

/// The target with this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

fn page(bytes: &[u8]) {
    let _ = examine(&Observation { body: bytes.into(), ..Observation::default() });
    let _ = examine_quoted(&Observation { body: bytes.into(), ..Observation::default() });
    let middle = bytes.len() / 2;
    let piece = |at, bytes| Fragment { at, text: String::from_utf8_lossy(bytes).into_owned() };
    let (front, back) = bytes.split_at(middle);
    let parts = Fragments { total: None, is_cut: false, pieces: vec![piece(9_999, back), piece(0, front)] };
    let _ = examine(&Observation { body: parts.into_body().into(), ..Observation::default() });
}

fn response(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = Head::split(&text).unwrap_or_default();
    let url = head.headers.get("location").and_then(|location| PageUrl::parse(location).ok());
    let body = body.as_bytes().into();
    let _ = examine(&Observation { url, status: head.status, headers: Some(head.headers), body });
}

fn problem_json(bytes: &[u8]) {
    page(&[b"{".as_slice(), bytes].concat());
}

fn markdown(bytes: &[u8]) {
    page(&[b"---\n".as_slice(), bytes].concat());
}

fn redact(bytes: &[u8]) {
    let _ = redact::redacted(&String::from_utf8_lossy(bytes));
}

fn address(bytes: &[u8]) {
    if let Ok(url) = PageUrl::parse(&String::from_utf8_lossy(bytes)) {
        // The parsed address must parse again to the same value.
        assert_eq!(PageUrl::parse(&url.to_string()).map(|again| again.to_string()), Ok(url.to_string()));
    }
}

fn status_page(bytes: &[u8]) {
    let _ = StatusPage::parse(bytes);
}

fn trace(bytes: &[u8]) {
    let _ = Trace::read(200, &Headers::default(), bytes);
}

fn settings(bytes: &[u8]) {
    let settings = Settings::restore(&String::from_utf8_lossy(bytes));
    assert_eq!(Settings::restore(&settings.export()), settings, "exporting and restoring changes nothing");
    let _ = settings.clamped(Install::Normal);
}

fn stored_state(bytes: &[u8]) {
    if let Ok(watch) = Watch::restore(&String::from_utf8_lossy(bytes)) {
        assert_eq!(
            Watch::restore(&watch.store()).ok().as_ref(),
            Some(&watch),
            "a restored watch equals the stored one"
        );
    }
}

fn dns_answer(bytes: &[u8]) {
    let _ = dns::parse(bytes);
}

fn ranges(bytes: &[u8]) {
    let _ = Ranges::parse(bytes, "2026-01-01");
    let _ = Ranges::parse_text(&String::from_utf8_lossy(bytes), "2026-01-01");
}

fn archived(bytes: &[u8]) {
    let _ = archive::parse(bytes);
}

fn words(bytes: &[u8]) {
    let _ = Words::new(ENGLISH).load(Reader::Visitor, ENGLISH, &String::from_utf8_lossy(bytes), Formats::english());
}
