//! Accepts connections and hands them to a Pingora application.
//!
//! Pingora's own `Server` takes over the whole process and needs its ports in advance; tests need many edges in one
//! process on any free ports.

use std::future::Future;
use std::sync::Arc;

use pingora::apps::ServerApp;
use pingora::listeners::tls::Acceptor;
use pingora::protocols::l4::stream::Stream as Connection;
use pingora::server::ShutdownWatch;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Serves `app` over plain HTTP until the task is dropped.
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
            // A client may abort its handshake.
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
