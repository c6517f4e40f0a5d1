//! Questions to outside services, sent on the user's click once they know what is sent to whom.

use core::time::Duration;

use gloo_timers::future::sleep;
use rayback_core::outside::dns::{self, Lookup, RecordType, Resolver};
use rayback_core::outside::second_look::{self, Created, Polled, SecondLook};
use rayback_core::outside::services::Request;
use rayback_core::outside::{archive, own_status_page};
use rayback_core::url::PageUrl;
use rayback_core::view::{Findings, Found, Question};
use rayback_core::watch::TabId;

use crate::browser::network::{Answer, Fetch};
use crate::browser::{clock, permissions};
use crate::concurrent::spawn;
use crate::error::{Error, note};
use crate::store::{Key, settings, watches, world};

use super::Worker;

/// No service needs longer to answer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Larger than any service's documented answer, in bytes.
const MOST_BYTES: usize = 1 << 20;

/// Puts an answer into the findings. Boxed, so that the code that uses it isn't compiled again for each question.
type Change = Box<dyn FnOnce(&mut Findings)>;

impl Worker {
    /// Asks one question for the page in a tab; the answer is shown in every panel of its watch.
    pub(super) async fn ask(&'static self, key: &Key, tab: TabId, question: Question) -> Result<(), Error> {
        if Question::allowed(&settings::load().await?).all(|allowed| allowed != question) {
            return Ok(());
        }
        let Some(watch) = watches::load(key).await? else { return Ok(()) };
        let Some(page) = watch.tab(tab).map(|tab| tab.url.clone()) else {
            return Ok(());
        };
        let asking: Change = Box::new(move |findings| match question {
            Question::SecondLook => findings.second_look = Found::Asking,
            Question::ArchivedCopy => findings.archived_copy = Found::Asking,
            Question::OwnStatusPage => findings.own_status_page = Found::Asking,
            Question::Addresses => findings.addresses = Found::Asking,
        });
        self.find(key, asking).await?;
        let key = key.clone();
        spawn(async move { self.answer(&key, &page, question).await });
        Ok(())
    }

    async fn answer(&'static self, key: &Key, page: &PageUrl, question: Question) -> Result<(), Error> {
        let answered: Change = match question {
            Question::SecondLook => {
                let found = look_from_elsewhere(key, page).await;
                Box::new(|findings| findings.second_look = found)
            }
            Question::ArchivedCopy => {
                let found = found(archived_copy(page).await);
                Box::new(|findings| findings.archived_copy = found)
            }
            Question::OwnStatusPage => {
                let found = found(Some(own_status_page(page).await));
                Box::new(|findings| findings.own_status_page = found)
            }
            Question::Addresses => {
                let found = found(addresses(page).await);
                Box::new(|findings| findings.addresses = found)
            }
        };
        self.find(key, answered).await
    }

    /// Keeps an answer, and shows it.
    async fn find(&'static self, key: &Key, change: Change) -> Result<(), Error> {
        let turn = self.turns.lock().await;
        let mut findings = world::findings(key).await?;
        change(&mut findings);
        world::keep_findings(key, &findings).await?;
        drop(turn);
        self.redraw(key).await;
        Ok(())
    }
}

fn found<T>(answer: Option<T>) -> Found<T> {
    let at = clock::now();
    answer.map_or(Found::Unknown { at }, |found| Found::Answer { found, at })
}

/// Sends a request if the user consents. They may withdraw their consent between two requests for the same question.
async fn send(request: &Request) -> Option<Answer> {
    let answer = async {
        if !permissions::may_send().await? {
            return Err(Error::NotAllowed);
        }
        Fetch::of(request, &settings::load().await?, TIMEOUT, MOST_BYTES)?.send().await
    };
    answer.await.map_err(|error| note(&error)).ok()
}

/// Orders a second look and waits for it; unknown if it was refused or never finished.
async fn look_from_elsewhere(key: &Key, page: &PageUrl) -> Found<SecondLook> {
    let Some(answer) = send(&second_look::create(page.origin())).await else { return found(None) };
    match second_look::created(answer.status, answer.headers.get("retry-after"), &answer.body) {
        Created::UnderWay { id } => await_look(key, &id).await,
        Created::Limited { retry_after } => Found::limited(clock::now(), retry_after),
        Created::Refused { .. } | Created::Malformed => found(None),
    }
}

/// Polls a second look until it's finished.
async fn await_look(key: &Key, id: &str) -> Found<SecondLook> {
    let Some(poll) = second_look::poll(id) else { return found(None) };
    let begun = clock::now();
    while clock::now().since(begun) < second_look::GIVE_UP_AFTER {
        sleep(second_look::POLL_EVERY).await;
        // An extension call keeps Chromium's worker alive; a request alone doesn't (measured).
        let _kept_alive = world::findings(key).await;
        let Some(answer) = send(&poll).await else { break };
        match second_look::polled(answer.status, answer.headers.get("retry-after"), &answer.body) {
            Polled::UnderWay => {}
            Polled::Finished(look) => return found(Some(look)),
            Polled::Limited { retry_after } => return Found::limited(clock::now(), retry_after),
            Polled::Malformed => break,
        }
    }
    found(None)
}

/// The newest archived copy; `None` if that's unknown, `Some(None)` if there's none.
async fn archived_copy(page: &PageUrl) -> Option<Option<archive::ArchivedCopy>> {
    let answer = send(&archive::request(page)).await.filter(|answer| answer.status == 200)?;
    archive::parse(&answer.body).ok()
}

/// Both resolvers' answers about the site's name; `None` if neither answered, or the host is an address.
async fn addresses(page: &PageUrl) -> Option<Lookup> {
    let mut lookups = Vec::new();
    for resolver in [Resolver::Cloudflare, Resolver::Google] {
        for records in [RecordType::A, RecordType::Aaaa] {
            let request = dns::request(resolver, page.host(), records)?;
            let answer = send(&request).await.filter(|answer| answer.status == 200);
            lookups.extend(answer.and_then(|answer| dns::parse(&answer.body).ok()));
        }
    }
    Lookup::together(lookups)
}

/// The first of the usual places that answers.
async fn own_status_page(page: &PageUrl) -> Option<String> {
    for request in own_status_page::requests(page.host()) {
        // One that redirects is offered without following it: the user can see where it leads.
        if send(&request).await.is_some_and(|answer| answer.status == 200 || answer.is_redirect) {
            return Some(request.url().to_owned());
        }
    }
    None
}
