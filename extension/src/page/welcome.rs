//! The welcome page: what Rayback does, the permission it needs, and a demonstration.

use core::time::Duration;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::future::sleep;
use rayback_core::settings::PanelSize;
use rayback_core::view::{Access, Demo};
use rayback_core::words::Words;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;

use crate::browser::{clock, permissions, runtime};
use crate::error::{Error, note};
use crate::message::Message;
use crate::ui::{self, Action, DemoStage};

use super::mount::{self, Mount, Page};

/// The page and what it shows.
struct Welcome {
    words: Rc<Words>,
    access: Cell<Access>,
    was_granted: Cell<bool>,
    demo: RefCell<Option<Demo>>,
    /// Whether the user folded the demonstration's panel.
    is_small: Cell<bool>,
    /// How often the demonstration was started or one of its buttons pressed. Timers of earlier turns are ignored.
    turns: Cell<u32>,
    mount: Mount,
}

/// Draws the welcome page.
pub(super) async fn mount() -> Result<(), Error> {
    let words = mount::words().await;
    let access = permissions::access().await.unwrap_or_else(|error| {
        note(&error);
        Access::Withheld
    });
    let make = |mount| Welcome {
        words,
        access: Cell::new(access),
        was_granted: Cell::default(),
        demo: RefCell::default(),
        is_small: Cell::default(),
        turns: Cell::default(),
        mount,
    };
    mount::mount(make).await.map(drop)
}

impl Page for Welcome {
    async fn draw(&self) -> Result<(), Error> {
        let demo = self.demo.borrow();
        let panel = demo.as_ref().and_then(|demo| demo.panel(&self.words, clock::now()));
        let panel = panel.map(|mut panel| {
            panel.size = if self.is_small.get() { PanelSize::Small } else { PanelSize::Full };
            panel
        });
        let stage = match (&panel, demo.as_ref()) {
            (Some(panel), _) => DemoStage::Failing(panel),
            (None, Some(demo)) => DemoStage::Back { host: demo.host() },
            (None, None) => DemoStage::Idle,
        };
        self.mount.draw(&ui::welcome(self.access.get(), self.was_granted.get(), &stage, &self.words))
    }

    async fn carry_out(self: Rc<Self>, action: Action, _: Option<HtmlInputElement>) -> Result<(), Error> {
        match action {
            Action::AskForAccess => {
                if permissions::request().await? {
                    self.access.set(Access::Granted);
                    self.was_granted.set(true);
                }
            }
            Action::OpenSettings => return runtime::open_options_page().await,
            Action::StartDemo => {
                self.demo.replace(Demo::new(clock::now()));
                self.go_on();
            }
            Action::Send { message: Message::Pressed { choice, .. } } => {
                if let Some(demo) = self.demo.borrow_mut().as_mut() {
                    demo.press(clock::now(), choice);
                }
                self.go_on();
            }
            Action::Collapse => self.is_small.set(true),
            Action::Expand => self.is_small.set(false),
            Action::Close => {
                self.demo.replace(None);
            }
            _ => return Ok(()), // the panel's other buttons open pages about a real failure
        }
        self.draw().await
    }
}

impl Welcome {
    /// Lets the demonstration go on until nothing is due.
    fn go_on(self: &Rc<Self>) {
        let turn = self.turns.get().wrapping_add(1);
        self.turns.set(turn);
        let page = self.clone();
        spawn_local(async move {
            let due = || page.demo.borrow().as_ref().and_then(Demo::due);
            while let Some(due) = due() {
                sleep(due.since(clock::now()).max(Duration::from_millis(1))).await;
                if page.turns.get() != turn {
                    return;
                }
                if let Some(demo) = page.demo.borrow_mut().as_mut() {
                    demo.advance(clock::now());
                }
                page.draw().await.unwrap_or_else(|error| note(&error));
            }
        });
    }
}
