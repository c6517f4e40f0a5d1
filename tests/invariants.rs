//! The invariants of ARCHITECTURE.md that concern the source code itself.

#![expect(clippy::expect_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rayback_core::catalog;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests have a parent folder").to_owned()
}

/// Every file in a folder of the project whose name has one of these endings.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a readable entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !name.starts_with('.') && !["target", "dist", "node_modules", "shots"].contains(&name.as_str()) {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), endings, &mut found);
    assert!(
        !found.is_empty(),
        "nothing ending in {endings:?} below {folder}: the check would pass without checking anything"
    );
    found
}

/// Fails with every line that contains one of the words.
fn assert_absent(paths: &[PathBuf], words: &[&str], reason: &str) {
    let mut places = Vec::new();
    for path in paths {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                places.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(places.is_empty(), "{reason}:\n{}", places.join("\n"));
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

#[test]
fn core_depends_on_no_crate_with_side_effects() {
    // Crates for parsing, searching and serialising, and the dependencies of derive macros.
    let pure = [
        "aho-corasick",
        "deranged",
        "ipnet",
        "itoa",
        "memchr",
        "num-conv",
        "percent-encoding",
        "powerfmt",
        "rayback-catalog",
        "rayback-core",
        "ryu",
        "serde",
        "serde_core",
        "serde_json",
        "strum",
        "time",
        "time-core",
        "zmij",
        "heck",
        "proc-macro2",
        "quote",
        "serde_derive",
        "strum_macros",
        "syn",
        "thiserror",
        "thiserror-impl",
        "unicode-ident",
    ];
    let tree = cargo(&[
        "tree",
        "--locked",
        "--package",
        "rayback-core",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p} {f}",
    ]);
    for line in tree.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        assert!(
            pure.contains(&name),
            "rayback-core depends on \"{name}\": add it here if it has no clock, randomness, I/O or wasm"
        );
        assert!(name != "time" || !line.contains("std"), "with its `std` feature time reads the clock: {line}");
    }
    assert!(tree.contains("rayback-core"), "cargo tree printed no tree");
}

#[test]
fn core_mentions_no_browser_api() {
    assert_absent(
        &[files("core/src", &[".rs"]), files("catalog/src", &[".rs"])].concat(),
        &["wasm_bindgen", "web_sys", "js_sys", "target_arch"],
        "core must not depend on a browser",
    );
}

#[test]
fn dependencies_point_from_shells_to_core() {
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--locked", "--no-deps", "--format-version", "1"]))
            .expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let members: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    assert!(members.contains("rayback-core"));
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let allowed: &[&str] = match name {
            "rayback-catalog" | "rayback-words" => &[],
            "rayback-core" => &["rayback-catalog", "rayback-words"],
            "xtask" => &["rayback-words"],
            // For pictures and tests of the interface.
            "rayback-testkit" => &["rayback-core", "rayback-extension"],
            "rayback-extension" | "rayback-www" => &["rayback-core", "rayback-intl"],
            "rayback-tests" | "rayback-demo" | "rayback-demo-tour" | "bench-browser" => {
                &["rayback-core", "rayback-testkit"]
            }
            _ => &["rayback-core"],
        };
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let dependency = dependency["name"].as_str().expect("a name");
            assert!(
                !members.contains(dependency) || allowed.contains(&dependency),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

/// A line of code without its comment and the contents of its strings.
fn bare(line: &str) -> String {
    let code = line.replace("\\\"", "").split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
    code.split("//").next().unwrap_or_default().to_owned()
}

/// The codes in a line of code. If the line mentions a status, numbers below 600 are HTTP statuses instead.
fn codes_in(line: &str) -> Vec<u16> {
    // Bounds of ranges and units of time and size that happen to be codes too.
    let round = [400, 500, 1000, 1024];
    let is_status = line.contains("status") && !line.contains("of_status(");
    line.split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .filter_map(|token| token.parse().ok())
        .filter(|number| !(round.contains(number) || is_status && *number < 600))
        .filter(|number| catalog::all().any(|entry| entry.code.number() == *number))
        .collect()
}

#[test]
fn no_logic_outside_the_catalogue_depends_on_a_code() {
    assert_eq!(codes_in(&bare("match code.number() { 1015 => 5, // 522")), [1015]);
    assert!(codes_in(&bare("if status == 522 { say(\"1016\") }")).is_empty());
    assert_eq!(codes_in(&bare("Code::of_status(522)")), [522]);
    let mut places = Vec::new();
    for folder in ["core/src", "cli/src", "extension/src", "www/src"] {
        for path in files(folder, &[".rs"]) {
            if path.ends_with("tests.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a readable source");
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                if !codes_in(&bare(line)).is_empty() {
                    places.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(places.is_empty(), "make it a field of the catalogue entry:\n{}", places.join("\n"));
}

#[test]
fn only_the_browser_folder_names_chrome() {
    let browser = root().join("extension/src/browser");
    let elsewhere: Vec<_> = files("extension/src", &[".rs"])
        .into_iter()
        .filter(|path| !path.starts_with(&browser) && *path != browser.with_extension("rs"))
        .collect();
    assert_absent(
        &elsewhere,
        &["\"chrome\"", "chrome::", "js_namespace"],
        "only extension/src/browser may use the browser's API",
    );
}

#[test]
fn no_string_is_parsed_as_html() {
    let mut sources = files("extension", &[".js", ".mjs", ".rs"]);
    sources.extend(files("www", &[".js", ".rs"]));
    let parsers = [
        "innerHTML",
        "insertAdjacentHTML",
        "document.write",
        "DOMParser",
        "createContextualFragment",
        "setHTML",
        "set_inner_html",
        "insert_adjacent_html",
        "set_outer_html",
        "outerHTML =",
    ];
    assert_absent(&sources, &parsers, "text from a page must stay text");
}

#[test]
fn opening_closing_or_switching_tabs_starts_no_worker() {
    let events = ["webRequest", "webNavigation", "tabs.onUpdated", "tabs.onActivated", "tabs.onRemoved"];
    assert_absent(
        &files("extension/static", &[".js"]),
        &events,
        "these events would start the worker on healthy pages",
    );
}

/// Every permission in the manifest: required, optional, for hosts, and to send data.
fn permissions() -> BTreeSet<String> {
    let manifest: serde_json::Value =
        serde_json::from_str(&read(&root().join("manifest.json"))).expect("manifest.json is JSON");
    let data = "/browser_specific_settings/gecko/data_collection_permissions";
    let data = ["required", "optional"].map(|list| format!("{data}/{list}"));
    let lists = ["/permissions", "/optional_permissions", "/host_permissions", "/optional_host_permissions"];
    let lists = lists.map(str::to_owned).into_iter().chain(data).filter_map(|place| manifest.pointer(&place).cloned());
    let lists: Vec<_> = lists.collect();
    let names = lists.iter().filter_map(|list| list.as_array()).flatten().filter_map(|name| name.as_str());
    names.filter(|name| *name != "none").map(str::to_owned).collect()
}

#[test]
fn privacy_gives_the_reason_for_exactly_the_requested_permissions() {
    let text = read(&root().join("PRIVACY.md"));
    let table = between(&text, "| Permission | Why |\n|---|---|\n", "\n\n").next().expect("a table of permissions");
    let mut explained = BTreeSet::new();
    for row in table.lines() {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [_, names, reason, _] = cells.as_slice() else { panic!("{row}") };
        assert!(reason.len() > 20, "no reason: {row}");
        explained.extend(between(names, "`", "`").step_by(2).map(str::to_owned));
    }
    assert_eq!(explained, permissions(), "PRIVACY.md (left) and manifest.json (right) differ");
    let manifest = read(&root().join("manifest.json"));
    assert!(!manifest.contains("upgrade-insecure-requests"), "probes of http sites would become https");
}

/// The test names, file names and boundary tests named in the table of a document's section.
fn named_in(document: &str, section: &str) -> Vec<String> {
    let text = read(&root().join(document));
    let section = text.split("\n## ").find(|part| part.starts_with(section)).expect("the section");
    let rows = section.lines().filter(|line| line.starts_with('|'));
    let held_by = rows.filter_map(|row| row.rsplit('|').nth(1));
    held_by.flat_map(|cell| cell.split(['`', '"']).skip(1).step_by(2).map(str::to_owned)).collect()
}

#[test]
fn every_test_and_file_named_in_architecture_and_security_exists() {
    let rust: String = files("", &[".rs"]).iter().map(|path| read(path)).collect();
    let boundary: String = files("extension/tests", &[".test.mjs"]).iter().map(|path| read(path)).collect();
    let is_there = |name: &str| match name {
        // A phrase names a test in JavaScript, an identifier one in Rust; `cargo xtask …` is a command.
        _ if name.starts_with("cargo ") || !name.contains(['_', ' ', '/']) => true,
        _ if name.contains(' ') => boundary.contains(name),
        _ if name.contains('/') => root().join(name).exists(),
        _ => rust.contains(&format!("fn {name}(")),
    };
    for (document, section) in [("ARCHITECTURE.md", "Invariants"), ("SECURITY.md", "Threats")] {
        let named = named_in(document, section);
        assert!(named.len() > 20, "only {} names found in {document}: its table isn't parsed correctly", named.len());
        let missing: Vec<_> = named.iter().filter(|name| !is_there(name)).collect();
        assert!(missing.is_empty(), "{document} names tests or files that don't exist: {missing:#?}");
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text between two marks, for each first mark.
fn between<'a>(text: &'a str, start: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(start).skip(1).filter_map(move |rest| rest.split(end).next())
}

/// The names in a `use` list, `a::{b, c as d}` being `a`.
fn listed(list: &str) -> impl Iterator<Item = String> {
    list.split(',').map(|item| item.split([':', ' ']).find(|name| !name.is_empty()).unwrap_or_default().to_owned())
}

/// The modules that each module of core imports, without tests and comments.
fn imports_of_core() -> BTreeMap<String, BTreeSet<String>> {
    let sources = root().join("core/src");
    let mut imports = BTreeMap::<String, BTreeSet<String>>::new();
    for path in files("core/src", &[".rs"]) {
        let place = path.strip_prefix(&sources).expect("below core/src").with_extension("");
        let parts: Vec<_> = place.iter().map(|part| part.to_string_lossy()).collect();
        let Some(module) = parts.first().filter(|module| *module != "lib" && !parts.contains(&"tests".into())) else {
            continue;
        };
        let text = read(&path);
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let code: Vec<_> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for path in code.join("\n").split("crate::").skip(1) {
            let imported: Vec<_> = match path.strip_prefix('{').and_then(|list| list.split('}').next()) {
                Some(list) => listed(list).collect(),
                None => {
                    path.split(|char: char| !char.is_alphanumeric() && char != '_').take(1).map(str::to_owned).collect()
                }
            };
            let others = imported.into_iter().filter(|name| !name.is_empty() && name != module);
            imports.entry(module.to_string()).or_default().extend(others);
        }
    }
    imports
}

#[test]
fn cores_imports_are_those_of_the_table() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let section = between(&text, "\n## Core's imports", "\n## ").next().expect("a section of imports");
    let mut layers = BTreeMap::new();
    let mut table = BTreeMap::new();
    for row in section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| layer")) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [_, layer, modules, imported, ..] = cells.as_slice() else { panic!("{row}") };
        let layer: u8 = layer.parse().expect("a layer's number");
        for module in between(modules, "`", "`").step_by(2) {
            layers.insert(module.to_owned(), layer);
        }
        let imported: BTreeSet<_> = imported.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if let Some(module) = between(modules, "`", "`").next().filter(|_| !imported.is_empty()) {
            table.insert(module.to_owned(), imported);
        }
    }
    let found = imports_of_core();
    assert_eq!(found, table, "the table in ARCHITECTURE.md (right) differs from what core imports (left)");
    for (module, imported) in found {
        for name in imported {
            assert!(layers.get(&name) < layers.get(&module), "{module} imports {name}, which isn't in a lower layer");
        }
    }
}

/// Whether a line of an example imports only these names from core.
fn uses_only(names: &[String], line: &str) -> bool {
    line.split("rayback_core::").skip(1).all(|path| {
        let path = path.split(';').next().unwrap_or_default();
        let list = path.trim_start_matches('{').trim_end_matches('}');
        list.split(',').all(|name| names.iter().any(|known| known == name.trim()))
    })
}

#[test]
fn every_name_of_the_facade_has_an_example_that_needs_no_other() {
    let facade = read(&root().join("core/src/lib.rs"));
    let items: Vec<_> = facade.split("#[doc(hidden)]").collect();
    let (shown, hidden) = items.split_first().expect("a first part");
    assert!(!shown.contains("pub mod"), "a module of core isn't hidden");
    assert!(hidden.iter().all(|item| item.matches("pub ").count() == 1), "an item after a hidden one is shown");
    let paths = between(shown, "pub use ", ";").filter(|path| !path.contains('*'));
    let names: Vec<String> = paths
        .flat_map(|path| match path.split_once('{') {
            Some((_, list)) => list.trim_end_matches('}').split(',').map(str::to_owned).collect(),
            None => vec![path.to_owned()],
        })
        .map(|path| path.rsplit("::").next().unwrap_or_default().trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    assert!((20..=32).contains(&names.len()), "{} names: {names:?}", names.len());
    let mut sources = files("core/src", &[".rs"]);
    sources.extend(files("catalog/src", &[".rs"]));
    let sources: Vec<_> = sources.iter().map(|path| read(path)).collect();
    // Indented docs are those of methods; the docs of types and functions are checked below.
    for line in
        sources.iter().flat_map(|text| text.lines()).filter(|line| line.starts_with("    /// use rayback_core::"))
    {
        assert!(uses_only(&names, line), "an example needs a hidden module: {line}");
    }
    for name in &names {
        let has_example = ["struct", "enum", "fn"].iter().any(|kind| {
            let definitions = [" ", "(", "<"].map(|end| format!("pub {kind} {name}{end}"));
            sources.iter().flat_map(|text| definitions.iter().filter_map(|it| text.split_once(it.as_str()))).any(
                |(before, _)| {
                    let documented = before
                        .trim_end()
                        .lines()
                        .rev()
                        .take_while(|line| line.trim().starts_with(['/', '#', ')', 'C']));
                    let docs: Vec<_> = documented.filter(|line| line.trim().starts_with("///")).collect();
                    let hidden = docs.iter().find(|line| !uses_only(&names, line));
                    assert!(hidden.is_none(), "the example of {name} needs a hidden module: {hidden:?}");
                    docs.iter().any(|line| line.contains("```")) && docs.iter().any(|line| line.contains(name.as_str()))
                },
            )
        });
        assert!(has_example, "{name} has no example");
    }
}

#[test]
fn no_file_has_a_catch_all_name() {
    let mut sources = Vec::new();
    let members = [
        "catalog",
        "words",
        "core",
        "intl",
        "extension",
        "cli",
        "www",
        "testkit",
        "tests",
        "bench",
        "demo",
        "fuzz",
        "xtask",
    ];
    for member in members {
        sources.extend(files(member, &[".rs"]));
    }
    for path in sources {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_catch_all = ["util", "utils", "helper", "helpers", "common", "manager", "misc"].contains(&stem.as_str());
        assert!(!is_catch_all, "{}: a catch-all name; name the file after its subject", path.display());
    }
}

#[test]
fn every_dependency_has_a_listed_licence_and_source() {
    let lists = fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--locked", "--format-version", "1"])).expect("JSON");
    let packages = metadata.get("packages").and_then(serde_json::Value::as_array).expect("packages");
    assert!(packages.len() > 100, "{} packages: the check would pass without checking anything", packages.len());
    let text = |package: &serde_json::Value, field: &str| {
        package.get(field).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    let listed = |item: &str| lists.contains(&format!("\"{item}\""));
    for package in packages {
        let (name, licence, source) = (text(package, "name"), text(package, "license"), text(package, "source"));
        let is_ours = source.is_empty();
        assert!(is_ours || source.strip_prefix("registry+").is_some_and(listed), "{name} comes from {source}");
        // `/` is the old way to write OR.
        let all_of = licence.replace(['(', ')'], "").replace(" / ", " OR ").replace('/', " OR ");
        let holds = all_of.split(" AND ").all(|any_of| any_of.split(" OR ").map(str::trim).any(listed));
        assert!(holds, "{name} is licensed under \"{licence}\"");
    }
}

/// Both values of a design token, light and dark, as `[red, green, blue]`.
fn token(sheet: &str, name: &str) -> [[u8; 3]; 2] {
    let (_, rest) = sheet.split_once(&format!("\n  --{name}:")).unwrap_or_else(|| panic!("no token --{name}"));
    let value = rest.split(';').next().unwrap_or_default().trim();
    let both = value.strip_prefix("light-dark(").and_then(|it| it.strip_suffix(')')).and_then(|it| it.split_once(','));
    let (light, dark) = both.unwrap_or((value, value));
    [light, dark].map(|colour| {
        let digits = colour.trim().trim_start_matches('#');
        let part = |at: usize| digits.get(at..at + 2).and_then(|part| u8::from_str_radix(part, 16).ok());
        [0, 2, 4].map(|at| part(at).unwrap_or_else(|| panic!("--{name}: {colour} isn't a colour of six digits")))
    })
}

/// The contrast of two colours. Source: WCAG 2.2, "contrast ratio" and "relative luminance".
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let luminance = |colour: [u8; 3]| {
        let [red, green, blue] = colour.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_pair_of_tokens_has_the_contrast_that_wcag_asks_for() {
    let sheet = fs::read_to_string(root().join("extension/static/tokens.css")).expect("tokens.css");
    // What's drawn on what, and the least contrast: 4.5 for text, 3 for borders of controls and for marks.
    let pairs: &[(&[&str], &[&str], f64)] = &[
        (&["ink", "quiet"], &["surface", "canvas", "sunken"], 4.5),
        (&["accent", "ok", "warn", "fail", "info", "neutral"], &["surface", "sunken"], 4.5),
        (&["accent"], &["accent-soft"], 4.5),
        (&["ok"], &["ok-soft"], 4.5),
        (&["ink", "warn"], &["warn-soft"], 4.5),
        (&["fail"], &["fail-soft"], 4.5),
        (&["info"], &["info-soft"], 4.5),
        (&["neutral"], &["neutral-soft"], 4.5),
        (&["on-accent"], &["accent"], 4.5),
        (&["on-danger"], &["danger"], 4.5),
        (&["edge", "ok-mark", "warn-mark", "fail-mark", "info-mark", "neutral-mark"], &["surface", "sunken"], 3.0),
        (&["on-danger"], &["badge-active", "badge-paused", "badge-quiet", "badge-back", "badge-warning"], 4.5),
    ];
    for (drawn, grounds, least) in pairs {
        for (name, ground) in drawn.iter().flat_map(|name| grounds.iter().map(move |ground| (name, ground))) {
            let schemes = ["light", "dark"].into_iter().zip(token(&sheet, name).into_iter().zip(token(&sheet, ground)));
            for (scheme, (colour, background)) in schemes {
                let found = contrast(colour, background);
                assert!(found >= *least, "{scheme}: --{name} on --{ground} has {found:.2}, not {least}");
            }
        }
    }
}

#[test]
fn only_the_tokens_name_a_colour() {
    let sheets: Vec<_> =
        files("extension/static", &[".css"]).into_iter().filter(|path| !path.ends_with("tokens.css")).collect();
    // Black that darkens another colour, and no colour at all.
    let lines = |text: &str| text.replace("#0000", "").replace("#000 25%", "");
    for path in sheets {
        let text = lines(&fs::read_to_string(&path).expect("a readable style sheet"));
        let colour = text.match_indices('#').find_map(|(at, _)| {
            let value: String = text.get(at + 1..)?.chars().take_while(char::is_ascii_hexdigit).collect();
            let ends = text.get(at + 1 + value.len()..)?.chars().next()?;
            ([3, 4, 6, 8].contains(&value.len()) && !ends.is_alphanumeric() && ends != '-').then_some(value)
        });
        assert_eq!(colour, None, "{}: a colour outside the tokens", path.display());
        for word in ["rgb(", "hsl(", ": white", ": black"] {
            assert!(!text.contains(word), "{}: {word} outside the tokens", path.display());
        }
    }
}
