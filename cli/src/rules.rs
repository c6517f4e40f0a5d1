//! `rayback rules`: firewall and web server rules that let Cloudflare in.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use rayback_core::ranges::{Ranges, Tool};

/// Which rules, and from which list
#[derive(Args)]
#[command(after_help = "The embedded list bears its date in the first line of the output. For today's:\n  \
    curl -sS https://api.cloudflare.com/client/v4/ips | rayback rules nftables --ranges - --as-of \"$(date -I)\"")]
pub(crate) struct Arguments {
    /// What the rules are for
    #[arg(value_enum)]
    tool: ToolName,
    /// Cloudflare's list, as its API or its text files give it; "-" is standard input. Default: the embedded list
    #[arg(long, value_name = "FILE")]
    ranges: Option<PathBuf>,
    /// The date of that list, for the first line
    #[arg(long, value_name = "DATE", default_value = "an unknown day", requires = "ranges")]
    as_of: String,
}

/// The tools, by the names that people type.
#[derive(Clone, Copy, ValueEnum)]
enum ToolName {
    /// Ubuntu's firewall
    Ufw,
    /// nftables
    Nftables,
    /// iptables and ip6tables
    Iptables,
    /// firewalld
    Firewalld,
    /// nginx, where it limits by address
    Nginx,
    /// nginx, so that its limits and logs count visitors and not Cloudflare
    NginxRealip,
    /// Apache, where it limits by address
    Apache,
    /// Apache, so that its limits and logs count visitors and not Cloudflare
    ApacheRemoteip,
}

impl From<ToolName> for Tool {
    fn from(name: ToolName) -> Self {
        match name {
            ToolName::Ufw => Self::Ufw,
            ToolName::Nftables => Self::Nftables,
            ToolName::Iptables => Self::Iptables,
            ToolName::Firewalld => Self::Firewalld,
            ToolName::Nginx => Self::Nginx,
            ToolName::NginxRealip => Self::NginxRealIp,
            ToolName::Apache => Self::Apache,
            ToolName::ApacheRemoteip => Self::ApacheRemoteIp,
        }
    }
}

/// Prints the rules.
///
/// # Errors
///
/// If the list cannot be read, or is not Cloudflare's.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let ranges = match &arguments.ranges {
        None => Ranges::embedded(),
        Some(path) => {
            let text = read(path).with_context(|| format!("cannot read {}", path.display()))?;
            parse(&text, &arguments.as_of).with_context(|| {
                format!(
                    "{} is not Cloudflare's list; get it from https://api.cloudflare.com/client/v4/ips",
                    path.display()
                )
            })?
        }
    };
    print!("{}", ranges.rules(arguments.tool.into()));
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> std::io::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        Ok(text)
    } else {
        std::fs::read_to_string(path)
    }
}

/// The API's answer is JSON; the text files are not.
fn parse(text: &str, as_of: &str) -> Result<Ranges> {
    Ok(if text.trim_start().starts_with('{') {
        Ranges::parse(text.as_bytes(), as_of)?
    } else {
        Ranges::parse_text(text, as_of)?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_list_are_read() {
        let json = r#"{"result":{"ipv4_cidrs":["104.16.0.0/13"],"ipv6_cidrs":["2606:4700::/32"]}}"#;
        let text = "104.16.0.0/13\n2606:4700::/32\n";
        assert_eq!(parse(json, "x").unwrap(), parse(text, "x").unwrap());
    }

    #[test]
    fn half_a_list_is_refused() {
        assert!(parse("104.16.0.0/13\n", "x").is_err());
    }
}
