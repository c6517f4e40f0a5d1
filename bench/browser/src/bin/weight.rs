//! What extensions cost on ordinary pages, and how soon Rayback's panel is there; run by `cargo xtask bench browser`.
//!
//! Every browser runs all the time, and one navigation of each follows the other, so that what disturbs the machine disturbs
//! all alike. Each navigation goes to another site than the one before, which gets a new renderer. Compared are pairs: an
//! extension's navigation and the same round's without an extension.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use rayback_testkit::browser::{Browser, BrowserKind, Profile, SOON, Setup, eventually};
use rayback_testkit::edge::{Edge, Fault, Limits};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Measures what extensions cost on ordinary pages, and the time to Rayback's panel, in Chromium
#[derive(Parser)]
#[command(name = "cargo xtask bench browser")]
struct Arguments {
    /// One more extension to compare with, unpacked
    #[arg(long = "peer", value_name = "NAME=DIR")]
    peers: Vec<String>,
    /// Navigations to each page with each extension
    #[arg(long, default_value_t = 30)]
    rounds: usize,
    /// Failing pages with a running worker, and as many with a stopped one
    #[arg(long, default_value_t = 12)]
    panels: usize,
}

/// Three sites, so that each navigation gets a new renderer.
const SITES: [&str; 3] = ["https://one.example.test", "https://two.example.org", "https://three.example.net"];

/// How long after the load event work still counts as the page's.
const SETTLE: Duration = Duration::from_millis(300);

/// A difference is measured if its interval reaches no further than this to either side.
const WIDEST_MS: f64 = 5.0;
const WIDEST_CPU_SHARE: f64 = 0.03;

/// A browser with one extension, or with none.
struct Contestant {
    name: String,
    browser: Browser,
    samples: Vec<Sample>,
}

/// One navigation, in milliseconds.
#[derive(Clone, Copy)]
struct Sample {
    parsed: f64,
    loaded: f64,
    cpu: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let edge = Edge::start(Limits::SHORT).await?;
    let stand_ins = tempfile::tempdir()?;
    let mut contestants = Vec::new();
    for (name, profile) in profiles(&stand_ins, &arguments.peers)? {
        let browser = Browser::start_with(Arc::new(profile), Setup::default(), &edge).await?;
        contestants.push(Contestant { name, browser, samples: Vec::new() });
    }
    for (title, path) in [("small page", "/"), ("page with 40 scripts", "/scripts")] {
        for contestant in &mut contestants {
            contestant.samples.clear();
        }
        // The first round warms caches and isn't counted.
        for round in 0..=arguments.rounds {
            let site = SITES.get(round % SITES.len()).context("there are sites")?;
            for contestant in &mut contestants {
                let sample = navigate(&contestant.browser, &format!("{site}{path}")).await?;
                if round > 0 {
                    contestant.samples.push(sample);
                }
            }
        }
        print(title, &contestants);
    }
    let rayback = contestants.iter().find(|contestant| contestant.name == "Rayback").context("Rayback takes part")?;
    panels(&rayback.browser, &edge, arguments.panels).await
}

/// Everything that is compared. The browser without an extension comes first and last, which shows the drift.
fn profiles(folder: &TempDir, peers: &[String]) -> Result<Vec<(String, Profile)>> {
    let kind = BrowserKind::Chrome;
    let script =
        |run_at: &str| json!([{"matches": ["http://*/*", "https://*/*"], "js": ["empty.js"], "run_at": run_at}]);
    let everywhere = json!(["http://*/*", "https://*/*"]);
    let rules = json!({"rule_resources": [{"id": "rule", "enabled": true, "path": "rule.json"}]});
    let stand_ins = [
        ("empty document_start", json!({"content_scripts": script("document_start")})),
        ("empty document_end", json!({"content_scripts": script("document_end")})),
        (
            "one declarative rule",
            json!({
                "permissions": ["declarativeNetRequestWithHostAccess"],
                "host_permissions": everywhere,
                "declarative_net_request": rules,
            }),
        ),
    ];
    let mut profiles = vec![("no extension".to_owned(), Profile::with_extension(kind, None)?)];
    for (name, keys) in stand_ins {
        let path = folder.path().join(name.replace(' ', "-"));
        stand_in(&path, name, keys)?;
        profiles.push((name.to_owned(), Profile::with_extension(kind, Some(&path))?));
    }
    profiles.push(("Rayback".to_owned(), Profile::new(kind)?));
    for peer in peers {
        let (name, path) = peer.split_once('=').with_context(|| format!("{peer} isn't NAME=DIR"))?;
        profiles.push((name.to_owned(), Profile::with_extension(kind, Some(&PathBuf::from(path)))?));
    }
    profiles.push(("no extension, again".to_owned(), Profile::with_extension(kind, None)?));
    Ok(profiles)
}

/// Writes an extension that does nothing but what its manifest says.
fn stand_in(path: &std::path::Path, name: &str, keys: Value) -> Result<()> {
    fs::create_dir_all(path)?;
    let mut manifest = json!({"manifest_version": 3, "name": name, "version": "1"});
    if let (Some(manifest), Value::Object(keys)) = (manifest.as_object_mut(), keys) {
        manifest.extend(keys);
    }
    fs::write(path.join("manifest.json"), manifest.to_string())?;
    fs::write(path.join("empty.js"), "")?;
    let rule = json!([{
        "id": 1,
        "condition": {"resourceTypes": ["main_frame"], "requestMethods": ["post"]},
        "action": {
            "type": "modifyHeaders",
            "responseHeaders": [{"header": "Server-Timing", "operation": "append", "value": "mark;desc=post"}],
        },
    }]);
    fs::write(path.join("rule.json"), rule.to_string())?;
    Ok(())
}

async fn navigate(browser: &Browser, url: &str) -> Result<Sample> {
    let before = browser.cpu_time();
    browser.open(url).await?;
    tokio::time::sleep(SETTLE).await;
    let cpu = browser.cpu_time().saturating_sub(before).as_secs_f64() * 1_000.0;
    let script = "const [entry] = performance.getEntriesByType('navigation'); \
         return [entry.domContentLoadedEventEnd, entry.loadEventEnd]";
    let [parsed, loaded]: [f64; 2] = serde_json::from_value(browser.evaluate(script).await?)?;
    Ok(Sample { parsed, loaded, cpu })
}

fn print(title: &str, contestants: &[Contestant]) {
    let Some(base) = contestants.first() else { return };
    println!("\n{title}: medians of {} navigations, and the difference to no extension", base.samples.len());
    println!("{:<24} {:>22} {:>22} {:>22}", "", "DOMContentLoaded, ms", "load event, ms", "CPU, ms");
    let measures: [fn(&Sample) -> f64; 3] = [|sample| sample.parsed, |sample| sample.loaded, |sample| sample.cpu];
    let base_cpu = median(base.samples.iter().map(|sample| sample.cpu).collect());
    let widest = [WIDEST_MS, WIDEST_MS, base_cpu * WIDEST_CPU_SHARE];
    for contestant in contestants {
        print!("{:<24}", contestant.name);
        for (measure, widest) in measures.iter().zip(widest) {
            let value = median(contestant.samples.iter().map(measure).collect());
            let pairs = contestant.samples.iter().zip(&base.samples);
            let interval = interval(pairs.map(|(ours, without)| measure(ours) - measure(without)).collect());
            print!(" {:>22}", format!("{value:.0} {}", describe(interval, widest)));
        }
        println!();
    }
}

/// The difference as an interval, or that it wasn't measured because the interval is too wide.
fn describe((low, high): (f64, f64), widest: f64) -> String {
    let width = (high - low) / 2.0;
    if width > widest {
        return format!("±{width:.0} not measured");
    }
    let verdict = if low > 0.0 || high < 0.0 { "!" } else { "=" };
    format!("[{low:+.1} {high:+.1}]{verdict}")
}

/// From the parsed error page to the panel's first frame, with a running worker and with a stopped one.
async fn panels(browser: &Browser, edge: &Edge, count: usize) -> Result<()> {
    browser.turn_to_site().await?;
    // The panel's host is the only element that is added to the root of an error page.
    browser
        .on_new_document(
            "addEventListener('DOMContentLoaded', () => { const parsed = performance.now(); \
             new MutationObserver((_, observer) => { observer.disconnect(); \
             requestAnimationFrame(() => setTimeout(() => { globalThis.panelAfter = performance.now() - parsed; })); }) \
             .observe(document.documentElement, { childList: true }); });",
        )
        .await?;
    println!("\nfrom DOMContentLoaded to the panel's frame, ms: median [least, most] of {count}");
    for (name, is_cold) in [("warm", false), ("cold", true)] {
        let mut samples = Vec::new();
        for number in 0..count {
            let host = format!("{name}-{number}.example.test");
            edge.fault(&host, Fault::Refuses);
            if is_cold {
                browser.stop_worker().await?;
            }
            browser.open(&format!("https://{host}/")).await?;
            let shown = async || Ok(browser.evaluate("return globalThis.panelAfter ?? null").await?.as_f64());
            samples.push(eventually("panel", SOON, shown).await?);
        }
        samples.sort_by(f64::total_cmp);
        let (least, most) = (samples.first().copied().unwrap_or_default(), samples.last().copied().unwrap_or_default());
        println!("{name:<6} {:.0} [{least:.0}, {most:.0}]", median(samples));
    }
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.len() % 2, values.get(middle.saturating_sub(1)), values.get(middle)) {
        (0, Some(low), Some(high)) => f64::midpoint(*low, *high),
        (_, _, Some(value)) => *value,
        _ => 0.0,
    }
}

/// The 95 % confidence interval of the median, from the binomial distribution's normal approximation: no assumption about
/// how the values are spread.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a few hundred samples"
)]
fn interval(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let reach = 1.96 * count.sqrt() / 2.0;
    let low = (count / 2.0 - reach).floor().max(0.0) as usize;
    let high = (count / 2.0 + reach).ceil() as usize;
    let at = |index: usize| values.get(index.min(values.len().saturating_sub(1))).copied().unwrap_or_default();
    (at(low), at(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_constant_is_that_constant() {
        assert_eq!(interval(vec![2.0; 30]), (2.0, 2.0));
        assert!((median(vec![3.0, 1.0, 2.0, 10.0]) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn a_wide_interval_is_not_a_measurement() {
        assert!(describe((-9.0, 9.0), 5.0).contains("not measured"));
        assert_eq!(describe((1.0, 3.0), 5.0), "[+1.0 +3.0]!");
        assert_eq!(describe((-1.0, 3.0), 5.0), "[-1.0 +3.0]=");
    }
}
