//! The site that a healthy origin serves, and a broken one's own error pages.

use std::sync::Arc;

use askama::Template;
use async_trait::async_trait;
use http::Response;
use pingora::apps::http_app::ServeHttp;
use pingora::protocols::http::ServerSession;

use super::fault::Fault;
use super::state::State;

/// The origin's application.
pub(crate) struct Site(Arc<State>);

impl Site {
    pub(crate) fn new(state: Arc<State>) -> Self {
        Self(state)
    }
}

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome<'a> {
    host: &'a str,
    path: &'a str,
}

#[derive(Template)]
#[template(path = "own_error.html")]
struct OwnError {
    status: u16,
}

#[derive(Template)]
#[template(path = "article.html")]
struct Article;

#[derive(Template)]
#[template(path = "imitation.html")]
struct Imitation;

#[async_trait]
impl ServeHttp for Site {
    async fn response(&self, session: &mut ServerSession) -> Response<Vec<u8>> {
        // Read a form's fields and discard them.
        while let Ok(Some(_)) = session.read_request_body().await {}
        let request = session.req_header();
        let host = super::proxy::host(request);
        let path = request.uri.path();

        if let Some(location) = see_other(&request.uri) {
            let mut response = Response::new(Vec::new());
            *response.status_mut() = http::StatusCode::SEE_OTHER;
            response.headers_mut().insert("location", location);
            response.headers_mut().insert("content-length", 0.into());
            return response;
        }
        if path.strip_suffix(".js").is_some() {
            let script = "globalThis.loaded = (globalThis.loaded ?? 0) + 1;";
            let mut response = Response::new(script.into());
            response.headers_mut().insert("content-type", http::HeaderValue::from_static("text/javascript"));
            response.headers_mut().insert("content-length", script.len().into());
            return response;
        }
        let welcome = || (200, Welcome { host: &host, path }.render());
        let (status, page) = match self.0.fault_of(&host) {
            Some(Fault::Silent) => std::future::pending().await,
            Some(Fault::AnswersAfter(delay)) => {
                tokio::time::sleep(delay).await;
                welcome()
            }
            Some(Fault::OwnError(status)) => (status, OwnError { status }.render()),
            Some(Fault::Article) => (200, Article.render()),
            Some(Fault::Imitation) if path.starts_with("/cdn-cgi/") => (404, OwnError { status: 404 }.render()),
            Some(Fault::Imitation) => (200, Imitation.render()),
            _ if path == "/scripts" => (200, Ok(with_scripts(40))),
            _ if path == "/many-scripts" => (200, Ok(with_scripts(200))),
            _ => welcome(),
        };

        let (status, page) = page.map_or((500, String::new()), |page| (status, page));
        let mut response = Response::new(self.0.scripted(&host, page).into_bytes());
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        let length = response.body().len();
        let headers = response.headers_mut();
        headers.insert("content-type", http::HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert("content-length", length.into());
        // A page that may not be stored isn't restored on going back either.
        let cache = if path == "/kept" { "no-cache" } else { "no-store" };
        headers.insert("cache-control", http::HeaderValue::from_static(cache));
        headers.insert("server", http::HeaderValue::from_static("nginx"));
        response
    }
}

/// Where `/see-other?to=…` redirects to, as a site does after a form.
fn see_other(uri: &http::Uri) -> Option<http::HeaderValue> {
    let query = uri.query().filter(|_| uri.path() == "/see-other")?;
    let (_, to) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "to")?;
    http::HeaderValue::from_str(&to).ok()
}

/// A page with this many scripts, each a request of its own.
fn with_scripts(count: usize) -> String {
    let scripts =
        (0..count).map(|number| format!("<script src=\"/{number}.js\"></script>")).collect::<Vec<_>>().concat();
    format!("<!DOCTYPE html><title>scripts</title><h1>{count} scripts</h1>{scripts}")
}
