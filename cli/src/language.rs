//! The command's language: English, with ICU's plural rules.

use std::rc::Rc;

use anyhow::Result;
use icu_plurals::{PluralCategory as Icu, PluralRules};
use rayback_core::words::{Counting, ENGLISH, PluralCategory, Words};

/// The words of the command.
///
/// # Errors
///
/// If ICU doesn't know the language, or the words are damaged; the build and a test check both.
pub(crate) fn words() -> Result<Words> {
    let counting = Counting { category: plural_rule(ENGLISH.tag)?, ..Counting::english() };
    Ok(Words::english_with(&counting)?)
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

#[cfg(test)]
mod tests {
    use std::process::Command;

    use rayback_core::words::{LANGUAGES, PLURALS};

    use super::*;

    /// Every number that differs in some language: each last two digits, and the powers of ten up to a billion.
    fn numbers() -> Vec<u64> {
        let mut numbers: Vec<u64> = (0..=1_130).collect();
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
        let script = "const [tags, numbers] = JSON.parse(process.argv[1]); \
            console.log(JSON.stringify(tags.map(tag => { const rules = new Intl.PluralRules([tag]); \
            return [rules.resolvedOptions().pluralCategories, numbers.map(number => rules.select(number))]; })))";
        let tags: Vec<_> = LANGUAGES.iter().map(|language| language.tag).collect();
        let argument = serde_json::to_string(&(tags, &numbers)).unwrap();
        let node = std::env::var_os("NODE").unwrap_or_else(|| "node".into());
        let output = Command::new(node).args(["--eval", script, "--", &argument]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let answers: Vec<(Vec<String>, Vec<String>)> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answers.len(), PLURALS.len());
        for ((tag, (wanted, _)), (categories, chosen)) in tags.iter().zip(PLURALS).zip(answers) {
            let rule = plural_rule(tag).unwrap();
            for (number, chosen) in numbers.iter().zip(chosen) {
                assert_eq!(rule(*number).name(), chosen, "{tag}: {number}");
            }
            let in_order = PluralCategory::ALL.map(PluralCategory::name);
            let categories: Vec<_> =
                in_order.into_iter().filter(|name| categories.iter().any(|it| it == name)).collect();
            assert_eq!(categories, *wanted, "{tag}");
        }
    }
}
