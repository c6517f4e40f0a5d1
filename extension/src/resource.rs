//! The extension's own files, read once by each worker and each page.

use core::time::Duration;
use std::rc::Rc;

use async_lock::Mutex;
use rayback_core::words::{ENGLISH, Language, Reader, Words};

use crate::browser::network::Fetch;
use crate::browser::{i18n, runtime};
use crate::error::{Error, note};

/// The files are part of the package, so this is never reached.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Far more than any of the files has, in bytes.
const MOST_BYTES: usize = 4 << 20;

/// The words that the panel, the popup and the settings need.
pub(crate) const SHOWN: &[Reader] = &[Reader::Interface, Reader::Visitor];

/// The words that a report needs: also the causes, and what Cloudflare saw.
pub(crate) const REPORTED: &[Reader] = &[Reader::Interface, Reader::Visitor, Reader::Owner];

/// The panel's style sheet, part of the module: one file less to read before the first panel.
pub(crate) const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/panel.css"));

/// Leaked once, so that two callers can wait for the same file.
#[derive(Default)]
struct Resources {
    words: Mutex<Option<Rc<Words>>>,
}

thread_local! {
    static RESOURCES: &'static Resources = Box::leak(Box::default());
}

/// The words of the browser's language for these readers; each file is loaded once.
///
/// If a file is missing or broken, the error is noted and the English file is used.
pub(crate) async fn words(readers: &[Reader]) -> Result<Rc<Words>, Error> {
    let mut held = RESOURCES.with(|resources| &resources.words).lock().await;
    let words = held.get_or_insert_with(|| Rc::new(Words::new(Language::of(&i18n::languages()))));
    for reader in readers.iter().copied() {
        if words.of(reader).is_none() {
            load(Rc::make_mut(words), reader).await?;
        }
    }
    Ok(words.clone())
}

async fn load(words: &mut Words, reader: Reader) -> Result<(), Error> {
    let source = Language::of(&i18n::languages()).source(reader);
    match load_from(words, reader, source).await {
        Err(error) if source != ENGLISH => {
            note(&error);
            load_from(words, reader, ENGLISH).await
        }
        outcome => outcome,
    }
}

async fn load_from(words: &mut Words, reader: Reader, language: &'static Language) -> Result<(), Error> {
    let path = language.path(reader);
    let json = text(&path).await?;
    words
        .load(reader, language, &json, i18n::plural_rule(language))
        .map_err(|cause| Error::Decode { what: path, cause: cause.to_string() })
}

async fn text(path: &str) -> Result<String, Error> {
    let answer = Fetch::get(&runtime::url(path), TIMEOUT, MOST_BYTES).send().await?;
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}
