//! The path of a request, and where it ended.

use super::entry::Delivery;
use super::named::named;

named! {
    /// Where a request ended, in the order in which a request passes.
    pub enum Stage {
        /// Between the visitor and Cloudflare's edge: the request or its TLS was not acceptable.
        Visitor = "visitor",
        /// At the edge: a rule, a Worker, a quota or the edge itself ended it; the origin was not tried for this answer.
        Edge = "edge",
        /// The edge looked for the origin's address, or its tunnel, and found none.
        Lookup = "lookup",
        /// The edge failed to open a TCP connection to the origin.
        Tcp = "tcp",
        /// The edge failed to agree on TLS with the origin.
        Tls = "tls",
        /// The edge waited too long for the origin's answer, or got one that it couldn't use.
        Answer = "answer",
    }
}

named! {
    /// The four legs of a request, in order.
    pub enum LegName {
        /// From the visitor to Cloudflare's edge.
        Visitor = "visitor",
        /// The TCP connection from the edge to the origin.
        Tcp = "tcp",
        /// TLS on that connection.
        Tls = "tls",
        /// The origin's answer.
        Answer = "answer",
    }
}

named! {
    /// How far a leg got.
    pub enum LegState {
        /// It worked.
        Passed = "passed",
        /// It is the one that failed.
        Failed = "failed",
        /// It worked, and the edge itself ended the request there.
        Stopped = "stopped",
        /// It may have been reached.
        Unknown = "unknown",
        /// It was not reached.
        NotReached = "not-reached",
    }
}

impl Stage {
    /// The four legs as this stage leaves them.
    ///
    /// At the edge, a Worker or a fault may have come after the origin got the request: `delivery` shows whether it can.
    #[must_use]
    pub fn legs(self, delivery: Delivery) -> [(LegName, LegState); 4] {
        use LegState::{Failed, NotReached, Passed, Stopped, Unknown};
        let [visitor, tcp, tls, answer] = match self {
            Self::Edge if delivery == Delivery::Perhaps => [Stopped, Unknown, Unknown, Unknown],
            Self::Visitor => [Failed, NotReached, NotReached, NotReached],
            Self::Edge => [Stopped, NotReached, NotReached, NotReached],
            // Without an address there is nothing to connect to.
            Self::Lookup | Self::Tcp => [Passed, Failed, NotReached, NotReached],
            Self::Tls => [Passed, Passed, Failed, NotReached],
            Self::Answer => [Passed, Passed, Passed, Failed],
        };
        [(LegName::Visitor, visitor), (LegName::Tcp, tcp), (LegName::Tls, tls), (LegName::Answer, answer)]
    }
}
