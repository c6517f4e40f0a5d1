//! The reverse proxy: the edge's own responses, forwarding to the origin, and the code for each failure.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use async_trait::async_trait;
use http::Response;
use pingora::http::{RequestHeader, ResponseHeader};
use pingora::proxy::{FailToProxy, HttpProxy, ProxyHttp, Session, http_proxy};
use pingora::server::configuration::ServerConf;
use pingora::upstreams::peer::HttpPeer;
use pingora::{Error, ErrorSource, ErrorType};

use super::answer::Answer;
use super::certificate::Authority;
use super::code::Code;
use super::fault::Fault;
use super::form::Form;
use super::journal::{Query, Request, Scheme};
use super::origin::{Endpoint, Origin};
use super::page::{self, Visit};
use super::ray::Ray;
use super::start;
use super::state::State;
use super::website;
use crate::outside::{Call, Service};

/// The proxy's application.
pub(crate) struct Proxy {
    state: Arc<State>,
    origin: Origin,
}

impl Proxy {
    pub(crate) fn app(state: Arc<State>, origin: Origin, authority: &Authority) -> Result<HttpProxy<Self>> {
        let authority = authority.file()?;
        let conf =
            ServerConf { ca_file: Some(authority.path().to_string_lossy().into_owned()), ..ServerConf::default() };
        Ok(http_proxy(&Arc::new(conf), Self { state, origin }))
    }
}

/// Cloudflare's code for a failure; `None` if the client disconnected.
fn code(error: &Error) -> Option<u16> {
    use ErrorType as E;
    if error.esource() == &ErrorSource::Downstream {
        return None;
    }
    Some(match error.etype() {
        E::ConnectRefused => 521,
        E::ConnectTimedout => 522,
        E::ConnectNoRoute => 523,
        E::ReadTimedout | E::WriteTimedout => 524,
        // With rustls, Pingora has one error type for both and gives the reason only in its context.
        E::TLSHandshakeFailure if names_the_certificate(error) => 526,
        E::TLSHandshakeFailure | E::TLSHandshakeTimedout | E::HandshakeError => 525,
        E::InvalidCert => 526,
        // From `upstream_response_filter`, which replaces the origin's page with ours.
        E::HTTPStatus(code) => *code,
        _ => 520,
    })
}

fn names_the_certificate(error: &Error) -> bool {
    error.context.as_ref().is_some_and(|context| context.as_str().contains("peer certificate"))
}

#[async_trait]
impl ProxyHttp for Proxy {
    type CTX = Ray;

    fn new_ctx(&self) -> Ray {
        Ray::new()
    }

    async fn request_filter(&self, session: &mut Session, ray: &mut Ray) -> pingora::Result<bool> {
        let request = request(session);
        let form = Form::negotiate(request.header("accept"), request.header("user-agent"));
        self.state.journal.record(request.clone());

        let response = if let Some(service) = Service::at(&request.host) {
            let call = call(request, session).await?;
            Some(self.state.outside.respond(service, &call).await)
        } else if start::serves(&request.host) {
            let body = read_body(session).await?;
            Some(start::respond(&self.state, &request, &body))
        } else if website::serves(&request.host) {
            Some(website::respond(&request))
        } else {
            let visit = Visit::new(&request, form, *ray, self.state.limits);
            let own = self.state.answer_to(&request).map(Answer::into_response);
            own.or_else(|| self.decide(&visit).map(|response| self.scripted(&visit, response)))
        };
        match response {
            Some(response) => send(session, response).await.map(|()| true),
            None => Ok(false),
        }
    }

    async fn upstream_peer(&self, session: &mut Session, _: &mut Ray) -> pingora::Result<Box<HttpPeer>> {
        let host = host(session.req_header());
        let endpoint = self
            .origin
            .endpoint(self.state.fault_of(&host))
            .map_err(|error| Error::because(ErrorType::InternalError, "the origin is gone", error))?;
        let mut peer = match endpoint {
            Endpoint::Plain(address) => HttpPeer::new(address, false, host),
            Endpoint::Tls(address) => HttpPeer::new(address, true, host),
        };
        peer.options.connection_timeout = Some(self.state.limits.connect);
        peer.options.read_timeout = Some(self.state.limits.read);
        Ok(Box::new(peer))
    }

    /// Replaces the origin's own 502 and 504 with the branded page, as Cloudflare does.
    async fn upstream_response_filter(
        &self,
        _: &mut Session,
        response: &mut ResponseHeader,
        _: &mut Ray,
    ) -> pingora::Result<()> {
        match response.status.as_u16() {
            status @ (502 | 504) => Err(Error::new_up(ErrorType::HTTPStatus(status))),
            _ => Ok(()),
        }
    }

    async fn response_filter(
        &self,
        session: &mut Session,
        response: &mut ResponseHeader,
        ray: &mut Ray,
    ) -> pingora::Result<()> {
        if self.state.fault_of(&host(session.req_header())) == Some(Fault::Imitation) {
            return Ok(());
        }
        response.insert_header("server", "cloudflare")?;
        response.insert_header("cf-ray", ray.header())?;
        response.insert_header("cf-cache-status", "DYNAMIC")
    }

    async fn fail_to_proxy(&self, session: &mut Session, error: &Error, ray: &mut Ray) -> FailToProxy {
        let code = code(error).and_then(Code::find);
        if let Some(code) = code {
            let request = request(session);
            let form = Form::negotiate(request.header("accept"), request.header("user-agent"));
            session.set_keepalive(None);
            let visit = Visit::new(&request, form, *ray, self.state.limits);
            // The client may already have disconnected.
            let _ = send(session, self.scripted(&visit, page::error(code, &visit))).await;
        }
        FailToProxy { error_code: code.map_or(0, |code| code.status), can_reuse_downstream: false }
    }

    fn suppress_error_log(&self, _: &Session, _: &Ray, _: &Error) -> bool {
        true
    }
}

impl Proxy {
    /// The edge's own response, or `None` to forward the request to the origin.
    fn decide(&self, visit: &Visit) -> Option<Response<Vec<u8>>> {
        if !is_ours(&visit.host) {
            return Some(page::unbranded(421, visit));
        }
        let fault = self.state.fault_of(&visit.host);
        if fault == Some(Fault::Imitation) {
            return None;
        }
        if let Some(rest) = visit.path.strip_prefix("/cdn-cgi/") {
            return Some(self.own_path(rest, visit));
        }
        match fault? {
            Fault::Edge(code) => {
                Some(Code::find(code).map_or_else(|| page::unbranded(500, visit), |code| page::error(code, visit)))
            }
            Fault::Blocks => Some(page::block(visit)),
            Fault::Challenges => Some(page::challenge(visit)),
            Fault::ChallengeStuck => Some(page::challenge_stuck(visit)),
            Fault::Bulky(megabytes, thousands) => Some(page::bulky(megabytes, thousands, visit)),
            Fault::Refreshes(seconds) => {
                let tag = format!("<meta http-equiv=\"refresh\" content=\"{seconds}\">");
                Some(page::error_with(&tag, visit))
            }
            Fault::ReloadsByScript(after) => {
                let script = format!("<script>setTimeout(() => location.reload(), {})</script>", after.as_millis());
                Some(page::error_with(&script, visit))
            }
            Fault::Unbranded(status) => Some(page::unbranded(status, visit)),
            _ => None,
        }
    }

    /// The edge's own response with the host's script.
    fn scripted(&self, visit: &Visit, response: Response<Vec<u8>>) -> Response<Vec<u8>> {
        response.map(|body| match String::from_utf8(body) {
            Ok(page) => self.state.scripted(&visit.host, page).into_bytes(),
            Err(error) => error.into_bytes(),
        })
    }

    /// The response for a path below `/cdn-cgi/`, which the edge serves on every host.
    fn own_path(&self, path: &str, visit: &Visit) -> Response<Vec<u8>> {
        /// After this many previews of error pages the edge responds with 1015, as testers have found.
        const PREVIEWS: u32 = 25;
        match path {
            "trace" => page::trace(visit),
            "styles/main.css" | "styles/cf.errors.css" => page::style_sheet(visit),
            _ => match path.strip_prefix("error/").and_then(|code| Code::find(code.parse().ok()?)) {
                Some(code) if self.state.count_preview() < PREVIEWS => page::error(code, visit),
                Some(_) => page::error(Code::RATE_LIMITED, visit),
                None => page::unbranded(404, visit),
            },
        }
    }
}

/// The requested host, without its port, in lower case.
pub(crate) fn host(request: &RequestHeader) -> String {
    let named = request.headers.get("host").and_then(|value| value.to_str().ok());
    let host = named.or_else(|| request.uri.host()).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host.to_ascii_lowercase()
}

fn request(session: &Session) -> Request {
    let header = session.req_header();
    let digest = session.digest();
    Request {
        at: Instant::now(),
        scheme: match digest.and_then(|digest| digest.ssl_digest.as_ref()) {
            Some(_) => Scheme::Https,
            None => Scheme::Http,
        },
        method: header.method.to_string(),
        host: host(header),
        path: header.uri.path().to_owned(),
        query: match header.uri.query() {
            Some(_) => Query::Present,
            None => Query::Absent,
        },
        headers: header.headers.clone(),
    }
}

/// Whether it's one of the tests' hosts. Browsers request others on their own.
fn is_ours(host: &str) -> bool {
    [".example.test", ".example.org", ".example.net"].iter().any(|domain| host.ends_with(domain))
}

/// The complete request, for a service that needs its query and body.
async fn call(request: Request, session: &mut Session) -> pingora::Result<Call> {
    Ok(Call {
        query: session.req_header().uri.query().unwrap_or_default().to_owned(),
        body: read_body(session).await?,
        method: request.method,
        host: request.host,
        path: request.path,
        headers: request.headers,
    })
}

async fn read_body(session: &mut Session) -> pingora::Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(part) = session.read_request_body().await? {
        body.extend_from_slice(&part);
    }
    Ok(body)
}

async fn send(session: &mut Session, response: Response<Vec<u8>>) -> pingora::Result<()> {
    let (parts, body) = response.into_parts();
    let mut header = ResponseHeader::from(parts);
    header.set_content_length(body.len())?;
    let has_body = session.req_header().method != http::Method::HEAD && !body.is_empty();
    session.write_response_header(Box::new(header), !has_body).await?;
    if has_body {
        session.write_response_body(Some(body.into()), true).await?;
    }
    Ok(())
}
