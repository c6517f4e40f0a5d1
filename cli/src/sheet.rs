//! What is printed for people: headings, paragraphs, lists and tables, broken at the terminal's width.
//!
//! Colour goes through `anstream`, which leaves it out where nobody sees it: in a pipe, in a file, with `NO_COLOR`.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use textwrap::Options;
use textwrap::core::display_width;

const HEADING: Style = Style::new().bold();
const TITLE: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
const COMMAND: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
const BAD: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));

/// How a cell or line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Bad,
    Faint,
    Strong,
}

/// Where a table has rules.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    BelowHead,
    BetweenRows,
}

/// A sheet of text that grows from top to bottom.
pub(crate) struct Sheet {
    text: String,
    width: usize,
}

impl Sheet {
    /// Wider than this, lines are hard to read.
    const WIDEST: usize = 100;
    /// Narrower than this, nothing can be set side by side.
    const NARROWEST: usize = 40;

    /// An empty sheet as wide as the terminal; 80 columns where there is none.
    pub(crate) fn new() -> Self {
        Self::of_width(textwrap::termwidth().clamp(Self::NARROWEST, Self::WIDEST))
    }

    pub(crate) fn of_width(width: usize) -> Self {
        Self { text: String::new(), width }
    }

    pub(crate) fn title(&mut self, text: &str) {
        self.wrapped(text, "", "", TITLE);
    }

    pub(crate) fn heading(&mut self, text: &str) {
        self.text.push('\n');
        self.wrapped(text, "", "", HEADING);
    }

    pub(crate) fn paragraph(&mut self, text: &str) {
        self.wrapped(text, "  ", "  ", Style::new());
    }

    /// A line that belongs to what is above it.
    pub(crate) fn detail(&mut self, text: &str) {
        self.wrapped(text, "     ", "     ", Style::new());
    }

    /// An address, never broken, so that it can be followed.
    pub(crate) fn address(&mut self, url: &str) {
        let _ = writeln!(self.text, "    {FAINT}{url}{FAINT:#}");
    }

    pub(crate) fn faint(&mut self, text: &str) {
        self.wrapped(text, "  ", "    ", FAINT);
    }

    pub(crate) fn gap(&mut self) {
        self.text.push('\n');
    }

    pub(crate) fn numbered(&mut self, number: usize, text: &str, tone: Tone) {
        let first = format!("{number:>3}. ");
        self.wrapped(text, &first, "     ", style(tone));
    }

    pub(crate) fn bullet(&mut self, text: &str) {
        self.wrapped(text, "  • ", "    ", Style::new());
    }

    /// A command, exactly as it is to be typed: never broken, so that it can be copied.
    pub(crate) fn command(&mut self, tool: &str, text: &str) {
        let _ = writeln!(self.text, "       {FAINT}# {tool}{FAINT:#}");
        for line in text.lines() {
            let _ = writeln!(self.text, "       {COMMAND}{line}{COMMAND:#}");
        }
    }

    /// Two columns, the first as wide as it must be.
    pub(crate) fn pairs(&mut self, rows: &[(String, String, Tone)]) {
        let first = rows.iter().map(|(name, ..)| display_width(name)).max().unwrap_or_default();
        for (name, value, tone) in rows {
            let indent = format!("  {name}{}  ", " ".repeat(first - display_width(name)));
            let rest = " ".repeat(first + 4);
            self.wrapped(value, &indent, &rest, style(*tone));
        }
    }

    /// A table with rules between its rows; the first row is its head. Columns share the width by what they hold.
    pub(crate) fn table(&mut self, rows: &[Vec<String>]) {
        self.rows(rows, Rules::BetweenRows);
    }

    /// A table with a rule below its head alone.
    pub(crate) fn list(&mut self, rows: &[Vec<String>]) {
        self.rows(rows, Rules::BelowHead);
    }

    fn rows(&mut self, rows: &[Vec<String>], rules: Rules) {
        let widths = self.column_widths(rows);
        for (index, row) in rows.iter().enumerate() {
            let cells: Vec<Vec<_>> =
                row.iter().zip(&widths).map(|(cell, width)| textwrap::wrap(cell, *width)).collect();
            for line in 0..cells.iter().map(Vec::len).max().unwrap_or_default() {
                let mut printed = String::new();
                for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                    let piece = cell.get(line).map_or("", AsRef::as_ref);
                    let style = if index == 0 || column == 0 { HEADING } else { Style::new() };
                    let padding = " ".repeat(width.saturating_sub(display_width(piece)));
                    let _ = write!(printed, "{style}{piece}{style:#}{padding}  ");
                }
                let _ = writeln!(self.text, "  {}", printed.trim_end());
            }
            let underlined = index == 0 || rules == Rules::BetweenRows;
            if underlined && index + 1 < rows.len() {
                let rule = widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join("──");
                let _ = writeln!(self.text, "  {FAINT}{rule}{FAINT:#}");
            }
        }
    }

    /// Each column as wide as its widest cell, if all fit; else wide ones give way to narrow ones.
    fn column_widths(&self, rows: &[Vec<String>]) -> Vec<usize> {
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        let wanted: Vec<usize> = (0..columns)
            .map(|column| {
                rows.iter().filter_map(|row| row.get(column)).map(|cell| display_width(cell)).max().unwrap_or(1).max(1)
            })
            .collect();
        let mut room = self.width.saturating_sub(2 + 2 * columns.saturating_sub(1));
        let mut widths = wanted.clone();
        let mut order: Vec<usize> = (0..columns).collect();
        order.sort_by_key(|column| wanted.get(*column).copied());
        for (done, column) in order.into_iter().enumerate() {
            let fair = (room / (columns - done)).max(6);
            if let Some(width) = widths.get_mut(column) {
                *width = (*width).min(fair);
                room = room.saturating_sub(*width);
            }
        }
        widths
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str, style: Style) {
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            let indent = if line.starts_with(first) { first } else { rest };
            let body = line.strip_prefix(indent).unwrap_or(&line);
            let _ = writeln!(self.text, "{indent}{style}{body}{style:#}");
        }
    }

    /// Prints the sheet. A reader that goes away, such as `head`, is no error.
    ///
    /// # Errors
    ///
    /// If standard output cannot be written to.
    pub(crate) fn print(self) -> io::Result<()> {
        match anstream::stdout().lock().write_all(self.text.as_bytes()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        }
    }

    #[cfg(test)]
    pub(crate) fn plain(&self) -> String {
        anstream::adapter::strip_str(&self.text).to_string()
    }
}

/// Prints one line, such as an object of JSON. A reader that goes away, such as `head`, is no error.
///
/// # Errors
///
/// If standard output cannot be written to.
pub(crate) fn print_line(line: &str) -> io::Result<()> {
    match writeln!(io::stdout().lock(), "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// A text from outside as one line for a terminal: without control and direction characters.
pub(crate) fn clean(text: &str) -> String {
    let harmful = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if harmful(c) { ' ' } else { c }).collect()
}

fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Good => GOOD,
        Tone::Bad => BAD,
        Tone::Faint => FAINT,
        Tone::Strong => HEADING,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(cells: &[&[&str]]) -> Vec<Vec<String>> {
        cells.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect()
    }

    #[test]
    fn nothing_but_commands_is_wider_than_the_sheet() {
        let mut sheet = Sheet::of_width(40);
        sheet.title(&"title ".repeat(20));
        sheet.paragraph(&"word ".repeat(50));
        sheet.numbered(1, &"step ".repeat(50), Tone::Plain);
        sheet.table(&rows(&[&["a", "b", "c"], &[&"long ".repeat(9), &"longer ".repeat(9), "x"]]));
        for line in sheet.plain().lines() {
            assert!(display_width(line) <= 40, "{line:?}");
        }
    }

    #[test]
    fn a_command_is_never_broken() {
        let command = "curl ".repeat(50);
        let mut sheet = Sheet::of_width(40);
        sheet.command("curl", &command);
        assert!(sheet.plain().contains(&command));
    }

    #[test]
    fn a_narrow_column_keeps_its_width_beside_a_wide_one() {
        let mut sheet = Sheet::of_width(40);
        sheet.table(&rows(&[&["code", "name"], &["522", &"long ".repeat(20)]]));
        assert!(sheet.plain().contains("  522   long"));
    }
}
