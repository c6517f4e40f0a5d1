//! Documents: text laid out once, as blocks, and printed in several ways.
//!
//! [`explain`](crate::explain) and [`report`](mod@crate::report) return a [`Document`]. It knows what each part is (a heading,
//! a step, a command), not how it looks. Its printers are [`Document::markdown`], [`Document::html`], serde (JSON),
//! the command's terminal printer and the website, which makes DOM nodes of the blocks.
//!
//! Every string in a block is a [`Text`]: one line without control characters, whose direction ends with it. So a host name
//! or a city from outside can't start a new line, move a terminal's cursor or reverse what follows it.

mod html;
mod markdown;

use core::fmt;
use core::ops::Deref;

use serde::{Serialize, Serializer};

use crate::catalog::{LegName, LegState, Source, SourceKind};
use crate::words::{Direction, END_OF_ISOLATE, ISOLATE, Language, Reader, Words, fill, isolate, key};

pub use markdown::pieces;

/// A document: blocks from top to bottom, in one language.
///
/// ```
/// use rayback_core::{Document, Words, compare};
///
/// let words = Words::english().unwrap();
/// let document: Document = compare(&["520".parse().unwrap()], &words).document(&words);
/// assert!(document.markdown().contains("520"));
/// assert!(document.html().contains("<table"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// The language's BCP 47 tag.
    pub language: String,
    /// The direction in which the language is written.
    pub direction: Direction,
    /// The blocks, in order.
    pub blocks: Vec<Block>,
    /// How the language writes a label before its value, with `{label}` and `{value}`.
    #[serde(skip)]
    labelled: String,
}

/// One part of a document. In JSON, `block` names the variant in kebab case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "block", rename_all = "kebab-case")]
pub enum Block {
    /// The document's title; at most one, at the top.
    Title {
        /// The title.
        text: Text,
    },
    /// The heading of the blocks that follow.
    Heading {
        /// The heading.
        text: Text,
    },
    /// A paragraph.
    Paragraph {
        /// The paragraph.
        text: Text,
    },
    /// A remark of less weight.
    Note {
        /// The remark.
        text: Text,
    },
    /// A sentence that readers must not miss.
    Warning {
        /// The sentence.
        text: Text,
    },
    /// The legs of a request and how far each got.
    Legs {
        /// The legs, in the order in which the request passes them.
        legs: Vec<Leg>,
    },
    /// Labelled values.
    Facts {
        /// The facts, in order.
        facts: Vec<Fact>,
    },
    /// Items in no particular order.
    List {
        /// The items.
        items: Vec<Text>,
    },
    /// Numbered steps.
    Steps {
        /// The steps; the first is number 1.
        steps: Vec<Step>,
    },
    /// A command to copy.
    Command(Command),
    /// A table. Every row has as many cells as the head.
    Table {
        /// The names of the columns.
        head: Vec<Text>,
        /// The rows; the first cell of each is its name.
        rows: Vec<Vec<Text>>,
    },
    /// The results of checks, one line each.
    Checks {
        /// The checks, in the order in which they ran.
        checks: Vec<Check>,
    },
    /// The sources of the document's facts.
    Sources {
        /// The sources, each once.
        sources: Vec<Reference>,
    },
}

/// One line of text, and its language where that isn't the document's.
///
/// Made from any string: line breaks and other control characters become spaces, and direction characters are removed.
/// Only what the words isolate from the text around it stays isolated (U+2068 to U+2069); each such part ends within the
/// line.
///
/// ```
/// use rayback_core::document::Text;
///
/// assert_eq!(Text::from("a\n# b\u{202e}").as_str(), "a # b");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text {
    line: String,
    language: Option<&'static Language>,
}

/// One leg of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leg {
    /// Which leg.
    pub leg: LegName,
    /// How far it got.
    pub state: LegState,
    /// The leg's name in words.
    pub name: Text,
    /// Its state in words.
    pub text: Text,
}

/// A labelled value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The label, without a colon.
    pub label: Text,
    /// The value.
    pub value: Text,
}

/// A numbered step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The step in one line.
    pub title: Text,
    /// Details, shown below the title; empty for a step of one line.
    pub blocks: Vec<Block>,
}

/// A command to copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Command {
    /// The tool it is for.
    pub tool: Text,
    /// Its lines. Never wrapped, so that the command can be copied.
    pub lines: Vec<Text>,
    /// The tool's manual, where one is listed.
    pub source: Option<Reference>,
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The result.
    pub state: CheckState,
    /// The result in words.
    pub state_text: Text,
    /// The check's name.
    pub name: Text,
    /// Details: the value found, the remedy, or why it wasn't checked.
    pub text: Text,
    /// The command at the end of the text, if there's one. A printer that breaks lines leaves it whole, so that it can be copied.
    pub command: Option<Text>,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum CheckState {
    /// Nothing is wrong.
    Pass,
    /// Something may be wrong.
    Warn,
    /// Something is wrong.
    Fail,
    /// Not checked, so nothing is known. Never counts as a pass.
    NotChecked,
}

/// A source that readers can look up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Reference {
    /// Its title, with its date where it has one.
    pub title: Text,
    /// Its address; `None` for a conclusion of our own.
    pub url: Option<Text>,
}

impl Document {
    /// An empty document in the language of the words.
    #[must_use]
    pub fn new(words: &Words) -> Self {
        let (label, value) = ("{label}", "{value}");
        Self {
            language: words.language().to_owned(),
            direction: words.direction(),
            blocks: Vec::new(),
            labelled: words.pattern(key::sentence::Labelled { label, value }),
        }
    }

    /// A label and its value, written as the document's language does. From right to left, the value keeps its own direction:
    /// it may be an address or a code. The label is in the document's language and gives the line its direction.
    #[must_use]
    pub fn labelled(&self, label: &str, value: &str) -> String {
        let isolated = (self.direction == Direction::Rtl).then(|| isolate(value));
        fill(&self.labelled, &[("label", label), ("value", isolated.as_deref().unwrap_or(value))])
    }

    /// Adds a block.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// The commands in the document, at any depth, from top to bottom.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        commands(&self.blocks).into_iter()
    }

    /// Adds a title.
    pub fn title(&mut self, text: impl Into<Text>) {
        self.push(Block::Title { text: text.into() });
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: impl Into<Text>) {
        self.push(Block::Heading { text: text.into() });
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: impl Into<Text>) {
        self.push(Block::Paragraph { text: text.into() });
    }

    /// Adds a note.
    pub fn note(&mut self, text: impl Into<Text>) {
        self.push(Block::Note { text: text.into() });
    }

    /// Adds a list, or nothing if it has no items.
    pub fn list<T: Into<Text>>(&mut self, items: impl IntoIterator<Item = T>) {
        let items: Vec<Text> = items.into_iter().map(Into::into).collect();
        if !items.is_empty() {
            self.push(Block::List { items });
        }
    }
}

fn commands(blocks: &[Block]) -> Vec<&Command> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Command(command) => found.push(command),
            Block::Steps { steps } => found.extend(steps.iter().flat_map(|step| commands(&step.blocks))),
            _ => {}
        }
    }
    found
}

impl Text {
    /// The line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.line
    }

    /// A text from the words for `reader`, marked with its language if that isn't the interface's.
    #[must_use]
    pub fn of(text: &str, reader: Reader, words: &Words) -> Self {
        let language = words.of(reader).filter(|language| language.tag != words.language());
        Self { language, ..Self::from(text) }
    }

    /// The language, where it isn't the document's: English takes the place of texts that aren't translated.
    #[must_use]
    pub const fn language(&self) -> Option<&'static Language> {
        self.language
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let mut line = String::with_capacity(text.len());
        let mut open = 0_usize;
        for c in text.chars() {
            match c {
                ISOLATE => {
                    open += 1;
                    line.push(c);
                }
                END_OF_ISOLATE if open > 0 => {
                    open -= 1;
                    line.push(c);
                }
                '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
                '\u{2028}' | '\u{2029}' => line.push(' '),
                _ if c.is_control() => line.push(' '),
                _ => line.push(c),
            }
        }
        line.extend(core::iter::repeat_n(END_OF_ISOLATE, open));
        Self { line, language: None }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.line
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line.fmt(f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.line)
    }
}

impl CheckState {
    /// Its name in JSON and in HTML classes.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.into()
    }
}

impl Fact {
    /// A fact.
    #[must_use]
    pub fn new(label: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

impl Step {
    /// A step of one line.
    #[must_use]
    pub fn new(title: impl Into<Text>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }
}

impl Command {
    /// A command of one or more lines.
    #[must_use]
    pub fn new(tool: &str, text: &str, source: Option<Reference>) -> Self {
        Self { tool: tool.into(), lines: text.lines().map(Text::from).collect(), source }
    }
}

impl Reference {
    /// A reference to a source of the catalogue.
    #[must_use]
    pub fn new(source: &Source, words: &Words) -> Self {
        match source.kind {
            SourceKind::Inference => Self { title: words.get(key::label::INFERRED).into(), url: None },
            SourceKind::Documentation | SourceKind::Manual | SourceKind::Capture | SourceKind::Case => Self {
                title: words.format(key::label::SourceAsOf { title: source.title, date: source.as_of }).into(),
                url: (!source.url.is_empty()).then(|| source.url.into()),
            },
        }
    }

    /// References to sources of the catalogue, each once, in order.
    #[must_use]
    pub fn all(sources: impl IntoIterator<Item = Source>, words: &Words) -> Vec<Self> {
        let mut references = Vec::new();
        for source in sources {
            let reference = Self::new(&source, words);
            if !references.contains(&reference) {
                references.push(reference);
            }
        }
        references
    }
}

#[cfg(test)]
mod tests;
