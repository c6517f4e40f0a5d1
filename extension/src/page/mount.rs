//! A tree of nodes in one of the extension's own pages, drawn by `static/mount.js`.

use core::task::{Context, Poll, Waker};
use std::cell::OnceCell;
use std::rc::Rc;

use rayback_core::settings::Settings;
use rayback_core::words::Words;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlInputElement};

use crate::browser::{clipboard, storage};
use crate::concurrent::spawn;
use crate::error::{Error, note};
use crate::store::settings;
use crate::ui::{self, Action};
use crate::{resource, wire};

/// One of the extension's own pages. It lives as long as its document.
pub(super) trait Page: Sized + 'static {
    /// Draws the current state.
    async fn draw(&self) -> Result<(), Error>;

    /// Carries out the action of a control that the user used; `control` is the control itself if it's a field.
    async fn carry_out(self: Rc<Self>, action: Action, control: Option<HtmlInputElement>) -> Result<(), Error>;
}

/// Makes a page with a mount for the document's body, draws it, and carries out the actions of its controls.
pub(super) async fn mount<P: Page>(make: impl FnOnce(Mount) -> P) -> Result<Rc<P>, Error> {
    let cell: Rc<OnceCell<Rc<P>>> = Rc::default();
    let acting = cell.clone();
    let mount = Mount::new(move |action, control| {
        let Some(page) = acting.get().cloned() else { return };
        start(async move { page.carry_out(action, control).await.unwrap_or_else(|error| note(&error)) });
    })?;
    let page = cell.get_or_init(|| Rc::new(make(mount))).clone();
    page.draw().await?;
    Ok(page)
}

/// Says that a page can't be shown, because something it needs can't be read.
pub(super) async fn say_unreadable() -> Result<(), Error> {
    Mount::new(|_, _| {})?.draw(&ui::unreadable(&*words().await))
}

/// The words of a page: in the language of the settings, or the browser's if they can't be read.
pub(super) async fn words() -> Rc<Words> {
    let settings = settings::load().await.unwrap_or_else(|error| {
        note(&error);
        Settings::default()
    });
    resource::words(resource::SHOWN, &settings).await
}

/// Runs a future at once until it first waits, and the rest later: Firefox accepts a request for a permission only during
/// the click itself, not in a task that the click has queued.
fn start(future: impl Future<Output = ()> + 'static) {
    let mut future = Box::pin(future);
    if future.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Pending {
        spawn_local(future);
    }
}

/// Redraws a page whenever anything stored changes.
pub(super) fn follow_store<P: Page>(page: Rc<P>) {
    let changed = Closure::new(move |_: JsValue, _: String| {
        let page = page.clone();
        spawn(async move { page.draw().await });
    });
    storage::on_changed(&changed);
    changed.forget(); // lives as long as the page
}

/// The page's body, which holds the tree.
pub(super) struct Mount(js::Mounted);

impl Mount {
    fn new(carry_out: impl Fn(Action, Option<HtmlInputElement>) + 'static) -> Result<Self, Error> {
        let body = web_sys::window().and_then(|window| window.document()).and_then(|document| document.body());
        let body = body.ok_or_else(|| Error::Decode { what: "the page".to_owned(), cause: "no body".to_owned() })?;
        let act = Closure::<dyn Fn(JsValue, Element)>::new(move |action, control: Element| {
            match wire::from_js("an action", &action) {
                Ok(Action::Copy { text, done, .. }) => copy(text, control, done),
                Ok(action) => carry_out(action, control.dyn_into().ok()),
                Err(error) => note(&error),
            }
        });
        let mounted = js::mount(&body, &act);
        act.forget();
        Ok(Self(mounted))
    }

    /// Shows a page, replacing the previous tree; what's the same in both isn't touched.
    pub(super) fn draw(&self, page: &ui::PageTree) -> Result<(), Error> {
        name(page);
        self.0.draw(&wire::to_js(&page.tree)?);
        Ok(())
    }
}

/// Gives the document the page's language and title.
fn name(page: &ui::PageTree) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    document.set_title(&page.title);
    if let Some(root) = document.document_element() {
        for (name, value) in [("lang", page.language), ("dir", page.direction.name())] {
            // It fails only for ill-formed names.
            let _set = root.set_attribute(name, value);
        }
    }
}

/// Copies a text, and then shows another label on its button.
fn copy(text: String, control: Element, done: String) {
    spawn(async move {
        clipboard::write(&text).await?;
        control.set_text_content(Some(&done));
        Ok(())
    });
}

mod js {
    use wasm_bindgen::prelude::*;
    use web_sys::Element;

    #[wasm_bindgen]
    extern "C" {
        pub(super) type Mounted;

        #[wasm_bindgen(js_name = mountTree)]
        pub(super) fn mount(parent: &Element, act: &Closure<dyn Fn(JsValue, Element)>) -> Mounted;
        #[wasm_bindgen(method)]
        pub(super) fn draw(this: &Mounted, tree: &JsValue);
    }
}
