//! The configuration of nginx or Apache: does it count visitors, or Cloudflare's few addresses?

use serde::Serialize;

use super::firewall::Span;
use crate::outside::ranges::Ranges;

/// What the configuration says about addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Web {
    /// Whether visitors' addresses are restored for all of Cloudflare's ranges.
    pub restores_addresses: bool,
    /// A limit that counts by address, such as `limit_req_zone $binary_remote_addr zone=a:10m rate=5r/s`.
    pub limit: Option<String>,
    /// A line that denies one of Cloudflare's addresses.
    pub denies: Option<String>,
}

/// Reads nginx' configuration files, joined; one directive per line, as everyone writes them.
#[must_use]
pub fn parse_nginx(text: &str, ranges: &Ranges) -> Web {
    let mut reader = Reader::new(ranges);
    for (line, directive, value) in directives(text) {
        match directive {
            "set_real_ip_from" => reader.trust(value),
            "real_ip_header" => reader.header(value),
            "limit_req_zone" | "limit_conn_zone"
                if value.starts_with("$binary_remote_addr") || value.starts_with("$remote_addr") =>
            {
                reader.limit(line);
            }
            "deny" => reader.deny(line, value),
            _ => {}
        }
    }
    reader.done()
}

/// Reads Apache's configuration files, joined: `mod_remoteip`, the limits of `mod_evasive` and `mod_qos`, and bans.
///
/// Sources: Apache's documentation of `mod_remoteip`, `mod_authz_core` and `mod_access_compat`; the READMEs of `mod_evasive` and
/// `mod_qos`.
#[must_use]
pub fn parse_apache(text: &str, ranges: &Ranges) -> Web {
    let mut reader = Reader::new(ranges);
    for (line, directive, value) in directives(text) {
        // Apache's directives are case-insensitive.
        match directive.to_ascii_lowercase().as_str() {
            "remoteiptrustedproxy" | "remoteipinternalproxy" => reader.trust(value),
            // A separate file, written for this purpose.
            "remoteiptrustedproxylist" | "remoteipinternalproxylist" => reader.trusts_all = true,
            "remoteipheader" => reader.header(value),
            "dospagecount" | "dossitecount" | "qs_srvmaxconnperip" => reader.limit(line),
            "deny" => reader.deny(line, value.strip_prefix("from").unwrap_or_default()),
            "require" => reader.deny(line, value.strip_prefix("not ip").unwrap_or_default()),
            _ => {}
        }
    }
    reader.done()
}

/// The lines, each with its directive and the directive's value.
fn directives(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    text.lines().filter_map(|line| {
        let line = line.split('#').next().unwrap_or_default().trim().trim_end_matches(';').trim();
        let (directive, value) = line.split_once(char::is_whitespace)?;
        Some((line, directive, value.trim()))
    })
}

fn shortened(line: &str) -> String {
    line.chars().take(120).collect()
}

/// What has been read so far.
struct Reader {
    edges: Vec<Span>,
    trusted: Vec<Span>,
    trusts_all: bool,
    has_header: bool,
    web: Web,
}

impl Reader {
    fn new(ranges: &Ranges) -> Self {
        let edges = ranges.networks.iter().filter_map(|range| Span::parse(&range.to_string())).collect();
        Self { edges, trusted: Vec::new(), trusts_all: false, has_header: false, web: Web::default() }
    }

    fn trust(&mut self, addresses: &str) {
        self.trusted.extend(addresses.split_whitespace().filter_map(Span::parse));
    }

    fn header(&mut self, name: &str) {
        let fits = ["CF-Connecting-IP", "X-Forwarded-For", "X-Real-IP"];
        self.has_header |= fits.iter().any(|known| known.eq_ignore_ascii_case(name));
    }

    fn limit(&mut self, line: &str) {
        self.web.limit.get_or_insert_with(|| shortened(line));
    }

    fn deny(&mut self, line: &str, addresses: &str) {
        let mut spans = addresses.split_whitespace().filter_map(Span::parse);
        if spans.any(|span| self.edges.iter().any(|edge| edge.covers(span) || span.covers(*edge))) {
            self.web.denies.get_or_insert_with(|| shortened(line));
        }
    }

    fn done(mut self) -> Web {
        let covered = |edge: &Span| self.trusts_all || self.trusted.iter().any(|span| span.covers(*edge));
        self.web.restores_addresses = self.has_header && self.edges.iter().all(covered);
        self.web
    }
}
