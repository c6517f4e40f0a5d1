//! The faults that a host can have.

use std::time::Duration;

/// A fault of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The origin's port is closed, so the kernel refuses connections: 521.
    Refuses,
    /// The origin's backlog is full, so no SYN is ever answered: 522.
    NeverAnswers,
    /// The origin accepts the request and never responds: 524.
    Silent,
    /// The origin responds after this delay: 524 if it exceeds [`crate::edge::Limits::read`], otherwise a page.
    AnswersAfter(Duration),
    /// The origin aborts the TLS handshake: 525.
    BreaksTls,
    /// The origin's certificate is for another name: 526.
    WrongCertificate,
    /// The origin's response isn't HTTP: 520.
    Garbage,
    /// The origin responds with this status and its own error page. The edge passes the page on, except for 502 and 504,
    /// which Cloudflare replaces.
    OwnError(u16),
    /// The edge responds with this Cloudflare code without contacting the origin.
    Edge(u16),
    /// A rule blocks the visitor: "Sorry, you have been blocked", 403 without a code.
    Blocks,
    /// A managed challenge: 403 with `cf-mitigated: challenge`.
    Challenges,
    /// A challenge that can't load its script, as on 18 November 2025.
    ChallengeStuck,
    /// The edge's 521 with an inlined image of this many megabytes and this many thousand elements in its body.
    Bulky(u8, u16),
    /// The edge's plain, unbranded page with this status.
    Unbranded(u16),
    /// The edge's 521 with a tag that makes the browser load it again after this many seconds, as an owner's own page may have.
    Refreshes(u8),
    /// The same with a script that loads it again after this time.
    ReloadsByScript(Duration),
    /// A page that claims to be Cloudflare's, from a server that doesn't use Cloudflare.
    Imitation,
    /// Nothing is wrong: an article about error 522 that quotes its markup.
    Article,
}

/// A fault with its name and description for users.
#[derive(Debug)]
pub struct Kind {
    /// Its name on the command line and in its host, `<slug>.example.test`.
    pub slug: &'static str,
    /// The fault.
    pub fault: Fault,
    /// The label of the page that a visitor sees.
    pub shown: &'static str,
    /// The real cause.
    pub cause: &'static str,
}

const fn kind(slug: &'static str, fault: Fault, shown: &'static str, cause: &'static str) -> Kind {
    Kind { slug, fault, shown, cause }
}

/// Every kind of fault that the start page offers.
#[rustfmt::skip]
pub const KINDS: &[Kind] = &[
    kind("garbage", Fault::Garbage, "520", "The origin's response is not HTTP."),
    kind("refuses", Fault::Refuses, "521", "The origin refuses the connection."),
    kind("never-answers", Fault::NeverAnswers, "522", "The origin never accepts the connection."),
    kind("silent", Fault::Silent, "524", "The origin accepts the request and never responds."),
    kind("breaks-tls", Fault::BreaksTls, "525", "The origin aborts the TLS handshake."),
    kind("wrong-certificate", Fault::WrongCertificate, "526", "The origin's certificate is for another name."),
    kind("bad-gateway", Fault::OwnError(502), "502, branded", "The origin responds with 502, and the edge replaces its page."),
    kind("gateway-timeout", Fault::OwnError(504), "504, branded", "The origin responds with 504, and the edge replaces its page."),
    kind("unbranded", Fault::Unbranded(502), "502, unbranded", "The edge fails."),
    kind("edge-500", Fault::Edge(500), "500", "Cloudflare's network fails."),
    kind("rate-limited", Fault::Edge(1015), "1015", "The visitor exceeded the site's rate limit."),
    kind("origin-dns", Fault::Edge(1016), "1016", "The origin's name has no address."),
    kind("denied", Fault::Edge(1020), "1020", "The site's rules deny access."),
    kind("tunnel", Fault::Edge(1033), "1033", "The site's tunnel is not connected."),
    kind("worker", Fault::Edge(1101), "1101", "The site's Worker threw an exception."),
    kind("blocked", Fault::Blocks, "block page", "The site's rules block the visitor."),
    kind("challenge", Fault::Challenges, "challenge", "The visitor must pass a human check."),
    kind("imitation", Fault::Imitation, "an imitation", "A fake Cloudflare page asks the visitor to run something."),
    kind("own-503", Fault::OwnError(503), "the origin's own 503", "The origin is overloaded and sends its own error page."),
    kind("own-404", Fault::OwnError(404), "the origin's own 404", "The origin has no such page."),
    kind("article", Fault::Article, "an article about 522", "Nothing is wrong."),
];

impl Fault {
    /// The fault with this [`Kind::slug`].
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        KINDS.iter().find(|kind| kind.slug == slug).map(|kind| kind.fault)
    }
}
