//! Pages of our own writing, one per code, form and era, and pages that must not be taken for them.
//!
//! They are written from what is documented of Cloudflare's pages, not from the classifier: names of elements are the
//! real ones, sentences are ours. So a clone without captured pages can still prove recognition.

use std::path::Path;

use anyhow::{Context, Result};
use rayback_core::catalog;
use rayback_core::code::{Code, Family};
use rayback_core::diagnosis::Kind;
use rayback_core::observation::{Headers, Observation};
use rayback_core::url::PageUrl;

/// An answer of our own writing, and what it is.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// Its name, as `522/era-c`.
    pub name: String,
    /// The body.
    pub body: Vec<u8>,
    /// The HTTP status, where seen.
    pub status: Option<u16>,
    /// The headers, where seen.
    pub headers: Option<Headers>,
    /// The address, where known.
    pub url: Option<PageUrl>,
    /// What it is; `None` if not Cloudflare's.
    pub kind: Option<Kind>,
    /// The code it shows.
    pub code: Option<u16>,
}

/// The Ray ID that every page shows.
pub const RAY: &str = "9f140b785e57c458";
/// The host that every page names.
pub const HOST: &str = "shop.example";
/// The city that every page names.
pub const CITY: &str = "Frankfurt";
/// The address of Gateway's default block page.
const GATEWAY: &str = "https://blocked.teams.cloudflare.com/?type=gateway";
/// The visitor's address that every page shows.
pub const VISITOR: &str = "203.0.113.77";

impl Fixture {
    /// The answer as the classifier takes it.
    #[must_use]
    pub fn observation(&self) -> Observation<'_> {
        Observation {
            url: self.url.clone(),
            status: self.status,
            headers: self.headers.clone(),
            body: self.body.as_slice().into(),
        }
    }

    fn new(name: impl Into<String>, body: impl Into<Vec<u8>>, kind: Option<Kind>) -> Self {
        Self { name: name.into(), body: body.into(), status: None, headers: None, url: None, kind, code: None }
    }

    fn url(mut self, url: &str) -> Self {
        self.url = PageUrl::parse(url).ok();
        self
    }

    fn code(mut self, code: u16) -> Self {
        self.code = Some(code);
        self
    }

    fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    fn headers(mut self, headers: &[(&str, &str)]) -> Self {
        self.headers = Some(headers.iter().copied().collect());
        self
    }
}

/// Every fixture.
///
/// # Errors
///
/// If a file of `testkit/fixtures/pages` cannot be read.
pub fn all() -> Result<Vec<Fixture>> {
    let pages = Pages::read()?;
    let mut fixtures = errors(&pages)?;
    fixtures.extend(codeless(&pages)?);
    fixtures.extend(imitations(&pages)?);
    fixtures.extend(unrelated(&pages)?);
    fixtures.extend(head_alone());
    fixtures.extend(encoded(&pages)?);
    fixtures.extend(cut_off());
    Ok(fixtures)
}

/// The headers of an answer that the edge made.
pub const EDGE: &[(&str, &str)] = &[
    ("server", "cloudflare"),
    ("cf-ray", "9f140b785e57c458-FRA"),
    ("cache-control", "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0"),
    ("x-frame-options", "SAMEORIGIN"),
    ("server-timing", "cfEdge;dur=4,cfOrigin;dur=0"),
];

/// Every catalogued code, in every form and era that such a code is known in.
fn errors(pages: &Pages) -> Result<Vec<Fixture>> {
    let mut fixtures = Vec::new();
    for entry in catalog::all() {
        let (code, name) = (entry.code.number(), entry.name);
        let status = entry.status.unwrap_or(if code < 1000 { code } else { 403 });
        let mut add = |form: &str, body: String| {
            let fixture = Fixture::new(format!("{code}/{form}"), body, Some(Kind::Error)).code(code);
            fixtures.push(fixture.clone());
            let mut headed = fixture.status(status).headers(EDGE);
            headed.name.push_str("-with-headers");
            fixtures.push(headed);
        };
        let with = |file: &str, more: &[(&str, &str)]| {
            let (number, status) = (code.to_string(), status.to_string());
            let mut values = vec![("code", number.as_str()), ("name", name), ("status", status.as_str())];
            values.extend_from_slice(more);
            pages.fill(file, &values)
        };
        let own = entry.code.family() == Family::Cloudflare;
        add("era-a", with("era-a.html", &[])?);
        add("box-among-tokens", with("box-among-tokens.html", &[])?);
        if own {
            let title = format!("{name} | {HOST} | Cloudflare");
            add("era-d1", with("era-d1.html", &[("title", &title), ("sheet", "cf.errors.css")])?);
            add("era-d2", with("era-d2.html", &[("title", &title), ("sheet", "main.css")])?);
            let denied = format!("Access denied | {HOST} used Cloudflare to restrict access");
            add("era-d2-denied", with("era-d2.html", &[("title", &denied), ("sheet", "main.css")])?);
            // Two eras are known of one code each.
            match code {
                1020 => {
                    add("era-d3", with("era-d3.html", &[])?);
                    add("era-d3-2022", with("era-d3-2022.html", &[])?);
                }
                1027 => add("era-d4", with("era-d4.html", &[])?),
                _ => {}
            }
        } else {
            let title = format!("{HOST} | {code}: {name}");
            add("era-b", with("era-b.html", &[("title", &title), ("sheet", "cf.errors.css")])?);
            add("era-c", with("era-c.html", &[("title", &title), ("sheet", "main.css")])?);
            add("unbranded", with("unbranded.html", &[])?);
            add("unbranded-nginx", with("unbranded-nginx.html", &[])?);
        }
        add("plain-text", format!("error code: {code}\n"));
        add("problem-json", with("structured.json", &[])?);
        add("markdown", with("structured.md", &[("status-name", "status")])?);
        add("markdown-before-march-2026", with("structured.md", &[("status-name", "http_status")])?);
    }
    Ok(fixtures)
}

/// Pages of Cloudflare's that show no code.
fn codeless(pages: &Pages) -> Result<Vec<Fixture>> {
    let framed = |file: &str, title: &str| {
        pages.fill(file, &[("title", title), ("sheet", "cf.errors.css"), ("code", "0"), ("name", "")])
    };
    let attention = "Attention Required! | Cloudflare";
    let warning = framed("phishing-warning.html", "Suspected phishing site | Cloudflare")?;
    let sign_in = framed("access-sign-in.html", "")?;
    Ok(vec![
        Fixture::new("block", framed("era-e.html", attention)?, Some(Kind::Block)),
        Fixture::new("block-with-headers", framed("era-e.html", attention)?, Some(Kind::Block))
            .status(403)
            .headers(EDGE),
        Fixture::new("phishing-warning", warning.clone(), Some(Kind::Warning)),
        Fixture::new("phishing-warning-with-success", warning.clone(), Some(Kind::Warning)).status(200).headers(EDGE),
        Fixture::new("phishing-warning-with-a-failure", warning, Some(Kind::Warning)).status(530).headers(EDGE),
        Fixture::new(
            "malware-warning",
            framed("notice.html", "Suspected malware site | Cloudflare")?,
            Some(Kind::Warning),
        ),
        Fixture::new("notice", framed("notice.html", "Something new | Cloudflare")?, Some(Kind::Block)),
        Fixture::new("challenge", framed("challenge.html", "")?, Some(Kind::Challenge)),
        Fixture::new(
            "challenge-stuck",
            framed("challenge.html", "")?.replace(
                "Enable JavaScript and cookies to continue",
                "Please unblock challenges.cloudflare.com to proceed.",
            ),
            Some(Kind::Challenge),
        ),
        Fixture::new("challenge-custom", framed("challenge-custom.html", "")?, Some(Kind::Challenge)),
        Fixture::new("challenge-2022", framed("challenge-2022.html", "")?, Some(Kind::Challenge)),
        Fixture::new("challenge-2019", framed("challenge-2019.html", "")?, Some(Kind::Challenge)),
        Fixture::new("challenge-captcha", framed("challenge-captcha.html", attention)?, Some(Kind::Challenge)),
        Fixture::new("access-sign-in", sign_in.clone(), Some(Kind::Access)),
        Fixture::new("access-sign-in-read-as-latin-1", sign_in.replace('・', "\u{e3}\u{83}\u{bb}"), Some(Kind::Access)),
        Fixture::new("access-form", framed("access-form.html", "")?, Some(Kind::Access)),
        Fixture::new("access-error", framed("access-error.html", "")?, Some(Kind::Access)).status(403).headers(EDGE),
        Fixture::new("access-error-without-status", framed("access-error.html", "")?, Some(Kind::Access)),
        Fixture::new("gateway", framed("gateway.html", "")?, Some(Kind::Gateway)).url(GATEWAY),
        Fixture::new("box-of-a-host", framed("box-of-a-host.html", "")?, Some(Kind::Error)).code(1016).status(530),
        Fixture::new("waiting-room-of-its-own-design", framed("queue.html", "")?, Some(Kind::WaitingRoom))
            .status(202)
            .headers(&[("server", "cloudflare"), ("set-cookie", "__cfwaitingroom=x; path=/")]),
        Fixture::new("access-refusal", framed("access-refusal.html", "")?, Some(Kind::Access)).status(403),
        Fixture::new("waiting-room", framed("waiting-room.html", "")?, Some(Kind::WaitingRoom)).status(200),
        Fixture::new(
            "waiting-room-json",
            r#"{"cfWaitingRoom":{"inWaitingRoom":true,"waitTime":10}}"#,
            Some(Kind::WaitingRoom),
        ),
    ])
}

/// Answers that their head alone tells.
fn head_alone() -> Vec<Fixture> {
    let own = "<!DOCTYPE html><title>Back soon</title>";
    let mut sign_in = Fixture::new("access-by-address", "<!DOCTYPE html><title>Log in</title>", Some(Kind::Access));
    sign_in.url = PageUrl::parse("https://team.cloudflareaccess.com/cdn-cgi/access/login/shop.example").ok();
    vec![
        sign_in,
        Fixture::new("522-by-headers", "", Some(Kind::Error)).code(522).status(522).headers(EDGE),
        Fixture::new("530-by-headers", own, Some(Kind::Error)).code(530).status(530).headers(EDGE),
        Fixture::new("522-in-a-browser", own, Some(Kind::Error)).code(522).status(522),
        Fixture::new("challenge-by-header", "", Some(Kind::Challenge))
            .status(403)
            .headers(&[("server", "cloudflare"), ("cf-mitigated", "challenge")]),
        Fixture::new("access-by-header", "", Some(Kind::Access))
            .status(401)
            .headers(&[("server", "cloudflare"), ("cf-access-aud", "0123")]),
        Fixture::new("access-redirect", "", Some(Kind::Access)).status(302).headers(&[
            ("server", "cloudflare"),
            ("location", "https://team.cloudflareaccess.com/cdn-cgi/access/login/shop.example?kid=x"),
        ]),
        Fixture::new("waiting-room-by-headers", "<title>Queue</title>", Some(Kind::WaitingRoom))
            .status(200)
            .headers(&[("server", "cloudflare"), ("set-cookie", "__cfwaitingroom=x; path=/"), ("refresh", "20")]),
        Fixture::new("gateway-redirect", "", Some(Kind::Gateway)).status(302).headers(&[("location", GATEWAY)]),
        Fixture::new("challenge-by-one-header", "", Some(Kind::Challenge))
            .status(403)
            .headers(&[("cf-mitigated", "challenge")]),
        Fixture::new("challenge-by-one-header-of-another-server", own, Some(Kind::Imitation))
            .status(403)
            .headers(&[("server", "nginx"), ("cf-mitigated", "challenge")]),
        Fixture::new("paid-crawl", "", Some(Kind::PaidCrawl)).status(402).headers(&[
            ("server", "cloudflare"),
            ("cf-ray", "9f140b785e57c458-FRA"),
            ("crawler-price", "USD 0.01"),
        ]),
        Fixture::new("paid-crawl-in-the-owners-words", "{\"message\":\"Ask us for a licence\"}", Some(Kind::PaidCrawl))
            .status(402)
            .headers(EDGE),
        Fixture::new("an-origins-402", "{\"message\":\"Card declined\"}", None).status(402).headers(&[
            ("server", "cloudflare"),
            ("cf-ray", "9f140b785e57c458-FRA"),
            ("cf-cache-status", "DYNAMIC"),
        ]),
        Fixture::new("error-type-supports", own, Some(Kind::Error)).code(530).status(530).headers(&[
            ("server", "cloudflare"),
            ("cf-ray", "9f140b785e57c458-FRA"),
            ("cf-error-type", "1016"),
        ]),
        Fixture::new("error-type-decides-nothing", own, None).status(500).headers(&[
            ("server", "cloudflare"),
            ("cf-ray", "9f140b785e57c458-FRA"),
            ("cf-error-type", "1102"),
        ]),
        Fixture::new("a-refusal-with-a-reused-class", REUSED, None).status(403).headers(EDGE),
        Fixture::new("waiting-room-passed", "<title>Shop</title>", None)
            .status(200)
            .headers(&[("server", "cloudflare"), ("set-cookie", "__cfwaitingroom=x; path=/")]),
        Fixture::new("522-of-another-server", own, None).status(522).headers(&[("server", "nginx")]),
    ]
}

/// A refusal in a site's own words whose class is a failure's.
const REUSED: &str =
    "<!DOCTYPE html><title>Members only</title><div class=\"cf-error-details cf-error-522\">No entry.</div>";

/// What lures ask in other languages: the keys that open a window, and those that paste.
const LURES: &[(&str, &str, &str)] = &[
    ("en", "Press Win + R", "Press Ctrl + V"),
    ("de", "Drücken Sie Windows-Taste + R", "Drücken Sie STRG + V"),
    ("fr", "Appuyez sur la touche Windows + R", "Appuyez sur CTRL + V"),
    ("es", "Pulse la tecla Windows + R", "Pulse CTRL + V"),
    ("pt", "Pressione a tecla do Windows + R", "Pressione CTRL + V"),
    ("ru", "Нажмите клавишу Windows и R", "Нажмите CTRL + V"),
    ("zh", "按 Windows 键和 R 键", "按 Ctrl + V"),
    ("ja", "Windowsキーと R を押します", "Ctrl + V を押します"),
    ("ko", "Windows 키와 R을 누르세요", "Ctrl + V를 누르세요"),
    ("ar", "اضغط على مفتاح Windows ثم R", "اضغط على Ctrl + V"),
];

/// What somebody else made to look like Cloudflare's.
fn imitations(pages: &Pages) -> Result<Vec<Fixture>> {
    let page = |file: &str| {
        pages.fill(
            file,
            &[
                ("code", "1020"),
                ("name", "Access denied"),
                ("title", "Access denied | Cloudflare"),
                ("sheet", "main.css"),
            ],
        )
    };
    let mut fixtures = Vec::new();
    for name in ["generated", "signed", "edited", "two-rays"] {
        let body = page(&format!("imitation-{name}.html"))?;
        fixtures.push(Fixture::new(format!("imitation-{name}"), body, Some(Kind::Imitation)).code(1020));
    }
    fixtures.push(Fixture::new("imitation-template", page("imitation-template.html")?, Some(Kind::Imitation)));
    fixtures.push(Fixture::new("imitation-gate", page("imitation-gate.html")?, Some(Kind::Imitation)));
    let generated = page("imitation-generated.html")?.replace("<title>", &format!("<title>{HOST} | "));
    let genuine = |body: &str| {
        pages.fill(
            body,
            &[
                ("code", "500"),
                ("name", "Internal server error"),
                ("title", &format!("{HOST} | 500: Internal server error")),
                ("sheet", "main.css"),
            ],
        )
    };
    let posing = genuine("era-c.html")?.replace("/cdn-cgi/styles/", "/_outage/styles/");
    fixtures.push(Fixture::new("imitation-by-the-sites-own-server", posing.clone(), Some(Kind::Imitation)).code(500));
    let scripted = posing.replace("</head>", "<script src=\"/_outage/app.js\"></script></head>");
    fixtures.push(Fixture::new("imitation-with-a-script", scripted, Some(Kind::Imitation)).code(500).status(500));
    let beacon = "<script defer src=\"https://performance.radar.cloudflare.com/beacon.js\"></script></head>";
    let measured = genuine("era-c.html")?.replace("</head>", beacon);
    fixtures.push(Fixture::new("genuine-with-a-beacon", measured, Some(Kind::Error)).code(500).status(500));
    let cut = generated.split("cf-error-footer").next().unwrap_or_default();
    fixtures.push(Fixture::new("imitation-cut-off", cut, Some(Kind::Imitation)).code(1020).status(403).headers(EDGE));
    for name in ["run", "keys", "terminal", "address-bar", "download", "pledge"] {
        let body = page(&format!("attack-{name}.html"))?;
        fixtures.push(Fixture::new(format!("attack-{name}"), body, Some(Kind::Imitation)).status(200));
    }
    for (language, keys, paste) in LURES {
        let body = pages.fill("attack-language.html", &[("keys", keys), ("paste", paste)])?;
        fixtures.push(Fixture::new(format!("attack-in-{language}"), body, Some(Kind::Imitation)).status(200));
    }
    let title = format!("Worker threw exception | {HOST} | Cloudflare");
    let worker = pages.fill(
        "era-d1.html",
        &[("code", "1101"), ("name", "Worker threw exception"), ("title", &title), ("sheet", "cf.errors.css")],
    )?;
    let another = &[("server", "cloudflare"), ("cf-ray", "8888888888888888-AMS"), ("cf-cache-status", "DYNAMIC")];
    fixtures.extend([
        Fixture::new("fake-1101-of-another-request", worker.clone(), Some(Kind::Imitation))
            .code(1101)
            .status(500)
            .headers(another),
        Fixture::new("fake-1101-with-status-200", worker.clone(), Some(Kind::Imitation)).code(1101).status(200),
        Fixture::new("copy-on-another-server", worker, Some(Kind::Imitation))
            .code(1101)
            .status(500)
            .headers(&[("server", "nginx")]),
        Fixture::new(
            "copy-with-another-status",
            pages.fill("imitation-generated.html", &[("code", "522"), ("name", "Connection timed out")])?,
            Some(Kind::Imitation),
        )
        .code(522)
        .status(404),
    ]);
    Ok(fixtures)
}

/// What is not Cloudflare's and does not claim to be, however much it speaks of it.
fn unrelated(pages: &Pages) -> Result<Vec<Fixture>> {
    let file = |file: &str| {
        let title = "Email Protection | Cloudflare";
        pages.fill(file, &[("title", title), ("sheet", "cf.errors.css"), ("code", "522"), ("name", "")])
    };
    let mut fixtures = Vec::new();
    for name in [
        "article.html",
        "article-about-attacks.html",
        "source.txt",
        "readme.txt",
        "email-protection.html",
        "healthy.html",
        "own-error.html",
        "reused-class.html",
        "picture-of-another-vendor.html",
    ] {
        fixtures.push(Fixture::new(name, file(name)?, None));
    }
    let signature = pages.fill("unbranded.html", &[("code", "301"), ("name", "Moved Permanently")])?;
    fixtures.push(Fixture::new("redirect-of-the-edge", signature, None).status(301).headers(EDGE));
    let quoted = pages.fill("unbranded.html", &[("code", "502"), ("name", "Bad Gateway")])?;
    let long = format!("{quoted}{}", "<p>What this page means, at length.</p>\n".repeat(200));
    fixtures.push(Fixture::new("unbranded-page-in-a-long-one", long, None));
    for (name, status, server, body) in OTHERS {
        let fixture = Fixture::new(format!("other/{name}"), *body, None).status(*status);
        fixtures.push(fixture.clone().headers(&[("server", server)]));
        // The same through Cloudflare, which passes an origin's own errors on.
        let mut passed_on = fixture.headers(&[
            ("server", "cloudflare"),
            ("cf-ray", "9f140b785e57c458-FRA"),
            ("cf-cache-status", "DYNAMIC"),
        ]);
        passed_on.name.push_str("-through-cloudflare");
        fixtures.push(passed_on);
    }
    Ok(fixtures)
}

/// Errors of other servers and networks, in brief: name, status, server, body.
const OTHERS: &[(&str, u16, &str, &str)] = &[
    (
        "nginx",
        503,
        "nginx",
        "<html><head><title>503 Service Temporarily Unavailable</title></head><body><center><h1>503 Service Temporarily Unavailable</h1></center><hr><center>nginx</center></body></html>",
    ),
    (
        "openresty",
        500,
        "openresty",
        "<html><head><title>500 Internal Server Error</title></head><body><center><h1>500 Internal Server Error</h1></center><hr><center>openresty</center></body></html>",
    ),
    (
        "apache",
        503,
        "Apache",
        "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\"><html><head><title>503 Service Unavailable</title></head><body><h1>Service Unavailable</h1><hr><address>Apache Server</address></body></html>",
    ),
    (
        "iis",
        500,
        "Microsoft-IIS/10.0",
        "<!DOCTYPE html><html><head><title>500 - Internal server error.</title></head><body><div id=\"header\"><h1>Server Error</h1></div></body></html>",
    ),
    (
        "akamai",
        403,
        "AkamaiGHost",
        "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission.<P>Reference&#32;&#35;18&#46;1</BODY></HTML>",
    ),
    (
        "fastly",
        503,
        "Varnish",
        "<html><head><title>503 Backend fetch failed</title></head><body><h1>Error 503 Backend fetch failed</h1><p>Guru Meditation:</p><hr><p>Varnish cache server</p></body></html>",
    ),
    (
        "cloudfront",
        403,
        "CloudFront",
        "<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>403 ERROR</H1><PRE>Generated by cloudfront (CloudFront) Request ID: x</PRE></BODY></HTML>",
    ),
    (
        "sucuri",
        403,
        "Sucuri/Cloudproxy",
        "<!DOCTYPE html><html><head><title>Sucuri WebSite Firewall - Access Denied</title></head><body><h1>Access Denied - Sucuri Website Firewall</h1></body></html>",
    ),
    (
        "imperva",
        403,
        "",
        "<html><head><META NAME=\"robots\" CONTENT=\"noindex,nofollow\"></head><body><iframe src=\"/_Incapsula_Resource?x\">Request unsuccessful. Incapsula incident ID: 1</iframe></body></html>",
    ),
    (
        "ddos-guard",
        403,
        "ddos-guard",
        "<!DOCTYPE html><html><head><title>DDoS-Guard</title></head><body><h1>Checking your browser before accessing shop.example</h1></body></html>",
    ),
    ("vercel", 404, "Vercel", "The deployment could not be found on Vercel.\n\nDEPLOYMENT_NOT_FOUND"),
    (
        "netlify",
        404,
        "Netlify",
        "<!DOCTYPE html><html><head><title>Site not found</title></head><body><h1>Site not found</h1></body></html>",
    ),
    ("json-api", 500, "", "{\"error\":{\"code\":522,\"message\":\"upstream timed out\"},\"provider\":\"cloudflare\"}"),
    (
        "cloudflare-api",
        400,
        "",
        "{\"success\":false,\"errors\":[{\"code\":10000,\"message\":\"Authentication error\"}],\"docs\":\"https://developers.cloudflare.com/\"}",
    ),
    (
        "denied-by-origin",
        403,
        "Apache",
        "<!DOCTYPE html><html><head><title>Access denied | Shop</title></head><body><h1>Access denied</h1><p>You have been blocked.</p></body></html>",
    ),
    ("bare-line", 500, "", "error code: 10028"),
    ("bare-text", 502, "", "Bad Gateway"),
    ("empty", 503, "", ""),
];

/// Pages in other encodings, spoilt, or with something before and behind them.
fn encoded(pages: &Pages) -> Result<Vec<Fixture>> {
    let title = format!("{HOST} | 522: Connection timed out");
    let page = pages.fill(
        "era-c.html",
        &[("code", "522"), ("name", "Connection timed out"), ("title", &title), ("sheet", "main.css")],
    )?;
    let error = |name: &str, body: Vec<u8>| Fixture::new(name, body, Some(Kind::Error)).code(522);
    let little = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big = [0xfe, 0xff].into_iter().chain(page.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let latin = page.replace(CITY, "K\u{f6}ln").chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
    let cut = page.as_bytes().get(..page.find("utm_campaign").context("era-c.html has lost its links")? + 30);
    let deep = format!("{page}{}", "<div>".repeat(200_000));
    let message = format!("GET https://{HOST}/ failed: 522 {page}");
    let passed_on = Fixture::new("passed-on-in-a-message", message.clone(), None).status(500).headers(&[
        ("server", "cloudflare"),
        ("cf-ray", "8888888888888888-AMS"),
        ("cf-cache-status", "DYNAMIC"),
    ]);
    let source = format!("const PAGE = `{page}`;");
    let quoted = format!("#> {}", page.replace('\n', "\n#> "));
    let zeros = page.replace("<body>", "<body>\0\0\0");
    let late = page.replace("<body>", &format!("<body><!--{}-->", "x".repeat(700_000)));
    let spread = page.replace('>', ">\r\n\t ");
    let mut packed = vec![0x1f, 0x8b, 8, 0];
    packed.extend(page.bytes().map(|byte| byte ^ 0x5a));
    Ok(vec![
        error("utf-16", little),
        error("utf-16-big-endian-with-mark", big),
        error("utf-8-with-mark", format!("\u{feff}{page}").into_bytes()),
        error("latin-1", latin),
        error("cut-off", cut.unwrap_or_default().to_vec()),
        error("deeply-nested", deep.into_bytes()),
        error("zeros", zeros.into_bytes()),
        error("far-behind-the-beginning", late.into_bytes()),
        error("reformatted", spread.into_bytes()),
        error("behind-a-message", message.into_bytes()),
        passed_on,
        Fixture::new("behind-a-quotation-mark", source, None),
        Fixture::new("quoted-line-by-line", quoted, None),
        Fixture::new("packed", packed, None),
        Fixture::new("empty", "", None),
        Fixture::new("one-tag", "<", None),
        Fixture::new("noise", (0..=255_u8).cycle().take(100_000).collect::<Vec<_>>(), None),
    ])
}

/// Beginnings of pages, of which the title is all there is.
fn cut_off() -> Vec<Fixture> {
    let preamble = "<!DOCTYPE html>\n<!--[if lt IE 7]> <html class=\"no-js ie6 oldie\" lang=\"en-US\"> <![endif]-->\n";
    let titled = |title: &str| format!("{preamble}<head>\n<title>{title}</title>\n<meta charset=\"UTF-8\" />\n<meta ");
    let attention = titled("Attention Required! | Cloudflare");
    let captcha =
        attention.replace("<meta charset", "<meta name=\"captcha-bypass\" id=\"captcha-bypass\" /><meta charset");
    let long = format!("{attention}http-equiv=\"X-UA-Compatible\" content=\"IE=Edge\" />\n<meta name=\"robots\"");
    let denied = titled(&format!("Access denied | {HOST} used Cloudflare to restrict access"));
    let edge = |name: &str, body: &str, kind, status| Fixture::new(name, body, kind).status(status).headers(EDGE);
    vec![
        Fixture::new("cut/challenge", titled("Just a moment..."), Some(Kind::Challenge)),
        edge("cut/challenge-with-headers", &titled("Just a moment..."), Some(Kind::Challenge), 503),
        Fixture::new("cut/captcha", captcha, Some(Kind::Challenge)),
        Fixture::new("cut/block", long, Some(Kind::Block)),
        // Whether a captcha follows isn't known yet.
        Fixture::new("cut/block-or-captcha", attention.split("\n<meta charset").next().unwrap_or_default(), None),
        Fixture::new("cut/522", titled(&format!("{HOST} | 522: Connection timed out")), Some(Kind::Error)).code(522),
        Fixture::new("cut/500-without-host", titled("| 500: Internal server error"), Some(Kind::Error)).code(500),
        Fixture::new("cut/own-words", titled(&format!("{HOST} | 522: Our own words")), None),
        Fixture::new("cut/1016", titled(&format!("Origin DNS error | {HOST} | Cloudflare")), Some(Kind::Error)).code(1016),
        Fixture::new("cut/denied", denied, Some(Kind::Error)),
        edge("cut/502-before-its-title", preamble, Some(Kind::Error), 502).code(502),
        edge("cut/refusal-before-its-title", preamble, None, 403),
        edge("cut/530-before-its-title", preamble, Some(Kind::Error), 530),
        Fixture::new("cut/not-only-cut", format!("{}</head></html>", titled("Just a moment...")), None),
        Fixture::new(
            "cut/problem-json",
            "{\"type\":\"https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-522/\",\"title\":\"Error 522: Connection timed out\",\"status\":522,\"det",
            Some(Kind::Error),
        )
        .code(522),
    ]
}

/// The files of `testkit/fixtures/pages`.
struct Pages(Vec<(String, String)>);

impl Pages {
    fn read() -> Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pages");
        let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let mut pages = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            pages.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text));
        }
        Ok(Self(pages))
    }

    fn get(&self, file: &str) -> Result<&str> {
        let page = self.0.iter().find(|(name, _)| name == file);
        page.map(|(_, text)| text.as_str()).with_context(|| format!("testkit/fixtures/pages has no {file}"))
    }

    /// A page with every `{{name}}` replaced.
    fn fill(&self, file: &str, values: &[(&str, &str)]) -> Result<String> {
        let mut page = self.get(file)?.to_owned();
        for part in ["frame-head", "frame-foot"] {
            let name = format!("{{{{{part}}}}}");
            if page.contains(&name) {
                page = page.replace(&name, self.get(&format!("{part}.inc"))?);
            }
        }
        let fixed = [
            ("ray", RAY),
            ("host", HOST),
            ("city", CITY),
            ("time", "2026-10-03 01:28:05"),
            ("date", "2026-10-03"),
            ("clock", "01:28:05"),
            ("sentence", "Something went wrong on the way."),
        ];
        for (name, value) in values.iter().chain(&fixed) {
            page = page.replace(&format!("{{{{{name}}}}}"), value);
        }
        Ok(page)
    }
}
