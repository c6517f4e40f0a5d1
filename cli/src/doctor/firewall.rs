//! Reads this machine's packet filter, ban lists and web servers' configurations, with the tools that are installed. Changes nothing.

use std::{fs, io};

use rayback_core::doctor::firewall::{
    Ruleset, Span, banned_edges, parse_crowdsec, parse_fail2ban, parse_ipset, parse_iptables, parse_nft,
};
use rayback_core::doctor::{Bans, Context, Filter, Finding, Local, Unmeasured, parse_apache, parse_nginx};
use rayback_core::outside::ranges::Ranges;

use super::program::{self, Output};

/// Reads what a tool printed; `None` if that isn't its format.
type Parser = fn(&str) -> Option<Ruleset>;

pub(super) fn measure(local: &mut Local, unmeasured: &mut Vec<Unmeasured>, again: &str, context: &Context) {
    let ranges = Ranges::embedded();
    let mut rules = Ruleset::default();
    let (mut read, mut failed) = (0, 0);
    let tools: [(&[&str], Parser); 4] = [
        (&["nft", "-j", "list", "ruleset"], |text| parse_nft(text).ok()),
        (&["iptables-save"], |text| Some(parse_iptables(text, false))),
        (&["ip6tables-save"], |text| Some(parse_iptables(text, true))),
        (&["ipset", "save"], |text| Some(parse_ipset(text))),
    ];
    for (command, parse) in tools {
        match output(command) {
            Output::Missing => {}
            Output::Failed(_) | Output::Stopped => failed += 1,
            Output::Text(text) => match parse(&text) {
                Some(parsed) => {
                    rules.merge(parsed);
                    read += 1;
                }
                None => failed += 1,
            },
        }
    }
    // The rules of a tool that failed could include the one that matters, so the question stays open.
    if failed > 0 || read == 0 {
        unmeasured.push(Unmeasured {
            finding: Finding::FirewallNotChecked,
            subject: String::new(),
            command: again.to_owned(),
            open: Vec::new(),
        });
    } else if rules.is_empty() {
        local.filter = Filter::Empty;
    }
    if read > 0 && !rules.is_empty() {
        let examined = rules.examine(&ranges, &[context.http_port, context.https_port]);
        // What was found counts even if something else couldn't be read; "nothing found" doesn't.
        if failed == 0 || !examined.blocks.is_empty() {
            local.filter = Filter::Read(examined);
        }
    }
    web(local, unmeasured, again, &ranges);
    match output(&["fail2ban-client", "banned"]) {
        Output::Missing => {}
        Output::Failed(_) | Output::Stopped => unmeasured.push(Unmeasured {
            finding: Finding::BansNotChecked,
            subject: "fail2ban".to_owned(),
            command: again.to_owned(),
            open: Vec::new(),
        }),
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
        None => unmeasured.push(Unmeasured {
            finding: Finding::BansNotChecked,
            subject: "CrowdSec".to_owned(),
            command: again.to_owned(),
            open: Vec::new(),
        }),
    }
}

/// The bans of Cloudflare's addresses.
fn bans(lists: &[(String, Vec<Span>)], ranges: &Ranges) -> Bans {
    Bans::Read(banned_edges(lists, ranges).into_iter().map(|(list, span)| (list, span.to_string())).collect())
}

/// Reads the web servers' configurations.
fn web(local: &mut Local, unmeasured: &mut Vec<Unmeasured>, again: &str, ranges: &Ranges) {
    let mut read = |server: &str, folders: &[&str]| {
        configuration(folders).unwrap_or_else(|_| {
            unmeasured.push(Unmeasured {
                finding: Finding::WebNotChecked,
                subject: server.to_owned(),
                command: again.to_owned(),
                open: Vec::new(),
            });
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
