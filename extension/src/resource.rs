//! The extension's own files, read once by each worker and each page.

use core::time::Duration;
use std::rc::Rc;

use async_lock::OnceCell;
use rayback_core::words::Words;

use crate::browser::network::Fetch;
use crate::browser::runtime;
use crate::error::Error;

/// The files are part of the package, so this is never reached.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Far more than any of the files has, in bytes.
const MOST_BYTES: usize = 4 << 20;

/// The panel's style sheet, part of the module: one file less to read before the first panel.
pub(crate) const STYLE: &str = concat!(
    include_str!("../static/tokens.css"),
    include_str!("../static/ui.css"),
    include_str!("../static/content/panel.css"),
);

/// Leaked once, so that two callers can wait for the same file.
#[derive(Default)]
struct Resources {
    words: OnceCell<Rc<Words>>,
}

thread_local! {
    static RESOURCES: &'static Resources = Box::leak(Box::default());
}

/// The words of the browser's language, or English.
pub(crate) async fn words() -> Result<Rc<Words>, Error> {
    let words = RESOURCES.with(|resources| &resources.words).get_or_try_init(read_words).await?;
    Ok(words.clone())
}

async fn read_words() -> Result<Rc<Words>, Error> {
    let path = "words/en.json";
    let words = Words::parse(&text(path).await?)
        .map_err(|cause| Error::Decode { what: path.to_owned(), cause: cause.to_string() })?;
    Ok(Rc::new(words))
}

async fn text(path: &str) -> Result<String, Error> {
    let answer = Fetch::get(&runtime::url(path), TIMEOUT, MOST_BYTES).send().await?;
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}
