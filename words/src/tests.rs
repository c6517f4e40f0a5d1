use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;

const HEAD: &str = r#"
[meta]
language = "TAG"
name = "Name"
direction = "ltr"
plurals = ["one", "other"]
single = ["one"]
[manifest]
name = "Rayback"
description = "Explains."
"#;

const TEXTS: &str = r#"
[panel]
attempt = { one = "Checked {host} once", other = "Checked {host} {n} times" }
wait = "After {limit.connect} s"
"#;

/// A folder with the reference and one other language.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for tag in [REFERENCE, "xx"] {
            folder.write(tag, "interface.toml", &format!("{HEAD}{TEXTS}").replace("TAG", tag));
            folder.write(tag, "visitor.toml", "[app]\nvisitor = \"Wait.\"\n");
        }
        folder
    }

    fn write(&self, tag: &str, file: &str, text: &str) {
        let folder = self.0.path().join(tag);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(file), text).unwrap();
    }

    /// Replaces a part of the other language's interface.
    fn replace(self, part: &str, with: &str) -> Self {
        let path = self.0.path().join("xx/interface.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(part), "{part}");
        fs::write(path, text.replace(part, with)).unwrap();
        self
    }

    /// Everything that's wrong with both languages.
    fn complaints(&self) -> Vec<String> {
        let folder = self.0.path();
        let both = Language::read(folder, REFERENCE).and_then(|it| Ok((it, Language::read(folder, "xx")?)));
        match both {
            Ok((reference, other)) => {
                let keys = Keys::new(&reference).unwrap();
                [reference.complaints(&keys), other.complaints(&keys)].concat()
            }
            Err(error) => vec![error.to_string()],
        }
    }

    /// Asserts that there's one complaint, which names the file and the rest.
    fn refuses(&self, file: &str, named: &[&str]) {
        let complaints = self.complaints();
        let path = Path::new("xx").join(file).display().to_string();
        let [complaint] = complaints.as_slice() else { panic!("{complaints:#?}") };
        for part in [path.as_str()].iter().chain(named) {
            assert!(complaint.contains(part), "{part}: {complaint}");
        }
    }
}

#[test]
fn a_complete_language_has_no_complaints() {
    assert_eq!(Folder::new().complaints(), Vec::<String>::new());
}

#[test]
fn every_plural_form_needs_every_placeholder() {
    Folder::new()
        .replace("Checked {host} {n} times", "Checked {n} times")
        .refuses("interface.toml", &["panel.attempt", "{host}", "\"other\""]);
    Folder::new()
        .replace("Checked {host} once", "Checked once")
        .refuses("interface.toml", &["panel.attempt", "{host}", "\"one\""]);
    Folder::new()
        .replace("Checked {host} once", "Checked {site} once at {host}")
        .refuses("interface.toml", &["panel.attempt", "{site}", "\"one\""]);
}

#[test]
fn only_a_form_for_a_single_number_may_leave_it_out() {
    Folder::new()
        .replace("{host} {n} times", "{host} often")
        .refuses("interface.toml", &["panel.attempt", "{n}", "\"other\""]);
    Folder::new()
        .replace("single = [\"one\"]", "single = []")
        .refuses("interface.toml", &["panel.attempt", "{n}", "\"one\""]);
}

#[test]
fn every_form_must_be_one_of_the_languages_own() {
    Folder::new()
        .replace("{ one = \"Checked {host} once\", ", "{ ")
        .refuses("interface.toml", &["panel.attempt", "[\"one\", \"other\"]"]);
}

#[test]
fn a_limit_must_be_in_the_catalogue() {
    let folder = Folder::new().replace("{limit.connect}", "{limit.conect}");
    let mut language = Language::read(folder.0.path(), "xx").unwrap();
    let complaints = language.fill_in_limits(&limits());
    let [complaint] = complaints.as_slice() else { panic!("{complaints:#?}") };
    assert!(complaint.contains("xx/interface.toml: panel.wait has {limit.conect}, which isn't a limit"), "{complaint}");
}

#[test]
fn a_translation_may_not_leave_a_limit_out() {
    Folder::new()
        .replace("After {limit.connect} s", "After a while")
        .refuses("interface.toml", &["panel.wait", "{limit.connect}"]);
}

fn limits() -> [(&'static str, String); 1] {
    [("connect", "19".to_owned())]
}

#[test]
fn limits_become_their_figures() {
    let mut language = Language::read(Folder::new().0.path(), REFERENCE).unwrap();
    assert_eq!(language.fill_in_limits(&limits()), Vec::<String>::new());
    let text = language.files.get("interface").and_then(|lines| lines.get("panel.wait")).unwrap();
    assert_eq!(text.main(), "After 19 s");
}

#[test]
fn direction_characters_are_paired_in_order() {
    for unpaired in ["\u{2067}", "\u{202e}", "\u{2069}", "\u{202c}", "\u{2068}\u{202a}\u{2069}\u{202c}"] {
        let with = |text: &str| format!("{text}{unpaired}");
        Folder::new().replace("After", &with("After")).refuses("interface.toml", &["panel.wait", "direction"]);
        Folder::new()
            .replace("Explains.", &with("Explains."))
            .refuses("interface.toml", &["[manifest]", "description"]);
        let folder = Folder::new();
        folder.write("xx", "cities.toml", &format!("FRA = \"{}\"\n", with("Francfort")));
        folder.refuses("cities.toml", &["FRA"]);
    }
    for paired in ["\u{2068}a\u{2069}", "\u{2067}a\u{202a}b\u{202c}\u{2069}", "\u{200f}"] {
        assert_eq!(Folder::new().replace("After", paired).complaints(), Vec::<String>::new(), "{paired:?}");
    }
}

#[test]
fn an_unknown_key_is_refused_wherever_it_is() {
    Folder::new()
        .replace("[manifest]", "[manifest]\nsummary = \"Explains.\"")
        .refuses("interface.toml", &["[manifest]", "summary"]);
    Folder::new().replace("[meta]", "[meta]\nregion = \"XX\"").refuses("interface.toml", &["[meta]", "region"]);
    Folder::new().replace("wait =", "wait-for =").complaints().iter().for_each(|complaint| {
        assert!(complaint.contains("xx/interface.toml: panel.wait"), "{complaint}");
    });
}

#[test]
fn a_city_needs_the_code_of_a_data_centre() {
    let folder = Folder::new();
    folder.write("xx", "cities.toml", "FRA = \"Francfort\"\nQQQ = \"Nulle part\"\n");
    folder.refuses("cities.toml", &["QQQ"]);
}

#[test]
fn a_language_names_its_plural_categories_in_order() {
    for (part, with) in [
        ("plurals = [\"one\", \"other\"]", ""),
        ("plurals = [\"one\", \"other\"]", "plurals = [\"other\", \"one\"]"),
        ("plurals = [\"one\", \"other\"]", "plurals = [\"one\"]"),
        ("single = [\"one\"]", "single = [\"two\"]"),
        ("single = [\"one\"]", ""),
    ] {
        Folder::new().replace(part, with).refuses("interface.toml", &["[meta]"]);
    }
}
