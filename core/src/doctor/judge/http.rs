//! The origin's answers.

use super::super::Check;
use super::super::finding::Finding;
use super::super::measured::{Answer, Exchange, Measurements, SslMode};
use super::{check, seconds};
use crate::catalog::limit::HEADERS_BYTES;
use crate::catalog::{self, Cause};
use crate::document::CheckState;

/// What nginx and Apache take of one header line unless configured otherwise, in bytes.
const COMMON_HEADER: usize = 8_000;

pub(super) fn checks(measured: &Measurements, checks: &mut Vec<Check>) {
    for exchange in &measured.exchanges {
        let Some(first) = exchange.answers.first() else { continue };
        if let Some(count) = cut_off_after(measured, exchange) {
            checks.push(check(Finding::HttpCutOff, exchange.to).with("n", count));
            continue;
        }
        let finding = judge(first, measured);
        checks.push(described(measured, exchange, finding, first));
        if let Some(finding) = redirect(measured, exchange) {
            checks.push(check(finding, exchange.to));
        }
        let bad: Vec<_> =
            exchange.answers.iter().filter(|answer| judge(answer, measured).state() == CheckState::Fail).collect();
        if finding.state() != CheckState::Fail && !bad.is_empty() {
            checks.push(
                check(Finding::HttpSometimes, exchange.to).with("bad", bad.len()).with("all", exchange.answers.len()),
            );
        }
        if let Some(upload) = &exchange.upload {
            // An answer of any kind is one: a server may refuse a body, but it has read it or closed the connection.
            let is_slow = finding.state() != CheckState::Fail && matches!(upload, Answer::Silent { .. });
            let result = if is_slow { Finding::HttpUploadSlow } else { Finding::HttpUpload };
            checks.push(check(result, exchange.to));
        }
        if exchange.keep_alive == Some(false) {
            checks.push(check(Finding::HttpNoKeepAlive, exchange.to));
        }
        let refused = exchange.header_probes.iter().filter(|probe| !probe.accepted).map(|probe| probe.bytes).min();
        // Servers that stop at their usual 8 KB are worth a line only where visitors see what that leads to.
        let code = measured.context.reported.or(measured.seen.as_ref().and_then(|seen| seen.code));
        let suspicious = code.and_then(catalog::entry).is_some_and(|entry| {
            let about_sizes = [Cause::LargeHeaders, Cause::LargeRequestHeaders, Cause::MalformedRequest];
            entry.causes.iter().any(|cause| about_sizes.contains(cause))
        });
        if let Some(bytes) = refused.filter(|bytes| *bytes <= COMMON_HEADER || suspicious) {
            checks.push(check(Finding::HttpRequestHeaders, exchange.to).with("bytes", bytes));
        }
    }
}

/// What a redirect to the same page in the other scheme means for visitors, who come over HTTPS.
fn redirect(measured: &Measurements, exchange: &Exchange) -> Option<Finding> {
    let Measurements { host, context, seen, .. } = measured;
    if !exchange.swaps_scheme(host, &context.path) {
        return None;
    }
    // An answer through Cloudflare shows it. Without one, only the encryption mode shows how Cloudflare connects.
    let answered = seen.as_ref().filter(|seen| seen.status.is_some() && seen.code.is_none() && !seen.refused_us);
    let loops = answered.map_or(context.mode == Some(SslMode::Flexible), |seen| seen.redirects_to_itself);
    match (exchange.tls, context.mode) {
        (false, None | Some(SslMode::Flexible)) if loops => Some(Finding::HttpRedirectLoop),
        (false, None) if answered.is_none() => Some(Finding::HttpToHttps),
        (true, None | Some(SslMode::Full | SslMode::Strict)) => Some(Finding::HttpsToHttp),
        _ => None,
    }
}

/// How many connections worked before all later ones failed, as when a server or firewall limits their number; `None`
/// if there's no such pattern.
fn cut_off_after(measured: &Measurements, exchange: &Exchange) -> Option<usize> {
    /// How many must work first, and how many must then fail: an unreliable server fails less regularly.
    const AT_LEAST: (usize, usize) = (3, 2);
    let tls = measured.tls.iter().find(|tls| tls.to == exchange.to);
    let mut worked: Vec<bool> = tls.iter().flat_map(|tls| &tls.handshakes).map(Result::is_ok).collect();
    let answered = exchange.answers.iter().any(|answer| matches!(answer, Answer::Response { .. }));
    worked.extend(exchange.answers.iter().map(|answer| match answer {
        Answer::NoConnection => false,
        // If nothing was answered at all, the connection is more likely closed because of the page itself.
        Answer::Empty { .. } => !answered,
        _ => true,
    }));
    let count = worked.iter().take_while(|worked| **worked).count();
    let later = worked.get(count..).unwrap_or_default();
    (count >= AT_LEAST.0 && later.len() >= AT_LEAST.1 && !later.contains(&true)).then_some(count)
}

fn judge(answer: &Answer, measured: &Measurements) -> Finding {
    match answer {
        Answer::Response { from_cloudflare: true, .. } => Finding::HttpLoops,
        Answer::Response { status: 502, .. } => Finding::HttpBadGateway,
        Answer::Response { status: 503, .. } => Finding::HttpUnavailable,
        Answer::Response { status: 504, .. } => Finding::HttpGatewayTimeout,
        Answer::Response { status: 500.., .. } => Finding::HttpServerError,
        Answer::Response { truncated: true, .. } => Finding::HttpTruncated,
        Answer::Response { head_bytes, .. } if *head_bytes > HEADERS_BYTES / 2 => Finding::HttpHeadLarge,
        Answer::Response { first_byte_ms, .. } if *first_byte_ms > measured.context.limits.first_byte_ms / 4 => {
            Finding::HttpSlow
        }
        Answer::Response { .. } => Finding::HttpAnswers,
        Answer::Silent { .. } => Finding::HttpSilent,
        Answer::Empty { .. } | Answer::NoConnection => Finding::HttpEmpty,
        Answer::Malformed { .. } => Finding::HttpMalformed,
        Answer::HeadTooLarge { .. } => Finding::HttpHeadTooLarge,
    }
}

fn described(measured: &Measurements, exchange: &Exchange, finding: Finding, answer: &Answer) -> Check {
    let mut made = check(finding, exchange.to)
        .with("address", exchange.to)
        .with("host", &measured.host)
        .with("limit", seconds(measured.context.limits.first_byte_ms));
    match answer {
        Answer::Response { status, first_byte_ms, head_bytes, .. } => {
            made = made
                .with("status", status)
                .with("seconds", seconds(*first_byte_ms))
                .with("bytes", head_bytes)
                .took(*first_byte_ms);
        }
        Answer::Silent { waited_ms } => made = made.with("seconds", seconds(*waited_ms)).took(*waited_ms),
        Answer::Malformed { detail } => made = made.with("detail", detail),
        Answer::HeadTooLarge { bytes } => made = made.with("bytes", bytes),
        Answer::Empty { .. } | Answer::NoConnection => {}
    }
    made
}
