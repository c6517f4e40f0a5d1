//! The interface in every state, as pages that a browser opens from a folder: the trees of core's own views, drawn by the
//! extension's own scripts and style sheets.
//!
//! The panel's shadow root is open here, so that tests can look into it.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context as _, Result};
use icu_list::ListFormatter;
use icu_list::options::{ListFormatterOptions, ListLength};
use icu_plurals::{PluralCategory as Icu, PluralRules};
use rayback_core::words::{Direction, Formats, LANGUAGES, Language, PluralCategory, Reader, Words};
use rayback_extension::states::{STYLE, State, states};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The folder that `cargo xtask build` writes to.
const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../dist");

/// The texts that the pages show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Texts {
    /// A language that is built.
    Of(&'static Language),
    /// English, marked and lengthened by half, from right to left.
    Mirrored,
}

/// The pages, until it's dropped.
pub struct Gallery {
    folder: TempDir,
    pages: Vec<Page>,
}

/// One state of the panel or of one of the extension's own pages.
#[derive(Clone, Debug)]
pub struct Page {
    /// The page, by the name of its file without the ending; `panel` for the panel in a failing page.
    pub page: &'static str,
    /// The state's name, unique among those of its page.
    pub name: &'static str,
    /// The address. With `#running` at its end, the page's clock runs.
    pub url: String,
    /// The tree that's drawn.
    pub tree: Value,
}

impl Texts {
    /// The texts of a language, by its BCP 47 tag.
    ///
    /// # Errors
    /// If it isn't built.
    pub fn of(tag: &str) -> Result<Self> {
        let tags = || LANGUAGES.iter().map(|language| language.tag).collect::<Vec<_>>().join(", ");
        let language = LANGUAGES.iter().find(|language| language.tag == tag);
        language.map(Self::Of).with_context(|| format!("no language {tag:?} is built; there are: {}", tags()))
    }

    /// The direction they're written in.
    #[must_use]
    pub fn direction(self) -> Direction {
        match self {
            Self::Of(language) => language.direction,
            Self::Mirrored => Direction::Rtl,
        }
    }

    fn words(self) -> Result<Words> {
        let (language, folder) = match self {
            Self::Of(language) => (language, "chrome/words"),
            Self::Mirrored => (rayback_core::words::ENGLISH, "pseudo"),
        };
        let mut words = Words::new(language);
        for reader in [Reader::Interface, Reader::Visitor, Reader::Owner] {
            let source = language.source(reader);
            let path = Path::new(DIST).join(folder).join(source.tag).join(format!("{}.json", reader.name()));
            let json = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}; run `cargo xtask build`", path.display()))?;
            words.load(reader, source, &json, formats(source)?)?;
        }
        Ok(words)
    }
}

/// ICU's plural rules and lists, which match the browser's.
fn formats(language: &Language) -> Result<Formats> {
    let locale: icu_locale_core::Locale = language.tag.parse()?;
    let rules = PluralRules::try_new_cardinal(locale.clone().into())?;
    let short = ListFormatterOptions::default().with_length(ListLength::Narrow);
    let lists = ListFormatter::try_new_and(locale.into(), short)?;
    let list = Rc::new(move |names: &[String]| lists.format(names.iter()).to_string());
    let category = Rc::new(move |number: u64| match rules.category_for(number) {
        Icu::Zero => PluralCategory::Zero,
        Icu::One => PluralCategory::One,
        Icu::Two => PluralCategory::Two,
        Icu::Few => PluralCategory::Few,
        Icu::Many => PluralCategory::Many,
        Icu::Other => PluralCategory::Other,
    });
    Ok(Formats { category, list, ..Formats::english() })
}

impl Gallery {
    /// Writes a page for every state, with these texts.
    ///
    /// # Errors
    /// If the extension hasn't been built, or the folder can't be written.
    pub fn write(texts: Texts) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("rayback-gallery-").tempdir()?;
        let extension = Path::new(DIST).join("chrome");
        for file in ["tokens.css", "ui.css", "page.css", "mount.js", "content/panel.css", "content/panel.js"]
            .into_iter()
            .chain(["icons/16.png", "icons/32.png", "icons/48.png", "icons/128.png"])
        {
            let target = folder.path().join(file);
            fs::create_dir_all(target.parent().unwrap_or(folder.path()))?;
            fs::copy(extension.join(file), &target)
                .with_context(|| format!("no {file} in {}; run `cargo xtask build`", extension.display()))?;
        }
        let mut pages = Vec::new();
        for mut state in states(&texts.words()?) {
            turn(&mut state.tree, texts.direction());
            let document = match state.page {
                "panel" => failing_page(&state),
                page => own_page(&fs::read_to_string(extension.join(format!("{page}.html")))?, &state)?,
            };
            let path = folder.path().join(format!("{}-{}.html", state.page, state.name));
            fs::write(&path, document).with_context(|| format!("cannot write {}", path.display()))?;
            let url = format!("file://{}", path.display());
            pages.push(Page { page: state.page, name: state.name, url, tree: state.tree });
        }
        Ok(Self { folder, pages })
    }

    /// Every page.
    #[must_use]
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// One state's page.
    ///
    /// # Errors
    /// If there's no such state.
    pub fn page(&self, page: &str, name: &str) -> Result<&Page> {
        let found = self.pages.iter().find(|it| it.page == page && it.name == name);
        found.with_context(|| format!("no state {page}-{name}"))
    }

    /// The folder that holds them.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.path().into()
    }
}

/// Gives a tree this direction, regardless of its words.
fn turn(tree: &mut Value, direction: Direction) {
    if let Some(dir) = tree.pointer_mut("/attributes/dir") {
        *dir = direction.name().into();
    }
}

/// An attribute of a tree's root.
fn attribute<'a>(state: &'a State, name: &str) -> &'a str {
    state.tree.pointer(&format!("/attributes/{name}")).and_then(Value::as_str).unwrap_or_default()
}

/// Stops the clock at the state's moment, or lets it run from there.
fn clock(state: &State) -> String {
    let now = state.now.unix_millis();
    format!(
        "{{ const passed = () => (location.hash === '#running' ? performance.now() : 0); \
         globalThis.Date = class extends Date {{ \
         constructor(...given) {{ super(...(given.length ? given : [{now} + passed()])) }} \
         static now() {{ return {now} + passed() }} }} }}"
    )
}

/// JSON that's safe inside a script element.
fn literal(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// One of the extension's own pages, with its tree instead of its module.
fn own_page(html: &str, state: &State) -> Result<String> {
    let module = r#"<script type="module" src="page.js"></script>"#;
    let (head, rest) = html.split_once(module).context("the page loads its module")?;
    let (body, end) = rest.split_once("</body>").context("the page has a body")?;
    let root = format!("<html lang=\"{}\" dir=\"{}\">", attribute(state, "lang"), attribute(state, "dir"));
    Ok(format!(
        "{}{body}<script>{}mountTree(document.body, () => {{}}).draw({})</script></body>{end}",
        head.replace("<html>", &root),
        clock(state),
        literal(&state.tree),
    ))
}

/// A failing page, with the panel as its script inserts it.
fn failing_page(state: &State) -> String {
    let drawing = json!({"kind": "draw", "tree": state.tree, "style": STYLE});
    format!(
        r#"<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>A page that fails</title>
    <style>
      body {{ margin: 0; padding: 24px; font: 16px system-ui, sans-serif; color: CanvasText; background: Canvas; }}
      a {{ color: inherit; }}
    </style>
    <script src="mount.js"></script>
  </head>
  <body>
    <main><h1>A page that fails</h1><p><a href="https://shop.example/">A link of the page</a></p></main>
    <script>
      {clock}
      // What the panel's script expects of its environment; the root is open here.
      const attach = Element.prototype.attachShadow;
      Element.prototype.attachShadow = function (options) {{ return attach.call(this, {{ ...options, mode: "open" }}); }};
      globalThis.sent = [];
      globalThis.chrome = {{
        runtime: {{
          id: "gallery",
          onMessage: {{ addListener: (heard) => void (globalThis.draw = (tree) => heard({{ ...drawing, tree }})) }},
          sendMessage: async (message) => void globalThis.sent.push(message),
        }},
      }};
      const drawing = {{ ...{drawing}, origin: location.origin.toLowerCase() }};
      globalThis.raybackAnswer = Promise.resolve(drawing);
    </script>
    <script src="content/panel.js"></script>
  </body>
</html>
"#,
        clock = clock(state),
        drawing = literal(&drawing),
    )
}
