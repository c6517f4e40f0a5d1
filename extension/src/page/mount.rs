//! A tree of nodes in one of the extension's own pages, drawn by `static/mount.js`.

use rayback_core::words::Words;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlInputElement};

use crate::browser::clipboard;
use crate::error::Error;
use crate::ui::{Action, Node};
use crate::wire;

/// The page's body, which holds the tree.
#[derive(Clone)]
pub(super) struct Mount(js::Mounted);

impl Mount {
    /// Takes the page's body. `carry_out` gets the action of each control that the user uses, and the control if it's a
    /// field. It lives as long as the page.
    pub(super) fn new(carry_out: impl Fn(Action, Option<HtmlInputElement>) + 'static) -> Result<Self, Error> {
        let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
        let body = body.ok_or_else(|| Error::Decode { what: "the page".to_owned(), cause: "no body".to_owned() })?;
        let act = Closure::<dyn Fn(JsValue, Element)>::new(move |action, control: Element| {
            match wire::from_js("an action", &action) {
                Ok(Action::Copy { text, done, .. }) => copy(text, control, done),
                Ok(action) => carry_out(action, control.dyn_into().ok()),
                Err(error) => crate::error::note(&error),
            }
        });
        let mounted = js::mount(&body, &act);
        act.forget();
        Ok(Self(mounted))
    }

    /// Shows a tree in place of the one before; what's equal in both isn't touched.
    pub(super) fn draw(&self, tree: &Node) -> Result<(), Error> {
        self.0.draw(&wire::to_js(tree)?);
        Ok(())
    }
}

/// Sets the language and title of the page.
pub(super) fn set_language(words: &Words, title: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    document.set_title(title);
    if let Some(root) = document.document_element() {
        for (name, value) in [("lang", words.language()), ("dir", words.direction().name())] {
            // It fails for ill-formed names only.
            let _set = root.set_attribute(name, value);
        }
    }
}

/// Copies a text, and shows on its button that it's done.
fn copy(text: String, control: Element, done: String) {
    spawn_local(async move {
        match clipboard::write(&text).await {
            Ok(()) => control.set_text_content(Some(&done)),
            Err(error) => crate::error::note(&error),
        }
    });
}

mod js {
    use wasm_bindgen::prelude::*;
    use web_sys::Element;

    #[wasm_bindgen]
    extern "C" {
        #[derive(Clone)]
        pub(super) type Mounted;

        #[wasm_bindgen(js_name = mountTree)]
        pub(super) fn mount(parent: &Element, act: &Closure<dyn Fn(JsValue, Element)>) -> Mounted;
        #[wasm_bindgen(method)]
        pub(super) fn draw(this: &Mounted, tree: &JsValue);
    }
}
