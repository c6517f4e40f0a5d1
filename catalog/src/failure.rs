//! What can go wrong between Cloudflare and an origin, and the code that each failure shows.

use super::code::Code;
use super::named::named;

named! {
    /// A failure on the way to the origin that a measurement can prove.
    pub enum OriginFailure {
        /// The origin refuses the TCP connection.
        Refused = "refused",
        /// The origin doesn't acknowledge the TCP connection in time.
        Silent = "silent",
        /// There is no route to the origin.
        NoRoute = "no-route",
        /// The TLS handshake fails.
        Handshake = "handshake",
        /// The certificate can't be verified, and the encryption mode asks for that.
        Certificate = "certificate",
        /// No byte of an answer comes in time.
        NoAnswer = "no-answer",
        /// The answer is empty, malformed or over a limit.
        BadAnswer = "bad-answer",
        /// The origin's own proxy, or cloudflared, can't reach the service it forwards to.
        BadGateway = "bad-gateway",
        /// The origin's own proxy gave up waiting.
        GatewayTimeout = "gateway-timeout",
        /// The origin leads back to Cloudflare.
        Loop = "loop",
        /// No cloudflared is connected for the tunnel.
        Tunnel = "tunnel",
    }
}

impl OriginFailure {
    /// The code that Cloudflare shows for it. Source: the page about each code, see its entry.
    #[must_use]
    pub const fn code(self) -> Code {
        Code::listed(match self {
            Self::Refused => 521,
            Self::Silent => 522,
            Self::NoRoute => 523,
            Self::Handshake => 525,
            Self::Certificate => 526,
            Self::NoAnswer => 524,
            Self::BadAnswer => 520,
            Self::BadGateway => 502,
            Self::GatewayTimeout => 504,
            Self::Loop => 1000,
            Self::Tunnel => 1033,
        })
    }
}
