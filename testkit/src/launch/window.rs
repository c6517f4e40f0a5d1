//! A browser opened for a user: started by its driver with the extension in it, then left alone.
//!
//! It needs three WebDriver commands, sent with the edge's own HTTP client: a client library would be a large part of the
//! demo's build.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use pingora::connectors::http::Connector;
use pingora::http::RequestHeader;
use pingora::upstreams::peer::HttpPeer;
use serde_json::{Value, json};

use super::capabilities::{self, GECKO_ID};
use super::driver::Driver;
use super::process::Process;
use super::{BrowserKind, Display, Install, Profile, Setup};
use crate::edge::Edge;
use crate::patience::eventually;

/// The length of one round of waiting for the browser to exit. Rounds repeat until it has.
const ROUND: Duration = Duration::from_secs(15);

/// A browser in a window; killed on drop.
pub struct Window {
    process: Process,
    _driver: Driver,
    _profile: Arc<Profile>,
}

impl Window {
    /// Opens a browser on a new profile, with every host mapped to the edge, at this address.
    ///
    /// # Errors
    /// If the extension hasn't been built, or the browser or its driver can't be started.
    pub async fn open(kind: BrowserKind, edge: &Edge, url: &str) -> Result<Self> {
        Self::open_with(kind, Setup { display: Display::Windows, install: Install::Development }, edge, url).await
    }

    /// [`Window::open`] with another setup.
    ///
    /// # Errors
    /// As [`Window::open`].
    pub async fn open_with(kind: BrowserKind, setup: Setup, edge: &Edge, url: &str) -> Result<Self> {
        let profile = Arc::new(Profile::new(kind)?);
        let driver = Driver::start(kind, &profile).await?;
        let wire = Wire { port: driver.port, connector: Connector::new(None) };

        let capabilities = json!({"capabilities": {"alwaysMatch": capabilities::of(edge, &profile, setup)}});
        let session = wire.command("/session", &capabilities).await.context("the browser doesn't start")?;
        let id = session.get("sessionId").and_then(Value::as_str).context("the driver names no session")?;
        let process =
            Process::named_by(session.pointer(&format!("/capabilities/{}", capabilities::process_id_key(kind))))?;
        if kind == BrowserKind::Firefox {
            let extension = json!({"path": profile.extension(), "temporary": true});
            let installed = wire.command(&format!("/session/{id}/moz/addon/install"), &extension).await?;
            ensure!(installed == GECKO_ID, "Firefox installed {installed}, not {GECKO_ID}");
        }
        wire.command(&format!("/session/{id}/url"), &json!({"url": url})).await?;
        Ok(Self { process, _driver: driver, _profile: profile })
    }

    /// Waits until the user closes the browser.
    pub async fn closed_by_user(&self) {
        let closed = async || Ok((!self.process.runs()).then_some(()));
        while eventually("end of the browser", ROUND, closed).await.is_err() {}
    }
}

/// A connection to a driver.
struct Wire {
    port: u16,
    connector: Connector,
}

impl Wire {
    /// Sends a command and returns its value.
    async fn command(&self, path: &str, body: &Value) -> Result<Value> {
        let failure = || format!("cannot send {path} to the driver");
        let body = body.to_string();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let peer = HttpPeer::new(address, false, String::new());
        let mut request = RequestHeader::build("POST", path.as_bytes(), None)?;
        request.insert_header("host", address.to_string())?;
        request.insert_header("content-type", "application/json; charset=utf-8")?;
        request.insert_header("content-length", body.len())?;
        let (mut session, _) = self.connector.get_http_session(&peer).await.with_context(failure)?;
        session.write_request_header(Box::new(request)).await.with_context(failure)?;
        session.write_request_body(body.into(), true).await.with_context(failure)?;
        session.finish_request_body().await.with_context(failure)?;
        session.read_response_header().await.with_context(failure)?;
        let status = session.response_header().with_context(failure)?.status;
        let mut response = Vec::new();
        while let Some(part) = session.read_response_body().await.with_context(failure)? {
            response.extend_from_slice(&part);
        }
        let mut response: Value = serde_json::from_slice(&response).with_context(failure)?;
        ensure!(status.is_success(), "{}: {response}", failure());
        Ok(response.get_mut("value").map(Value::take).unwrap_or_default())
    }
}
