//! Puts the catalogue's limits into the texts that name them, such as `{limit.connect}`.

use rayback_catalog::limit::named_in_words;
use rayback_words::{Language, Text};

/// Replaces each limit's name with its figure. If the catalogue lacks a limit, the error is the key of its text.
pub(crate) fn fill_in(language: &mut Language) -> Result<(), String> {
    for (key, text) in language.files.values_mut().flatten() {
        let forms: Vec<&mut String> = match text {
            Text::Plain(text) => vec![text],
            Text::Plural(forms) => forms.values_mut().collect(),
        };
        for form in forms {
            for (name, amount) in named_in_words() {
                *form = form.replace(&format!("{{limit.{name}}}"), &amount.to_string());
            }
        }
        if let Some(name) = text.placeholders().into_iter().find(|it| it.starts_with("limit.")) {
            return Err(format!("{key}: {{{name}}} isn't a limit in catalog/src/limit.rs; correct it"));
        }
    }
    Ok(())
}
