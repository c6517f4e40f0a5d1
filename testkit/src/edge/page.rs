//! The edge's own responses: error pages in every format, the block page, the challenge, the plain page and the trace.
//!
//! Ids, classes, titles and headers match those that Cloudflare is known to send; the sentences are our own.

use std::time::{SystemTime, UNIX_EPOCH};

use askama::Template;
use http::response::Builder;
use http::{HeaderValue, Response};
use jiff::Timestamp;
use serde::Serialize;

use super::code::{Category, Code};
use super::form::Form;
use super::journal::{Request, Scheme};
use super::limits::Limits;
use super::ray::{CITY, DATA_CENTRE, Ray};

/// A complete response.
pub(crate) type FullResponse = Response<Vec<u8>>;

/// A request's details that the edge's own pages show.
pub(crate) struct Visit {
    pub(crate) host: String,
    pub(crate) path: String,
    scheme: Scheme,
    user_agent: String,
    form: Form,
    ray: Ray,
    now: Timestamp,
    limits: Limits,
}

impl Visit {
    pub(crate) fn new(request: &Request, form: Form, ray: Ray, limits: Limits) -> Self {
        Self {
            host: request.host.clone(),
            path: request.path.clone(),
            scheme: request.scheme,
            user_agent: request.header("user-agent").unwrap_or_default().to_owned(),
            form,
            ray,
            now: now(),
            limits,
        }
    }

    /// The wait requested with this code, in seconds.
    fn retry_after(&self, code: &Code) -> Option<u32> {
        code.retry_after.map(|table| self.limits.retry_after_s.unwrap_or(table))
    }

    fn time(&self) -> String {
        self.now.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// The present moment, in whole seconds.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    Timestamp::from_second(seconds).unwrap_or_default()
}

/// The visitor's IP address on every page, from the block reserved for documentation.
const VISITOR: &str = "192.0.2.17";

/// The 5xx page since 2020.
#[derive(Template)]
#[template(path = "five_hundred.html")]
struct FiveHundred<'a> {
    code: &'a Code,
    visit: &'a Visit,
    city: &'a str,
    visitor: &'a str,
}

impl FiveHundred<'_> {
    fn edge_is_working(&self) -> bool {
        self.code.category != Category::Cloudflare
    }
}

/// The 1xxx page for most codes.
#[derive(Template)]
#[template(path = "one_thousand.html")]
struct OneThousand<'a> {
    code: &'a Code,
    visit: &'a Visit,
    visitor: &'a str,
}

/// The 1xxx page for the codes of Workers.
#[derive(Template)]
#[template(path = "worker.html")]
struct Worker<'a> {
    code: &'a Code,
    visit: &'a Visit,
    visitor: &'a str,
}

#[derive(Template)]
#[template(path = "block.html")]
struct Block<'a> {
    visit: &'a Visit,
    visitor: &'a str,
}

#[derive(Template)]
#[template(path = "challenge.html")]
struct Challenge<'a> {
    visit: &'a Visit,
}

#[derive(Template)]
#[template(path = "unbranded.html")]
struct Unbranded<'a> {
    status: u16,
    reason: &'a str,
}

#[derive(Template)]
#[template(path = "trace.txt")]
struct Trace<'a> {
    visit: &'a Visit,
    scheme: &'a str,
    tls: &'a str,
    visitor: &'a str,
    data_centre: &'a str,
}

#[derive(Template)]
#[template(path = "error.md")]
struct Markdown<'a> {
    code: &'a Code,
    matter: &'a serde_json::Map<String, serde_json::Value>,
    advice: &'a str,
}

/// The members of a structured response: RFC 9457 and Cloudflare's extensions.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: String,
    status: u16,
    detail: &'a str,
    instance: String,
    #[serde(flatten)]
    facts: Facts<'a>,
    footer: &'a str,
}

/// The members that JSON and Markdown share.
#[derive(Serialize)]
struct Facts<'a> {
    error_code: u16,
    error_name: String,
    error_category: Category,
    ray_id: String,
    timestamp: String,
    zone: &'a str,
    cloudflare_error: bool,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    owner_action_required: bool,
    what_you_should_do: &'a str,
}

impl<'a> Facts<'a> {
    fn new(code: &Code, visit: &'a Visit) -> Self {
        Self {
            error_code: code.code,
            error_name: code.name(),
            error_category: code.category,
            ray_id: visit.ray.to_string(),
            timestamp: visit.now.to_string(),
            zone: &visit.host,
            cloudflare_error: true,
            retryable: code.retry_after.is_some(),
            retry_after: visit.retry_after(code),
            owner_action_required: code.category != Category::Cloudflare,
            what_you_should_do: match code.retry_after {
                Some(_) => "**Wait**, then try again.",
                None => "**Do not retry**: the site's owner has to act.",
            },
        }
    }
}

/// The response for an error code, in the requested format.
pub(crate) fn error(code: &Code, visit: &Visit) -> FullResponse {
    let facts = Facts::new(code, visit);
    let body = match visit.form {
        Form::Html => page(code, visit),
        Form::PlainText => format!("error code: {}", code.code),
        Form::Markdown => markdown(code, &facts),
        Form::Json | Form::ProblemJson => serde_json::to_string(&Problem {
            r#type: documentation(code.code),
            title: format!("Error {}: {}", code.code, code.title),
            status: code.status,
            detail: code.happened,
            instance: visit.ray.to_string(),
            facts,
            footer: "This error was generated by Cloudflare on behalf of the website owner.",
        })
        .unwrap_or_default(),
    };
    let mut response = own(code.status, visit).header("content-type", visit.form.content_type());
    if let Some(seconds) = visit.retry_after(code) {
        response = response.header("retry-after", seconds);
    }
    whole(response, body)
}

/// The page of a 521 with more in its body than anyone would write: an inlined image, and elements.
pub(crate) fn bulky(megabytes: u8, thousands: u16, visit: &Visit) -> FullResponse {
    let Some(code) = Code::find(521) else { return unbranded(500, visit) };
    let image = "A".repeat(usize::from(megabytes) << 20);
    let elements = "<i>x</i>".repeat(usize::from(thousands) * 1_000);
    let more = format!("<div hidden><img alt=\"\" src=\"data:image/png;base64,{image}\">{elements}</div>");
    let page = page(code, visit).replacen("<div id=\"cf-wrapper\"", &format!("{more}<div id=\"cf-wrapper\""), 1);
    html(own(code.status, visit), Ok(page))
}

/// A challenge whose script couldn't be loaded: the page asks to unblock its host.
pub(crate) fn challenge_stuck(visit: &Visit) -> FullResponse {
    let mut response = challenge(visit);
    let page = String::from_utf8_lossy(response.body()).into_owned();
    let stuck = "<p>Please unblock challenges.cloudflare.com to proceed.</p></div></div>";
    *response.body_mut() = page.replacen("</div></div>", stuck, 1).into_bytes();
    response
}

/// The page of a 521 with more in its head.
pub(crate) fn error_with(head: &str, visit: &Visit) -> FullResponse {
    let Some(code) = Code::find(521) else { return unbranded(500, visit) };
    let page = page(code, visit).replacen("</head>", &format!("{head}</head>"), 1);
    html(own(code.status, visit), Ok(page))
}

fn page(code: &Code, visit: &Visit) -> String {
    let (visitor, city) = (VISITOR, CITY);
    match code.code {
        ..1000 => FiveHundred { code, visit, city, visitor }.render(),
        1100..=1105 => Worker { code, visit, visitor }.render(),
        _ => OneThousand { code, visit, visitor }.render(),
    }
    .unwrap_or_default()
}

fn markdown(code: &Code, facts: &Facts) -> String {
    let members = serde_json::to_value(facts).unwrap_or_default();
    let none = serde_json::Map::new();
    let matter = members.as_object().unwrap_or(&none);
    let advice = facts.what_you_should_do;
    Markdown { code, matter, advice }.render().unwrap_or_default()
}

fn documentation(code: u16) -> String {
    let family = if code < 1000 { "5xx" } else { "1xxx" };
    format!(
        "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-{family}-errors/error-{code}/"
    )
}

/// The block page, which shows no code.
pub(crate) fn block(visit: &Visit) -> FullResponse {
    html(own(403, visit), Block { visit, visitor: VISITOR }.render())
}

/// The managed challenge page.
pub(crate) fn challenge(visit: &Visit) -> FullResponse {
    let response = own(403, visit)
        .header("cf-mitigated", "challenge")
        .header("cross-origin-embedder-policy", "require-corp")
        .header("cross-origin-opener-policy", "same-origin")
        .header("cross-origin-resource-policy", "same-origin")
        .header("origin-agent-cluster", "?1")
        .header("permissions-policy", "accelerometer=(),camera=(),clipboard-read=(),clipboard-write=(),geolocation=(),microphone=()")
        .header("content-security-policy", "default-src 'none'; script-src 'nonce-edge'; style-src 'unsafe-inline'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'self'");
    html(response, Challenge { visit }.render())
}

/// The plain, unbranded page of the edge's web server.
pub(crate) fn unbranded(status: u16, visit: &Visit) -> FullResponse {
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let reason = reason.unwrap_or_default();
    let response = edge(status, visit).header("content-type", "text/html");
    whole(response, Unbranded { status, reason }.render().unwrap_or_default())
}

/// `/cdn-cgi/trace`.
pub(crate) fn trace(visit: &Visit) -> FullResponse {
    let (scheme, tls) = match visit.scheme {
        Scheme::Http => ("http", "off"),
        Scheme::Https => ("https", "TLSv1.3"),
    };
    let text = Trace { visit, scheme, tls, visitor: VISITOR, data_centre: DATA_CENTRE }.render();
    let response = edge(200, visit)
        .header("content-type", "text/plain")
        .header("access-control-allow-origin", "*")
        .header("cache-control", "no-cache")
        .header("x-frame-options", "DENY");
    whole(response, text.unwrap_or_default())
}

/// The style sheet of all branded pages.
pub(crate) fn style_sheet(visit: &Visit) -> FullResponse {
    let response = edge(200, visit).header("content-type", "text/css");
    whole(response, include_str!("../../templates/edge.css").to_owned())
}

/// The headers of every response from the edge.
fn edge(status: u16, visit: &Visit) -> Builder {
    Response::builder().status(status).header("server", "cloudflare").header("cf-ray", visit.ray.header())
}

/// The headers that mark the edge's own error pages.
fn own(status: u16, visit: &Visit) -> Builder {
    edge(status, visit)
        .header("cache-control", "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0")
        .header("expires", "Thu, 01 Jan 1970 00:00:01 GMT")
        .header("referrer-policy", "same-origin")
        .header("x-frame-options", "SAMEORIGIN")
}

fn html(response: Builder, page: askama::Result<String>) -> FullResponse {
    let response = response.header("content-type", HeaderValue::from_static("text/html; charset=UTF-8"));
    whole(response, page.unwrap_or_default())
}

fn whole(response: Builder, body: String) -> FullResponse {
    response.body(body.into_bytes()).unwrap_or_default()
}
