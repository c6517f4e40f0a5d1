//! An edge like Cloudflare's, on loopback: a reverse proxy in front of an origin that really fails.
//!
//! No failure is faked. The kernel refuses a refused connection, a connection that times out hits a full backlog, and the
//! TLS library rejects a wrong certificate. The proxy only translates the failure into Cloudflare's code and responds in
//! the format that the client asked for.

mod accept;
mod answer;
mod certificate;
mod code;
mod fault;
mod form;
mod journal;
mod limits;
mod origin;
pub(crate) mod page;
mod proxy;
mod ray;
mod site;
mod start;
mod state;
mod website;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

pub use self::answer::{Answer, Asked, http_date_in};
pub use self::code::{CODES, Category, Code};
pub use self::fault::{Fault, KINDS, Kind};
pub use self::form::Form;
pub use self::journal::{Arrivals, Purpose, Query, Request, Scheme};
pub use self::limits::Limits;
pub use self::start::START_HOST;
use self::state::State;
pub use self::website::{SPEED_HOST, WEBSITE_HOST};
use crate::outside::Outside;

/// The ports an edge listens on; 0, the default, means any free port.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ports {
    /// For plain HTTP.
    pub http: u16,
    /// For HTTPS.
    pub https: u16,
}

/// A running edge. Dropping it closes every socket that it opened.
pub struct Edge {
    http: SocketAddr,
    https: SocketAddr,
    state: Arc<State>,
    /// Serves the connections of two listeners.
    serve: Box<dyn Fn(TcpListener, TcpListener) -> JoinSet<()> + Send + Sync>,
    serving: Mutex<JoinSet<()>>,
    _origin: JoinSet<()>,
    _shutdown: watch::Sender<bool>,
}

impl Edge {
    /// Starts an edge and its origin on free ports of 127.0.0.1. Every host is healthy at first.
    ///
    /// # Errors
    /// If no socket is available.
    pub async fn start(limits: Limits) -> Result<Self> {
        Self::start_on(limits, Ports::default()).await
    }

    /// [`Edge::start`] on given ports.
    ///
    /// # Errors
    /// If a port is taken.
    pub async fn start_on(limits: Limits, ports: Ports) -> Result<Self> {
        let (shutdown, stopping) = watch::channel(false);
        let mut origin_tasks = JoinSet::new();
        let authority = certificate::Authority::new()?;

        let state = Arc::new(State::new(limits));
        let origin = origin::Origin::start(&state, &authority, &mut origin_tasks, &stopping).await?;
        let proxy = Arc::new(proxy::Proxy::app(state.clone(), origin, &authority)?);
        let tls = authority.acceptor(&["*.example.test", "*.example.org", "*.example.net", "localhost"])?;
        let tls = Arc::new(tls);
        let serve = move |http, https| {
            let mut tasks = JoinSet::new();
            tasks.spawn(accept::plain(http, proxy.clone(), stopping.clone()));
            tasks.spawn(accept::tls(https, tls.clone(), proxy.clone(), stopping.clone()));
            tasks
        };

        let http = listen(ports.http).await?;
        let https = listen(ports.https).await?;
        Ok(Self {
            http: http.local_addr()?,
            https: https.local_addr()?,
            state,
            serving: Mutex::new(serve(http, https)),
            serve: Box::new(serve),
            _origin: origin_tasks,
            _shutdown: shutdown,
        })
    }

    /// Stops listening and drops every connection, so that browsers show their own error page.
    pub async fn close(&self) {
        self.serving.lock().await.shutdown().await;
    }

    /// Listens again on the ports used before [`Self::close`].
    ///
    /// # Errors
    /// If a port has been taken in the meantime.
    pub async fn open(&self) -> Result<()> {
        let (http, https) = (listen(self.http.port()).await?, listen(self.https.port()).await?);
        *self.serving.lock().await = (self.serve)(http, https);
        Ok(())
    }

    /// The address for plain HTTP.
    #[must_use]
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// The address for HTTPS.
    #[must_use]
    pub fn https(&self) -> SocketAddr {
        self.https
    }

    /// Makes `host` fail in this way from its next request on.
    pub fn fault(&self, host: &str, fault: Fault) {
        self.state.break_host(host, fault);
    }

    /// Makes `host` healthy again from its next request on.
    pub fn heal(&self, host: &str) {
        self.state.heal(host);
    }

    /// Puts a script first in every page of `host`, the edge's own pages included.
    pub fn script(&self, host: &str, script: &str) {
        self.state.add_script(host, script);
    }

    /// Answers the extension's requests to `host` in this way from now on, as a hostile site could.
    pub fn answer(&self, host: &str, asked: Asked, answer: Answer) {
        self.state.add_answer(host, asked, answer);
    }

    /// Every request for `host` that has reached the edge, oldest first.
    #[must_use]
    pub fn requests(&self, host: &str) -> Vec<Request> {
        self.state.journal.requests(host)
    }

    /// The number of requests for each host.
    #[must_use]
    pub fn hosts(&self) -> std::collections::BTreeMap<String, usize> {
        self.state.journal.hosts()
    }

    /// A stream of the requests for `host` from now on.
    #[must_use]
    pub fn arrivals(&self, host: &str) -> Arrivals {
        self.state.journal.arrivals(host)
    }

    /// The doubles of the outside services.
    #[must_use]
    pub fn outside(&self) -> &Outside {
        &self.state.outside
    }
}

async fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port))
        .await
        .with_context(|| format!("cannot listen on 127.0.0.1:{port}: is another edge running there?"))
}
