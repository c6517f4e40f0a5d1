use super::*;
use crate::catalog::key;

fn english() -> Words {
    Words::parse(include_str!(concat!(env!("OUT_DIR"), "/words/en.json"))).unwrap()
}

#[test]
fn english_tells_every_fact() {
    let words = english();
    for key in key::required() {
        assert!(words.find(&key).is_some(), "core/words/en lacks {key}");
    }
}

#[test]
fn english_explains_exactly_the_codes_of_the_catalogue() {
    let words = english();
    for key in words.lines.keys().filter_map(|key| key.strip_prefix("code.")) {
        let number: u16 = key.split('.').next().unwrap().parse().unwrap();
        let code = number.to_string().parse().unwrap();
        assert!(crate::catalog::entry(code).is_some(), "core/words/en explains {number}, which is not listed");
    }
}

#[test]
fn no_text_holds_markup_or_an_open_place_holder() {
    for (key, text) in &english().lines {
        assert!(!text.contains('<') && !text.contains('>'), "{key}");
        assert_eq!(text.matches('{').count(), text.matches('}').count(), "{key}");
        assert!(!text.trim().is_empty() && text.trim() == text, "{key}");
    }
}

/// A misspelt key would show itself to the person instead of its text.
#[test]
fn every_key_that_the_sources_name_has_a_text() {
    let words = english();
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.ends_with("tests.rs") {
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for opening in [".say(\"", ".fill(\""] {
                for key in source.split(opening).skip(1).filter_map(|rest| rest.split('"').next()) {
                    let is_key = key.contains('.') && !key.contains(' ');
                    assert!(!is_key || words.find(key).is_some(), "{}: {key}", path.display());
                }
            }
        }
    }
}

/// Cloudflare moves things about in its dashboard: whoever sends an owner there says by which page.
#[test]
fn every_place_in_the_dashboard_was_read_somewhere() {
    let words = english();
    for cause in crate::catalog::Cause::ALL {
        let sends_there =
            ["check", "fix"].iter().any(|it| words.say(&format!("cause.{}.{it}", cause.id())).contains("dashboard"));
        assert!(!sends_there || !cause.advice().is_empty(), "{}", cause.id());
    }
}

/// Words that nobody says would be translated for nothing.
#[test]
fn every_text_is_said_somewhere() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<_> = ["catalog/src", "core/src", "cli/src", "extension/src", "www/src"]
        .iter()
        .map(|folder| root.join(folder))
        .collect();
    let mut sources = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
                sources.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    // Between quotation marks, up to the first place-holder: "clue." of `format!("clue.{}", …)`.
    let quoted: std::collections::BTreeSet<_> =
        sources.split('"').map(|text| text.split_once('{').map_or(text, |(before, _)| before)).collect();
    let facts = key::required();
    for name in english().lines.keys() {
        let starts = name.match_indices('.').filter_map(|(dot, _)| name.get(..=dot));
        let composed = starts.clone().any(|start| quoted.contains(start))
            // A section's name with its variant, as "kind.block", to which ".name" is added.
            || starts.skip(1).any(|start| quoted.contains(start.trim_end_matches('.')))
            // Filed under the names of the form's fields.
            || name.starts_with("settings.");
        let said = facts.contains(name) || composed || quoted.contains(name.as_str());
        assert!(said, "core/words/en: nobody says {name}; remove it");
    }
}

#[test]
fn a_value_is_put_in_its_place_and_never_looked_into() {
    assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]), "{b} and 2");
}

#[test]
fn braces_that_name_nothing_stay() {
    assert_eq!(fill("{ 80, 443 } {host} {x", &[("host", "a.example")]), "{ 80, 443 } a.example {x");
}

#[test]
fn a_missing_key_shows_itself() {
    assert_eq!(english().say("no.such-key"), "no.such-key");
}
