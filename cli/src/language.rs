//! The command's language: English, with ICU's plural rules and lists.

use std::rc::Rc;

use anyhow::Result;
use icu_list::ListFormatter;
use icu_list::options::{ListFormatterOptions, ListLength};
use icu_plurals::{PluralCategory as Icu, PluralRules};
use rayback_core::words::{ENGLISH, Formats, ListFormat, PluralCategory, Words};

/// The words of the command.
///
/// # Errors
///
/// If ICU doesn't know the language, or the words are damaged; the build and a test check both.
pub(crate) fn words() -> Result<Words> {
    let (category, list) = (plural_rule(ENGLISH.tag)?, list_format(ENGLISH.tag)?);
    let formats = Formats { category, list, ..Formats::english() };
    Ok(Words::english_with(&formats)?)
}

/// ICU's plural rule of a language.
///
/// # Errors
///
/// If the tag is not well formed.
fn plural_rule(tag: &str) -> Result<Rc<dyn Fn(u64) -> PluralCategory>> {
    let locale: icu_locale_core::Locale = tag.parse()?;
    let rules = PluralRules::try_new_cardinal(locale.into())?;
    Ok(Rc::new(move |number| match rules.category_for(number) {
        Icu::Zero => PluralCategory::Zero,
        Icu::One => PluralCategory::One,
        Icu::Two => PluralCategory::Two,
        Icu::Few => PluralCategory::Few,
        Icu::Many => PluralCategory::Many,
        Icu::Other => PluralCategory::Other,
    }))
}

/// ICU's short lists of a language.
///
/// # Errors
///
/// If the tag is not well formed.
fn list_format(tag: &str) -> Result<ListFormat> {
    let locale: icu_locale_core::Locale = tag.parse()?;
    let options = ListFormatterOptions::default().with_length(ListLength::Narrow);
    let formatter = ListFormatter::try_new_and(locale.into(), options)?;
    Ok(Rc::new(move |names| formatter.format(names.iter()).to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::process::Command;

    use rayback_core::words::{LANGUAGES, Language, PLURALS};
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::*;

    /// Every number that differs in some language: each last two digits, and the powers of ten up to a billion.
    fn numbers() -> BTreeSet<u64> {
        let mut numbers: BTreeSet<u64> = (0..=1_130).collect();
        for power in 3..=9 {
            let power = 10_u64.pow(power);
            numbers.extend((1..=25).map(|step| step * power));
            numbers.extend((0..=25).map(|step| power + step));
        }
        numbers
    }

    /// What a browser passes and what the command passes must choose the same form, or the two say different things.
    #[test]
    fn icu_and_the_browsers_rules_agree_in_every_language() {
        let numbers = numbers();
        let answers: Vec<(Vec<String>, Vec<String>)> = ask_node(
            &numbers,
            "locale => { const rules = new Intl.PluralRules([locale]); \
             return [rules.resolvedOptions().pluralCategories, given.map(number => rules.select(number))]; }",
        );
        for ((language, (plurals, single)), (categories, chosen)) in LANGUAGES.iter().zip(PLURALS).zip(answers) {
            let rule = plural_rule(language.tag).unwrap();
            let mut holds = BTreeMap::<&str, usize>::new();
            for (number, chosen) in numbers.iter().zip(&chosen) {
                assert_eq!(rule(*number).name(), chosen, "{}: {number}", language.tag);
                *holds.entry(chosen).or_default() += 1;
            }
            let in_order = PluralCategory::ALL.map(PluralCategory::name);
            let categories: Vec<_> =
                in_order.into_iter().filter(|name| categories.iter().any(|it| it == name)).collect();
            assert_eq!(categories, *plurals, "[meta] plurals of {}", language.tag);
            let alone: Vec<_> = in_order.into_iter().filter(|name| holds.get(name) == Some(&1)).collect();
            assert_eq!(alone, *single, "[meta] single of {}", language.tag);
        }
    }

    #[test]
    fn icu_and_the_browser_write_the_same_lists_in_every_language() {
        // Spanish writes "e" before an i.
        let lists: [&[&str]; 6] =
            [&[], &["521"], &["521", "522"], &["a", "b", "c", "d"], &["a", "Italia"], &["أ", "ب"]];
        let lists = lists.map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>());
        let answers: Vec<Vec<String>> = ask_node(
            &lists,
            "locale => { const format = new Intl.ListFormat([locale], { style: 'narrow' }); \
             return given.map(names => format.format(names)); }",
        );
        for (language, answers) in LANGUAGES.iter().zip(answers) {
            let list = list_format(language.tag).unwrap();
            for (names, answer) in lists.iter().zip(answers) {
                assert_eq!(list(names), answer, "{}", language.tag);
            }
        }
    }

    /// What a function of Node returns for each language's locale. The function sees `given`.
    fn ask_node<T: DeserializeOwned>(given: &impl Serialize, function: &str) -> Vec<T> {
        let locales: Vec<_> = LANGUAGES.iter().map(Language::locale).collect();
        let argument = serde_json::to_string(&(locales, given)).unwrap();
        let script = format!(
            "const [locales, given] = JSON.parse(process.argv[1]); console.log(JSON.stringify(locales.map({function})))"
        );
        let node = std::env::var_os("NODE").unwrap_or_else(|| "node".into());
        let output = Command::new(node).args(["--eval", &script, "--", &argument]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let answers: Vec<T> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answers.len(), LANGUAGES.len());
        answers
    }
}
