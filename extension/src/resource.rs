//! The extension's own files, read once by each worker and each page.

use core::cell::RefCell;
use core::time::Duration;
use std::collections::BTreeMap;
use std::rc::Rc;

use rayback_core::words::{ENGLISH, Language, Reader, Words};

use crate::browser::network::Fetch;
use crate::browser::{i18n, runtime};
use crate::error::{Error, note};

/// They lie beside the program, so this is never reached.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Far more than any of them has, in bytes.
const MOST_BYTES: usize = 4 << 20;

/// What the worker, the popup and the settings show.
pub(crate) const SHOWN: &[Reader] = &[Reader::Interface, Reader::Visitor];

/// What a report needs beside it: causes, and what Cloudflare saw.
pub(crate) const REPORTED: &[Reader] = &[Reader::Interface, Reader::Visitor, Reader::Owner];

thread_local! {
    static TEXTS: RefCell<BTreeMap<String, Rc<str>>> = const { RefCell::new(BTreeMap::new()) };
    static WORDS: RefCell<Option<Rc<Words>>> = const { RefCell::new(None) };
}

/// One of the extension's files, as text.
pub(crate) async fn text(path: &str) -> Result<Rc<str>, Error> {
    if let Some(text) = TEXTS.with_borrow(|texts| texts.get(path).cloned()) {
        return Ok(text);
    }
    let answer = Fetch::get(&runtime::url(path), TIMEOUT, MOST_BYTES).send().await?;
    let text: Rc<str> = String::from_utf8_lossy(&answer.body).into();
    TEXTS.with_borrow_mut(|texts| texts.insert(path.to_owned(), text.clone()));
    Ok(text)
}

/// The words of the browser's language for these readers; each file is loaded once.
///
/// A file that is missing or broken is noted and replaced by the English one.
pub(crate) async fn words(readers: &[Reader]) -> Result<Rc<Words>, Error> {
    if let Some(words) = WORDS.with_borrow(Clone::clone)
        && readers.iter().all(|reader| words.of(*reader).is_some())
    {
        return Ok(words);
    }
    let language = Language::of(&i18n::languages());
    let loaded = WORDS.with_borrow(Clone::clone);
    let mut words = loaded.map_or_else(|| Words::new(language), |words| Words::clone(&words));
    for reader in readers.iter().copied() {
        if words.of(reader).is_some() {
            continue;
        }
        let source = language.source(reader);
        match load(&mut words, reader, source).await {
            Err(error) if source != ENGLISH => {
                note(&error);
                load(&mut words, reader, ENGLISH).await?;
            }
            other => other?,
        }
    }
    let words = Rc::new(words);
    WORDS.set(Some(words.clone()));
    Ok(words)
}

async fn load(words: &mut Words, reader: Reader, language: &'static Language) -> Result<(), Error> {
    let path = language.path(reader);
    let answer = Fetch::get(&runtime::url(&path), TIMEOUT, MOST_BYTES).send().await?;
    let json = String::from_utf8_lossy(&answer.body);
    words
        .load(reader, language, &json, i18n::plural_rule(language))
        .map_err(|cause| Error::Decode { what: path, cause: cause.to_string() })
}
