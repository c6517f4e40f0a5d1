//! The party that can fix it.

use super::named::named;

named! {
    /// The party at fault, as far as the code alone shows.
    pub enum Party {
        /// The site's own server, or its host.
        Origin = "origin",
        /// The network between Cloudflare and the site's server, or the server.
        Path = "path",
        /// The site's configuration at Cloudflare: DNS records, certificates, tunnels, rewrite rules.
        Setup = "setup",
        /// A rule that the site's owner made on purpose.
        Rule = "rule",
        /// The site's code that runs at Cloudflare: a Worker, a Snippet, or its plan's limit.
        Code = "code",
        /// Cloudflare itself.
        Cloudflare = "cloudflare",
        /// The site's server or Cloudflare: the page fits a fault on either side.
        OriginOrCloudflare = "origin-or-cloudflare",
        /// The visitor's request or browser.
        Visitor = "visitor",
        /// The visitor's network: a filter that opens encrypted connections.
        Network = "network",
        /// A law or a court.
        Law = "law",
        /// The code doesn't show.
        Unclear = "unclear",
    }
}

impl Party {
    /// Whether the visitor's device and connection aren't the cause.
    #[must_use]
    pub const fn clears_visitor(self) -> bool {
        matches!(
            self,
            Self::Origin | Self::Path | Self::Setup | Self::Code | Self::Cloudflare | Self::OriginOrCloudflare
        )
    }
}
