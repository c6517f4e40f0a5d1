//! Measures TLS with the origin.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rayback_core::doctor::{ConnectOutcome, Context, Handshake, HandshakeFailure, Tls};

use crate::network::tcp::{self, millis};
use crate::network::tls::Client;

/// The protocols that Cloudflare offers to an origin; HTTP/2 unless it's turned off for the zone.
///
/// Source: "HTTP/2 to Origin" in Cloudflare's documentation.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Makes `count` handshakes with the host's name and one without.
pub(super) fn measure(client: &Client, to: SocketAddr, host: &str, context: &Context, count: u8) -> Tls {
    let one = |sni| -> Result<Handshake, HandshakeFailure> {
        let (connect, stream) = tcp::connect(to, Duration::from_millis(context.limits.connect_ms));
        let stream = stream.ok_or(match connect.outcome {
            ConnectOutcome::Silent => HandshakeFailure::Silent,
            _ => HandshakeFailure::Closed,
        })?;
        let limit = Duration::from_millis(context.limits.acknowledge_ms);
        client.negotiate(stream, host, sni, &PROTOCOLS, limit).map(|(handshake, _)| handshake)
    };
    let start = Instant::now();
    let mut handshakes = vec![one(true)];
    let took_ms = millis(start);
    // A silent server would take the whole limit each time.
    let is_silent = |handshakes: &[_]| matches!(handshakes.last(), Some(Err(HandshakeFailure::Silent)));
    for _ in 1..count {
        if is_silent(&handshakes) {
            break;
        }
        handshakes.push(one(true));
    }
    let without_name = (!is_silent(&handshakes)).then(|| one(false));
    Tls { to, handshakes, without_name, took_ms }
}
