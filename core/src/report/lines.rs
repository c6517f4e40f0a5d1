//! The two ways of writing a report.

use core::fmt::Write as _;

use super::Format;

/// A report that grows line by line. What is put in is text, whatever it looks like.
pub(super) struct Lines {
    format: Format,
    text: String,
}

impl Lines {
    pub(super) fn new(format: Format) -> Self {
        Self { format, text: String::new() }
    }

    pub(super) fn title(&mut self, text: &str) {
        let text = self.sound(text);
        match self.format {
            Format::Plain => self.text = format!("{text}\n{}\n\n", "=".repeat(text.chars().count().min(78))),
            Format::Markdown => self.text = format!("# {text}\n\n"),
        }
    }

    pub(super) fn heading(&mut self, text: &str) {
        let text = self.sound(text);
        let heading = match self.format {
            Format::Plain => format!("\n{text}\n"),
            Format::Markdown => format!("\n## {text}\n\n"),
        };
        self.text.push_str(&heading);
    }

    pub(super) fn fact(&mut self, label: &str, value: &str) {
        let (label, value) = (self.sound(label), self.sound(value));
        let line = match self.format {
            Format::Plain => format!("{label}: {value}\n"),
            Format::Markdown => format!("- **{label}:** {value}\n"),
        };
        self.text.push_str(&line);
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        let text = self.sound(text);
        let paragraph = match self.format {
            Format::Plain => format!("  {text}\n"),
            Format::Markdown => format!("{text}\n\n"),
        };
        self.text.push_str(&paragraph);
    }

    pub(super) fn item(&mut self, text: &str) {
        let text = self.sound(text);
        let _ = writeln!(self.text, "- {text}");
    }

    pub(super) fn finish(self) -> String {
        let mut text = self.text.trim_end().to_owned();
        text.push('\n');
        text
    }

    /// One line, without control or direction characters; in Markdown without a character that would be read as markup.
    fn sound(&self, text: &str) -> String {
        let mut sound = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                _ if c.is_control() => sound.push(' '),
                '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!'
                    if self.format == Format::Markdown =>
                {
                    sound.push('\\');
                    sound.push(c);
                }
                _ => sound.push(c),
            }
        }
        sound
    }
}
