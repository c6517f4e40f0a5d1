//! `rayback explain`: a code, explained to one of three readers.

use std::io;
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};
use rayback_core::code::{Code, is_turnstile};
use rayback_core::diagnosis::Kind;
use rayback_core::document::Document;
use rayback_core::explain::{Audience, Detail, Firewall, explain_code, explain_kind, explain_unbranded};

use crate::language;
use crate::output;
use crate::printer::Printer;
use crate::rules::ToolName;

/// What to explain, and to whom
#[derive(Args)]
#[command(after_help = concat!(
    "Examples:\n",
    "  rayback explain 522\n",
    "  rayback explain 522 --for owner --firewall ufw\n",
    "  rayback explain 1015 --for engineer --json",
))]
pub(crate) struct Arguments {
    /// The code, such as 522, 1033 or Turnstile's 600010; or a page without one: block, challenge, access, waiting-room, warning, gateway, paid-crawl, imitation
    code: String,
    /// The reader
    #[arg(long = "for", value_enum, default_value_t = Reader::Visitor)]
    reader: Reader,
    /// For owners: every cause with every command, limits and prevention, not only the likeliest three causes
    #[arg(long)]
    all: bool,
    /// For owners: print the commands for this firewall or web server
    #[arg(long, value_enum, value_name = "TOOL")]
    firewall: Option<ToolName>,
    /// Explain the plain page that ends in "cloudflare" instead of the branded one (502, 503, 504)
    #[arg(long)]
    unbranded: bool,
    /// Answer in JSON
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The reader.
#[derive(Clone, Copy, ValueEnum)]
enum Reader {
    /// The visitor who sees the page
    Visitor,
    /// The owner or administrator of the site
    Owner,
    /// The engineer of a program that gets the page
    Engineer,
}

/// How a document is printed.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// For the terminal
    Text,
    /// Markdown
    Markdown,
    /// An HTML article
    Html,
}

impl Format {
    /// Prints a document to standard output.
    ///
    /// # Errors
    ///
    /// If standard output can't be written to.
    pub(crate) fn print(self, document: &Document) -> io::Result<()> {
        match self {
            Self::Text => {
                let mut printer = Printer::new();
                printer.document(document);
                printer.print()
            }
            Self::Markdown => output::text(&document.markdown()),
            Self::Html => output::text(&document.html()),
        }
    }
}

/// Prints the explanation of one code.
///
/// # Errors
///
/// If the code isn't a number, or standard output can't be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    if (arguments.all || arguments.firewall.is_some()) && !matches!(arguments.reader, Reader::Owner) {
        bail!("--all and --firewall are for owners; add --for owner");
    }
    let words = language::words()?;
    let audience = match arguments.reader {
        Reader::Visitor => Audience::Visitor,
        Reader::Owner => Audience::Owner,
        Reader::Engineer => Audience::Engineer,
    };
    let explanation = match (kind(&arguments.code), arguments.unbranded) {
        (Some(kind), _) => explain_kind(kind, &words, audience),
        (None, true) => explain_unbranded(parse(&arguments.code)?, &words, audience),
        (None, false) => explain_code(parse(&arguments.code)?, &words, audience),
    };
    if arguments.json {
        output::json(&explanation)?;
    } else {
        let firewall = arguments.firewall.map_or(Firewall::Ask, |tool| Firewall::Only(tool.into()));
        let detail = Detail { all: arguments.all, firewall };
        arguments.format.print(&explanation.excerpt(detail, &words))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The kind of page without a code of its own, by its name in `rayback classify` or by a Turnstile code.
fn kind(text: &str) -> Option<Kind> {
    if is_turnstile(text) {
        return Some(Kind::Challenge);
    }
    text.parse().ok().filter(|kind| *kind != Kind::Error)
}

/// Parses a code.
///
/// # Errors
///
/// If it isn't a whole number from 1 to 65535.
pub(crate) fn parse(text: &str) -> Result<Code> {
    text.parse::<Code>().map_err(|error| anyhow!("{error}; \"rayback codes\" lists the known codes"))
}

#[cfg(test)]
mod tests {
    use rayback_core::words::Words;

    use super::*;

    fn printed(number: &str, audience: Audience, detail: Detail) -> String {
        let words = Words::english().unwrap();
        let mut printer = Printer::with_width(80);
        printer.document(&explain_code(parse(number).unwrap(), &words, audience).excerpt(detail, &words));
        printer.plain()
    }

    #[test]
    fn every_reader_gets_the_sources() {
        for audience in [Audience::Visitor, Audience::Owner, Audience::Engineer] {
            assert!(printed("522", audience, Detail::SHORT).contains("error-522"));
        }
    }

    #[test]
    fn an_owner_gets_commands_and_a_visitor_none() {
        assert!(printed("522", Audience::Owner, Detail::SHORT).contains("curl -sS"));
        assert!(!printed("522", Audience::Visitor, Detail::FULL).contains("curl"));
    }

    #[test]
    fn an_owner_is_told_how_to_get_the_rest() {
        let short = printed("522", Audience::Owner, Detail::SHORT);
        assert!(short.contains("--all") && short.contains("--firewall"), "{short}");
        assert!(short.lines().count() * 3 < printed("522", Audience::Owner, Detail::FULL).lines().count(), "{short}");
    }

    #[test]
    fn an_unlisted_code_is_reported_as_unlisted() {
        assert!(printed("1048", Audience::Visitor, Detail::SHORT).contains("isn't in the catalogue"));
    }

    #[test]
    fn text_that_is_not_a_code_is_refused_with_a_hint() {
        for text in ["", "abc", "0", "-522", "70000"] {
            assert!(format!("{:#}", parse(text).unwrap_err()).contains("rayback codes"), "{text}");
        }
    }

    #[test]
    fn error_is_not_a_page_without_a_code() {
        assert_eq!(kind("error"), None);
        assert_eq!(kind("waiting-room"), Some(Kind::WaitingRoom));
        assert_eq!(kind("600010"), Some(Kind::Challenge));
        assert_eq!((kind("700010"), kind("60001"), kind("522")), (None, None, None));
    }
}
