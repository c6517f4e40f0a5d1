//! Takes a picture of every page and state of the interface, in the schemes, directions and widths it's shown in.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use rayback_core::words::{Direction, ENGLISH};
use rayback_testkit::browser::{Browser, BrowserKind, Profile, SOON, Setup, eventually};
use rayback_testkit::edge::{Edge, Limits, WEBSITE_HOST};
use rayback_testkit::gallery::{Gallery, Page, Texts};

/// Takes a picture of every page and state of the interface, as PAGE-STATE.TEXTS.VARIANT.png
///
/// TEXTS is a language, or `rtl` for lengthened English from right to left. The variants are light and dark at a width of 320 px
/// and at a wide one; for a language also forced colours, and 400 % zoom of a window of 1280 × 1024 px.
#[derive(Parser)]
#[command(name = "cargo xtask pictures", bin_name = "cargo xtask pictures", verbatim_doc_comment)]
struct Arguments {
    /// The folder for the pictures
    out: PathBuf,
    /// Only in this language, such as `ar`, instead of English and mirrored English
    #[arg(long, value_name = "TAG")]
    language: Option<String>,
    /// Only pages and states whose name begins with this, such as `panel-5`
    #[arg(long, value_name = "NAME", default_value = "")]
    only: String,
    /// Only in these variants, such as `light.320`
    #[arg(long = "variant", value_name = "VARIANT", value_parser = VARIANTS.map(|variant| variant.name))]
    variants: Vec<String>,
}

/// A way to display a page.
struct Variant {
    name: &'static str,
    width: u32,
    /// The height of the viewport for the panel; pages are shown in full height.
    height: u32,
    features: &'static [(&'static str, &'static str)],
}

const LIGHT: &[(&str, &str)] = &[("prefers-color-scheme", "light")];
const DARK: &[(&str, &str)] = &[("prefers-color-scheme", "dark")];
const FORCED: &[(&str, &str)] = &[("prefers-color-scheme", "dark"), ("forced-colors", "active")];

/// The variants of a page. The last two are only for a language's own texts.
const VARIANTS: [Variant; 6] = [
    Variant { name: "light.wide", width: 900, height: 720, features: LIGHT },
    Variant { name: "dark.wide", width: 900, height: 720, features: DARK },
    Variant { name: "light.320", width: 320, height: 640, features: LIGHT },
    Variant { name: "dark.320", width: 320, height: 640, features: DARK },
    Variant { name: "forced.wide", width: 900, height: 720, features: FORCED },
    Variant { name: ZOOM, width: 320, height: 256, features: LIGHT },
];

/// 400 % zoom.
const ZOOM: &str = "light.zoom";

/// The tallest picture of a page, in pixels.
const TALLEST: u32 = 6_000;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    fs::create_dir_all(&arguments.out).with_context(|| format!("cannot create {}", arguments.out.display()))?;
    let edge = Edge::start(Limits::SHORT).await?;
    let profile = Arc::new(Profile::with_extension(BrowserKind::Chrome, None)?);
    let browser = Browser::start_with(profile, Setup::default(), &edge).await?;
    let mut photographer = Photographer { browser: &browser, out: &arguments.out, only: &arguments.variants, count: 0 };
    let texts = match &arguments.language {
        Some(tag) => vec![(tag.as_str(), Texts::of(tag)?)],
        None => vec![(ENGLISH.tag, Texts::Of(ENGLISH)), (Direction::Rtl.name(), Texts::Mirrored)],
    };
    for (name, texts) in texts {
        let gallery = Gallery::write(texts)?;
        for page in gallery.pages() {
            let page_name = format!("{}-{}", page.page, page.name);
            if page_name.starts_with(&arguments.only) {
                photographer.take(&format!("{page_name}.{name}"), Subject::Page(page), texts).await?;
            }
        }
    }
    if arguments.language.is_none() {
        for (state, pasted) in [("website-empty", ""), ("website-522", "522")] {
            if state.starts_with(&arguments.only) {
                let name = format!("{state}.{}", ENGLISH.tag);
                photographer.take(&name, Subject::Website { pasted }, Texts::Of(ENGLISH)).await?;
            }
        }
    }
    let count = photographer.count;
    browser.close().await?;
    ensure!(count > 0, "no page or state begins with {:?}", arguments.only);
    println!("{count} pictures are in {}", arguments.out.display());
    Ok(())
}

/// What's in a picture.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Page(&'a Page),
    Website { pasted: &'a str },
}

impl Subject<'_> {
    async fn open(self, browser: &Browser) -> Result<()> {
        match self {
            Self::Page(page) => browser.open(&page.url).await?,
            Self::Website { pasted } => open_website(browser, pasted).await?,
        }
        if self.is_panel() { browser.await_panel().await.map(drop) } else { Ok(()) }
    }

    fn is_panel(self) -> bool {
        matches!(self, Self::Page(Page { page: "panel", .. }))
    }
}

/// Opens the website, and pastes a text into it.
async fn open_website(browser: &Browser, pasted: &str) -> Result<()> {
    browser.open(&format!("https://{WEBSITE_HOST}/")).await?;
    let ready = async || {
        let text = browser.evaluate("return document.getElementById('reading')?.innerText ?? ''").await?;
        Ok(text.as_str().is_some_and(|text| !text.is_empty()).then_some(()))
    };
    eventually("website", SOON, ready).await?;
    let paste = format!(
        "const field = document.getElementById('pasted'); field.value = {pasted:?}; field.dispatchEvent(new Event('input'))"
    );
    browser.evaluate(&paste).await?;
    Ok(())
}

struct Photographer<'a> {
    browser: &'a Browser,
    out: &'a Path,
    /// The names of the variants; all if empty.
    only: &'a [String],
    count: usize,
}

impl Photographer<'_> {
    /// Takes every picture of a page.
    async fn take(&mut self, name: &str, subject: Subject<'_>, texts: Texts) -> Result<()> {
        let variants = match texts {
            Texts::Of(_) => &VARIANTS[..],
            Texts::Mirrored => VARIANTS.get(..4).unwrap_or_default(),
        };
        let browser = self.browser;
        let taken = |variant: &&Variant| self.only.is_empty() || self.only.iter().any(|name| name == variant.name);
        let variants: Vec<_> = variants.iter().filter(taken).collect();
        for (number, variant) in variants.into_iter().enumerate() {
            browser.prefer(variant.features).await?;
            browser.resize(variant.width, variant.height).await?;
            // How the panel is first shown depends on the space it has.
            if number == 0 || variant.name == ZOOM {
                subject.open(browser).await?;
            }
            if !subject.is_panel() {
                let height = browser.evaluate("return document.documentElement.scrollHeight").await?;
                let height = height.as_u64().and_then(|height| u32::try_from(height).ok()).unwrap_or(variant.height);
                browser.resize(variant.width, height.min(TALLEST)).await?;
            }
            self.write(&format!("{name}.{}", variant.name)).await?;
            if subject.is_panel() && variant.name != ZOOM {
                browser.evaluate(&format!("{DETAILS} details.open = true")).await?;
                self.write(&format!("{name}.open.{}", variant.name)).await?;
                browser.evaluate(&format!("{DETAILS} details.open = false")).await?;
            }
        }
        Ok(())
    }

    async fn write(&mut self, name: &str) -> Result<()> {
        let path = self.out.join(format!("{name}.png"));
        fs::write(&path, self.browser.picture().await?).with_context(|| format!("cannot write {}", path.display()))?;
        self.count += 1;
        Ok(())
    }
}

/// Each of the panel's details, as the variable `details`.
const DETAILS: &str =
    "for (const details of document.querySelector('html > div[popover]').shadowRoot.querySelectorAll('details'))";
