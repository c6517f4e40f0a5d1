//! `ip -j route show table all` and `ip -j rule`.
//!
//! A route of type blackhole, unreachable or prohibit discards packets to its destination, so Cloudflare gets no reply.
//! A rule with such an action also discards packets from its source.

use core::net::IpAddr;

use serde_json::Value;

use super::Span;

/// This machine's addresses and interfaces, and the routes and rules that may keep Cloudflare out.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// This machine's addresses.
    pub(super) addresses: Vec<IpAddr>,
    /// The interfaces that lead to the Internet.
    pub(super) devices: Vec<String>,
    discards: Vec<Discard>,
    /// Destinations that packets are sent to, with their table and metric.
    sends: Vec<(String, Span, u64)>,
}

#[derive(Clone, Debug)]
struct Discard {
    /// The route's table; `None` for a rule.
    table: Option<String>,
    span: Span,
    metric: u64,
    text: String,
    is_certain: bool,
}

/// Reads the output of `ip -j route show table all` and of `ip -j rule`, each for IPv4 and IPv6; `None` if one isn't a
/// JSON list.
#[must_use]
pub fn parse_routes(routes: [&str; 2], rules: [&str; 2]) -> Option<Routes> {
    let [routes_v4, routes_v6] = routes;
    let [rules_v4, rules_v6] = rules;
    let list = |text: &str| match text.trim() {
        // What older versions print if there's nothing.
        "" => Some(Vec::new()),
        text => serde_json::from_str::<Vec<Value>>(text).ok(),
    };
    let both = |v4: &str, v6: &str| {
        let tagged = |text: &str, v4: bool| Some(list(text)?.into_iter().map(move |it| (it, v4)));
        Some(tagged(v4, true)?.chain(tagged(v6, false)?))
    };
    let everything = |v4: bool| Span::parse(if v4 { "0.0.0.0/0" } else { "::/0" });
    let mut parsed = Routes::default();
    // The tables that every packet reaches.
    let mut tables = vec!["main".to_owned(), "local".to_owned(), "default".to_owned()];
    for (rule, v4) in both(rules_v4, rules_v6)? {
        let fields = rule.as_object()?;
        let is_plain =
            |name: &str| ["priority", "src", "srclen", "dst", "dstlen", "table", "action", "protocol"].contains(&name);
        let is_certain = fields.keys().all(|name| is_plain(name));
        let table = text(&rule, "table").unwrap_or_default();
        let everything = everything(v4);
        let end = |side: &str| match text(&rule, side) {
            None | Some("all") => everything,
            Some(address) => match rule.get(format!("{side}len")).and_then(Value::as_u64) {
                Some(prefix) => Span::parse(&format!("{address}/{prefix}")),
                None => Span::parse(address),
            },
        };
        let (from, to) = (end("src"), end("dst"));
        let is_all = |span: Option<Span>| span == everything;
        match text(&rule, "action") {
            Some(action @ ("blackhole" | "unreachable" | "prohibit")) => {
                let shown = |span: Option<Span>| span.map(|span| span.to_string()).unwrap_or_default();
                let text = format!("ip rule from {} to {} {action}", shown(from), shown(to));
                // On its way in, the packet's source is Cloudflare's; on the way out, its destination.
                let (span, is_certain) = match (is_all(from), is_all(to)) {
                    (false, true) => (from, is_certain),
                    (true, false) => (to, is_certain),
                    _ => (everything, false),
                };
                let Some(span) = span else { continue };
                parsed.discards.push(Discard { table: None, span, metric: 0, text, is_certain });
            }
            _ if is_certain && is_all(from) && is_all(to) => tables.push(table.to_owned()),
            _ => {}
        }
    }
    for (route, v4) in both(routes_v4, routes_v6)? {
        let table = text(&route, "table").unwrap_or("main").to_owned();
        let (kind, target) = (text(&route, "type").unwrap_or("unicast"), text(&route, "dst").unwrap_or_default());
        let metric = route.get("metric").and_then(Value::as_u64).unwrap_or_default();
        let is_default = target == "default";
        let span = if is_default { everything(v4) } else { Span::parse(target) };
        let Some(span) = span else { continue };
        let device = text(&route, "dev").map(str::to_owned);
        match kind {
            "local" if span == span.head() => parsed.addresses.extend(target.parse::<IpAddr>().ok()),
            "local" | "broadcast" | "multicast" | "anycast" => {}
            "blackhole" | "unreachable" | "prohibit" => {
                let is_certain = tables.contains(&table);
                // The kernel's own route on a machine without IPv6.
                if !(is_default && metric >= u64::from(u32::MAX)) {
                    let text = format!("ip route {kind} {target} (table {table})");
                    parsed.discards.push(Discard { table: Some(table), span, metric, text, is_certain });
                }
            }
            _ => {
                if is_default {
                    let hops = route.get("nexthops").and_then(Value::as_array).into_iter().flatten();
                    let hops = hops.filter_map(|hop| text(hop, "dev").map(str::to_owned));
                    parsed.devices.extend(device.into_iter().chain(hops));
                }
                parsed.sends.push((table, span, metric));
            }
        }
    }
    parsed.devices.sort();
    parsed.devices.dedup();
    Some(parsed)
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

impl Routes {
    #[cfg(test)]
    pub(super) fn of(addresses: Vec<IpAddr>) -> Self {
        Self { addresses, ..Self::default() }
    }

    /// Whether no route or rule discards anything.
    pub(super) fn block_nothing(&self) -> bool {
        self.discards.is_empty()
    }

    /// The parts of Cloudflare's ranges whose packets are discarded, each with the route or rule, and whether that's
    /// certain.
    pub(super) fn blocked(&self, ranges: &[Span]) -> Vec<(Span, String, bool)> {
        let mut blocked = Vec::new();
        for discard in &self.discards {
            // A narrower route wins, and so does an equally narrow one with a lower metric.
            let wins = |(table, span, metric): &&(String, Span, u64)| {
                let is_narrower = discard.span.covers(*span) && (discard.span != *span || *metric < discard.metric);
                discard.table.as_ref() == Some(table) && is_narrower
            };
            let narrower: Vec<Span> = self.sends.iter().filter(wins).map(|(_, span, _)| *span).collect();
            let parts = ranges.iter().filter_map(|range| discard.span.inside(*range));
            let parts = parts.filter(|part| !narrower.iter().any(|span| span.covers(*part)));
            blocked.extend(parts.map(|part| (part, discard.text.clone(), discard.is_certain)));
        }
        blocked
    }
}
