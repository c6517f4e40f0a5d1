//! The zone's settings at Cloudflare, compared with the origin.

use core::net::{IpAddr, Ipv4Addr};

use super::super::Check;
use super::super::finding::Finding;
use super::super::measured::Measurements;
use super::check;
use super::name::is_placeholder;
use crate::outside::zone::{DnsRecord, Part, Zone};

pub(super) fn checks(measured: &Measurements, zone: &Zone, checks: &mut Vec<Check>) {
    records(measured, zone, checks);
    if let Some(mode) = &zone.mode {
        checks.push(check(Finding::ZoneMode, &zone.name).with("mode", mode));
    }
    for rule in &zone.origin_rules {
        let port = rule.port.map(|port| format!(":{port}")).unwrap_or_default();
        let target = format!("{}{port}", rule.host.as_deref().unwrap_or(&measured.host));
        let is_dead = rule.addresses.as_ref().is_some_and(|all| all.iter().all(|address| is_placeholder(*address)));
        let finding = if is_dead { Finding::ZoneOriginRuleDead } else { Finding::ZoneOriginRule };
        checks.push(check(finding, &zone.name).with("rule", &rule.expression).with("target", target));
    }
}

fn records(measured: &Measurements, zone: &Zone, checks: &mut Vec<Check>) {
    if zone.unread.contains(&Part::Records) {
        return;
    }
    let shown: Vec<_> = zone.records.iter().map(|it| format!("{} {}", it.kind, it.content)).collect();
    let known: Vec<_> = measured.context.known.iter().map(ToString::to_string).collect();
    let worker = zone.worker(&measured.host, &measured.context.path);
    let addresses: Vec<IpAddr> = zone.records.iter().flat_map(DnsRecord::leads_to).collect();
    // Without a known address of the origin to compare with, the records are only shown.
    let is_elsewhere = !known.is_empty()
        && !addresses.is_empty()
        && !addresses.iter().any(|address| measured.context.known.contains(address));
    let finding = if zone.records.is_empty() {
        Finding::ZoneNoRecord
    } else if zone.records.iter().any(|record| record.addresses.as_ref().is_some_and(Vec::is_empty)) {
        Finding::ZoneTargetDead
    } else if !zone.records.iter().any(|record| record.proxied) {
        Finding::ZoneDnsOnly
    } else if addresses.iter().any(|address| stands_for_a_worker(*address)) {
        // A Worker answers before the address would be asked.
        let answers = worker.is_some_and(|route| route.script.is_some());
        if answers { Finding::ZoneRecords } else { Finding::ZoneNoRoute }
    } else if is_elsewhere {
        Finding::ZoneElsewhere
    } else {
        Finding::ZoneRecords
    };
    let is_certain = finding != Finding::ZoneNoRoute || !zone.unread.contains(&Part::Routes);
    if is_certain {
        checks
            .push(check(finding, &measured.host).with("sources", shown.join(", ")).with("addresses", known.join(", ")));
    }
    if let Some(route) = worker.filter(|route| route.script.is_some()) {
        let script = route.script.as_deref().unwrap_or_default();
        checks.push(check(Finding::ZoneWorker, &measured.host).with("rule", &route.pattern).with("name", script));
    }
}

/// Whether people give a record this address if only a Worker answers: a placeholder, or Cloudflare's resolver.
#[must_use]
pub fn stands_for_a_worker(address: IpAddr) -> bool {
    is_placeholder(address) || address == Ipv4Addr::new(1, 1, 1, 1)
}
