//! Files that the user saves and loads.

use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::error::Error;

/// Far more than a file of settings has, in bytes.
const MOST_BYTES: f64 = 1_048_576.0;

/// Lets the browser save a file.
pub(super) fn save(name: &str, media_type: &str, text: &str) -> Result<(), Error> {
    let failed = Error::browser("download");
    let saved = || {
        let document = web_sys::window()?.document()?;
        let link = document.create_element("a").ok()?.dyn_into::<HtmlElement>().ok()?;
        let address = format!("data:{media_type};charset=utf-8,{}", String::from(js_sys::encode_uri_component(text)));
        link.set_attribute("href", &address).ok()?;
        link.set_attribute("download", name).ok()?;
        link.click();
        Some(())
    };
    saved().ok_or_else(|| failed("the page can't make a link".into()))
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
