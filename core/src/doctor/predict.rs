//! The code that Cloudflare would show, for each encryption mode.

use core::net::IpAddr;

use serde::Serialize;

use super::Check;
use super::finding::Finding;
use super::measured::{Answer, ConnectOutcome, HandshakeFailure, Measurements, SslMode};
use crate::catalog::OriginFailure;
use crate::code::Code;
use crate::document::CheckState;

/// The code that each encryption mode would lead to; `None` for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ByMode {
    /// In Flexible.
    pub flexible: Option<Code>,
    /// In Full.
    pub full: Option<Code>,
    /// In Full (strict).
    pub strict: Option<Code>,
}

impl ByMode {
    /// The code in the given mode; without one, the only code that any mode leads to.
    pub(super) fn agreed(self, mode: Option<SslMode>) -> Option<Code> {
        match mode {
            Some(SslMode::Flexible) => self.flexible,
            Some(SslMode::Full) => self.full,
            Some(SslMode::Strict) => self.strict,
            None => {
                let mut codes = [self.flexible, self.full, self.strict].into_iter().flatten();
                let first = codes.next()?;
                codes.all(|code| code == first).then_some(first)
            }
        }
    }
}

pub(super) fn by_mode(measured: &Measurements, checks: &[Check]) -> ByMode {
    if let Some(code) = in_every_mode(checks) {
        return ByMode { flexible: Some(code), full: Some(code), strict: Some(code) };
    }
    let mut addresses: Vec<IpAddr> = measured.connects.iter().map(|connect| connect.to.ip()).collect();
    addresses.dedup();
    // Cloudflare doesn't connect to a port where a tunnel does the work.
    if checks.iter().any(|check| check.finding == Finding::TcpBehindTunnel) {
        return ByMode::default();
    }
    let code = |mode| addresses.iter().find_map(|address| at(measured, *address, mode));
    ByMode { flexible: code(SslMode::Flexible), full: code(SslMode::Full), strict: code(SslMode::Strict) }
}

/// Codes that don't depend on the mode.
fn in_every_mode(checks: &[Check]) -> Option<Code> {
    let failure = checks.iter().filter(|check| check.state == CheckState::Fail).find_map(|check| {
        Some(match check.finding {
            Finding::OriginAtCloudflare | Finding::HttpLoops => OriginFailure::Loop,
            Finding::TunnelDown | Finding::TunnelBlocked => OriginFailure::Tunnel,
            Finding::TunnelServiceDown
            | Finding::TunnelContainer
            | Finding::TunnelContainerName
            | Finding::TunnelName
            | Finding::TunnelNotTls
            | Finding::TunnelNeedsTls
            | Finding::TunnelCertificate => OriginFailure::BadGateway,
            Finding::OriginPlaceholder
            | Finding::FirewallDropsAll
            | Finding::FirewallDropsCloudflare
            | Finding::FirewallDropsSome
            | Finding::FirewallRouting
            | Finding::ZoneOriginRuleDead
            | Finding::BansCrowdsec
            | Finding::BansCloudflare => OriginFailure::Silent,
            Finding::FirewallRejects => OriginFailure::Refused,
            _ => return None,
        })
    })?;
    Some(failure.code())
}

fn at(measured: &Measurements, address: IpAddr, mode: SslMode) -> Option<Code> {
    let port = if mode == SslMode::Flexible { measured.context.http_port } else { measured.context.https_port };
    let connect = measured.connects.iter().find(|it| it.to.ip() == address && it.to.port() == port)?;
    let failure = match connect.outcome {
        ConnectOutcome::Refused => OriginFailure::Refused,
        ConnectOutcome::Silent => OriginFailure::Silent,
        ConnectOutcome::NoRoute => OriginFailure::NoRoute,
        ConnectOutcome::NoNetworkHere | ConnectOutcome::Failed => return None,
        ConnectOutcome::Accepted => {
            let tls = measured.tls.iter().find(|it| it.to == connect.to);
            match tls.filter(|_| mode != SslMode::Flexible).and_then(|tls| secure(tls, mode)) {
                Some(failure) => failure,
                None => answer(measured, connect.to)?,
            }
        }
    };
    Some(failure.code())
}

fn secure(tls: &super::Tls, mode: SslMode) -> Option<OriginFailure> {
    tls.handshakes.iter().find_map(|handshake| match handshake {
        Err(HandshakeFailure::WantsCertificate) => Some(OriginFailure::BadAnswer),
        Err(_) => Some(OriginFailure::Handshake),
        Ok(handshake) => {
            let bad = super::judge::refused_by_strict(&handshake.certificate);
            (mode == SslMode::Strict && bad).then_some(OriginFailure::Certificate)
        }
    })
}

fn answer(measured: &Measurements, to: core::net::SocketAddr) -> Option<OriginFailure> {
    let exchange = measured.exchanges.iter().find(|it| it.to == to)?;
    match exchange.answers.first()? {
        Answer::Response { status: 502, .. } => Some(OriginFailure::BadGateway),
        Answer::Response { status: 504, .. } => Some(OriginFailure::GatewayTimeout),
        Answer::Silent { .. } => Some(OriginFailure::NoAnswer),
        Answer::Empty { .. } | Answer::NoConnection | Answer::Malformed { .. } | Answer::HeadTooLarge { .. } => {
            Some(OriginFailure::BadAnswer)
        }
        Answer::Response { .. } => None,
    }
}
