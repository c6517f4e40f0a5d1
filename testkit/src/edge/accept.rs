//! Connections, accepted and handed to an application of Pingora's.
//!
//! Pingora's own `Server` wants to be the whole process and to know its ports beforehand; a test
//! wants many edges in one process on whatever ports are free.

use std::future::Future;
use std::sync::Arc;

use pingora::apps::ServerApp;
use pingora::listeners::tls::Acceptor;
use pingora::protocols::l4::stream::Stream as Connection;
use pingora::server::ShutdownWatch;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Serves `app` in the clear until the task is dropped.
pub(crate) async fn plain<A>(listener: TcpListener, app: Arc<A>, shutdown: ShutdownWatch)
where
    A: ServerApp + Send + Sync + 'static,
{
    each(listener, move |stream| {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        async move {
            let connection = Connection::from(stream);
            app.process_new(Box::new(connection), &shutdown).await;
        }
    })
    .await;
}

/// Serves `app` over TLS until the task is dropped.
pub(crate) async fn tls<A>(listener: TcpListener, acceptor: Arc<Acceptor>, app: Arc<A>, shutdown: ShutdownWatch)
where
    A: ServerApp + Send + Sync + 'static,
{
    each(listener, move |stream| {
        let (acceptor, app, shutdown) = (acceptor.clone(), app.clone(), shutdown.clone());
        async move {
            // A client that breaks off the handshake is its own affair.
            if let Ok(connection) = acceptor.tls_handshake(Connection::from(stream)).await {
                app.process_new(Box::new(connection), &shutdown).await;
            }
        }
    })
    .await;
}

/// Runs `serve` for every connection; dropping this future drops them all.
pub(crate) async fn each<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
