//! Reads the zone's settings from Cloudflare's API, with the owner's token. Only reads.

use std::net::SocketAddr;
use std::time::Duration;

use rayback_core::doctor::{Answer, Finding, NameAnswer, Unmeasured};
use rayback_core::outside::services::Request;
use rayback_core::outside::zone::{self, DnsRecord, Part, Zone};

use super::not_checked;
use crate::network::dns;
use crate::network::http::Response;
use crate::network::outside::Outside;

/// The variable that holds the token, as in Cloudflare's own tools.
const VARIABLE: &str = "CLOUDFLARE_API_TOKEN";
/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A token; never shown.
pub(super) struct Token(String);

/// The result of reading a zone.
pub(super) struct ReadZone {
    pub(super) zone: Option<Zone>,
    pub(super) unmeasured: Option<Unmeasured>,
}

impl Token {
    /// The token in the environment. `None` if there's none, or it can't be sent in a header.
    pub(super) fn from_environment() -> Option<Self> {
        let token = std::env::var(VARIABLE).ok()?;
        let token = token.trim();
        let can_be_sent = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        can_be_sent.then(|| Self(token.to_owned()))
    }

    fn ask(&self, outside: &Outside<'_>, request: &Request) -> Option<(u16, Response)> {
        let response = outside.ask_with(request, &format!("Authorization: Bearer {}\r\n", self.0), PATIENCE)?;
        match response.answer {
            Answer::Response { status, .. } => Some((status, response)),
            _ => None,
        }
    }
}

/// Reads the zone of a host, and looks up the hosts that its aliases and Origin Rules lead to.
///
/// `again` is the command that reads the missing settings, once the token may read them.
pub(super) fn read(
    token: Option<&Token>,
    outside: &Outside<'_>,
    host: &str,
    resolvers: &[SocketAddr],
    again: &str,
) -> ReadZone {
    let zone = token.and_then(|token| whole(token, outside, host)).map(|mut zone| {
        let addresses = |host: &str| {
            let found = dns::look_up(host, resolvers);
            // Without an answer, we know nothing about the host.
            let answered = [&found.a, &found.aaaa].iter().all(|it| !matches!(it, NameAnswer::NoAnswer));
            answered.then(|| found.addresses().collect())
        };
        for rule in &mut zone.origin_rules {
            rule.addresses = rule.host.as_deref().and_then(addresses);
        }
        // Only Cloudflare knows what a tunnel's name leads to.
        let is_public =
            |record: &&mut DnsRecord| record.kind == "CNAME" && !record.content.ends_with(".cfargotunnel.com");
        for record in zone.records.iter_mut().filter(is_public) {
            record.addresses = addresses(&record.content);
        }
        zone
    });
    let unread = zone.as_ref().map(|zone| zone.unread.as_slice());
    let unmeasured = (unread != Some(&[])).then(|| {
        let parts = unread.unwrap_or(&Part::ALL);
        let permissions: Vec<_> = parts.iter().map(|part| part.permission()).collect();
        not_checked(Finding::ZoneNotChecked, host, format!("{again} # {}", permissions.join(", ")))
    });
    ReadZone { zone, unmeasured }
}

fn whole(token: &Token, outside: &Outside<'_>, host: &str) -> Option<Zone> {
    let (id, name) = zone::candidates(host).into_iter().find_map(|name| {
        let (status, response) = token.ask(outside, &zone::find(name))?;
        Some((zone::found(status, &response.body).ok()??, name))
    })?;
    let mut zone = Zone { name: name.to_owned(), ..Zone::default() };
    for part in Part::ALL {
        read_part(&mut zone, part, token.ask(outside, &part.request(&id, host)));
    }
    // A wildcard applies to a name without its own records.
    if zone.records.is_empty()
        && !zone.unread.contains(&Part::Records)
        && let Some((_, parent)) = host.split_once('.').filter(|_| host != name)
    {
        let request = Part::Records.request(&id, &format!("*.{parent}"));
        read_part(&mut zone, Part::Records, token.ask(outside, &request));
    }
    Some(zone)
}

fn read_part(zone: &mut Zone, part: Part, answer: Option<(u16, Response)>) {
    match answer {
        Some((status, response)) => zone.read(part, status, &response.body),
        None => zone.unread.push(part),
    }
}
