//! The state shared by the parts of an edge.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use super::answer::{Answer, Asked};
use super::fault::Fault;
use super::journal::{Journal, Request};
use super::limits::Limits;
use crate::outside::Outside;

/// The shared state: broken hosts, their scripts, recorded requests, outside services.
pub(crate) struct State {
    pub(crate) limits: Limits,
    pub(crate) journal: Journal,
    pub(crate) outside: Outside,
    faults: Mutex<HashMap<String, Fault>>,
    scripts: Mutex<HashMap<String, String>>,
    answers: Mutex<HashMap<(String, Asked), Answer>>,
    previews: AtomicU32,
}

impl State {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            journal: Journal::default(),
            outside: Outside::default(),
            faults: Mutex::default(),
            scripts: Mutex::default(),
            answers: Mutex::default(),
            previews: AtomicU32::new(0),
        }
    }

    pub(crate) fn break_host(&self, host: &str, fault: Fault) {
        self.faults().insert(host.to_owned(), fault);
    }

    pub(crate) fn heal(&self, host: &str) {
        self.faults().remove(host);
    }

    pub(crate) fn fault_of(&self, host: &str) -> Option<Fault> {
        self.faults().get(host).copied()
    }

    pub(crate) fn add_script(&self, host: &str, script: &str) {
        self.scripts().insert(host.to_owned(), script.to_owned());
    }

    /// A page of `host` with the host's script, if it has one.
    pub(crate) fn scripted(&self, host: &str, page: String) -> String {
        match self.scripts().get(host) {
            Some(script) => page.replacen("<head>", &format!("<head><script>{script}</script>"), 1),
            None => page,
        }
    }

    pub(crate) fn add_answer(&self, host: &str, asked: Asked, answer: Answer) {
        self.answers().insert((host.to_owned(), asked), answer);
    }

    /// A host's own answer to the extension's requests.
    pub(crate) fn answer_to(&self, request: &Request) -> Option<Answer> {
        self.answers().get(&(request.host.clone(), Asked::of(request)?)).cloned()
    }

    /// Counts a page of `/cdn-cgi/error/` and returns the previous count.
    pub(crate) fn count_preview(&self) -> u32 {
        self.previews.fetch_add(1, Ordering::Relaxed)
    }

    fn scripts(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.scripts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answers(&self) -> std::sync::MutexGuard<'_, HashMap<(String, Asked), Answer>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> std::sync::MutexGuard<'_, HashMap<String, Fault>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
