//! How ready a site is for visits without Cloudflare, if Cloudflare itself is down.

use core::time::Duration;

use super::super::Check;
use super::super::finding::Finding;
use super::super::measured::{ConnectOutcome, Filter, Measurements};
use super::check;
use crate::outside::zone::DnsRecord;

/// A time to live up to this is short: it's what Cloudflare gives proxied records.
const SHORT: Duration = Duration::from_mins(5);

pub(super) fn checks(measured: &Measurements, checks: &mut Vec<Check>) {
    let host = &measured.host;
    checks.push(check(if measured.zone.is_some() { Finding::ReadyToken } else { Finding::ReadyNoToken }, ""));

    let records = measured.zone.iter().flat_map(|zone| &zone.records);
    let ttl = match records.map(DnsRecord::time_to_live).max() {
        None => check(Finding::ReadyTtlNotChecked, host).with("command", format!("dig {host}")),
        Some(ttl) => {
            let finding = if ttl <= SHORT { Finding::ReadyTtl } else { Finding::ReadyLongTtl };
            check(finding, host).with("seconds", ttl.as_secs())
        }
    };
    checks.push(ttl);

    let shown = measured.tls.iter().find_map(|tls| Some((tls.to, tls.handshakes.first()?.as_ref().ok()?)));
    checks.push(match shown {
        None => check(Finding::ReadyCertificateNotChecked, host)
            .with("command", format!("rayback doctor {host} --origin SERVER_IP --ready")),
        Some((to, handshake)) => {
            let certificate = &handshake.certificate;
            let finding = if certificate.is_valid() { Finding::ReadyCertificate } else { Finding::ReadyBadCertificate };
            check(finding, to).with("issuer", &certificate.issuer)
        }
    });

    // On another machine, an accepted connection shows it, because that machine isn't Cloudflare's.
    let accepted = || measured.connects.iter().any(|it| it.outcome == ConnectOutcome::Accepted);
    let is_open = match measured.local.as_ref().map(|local| &local.filter) {
        Some(Filter::Empty) => Some(true),
        Some(Filter::Read(examined)) => Some(examined.others_admitted),
        Some(Filter::NotRead) => None,
        None => accepted().then_some(true),
    };
    checks.push(match is_open {
        Some(true) => check(Finding::ReadyFirewall, ""),
        Some(false) => check(Finding::ReadyClosedFirewall, ""),
        None => check(Finding::ReadyFirewallNotChecked, "")
            .with("command", format!("sudo rayback doctor {host} --local --ready")),
    });
}
