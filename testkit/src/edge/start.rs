//! The start page: a list of every kind of failure, with a button to break or heal its host.

use askama::Template;
use http::Response;

use super::fault::{KINDS, Kind};
use super::journal::Request;
use super::page::FullResponse;
use super::state::State;

/// The host of the start page.
pub const START_HOST: &str = "start.example.test";

struct Row {
    kind: &'static Kind,
    host: String,
    broken: bool,
}

#[derive(Template)]
#[template(path = "start.html")]
struct Start {
    rows: Vec<Row>,
}

pub(crate) fn serves(host: &str) -> bool {
    matches!(host, START_HOST | "localhost" | "127.0.0.1")
}

/// The host with this kind of failure.
#[must_use]
pub(crate) fn host_of(kind: &Kind) -> String {
    format!("{}.example.test", kind.slug)
}

pub(crate) fn respond(state: &State, request: &Request, body: &[u8]) -> FullResponse {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "HEAD", "/") => show(state),
        ("POST", "/break") => change(body, |kind| state.break_host(&host_of(kind), kind.fault)),
        ("POST", "/heal") => change(body, |kind| state.heal(&host_of(kind))),
        _ => status(404),
    }
}

fn show(state: &State) -> FullResponse {
    let rows = KINDS.iter().map(|kind| {
        let host = host_of(kind);
        let broken = state.fault_of(&host).is_some();
        Row { kind, host, broken }
    });
    let page = Start { rows: rows.collect() }.render().unwrap_or_default();
    Response::builder()
        .header("content-type", "text/html; charset=utf-8")
        .header("cache-control", "no-store")
        .body(page.into_bytes())
        .unwrap_or_default()
}

/// A form names the kind as `kind=slug`.
fn change(body: &[u8], change: impl Fn(&Kind)) -> FullResponse {
    let slug = std::str::from_utf8(body).ok().and_then(|body| body.strip_prefix("kind="));
    match KINDS.iter().find(|kind| Some(kind.slug) == slug) {
        Some(kind) => {
            change(kind);
            Response::builder().status(303).header("location", "/").body(vec![]).unwrap_or_default()
        }
        None => status(400),
    }
}

fn status(status: u16) -> FullResponse {
    Response::builder().status(status).body(vec![]).unwrap_or_default()
}

impl super::Edge {
    /// Breaks every host of the start page in its own way.
    pub fn break_all(&self) {
        for kind in KINDS {
            self.fault(&host_of(kind), kind.fault);
        }
    }
}
