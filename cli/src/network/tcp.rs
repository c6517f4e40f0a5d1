//! TCP connections.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use rayback_core::doctor::{Connect, ConnectOutcome};

/// Opens a connection; also returns the outcome.
pub(crate) fn connect(to: SocketAddr, limit: Duration) -> (Connect, Option<TcpStream>) {
    let start = Instant::now();
    let result = TcpStream::connect_timeout(&to, limit);
    let (outcome, stream) = match result {
        Ok(stream) => (ConnectOutcome::Accepted, Some(stream)),
        Err(error) => (failure(&error, to.ip()), None),
    };
    (Connect { to, outcome, took_ms: millis(start) }, stream)
}

fn failure(error: &std::io::Error, to: IpAddr) -> ConnectOutcome {
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => ConnectOutcome::Refused,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => ConnectOutcome::Silent,
        // This machine's own lack of a route isn't the origin's.
        ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable if !has_network(to) => {
            ConnectOutcome::NoNetworkHere
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => ConnectOutcome::NoRoute,
        _ => ConnectOutcome::Failed,
    }
}

/// Whether this machine has a route to the internet in the address's version of IP. Sends nothing: a UDP socket only looks
/// the route up.
fn has_network(version_of: IpAddr) -> bool {
    // Addresses in Cloudflare's ranges, because a site on Cloudflare is reached through those.
    let (here, there) =
        if version_of.is_ipv4() { ("0.0.0.0:0", "104.16.0.1:443") } else { ("[::]:0", "[2606:4700::1]:443") };
    UdpSocket::bind(here).and_then(|socket| socket.connect(there)).is_ok()
}

/// Whether an address is one of this machine's.
pub(crate) fn is_ours(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

/// The address that this machine sends from. Nothing is sent: a UDP socket only looks the route up.
pub(crate) fn own_address() -> IpAddr {
    let looked_up = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("104.16.0.1:443")?;
        socket.local_addr()
    });
    looked_up.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip())
}

/// The milliseconds since `start`.
pub(crate) fn millis(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// A port of the loopback where nothing listens.
#[cfg(test)]
pub(crate) fn unused_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
