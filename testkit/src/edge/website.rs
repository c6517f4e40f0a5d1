//! Our own pages, as built by `cargo xtask` into `dist/`, served for tests, benchmarks and the demo.

use std::fs;
use std::path::Path;

use http::Response;

use super::journal::Request;
use super::page::FullResponse;

/// The host of Rayback's website.
pub const WEBSITE_HOST: &str = "rayback.example.test";

/// The host of the page that times recognition.
pub const SPEED_HOST: &str = "speed.example.test";

/// The files of each, with their types. Named one by one, so that no path of a request reaches the disk.
const FILES: [(&str, &str, &str); 12] = [
    ("/", "index.html", "text/html; charset=utf-8"),
    ("/analyser.css", "analyser.css", "text/css; charset=utf-8"),
    ("/tokens.css", "tokens.css", "text/css; charset=utf-8"),
    ("/analyser.js", "analyser.js", "text/javascript; charset=utf-8"),
    ("/speed.js", "speed.js", "text/javascript; charset=utf-8"),
    ("/wasm/analyser.js", "wasm/analyser.js", "text/javascript; charset=utf-8"),
    ("/wasm/analyser_bg.wasm", "wasm/analyser_bg.wasm", "application/wasm"),
    ("/wasm/speed.js", "wasm/speed.js", "text/javascript; charset=utf-8"),
    ("/wasm/speed_bg.wasm", "wasm/speed_bg.wasm", "application/wasm"),
    ("/words/en/interface.json", "words/en/interface.json", "application/json"),
    ("/words/en/visitor.json", "words/en/visitor.json", "application/json"),
    ("/words/en/owner.json", "words/en/owner.json", "application/json"),
];

/// The folder in `dist/` that a host serves.
fn folder(host: &str) -> Option<&'static str> {
    match host {
        WEBSITE_HOST => Some("www"),
        SPEED_HOST => Some("speed"),
        _ => None,
    }
}

pub(crate) fn serves(host: &str) -> bool {
    folder(host).is_some()
}

pub(crate) fn respond(request: &Request) -> FullResponse {
    let read = || {
        let (_, name, kind) = FILES.iter().find(|(path, ..)| *path == request.path)?;
        let dist = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../dist"));
        Some((*kind, fs::read(dist.join(folder(&request.host)?).join(name)).ok()?))
    };
    match read() {
        Some((kind, bytes)) => Response::builder().header("content-type", kind).body(bytes).unwrap_or_default(),
        None => Response::builder().status(404).body(Vec::new()).unwrap_or_default(),
    }
}
