//! Listening sockets, from `/proc/net/tcp` and `/proc/net/tcp6`.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;

/// A listening TCP socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Listener {
    /// The address it's bound to; `0.0.0.0` or `::` for all.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// Connections that wait to be accepted.
    pub waiting: u32,
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        core::net::SocketAddr::new(self.address, self.port).fmt(f)
    }
}

/// Reads `/proc/net/tcp` or `/proc/net/tcp6`; lines that aren't listening sockets are left out.
#[must_use]
pub fn parse_listeners(text: &str) -> Vec<Listener> {
    text.lines().filter_map(listener).collect()
}

fn listener(line: &str) -> Option<Listener> {
    /// The kernel's `TCP_LISTEN`.
    const LISTEN: &str = "0A";
    let mut fields = line.split_whitespace().skip(1);
    let (address, port) = fields.next()?.split_once(':')?;
    let state = fields.nth(1)?;
    let queues = fields.next()?;
    if state != LISTEN {
        return None;
    }
    let word = |at: usize| u32::from_str_radix(address.get(at..at + 8)?, 16).ok();
    // Each 32-bit word is in the machine's own byte order.
    let address = if address.len() == 8 {
        IpAddr::V4(Ipv4Addr::from(word(0)?.to_ne_bytes()))
    } else {
        let mut bytes = [0; 16];
        for (chunk, at) in bytes.chunks_exact_mut(4).zip([0, 8, 16, 24]) {
            chunk.copy_from_slice(&word(at)?.to_ne_bytes());
        }
        IpAddr::V6(Ipv6Addr::from(bytes))
    };
    let waiting = queues.split_once(':').and_then(|(_, waiting)| u32::from_str_radix(waiting, 16).ok());
    Some(Listener { address, port: u16::from_str_radix(port, 16).ok()?, waiting: waiting.unwrap_or_default() })
}
