//! The origin's own machine.

use super::super::Check;
use super::super::finding::Finding;
use super::super::firewall::{Action, Examined};
use super::super::local::Listener;
use super::super::measured::{Bans, Filter, Local, Measurements};
use super::super::tunnel::{LocalService, LocalServiceState};
use super::super::web::Web;
use super::check;
use crate::document::CheckState;

pub(super) fn checks(measured: &Measurements, checks: &mut Vec<Check>) {
    let Some(local) = &measured.local else { return };
    if let Some(listeners) = &local.listeners {
        listening(measured, listeners, local, checks);
    }
    filter(local, checks);
    for (server, restoring, web) in
        [("nginx", "nginx-realip", &local.nginx), ("Apache", "apache-remoteip", &local.apache)]
    {
        let Some(web) = web else { continue };
        let finding = match web {
            Web { denies: Some(_), .. } => Finding::WebDenies,
            Web { limit: Some(_), restores_addresses: false, .. } => Finding::WebLimits,
            _ => Finding::WebGood,
        };
        let line = web.denies.as_ref().or(web.limit.as_ref()).map_or("", String::as_str);
        checks.push(check(finding, server).with("line", line).with("tool", restoring));
    }
    pressure(measured, local, checks);
    match local.renewal {
        Some(true) => checks.push(check(Finding::RenewalGood, "")),
        Some(false) => checks.push(check(Finding::RenewalMissing, "")),
        None => {}
    }
    tunnel(measured, local, checks);
}

fn listening(measured: &Measurements, listeners: &[Listener], local: &Local, checks: &mut Vec<Check>) {
    let ports = [measured.context.http_port, measured.context.https_port];
    let on_port: Vec<_> = listeners.iter().filter(|it| ports.contains(&it.port)).collect();
    let shown: Vec<_> = on_port.iter().map(ToString::to_string).collect();
    let finding = if on_port.is_empty() {
        // A tunnel needs no open port.
        if local.tunnel_configured || local.cloudflared_runs {
            return;
        }
        Finding::ListenNothing
    } else if on_port.iter().all(|it| it.address.is_loopback())
        && !measured.connects.iter().any(|connect| connect.to.ip().is_loopback())
    {
        Finding::ListenLoopback
    } else {
        Finding::ListenGood
    };
    let [http, https] = ports;
    checks.push(check(finding, "").with("sockets", shown.join(", ")).with("http", http).with("https", https));
}

fn filter(local: &Local, checks: &mut Vec<Check>) {
    match &local.filter {
        Filter::NotRead => {}
        Filter::Empty => checks.push(check(Finding::FirewallNone, "")),
        Filter::Read(examined) => blocks(examined, checks),
    }
    for (bans, some, none) in [
        (&local.bans, Finding::BansCloudflare, Finding::BansNone),
        (&local.crowdsec, Finding::BansCrowdsec, Finding::BansCrowdsecNone),
    ] {
        let Bans::Read(banned) = bans else { continue };
        match banned.first() {
            None => checks.push(check(none, "")),
            Some((jail, address)) => {
                checks.push(check(some, jail).with("n", banned.len()).with("address", address).with("jail", jail));
            }
        }
    }
}

fn blocks(examined: &Examined, checks: &mut Vec<Check>) {
    /// The most rules that are named.
    const MOST: usize = 4;
    let mut rules: Vec<_> = examined.blocks.iter().map(|block| (block.action, &block.rule)).collect();
    rules.sort_by_key(|(action, _)| *action != Action::Drop);
    let mut named = Vec::new();
    for (action, rule) in rules {
        if named.contains(&rule) || named.len() == MOST {
            continue;
        }
        named.push(rule);
        let of = || examined.blocks.iter().filter(|block| block.rule == *rule);
        let finding = match action {
            _ if of().any(|block| block.is_routing) => Finding::FirewallRouting,
            Action::Reject => Finding::FirewallRejects,
            _ if of().any(|block| block.blocks_others) => Finding::FirewallDropsAll,
            _ if of().any(|block| block.is_whole) => Finding::FirewallDropsCloudflare,
            _ => Finding::FirewallDropsSome,
        };
        let mut sources: Vec<_> = of().map(|block| block.source.to_string()).collect();
        let mut ports: Vec<_> = of().map(|block| block.port).collect();
        sources.sort();
        sources.dedup();
        ports.sort_unstable();
        ports.dedup();
        let ports: Vec<_> = ports.iter().map(ToString::to_string).collect();
        let more = if sources.len() > 3 { ", …" } else { "" };
        sources.truncate(3);
        checks.push(
            check(finding, "")
                .with("sources", format!("{}{more}", sources.join(", ")))
                .with("ports", ports.join(", "))
                .with("rule", rule),
        );
    }
    // It's only a pass if every rule was checked, and none may block or limit Cloudflare.
    if examined.is_incomplete {
        checks.push(check(Finding::FirewallTooLarge, "").with("command", "sudo nft list ruleset"));
    } else if examined.blocks.is_empty() && examined.uncertain.is_empty() && examined.limits.is_empty() {
        checks.push(check(Finding::FirewallGood, "").with("n", examined.ranges));
    }
    for (rules, finding) in
        [(&examined.limits, Finding::FirewallLimits), (&examined.uncertain, Finding::FirewallUncertain)]
    {
        if let Some(rule) = rules.first() {
            checks.push(check(finding, "").with("rule", rule));
        }
    }
}

fn pressure(measured: &Measurements, local: &Local, checks: &mut Vec<Check>) {
    let before = checks.len();
    let full = |usage: Option<(u64, u64)>| usage.filter(|(used, limit)| *limit > 0 && *used >= *limit / 100 * 95);
    if let Some((hundredths, processors)) = local.load.filter(|(load, cpus)| *load > 400 * (*cpus).max(1)) {
        let load = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        checks.push(check(Finding::MachineLoad, "").with("load", load).with("n", processors));
    }
    if let Some((available, total)) = local.memory_kib.filter(|(available, total)| *available < *total / 100 * 3) {
        checks.push(check(Finding::MachineMemory, "").with("available", available / 1024).with("total", total / 1024));
    }
    if let Some((used, limit)) = full(local.files) {
        checks.push(check(Finding::MachineFiles, "").with("used", used).with("limit", limit));
    }
    if let Some((used, limit)) = full(local.conntrack) {
        checks.push(check(Finding::MachineConntrack, "").with("used", used).with("limit", limit));
    }
    if let Some(n) = local.queue_overflows.filter(|n| *n > 0) {
        // The kernel counts for all sockets together.
        let ports = [measured.context.http_port, measured.context.https_port];
        let mut listeners = local.listeners.iter().flatten();
        let is_the_origins = listeners.any(|listener| ports.contains(&listener.port) && listener.waiting > 0);
        let finding = if is_the_origins { Finding::MachineQueue } else { Finding::MachineQueueSomewhere };
        checks.push(check(finding, "").with("n", n));
    }
    if checks.len() == before && local.load.is_some() && local.memory_kib.is_some() {
        checks.push(check(Finding::MachineGood, ""));
    }
}

fn tunnel(measured: &Measurements, local: &Local, checks: &mut Vec<Check>) {
    if !local.cloudflared_runs && !local.tunnel_configured && local.tunnel_invalid.is_none() {
        return;
    }
    let finding = match (local.cloudflared_runs, local.cloudflared_connections) {
        (false, _) => Finding::TunnelDown,
        (true, Some(0)) => Finding::TunnelBlocked,
        (true, Some(_)) => Finding::TunnelConnected,
        (true, None) => Finding::TunnelNotChecked,
    };
    checks.push(
        check(finding, "cloudflared")
            .with("n", local.cloudflared_connections.unwrap_or_default())
            .with("command", "cloudflared tunnel info TUNNEL_NAME"),
    );
    if let Some(detail) = &local.tunnel_invalid {
        checks.push(check(Finding::TunnelInvalid, "cloudflared").with("detail", detail));
    }
    if local.tunnel_configured && !local.has_route {
        checks.push(check(Finding::TunnelNoRoute, &measured.host));
    }
    for service in &local.services {
        checks.push(one_service(service));
    }
}

fn one_service(service: &LocalService) -> Check {
    use LocalServiceState as S;
    let finding = match service.state {
        S::Answers => Finding::TunnelServiceGood,
        S::Unresolved if service.in_container => Finding::TunnelContainerName,
        S::Unresolved => Finding::TunnelName,
        S::NoResolver => Finding::TunnelServiceNotChecked,
        // Whatever answers on this machine, cloudflared doesn't reach it.
        S::Refused | S::Silent if service.in_container && service.is_local() => Finding::TunnelContainer,
        S::Refused | S::Silent => Finding::TunnelServiceDown,
        S::SpeaksPlain => Finding::TunnelNotTls,
        S::SpeaksTls => Finding::TunnelNeedsTls,
        S::BadCertificate => Finding::TunnelCertificate,
    };
    let host = service.target().map_or("", |(_, host, _)| host);
    check(finding, &service.url)
        .only(if service.no_verify && finding == Finding::TunnelCertificate {
            CheckState::Warn
        } else {
            finding.state()
        })
        .with("host", host)
        .with("name", service.expected_name())
        .with("names", service.names.join(", "))
        .with("command", &service.lookup)
        .took(service.took_ms)
}
