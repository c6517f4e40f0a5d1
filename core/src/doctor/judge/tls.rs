//! TLS with the origin: the handshake as Full judges it, the certificate as Full (strict) does.

use super::super::Check;
use super::super::finding::Finding;
use super::super::measured::{Certificate, Handshake, HandshakeFailure, Measurements, SslMode, Tls, Trust};
use super::{check, seconds};
use crate::document::CheckState;
use crate::time::Timestamp;

pub(super) fn checks(measured: &Measurements, checks: &mut Vec<Check>) {
    for tls in &measured.tls {
        handshake(measured, tls, checks);
        certificates(measured, tls, checks);
    }
}

fn handshake(measured: &Measurements, tls: &Tls, checks: &mut Vec<Check>) {
    let Some(first) = tls.handshakes.first() else { return };
    let works = tls.handshakes.iter().filter(|it| it.is_ok()).count();
    let failure = tls.handshakes.iter().find_map(|it| it.as_ref().err());
    let nameless_works = matches!(&tls.without_name, Some(Ok(_)));
    let finding = match (failure, works) {
        (None, _) => Finding::TlsWorks,
        (Some(_), 1..) => Finding::TlsSometimes,
        (Some(_), 0) if nameless_works => Finding::TlsNameUnknown,
        (Some(failure), 0) => match failure {
            HandshakeFailure::UnknownName => Finding::TlsNameUnknown,
            HandshakeFailure::NothingInCommon => Finding::TlsNothingInCommon,
            HandshakeFailure::NoProtocol => Finding::TlsNoProtocol,
            HandshakeFailure::NotTls => Finding::TlsNotTls,
            HandshakeFailure::Closed => Finding::TlsClosed,
            HandshakeFailure::Silent => Finding::TlsSilent,
            HandshakeFailure::WantsCertificate => Finding::TlsWantsCertificate,
            HandshakeFailure::Other(_) => Finding::TlsFailed,
        },
    };
    let protocol = first.as_ref().map_or("", |handshake| handshake.protocol.as_str());
    let detail = match failure {
        Some(HandshakeFailure::Other(detail)) => detail.as_str(),
        _ => "",
    };
    // In Flexible, Cloudflare never speaks TLS to the origin.
    let state = relevant(measured, finding.state(), false);
    checks.push(
        check(finding, tls.to)
            .only(state)
            .with("protocol", protocol)
            .with("detail", detail)
            .with("good", works)
            .with("all", tls.handshakes.len())
            .with("limit", seconds(measured.context.limits.acknowledge_ms))
            .with("host", &measured.host)
            .with("address", tls.to)
            .took(tls.took_ms),
    );
}

fn certificates(measured: &Measurements, tls: &Tls, checks: &mut Vec<Check>) {
    let mut different: Vec<&Certificate> = Vec::new();
    for Handshake { certificate, .. } in tls.handshakes.iter().flatten() {
        if !different.iter().any(|known| known.fingerprint == certificate.fingerprint) {
            different.push(certificate);
        }
    }
    for certificate in &different {
        for finding in judge(certificate) {
            let state = relevant(measured, finding.state(), true);
            let issuer = if certificate.issuer.is_empty() { "?" } else { &certificate.issuer };
            // The number in the text: of the certificate's days, or of the certificates in the chain.
            let n = match finding {
                Finding::CertificateEndsSoon => (certificate.not_after - certificate.checked_at) / 86_400,
                _ => i64::try_from(certificate.sent).unwrap_or(i64::MAX),
            };
            checks.push(
                check(finding, tls.to)
                    .only(state)
                    .with("host", &measured.host)
                    .with("address", tls.to)
                    .with("names", certificate.names.join(", "))
                    .with("issuer", issuer)
                    .with("from", day(certificate.not_before))
                    .with("until", day(certificate.not_after))
                    .with("n", n),
            );
        }
    }
    let seen = tls.handshakes.iter().flatten().count();
    if different.len() > 1 {
        // As bad as the worst certificate, which has its own line; alone, two good ones are no fault.
        let all_good = different.iter().all(|it| judge(it).iter().all(|finding| finding.state() != CheckState::Fail));
        let state = if all_good { CheckState::Warn } else { relevant(measured, CheckState::Fail, true) };
        checks
            .push(check(Finding::CertificatesDiffer, tls.to).only(state).with("n", different.len()).with("all", seen));
    } else if seen > 1 {
        checks.push(check(Finding::CertificatesAgree, tls.to).with("all", seen));
    }
}

/// What Full (strict) says of a certificate; every fault, not only the first.
pub(super) fn judge(certificate: &Certificate) -> Vec<Finding> {
    /// Time to act before it ends.
    const SOON: i64 = 14 * 86_400;
    let mut found = Vec::new();
    if certificate.not_after < certificate.checked_at {
        found.push(Finding::CertificateExpired);
    } else if certificate.not_before > certificate.checked_at {
        found.push(Finding::CertificateEarly);
    }
    if !certificate.fits_name {
        found.push(Finding::CertificateName);
    }
    match certificate.trust {
        Trust::Trusted | Trust::OriginCa => {}
        Trust::SelfSigned => found.push(Finding::CertificateSelfSigned),
        Trust::Incomplete => found.push(Finding::CertificateIncomplete),
        Trust::Unknown => found.push(Finding::CertificateUnknown),
        Trust::Broken => found.push(Finding::CertificateBroken),
    }
    if found.is_empty() {
        found.push(match certificate.trust {
            _ if certificate.not_after - certificate.checked_at < SOON => Finding::CertificateEndsSoon,
            Trust::OriginCa => Finding::CertificateOriginCa,
            _ => Finding::CertificateGood,
        });
    }
    found
}

/// A failure that the zone's mode doesn't care about is a warning.
fn relevant(measured: &Measurements, state: CheckState, certificate: bool) -> CheckState {
    match (state, measured.context.mode) {
        (CheckState::Fail, Some(SslMode::Flexible)) => CheckState::Warn,
        (CheckState::Fail, Some(SslMode::Full)) if certificate => CheckState::Warn,
        (state, _) => state,
    }
}

fn day(seconds: i64) -> String {
    let text = Timestamp::from_unix_millis(seconds.saturating_mul(1000)).to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}
