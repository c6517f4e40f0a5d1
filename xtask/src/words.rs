//! `cargo xtask words`: checks the translations without compiling the core.
//!
//! The checks are those of the core's build, from `rayback-words`. This adds what only translators need: texts whose English has
//! changed since, the glossary, and the size of the language in the package.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use rayback_words::{GLOSSARY, Keys, Language, REFERENCE, TRANSLATED, Text};
use serde::Deserialize;

use crate::size;

/// The most that a language may add to the package, gzipped, in bytes.
pub(crate) const MOST_PER_LANGUAGE: usize = 20 * 1024;

/// The readers' files that are part of the extension's package.
pub(crate) const PACKAGED: [&str; 3] = ["interface", "visitor", "owner"];

/// How a language is written here, for everyone who edits it.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Glossary {
    style: Style,
    /// By English term.
    term: BTreeMap<String, Term>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Style {
    /// How the reader is addressed: "Sie".
    #[serde(rename = "address")]
    _address: String,
    /// Tone, politeness, digits and everything else that applies to every text.
    #[serde(rename = "register")]
    _register: Vec<String>,
    /// The opening and closing quotation mark. A straight one is then a mistake.
    quotes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Term {
    /// The translation.
    #[serde(rename = "use")]
    translation: String,
    /// Beginnings or parts of its inflected forms: a text whose English has the term should have one of them.
    #[serde(default)]
    stem: Vec<String>,
    /// Translations not to use.
    #[serde(default)]
    avoid: Vec<String>,
    /// Where the translation was seen, and when to use it.
    #[serde(default, rename = "note")]
    _note: String,
}

/// What was found in one language.
struct Findings {
    /// What stops the build.
    errors: Vec<String>,
    /// Texts whose English has changed since they were translated.
    outdated: Vec<String>,
    /// Departures from the glossary, which may be right in their place.
    hints: Vec<String>,
}

/// Checks these languages, or all; with `translated`, records first that these keys, or all, are up to date.
///
/// # Errors
/// If a file can't be read or isn't what it should be.
pub(crate) fn run(folder: &Path, languages: &[String], translated: Option<&[String]>) -> Result<ExitCode> {
    let keys = Keys::new(&Language::read(folder, REFERENCE)?)?;
    let tags = if languages.is_empty() { rayback_words::tags(folder)? } else { languages.to_vec() };
    let mut is_clean = true;
    for tag in &tags {
        let language = Language::read(folder, tag)?;
        if let Some(only) = translated {
            record(&folder.join(tag).join(TRANSLATED), &language, &keys, only)?;
        }
        let findings = check(&folder.join(tag), tag, &language, &keys)?;
        for (kind, found) in [("error", &findings.errors), ("outdated", &findings.outdated), ("hint", &findings.hints)]
        {
            for what in found {
                println!("{kind}: {what}");
            }
        }
        let size = packed_size(&language, &keys)?;
        let texts: usize = language.files.values().map(BTreeMap::len).sum();
        println!(
            "{tag}: {texts} texts, {} errors, {} outdated, {} hints, {size} of at most {MOST_PER_LANGUAGE} bytes",
            findings.errors.len(),
            findings.outdated.len(),
            findings.hints.len()
        );
        is_clean &= findings.errors.is_empty() && findings.outdated.is_empty();
        is_clean &= tag == REFERENCE || size <= MOST_PER_LANGUAGE;
    }
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check(folder: &Path, tag: &str, language: &Language, keys: &Keys) -> Result<Findings> {
    let mut findings = Findings { errors: language.complaints(keys), outdated: Vec::new(), hints: Vec::new() };
    if tag == REFERENCE {
        return Ok(findings);
    }
    let glossary: Glossary = match read_optional(&folder.join(GLOSSARY))? {
        Some(text) => toml::from_str(&text).with_context(|| folder.join(GLOSSARY).display().to_string())?,
        None => Glossary::default(),
    };
    let translated = translated(&folder.join(TRANSLATED))?;
    if translated.is_empty() {
        findings.outdated.push(format!("{}: no text is recorded as translated; add --translated", folder.display()));
    }
    for (reader, lines) in &language.files {
        for (key, text) in lines {
            let Some(english) = keys.text(reader, key) else { continue };
            let place = format!("{}: {key}", folder.join(reader).with_extension("toml").display());
            match translated.get(key) {
                Some(hash) if *hash == fingerprint(english) => {}
                Some(_) => findings.outdated.push(format!(
                    "{place} was translated from another English text.\n  {REFERENCE}: {}\n  {tag}: {}",
                    english.main(),
                    text.main()
                )),
                None if translated.is_empty() => {}
                None => findings.outdated.push(format!("{place} isn't recorded as translated (--translated)")),
            }
            findings.hints.extend(glossary.hints(english, text).into_iter().map(|what| format!("{place} {what}")));
        }
    }
    Ok(findings)
}

impl Glossary {
    /// Where a text departs from the glossary.
    fn hints(&self, english: &Text, text: &Text) -> Vec<String> {
        let forms = |of: &Text| -> Vec<String> { of.forms().iter().map(|(_, form)| form.to_lowercase()).collect() };
        let (english, own) = (forms(english).join("\n"), forms(text));
        let mut hints = Vec::new();
        if !self.style.quotes.is_empty() && own.iter().any(|form| form.contains('"')) {
            hints.push(format!("has straight quotation marks; use {}", self.style.quotes.join("…")));
        }
        for (name, term) in &self.term {
            for avoided in term.avoid.iter().filter(|it| own.iter().any(|form| form.contains(&it.to_lowercase()))) {
                hints.push(format!("has \"{avoided}\"; the glossary says \"{}\"", term.translation));
            }
            let has_stem = |form: &String| term.stem.iter().any(|stem| form.contains(&stem.to_lowercase()));
            if !term.stem.is_empty() && has_term(&english, &name.to_lowercase()) && !own.iter().any(has_stem) {
                hints.push(format!("has no \"{}\" for \"{name}\"", term.translation));
            }
        }
        hints
    }
}

/// Whether a text has the term as whole words, in the singular or a plural that ends in s.
fn has_term(text: &str, term: &str) -> bool {
    text.match_indices(term).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text.get(at + term.len()..).unwrap_or_default();
        let after = after.strip_prefix('s').unwrap_or(after);
        !before.is_some_and(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}

/// By key, the fingerprint of the English text that was translated.
fn translated(path: &Path) -> Result<BTreeMap<String, String>> {
    match read_optional(path)? {
        Some(text) => toml::from_str(&text).with_context(|| path.display().to_string()),
        None => Ok(BTreeMap::new()),
    }
}

/// Records that these texts, or all if none is named, are translated from the English as it is now.
fn record(path: &Path, language: &Language, keys: &Keys, only: &[String]) -> Result<()> {
    let mut translated = translated(path)?;
    let mut known = Vec::new();
    for (reader, lines) in &language.files {
        for key in lines.keys() {
            let Some(english) = keys.text(reader, key) else { continue };
            known.push(key);
            if only.is_empty() || only.contains(key) {
                translated.insert(key.clone(), fingerprint(english));
            }
        }
    }
    if let Some(unknown) = only.iter().find(|key| !known.contains(key)) {
        bail!("{unknown} is in no file of this language");
    }
    translated.retain(|key, _| known.contains(&key));
    let mut text =
        "# Written by `cargo xtask words --translated`: the English text that each of these was translated from.\n"
            .to_owned();
    text.push_str(&toml::to_string(&translated)?);
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A number that changes with a text.
fn fingerprint(text: &Text) -> String {
    format!("{:08x}", rayback_words::fingerprint(text.packed().bytes()))
}

/// What the language's files add to the extension's package, compressed as there.
fn packed_size(language: &Language, keys: &Keys) -> Result<usize> {
    let files = language.files.iter().filter(|(reader, _)| PACKAGED.contains(reader));
    files.map(|(reader, lines)| size::gzipped(keys.json(reader, lines, &language.cities).as_bytes())).sum()
}

fn read_optional(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Text {
        Text::Plain(text.to_owned())
    }

    #[test]
    fn a_term_is_found_as_a_word_of_its_own() {
        assert!(has_term("cloudflare's data centres are fine", "data centre"));
        assert!(!has_term("the website", "site"));
        assert!(!has_term("sitemaps", "site"));
    }

    #[test]
    fn departures_from_the_glossary_are_hints() {
        let glossary: Glossary = toml::from_str(
            "[style]\nquotes = [\"„\", \"“\"]\n[term.\"data centre\"]\nuse = \"Rechenzentrum\"\n\
             stem = [\"rechenzentr\"]\navoid = [\"Datenzentrum\"]",
        )
        .unwrap();
        let hints = |text| glossary.hints(&plain("Its data centres"), &plain(text)).len();
        assert_eq!(hints("Seine Rechenzentren"), 0);
        assert_eq!(hints("Seine Datenzentren"), 1);
        assert_eq!(hints("Sein \"Datenzentrum\""), 3);
    }

    #[test]
    fn a_text_whose_english_has_changed_is_known() {
        assert_ne!(fingerprint(&plain("Stop")), fingerprint(&plain("Stop checking")));
    }
}
