//! The popup: every host that is watched, as it is stored at this moment.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Interval;
use rayback_core::time::Timestamp;
use rayback_core::view::{Access, ChoiceView, HostView, Look, PopupView, Scene, StateView, Tone};
use rayback_core::watch::Choice;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::browser::{clock, permissions, runtime, storage};
use crate::error::{Error, note};
use crate::resource;
use crate::stored::{Key, settings, watches, world};

use super::element::{self, Element};
use super::time;

/// What is drawn at present; the listeners live as long as it.
#[derive(Default)]
struct Drawn {
    page: Option<Element>,
    /// What was drawn, to leave the page alone if nothing changed.
    view: Option<PopupView>,
    countdowns: Vec<(HtmlElement, Timestamp)>,
}

/// Draws the popup, and draws it anew whenever what is stored changes.
pub(super) async fn mount() -> Result<(), Error> {
    let drawn = Rc::new(RefCell::new(Drawn::default()));
    draw(&drawn).await?;

    let changing = drawn.clone();
    let changed = Closure::new(move |_: JsValue, _: String| {
        let drawn = changing.clone();
        spawn_local(async move { draw(&drawn).await.unwrap_or_else(|error| note(&error)) });
    });
    storage::on_changed(&changed);
    changed.forget(); // lives as long as the page

    Interval::new(1000, move || tick(&drawn)).forget();
    Ok(())
}

async fn draw(drawn: &Rc<RefCell<Drawn>>) -> Result<(), Error> {
    let (words, settings, world) =
        (resource::words(resource::SHOWN).await?, settings::load().await?, world::load_common().await?);
    let scene = Scene { words: &words, settings: &settings, world: &world, now: clock::now() };
    let watches: Vec<_> =
        watches::all().await?.into_iter().map(|(key, watch)| (Key::as_str(&key).to_owned(), watch)).collect();
    let access = if permissions::contains().await? { Access::Granted } else { Access::Withheld };
    let view = scene.popup(&watches, access);

    let mut drawn = drawn.borrow_mut();
    if drawn.view.as_ref() == Some(&view) {
        return Ok(());
    }
    drawn.countdowns.clear();
    element::set_language(&words, "Rayback");
    let page = page(&view, &mut drawn.countdowns);
    page.show();
    drawn.page = Some(page);
    drawn.view = Some(view);
    Ok(())
}

fn tick(drawn: &Rc<RefCell<Drawn>>) {
    for (node, at) in &drawn.borrow().countdowns {
        Element::set_text(node, &time::countdown(at.since(clock::now())));
    }
}

fn page(view: &PopupView, countdowns: &mut Vec<(HtmlElement, Timestamp)>) -> Element {
    let mut page = Element::new("main");
    if let Some(access) = &view.access {
        page.append(Element::new("section").class("access").child(Element::new("p").text(&access.text)).child(button(
            &access.button,
            Look::Primary,
            || spawn_local(ask_for_access()),
        )));
    }
    if let Some(empty) = &view.empty {
        page.append(Element::new("p").class("empty").text(empty));
    }
    if !view.hosts.is_empty() {
        let hosts = view.hosts.iter().map(|host| self::host(host, countdowns));
        page.append(Element::new("ul").class("hosts").children(hosts));
    }
    page.child(Element::new("footer").child(button(&view.settings, Look::Plain, || spawn_local(open_settings()))))
}

fn host(view: &HostView, countdowns: &mut Vec<(HtmlElement, Timestamp)>) -> Element {
    Element::new("li")
        .child(Element::new("h2").text(&view.host))
        .child(Element::new("p").class("headline").text(&view.headline))
        .child(state(&view.state, view.attempt.as_deref(), countdowns))
        .child(Element::new("div").class("choices").children(view.choices.iter().map(|choice| {
            let ChoiceView { choice, label, look } = choice;
            let (key, choice) = (view.key.clone(), *choice);
            button(label, *look, move || spawn_local(press(key.clone(), choice)))
        })))
}

fn state(view: &StateView, attempt: Option<&str>, countdowns: &mut Vec<(HtmlElement, Timestamp)>) -> Element {
    let mut said = Element::new("div").child(Element::new("p").text(&time::say(&view.text)));
    if let Some(note) = &view.note {
        said.append(Element::new("p").class("quiet").text(note));
    }
    if let Some(attempt) = attempt {
        said.append(Element::new("p").class("quiet").text(attempt));
    }
    let mut state = Element::new("div").class("state").attribute("data-tone", tone(view.tone)).child(said);
    if let Some(at) = view.counts_down_to {
        let countdown = Element::new("span")
            .class("countdown")
            .attribute("aria-hidden", "true")
            .text(&time::countdown(at.since(clock::now())));
        countdowns.extend(countdown.node().map(|node| (node, at)));
        state.append(countdown);
    }
    state
}

fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Active => "active",
        Tone::Paused => "paused",
        Tone::Stopped => "stopped",
        Tone::Quiet => "quiet",
        Tone::Back => "back",
        Tone::Warning => "warning",
    }
}

fn button(label: &str, look: Look, pressed: impl FnMut() + 'static) -> Element {
    let look = match look {
        Look::Primary => "primary",
        Look::Plain => "plain",
    };
    Element::new("button").attribute("type", "button").attribute("data-look", look).text(label).on("click", pressed)
}

/// To the worker.
#[derive(Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
enum Message {
    Pressed { key: String, choice: Choice },
}

async fn press(key: String, choice: Choice) {
    runtime::send_message(&Message::Pressed { key, choice }).await.unwrap_or_else(|error| note(&error));
}

async fn ask_for_access() {
    match permissions::request().await {
        Ok(_) => {
            if let Some(window) = web_sys::window() {
                let _reloaded = window.location().reload();
            }
        }
        Err(error) => note(&error),
    }
}

async fn open_settings() {
    runtime::open_options_page().await.unwrap_or_else(|error| note(&error));
}
