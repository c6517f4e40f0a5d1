//! The HTML printer, for generated pages.

use core::fmt::{self, Write as _};

use super::{Block, Document, Reference, Text};

impl Document {
    /// Prints the document as an HTML `article`, without styles or scripts.
    ///
    /// Text is escaped: it never turns into markup. Only `https` addresses become links. Classes name the parts:
    /// `note`, `warning`, `legs`, `facts`, `steps`, `command`, `checks`, `sources`; a leg and a check carry their state.
    ///
    /// ```
    /// # #[cfg(feature = "embedded-words")] {
    /// use rayback_core::{Document, Words};
    ///
    /// let mut document = Document::new(&Words::english().unwrap());
    /// document.paragraph("1 < 2");
    /// assert_eq!(document.html(), "<article lang=\"en\" dir=\"ltr\">\n<p>1 &lt; 2</p>\n</article>\n");
    /// # }
    /// ```
    #[must_use]
    pub fn html(&self) -> String {
        let mut out = format!("<article lang=\"{}\" dir=\"{}\">\n", Escaped(&self.language), self.direction.name());
        for block in &self.blocks {
            // Writing to a string can't fail.
            let _ = print(&mut out, block, self);
        }
        out.push_str("</article>\n");
        out
    }
}

fn print(out: &mut String, block: &Block, document: &Document) -> fmt::Result {
    match block {
        Block::Title { text } => writeln!(out, "<h1>{}</h1>", Marked(text)),
        Block::Heading { text } => writeln!(out, "<h2>{}</h2>", Marked(text)),
        Block::Paragraph { text } => writeln!(out, "<p>{}</p>", Marked(text)),
        Block::Note { text } => writeln!(out, "<p class=\"note\">{}</p>", Marked(text)),
        Block::Warning { text } => writeln!(out, "<p class=\"warning\">{}</p>", Marked(text)),
        Block::Legs { legs } => {
            out.push_str("<dl class=\"legs\">\n");
            for leg in legs {
                let state = leg.state.id();
                writeln!(out, "<dt>{}</dt><dd class=\"{state}\">{}</dd>", Marked(&leg.name), Marked(&leg.text))?;
            }
            writeln!(out, "</dl>")
        }
        Block::Facts { facts } => {
            out.push_str("<dl class=\"facts\">\n");
            for fact in facts {
                writeln!(out, "<dt>{}</dt><dd>{}</dd>", Marked(&fact.label), Marked(&fact.value))?;
            }
            writeln!(out, "</dl>")
        }
        Block::List { items } => {
            out.push_str("<ul>\n");
            items.iter().try_for_each(|item| writeln!(out, "<li>{}</li>", Marked(item)))?;
            writeln!(out, "</ul>")
        }
        Block::Steps { steps } => {
            out.push_str("<ol class=\"steps\">\n");
            for step in steps {
                writeln!(out, "<li><p>{}</p>", Marked(&step.title))?;
                step.blocks.iter().try_for_each(|block| print(out, block, document))?;
                out.push_str("</li>\n");
            }
            writeln!(out, "</ol>")
        }
        Block::Command(command) => {
            // Left to right in every language: shells know no other direction.
            write!(out, "<figure class=\"command\"><figcaption>{}</figcaption>", Escaped(&command.tool))?;
            write!(out, "<pre dir=\"ltr\"><code>")?;
            command.lines.iter().try_for_each(|line| writeln!(out, "{}", Escaped(line)))?;
            writeln!(out, "</code></pre></figure>")
        }
        Block::Table { head, rows } => {
            out.push_str("<table>\n<thead><tr>");
            head.iter().try_for_each(|cell| write!(out, "<th scope=\"col\">{}</th>", Marked(cell)))?;
            out.push_str("</tr></thead>\n<tbody>\n");
            for cells in rows {
                row(out, cells)?;
            }
            writeln!(out, "</tbody>\n</table>")
        }
        Block::Checks { checks } => {
            out.push_str("<ul class=\"checks\">\n");
            for check in checks {
                let (class, state) = (check.state.id(), Marked(&check.state_text));
                let text = document.labelled(&Marked(&check.name).to_string(), &Marked(&check.text).to_string());
                writeln!(out, "<li class=\"{class}\"><b>{state}</b> {text}</li>")?;
            }
            writeln!(out, "</ul>")
        }
        Block::Sources { sources } => {
            out.push_str("<ul class=\"sources\">\n");
            sources.iter().try_for_each(|source| writeln!(out, "<li>{}</li>", link(source)))?;
            writeln!(out, "</ul>")
        }
    }
}

fn row(out: &mut String, cells: &[Text]) -> fmt::Result {
    out.push_str("<tr>");
    for (column, cell) in cells.iter().enumerate() {
        match column {
            0 => write!(out, "<th scope=\"row\">{}</th>", Marked(cell))?,
            _ => write!(out, "<td>{}</td>", Marked(cell))?,
        }
    }
    writeln!(out, "</tr>")
}

fn link(source: &Reference) -> String {
    let title = Marked(&source.title);
    match source.url.as_deref().filter(|url| url.starts_with("https://")) {
        Some(url) => format!("<a href=\"{}\">{title}</a>", Escaped(url)),
        None => title.to_string(),
    }
}

/// A text, escaped, in an element of its own if its language isn't the document's.
struct Marked<'a>(&'a Text);

impl fmt::Display for Marked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Escaped(self.0);
        match self.0.language() {
            Some(it) => write!(f, "<span lang=\"{}\" dir=\"{}\">{text}</span>", it.tag, it.direction.name()),
            None => text.fmt(f),
        }
    }
}

/// Text with every character escaped that has a meaning in HTML, in an element or between quotation marks.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;"),
                '<' => f.write_str("&lt;"),
                '>' => f.write_str("&gt;"),
                '"' => f.write_str("&quot;"),
                '\'' => f.write_str("&#39;"),
                _ => f.write_char(c),
            }?;
        }
        Ok(())
    }
}
