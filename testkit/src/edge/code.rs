//! The codes that the edge can respond with, and the text of each.
//!
//! The table is written from Cloudflare's documentation, independently of core's catalogue: code under test must not
//! supply its own expected values.

use serde::Serialize;

/// The category of a code in a structured response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The site's rules refused the request.
    AccessDenied,
    /// Cloudflare itself failed.
    Cloudflare,
    /// The site isn't set up correctly on Cloudflare.
    Config,
    /// The site's names don't resolve.
    Dns,
    /// The site is blocked for legal reasons.
    Legal,
    /// The origin or the path to it failed.
    Origin,
    /// The client sent too many requests.
    RateLimit,
    /// A rule that rewrites requests failed.
    Rewrite,
    /// The site's Snippet failed.
    Snippet,
    /// TLS between Cloudflare and the origin failed.
    Ssl,
    /// TLS between the visitor and Cloudflare failed.
    Tls,
    /// The request isn't supported.
    Unsupported,
    /// The site's Worker failed.
    Worker,
}

/// One code.
#[derive(Debug)]
pub struct Code {
    /// The code on the page: a 5xx, or 1000 and up.
    pub code: u16,
    /// The HTTP status.
    pub status: u16,
    /// Its title on the page.
    pub title: &'static str,
    /// The category.
    pub category: Category,
    /// The wait before trying again, in seconds, for `Retry-After` and the structured response; absent if trying again
    /// doesn't help.
    pub retry_after: Option<u32>,
    /// The explanation of what happened, one or two sentences.
    pub happened: &'static str,
}

impl Code {
    /// 1015, the response to clients that send too many requests.
    pub const RATE_LIMITED: &Self = &LIMITED;

    /// The code with this number, if the edge knows it.
    #[must_use]
    pub fn find(code: u16) -> Option<&'static Self> {
        CODES.iter().find(|known| known.code == code)
    }

    /// `error_name` in a structured response: documented for some codes, derived from the title for others.
    #[must_use]
    pub fn name(&self) -> String {
        match self.code {
            500 => "internal_server_error".into(),
            502 => "origin_bad_gateway".into(),
            522 => "connection_timeout".into(),
            524 => "origin_response_timeout".into(),
            526 => "invalid_ssl_certificate".into(),
            1010 => "browser_signature_banned".into(),
            1009 => "country_banned".into(),
            1015 => "rate_limited".into(),
            1016 => "origin_dns_error".into(),
            1020 => "firewall_rule_blocked".into(),
            1026 => "legal_block".into(),
            1033 => "tunnel_error".into(),
            1044 => "tls_not_fips_compliant".into(),
            1101 => "worker_threw_exception".into(),
            1200 => "cache_connection_limit".into(),
            _ => self.title.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_"),
        }
    }
}

const fn code(
    code: u16,
    status: u16,
    title: &'static str,
    category: Category,
    retry_after: Option<u32>,
    happened: &'static str,
) -> Code {
    Code { code, status, title, category, retry_after, happened }
}

const BANNED: &str = "The owner of this website has banned your address or network.";
const REWRITE: &str = "A rule of this website rewrites the request into an invalid one.";
const WORKER: &str = "The program that serves this website failed while it generated the page.";
const DNS: &str = "You asked for a page on a host that Cloudflare cannot resolve.";

use Category as C;

const LIMITED: Code = code(
    1015,
    429,
    "You are being rate limited",
    C::RateLimit,
    Some(30),
    "The owner of this website limits requests, and you have exceeded the limit.",
);

/// Every code that the edge knows, ascending
/// ([5xx](https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/),
/// [1xxx](https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/)).
#[rustfmt::skip]
pub const CODES: &[Code] = &[
    code(500, 500, "Internal server error", C::Cloudflare, Some(30), "Something failed inside Cloudflare's network."),
    code(502, 502, "Bad gateway", C::Origin, Some(60), "The web server reported a bad gateway error."),
    code(504, 504, "Gateway time-out", C::Origin, Some(120), "The web server reported a gateway time-out error."),
    code(520, 520, "Web server is returning an unknown error", C::Origin, Some(60), "The web server sent a response that Cloudflare cannot interpret."),
    code(521, 521, "Web server is down", C::Origin, Some(120), "The web server refused the connection."),
    code(522, 522, "Connection timed out", C::Origin, Some(120), "The web server did not accept Cloudflare's connection in time."),
    code(523, 523, "Origin is unreachable", C::Origin, Some(120), "There is no route from Cloudflare to the web server."),
    code(524, 524, "A timeout occurred", C::Origin, Some(120), "The web server accepted the request but did not respond in time."),
    code(525, 525, "SSL handshake failed", C::Ssl, None, "Cloudflare and the web server could not agree on a secure connection."),
    code(526, 526, "Invalid SSL certificate", C::Ssl, None, "The web server's certificate is not valid for this website."),
    code(1000, 403, "DNS points to prohibited IP", C::Dns, None, DNS),
    code(1001, 409, "DNS resolution error", C::Dns, None, DNS),
    code(1002, 403, "DNS points to Prohibited IP", C::Dns, None, DNS),
    code(1003, 403, "Direct IP access not allowed", C::AccessDenied, None, "You requested an IP address instead of a host name."),
    code(1004, 403, "Host Not Configured to Serve Web Traffic", C::Config, Some(120), "Cloudflare does not serve this host, or does not yet."),
    code(1005, 403, "Access denied", C::AccessDenied, None, BANNED),
    code(1006, 403, "Access denied", C::AccessDenied, None, BANNED),
    code(1007, 403, "Access denied", C::AccessDenied, None, BANNED),
    code(1008, 403, "Access denied", C::AccessDenied, None, BANNED),
    code(1009, 403, "Access denied", C::AccessDenied, None, "The owner of this website has banned your country or region."),
    code(1010, 403, "Access denied", C::AccessDenied, None, "The owner of this website has banned browsers that look like yours."),
    code(1011, 403, "Access denied", C::AccessDenied, None, "The owner of this website does not allow other sites to embed this file."),
    code(1012, 403, "Access denied", C::AccessDenied, None, BANNED),
    code(1013, 403, "HTTP hostname and TLS SNI hostname mismatch", C::Tls, None, "The name in the request and the name in its TLS handshake differ."),
    code(1014, 403, "CNAME Cross-User Banned", C::Config, None, "The host is an alias of a host in another account."),
    LIMITED,
    code(1016, 530, "Origin DNS error", C::Dns, None, "The name of the web server has no address."),
    code(1018, 409, "Could not find host", C::Config, None, "Cloudflare does not know this host, or does not yet."),
    code(1020, 403, "Access denied", C::AccessDenied, None, "A security rule of this website blocked your request."),
    code(1023, 409, "Could not find host", C::Config, None, "Cloudflare does not know this host, or does not yet."),
    code(1025, 429, "Please check back later", C::RateLimit, None, "This website has used up what its plan allows."),
    code(1026, 451, "Unavailable for legal reasons", C::Legal, None, "This page is unavailable for legal reasons."),
    code(1027, 429, "Please check back later", C::RateLimit, None, "This website has used up what its plan allows for today."),
    code(1033, 530, "Cloudflare Tunnel error", C::Config, Some(120), "This website is reached through a tunnel that is not connected."),
    code(1034, 403, "Edge IP Restricted", C::Dns, None, DNS),
    code(1035, 403, "Invalid request rewrite", C::Rewrite, None, REWRITE),
    code(1036, 403, "Invalid request rewrite", C::Rewrite, None, REWRITE),
    code(1037, 403, "Invalid rewrite rule", C::Rewrite, None, REWRITE),
    code(1044, 403, "TLS not FIPS compliant", C::Tls, None, "This website requires stronger TLS than your browser offered."),
    code(1101, 500, "Worker threw exception", C::Worker, None, WORKER),
    code(1102, 503, "Worker exceeded resource limits", C::Worker, None, WORKER),
    code(1105, 503, "Temporarily unavailable", C::Worker, None, WORKER),
    code(1106, 403, "Access denied", C::AccessDenied, None, BANNED),
    code(1200, 503, "Cache connection limit", C::RateLimit, Some(60), "Too many requests wait for this website's slow web server."),
    code(1205, 503, "Too many redirects", C::Snippet, Some(5), "A rule of this website redirects in a circle."),
];

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn the_table_is_sorted_without_duplicates() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
    }
}
