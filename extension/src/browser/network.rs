//! Requests.
//! <https://developer.mozilla.org/docs/Web/API/Fetch_API>

use core::time::Duration;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Promise, Reflect, Uint8Array};
use rayback_core::observation::Headers;
use rayback_core::outside::services as outside;
use rayback_core::settings::Settings;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, Request, RequestCache, RequestCredentials, RequestInit,
    RequestRedirect, Response, ResponseType,
};

use crate::error::Error;

/// A request without cookies that bypasses every cache. It follows no redirect: neither a site nor a service
/// may send it elsewhere, to another site or into the visitor's network.
pub(crate) struct Fetch<'a> {
    method: &'a str,
    url: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    body: Option<&'a str>,
    timeout: Duration,
    limit: usize,
}

/// The answer to a request.
pub(crate) struct Answer {
    /// The HTTP status; 0 for a redirect.
    pub(crate) status: u16,
    /// Whether it's a redirect. The browser hides everything else about it.
    pub(crate) is_redirect: bool,
    /// Every response header.
    pub(crate) headers: Headers,
    /// The body, or as much as the limit allows.
    pub(crate) body: Vec<u8>,
    /// Whether the body was longer.
    pub(crate) is_cut: bool,
}

impl<'a> Fetch<'a> {
    /// A GET of an address, given up after `timeout`: browsers cut off a worker's request at 30 s, without an error
    /// (measured in both). The body is read up to `limit` bytes.
    pub(crate) fn get(url: &'a str, timeout: Duration, limit: usize) -> Self {
        Self { method: "GET", url, headers: Vec::new(), body: None, timeout, limit }
    }

    /// A request that core made, with the same limits; an error if the user has turned its service off.
    pub(crate) fn of(
        request: &'a outside::Request,
        settings: &Settings,
        timeout: Duration,
        limit: usize,
    ) -> Result<Self, Error> {
        if request.service().is_allowed(settings) {
            Ok(Self::carry_out(request, timeout, limit))
        } else {
            Err(Error::TurnedOff)
        }
    }

    /// A request that core made to a service without a switch, so that no settings need to be read; an error if it has
    /// one.
    pub(crate) fn without_switch(
        request: &'a outside::Request,
        timeout: Duration,
        limit: usize,
    ) -> Result<Self, Error> {
        if request.service().has_switch() {
            Err(Error::TurnedOff)
        } else {
            Ok(Self::carry_out(request, timeout, limit))
        }
    }

    fn carry_out(request: &'a outside::Request, timeout: Duration, limit: usize) -> Self {
        Self {
            method: request.method(),
            url: request.url(),
            headers: request.headers().to_vec(),
            body: request.body(),
            timeout,
            limit,
        }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &'a str, value: &'a str) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Sends the request; an error if nothing answered in time.
    pub(crate) async fn send(&self) -> Result<Answer, Error> {
        self.answer().await.map_err(Error::browser("fetch"))
    }

    async fn answer(&self) -> Result<Answer, JsValue> {
        let abort = AbortController::new()?;
        let signal = abort.signal();
        let millis = u32::try_from(self.timeout.as_millis()).unwrap_or(u32::MAX);
        let _timeout = Timeout::new(millis, move || abort.abort());

        let init = RequestInit::new();
        init.set_method(self.method);
        if let Some(body) = self.body {
            init.set_body(&body.into());
        }
        init.set_cache(RequestCache::NoStore);
        init.set_credentials(RequestCredentials::Omit);
        init.set_redirect(RequestRedirect::Manual);
        init.set_signal(Some(&signal));
        let request = Request::new_with_str_and_init(self.url, &init)?;
        for (name, value) in &self.headers {
            request.headers().set(name, value)?;
        }

        let response: Response = JsFuture::from(fetch(&request)).await?.dyn_into()?;
        let is_redirect = response.type_() == ResponseType::Opaqueredirect;
        let (body, is_cut) = read(&response, self.limit).await?;
        Ok(Answer { status: response.status(), is_redirect, headers: headers(&response), body, is_cut })
    }
}

/// The body's first bytes, and whether there are more.
async fn read(response: &Response, limit: usize) -> Result<(Vec<u8>, bool), JsValue> {
    let Some(stream) = response.body() else { return Ok((Vec::new(), false)) };
    let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into()?;
    let mut body = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await?;
        if Reflect::get(&chunk, &"done".into())?.is_truthy() {
            return Ok((body, false));
        }
        let bytes: Uint8Array = Reflect::get(&chunk, &"value".into())?.dyn_into()?;
        body.extend(bytes.to_vec());
        if body.len() > limit {
            body.truncate(limit);
            // Not awaited: the browser can drop the connection whenever it likes.
            let _cancelled = reader.cancel();
            return Ok((body, true));
        }
    }
}

fn headers(response: &Response) -> Headers {
    response
        .headers()
        .entries()
        .into_iter()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let entry = Array::from(&entry);
            Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
        })
        .collect()
}

/// Whether the browser has a connection; it errs on the side of "yes".
pub(crate) fn is_online() -> bool {
    NAVIGATOR.with(Navigator::on_line)
}

#[wasm_bindgen]
extern "C" {
    /// A global function both in a service worker (Chrome) and in an event page (Firefox).
    #[wasm_bindgen]
    fn fetch(request: &Request) -> Promise;

    type Navigator;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Navigator;
    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Navigator) -> bool;
}
