//! The page's own parts. Every text is set as text; nothing is ever parsed as HTML.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, File, HtmlInputElement, HtmlTextAreaElement, Node};

use crate::reading::{Block, Reading};

/// The parts of `index.html` that change.
#[derive(Clone)]
pub(crate) struct Page {
    document: Document,
    /// Where a page, head or code is pasted.
    pub(crate) pasted: HtmlTextAreaElement,
    /// Where a saved page is opened.
    pub(crate) file: HtmlInputElement,
    reading: Element,
}

impl Page {
    /// The longest file that is opened, in bytes: 8 MiB. Error pages are a thousand times smaller.
    const FILE_BYTES_MAX: f64 = 8.0 * 1024.0 * 1024.0;

    /// Finds the parts.
    ///
    /// # Errors
    ///
    /// If one is missing; the message names it.
    pub(crate) fn find() -> Result<Self, JsValue> {
        let document = web_sys::window().and_then(|window| window.document()).ok_or("the analyser needs a document")?;
        let part = |id: &str| {
            document.get_element_by_id(id).ok_or_else(|| JsValue::from_str(&format!("the page has no #{id}")))
        };
        let (pasted, file, reading) = (part("pasted")?.dyn_into()?, part("file")?.dyn_into()?, part("reading")?);
        Ok(Self { document, pasted, file, reading })
    }

    /// Puts a file's text where pages are pasted, or says why not.
    pub(crate) async fn open(&self, file: &File) {
        if file.size() > Self::FILE_BYTES_MAX {
            self.pasted.set_value("");
            self.pasted.set_placeholder("That file is larger than 8 MiB: no error page is. Open the page itself.");
            return;
        }
        match JsFuture::from(file.text()).await {
            Ok(text) => self.pasted.set_value(&text.as_string().unwrap_or_default()),
            Err(_) => {
                self.pasted.set_placeholder("That file could not be read. Open it in an editor and paste its text.");
            }
        }
    }

    /// Marks the reading with its language; the rest of the page is English.
    pub(crate) fn speak(&self, language: &str, direction: &str) {
        for (name, value) in [("lang", language), ("dir", direction)] {
            // It fails for ill-formed names only.
            let _ = self.reading.set_attribute(name, value);
        }
    }

    /// Shows one sentence in place of a reading.
    pub(crate) fn say(&self, sentence: &str) {
        self.show(&Reading { blocks: vec![Block::Quiet(sentence.to_owned())] });
    }

    /// Shows a reading in place of the one before.
    pub(crate) fn show(&self, reading: &Reading) {
        self.reading.set_text_content(None);
        for block in &reading.blocks {
            // Creating an element fails only for a name that is none; those below are all names.
            let _ = self.draw(block);
        }
    }

    fn draw(&self, block: &Block) -> Result<(), JsValue> {
        match block {
            Block::Headline { code, name } => {
                let headline = self.element("h2", "")?;
                if let Some(code) = code {
                    let number = self.element("span", &format!("{code} "))?;
                    number.set_class_name("code");
                    append(&headline, &number)?;
                }
                append(&headline, self.document.create_text_node(name))?;
                self.put(&headline)
            }
            Block::Heading(text) => self.put(&self.element("h3", text)?),
            Block::Paragraph(text) => self.put(&self.element("p", text)?),
            Block::Quiet(text) => self.put_as("p", "quiet", text),
            Block::Warning(text) => self.put_as("p", "warning", text),
            Block::List(items) => {
                let list = self.element("ul", "")?;
                for item in items {
                    append(&list, &self.element("li", item)?)?;
                }
                self.put(&list)
            }
            Block::Facts(facts) => {
                let list = self.element("dl", "")?;
                for (name, value) in facts {
                    append(&list, &self.element("dt", name)?)?;
                    append(&list, &self.element("dd", value)?)?;
                }
                self.put(&list)
            }
            Block::Table { head, rows } => {
                let table = self.element("table", "")?;
                append(&table, &self.row("th", head)?)?;
                for cells in rows {
                    append(&table, &self.row("td", cells)?)?;
                }
                let scroll = self.element("div", "")?;
                scroll.set_class_name("scroll");
                append(&scroll, &table)?;
                self.put(&scroll)
            }
        }
    }

    fn row<T: AsRef<str>>(&self, cell: &str, texts: &[T]) -> Result<Element, JsValue> {
        let row = self.element("tr", "")?;
        for text in texts {
            append(&row, &self.element(cell, text.as_ref())?)?;
        }
        Ok(row)
    }

    fn element(&self, name: &str, text: &str) -> Result<Element, JsValue> {
        let element = self.document.create_element(name)?;
        element.set_text_content(Some(text));
        Ok(element)
    }

    fn put(&self, element: &Element) -> Result<(), JsValue> {
        append(&self.reading, element)
    }

    fn put_as(&self, name: &str, class: &str, text: &str) -> Result<(), JsValue> {
        let element = self.element(name, text)?;
        element.set_class_name(class);
        self.put(&element)
    }
}

fn append(parent: &Node, child: impl AsRef<Node>) -> Result<(), JsValue> {
    parent.append_child(child.as_ref()).map(|_| ())
}
