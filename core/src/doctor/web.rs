//! nginx' configuration: does it count visitors, or Cloudflare's few addresses?

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
    /// A `deny` of one of Cloudflare's addresses.
    pub denies: Option<String>,
}

/// Reads configuration files, joined; one directive per line, as everyone writes them.
#[must_use]
pub fn parse_nginx(text: &str, ranges: &Ranges) -> Web {
    let whole: Vec<Span> = ranges.networks.iter().filter_map(|range| Span::parse(&range.to_string())).collect();
    let mut web = Web::default();
    let mut trusted: Vec<Span> = Vec::new();
    let mut header = false;
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim().trim_end_matches(';').trim();
        let Some((directive, value)) = line.split_once(char::is_whitespace) else { continue };
        let value = value.trim();
        match directive {
            "set_real_ip_from" => trusted.extend(Span::parse(value)),
            "real_ip_header" => {
                let fits = ["CF-Connecting-IP", "X-Forwarded-For", "X-Real-IP"];
                header |= fits.iter().any(|name| name.eq_ignore_ascii_case(value));
            }
            "limit_req_zone" | "limit_conn_zone"
                if value.starts_with("$binary_remote_addr") || value.starts_with("$remote_addr") =>
            {
                web.limit.get_or_insert_with(|| line.chars().take(120).collect());
            }
            "deny" => {
                let edge =
                    Span::parse(value).is_some_and(|span| whole.iter().any(|it| it.covers(span) || span.covers(*it)));
                if edge {
                    web.denies.get_or_insert_with(|| line.chars().take(120).collect());
                }
            }
            _ => {}
        }
    }
    web.restores_addresses = header && whole.iter().all(|range| trusted.iter().any(|span| span.covers(*range)));
    web
}
