//! Measures how fast pages are recognised, compared with one `memmem` pass over the same bytes, three parsers and a set of
//! regular expressions that do the same job.
//!
//! There are three parsers, because "a full parse" can mean different things: `lol_html` is the fastest maintained parser that
//! follows the HTML standard, and builds no tree; `html5ever` is maintained, follows the standard and builds the whole tree;
//! `tl` is the fastest, builds a tree, follows no standard, and has had no release since January 2024 (0.7.8).
//!
//! Every method is warmed up, then timed in samples of at least 2 ms; the tables show the median, the fastest and the slowest
//! of 101 samples. On a busy machine the fastest sample is the method's own time; the others include waiting.
//! Run by `cargo xtask bench classify`.
#![expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, prints approximate ratios, and may panic"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::RcDom;
use memchr::memmem;
use rayback_core::classify::classify;
use rayback_core::observation::Observation;
use regex::bytes::RegexSet;

fn main() {
    let methods = Methods::new();
    let failing = failing();
    println!("failing pages                 bytes      median      fastest - slowest");
    for (name, page) in &failing {
        assert!(classify(&observation(page)).is_some(), "{name} isn't recognised");
        let times = Times::of(|| usize::from(classify(&observation(page)).is_some()));
        println!(
            "{name:<24} {:>10} {:>11} {:>11} - {}",
            page.len(),
            show(times.median),
            show(times.least),
            show(times.most)
        );
    }
    println!();
    for (what, mention, filling) in [
        ("healthy, without any mention of Cloudflare", "", Filling::Words),
        ("healthy, with the edge's own scripts", SCRIPTS, Filling::Words),
        ("healthy, mostly hexadecimal digits and base64", "", Filling::Digits),
    ] {
        println!("{what}: MB/s, median (slowest - fastest)");
        println!("{:<26} {:>12} {:>26} {:>26} {:>26}", "method", "", "10 KB", "100 KB", "1 MB");
        let pages = [10_000, 100_000, 1_000_000].map(|size| healthy(size, mention, filling));
        let mut medians: Vec<(&str, Vec<(f64, f64)>)> = Vec::new();
        for (name, method) in methods.list() {
            let mut row = format!("{name:<39}");
            let mut speeds = Vec::new();
            for page in &pages {
                let times = Times::of(|| method(page));
                let speed = |time: Duration| page.len() as f64 / time.as_secs_f64() / 1e6;
                row += &format!(
                    " {:>10.0} ({:>6.0} -{:>6.0})",
                    speed(times.median),
                    speed(times.most),
                    speed(times.least)
                );
                speeds.push((speed(times.median), speed(times.least)));
            }
            println!("{row}");
            medians.push((name, speeds));
        }
        let (_, ours) = &medians[0];
        for (name, speeds) in &medians[1..] {
            let ratios: Vec<String> = ours
                .iter()
                .zip(speeds)
                .map(|(ours, theirs)| format!("{:.2} ({:.2})", ours.0 / theirs.0, ours.1 / theirs.1))
                .collect();
            println!("ours / {name}, medians (fastest): {}", ratios.join(", "));
        }
        println!();
    }
}

fn observation(page: &str) -> Observation<'_> {
    Observation { body: page.as_bytes().into(), ..Observation::default() }
}

/// The methods to compare.
struct Methods {
    finder: memmem::Finder<'static>,
    set: RegexSet,
}

type Method<'a> = Box<dyn Fn(&str) -> usize + 'a>;

impl Methods {
    fn new() -> Self {
        // The patterns of a detector based on regular expressions, one per form and era.
        let set = RegexSet::new([
            r"(?m)^error code: (\d{3,4})\s*$",
            r#"id=["']cf-wrapper["']"#,
            r#"id=["']cf-error-details["']"#,
            r#"class=["'][^"']*cf-error-details cf-error-(\d+)"#,
            r#"class=["']cf-error-code["'][^>]*>\s*(\d+)"#,
            r#"class=["']code-label["'][^>]*>\s*Error code\s*(\d+)"#,
            r"utm_source=errorcode_(\d+)",
            r#"data-translate=["']error["'][^>]*>[^<]*</span>\s*<span>(\d+)"#,
            r#"data-translate=["']block_headline["']"#,
            r"Cloudflare Ray ID:",
            r"window\._cf_chl_opt\s*=",
            r"/cdn-cgi/challenge-platform/h/\w/orchestrate/",
            r"cf-browser-verification",
            r"jschl[_-](vc|answer)",
            r"<center>cloudflare(-nginx)?</center>",
            r#""cloudflare_error"\s*:\s*true"#,
            r"(?m)^cloudflare_error: true$",
            r"<title>[^<]*Cloudflare Access</title>",
            r"<title>Waiting Room powered by Cloudflare</title>",
            r"/cdn-cgi/styles/(main|cf\.errors|errors)\.css",
        ]);
        Self { finder: memmem::Finder::new("cf-error-details"), set: set.unwrap() }
    }

    fn list(&self) -> Vec<(&'static str, Method<'_>)> {
        vec![
            ("rayback", Box::new(|page| usize::from(classify(&observation(page)).is_some()))),
            ("one memmem pass", Box::new(|page| self.finder.find(page.as_bytes()).unwrap_or(0))),
            ("parse to a tree (html5ever)", Box::new(tree)),
            (
                "parse to a tree (tl)",
                Box::new(|page| tl::parse(page, tl::ParserOptions::default()).unwrap().nodes().len()),
            ),
            ("parse as a stream (lol_html)", Box::new(lol)),
            ("20 regular expressions", Box::new(|page| self.set.matches(page.as_bytes()).iter().count())),
        ]
    }
}

fn tree(page: &str) -> usize {
    let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(page);
    dom.document.children.borrow().len()
}

fn lol(page: &str) -> usize {
    let mut elements = 0;
    let settings = lol_html::Settings::new().append_element_content_handler(lol_html::element!("*", |_| {
        elements += 1;
        Ok(())
    }));
    let mut rewriter = lol_html::HtmlRewriter::new(settings, |_: &[u8]| {});
    rewriter.write(page.as_bytes()).unwrap();
    rewriter.end().unwrap();
    elements
}

/// The times of one run.
struct Times {
    least: Duration,
    median: Duration,
    most: Duration,
}

impl Times {
    const SAMPLES: usize = 101;
    const SAMPLE: Duration = Duration::from_millis(2);

    fn of(mut run: impl FnMut() -> usize) -> Self {
        let mut repeat: u32 = 1;
        loop {
            let start = Instant::now();
            for _ in 0..repeat {
                black_box(run());
            }
            if start.elapsed() >= Self::SAMPLE {
                break;
            }
            repeat *= 2;
        }
        let mut samples: Vec<Duration> = (0..Self::SAMPLES)
            .map(|_| {
                let start = Instant::now();
                for _ in 0..repeat {
                    black_box(run());
                }
                start.elapsed() / repeat
            })
            .collect();
        samples.sort_unstable();
        Self { least: samples[0], median: samples[Self::SAMPLES / 2], most: samples[Self::SAMPLES - 1] }
    }
}

fn show(time: Duration) -> String {
    format!("{:.2} µs", time.as_secs_f64() * 1e6)
}

/// The scripts that the edge adds to healthy pages.
const SCRIPTS: &str = r#"<script data-cfasync="false" src="/cdn-cgi/scripts/5c5dd728/cloudflare-static/email-decode.min.js"></script><script defer src="https://static.cloudflareinsights.com/beacon.min.js"></script>"#;

/// The content between a healthy page's tags.
#[derive(Clone, Copy)]
enum Filling {
    /// Words.
    Words,
    /// Data URLs of images and checksums: digits that contain every short string sooner or later.
    Digits,
}

/// A typical page of about this size: headings, links, lists, some script and style.
fn healthy(size: usize, mention: &str, filling: Filling) -> String {
    const WORDS: &[&str] = &[
        "the",
        "error",
        "of",
        "code",
        "server",
        "connection",
        "page",
        "and",
        "was",
        "customer",
        "delivery",
        "price",
        "for",
        "with",
        "order",
        "cf",
        "center",
        "data",
        "title",
        "style",
        "you",
        "our",
        "in",
        "a",
        "to",
        "is",
    ];
    let digits = |digits: &str| digits.chars().collect::<Vec<char>>();
    let hexadecimal = digits("0123456789abcdef");
    let base64 = digits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    let mut seed = 7_u32;
    let mut next = |most: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % most
    };
    let mut page = String::from(
        "<!DOCTYPE html><html lang=\"en\"><head><title>Shop</title><style>.card{margin:0 auto;padding:1rem}</style>",
    );
    page.push_str(mention);
    page.push_str("</head><body>");
    while page.len() < size {
        match next(5) {
            0 => page.push_str("<h2 class=\"card-title text-lg\">"),
            1 => page.push_str("<li><a class=\"link link--plain\" href=\"/products/1234?ref=list\" data-id=\"77\">"),
            2 => page.push_str("<script>window.data=window.data||[];data.push({id:1,name:'x'});</script><p>"),
            _ => page.push_str("<p class=\"mb-4 text-gray-600\">"),
        }
        match filling {
            Filling::Words => {
                for _ in 0..10 + next(40) {
                    page.push_str(WORDS[next(WORDS.len())]);
                    page.push(' ');
                }
            }
            Filling::Digits => {
                page.push_str("<img src=\"data:image/png;base64,");
                page.extend((0..400).map(|_| base64[next(64)]));
                page.push_str("\" data-sum=\"");
                page.extend((0..400).map(|_| hexadecimal[next(16)]));
                page.push_str("\">");
            }
        }
        page.push_str("</p></a></li></h2>\n");
    }
    page.push_str("</body></html>");
    page
}

/// Failing pages: our own fixtures, padded to the size of real ones.
fn failing() -> Vec<(&'static str, String)> {
    let fill = |text: &str| {
        let page = text
            .replace("{{frame-head}}", include_str!("../../../testkit/fixtures/pages/frame-head.inc"))
            .replace("{{frame-foot}}", include_str!("../../../testkit/fixtures/pages/frame-foot.inc"));
        [
            ("title", "shop.example | 522: Connection timed out"),
            ("sheet", "main.css"),
            ("ray", "9f140b785e57c458"),
            ("host", "shop.example"),
            ("city", "Frankfurt"),
            ("code", "522"),
            ("name", "Connection timed out"),
            ("status", "522"),
            ("time", "2026-10-03 01:28:05"),
            ("date", "2026-10-03"),
            ("clock", "01:28:05"),
            ("sentence", "The initial connection between the network and the web server timed out, as happens."),
        ]
        .iter()
        .fold(page, |page, (name, value)| page.replace(&format!("{{{{{name}}}}}"), value))
    };
    // Real pages of era C are 7 KB, mostly class names.
    let classes = "md:w-full py-15 md:p-0 md:py-8 md:text-left md:border-solid md:border-0 md:border-b md:border-gray-400 overflow-hidden float-left md:float-none text-center";
    let padded = |text: &str| {
        fill(text).replace("<h3>", &format!("<h3 class=\"{classes} {classes} {classes} {classes} {classes}\">"))
    };
    vec![
        ("5xx, era C", padded(include_str!("../../../testkit/fixtures/pages/era-c.html"))),
        ("5xx, era B", padded(include_str!("../../../testkit/fixtures/pages/era-b.html"))),
        ("1xxx, era D2", fill(include_str!("../../../testkit/fixtures/pages/era-d2.html"))),
        ("block, era E", fill(include_str!("../../../testkit/fixtures/pages/era-e.html"))),
        ("challenge", fill(include_str!("../../../testkit/fixtures/pages/challenge.html"))),
        ("problem+json", fill(include_str!("../../../testkit/fixtures/pages/structured.json"))),
        ("plain text", "error code: 522".to_owned()),
    ]
}
