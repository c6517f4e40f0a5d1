//! The path of a request, and where it ended.

use super::entry::Delivery;
use super::named::named;

named! {
    /// The stage at which a request ended, in the order that a request passes through them.
    pub enum Stage {
        /// Between the visitor and Cloudflare's edge: the request or its TLS wasn't acceptable.
        Visitor = "visitor",
        /// At the edge: a rule, a Worker, a quota or the edge itself ended it; the origin wasn't contacted for this
        /// answer.
        Edge = "edge",
        /// The edge or the origin answered; the page doesn't show which.
        EdgeOrAnswer = "edge-or-answer",
        /// The edge looked for the origin's address, or its tunnel, and found none.
        Lookup = "lookup",
        /// The edge failed to open a TCP connection to the origin.
        Tcp = "tcp",
        /// The edge failed to negotiate TLS with the origin.
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
    /// The state of a leg.
    pub enum LegState {
        /// It worked.
        Passed = "passed",
        /// It's the one that failed.
        Failed = "failed",
        /// It worked, and the edge ended the request there.
        Stopped = "stopped",
        /// It may have been reached.
        Unknown = "unknown",
        /// It wasn't reached.
        NotReached = "not-reached",
    }
}

impl Stage {
    /// Returns the state of each leg for this stage.
    ///
    /// An error at the edge may come after the origin received the request, as with a Worker's: `delivery` shows
    /// whether it can.
    #[must_use]
    pub fn legs(self, delivery: Delivery) -> [(LegName, LegState); 4] {
        use LegState::{Failed, NotReached, Passed, Stopped, Unknown};
        let [visitor, tcp, tls, answer] = match self {
            Self::Edge if delivery == Delivery::Perhaps => [Stopped, Unknown, Unknown, Unknown],
            Self::Visitor => [Failed, NotReached, NotReached, NotReached],
            Self::Edge => [Stopped, NotReached, NotReached, NotReached],
            Self::EdgeOrAnswer => [Passed, Unknown, Unknown, Unknown],
            // Without an address there's nothing to connect to.
            Self::Lookup | Self::Tcp => [Passed, Failed, NotReached, NotReached],
            Self::Tls => [Passed, Passed, Failed, NotReached],
            Self::Answer => [Passed, Passed, Passed, Failed],
        };
        [(LegName::Visitor, visitor), (LegName::Tcp, tcp), (LegName::Tls, tls), (LegName::Answer, answer)]
    }
}
