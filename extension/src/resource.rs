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
/// If a file is missing or broken, the error is noted and English takes its place. If every language has that file, all the
/// rest is in English, too: a page in two languages would be worse. If the English file is broken as well, its texts are
/// replaced by a built-in sentence.
pub(crate) async fn words(readers: &[Reader], settings: &Settings) -> Rc<Words> {
    let asked = Language::chosen(settings.language.as_deref(), &i18n::languages());
    let mut kept = RESOURCES.with(|resources| &resources.words).lock().await;
    let mut held = match kept.take() {
        Some(held) if held.asked == asked => held,
        _ => Held { asked, used: asked, words: Rc::new(Words::new(asked)) },
    };
    let mut given_up = Vec::new();
    while let Some(reader) =
        readers.iter().find(|reader| held.words.of(**reader).is_none() && !given_up.contains(*reader))
    {
        held.load(*reader, &mut given_up).await;
    }
    let mut words = held.words.clone();
    *kept = Some(held); // without those given up: they're tried again the next time
    for reader in given_up {
        Rc::make_mut(&mut words).give_up(reader);
    }
    words
}

impl Held {
    /// Loads a file, or its English one, or the translation if only the English one is broken.
    async fn load(&mut self, reader: Reader, given_up: &mut Vec<Reader>) {
        let mut tried = Vec::new();
        for language in [self.used.source(reader), ENGLISH, self.asked.source(reader)] {
            if tried.contains(&language) {
                continue;
            }
            tried.push(language);
            let Err(error) = load_from(Rc::make_mut(&mut self.words), reader, language).await else { return };
            note(&error);
            if self.used != ENGLISH && SHOWN.contains(&reader) {
                // Everything is loaded again.
                *given_up = Vec::new();
                *self = Self { asked: self.asked, used: ENGLISH, words: Rc::new(Words::new(ENGLISH)) };
                return;
            }
        }
        given_up.push(reader);
    }
}

async fn load_from(words: &mut Words, reader: Reader, language: &'static Language) -> Result<(), Error> {
    let path = language.path(reader);
    let json = text(&path).await?;
    words
        .load(reader, language, &json, rayback_intl::formats(language))
        .map_err(|cause| Error::Decode { what: path, cause: cause.to_string() })
}

async fn text(path: &str) -> Result<String, Error> {
    let answer = Fetch::get(&runtime::url(path), TIMEOUT, MOST_BYTES).send().await?;
    String::from_utf8(answer.body).map_err(|cause| Error::Decode { what: path.to_owned(), cause: cause.to_string() })
}
