//! What can be wrong with a host.

use std::time::Duration;

/// What is wrong with a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The origin's port is closed: the kernel refuses. 521.
    Refuses,
    /// The origin's backlog is full: no SYN is ever answered. 522.
    NeverAnswers,
    /// The origin takes the request and says nothing. 524.
    Silent,
    /// The origin answers, but only after this long. 524 beyond [`crate::edge::Limits::read`], else a page.
    AnswersAfter(Duration),
    /// The origin breaks off the TLS handshake. 525.
    BreaksTls,
    /// The origin's certificate is for another name. 526.
    WrongCertificate,
    /// The origin answers in something that is not HTTP. 520.
    Garbage,
    /// The origin answers with this status and a page of its own, which passes through,
    /// except 502 and 504, which Cloudflare replaces.
    OwnError(u16),
    /// The edge answers with this code of Cloudflare's and asks no origin.
    Edge(u16),
    /// A rule blocks the visitor: "Sorry, you have been blocked". 403 without a code.
    Blocks,
    /// A managed challenge: 403 with `cf-mitigated: challenge`.
    Challenges,
    /// The edge's plain page that bears no brand, with this status.
    Unbranded(u16),
    /// A page that claims to be Cloudflare's, from a server that is not behind it.
    Imitation,
    /// Nothing is wrong: a page that writes about error 522 and quotes its markup.
    Article,
}

/// A fault with the words that a person chooses it by.
#[derive(Debug)]
pub struct Kind {
    /// Its name on the command line and in its host, `<slug>.example.test`.
    pub slug: &'static str,
    /// The fault.
    pub fault: Fault,
    /// What a visitor is shown.
    pub shown: &'static str,
    /// What is really wrong.
    pub cause: &'static str,
}

const fn kind(slug: &'static str, fault: Fault, shown: &'static str, cause: &'static str) -> Kind {
    Kind { slug, fault, shown, cause }
}

/// Every kind of fault that the start page offers.
#[rustfmt::skip]
pub const KINDS: &[Kind] = &[
    kind("garbage", Fault::Garbage, "520", "The origin answers in something that is not HTTP."),
    kind("refuses", Fault::Refuses, "521", "The origin refuses the connection."),
    kind("never-answers", Fault::NeverAnswers, "522", "The origin never answers the connection."),
    kind("silent", Fault::Silent, "524", "The origin takes the request and says nothing."),
    kind("breaks-tls", Fault::BreaksTls, "525", "The origin breaks off the TLS handshake."),
    kind("wrong-certificate", Fault::WrongCertificate, "526", "The origin's certificate is for another name."),
    kind("bad-gateway", Fault::OwnError(502), "502, branded", "The origin itself answers 502, and the edge replaces its page."),
    kind("gateway-timeout", Fault::OwnError(504), "504, branded", "The origin itself answers 504, and the edge replaces its page."),
    kind("unbranded", Fault::Unbranded(502), "502, unbranded", "The edge itself fails."),
    kind("edge-500", Fault::Edge(500), "500", "Cloudflare's network fails inside."),
    kind("rate-limited", Fault::Edge(1015), "1015", "The site allows fewer requests."),
    kind("origin-dns", Fault::Edge(1016), "1016", "The origin's name has no address."),
    kind("denied", Fault::Edge(1020), "1020", "A rule of the site denies access."),
    kind("tunnel", Fault::Edge(1033), "1033", "The site's tunnel is not connected."),
    kind("worker", Fault::Edge(1101), "1101", "The site's Worker threw an exception."),
    kind("blocked", Fault::Blocks, "block page", "A rule of the site blocks the visitor."),
    kind("challenge", Fault::Challenges, "challenge", "The visitor has to prove to be human."),
    kind("imitation", Fault::Imitation, "an imitation", "A page that claims to be Cloudflare's and asks to run something."),
    kind("own-503", Fault::OwnError(503), "the origin's own 503", "The origin is overloaded and says so itself."),
    kind("own-404", Fault::OwnError(404), "the origin's own 404", "The origin has no such page."),
    kind("article", Fault::Article, "an article about 522", "Nothing is wrong."),
];

impl Fault {
    /// The fault of that [`Kind::slug`].
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        KINDS.iter().find(|kind| kind.slug == slug).map(|kind| kind.fault)
    }
}
