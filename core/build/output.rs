//! The files made for each language: what the shells load, the browsers' `_locales`, and the table of languages.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rayback_words::{Keys, Language, READERS};

/// Writes a language's files below `words/` and `_locales/`.
pub(crate) fn write(language: &Language, out: &Path, keys: &Keys) -> Result<(), Box<dyn Error>> {
    let folder = out.join("words").join(&language.tag);
    fs::create_dir_all(&folder)?;
    for (reader, lines) in &language.files {
        fs::write(folder.join(format!("{reader}.json")), keys.json(reader, lines, &language.cities))?;
    }
    let messages: BTreeMap<_, _> =
        language.manifest.iter().map(|(name, message)| (name, BTreeMap::from([("message", message)]))).collect();
    let folder = out.join("_locales").join(browser_tag(&language.tag));
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("messages.json"), serde_json::to_string_pretty(&messages)?)?;
    Ok(())
}

/// The name of a language's folder below `_locales/`.
/// Source: <https://developer.chrome.com/docs/extensions/reference/api/i18n#locales>.
fn browser_tag(tag: &str) -> String {
    match tag {
        "zh-Hans" => "zh_CN".to_owned(),
        "zh-Hant" => "zh_TW".to_owned(),
        tag => tag.replace('-', "_"),
    }
}

/// The table of languages, English first.
pub(crate) fn languages(languages: &[Language]) -> String {
    let mut text =
        "/// Every language that is built, English first.\npub const LANGUAGES: &[Language] = &[\n".to_owned();
    for language in languages {
        let direction = if language.is_right_to_left { "Rtl" } else { "Ltr" };
        let has = READERS.map(|reader| language.files.contains_key(reader));
        let _ = writeln!(
            text,
            "    Language {{ tag: {:?}, name: {:?}, direction: Direction::{direction}, has: {has:?} }},",
            language.tag, language.name
        );
    }
    text.push_str(
        "];\n\n/// The plural categories of each of the languages, and those of them that hold a single number.\n",
    );
    text.push_str("pub const PLURALS: &[(&[&str], &[&str])] = &[\n");
    for Language { plurals, single, .. } in languages {
        let _ = writeln!(text, "    (&{plurals:?}, &{single:?}),");
    }
    text + "];\n"
}
