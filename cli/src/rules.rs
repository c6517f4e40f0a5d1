//! `rayback rules`: firewall and web server rules that let Cloudflare in.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use rayback_core::outside::ranges::{self, Cloud, Ranges, Tool};
use rayback_core::time::Timestamp;

use crate::{input, language, output};

/// Which rules, and from which list
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback rules ufw | sudo sh
  rayback rules nginx-realip > /etc/nginx/conf.d/cloudflare.conf
  rayback rules aws")]
pub(crate) struct Arguments {
    /// What the rules are for
    #[arg(value_enum)]
    tool: Subject,
    /// Ask Cloudflare for today's list, with curl; only the request is sent. Default: the embedded list
    #[arg(long, conflicts_with = "ranges")]
    refresh: bool,
    /// Cloudflare's list, as its API or its text files give it; "-" is standard input
    #[arg(long, value_name = "FILE")]
    ranges: Option<PathBuf>,
    /// The date of that list, for the first line
    #[arg(long, value_name = "DATE", default_value = "an unknown day", requires = "ranges")]
    as_of: String,
}

/// Everything that there are rules for: programs on the server, and the firewalls of cloud providers.
#[derive(Clone, Copy)]
enum Subject {
    Tool(ToolName),
    Cloud(CloudName),
}

impl ValueEnum for Subject {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Tool(ToolName::Ufw),
            Self::Tool(ToolName::Nftables),
            Self::Tool(ToolName::Iptables),
            Self::Tool(ToolName::Firewalld),
            Self::Tool(ToolName::Nginx),
            Self::Tool(ToolName::NginxRealip),
            Self::Tool(ToolName::Apache),
            Self::Tool(ToolName::ApacheRemoteip),
            Self::Cloud(CloudName::Aws),
            Self::Cloud(CloudName::Gcloud),
            Self::Cloud(CloudName::Az),
            Self::Cloud(CloudName::Hcloud),
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Tool(tool) => tool.to_possible_value(),
            Self::Cloud(cloud) => cloud.to_possible_value(),
        }
    }
}

/// The cloud providers, by the names of their commands.
#[derive(Clone, Copy, ValueEnum)]
enum CloudName {
    /// Amazon's security groups
    Aws,
    /// Google Cloud's VPC firewall rules
    Gcloud,
    /// Azure's network security groups
    Az,
    /// Hetzner Cloud's firewalls
    Hcloud,
}

impl From<CloudName> for Cloud {
    fn from(name: CloudName) -> Self {
        match name {
            CloudName::Aws => Self::Aws,
            CloudName::Gcloud => Self::Gcloud,
            CloudName::Az => Self::Az,
            CloudName::Hcloud => Self::Hcloud,
        }
    }
}

/// The tools, by the names that users type.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ToolName {
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
/// If the list can't be read, or isn't Cloudflare's.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let ranges = match &arguments.ranges {
        None if arguments.refresh => refreshed()?,
        None => Ranges::embedded(),
        Some(path) => {
            let text = read(path)?;
            parse(&text, &arguments.as_of).with_context(|| {
                format!(
                    "{} is not Cloudflare's list; get it from https://api.cloudflare.com/client/v4/ips",
                    path.display()
                )
            })?
        }
    };
    let words = language::words()?;
    output::text(&match arguments.tool {
        Subject::Tool(tool) => ranges.rules(tool.into(), &words),
        Subject::Cloud(cloud) => ranges.cloud_rules(cloud.into(), &words),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Today's list, fetched with curl.
fn refreshed() -> Result<Ranges> {
    let request = ranges::request();
    let fetched = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--max-time", "20", request.url()])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start curl; install it, or give a list with --ranges")?;
    if !fetched.status.success() {
        bail!("curl could not get {}; try again, or leave --refresh out for the embedded list", request.url());
    }
    Ok(Ranges::parse(&fetched.stdout, &today())?)
}

/// `2026-11-22`, in UTC.
fn today() -> String {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let now = Timestamp::from_unix_millis(i64::try_from(millis).unwrap_or_default()).to_string();
    now.split('T').next().unwrap_or_default().to_owned()
}

fn read(path: &Path) -> Result<String> {
    if path != Path::new("-") {
        return input::text(path, "--ranges");
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("--ranges: cannot read standard input")?;
    Ok(text)
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
    fn there_are_rules_for_every_tool_and_cloud() {
        let names: Vec<_> = Subject::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
        assert_eq!(names.len(), Tool::ALL.len() + Cloud::ALL.len());
    }

    #[test]
    fn an_incomplete_list_is_refused() {
        assert!(parse("104.16.0.0/13\n", "x").is_err());
    }
}
