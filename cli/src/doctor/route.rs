//! Traces the route to an address that doesn't answer, with mtr, if it's installed.

use std::net::{IpAddr, SocketAddr};

use rayback_core::doctor::{Connect, ConnectOutcome, Finding, Measurements, PacketPath};
use serde_json::Value;

use super::not_checked;
use super::program::{self, Output};
use crate::network::tcp;

/// Traces the route to each address that doesn't answer.
pub(super) fn measure(measured: &mut Measurements) {
    let mut lost: Vec<SocketAddr> = Vec::new();
    for Connect { to, outcome, .. } in &measured.connects {
        let is_lost = matches!(outcome, ConnectOutcome::Silent | ConnectOutcome::NoRoute);
        // There's no route to trace to this machine itself.
        if is_lost && !lost.iter().any(|known| known.ip() == to.ip()) && !tcp::is_ours(to.ip()) {
            lost.push(*to);
        }
    }
    for to in lost {
        if let Some(trace) = trace(to) {
            measured.traces.push(trace);
        } else {
            let command = format!("sudo mtr -nwzc 10 --tcp --port {} {}", to.port(), to.ip());
            measured.unmeasured.push(not_checked(Finding::TcpRouteNotChecked, to.to_string(), command));
        }
    }
}

/// Sends two rounds of TCP packets, which pass the same filters as Cloudflare's.
fn trace(to: SocketAddr) -> Option<PacketPath> {
    let (port, address) = (to.port().to_string(), to.ip().to_string());
    let arguments = [
        "--json",
        "--no-dns",
        "--report-cycles",
        "2",
        "--timeout",
        "3",
        "--gracetime",
        "1",
        "--tcp",
        "--port",
        &port,
        &address,
    ];
    match program::run("mtr", &arguments, None, program::PATIENCE * 3) {
        Output::Text(text) => Some(PacketPath { to, hops: hops(&text)? }),
        Output::Missing | Output::Failed(_) | Output::Stopped => None,
    }
}

/// The hops in mtr's JSON that answered.
fn hops(json: &str) -> Option<Vec<(u64, IpAddr)>> {
    let report: Value = serde_json::from_str(json).ok()?;
    let hubs = report.pointer("/report/hubs")?.as_array()?;
    let hop = |hub: &Value| {
        // A number, or in older versions a string.
        let count = hub.get("count")?;
        let count = count.as_u64().or_else(|| count.as_str()?.parse().ok())?;
        Some((count, hub.get("host")?.as_str()?.parse().ok()?))
    };
    Some(hubs.iter().filter_map(hop).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hops_that_answer_are_read() {
        let json = r#"{"report":{"mtr":{"dst":"198.51.100.7"},"hubs":[{"count":1,"host":"10.9.0.1","Loss%":0.0},{"count":"2","host":"203.0.113.1"},{"count":3,"host":"???","Loss%":100.0}]}}"#;
        assert_eq!(hops(json), Some(vec![(1, [10, 9, 0, 1].into()), (2, [203, 0, 113, 1].into())]));
        assert_eq!(hops("mtr: unknown option"), None);
    }
}
