//! The analyser: explains a pasted page, head or code in the visitor's own browser.
//!
//! Nothing pasted is kept or sent: the page's content security policy only lets it talk to its own site, and all it
//! fetches there is this module and the words.

mod page;
mod pasted;
mod reading;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, HtmlInputElement, Response, Window};

use rayback_core::words::{ENGLISH, Language, Reader, Words};

use crate::page::Page;

/// Shows the page, and explains what's typed, pasted or opened as it changes.
///
/// # Errors
///
/// If the page lacks a part that `index.html` should have, or the words can't be fetched.
#[wasm_bindgen]
pub async fn mount() -> Result<(), JsValue> {
    let page = Page::find()?;
    let words = fetch_words().await.inspect_err(|_| page.show_unavailable())?;
    page.show_texts(&words)?;
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

fn main() {
    console_error_panic_hook::set_once();
}

fn draw(page: &Page, words: &Words) {
    page.show(&reading::of(&page.pasted.value(), words));
}

fn chosen(event: &Event) -> Option<File> {
    event.target()?.dyn_into::<HtmlInputElement>().ok()?.files()?.get(0)
}

/// The words of the browser's language; a file that is missing or broken is replaced by the English one.
async fn fetch_words() -> Result<Words, JsValue> {
    let window = web_sys::window().ok_or("the analyser needs a window")?;
    let preferred: Vec<_> = window.navigator().languages().iter().filter_map(|tag| tag.as_string()).collect();
    let language = Language::of(&preferred);
    let mut words = Words::new(language);
    for reader in [Reader::Interface, Reader::Visitor, Reader::Owner] {
        let source = language.source(reader);
        match load(&window, &mut words, reader, source).await {
            Err(error) if source != ENGLISH => {
                web_sys::console::warn_1(&error);
                load(&window, &mut words, reader, ENGLISH).await?;
            }
            other => other?,
        }
    }
    Ok(words)
}

async fn load(window: &Window, words: &mut Words, reader: Reader, language: &'static Language) -> Result<(), JsValue> {
    let response: Response = JsFuture::from(window.fetch_with_str(&language.path(reader))).await?.dyn_into()?;
    let json = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    words
        .load(reader, language, &json, rayback_intl::formats(language))
        .map_err(|error| JsValue::from_str(&error.to_string()))
}
