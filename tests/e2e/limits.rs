//! How often and how soon a failing site is asked.

use std::time::Duration;

use anyhow::{Result, ensure};
use rayback_testkit::browser::eventually;
use rayback_testkit::edge::{Answer, Asked, Fault, Purpose, http_date_in};
use serde_json::{Value, json};

use crate::harness::{HOST, Harness, Run};

const ORIGIN: &str = "https://shop.example.test";
const URL: &str = "https://shop.example.test/";
/// Another failing site.
const OTHER: &str = "mail.example.test";

/// The probes and traces that reached a host.
fn asked(harness: &Harness, host: &str) -> (usize, usize) {
    let requests = harness.edge.requests(host);
    let probes = requests.iter().filter(|request| request.purpose() == Purpose::Probe).count();
    (probes, requests.iter().filter(|request| request.path == "/cdn-cgi/trace").count())
}

pub(crate) async fn the_hourly_budget_counts_probes_and_the_one_trace(run: Run) -> Result<()> {
    let scenario = async |harness: &mut Harness| {
        harness.settings(json!({"stepsS": [1]})).await?;
        harness.edge.fault(HOST, Fault::Refuses);
        harness.edge.fault(OTHER, Fault::Refuses);
        harness.browser.open(URL).await?;
        let used_up = async || {
            let watch = harness.watch(ORIGIN).await?.unwrap_or_default();
            let requests = watch.pointer("/schedule/requests").and_then(Value::as_array).cloned().unwrap_or_default();
            let first = requests.first().and_then(Value::as_i64).unwrap_or_default();
            let next = watch.pointer("/phase/waiting/at").and_then(Value::as_i64).unwrap_or_default();
            Ok((requests.len() == 20 && next == first + 3_600_000).then_some(()))
        };
        eventually("used up budget", Duration::from_mins(2), used_up).await?;
        ensure!(asked(harness, HOST) == (19, 1), "{:?}", harness.edge.requests(HOST));
        // A tab that goes back and forth between the two causes no request beyond its own.
        for _ in 0..4 {
            harness.browser.open(&format!("https://{OTHER}/")).await?;
            harness.await_text(&["521", OTHER]).await?;
            harness.browser.open(URL).await?;
            harness.await_text(&["521", HOST]).await?;
        }
        ensure!(asked(harness, HOST) == (19, 1), "{:?}", harness.edge.requests(HOST));
        ensure!(asked(harness, OTHER).1 == 1, "{:?}", harness.edge.requests(OTHER));
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}

pub(crate) async fn the_longest_wait_that_an_answer_asks_for_is_kept(run: Run) -> Result<()> {
    let in_an_hour = http_date_in(Duration::from_hours(1));
    let cases: [(&str, &[&str], u64); 6] = [
        ("date", &[&in_an_hour], 3600),
        ("twice", &["5", "7200"], 7200),
        ("mixed", &["5", &in_an_hour, "60"], 3600),
        // Cloudflare documents a wait of 120 s for a 522.
        ("zero", &["0"], 120),
        ("past", &["Sun, 06 Nov 1994 08:00:00 GMT"], 120),
        ("absurd", &["999999999999999999999"], 86_400),
    ];
    let scenario = async |harness: &mut Harness| {
        // A tab out of view is probed only if it may not be navigated.
        harness.settings(json!({"mode": "only-notify", "codeFloorsS": {"521": 1}})).await?;
        for (name, waits, _) in cases {
            let host = format!("{name}.example.test");
            let mut headers = vec![
                ("server", "cloudflare".to_owned()),
                ("cf-ray", "230b030023ae2822-FRA".to_owned()),
                ("content-type", "text/plain".to_owned()),
            ];
            headers.extend(waits.iter().map(|wait| ("retry-after", (*wait).to_owned())));
            let answer = Answer { status: 522, headers, body: b"error code: 522".to_vec() };
            harness.edge.fault(&host, Fault::Refuses);
            harness.edge.answer(&host, Asked::Probe, answer);
            harness.browser.open_beside(&format!("https://{host}/")).await?;
        }
        for (name, waits, seconds) in cases {
            let probed = async || {
                let watch = harness.watch(&format!("https://{name}.example.test")).await?.unwrap_or_default();
                let number = |pointer| watch.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
                let (answered, floor) = (number("/schedule/answered"), number("/schedule/notBefore"));
                Ok((number("/schedule/attempts") > 0).then(|| floor.saturating_sub(answered)))
            };
            let floor = eventually(&format!("answer to the probe of {name}"), Duration::from_secs(45), probed).await?;
            // A date comes closer while the test runs.
            let passed = if waits.contains(&in_an_hour.as_str()) { 120 } else { 0 };
            let expected = (seconds - passed) * 1000..=seconds * 1000;
            ensure!(expected.contains(&floor), "{waits:?} asks for {seconds} s, but the floor is {floor} ms");
        }
        Ok(())
    };
    Harness::start(run).await?.run(scenario).await
}
