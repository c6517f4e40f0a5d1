//! The origin behind the edge, with one address for each kind of failure.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use pingora::server::ShutdownWatch;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::accept;
use super::certificate::Authority;
use super::fault::Fault;
use super::site::Site;
use super::state::State;

/// The addresses of one origin. The edge chooses one by the host's fault.
pub(crate) struct Origin {
    site: SocketAddr,
    refusing: TcpSocket,
    full: FullBacklog,
    garbage: SocketAddr,
    broken_tls: SocketAddr,
    wrong_certificate: SocketAddr,
}

/// An address of the origin, and whether the edge uses TLS.
#[derive(Clone, Copy)]
pub(crate) enum Endpoint {
    Plain(SocketAddr),
    Tls(SocketAddr),
}

impl Origin {
    pub(crate) async fn start(
        state: &Arc<State>,
        authority: &Authority,
        tasks: &mut JoinSet<()>,
        shutdown: &ShutdownWatch,
    ) -> Result<Self> {
        let app = Arc::new(Site::new(state.clone()));

        let site = loopback().await?;
        let garbage = loopback().await?;
        let broken_tls = loopback().await?;
        let wrong_certificate = loopback().await?;
        let origin = Self {
            site: site.local_addr()?,
            refusing: bound_but_closed()?,
            full: FullBacklog::new().await?,
            garbage: garbage.local_addr()?,
            broken_tls: broken_tls.local_addr()?,
            wrong_certificate: wrong_certificate.local_addr()?,
        };

        let wrong_name = authority.acceptor(&["another.example.org"])?;
        tasks.spawn(accept::plain(site, app.clone(), shutdown.clone()));
        tasks.spawn(accept::tls(wrong_certificate, Arc::new(wrong_name), app, shutdown.clone()));
        tasks.spawn(accept::each(garbage, babble));
        tasks.spawn(accept::each(broken_tls, babble));
        Ok(origin)
    }

    /// The address for a host with this fault.
    pub(crate) fn endpoint(&self, fault: Option<Fault>) -> Result<Endpoint> {
        Ok(match fault {
            Some(Fault::Refuses) => Endpoint::Plain(self.refusing.local_addr()?),
            Some(Fault::NeverAnswers) => Endpoint::Plain(self.full.address),
            Some(Fault::Garbage) => Endpoint::Plain(self.garbage),
            Some(Fault::BreaksTls) => Endpoint::Tls(self.broken_tls),
            Some(Fault::WrongCertificate) => Endpoint::Tls(self.wrong_certificate),
            _ => Endpoint::Plain(self.site),
        })
    }
}

async fn loopback() -> Result<TcpListener> {
    TcpListener::bind("127.0.0.1:0").await.context("cannot listen on loopback")
}

/// A port that we hold but don't listen on, so that the kernel refuses connections.
fn bound_but_closed() -> Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    Ok(socket)
}

/// A listening socket whose backlog is full and never drained: further SYNs are dropped.
struct FullBacklog {
    address: SocketAddr,
    _listener: TcpListener,
    _waiting: Vec<TcpStream>,
}

impl FullBacklog {
    async fn new() -> Result<Self> {
        let socket = bound_but_closed()?;
        let listener = socket.listen(1)?;
        let address = listener.local_addr()?;
        let mut waiting = Vec::new();
        // The kernel rounds the backlog's size up, so connect until it accepts no more.
        let patience = std::time::Duration::from_millis(100);
        while let Ok(stream) = tokio::time::timeout(patience, TcpStream::connect(address)).await {
            waiting.push(stream.context("the full backlog refuses connections instead of dropping them")?);
        }
        Ok(Self { address, _listener: listener, _waiting: waiting })
    }
}

/// Reads a little and responds in no known protocol. A TLS client sees a failed handshake.
async fn babble(mut stream: TcpStream) {
    let mut request = [0; 1024];
    if stream.read(&mut request).await.is_ok() {
        // The client may already have disconnected.
        let _ = stream.write_all(b"\x00\x17 this is no protocol\r\n\r\n").await;
        let _ = stream.shutdown().await;
    }
}
