//! How a document was requested, judged from the traces that a form leaves.
//!
//! No script can ask a browser for a document's request method, so each piece of evidence is a row of a table:
//!
//! | evidence | method |
//! |---|---|
//! | the watch knows this very document | as known |
//! | its navigation began as a form left for its address | other |
//! | its navigation began as a form left for another address (303 and 307 look the same), or as one perhaps did | unknown |
//! | reloaded, restored or gone back to, at an address that is known to answer forms | as known |
//! | the same, at an address for which a form left in the last ten minutes | unknown |
//! | loaded before anything was watched, or of no known navigation | unknown |
//! | anything else | GET |

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::document::{Sighting, TabId};
use crate::time::Timestamp;
use crate::url::PageUrl;

/// How long a form that was sent is remembered.
pub const REMEMBERED: Duration = Duration::from_mins(10);

/// The maximum number of forms that are remembered.
pub const MOST_FORMS: usize = 50;

/// The maximum number of forms of one tab that are remembered.
pub const MOST_FORMS_OF_TAB: usize = 8;

/// How much earlier than its form a navigation may seem to begin: browsers round both times.
const EARLIER: Duration = Duration::from_millis(500);

/// How much later than its form a navigation may begin, because "Leave this page?" is asked in between.
const LATER: Duration = Duration::from_secs(3);

/// The same for a document at another address, which is either where the form was redirected to or a link that the user
/// clicked soon after.
const REDIRECTED_LATER: Duration = Duration::from_millis(500);

/// How a document was requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// By GET, which may be repeated.
    Get,
    /// By POST or another method, which may not be repeated.
    Other,
    /// Not known; see [`MethodEvidence`].
    Unknown,
}

/// How a document came into its tab: `PerformanceNavigationTiming.type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// By a link, a form, a typed address or a script.
    Navigate,
    /// By reloading.
    Reload,
    /// By going back or forward, or by restoring the tab.
    BackForward,
    /// The browser doesn't say, or says something new.
    #[serde(other)]
    Unknown,
}

/// A form that was seen leaving. Its fields are never seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentForm {
    /// Where it was sent: origin and path.
    pub address: String,
    /// When it left.
    pub at: Timestamp,
    /// The tab whose page had it.
    pub tab: TabId,
    /// Where its answer is shown.
    pub shown_in: ShownIn,
    /// Whether it really left.
    pub certainty: Certainty,
}

/// Where a form's answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShownIn {
    /// In the form's own tab.
    ThisTab,
    /// In a new tab, or in one with a name.
    AnotherTab,
}

/// Whether a form really left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// The browser said so.
    Sent,
    /// Its fields were read, which a script may also do for another purpose.
    Perhaps,
}

/// Everything known about a document's request.
#[derive(Clone, Copy, Debug)]
pub struct MethodEvidence<'a> {
    /// The document's address.
    pub url: &'a PageUrl,
    /// Its tab.
    pub tab: TabId,
    /// When its navigation began.
    pub loaded_at: Timestamp,
    /// How it came into the tab.
    pub arrival: Arrival,
    /// Whether the document is new.
    pub sighting: Sighting,
    /// Since when forms are watched; `None` if that isn't known.
    pub watched_since: Option<Timestamp>,
    /// The forms that were seen leaving.
    pub forms: &'a [SentForm],
    /// The tabs of the stored watch and their methods.
    pub known: &'a [KnownMethod],
}

/// The method of a document that was judged before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownMethod {
    /// Its tab; `None` once the browser was restarted.
    pub tab: Option<TabId>,
    /// Its address: origin and path.
    pub address: String,
    /// How it was requested.
    pub method: Method,
}

impl MethodEvidence<'_> {
    /// How the document was requested.
    #[must_use]
    pub fn method(&self) -> Method {
        let address = self.url.to_string();
        let here = self.known.iter().find(|known| known.tab == Some(self.tab) && known.address == address);
        if let (Sighting::Repeated, Some(known)) = (self.sighting, here) {
            return known.method;
        }
        let mut answered = self.forms.iter().filter(|form| self.answers(form)).peekable();
        if answered.peek().is_some() {
            let is_certain = |form: &SentForm| form.certainty == Certainty::Sent && form.address == address;
            return if answered.any(is_certain) { Method::Other } else { Method::Unknown };
        }
        if matches!(self.arrival, Arrival::Reload | Arrival::BackForward) {
            let elsewhere = self.known.iter().filter(|known| known.address == address && known.method != Method::Get);
            if let Some(known) = here.or_else(|| elsewhere.max_by_key(|known| known.method == Method::Other)) {
                return known.method;
            }
            if self.forms.iter().any(|form| form.address == address && self.loaded_at.since(form.at) <= REMEMBERED) {
                return Method::Unknown;
            }
        }
        let is_watched = self.watched_since.is_some_and(|since| since <= self.loaded_at);
        if is_watched && self.arrival != Arrival::Unknown { Method::Get } else { Method::Unknown }
    }

    /// Whether the document's navigation began as the form left.
    fn answers(&self, form: &SentForm) -> bool {
        let is_in_place = match form.shown_in {
            ShownIn::ThisTab => form.tab == self.tab,
            ShownIn::AnotherTab => form.tab != self.tab,
        };
        let later = if form.address == self.url.to_string() { LATER } else { REDIRECTED_LATER };
        is_in_place
            && self.arrival == Arrival::Navigate
            && form.at.before(EARLIER) <= self.loaded_at
            && self.loaded_at <= form.at.after(later)
    }
}

/// Adds a form, and drops old and surplus ones.
///
/// A page can pretend to send any number of forms. So a form that perhaps left replaces the tab's earlier one for the
/// same address, and surplus forms are dropped from the tab with the most: first one that only perhaps left, then the
/// oldest.
///
/// A page can also claim any time, and the clock may be set back, so a form dated later than `now` counts as leaving
/// now.
pub fn remember(forms: &mut Vec<SentForm>, form: SentForm, now: Timestamp) {
    let repeats = |known: &SentForm| {
        (known.tab, known.shown_in, &known.address) == (form.tab, form.shown_in, &form.address)
            && (known.certainty, form.certainty) == (Certainty::Perhaps, Certainty::Perhaps)
    };
    forms.retain(|known| now.since(known.at) <= REMEMBERED && !repeats(known));
    forms.push(form);
    for form in &mut *forms {
        form.at = form.at.min(now);
    }
    let of_tab = |forms: &[SentForm], tab| forms.iter().filter(|form| form.tab == tab).count();
    loop {
        let fullest = forms.iter().map(|form| (of_tab(forms, form.tab), form.tab.0)).max();
        let Some((_, tab)) = fullest.filter(|(count, _)| *count > MOST_FORMS_OF_TAB || forms.len() > MOST_FORMS) else {
            break;
        };
        let of_tab = || forms.iter().enumerate().filter(|(_, form)| form.tab.0 == tab);
        let perhaps = of_tab().find(|(_, form)| form.certainty == Certainty::Perhaps);
        let Some((at, _)) = perhaps.or_else(|| of_tab().next()) else { break };
        forms.remove(at);
    }
}

/// Drops the forms that a tab's document at this address has answered: they left from that tab for that address. From
/// now on, its watch knows the document's method.
pub fn drop_answered(forms: &mut Vec<SentForm>, tab: TabId, address: &str) {
    forms.retain(|form| form.shown_in != ShownIn::ThisTab || form.tab != tab || form.address != address);
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_unix_millis(1_700_000_000_000);
    const HERE: &str = "https://shop.example/order";
    const THERE: &str = "https://shop.example/thanks";

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(START.unix_millis() + millis)
    }

    fn form(address: &str, tab: i32) -> SentForm {
        let (shown_in, certainty) = (ShownIn::ThisTab, Certainty::Sent);
        SentForm { address: address.to_owned(), at: START, tab: TabId(tab), shown_in, certainty }
    }

    fn known(tab: Option<i32>, method: Method) -> KnownMethod {
        KnownMethod { tab: tab.map(TabId), address: HERE.to_owned(), method }
    }

    struct Row<'a> {
        name: &'a str,
        loaded: i64,
        arrival: Arrival,
        sighting: Sighting,
        since: Option<i64>,
        forms: Vec<SentForm>,
        known: Vec<KnownMethod>,
        method: Method,
    }

    /// A document at `HERE` in tab 7 that came by GET.
    fn get(name: &str) -> Row<'_> {
        Row {
            name,
            loaded: 20,
            arrival: Arrival::Navigate,
            sighting: Sighting::Fresh,
            since: Some(-60_000),
            forms: Vec::new(),
            known: Vec::new(),
            method: Method::Get,
        }
    }

    #[test]
    fn each_piece_of_evidence_gives_its_method() {
        let (other, unknown) = (Method::Other, Method::Unknown);
        let (reload, back) = (Arrival::Reload, Arrival::BackForward);
        let elsewhere = |tab, certainty| SentForm { shown_in: ShownIn::AnotherTab, certainty, ..form(HERE, tab) };
        let perhaps = SentForm { certainty: Certainty::Perhaps, ..form(HERE, 7) };
        let ten_minutes = 600_000;
        let rows = [
            get("a link, a typed address, a new tab"),
            Row { forms: vec![form(HERE, 7)], method: other, ..get("a form") },
            Row { forms: vec![form(HERE, 7)], loaded: -400, method: other, ..get("a form, by a coarse clock") },
            Row { forms: vec![form(HERE, 7)], loaded: 2_900, method: other, ..get("a form, after a question") },
            Row { forms: vec![form(HERE, 7)], loaded: 3_100, ..get("a link to where a form was sent before") },
            Row { forms: vec![form(THERE, 7)], loaded: 600, ..get("a link soon after a form's answer") },
            Row { forms: vec![form(HERE, 7)], loaded: -600, ..get("a link just before a form") },
            Row { forms: vec![form(HERE, 8)], ..get("a link while another tab sends a form") },
            Row {
                forms: vec![form(HERE, 7), perhaps.clone()],
                method: other,
                ..get("a form whose fields were read twice")
            },
            Row { forms: vec![form(THERE, 7)], method: unknown, ..get("a form that was redirected, by 303 or 307") },
            Row { forms: vec![perhaps], method: unknown, ..get("fields that were read") },
            Row { forms: vec![elsewhere(3, Certainty::Sent)], method: other, ..get("a form with a new tab") },
            Row { forms: vec![elsewhere(3, Certainty::Perhaps)], method: unknown, ..get("perhaps one") },
            Row {
                forms: vec![elsewhere(7, Certainty::Sent)],
                ..get("a link in the tab that a form opened a tab from")
            },
            Row { arrival: reload, ..get("a reload") },
            Row { arrival: back, ..get("going back, or a restored tab") },
            Row { arrival: reload, known: vec![known(Some(7), Method::Get)], ..get("a reload of a known GET") },
            Row { arrival: reload, known: vec![known(Some(7), other)], method: other, ..get("a reload of an answer") },
            Row { arrival: back, known: vec![known(None, other)], method: other, ..get("a restored answer") },
            Row { arrival: back, known: vec![known(None, unknown)], method: unknown, ..get("a restored unknown") },
            Row {
                arrival: reload,
                known: vec![known(Some(9), unknown), known(Some(8), other)],
                method: other,
                ..get("a reload of what two other tabs know")
            },
            Row { known: vec![known(Some(7), other)], ..get("a typed address that once answered a form") },
            Row {
                arrival: reload,
                forms: vec![form(HERE, 7)],
                loaded: ten_minutes,
                method: unknown,
                ..get("a reload of an answer that was well")
            },
            Row { arrival: reload, forms: vec![form(HERE, 7)], loaded: ten_minutes + 1, ..get("a later reload") },
            Row { arrival: reload, forms: vec![form(THERE, 7)], ..get("a reload of another address") },
            Row { since: Some(21), method: unknown, ..get("loaded before the watching began") },
            Row { since: None, method: unknown, ..get("watched since nobody knows") },
            Row { arrival: Arrival::Unknown, method: unknown, ..get("of no known navigation") },
            Row {
                sighting: Sighting::Repeated,
                known: vec![known(Some(7), other)],
                method: other,
                ..get("a document that is known")
            },
            Row {
                sighting: Sighting::Repeated,
                since: None,
                known: vec![known(Some(7), Method::Get)],
                ..get("a known document after an update")
            },
        ];
        let url = PageUrl::parse(HERE).unwrap();
        for row in rows {
            let evidence = MethodEvidence {
                url: &url,
                tab: TabId(7),
                loaded_at: at(row.loaded),
                arrival: row.arrival,
                sighting: row.sighting,
                watched_since: row.since.map(at),
                forms: &row.forms,
                known: &row.known,
            };
            assert_eq!(evidence.method(), row.method, "{}", row.name);
        }
    }

    #[test]
    fn forms_are_remembered_in_bounds() {
        let mut forms = Vec::new();
        for number in 0..70 {
            remember(&mut forms, SentForm { at: at(number), ..form(HERE, 7) }, at(number));
        }
        assert_eq!((forms.len(), forms.first().map(|form| form.at)), (MOST_FORMS_OF_TAB, Some(at(62))));
        for tab in 0..30 {
            (0..3).for_each(|_| remember(&mut forms, SentForm { at: at(70), ..form(HERE, tab) }, at(70)));
        }
        assert_eq!(forms.len(), MOST_FORMS);
        remember(&mut forms, SentForm { at: at(600_071), ..form(HERE, 7) }, at(600_071));
        assert_eq!(forms.len(), 1);
    }

    #[test]
    fn a_form_dated_in_the_future_expires_no_other_and_lives_no_longer() {
        let shop = form(HERE, 7);
        for ahead in [601_000, 4_000_000_000_000, 9_000_000_000_000_000] {
            let mut forms = vec![shop.clone()];
            remember(&mut forms, SentForm { at: at(ahead), ..form(THERE, 3) }, at(1));
            assert_eq!(forms, [shop.clone(), SentForm { at: at(1), ..form(THERE, 3) }], "{ahead}");
            let latest = SentForm { at: at(600_002), ..form(THERE, 8) };
            remember(&mut forms, latest.clone(), at(600_002));
            assert_eq!(forms, [latest], "{ahead}");
        }
    }

    #[test]
    fn forms_expire_ten_minutes_after_the_clock_was_set_back() {
        let mut forms = vec![SentForm { at: at(3_600_000), ..form(HERE, 7) }];
        remember(&mut forms, form(THERE, 8), at(0));
        assert_eq!(forms, [form(HERE, 7), form(THERE, 8)]);
        remember(&mut forms, form(THERE, 9), at(600_001));
        assert_eq!(forms, [form(THERE, 9)]);
    }

    #[test]
    fn a_page_that_pretends_to_send_forms_drops_nobody_elses() {
        let shop = form(HERE, 7);
        let mut forms = vec![shop.clone()];
        for number in 0..1000 {
            let (shown_in, certainty) = (ShownIn::AnotherTab, Certainty::Perhaps);
            let address = format!("https://evil.example/{number}");
            remember(&mut forms, SentForm { shown_in, certainty, ..form(&address, 3) }, START);
        }
        assert_eq!((forms.len(), forms.first()), (1 + MOST_FORMS_OF_TAB, Some(&shop)));
        // Nor a form that really left from the same page.
        let own = form(THERE, 3);
        forms.push(own.clone());
        for number in 0..1000 {
            let address = format!("https://evil.example/again/{number}");
            remember(&mut forms, SentForm { certainty: Certainty::Perhaps, ..form(&address, 3) }, START);
        }
        assert!(forms.contains(&shop) && forms.contains(&own));
    }

    #[test]
    fn only_the_tabs_own_forms_to_the_address_are_dropped_once_answered() {
        let elsewhere = SentForm { shown_in: ShownIn::AnotherTab, ..form(HERE, 7) };
        let others = [form(THERE, 7), form(HERE, 8), elsewhere];
        let mut forms = [&others[..], &[form(HERE, 7), form(HERE, 7)]].concat();
        drop_answered(&mut forms, TabId(7), HERE);
        assert_eq!(forms, others);
    }

    #[test]
    fn arrivals_are_read_as_browsers_write_them() {
        for (text, arrival) in [
            ("navigate", Arrival::Navigate),
            ("reload", Arrival::Reload),
            ("back_forward", Arrival::BackForward),
            ("prerender", Arrival::Unknown),
        ] {
            assert_eq!(serde_json::from_value::<Arrival>(text.into()).unwrap(), arrival);
        }
    }
}
