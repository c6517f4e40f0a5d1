//! One text of a words file, with its placeholders and plural forms.

use std::collections::{BTreeMap, BTreeSet};

/// CLDR's plural categories, in CLDR's order.
pub(crate) const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// Separates the plural forms in the JSON: ASCII's record separator.
pub const BETWEEN_FORMS: char = '\u{1e}';

/// Separates a form's category from its text in the JSON: ASCII's unit separator.
pub const AFTER_CATEGORY: char = '\u{1f}';

/// One text.
#[derive(Clone, Debug)]
pub enum Text {
    /// The same for every number.
    Plain(String),
    /// One form per plural category of the language.
    Plural(BTreeMap<String, String>),
}

impl Text {
    /// A table of plural forms; `None` for any other table, which is a section.
    pub(crate) fn plural(table: &toml::Table) -> Option<Self> {
        let forms: BTreeMap<_, _> =
            table.iter().filter_map(|(name, form)| Some((name.clone(), form.as_str()?.to_owned()))).collect();
        let is_plural = forms.len() == table.len()
            && forms.contains_key("other")
            && forms.keys().all(|name| CATEGORIES.contains(&name.as_str()));
        is_plural.then_some(Self::Plural(forms))
    }

    /// The plain text, or the form for most numbers.
    #[must_use]
    pub fn main(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Plural(forms) => forms.get("other").map_or("", String::as_str),
        }
    }

    /// Every form, with its category; a plain text has none.
    #[must_use]
    pub fn forms(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Plain(text) => vec![("", text)],
            Self::Plural(forms) => forms.iter().map(|(category, form)| (category.as_str(), form.as_str())).collect(),
        }
    }

    /// Every form, to be changed.
    pub(crate) fn forms_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Plain(text) => vec![text],
            Self::Plural(forms) => forms.values_mut().collect(),
        }
    }

    /// The names in braces, of all forms together.
    #[must_use]
    pub fn placeholders(&self) -> BTreeSet<&str> {
        self.forms().into_iter().flat_map(|(_, form)| placeholders(form)).collect()
    }

    /// What the JSON holds.
    #[must_use]
    pub fn packed(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Plural(forms) => {
                let forms: Vec<_> =
                    forms.iter().map(|(category, form)| format!("{category}{AFTER_CATEGORY}{form}")).collect();
                forms.join(&BETWEEN_FORMS.to_string())
            }
        }
    }
}

/// The names in braces.
pub(crate) fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// Whether every direction character that begins a part of the text has one that ends it, in the right order.
fn is_balanced(text: &str) -> bool {
    let mut open = Vec::new();
    let ends_well = text.chars().all(|c| match c {
        '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => {
            open.push('\u{202c}');
            true
        }
        '\u{2066}'..='\u{2068}' => {
            open.push('\u{2069}');
            true
        }
        '\u{202c}' | '\u{2069}' => open.pop() == Some(c),
        _ => true,
    });
    ends_well && open.is_empty()
}

/// What is wrong with one form, whatever the language.
pub(crate) fn fault(form: &str) -> Option<&'static str> {
    let named_well = |name: &str| match name.strip_prefix("limit.") {
        Some(limit) => limit.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'),
        None => !name.is_empty() && name.bytes().all(|it| it.is_ascii_lowercase()),
    };
    if form.trim().is_empty() || form.trim() != form {
        Some("is empty or has spaces around it")
    } else if form.chars().any(char::is_control) {
        Some("has a control character or a line break")
    } else if !is_balanced(form) {
        Some("begins or ends a part with another direction, but not both (U+202A to U+202E, U+2066 to U+2069)")
    } else if form.contains(['<', '>']) {
        Some("holds markup; texts are never parsed as HTML")
    } else if form.matches('{').count() != form.matches('}').count() || !placeholders(form).into_iter().all(named_well)
    {
        Some("has a brace that is not a placeholder in lower-case letters, such as {host}")
    } else {
        None
    }
}
