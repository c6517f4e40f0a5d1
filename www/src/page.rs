//! The page. Text is only ever set as text; nothing is parsed as HTML.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document as Dom, Element, File, HtmlInputElement, HtmlTextAreaElement, Node};

use rayback_core::document::{Block, Command, Document, Reference, Text};
use rayback_core::words::{Words, keys};

/// The parts of `index.html` that change.
#[derive(Clone)]
pub(crate) struct Page {
    document: Dom,
    /// The field to paste a page, head or code into.
    pub(crate) pasted: HtmlTextAreaElement,
    /// The field to open a saved page with.
    pub(crate) file: HtmlInputElement,
    reading: Element,
    unavailable: Element,
}

impl Page {
    /// The largest file that is opened, in bytes: 8 MiB. Error pages are a thousand times smaller.
    const FILE_BYTES_MAX: f64 = 8.0 * 1024.0 * 1024.0;

    /// Finds the parts.
    ///
    /// # Errors
    ///
    /// If one is missing; the message names it.
    pub(crate) fn find() -> Result<Self, JsValue> {
        let document = web_sys::window().and_then(|window| window.document()).ok_or("the analyser needs a document")?;
        let (pasted, file) = (part(&document, "pasted")?.dyn_into()?, part(&document, "file")?.dyn_into()?);
        let (reading, unavailable) = (part(&document, "reading")?, part(&document, "unavailable")?);
        Ok(Self { document, pasted, file, reading, unavailable })
    }

    /// Fills the field with a file's text, or says why that isn't possible.
    pub(crate) async fn open(&self, file: &File, words: &Words) {
        if file.size() > Self::FILE_BYTES_MAX {
            self.pasted.set_value("");
            self.pasted.set_placeholder(words.get(keys::analyser::FILE_TOO_LARGE));
            return;
        }
        match JsFuture::from(file.text()).await {
            Ok(text) => self.pasted.set_value(&text.as_string().unwrap_or_default()),
            Err(_) => self.pasted.set_placeholder(words.get(keys::analyser::FILE_UNREADABLE)),
        }
    }

    /// Fills in the page's own texts, and shows it.
    ///
    /// # Errors
    ///
    /// If a part is missing; the message names it.
    pub(crate) fn show_texts(&self, words: &Words) -> Result<(), JsValue> {
        use keys::analyser::{FILE, INTRO, PASTED, READING, TITLE};
        self.document.set_title(words.get(TITLE));
        if let Some(root) = self.document.document_element() {
            root.set_attribute("lang", words.language())?;
            root.set_attribute("dir", words.direction().name())?;
        }
        for (id, text) in [("title", TITLE), ("intro", INTRO), ("label", PASTED), ("file-label", FILE)] {
            part(&self.document, id)?.set_text_content(Some(words.get(text)));
        }
        self.reading.set_attribute("aria-label", words.get(READING))?;
        if let Some(main) = self.reading.parent_element() {
            main.remove_attribute("hidden")?;
        }
        Ok(())
    }

    /// Shows the page's own sentence that the words couldn't be loaded.
    pub(crate) fn show_unavailable(&self) {
        // Removing an attribute never fails.
        let _ = self.unavailable.remove_attribute("hidden");
    }

    /// Shows a document in place of the one before.
    pub(crate) fn show(&self, document: &Document) {
        self.reading.set_text_content(None);
        // Creating an element fails only for an invalid name, and all names below are valid.
        let _ = self.draw_all(&self.reading, &document.blocks, document);
    }

    fn draw_all(&self, parent: &Element, blocks: &[Block], document: &Document) -> Result<(), JsValue> {
        blocks.iter().try_for_each(|block| append(parent, self.draw(block, document)?))
    }

    fn draw(&self, block: &Block, document: &Document) -> Result<Element, JsValue> {
        match block {
            Block::Title { text } => self.text("h2", "", text),
            Block::Heading { text } => self.text("h3", "", text),
            Block::Paragraph { text } => self.text("p", "", text),
            Block::Note { text } => self.text("p", "quiet", text),
            Block::Warning { text } => self.text("p", "warning", text),
            Block::Legs { legs } => self.pairs(legs.iter().map(|leg| (&leg.name, &leg.text, leg.state.id()))),
            Block::Facts { facts } => self.pairs(facts.iter().map(|fact| (&fact.label, &fact.value, ""))),
            Block::List { items } => {
                let list = self.element("ul", "", "")?;
                items.iter().try_for_each(|item| append(&list, self.text("li", "", item)?))?;
                Ok(list)
            }
            Block::Steps { steps } => {
                let list = self.element("ol", "", "")?;
                for step in steps {
                    let item = self.text("li", "", &step.title)?;
                    self.draw_all(&item, &step.blocks, document)?;
                    append(&list, item)?;
                }
                Ok(list)
            }
            Block::Command(command) => self.command(command),
            Block::Table { head, rows } => {
                let table = self.element("table", "", "")?;
                append(&table, self.row("th", head)?)?;
                rows.iter().try_for_each(|cells| append(&table, self.row("td", cells)?))?;
                let scroll = self.element("div", "scroll", "")?;
                append(&scroll, table)?;
                Ok(scroll)
            }
            Block::Checks { checks } => {
                let list = self.element("ul", "checks", "")?;
                for check in checks {
                    let item = self.element("li", check.state.id(), "")?;
                    append(&item, self.element("b", "", &check.state_text)?)?;
                    let text = document.labelled(&check.name, &check.text);
                    append(&item, self.document.create_text_node(" "))?;
                    append(&item, self.document.create_text_node(&text))?;
                    append(&list, item)?;
                }
                Ok(list)
            }
            Block::Sources { sources } => {
                let list = self.element("ul", "quiet", "")?;
                sources.iter().try_for_each(|source| append(&list, self.source(source)?))?;
                Ok(list)
            }
        }
    }

    fn pairs<'a>(&self, rows: impl Iterator<Item = (&'a Text, &'a Text, &'static str)>) -> Result<Element, JsValue> {
        let list = self.element("dl", "", "")?;
        for (name, value, class) in rows {
            append(&list, self.text("dt", "", name)?)?;
            append(&list, self.text("dd", class, value)?)?;
        }
        Ok(list)
    }

    fn command(&self, command: &Command) -> Result<Element, JsValue> {
        let figure = self.element("figure", "", "")?;
        append(&figure, self.element("figcaption", "quiet", &command.tool)?)?;
        let lines: Vec<_> = command.lines.iter().map(Text::as_str).collect();
        let text = self.element("pre", "scroll", &lines.join("\n"))?;
        text.set_attribute("dir", "ltr")?;
        append(&figure, text)?;
        Ok(figure)
    }

    fn source(&self, source: &Reference) -> Result<Element, JsValue> {
        let item = self.element("li", "", "")?;
        match source.url.as_deref().filter(|url| url.starts_with("https://")) {
            Some(url) => {
                let link = self.element("a", "", &source.title)?;
                link.set_attribute("href", url)?;
                append(&item, link)?;
            }
            None => item.set_text_content(Some(&source.title)),
        }
        Ok(item)
    }

    fn row(&self, cell: &str, texts: &[Text]) -> Result<Element, JsValue> {
        let row = self.element("tr", "", "")?;
        texts.iter().try_for_each(|text| append(&row, self.text(cell, "", text)?))?;
        Ok(row)
    }

    /// An element that holds a text, marked with the text's language if that isn't the page's.
    fn text(&self, name: &str, class: &str, text: &Text) -> Result<Element, JsValue> {
        let element = self.element(name, class, text)?;
        if let Some(language) = text.language() {
            element.set_attribute("lang", language.tag)?;
            element.set_attribute("dir", language.direction.name())?;
        }
        Ok(element)
    }

    fn element(&self, name: &str, class: &str, text: &str) -> Result<Element, JsValue> {
        let element = self.document.create_element(name)?;
        if !class.is_empty() {
            element.set_class_name(class);
        }
        element.set_text_content(Some(text));
        Ok(element)
    }
}

fn part(document: &Dom, id: &str) -> Result<Element, JsValue> {
    document.get_element_by_id(id).ok_or_else(|| JsValue::from_str(&format!("the page has no #{id}")))
}

fn append(parent: &Node, child: impl AsRef<Node>) -> Result<(), JsValue> {
    parent.append_child(child.as_ref()).map(|_| ())
}
