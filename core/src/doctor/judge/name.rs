//! DNS, the answer through Cloudflare, and the kind of address that the origin has.

use core::net::IpAddr;

use super::super::Check;
use super::super::finding::Finding;
use super::super::measured::{Measurements, NameAnswer, Public};
use super::check;
use crate::code::Code;
use crate::outside::dns::{Lookup, LookupOutcome};
use crate::outside::ranges::Ranges;

pub(super) fn checks(measured: &Measurements, checks: &mut Vec<Check>) {
    if let Some(dns) = &measured.dns {
        let host = &measured.host;
        let addresses: Vec<IpAddr> = dns.addresses().collect();
        let both = |wanted: &NameAnswer| dns.a == *wanted && dns.aaaa == *wanted;
        let either = |wanted: &NameAnswer| dns.a == *wanted || dns.aaaa == *wanted;
        let ranges = Ranges::embedded();
        let inside = addresses.iter().filter(|address| ranges.contains(**address)).count();
        let finding = match (addresses.len(), inside) {
            (0, _) if dns.aliases.is_empty() && either(&NameAnswer::NoSuchName) => Finding::DnsNoName,
            (0, _) if either(&NameAnswer::NoSuchName) => Finding::DnsAliasDangling,
            (0, _) if both(&NameAnswer::NoRecord) => Finding::DnsNoAddress,
            (0, _) if either(&NameAnswer::ServerFailure) => Finding::DnsServersFail,
            (0, _) => Finding::DnsNotChecked,
            (_, 0) => Finding::DnsDirect,
            (all, inside) if all == inside => Finding::DnsCloudflare,
            _ => Finding::DnsMixed,
        };
        let shown: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        checks.push(
            check(finding, host)
                .with("addresses", shown.join(", "))
                .with("target", dns.aliases.last().map_or("", String::as_str))
                .with("command", format!("dig +short A {host}; dig +short AAAA {host}"))
                .took(dns.took_ms),
        );
        match &dns.public {
            Public::No => {}
            Public::Failed => {
                let command = format!(
                    "curl -sS 'https://cloudflare-dns.com/dns-query?name={host}' -H 'Accept: application/dns-json'"
                );
                checks.push(check(Finding::DnsPublicNotChecked, host).with("command", command));
            }
            Public::Answered(public) => {
                let here = Lookup { outcome: LookupOutcome::Exists, addresses: addresses.clone() };
                // Behind Cloudflare, different resolvers see different Cloudflare addresses.
                let same = here.placement(&ranges) == public.placement(&ranges)
                    && (inside > 0 || public.addresses.iter().all(|address| addresses.contains(address)));
                let finding = if same { Finding::DnsAgrees } else { Finding::DnsDiffers };
                let shown: Vec<_> = public.addresses.iter().map(ToString::to_string).collect();
                let shown = if shown.is_empty() { "–".to_owned() } else { shown.join(", ") };
                checks.push(check(finding, host).with("addresses", shown));
            }
        }
        for (ending, finding) in
            [(".cfargotunnel.com", Finding::DnsAliasTunnel), (".pages.dev", Finding::DnsAliasPages)]
        {
            if let Some(target) = dns.aliases.iter().find(|name| name.ends_with(ending)) {
                checks.push(check(finding, host).with("target", target));
            }
        }
        let other =
            dns.aliases.last().filter(|name| !name.ends_with(".pages.dev") && !name.ends_with(".cfargotunnel.com"));
        if let Some(target) = other.filter(|_| finding == Finding::DnsCloudflare) {
            checks.push(check(Finding::DnsAliasCloudflare, host).with("target", target));
        }
    }
    if let Some(seen) = &measured.seen {
        let finding = match (seen.refused_us, seen.code, seen.status) {
            (true, ..) => Finding::EdgeRefusesUs,
            (_, Some(_), _) => Finding::EdgeError,
            _ if seen.redirects_to_itself => Finding::EdgeRedirectLoop,
            (_, _, Some(_)) => Finding::EdgeAnswers,
            _ => Finding::EdgeSilent,
        };
        let number = seen.code.map_or_else(|| seen.status.unwrap_or_default(), Code::number);
        checks.push(check(finding, &measured.host).with("code", number).took(seen.took_ms));
    }
    for origin in &measured.context.origins {
        let finding = if Ranges::embedded().contains(*origin) {
            Finding::OriginAtCloudflare
        } else if is_placeholder(*origin) {
            Finding::OriginPlaceholder
        } else if is_private(*origin) {
            Finding::OriginPrivate
        } else {
            continue;
        };
        checks.push(check(finding, origin));
    }
}

/// An address from the blocks that Cloudflare's page about 522 names as placeholders: `192.0.2.0/24` and `100::/64`.
pub(super) fn is_placeholder(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => matches!(address.octets(), [192, 0, 2, _]),
        IpAddr::V6(address) => matches!(address.segments(), [0x100, 0, 0, 0, ..]),
    }
}

/// Whether an address may be reached from the internet, so that it can be compared with a zone's record.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    !is_private(address) && !is_placeholder(address) && !address.is_loopback() && !address.is_unspecified()
}

/// Private or link-local: nothing outside that network reaches it. The loopback is this machine, which is the user's matter.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}
