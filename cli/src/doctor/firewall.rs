//! Reads this machine's packet filter, ban lists and nginx' configuration, with the tools that are installed. Changes nothing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io};

use rayback_core::doctor::firewall::{
    Ruleset, Span, banned_edges, parse_crowdsec, parse_fail2ban, parse_ipset, parse_iptables, parse_nft,
};
use rayback_core::doctor::{Bans, Context, Filter, Finding, Local, Unmeasured, parse_nginx};
use rayback_core::outside::ranges::Ranges;

/// What a tool printed.
enum Output {
    /// It isn't installed.
    Missing,
    /// It failed, most often for lack of rights.
    Failed,
    Text(String),
}

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
            Output::Failed => failed += 1,
            Output::Text(text) => match parse(&text) {
                Some(parsed) => {
                    rules.merge(parsed);
                    read += 1;
                }
                None => failed += 1,
            },
        }
    }
    // Half the rules could hide the one that matters, so one tool that failed leaves the question open.
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
        Output::Failed => unmeasured.push(Unmeasured {
            finding: Finding::BansNotChecked,
            subject: "fail2ban".to_owned(),
            command: again.to_owned(),
            open: Vec::new(),
        }),
        Output::Text(text) => local.bans = bans(&parse_fail2ban(&text), &ranges),
    }
    // With the community's list, and without the limit of a hundred alerts.
    let decisions = match output(&["cscli", "decisions", "list", "--all", "--limit", "0", "-o", "json"]) {
        Output::Missing => return,
        Output::Failed => None,
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

/// Reads nginx' configuration, where there is one: the files themselves, because `nginx -T` may create logs.
fn web(local: &mut Local, unmeasured: &mut Vec<Unmeasured>, again: &str, ranges: &Ranges) {
    let folder = Path::new("/etc/nginx");
    let files =
        ["", "conf.d", "sites-enabled", "snippets"].iter().filter_map(|name| fs::read_dir(folder.join(name)).ok());
    let files: Vec<_> = files.flatten().flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    if files.is_empty() {
        return;
    }
    let texts: Vec<_> = files.iter().map(fs::read_to_string).collect();
    let unreadable =
        |text: &io::Result<String>| text.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied);
    if texts.iter().any(unreadable) {
        unmeasured.push(Unmeasured {
            finding: Finding::WebNotChecked,
            subject: "nginx".to_owned(),
            command: again.to_owned(),
            open: Vec::new(),
        });
        return;
    }
    let text: Vec<_> = texts.into_iter().flatten().collect();
    local.web = Some(parse_nginx(&text.join("\n"), ranges));
}

fn output(command: &[&str]) -> Output {
    let Some((program, arguments)) = command.split_first() else { return Output::Missing };
    // Administrators' tools aren't on every user's path.
    let path = std::env::var("PATH").unwrap_or_default();
    let done = Command::new(program)
        .args(arguments)
        .env("PATH", format!("{path}:/usr/sbin:/sbin"))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Output::Missing,
        Ok(done) if done.status.success() => Output::Text(String::from_utf8_lossy(&done.stdout).into_owned()),
        _ => Output::Failed,
    }
}
