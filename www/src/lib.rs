//! The analyser: explains a pasted page, head or code in the visitor's own browser.
//!
//! Nothing pasted is kept or sent: the page's content security policy only lets it talk to its own site, and all it
//! fetches there is this module and the words.

mod page;
mod pasted;
mod reading;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, HtmlInputElement, Response};

use rayback_core::words::Words;

use crate::page::Page;

/// Shows the reader and lets it follow what is typed, pasted or opened.
///
/// # Errors
///
/// If the page lacks a part that `index.html` promises, or the words cannot be fetched.
#[wasm_bindgen]
pub async fn mount() -> Result<(), JsValue> {
    console_error_panic_hook::set_once();
    let page = Page::find()?;
    let words = fetch_words().await.inspect_err(|_| page.show_unavailable())?;
    draw(&page, &words);

    let typed = page.clone();
    let typed_words = words.clone();
    let on_input = Closure::<dyn FnMut()>::new(move || draw(&typed, &typed_words));
    page.pasted.add_event_listener_with_callback("input", on_input.as_ref().unchecked_ref())?;
    on_input.forget(); // listens for as long as the page lives

    let on_file = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let (page, words) = (page.clone(), words.clone());
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(file) = chosen(&event) {
                page.open(&file, &words).await;
                draw(&page, &words);
            }
        });
    });
    Page::find()?.file.add_event_listener_with_callback("change", on_file.as_ref().unchecked_ref())?;
    on_file.forget();
    Ok(())
}

fn draw(page: &Page, words: &Words) {
    page.show(&reading::of(&page.pasted.value(), words));
}

fn chosen(event: &Event) -> Option<File> {
    event.target()?.dyn_into::<HtmlInputElement>().ok()?.files()?.get(0)
}

async fn fetch_words() -> Result<Words, JsValue> {
    let window = web_sys::window().ok_or("the analyser needs a window")?;
    let response: Response = JsFuture::from(window.fetch_with_str("words/en.json")).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    Words::parse(&text).map_err(|error| JsValue::from_str(&error.to_string()))
}
