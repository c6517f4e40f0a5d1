//! Notifications.

use crate::watch::Notice;
use crate::words::Words;

/// What a notification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeView {
    /// Its first line.
    pub title: String,
    /// The rest.
    pub message: String,
}

/// A notice in words; `host` is `None` for a private window, whose hosts are not named outside it.
#[must_use]
pub fn notice(words: &Words, notice: Notice, host: Option<&str>) -> NoticeView {
    let host = host.unwrap_or_else(|| words.say("notice.private-host"));
    let (title, message) = match notice {
        Notice::PageIsBack => ("notice.page-is-back.title", "notice.page-is-back.message"),
        Notice::SiteIsBack => ("notice.site-is-back.title", "notice.site-is-back.message"),
        Notice::NotReachable => ("notice.not-reachable.title", "notice.not-reachable.message"),
    };
    NoticeView { title: words.fill(title, &[("host", host)]), message: words.fill(message, &[("host", host)]) }
}
