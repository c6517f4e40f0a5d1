//! The extension's own files, read once by each worker and each page.

use core::time::Duration;
use std::rc::Rc;

use async_lock::Mutex;
use rayback_core::settings::Settings;
use rayback_core::words::{ENGLISH, Language, Reader, Words};

use crate::browser::network::Fetch;
use crate::browser::{i18n, runtime};
use crate::error::{Error, note};

/// The files are part of the package, so this is never reached.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Far larger than any of the files, in bytes.
const MOST_BYTES: usize = 4 << 20;

/// The words that the panel, the popup and the settings need.
pub(crate) const SHOWN: &[Reader] = &[Reader::Interface, Reader::Visitor];

/// The words that a report needs: also the causes, and what Cloudflare saw.
pub(crate) const REPORTED: &[Reader] = &[Reader::Interface, Reader::Visitor, Reader::Owner];

/// The panel's style sheet, part of the module: one file fewer to load before the first panel.
pub const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/panel.css"));

/// The words that are loaded.
struct Held {
    /// The language that was asked for.
    asked: &'static Language,
    /// That language, or English if a file of it was broken.
    used: &'static Language,
    words: Rc<Words>,
}

/// Leaked once, so that two callers can wait for the same file.
#[derive(Default)]
struct Resources {
    words: Mutex<Option<Held>>,
}

thread_local! {
    static RESOURCES: &'static Resources = Box::leak(Box::default());
}

/// The words for these readers in the language that the settings choose, by default the browser's; each file is loaded
/// once.
///
/// If a file that every language has is missing or broken, the error is noted and everything is in English: a page in two
/// languages would be worse.
pub(crate) async fn words(readers: &[Reader], settings: &Settings) -> Result<Rc<Words>, Error> {
    let asked = Language::chosen(settings.language.as_deref(), &i18n::languages());
    let mut kept = RESOURCES.with(|resources| &resources.words).lock().await;
    let mut held = match kept.take() {
        Some(held) if held.asked == asked => held,
        _ => Held { asked, used: asked, words: Rc::new(Words::new(asked)) },
    };
    let mut outcome = Ok(());
    while outcome.is_ok()
        && let Some(reader) = readers.iter().find(|reader| held.words.of(**reader).is_none())
    {
        outcome = held.load(*reader).await;
    }
    let words = held.words.clone();
    *kept = Some(held);
    outcome.map(|()| words)
}

impl Held {
    async fn load(&mut self, reader: Reader) -> Result<(), Error> {
        let source = self.used.source(reader);
        let outcome = load_from(Rc::make_mut(&mut self.words), reader, source).await;
        match outcome {
            Err(error) if self.used != ENGLISH => {
                note(&error);
                self.used = ENGLISH;
                self.words = Rc::new(Words::new(ENGLISH));
                Ok(())
            }
            outcome => outcome,
        }
    }
}

async fn load_from(words: &mut Words, reader: Reader, language: &'static Language) -> Result<(), Error> {
    let path = language.path(reader);
    let json = text(&path).await?;
    words
        .load(reader, language, &json, rayback_intl::counting(language))
        .map_err(|cause| Error::Decode { what: path, cause: cause.to_string() })
}

async fn text(path: &str) -> Result<String, Error> {
    let answer = Fetch::get(&runtime::url(path), TIMEOUT, MOST_BYTES).send().await?;
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}
