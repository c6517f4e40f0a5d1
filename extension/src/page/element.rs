//! Elements of a page, made without any HTML text.

use gloo_events::EventListener;
use rayback_core::words::Words;
use wasm_bindgen::JsCast as _;
use web_sys::{Document, HtmlElement};

/// An element, and the listeners that live as long as it is kept.
pub(crate) struct Element {
    node: web_sys::Element,
    listeners: Vec<EventListener>,
}

impl Element {
    /// A new element of this name.
    pub(crate) fn new(name: &str) -> Self {
        #[expect(clippy::expect_used, reason = "only a page has elements, and every name here is a literal")]
        let node = document().create_element(name).expect("the name of an element");
        Self { node, listeners: Vec::new() }
    }

    /// With this attribute.
    pub(crate) fn attribute(self, name: &str, value: &str) -> Self {
        // It fails for ill-formed names only, and every name here is a literal.
        let _set = self.node.set_attribute(name, value);
        self
    }

    /// With this class.
    pub(crate) fn class(self, class: &str) -> Self {
        self.attribute("class", class)
    }

    /// With this text, in place of whatever it holds.
    pub(crate) fn text(self, text: &str) -> Self {
        self.node.set_text_content(Some(text));
        self
    }

    /// With this element at its end.
    pub(crate) fn child(mut self, child: Self) -> Self {
        self.append(child);
        self
    }

    /// With these elements at its end.
    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        children.into_iter().for_each(|child| self.append(child));
        self
    }

    /// With a listener.
    pub(crate) fn on(mut self, event: &'static str, mut heard: impl FnMut() + 'static) -> Self {
        self.listeners.push(EventListener::new(&self.node, event, move |_| heard()));
        self
    }

    /// Puts an element at the end.
    pub(crate) fn append(&mut self, child: Self) {
        // It fails only if the child held its parent.
        let _appended = self.node.append_child(&child.node);
        self.listeners.extend(child.listeners);
    }

    /// Puts this in place of everything in the page's body.
    pub(crate) fn show(&self) {
        if let Some(body) = document().body() {
            body.replace_children_with_node_1(&self.node);
        }
    }

    /// The node itself.
    pub(crate) fn node<T: wasm_bindgen::JsCast>(&self) -> Option<T> {
        self.node.clone().dyn_into().ok()
    }

    /// Changes the text of an element that is already shown.
    pub(crate) fn set_text(node: &HtmlElement, text: &str) {
        if node.text_content().as_deref() != Some(text) {
            node.set_text_content(Some(text));
        }
    }
}

/// Sets the language and title of the page.
pub(crate) fn set_language(words: &Words, title: &str) {
    document().set_title(title);
    if let Some(root) = document().document_element() {
        for (name, value) in [("lang", words.language()), ("dir", words.direction().name())] {
            // It fails for ill-formed names only.
            let _set = root.set_attribute(name, value);
        }
    }
}

/// The page.
pub(crate) fn document() -> Document {
    #[expect(clippy::expect_used, reason = "only pages draw, never the worker")]
    web_sys::window().and_then(|window| window.document()).expect("a page")
}
