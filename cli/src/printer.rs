//! The terminal printer of documents: coloured, and wrapped to the terminal's width.
//!
//! `anstream` drops the colours where they would be noise: in a pipe, in a file, with `NO_COLOR`.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Color, Style};
use comfy_table::{ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};
use rayback_core::catalog::LegState;
use rayback_core::document::{Block, CheckState, Command, Document, Step, Text};
use textwrap::Options;
use textwrap::core::display_width;

const HEADING: Style = Style::new().bold();
const TITLE: Style = Style::new().bold().fg_color(Some(Color::Ansi(AnsiColor::Yellow)));
const COMMAND: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Cyan)));
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green)));
const WARN: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow)));
const BAD: Style = Style::new().bold().fg_color(Some(Color::Ansi(AnsiColor::Red)));

/// A rule below the head of a table.
const LIST: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction(' '))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none().junction(' '));

/// Prints documents into a string, from top to bottom.
pub(crate) struct Printer {
    text: String,
    width: usize,
}

impl Printer {
    /// The widest lines, in columns; longer ones are hard to read.
    const WIDEST: usize = 100;
    /// The minimum width of lines, in columns, even if the terminal is narrower.
    const NARROWEST: usize = 40;

    /// A printer as wide as the terminal; 80 columns without one.
    pub(crate) fn new() -> Self {
        Self::with_width(textwrap::termwidth().clamp(Self::NARROWEST, Self::WIDEST))
    }

    pub(crate) fn with_width(width: usize) -> Self {
        Self { text: String::new(), width }
    }

    /// Prints a document.
    pub(crate) fn document(&mut self, document: &Document) {
        let mut follows_steps = false;
        for block in &document.blocks {
            // Otherwise it would look like part of the last step.
            if follows_steps && matches!(block, Block::Note { .. }) {
                self.gap();
            }
            self.block(block, document);
            follows_steps = matches!(block, Block::Steps { .. });
        }
    }

    fn block(&mut self, block: &Block, document: &Document) {
        match block {
            Block::Title { text } => self.wrapped(text, "", "", TITLE),
            Block::Heading { text } => {
                self.gap();
                self.wrapped(text, "", "", HEADING);
            }
            Block::Paragraph { text } => self.wrapped(text, "  ", "  ", Style::new()),
            Block::Note { text } => self.wrapped(text, "  ", "  ", FAINT),
            Block::Warning { text } => self.wrapped(text, "  ", "  ", BAD),
            Block::Legs { legs } => {
                self.gap();
                let rows: Vec<_> = legs.iter().map(|leg| (&leg.name, &leg.text, leg_style(leg.state))).collect();
                self.pairs(&rows);
            }
            Block::Facts { facts } => {
                let rows: Vec<_> = facts.iter().map(|fact| (&fact.label, &fact.value, Style::new())).collect();
                self.pairs(&rows);
            }
            Block::List { items } => items.iter().for_each(|item| self.wrapped(item, "  • ", "    ", Style::new())),
            Block::Steps { steps } => self.steps(steps, document),
            Block::Command(command) => self.command(command),
            Block::Table { head, rows } => {
                let separated = LIST.row_separator(LineStyle::none().fill('─').junction('─'));
                self.table(head, rows, separated);
            }
            Block::Checks { checks } => {
                let width = checks.iter().map(|check| display_width(&check.state_text)).max().unwrap_or_default();
                for check in checks {
                    let style = check_style(check.state);
                    let padding = " ".repeat(width - display_width(&check.state_text));
                    let _ = write!(self.text, "  {style}{}{style:#}{padding}  ", check.state_text);
                    let indent = " ".repeat(width + 4);
                    let text = document.labelled(&check.name, &check.text);
                    let command = check.command.as_ref().filter(|command| text.ends_with(command.as_str()));
                    let text = command.and_then(|command| text.strip_suffix(command.as_str())).unwrap_or(&text);
                    self.text.push_str(self.lines(text.trim_end(), &indent, &indent).trim_start());
                    if let Some(command) = command {
                        let _ = writeln!(self.text, "{indent}{COMMAND}{command}{COMMAND:#}");
                    }
                }
            }
            Block::Sources { sources } => {
                for source in sources {
                    self.wrapped(&source.title, "  ", "    ", FAINT);
                    // Never broken, so that terminals make a link of it.
                    if let Some(url) = &source.url {
                        let _ = writeln!(self.text, "    {FAINT}{url}{FAINT:#}");
                    }
                }
            }
        }
    }

    /// Prints a table with a rule below its head only.
    pub(crate) fn list(&mut self, head: &[Text], rows: &[Vec<Text>]) {
        self.table(head, rows, LIST);
    }

    fn steps(&mut self, steps: &[Step], document: &Document) {
        for (number, step) in (1_usize..).zip(steps) {
            if number > 1 && !step.blocks.is_empty() {
                self.gap();
            }
            let style = if step.blocks.is_empty() { Style::new() } else { HEADING };
            self.wrapped(&step.title, &format!("{number:>3}. "), "     ", style);
            for block in &step.blocks {
                match block {
                    Block::Facts { facts } => facts.iter().for_each(|fact| {
                        let line = document.labelled(&fact.label, &fact.value);
                        self.wrapped(&line, "     ", "     ", Style::new());
                    }),
                    Block::Note { text } => self.wrapped(text, "     ", "     ", FAINT),
                    block => self.block(block, document),
                }
            }
        }
    }

    /// A command exactly as it's typed: never broken, so that it can be copied.
    fn command(&mut self, command: &Command) {
        if !command.tool.is_empty() {
            let _ = writeln!(self.text, "       {FAINT}# {}{FAINT:#}", command.tool);
        }
        for line in &command.lines {
            let _ = writeln!(self.text, "       {COMMAND}{line}{COMMAND:#}");
        }
    }

    /// Two columns, the first as wide as its widest cell.
    fn pairs(&mut self, rows: &[(&Text, &Text, Style)]) {
        let first = rows.iter().map(|(name, ..)| display_width(name)).max().unwrap_or_default();
        for (name, value, style) in rows {
            let indent = format!("  {name}{}  ", " ".repeat(first - display_width(name)));
            let rest = " ".repeat(first + 4);
            self.wrapped(value, &indent, &rest, *style);
        }
    }

    fn table(&mut self, head: &[Text], rows: &[Vec<Text>], style: TableStyle) {
        let cells = |row: &[Text]| row.iter().map(|cell| cell.as_str().to_owned()).collect::<Vec<_>>();
        let mut table = Table::new();
        table.load_style(style);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(self.width).unwrap_or(u16::MAX));
        table.set_header(cells(head));
        table.add_rows(rows.iter().map(|row| cells(row)));
        let mut style = HEADING;
        for line in table.to_string().lines().map(str::trim_end) {
            if line.starts_with('─') {
                let _ = writeln!(self.text, "{FAINT}{line}{FAINT:#}");
                style = Style::new();
            } else {
                let _ = writeln!(self.text, "{style}{line}{style:#}");
            }
        }
    }

    /// An empty line, except at the top.
    fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn wrapped(&mut self, text: &str, first: &str, rest: &str, style: Style) {
        for line in self.lines(text, first, rest).lines() {
            let indent = if line.starts_with(first) { first } else { rest };
            let body = line.strip_prefix(indent).unwrap_or(line);
            let _ = writeln!(self.text, "{indent}{style}{body}{style:#}");
        }
    }

    fn lines(&self, text: &str, first: &str, rest: &str) -> String {
        let options = Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::wrap(text, options).into_iter().fold(String::new(), |lines, line| lines + &line + "\n")
    }

    /// Writes everything to standard output.
    ///
    /// # Errors
    ///
    /// If standard output can't be written to.
    pub(crate) fn print(self) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        out.write_all(self.text.as_bytes())?;
        out.flush()
    }

    #[cfg(test)]
    pub(crate) fn plain(&self) -> String {
        anstream::adapter::strip_str(&self.text).to_string()
    }
}

const fn leg_style(state: LegState) -> Style {
    match state {
        LegState::Passed => GOOD,
        LegState::Failed => BAD,
        LegState::Stopped => HEADING,
        LegState::NotReached | LegState::Unknown => FAINT,
    }
}

const fn check_style(state: CheckState) -> Style {
    match state {
        CheckState::Pass => GOOD,
        CheckState::Warn => WARN,
        CheckState::Fail => BAD,
        CheckState::NotChecked => FAINT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayback_core::document::{Check, Fact};
    use rayback_core::words::Words;

    fn row(cells: &[&str]) -> Vec<Text> {
        cells.iter().map(|cell| Text::from(*cell)).collect()
    }

    fn printed(blocks: Vec<Block>, width: usize) -> String {
        let mut document = Document::new(&Words::english().unwrap());
        document.blocks = blocks;
        let mut printer = Printer::with_width(width);
        printer.document(&document);
        printer.plain()
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_except_commands_and_addresses() {
        let long = || Text::from("word ".repeat(50));
        let check = Check {
            state: CheckState::Fail,
            state_text: "fail".into(),
            name: "DNS".into(),
            text: long(),
            command: None,
        };
        let blocks = vec![
            Block::Title { text: long() },
            Block::Paragraph { text: long() },
            Block::Facts { facts: vec![Fact::new("Label", long())] },
            Block::Steps { steps: vec![Step { title: long(), blocks: vec![Block::Note { text: long() }] }] },
            Block::Table { head: row(&["a", "b", "c"]), rows: vec![vec![long(), long(), "x".into()]] },
            Block::Checks { checks: vec![check] },
        ];
        for line in printed(blocks, 40).lines() {
            assert!(display_width(line) <= 40, "{line:?}");
        }
    }

    #[test]
    fn a_command_is_never_broken() {
        let command = "curl ".repeat(50);
        let block = Block::Command(Command::new("curl", &command, None));
        assert!(printed(vec![block], 40).contains(&command));
    }

    #[test]
    fn the_command_that_a_check_ends_with_is_never_broken() {
        let command = "sudo rayback ".repeat(10) + "--local";
        let check = Check {
            state: CheckState::NotChecked,
            state_text: "not checked".into(),
            name: "Machine".into(),
            text: format!("on the origin, run: {command}").into(),
            command: Some(command.as_str().into()),
        };
        let printed = printed(vec![Block::Checks { checks: vec![check] }], 40);
        assert!(printed.lines().any(|line| line.trim() == command), "{printed}");
    }

    #[test]
    fn a_narrow_column_keeps_its_width_beside_a_wide_one() {
        let table = Block::Table { head: row(&["code", "name"]), rows: vec![row(&["522", &"long ".repeat(20)])] };
        assert!(printed(vec![table], 40).contains(" 522    long long"));
    }

    #[test]
    fn text_from_outside_cannot_control_the_terminal() {
        let text = Text::from("\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\r\u{8}");
        let blocks = vec![Block::Paragraph { text: text.clone() }, Block::Facts { facts: vec![Fact::new(text, "x")] }];
        assert!(!printed(blocks, 80).chars().any(|c| c.is_control() && c != '\n'));
    }
}
