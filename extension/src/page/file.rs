//! Files that the user saves and loads.

use gloo_timers::callback::Timeout;
use js_sys::Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlElement, HtmlInputElement, Url};

use crate::error::Error;

/// Far larger than any settings file, in bytes.
const MOST_BYTES: f64 = 1_048_576.0;

/// Lets the browser save a file.
pub(super) fn save(name: &str, media_type: &str, text: &str) -> Result<(), Error> {
    let failed = Error::browser("download");
    let saved = || -> Result<(), JsValue> {
        let kind = BlobPropertyBag::new();
        kind.set_type(media_type);
        let parts = Array::of1(&text.into());
        // Not a data URL: Chrome refuses to save one of more than 2 MB.
        let address = Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&parts, &kind)?)?;
        let document = web_sys::window().and_then(|window| window.document()).ok_or("the page has no document")?;
        let link: HtmlElement = document.create_element("a")?.dyn_into().map_err(JsValue::from)?;
        link.set_attribute("href", &address)?;
        link.set_attribute("download", name)?;
        link.click();
        // The browser has to read it first; a page that's closed frees it anyway.
        Timeout::new(60_000, move || drop(Url::revoke_object_url(&address))).forget();
        Ok(())
    };
    saved().map_err(failed)
}

/// The text of the file that the user chose in a field; empty if it's too large. `None` if none is chosen. The field is
/// emptied, so that the same file can be chosen again.
pub(super) async fn chosen(field: &HtmlInputElement) -> Result<Option<String>, Error> {
    let Some(file) = field.files().and_then(|files| files.get(0)) else { return Ok(None) };
    let text = if file.size() > MOST_BYTES {
        String::new()
    } else {
        let text = JsFuture::from(file.text()).await.map_err(Error::browser("Blob.text"))?;
        text.as_string().unwrap_or_default()
    };
    field.set_value("");
    Ok(Some(text))
}
