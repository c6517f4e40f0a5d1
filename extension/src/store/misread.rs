//! The page that the user last called misread, for the extension's own page to show: kept in memory until the browser closes.

use serde::{Deserialize, Serialize};

use crate::browser::storage::Area;
use crate::error::Error;
use crate::message::PageName;
use crate::wire;

const KEY: &str = "misread";

/// The longest text that's kept, in bytes.
const MOST_BYTES: usize = 256 * 1024;

/// A page's text, without anything private.
#[derive(Serialize, Deserialize)]
struct Misread {
    page: PageName,
    text: String,
}

/// Keeps a page's redacted text, replacing the last one.
pub(crate) async fn keep(page: PageName, mut text: String) -> Result<(), Error> {
    text.truncate(text.floor_char_boundary(MOST_BYTES));
    Area::Session.set(KEY, &wire::to_js(&Misread { page, text })?).await
}

/// A page's text, if it's the one that was last called misread.
pub(crate) async fn load(page: &PageName) -> Result<Option<String>, Error> {
    let misread: Option<Misread> = wire::stored(KEY, &Area::Session.get(KEY).await?);
    Ok(misread.filter(|misread| misread.page == *page).map(|misread| misread.text))
}
