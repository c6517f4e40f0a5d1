//! The stored state, the only memory between two events. The worker writes it. The extension's pages read it, and
//! change only the settings and the history.

pub(crate) mod forms;
pub(crate) mod history;
pub(crate) mod index;
pub(crate) mod key;
pub(crate) mod misread;
pub(crate) mod reading;
pub(crate) mod settings;
pub(crate) mod watches;
pub(crate) mod world;

pub(crate) use key::Key;
