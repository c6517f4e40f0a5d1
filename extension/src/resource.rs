//! The extension's own files, read once by each worker and each page.

use core::cell::RefCell;
use core::time::Duration;
use std::collections::BTreeMap;
use std::rc::Rc;

use rayback_core::words::Words;

use crate::browser::network::Fetch;
use crate::browser::runtime;
use crate::error::Error;

/// They lie beside the program, so this is never reached.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Far more than any of them has, in bytes.
const MOST_BYTES: usize = 4 << 20;

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

/// The words of the browser's language, or of English.
pub(crate) async fn words() -> Result<Rc<Words>, Error> {
    if let Some(words) = WORDS.with_borrow(Clone::clone) {
        return Ok(words);
    }
    let path = "words/en.json";
    let words = Words::parse(&text(path).await?)
        .map_err(|cause| Error::Decode { what: path.to_owned(), cause: cause.to_string() })?;
    let words = Rc::new(words);
    WORDS.set(Some(words.clone()));
    Ok(words)
}
