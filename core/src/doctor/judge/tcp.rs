//! TCP connections to the origin, each address and port apart.

use core::net::IpAddr;

use super::super::Check;
use super::super::finding::Finding;
use super::super::measured::{Connect, ConnectOutcome, Measurements, PacketPath, SslMode};
use super::{check, seconds};
use crate::catalog::{self, Stage};
use crate::document::CheckState;

pub(super) fn checks(measured: &Measurements, checks: &mut Vec<Check>) {
    let mut addresses: Vec<IpAddr> = Vec::new();
    for connect in &measured.connects {
        if !addresses.contains(&connect.to.ip()) {
            addresses.push(connect.to.ip());
        }
    }
    let works = |address: IpAddr| {
        measured.connects.iter().any(|it| it.to.ip() == address && it.outcome == ConnectOutcome::Accepted)
    };
    for address in &addresses {
        let here: Vec<_> = measured.connects.iter().filter(|it| it.to.ip() == *address).collect();
        let another_works = addresses.iter().any(|other| other != address && works(*other));
        for connect in &here {
            checks.push(one(measured, connect, &here, another_works));
        }
    }
    for PacketPath { to, hops } in &measured.traces {
        let (count, last) = hops.last().map_or((0, "–".to_owned()), |(hop, address)| (*hop, address.to_string()));
        checks.push(check(Finding::TcpRoute, to).with("n", count).with("address", last));
    }
}

fn one(measured: &Measurements, connect: &Connect, here: &[&Connect], another_works: bool) -> Check {
    use ConnectOutcome as O;
    let context = &measured.context;
    let is_https = connect.to.port() == context.https_port;
    let other_port = here.iter().find(|it| it.to.port() != connect.to.port()).map(|it| it.outcome);
    let other_accepts = other_port == Some(O::Accepted);
    // Cloudflare sends visitors of http:// to port 80 in every mode, and those of https:// to the mode's port.
    let needed = match context.mode {
        Some(SslMode::Flexible) => !is_https,
        Some(_) => is_https,
        None => is_https || context.reported.and_then(catalog::entry).is_some_and(|entry| entry.stage == Stage::Tcp),
    };
    let finding = match connect.outcome {
        O::Accepted => Finding::TcpAccepted,
        O::Failed => Finding::TcpFailed,
        O::NoNetworkHere => Finding::TcpNotChecked,
        _ if measured.has_tunnel() && !other_accepts => Finding::TcpBehindTunnel,
        _ if another_works && !other_accepts => Finding::TcpAddressFails,
        O::NoRoute => Finding::TcpNoRoute,
        O::Refused if other_accepts && !needed => Finding::TcpRefused,
        O::Refused if other_accepts && is_https => Finding::TcpOnlyHttp,
        O::Refused if other_accepts => Finding::TcpOnlyHttps,
        O::Refused => Finding::TcpAllRefused,
        O::Silent if other_accepts => Finding::TcpPortSilent,
        O::Silent => Finding::TcpAllSilent,
    };
    let state = match finding {
        Finding::TcpPortSilent if !needed => CheckState::Warn,
        finding => finding.state(),
    };
    check(finding, connect.to)
        .only(state)
        .with("address", connect.to.ip())
        .with("host", &measured.host)
        .with("port", connect.to.port())
        .with("limit", seconds(context.limits.connect_ms))
        .with("command", format!("sudo ss -ltnp 'sport = :{}'", connect.to.port()))
        .took(connect.took_ms)
}
