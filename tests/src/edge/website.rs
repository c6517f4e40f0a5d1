//! Rayback's own website as `cargo xtask build` left it, served for tests and the demonstration.

use std::fs;
use std::path::Path;

use http::Response;

use super::journal::Request;
use super::page::Answer;

/// The host of the website.
pub const WEBSITE_HOST: &str = "rayback.example.test";

/// Its files, each with its path and type. Named one by one, so that no path of a request reaches the disk.
const FILES: [(&str, &str, &str); 6] = [
    ("/", "index.html", "text/html; charset=utf-8"),
    ("/analyser.css", "analyser.css", "text/css; charset=utf-8"),
    ("/analyser.js", "analyser.js", "text/javascript; charset=utf-8"),
    ("/wasm/rayback.js", "wasm/rayback.js", "text/javascript; charset=utf-8"),
    ("/wasm/rayback_bg.wasm", "wasm/rayback_bg.wasm", "application/wasm"),
    ("/words/en.json", "words/en.json", "application/json"),
];

pub(crate) fn serves(host: &str) -> bool {
    host == WEBSITE_HOST
}

pub(crate) fn answer(request: &Request) -> Answer {
    let dist = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../dist/www"));
    let file = FILES.iter().find(|(path, ..)| *path == request.path);
    match file.and_then(|(_, name, kind)| Some((kind, fs::read(dist.join(name)).ok()?))) {
        Some((kind, bytes)) => Response::builder().header("content-type", *kind).body(bytes).unwrap_or_default(),
        None => Response::builder().status(404).body(Vec::new()).unwrap_or_default(),
    }
}
