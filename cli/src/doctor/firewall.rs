//! Reads this machine's packet filter, ban lists and web server configurations, with the tools that are installed.
//! Changes nothing.

use std::net::SocketAddr;
use std::time::Duration;
use std::{fs, io};

use rayback_core::doctor::firewall::{
    Examined, Routes, Ruleset, Span, banned_edges, parse_crowdsec, parse_fail2ban, parse_ipset, parse_iptables,
    parse_nft, parse_routes, tables_of_nft,
};
use rayback_core::doctor::{
    Bans, ConnectOutcome, Context, Filter, Finding, Local, Unmeasured, parse_apache, parse_nginx,
};
use rayback_core::outside::ranges::Ranges;

use super::not_checked;
use super::program::{self, Output};
use crate::network::tcp;

pub(super) fn measure(local: &mut Local, unmeasured: &mut Vec<Unmeasured>, again: &str, context: &Context) {
    let ranges = Ranges::embedded();
    filter(local, unmeasured, again, context, &ranges);
    web(local, unmeasured, again, &ranges);
    match output(&["fail2ban-client", "banned"]) {
        Output::Missing => {}
        Output::Failed(_) | Output::Stopped => {
            unmeasured.push(not_checked(Finding::BansNotChecked, "fail2ban", again));
        }
        Output::Text(text) => local.bans = bans(&parse_fail2ban(&text), &ranges),
    }
    // Includes the community list, and lifts the default limit of 100 alerts.
    let decisions = match output(&["cscli", "decisions", "list", "--all", "--limit", "0", "-o", "json"]) {
        Output::Missing => return,
        Output::Failed(_) | Output::Stopped => None,
        Output::Text(text) => parse_crowdsec(&text),
    };
    match decisions {
        Some(scenarios) => local.crowdsec = bans(&scenarios, &ranges),
        None => unmeasured.push(not_checked(Finding::BansNotChecked, "CrowdSec", again)),
    }
}

/// Reads everything that can drop packets, and judges it.
fn filter(local: &mut Local, unmeasured: &mut Vec<Unmeasured>, again: &str, context: &Context, ranges: &Ranges) {
    let Read { mut rules, failed } = Read::all();
    rules.listening = local.listeners.as_ref().map(|all| all.iter().map(|listener| listener.port).collect());
    // The rules that a failed tool would have listed could include the one that matters.
    if !failed.is_empty() && !is_root() {
        unmeasured.push(not_checked(Finding::FirewallNotChecked, "", again));
    } else {
        unmeasured.extend(failed.iter().map(|command| {
            let tool = command.split(' ').next().unwrap_or_default();
            not_checked(Finding::FirewallToolNotChecked, tool, format!("sudo {command}"))
        }));
    }
    if rules.is_empty() {
        if failed.is_empty() {
            local.filter = Filter::Empty;
        }
        return;
    }
    let mut examined = rules.examine(ranges, &[context.http_port, context.https_port]);
    uncertain_forwards(&mut examined);
    // What was found counts even if something else couldn't be read; "nothing found" doesn't.
    if failed.is_empty() || !examined.blocks.is_empty() {
        local.filter = Filter::Read(examined);
    }
}

/// Marks rules that forward connections to an address as uncertain if nothing there accepts a connection.
fn uncertain_forwards(examined: &mut Examined) {
    let limit = Duration::from_secs(2);
    let fails = |to: &SocketAddr| tcp::connect(*to, limit).0.outcome != ConnectOutcome::Accepted;
    // One rule may forward to several addresses, or be uncertain already.
    for (_, rule) in examined.forwarded.iter().take(4).filter(|(to, _)| fails(to)) {
        if !examined.uncertain.contains(rule) {
            examined.uncertain.push(rule.clone());
        }
    }
}

/// The rules that the tools listed.
struct Read {
    rules: Ruleset,
    /// The commands that failed.
    failed: Vec<String>,
}

impl Read {
    fn all() -> Self {
        let mut all = Self { rules: Ruleset::default(), failed: Vec::new() };
        let has_nft = all.tool(&["nft", "-j", "list", "ruleset"], |rules, text| {
            rules.merge(parse_nft(text).ok()?);
            Some(())
        });
        let mut has_any = has_nft;
        let mut needs_nft = fs::exists("/sys/module/nf_tables").unwrap_or_default();
        let mut has_legacy = false;
        for (family, programs) in
            [("ip", ["iptables-save", "iptables-legacy-save"]), ("ip6", ["ip6tables-save", "ip6tables-legacy-save"])]
        {
            for program in programs {
                has_any |= all.tool(&[program], |rules, text| {
                    // nft lists the rules of iptables-nft too, but leaves out some conditions.
                    let mut tables = tables_of_nft(text).peekable();
                    has_legacy |= tables.peek().is_none();
                    needs_nft |= tables.peek().is_some();
                    for table in tables {
                        rules.leave_out(&format!("{family} {table}"));
                    }
                    rules.merge(parse_iptables(text, program));
                    Some(())
                });
            }
        }
        all.tool(&["ipset", "save"], |rules, text| {
            rules.merge(parse_ipset(text));
            Some(())
        });
        // The kernel lists the tables of iptables-legacy here.
        let in_use = |file| fs::read_to_string(file).is_ok_and(|tables| !tables.trim().is_empty());
        if !has_legacy && ["/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"].into_iter().any(in_use) {
            all.failed.push("iptables-legacy-save".to_owned());
        }
        if !has_any || (needs_nft && !has_nft && !all.failed.iter().any(|command| command.starts_with("nft"))) {
            all.failed.push("nft list ruleset".to_owned());
        }
        match routes() {
            Some(routes) => all.rules.routes = routes,
            None => all.failed.push("ip route show table all".to_owned()),
        }
        all
    }

    /// Runs a tool and reads its output; returns whether it's installed.
    fn tool(&mut self, command: &[&str], read: impl FnOnce(&mut Ruleset, &str) -> Option<()>) -> bool {
        let understood = match output(command) {
            Output::Missing => return false,
            Output::Failed(_) | Output::Stopped => None,
            Output::Text(text) => read(&mut self.rules, &text),
        };
        if understood.is_none() {
            self.failed.push(command.join(" "));
        }
        true
    }
}

/// Reads the routes and the routing rules of IPv4 and IPv6; `None` if any of them can't be read.
fn routes() -> Option<Routes> {
    let list = |version: &str, what: &[&str]| match output(&[&["ip", "-j", version][..], what].concat()) {
        Output::Text(text) => Some(text),
        Output::Missing | Output::Failed(_) | Output::Stopped => None,
    };
    let all = ["route", "show", "table", "all"];
    let (v4, v6) = (list("-4", &all)?, list("-6", &all)?);
    let (rules_v4, rules_v6) = (list("-4", &["rule"])?, list("-6", &["rule"])?);
    parse_routes([&v4, &v6], [&rules_v4, &rules_v6])
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    ids.and_then(|ids| ids.split_whitespace().nth(1)) == Some("0")
}

/// The bans of Cloudflare's addresses.
fn bans(lists: &[(String, Vec<Span>)], ranges: &Ranges) -> Bans {
    Bans::Read(banned_edges(lists, ranges).into_iter().map(|(list, span)| (list, span.to_string())).collect())
}

/// Reads the web servers' configurations.
fn web(local: &mut Local, unmeasured: &mut Vec<Unmeasured>, again: &str, ranges: &Ranges) {
    let mut read = |server: &str, folders: &[&str]| {
        configuration(folders).unwrap_or_else(|_| {
            unmeasured.push(not_checked(Finding::WebNotChecked, server, again));
            None
        })
    };
    let nginx = ["/etc/nginx", "/etc/nginx/conf.d", "/etc/nginx/sites-enabled", "/etc/nginx/snippets"];
    local.nginx = read("nginx", &nginx).map(|text| parse_nginx(&text, ranges));
    // Debian's folders, then Red Hat's.
    let apache = [
        "/etc/apache2",
        "/etc/apache2/conf-enabled",
        "/etc/apache2/mods-enabled",
        "/etc/apache2/sites-enabled",
        "/etc/httpd/conf",
        "/etc/httpd/conf.d",
        "/etc/httpd/conf.modules.d",
    ];
    local.apache = read("Apache", &apache).map(|text| parse_apache(&text, ranges));
}

/// The files of a server's configuration, joined; `None` if there are none. The server isn't asked to print it, because
/// `nginx -T` may create logs.
///
/// # Errors
///
/// If this user may not read one of them: the line that matters could be in it.
fn configuration(folders: &[&str]) -> io::Result<Option<String>> {
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let mut whole = None;
    for path in entries.map(|entry| entry.path()).filter(|path| path.is_file()) {
        match fs::read_to_string(path) {
            Ok(text) => {
                let whole = whole.get_or_insert_with(String::new);
                whole.push_str(&text);
                whole.push('\n');
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
            // Deleted in the meantime, or not text.
            Err(_) => {}
        }
    }
    Ok(whole)
}

fn output(command: &[&str]) -> Output {
    let Some((program, arguments)) = command.split_first() else { return Output::Missing };
    program::run(program, arguments, None, program::PATIENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_forwards_to_nowhere_is_listed_once() {
        // Where nothing listens: the addresses of a listener that's dropped.
        let closed = || SocketAddr::from(([127, 0, 0, 1], tcp::unused_port()));
        let (twice, known) = ("dnat to 127.0.0.1:8080-8081".to_owned(), "meta mark 7 drop".to_owned());
        let mut examined = Examined {
            forwarded: vec![(closed(), twice.clone()), (closed(), twice.clone()), (closed(), known.clone())],
            uncertain: vec![known.clone()],
            ..Examined::default()
        };
        uncertain_forwards(&mut examined);
        assert_eq!(examined.uncertain, [known, twice]);
    }
}
