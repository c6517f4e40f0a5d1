use std::rc::Rc;

use super::*;
use crate::data_centre::{self, Iata};

fn english() -> Words {
    Words::english().unwrap()
}

/// A file as the build writes it, with the same text everywhere.
fn file(reader: Reader, text: &str) -> String {
    let (keys, number) = reader.keys();
    serde_json::json!({ "keys": keys, "texts": vec![text; number] }).to_string()
}

/// Dashboard pages move, so a text that sends an owner there has a source to check again.
#[test]
fn every_place_in_the_dashboard_has_a_source() {
    let words = english();
    for cause in crate::catalog::Cause::ALL.iter().copied() {
        let texts = [words.get(key::cause::check(cause)), words.get(key::cause::fix(cause))];
        let sends_there = texts.iter().any(|text| text.contains("dashboard"));
        assert!(!sends_there || !cause.advice().is_empty(), "{}", cause.id());
    }
}

#[test]
fn a_value_is_put_in_place_and_never_searched() {
    assert_eq!(fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]), "{b} and 2");
}

#[test]
fn braces_that_name_nothing_stay() {
    assert_eq!(fill("{ 80, 443 } {host} {x", &[("host", "a.example")]), "{ 80, 443 } a.example {x");
}

#[test]
fn a_broken_file_changes_nothing_and_english_takes_its_place() {
    static ELVISH: Language = Language::for_tests("qya");
    let mut words = Words::new(&ELVISH);
    words.load(Reader::Interface, &ELVISH, &file(Reader::Interface, "aiya"), Formats::english()).unwrap();
    for broken in ["", "{", "[]", r#"{"keys":1,"texts":[]}"#, &file(Reader::Owner, "aiya")] {
        assert!(words.load(Reader::Visitor, &ELVISH, broken, Formats::english()).is_err(), "{broken}");
        assert_eq!(words.of(Reader::Visitor), None, "{broken}");
    }
    words.load(Reader::Visitor, ENGLISH, &file(Reader::Visitor, "hello"), Formats::english()).unwrap();
    assert_eq!((words.of(Reader::Interface), words.of(Reader::Visitor)), (Some(&ELVISH), Some(ENGLISH)));
    assert_eq!((words.language(), words.get(key::app::VISITOR)), ("qya", "hello"));
}

#[test]
fn a_text_of_a_file_that_is_not_loaded_is_empty() {
    assert_eq!(Words::new(ENGLISH).get(key::app::VISITOR), "");
}

#[test]
fn a_file_with_an_empty_text_is_broken() {
    let mut words = Words::new(ENGLISH);
    assert!(words.load(Reader::Visitor, ENGLISH, &file(Reader::Visitor, ""), Formats::english()).is_err());
}

#[test]
fn texts_that_cannot_be_read_even_in_english_are_replaced_by_a_sentence() {
    for reader in Reader::ALL {
        let mut words = english();
        words.give_up(reader);
        assert_eq!(words.last_resort(), (reader == Reader::Interface).then_some(UNREADABLE), "{reader:?}");
    }
    let mut words = english();
    words.give_up(Reader::Interface);
    words.give_up(Reader::Visitor);
    let counted = words.format(key::panel::Attempt { n: 3 });
    let filled = words.format(key::label::Error { code: "522", name: "Connection timed out" });
    for text in [words.get(key::app::VISITOR), words.get(key::panel::COPIED), &counted, &filled] {
        assert_eq!(text, UNREADABLE);
    }
}

#[test]
fn the_rule_of_the_language_chooses_the_plural_form() {
    let forms = "one\u{1f}{n} минута\u{1e}few\u{1f}{n} минуты\u{1e}other\u{1f}{n} минут";
    let category = Rc::new(|number| match number % 10 {
        1 => PluralCategory::One,
        2..=4 => PluralCategory::Few,
        _ => PluralCategory::Many,
    });
    let formats = Formats { category, ..Formats::english() };
    let mut words = Words::new(ENGLISH);
    words.load(Reader::Interface, ENGLISH, &file(Reader::Interface, forms), formats).unwrap();
    let minutes = |n| words.fill_key(Key::new(0, 0), Some(n), &[]);
    assert_eq!([1, 3, 5].map(minutes), ["1 минута", "3 минуты", "5 минут"], "a form that is missing is \"other\"");
}

#[test]
fn numbers_have_the_languages_own_digits() {
    let formats = Formats { digits: Rc::new(|_| "١٢".to_owned()), ..Formats::english() };
    let mut words = Words::new(ENGLISH);
    let forms = "one\u{1f}{n}\u{1e}other\u{1f}{n} s";
    words.load(Reader::Interface, ENGLISH, &file(Reader::Interface, forms), formats).unwrap();
    assert_eq!((words.number(12), words.fill_key(Key::new(0, 0), Some(12), &[])), ("١٢".to_owned(), "١٢ s".to_owned()));
}

#[test]
fn the_interfaces_language_lists_names() {
    let formats = Formats { list: Rc::new(|names| names.join(" und ")), ..Formats::english() };
    let mut words = Words::new(ENGLISH);
    let list = |words: &Words| words.list(["521", "522"].map(str::to_owned));
    assert_eq!(list(&words), "521, 522");
    words.load(Reader::Interface, ENGLISH, &file(Reader::Interface, "x"), formats).unwrap();
    assert_eq!(list(&words), "521 und 522");
    assert_eq!(list(&Words::built("ar")), "\u{2068}521\u{2069}, \u{2068}522\u{2069}");
}

#[test]
fn values_keep_their_own_direction_in_a_language_from_right_to_left() {
    static SINDARIN: Language = Language::for_tests_from_right_to_left("sjn");
    let mut words = Words::new(&SINDARIN);
    words.load(Reader::Interface, &SINDARIN, &file(Reader::Interface, "{host}."), Formats::english()).unwrap();
    assert_eq!(words.fill_key(Key::new(0, 0), None, &[("host", "a.example")]), "\u{2068}a.example\u{2069}.");
}

#[test]
fn sentences_of_a_language_from_right_to_left_are_not_isolated() {
    let joined = Words::built("ar").join(["واحد.".to_owned(), "اثنان.".to_owned()]);
    assert_eq!(joined, "واحد. اثنان.");
}

#[test]
fn english_counts() {
    let words = english();
    let attempts = |n| words.format(key::panel::Attempt { n });
    assert_eq!([1, 2, 21].map(attempts), ["Checked once so far", "Checked 2 times so far", "Checked 21 times so far"]);
}

/// A figure written out in a text would be forgotten when Cloudflare changes the limit.
#[test]
fn every_limit_in_a_text_comes_from_the_catalogue() {
    let files = [
        include_str!("../../words/en/interface.toml"),
        include_str!("../../words/en/visitor.toml"),
        include_str!("../../words/en/owner.toml"),
        include_str!("../../words/en/engineer.toml"),
        include_str!("../../words/en/doctor.toml"),
    ];
    for (name, amount) in crate::catalog::limit::named_in_words() {
        for unit in ["s", "seconds", "KB", "MB", "GB"] {
            let figure = format!(" {amount} {unit} ");
            assert!(files.iter().all(|file| !file.contains(&figure)), "write {{limit.{name}}} instead of{figure}");
        }
    }
}

/// The keys that core uses itself are seen by the compiler; those for the shells are looked up by name.
#[test]
fn every_key_for_shells_is_used() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<_> =
        ["core/src", "cli/src", "extension/src", "www/src"].iter().map(|folder| root.join(folder)).collect();
    let mut sources = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("tests.rs") {
                sources.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    for section in ["duration", "label", "menu", "party", "sentence", "settings"] {
        let generated = include_str!(concat!(env!("OUT_DIR"), "/keys.rs"));
        let module = generated.split(&format!("\npub mod {section} {{\n")).nth(1).unwrap();
        let module = module.split("\n/// Section").next().unwrap();
        for item in ["pub const ", "pub struct ", "pub const fn "] {
            for name in module.split(item).skip(1).filter_map(|rest| rest.split([':', '(', '<', ' ']).next()) {
                let is_used = sources.contains(&format!("::{name}"));
                assert!(name == "fn" || is_used, "core/words/en: nothing shows {section} {name}; remove it");
            }
        }
    }
}

/// The German file's name and the English one, from the folders that the build reads.
#[test]
fn a_city_has_its_name_in_the_language_or_in_english() {
    let words = Words::built("de");
    let city = |words: &Words, code| words.city(Iata::parse(code).unwrap()).unwrap().to_owned();
    assert_eq!(["VIE", "FRA"].map(|code| city(&words, code)), ["Wien", "Frankfurt"]);
    assert_eq!(city(&Words::english().unwrap(), "VIE"), "Vienna");
}

/// A code that no data centre has would never be shown.
#[test]
fn every_translated_city_has_a_data_centre_and_differs_from_english() {
    let words = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("words");
    for folder in std::fs::read_dir(words).unwrap() {
        let path = folder.unwrap().path().join("cities.toml");
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (code, name) = line.split_once(" = ").unwrap();
            let centre = Iata::parse(code).and_then(data_centre::with_code);
            let english = centre.map(|centre| format!("{:?}", centre.city()));
            assert!(english.is_some_and(|english| english != name), "{}: {line}", path.display());
        }
    }
}
