//! Notifications.

use crate::watch::Notice;
use crate::words::{Words, key};

/// The texts of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeView {
    /// Its first line.
    pub title: String,
    /// The rest.
    pub message: String,
    /// The label of its button, which stops the checks. Only Chromium shows it.
    pub stop: Option<String>,
}

/// A notice in words; `host` is `None` for a private window, whose hosts mustn't be shown outside it.
#[must_use]
pub fn notice(words: &Words, notice: Notice, host: Option<&str>) -> NoticeView {
    use key::notice::{not_reachable, page_is_back, site_is_back};
    let host = host.unwrap_or_else(|| words.get(key::notice::PRIVATE_HOST));
    let (title, message) = match notice {
        Notice::PageIsBack => (words.format(page_is_back::Title { host }), page_is_back::MESSAGE),
        Notice::SiteIsBack => (words.format(site_is_back::Title { host }), site_is_back::MESSAGE),
        Notice::NotReachable => (words.format(not_reachable::Title { host }), not_reachable::MESSAGE),
    };
    let stop = (notice == Notice::NotReachable).then(|| words.get(key::menu::STOP).to_owned());
    NoticeView { title, message: words.get(message).to_owned(), stop }
}
