//! Measures TLS with the origin.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rayback_core::doctor::{Context, Handshake, HandshakeFailure, Tls};

use crate::network::tcp::{self, millis};
use crate::network::tls::Client;

/// Makes `count` handshakes with the host's name and one without.
pub(super) fn measure(client: &Client, to: SocketAddr, host: &str, context: &Context, count: u8) -> Tls {
    let one = |sni| -> Result<Handshake, HandshakeFailure> {
        let (_, stream) = tcp::connect(to, Duration::from_millis(context.limits.connect_ms));
        let stream = stream.ok_or(HandshakeFailure::Closed)?;
        let limit = Duration::from_millis(context.limits.acknowledge_ms);
        client.handshake(stream, host, sni, limit).map(|(handshake, _)| handshake)
    };
    let start = Instant::now();
    let mut handshakes = vec![one(true)];
    let took_ms = millis(start);
    // A silent server would take the limit once more for each.
    let silent = matches!(handshakes.first(), Some(Err(HandshakeFailure::Silent)));
    let more = if silent { 0 } else { count.saturating_sub(1) };
    handshakes.extend((0..more).map(|_| one(true)));
    let without_name = (!silent).then(|| one(false));
    Tls { to, handshakes, without_name, took_ms }
}
