//! The pseudo-language: the English texts, marked and half as long again, so that a test finds texts that aren't in the words
//! files and layouts that have no room for a longer language.

use rayback_words::{Cities, Keys, Lines, Text};

/// The brackets around each text. No real text contains them.
const OPENING: char = '⟦';
const CLOSING: char = '⟧';

/// The file of one reader.
pub(crate) fn file(reader: &str, lines: &Lines, keys: &Keys) -> String {
    let texts = lines.iter().map(|(key, text)| (key.clone(), marked(text))).collect();
    keys.json(reader, &texts, &Cities::new())
}

fn marked(text: &Text) -> Text {
    match text {
        Text::Plain(form) => Text::Plain(mark(form)),
        Text::Plural(forms) => {
            Text::Plural(forms.iter().map(|(category, form)| (category.clone(), mark(form))).collect())
        }
    }
}

/// Doubles the vowels outside of placeholders.
fn mark(form: &str) -> String {
    let mut longer = String::from(OPENING);
    let mut is_name = false;
    for letter in form.chars() {
        is_name = (is_name || letter == '{') && letter != '}';
        longer.push(letter);
        if !is_name && "aeiouAEIOU".contains(letter) {
            longer.push(letter.to_ascii_lowercase());
        }
    }
    longer.push(CLOSING);
    longer
}
