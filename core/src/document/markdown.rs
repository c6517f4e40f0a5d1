//! The Markdown printer (`CommonMark` with GitHub's tables).

use core::fmt::Write as _;

use super::{Block, Command, Document, Fact, Leg, Reference, Text};
use crate::words::{Direction, LANGUAGES, Language, isolate};

/// Makes a line run from right to left (Unicode's RLM).
const RIGHT_TO_LEFT: &str = "\u{200f}";

impl Document {
    /// Prints the document as Markdown. Text is escaped: it never turns into markup.
    ///
    /// A text that isn't in the document's language follows the tag of its own: "(en) The server is down."; see [`pieces`].
    /// In a language written from right to left, each line of text starts with U+200F, so that its direction doesn't
    /// depend on the letter it happens to begin with. Other languages have no such marks.
    ///
    /// ```
    /// # #[cfg(feature = "embedded-words")] {
    /// use rayback_core::{Audience, Words, explain_code};
    ///
    /// let words = Words::english().unwrap();
    /// let explanation = explain_code("522".parse().unwrap(), &words, Audience::Visitor);
    /// let markdown = explanation.document(&words).markdown();
    /// assert!(markdown.starts_with("# Error 522: Connection timed out\n"));
    /// # }
    /// ```
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            print(&mut out, block, "", self);
        }
        let mut out = out.trim_end().to_owned();
        out.push('\n');
        out
    }
}

/// Prints one block of a document and the blank line after it; `indent` goes before each of its lines.
fn print(out: &mut String, block: &Block, indent: &str, document: &Document) {
    let mark = match document.direction {
        Direction::Ltr => "",
        Direction::Rtl => RIGHT_TO_LEFT,
    };
    let marked = |text: &Text| marked(text, document.direction);
    let start = |text: &Text| format!("{mark}{}", marked(text));
    // Writing to a string can't fail.
    let _ = match block {
        Block::Title { text } => writeln!(out, "{indent}# {}", start(text)),
        Block::Heading { text } => writeln!(out, "{indent}## {}", start(text)),
        Block::Paragraph { text } => writeln!(out, "{indent}{}", start(text)),
        Block::Note { text } => writeln!(out, "{indent}*{}*", start(text)),
        Block::Warning { text } => writeln!(out, "{indent}**{}**", start(text)),
        Block::Legs { legs } => {
            let line = |leg: &Leg| document.labelled(&marked(&leg.name), &marked(&leg.text));
            legs.iter().try_for_each(|leg| writeln!(out, "{indent}- {mark}{}", line(leg)))
        }
        Block::Facts { facts } => {
            let line = |fact: &Fact| document.labelled(&format!("**{}**", marked(&fact.label)), &marked(&fact.value));
            facts.iter().try_for_each(|fact| writeln!(out, "{indent}- {mark}{}", line(fact)))
        }
        Block::List { items } => items.iter().try_for_each(|item| writeln!(out, "{indent}- {}", start(item))),
        Block::Steps { steps } => {
            for (number, step) in (1_usize..).zip(steps) {
                let _ = writeln!(out, "{indent}{number}. {}", start(&step.title));
                if !step.blocks.is_empty() {
                    out.push('\n');
                }
                // As far in as the title's first letter, which depends on the number of digits.
                let inner = format!("{indent}{}", " ".repeat(number.to_string().len() + 2));
                for block in &step.blocks {
                    print(out, block, &inner, document);
                }
            }
            Ok(())
        }
        Block::Command(it) => command(out, it, indent),
        Block::Table { head, rows } => {
            let row =
                |cells: &[Text]| cells.iter().fold(format!("|{mark}"), |row, cell| format!("{row} {} |", marked(cell)));
            let _ = writeln!(out, "{indent}{}", row(head));
            let _ = writeln!(out, "{indent}|{}", " --- |".repeat(head.len()));
            rows.iter().try_for_each(|cells| writeln!(out, "{indent}{}", row(cells)))
        }
        Block::Checks { checks } => checks.iter().try_for_each(|check| {
            let text = document.labelled(&marked(&check.name), &marked(&check.text));
            writeln!(out, "{indent}- {mark}**{}** {text}", marked(&check.state_text))
        }),
        Block::Sources { sources } => {
            sources.iter().try_for_each(|source| writeln!(out, "{indent}- {mark}{}", link(source, document)))
        }
    };
    if !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// A fenced block. The fence is longer than any run of backticks inside.
fn command(out: &mut String, command: &Command, indent: &str) -> core::fmt::Result {
    let longest = command.lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    writeln!(out, "{indent}{fence}sh\n{indent}# {}", command.tool)?;
    command.lines.iter().try_for_each(|line| writeln!(out, "{indent}{line}"))?;
    writeln!(out, "{indent}{fence}")
}

fn link(source: &Reference, document: &Document) -> String {
    let title = marked(&source.title, document.direction);
    match source.url.as_deref().filter(|url| is_plain_address(url)) {
        Some(url) => document.labelled(&title, &format!("<{url}>")),
        None => title,
    }
}

/// Whether an address can be written between angle brackets.
fn is_plain_address(url: &str) -> bool {
    url.starts_with("https://")
        && url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'\\'))
}

/// A text, escaped, after the tag of its language if that isn't the document's.
fn marked(text: &Text, around: Direction) -> String {
    let escaped = escape(text);
    match text.language() {
        Some(other) if other.direction != around => format!("({}) {}", other.tag, isolate(&escaped)),
        Some(other) => format!("({}) {escaped}", other.tag),
        None => escaped,
    }
}

/// The pieces of a document's Markdown, each with its language where that isn't the document's: the rest of a line after the
/// language's tag, "(en)".
///
/// ```
/// use rayback_core::document::pieces;
///
/// let pieces: Vec<_> = pieces("# Bericht\n- (en) No answer.\n").map(|(text, it)| (text, it.map(|it| it.tag))).collect();
/// assert_eq!(pieces, [("# Bericht\n", None), ("- (en) ", None), ("No answer.\n", Some("en"))]);
/// ```
pub fn pieces(markdown: &str) -> impl Iterator<Item = (&str, Option<&'static Language>)> {
    markdown.split_inclusive('\n').flat_map(|line| {
        let text = line.trim_start_matches([' ', '-', '#', '*', '\u{200f}']);
        let tagged = text.strip_prefix('(').and_then(|text| text.split_once(") "));
        let tagged = tagged.and_then(|(tag, rest)| Some((LANGUAGES.iter().find(|it| it.tag == tag)?, rest)));
        let (before, rest) = match tagged {
            Some((language, rest)) => (line.strip_suffix(rest).unwrap_or_default(), Some((rest, Some(language)))),
            None => (line, None),
        };
        core::iter::once((before, None)).chain(rest)
    })
}

/// Escapes every character that could start markup, wherever the text is in a line.
fn escape(text: &Text) -> String {
    let digits = text.trim_start().bytes().take_while(u8::is_ascii_digit).count();
    let start = text.len() - text.trim_start().len();
    let mut escaped = String::with_capacity(text.len());
    for (index, c) in text.char_indices() {
        // "- " opens a list and "=" underlines a heading; "12. " opens a numbered list.
        let opens_list = index == start && matches!(c, '-' | '+' | '=')
            || index == start + digits
                && matches!(c, '.' | ')')
                && text.get(index + 1..).is_none_or(|rest| rest.is_empty() || rest.starts_with(' '));
        if opens_list || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '&') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
