//! The manuals of the tools in the owner's commands.

use super::cause::Command;
use super::source::{Source, manual};

/// The manual of each tool.
const MANUALS: &[(&str, Source)] = &[
    (
        "AWS",
        manual("AWS CLI, ec2 create-route", "https://docs.aws.amazon.com/cli/latest/reference/ec2/create-route.html"),
    ),
    ("Apache", manual("Apache HTTP Server 2.4", "https://httpd.apache.org/docs/2.4/mod/core.html")),
    ("certbot", manual("Certbot, User Guide", "https://eff-certbot.readthedocs.io/en/stable/using.html")),
    (
        "cloudflared",
        manual(
            "Cloudflare documentation, Tunnel useful commands",
            "https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/local-management/tunnel-useful-commands/",
        ),
    ),
    ("curl", manual("curl(1)", "https://curl.se/docs/manpage.html")),
    ("dig", manual("dig(1)", "https://bind9.readthedocs.io/en/stable/manpages.html#dig-dns-lookup-utility")),
    (
        "fail2ban",
        manual("fail2ban-client(1)", "https://manpages.debian.org/bookworm/fail2ban/fail2ban-client.1.en.html"),
    ),
    ("firewalld", manual("firewall-cmd(1)", "https://firewalld.org/documentation/man-pages/firewall-cmd.html")),
    ("iproute2", manual("ip-route(8)", "https://manpages.debian.org/bookworm/iproute2/ip-route.8.en.html")),
    ("iptables", manual("iptables(8)", "https://manpages.debian.org/bookworm/iptables/iptables.8.en.html")),
    ("journald", manual("journalctl(1)", "https://manpages.debian.org/bookworm/systemd/journalctl.1.en.html")),
    ("mtr", manual("mtr(8)", "https://manpages.debian.org/bookworm/mtr-tiny/mtr.8.en.html")),
    ("netcat", manual("nc(1)", "https://manpages.debian.org/bookworm/netcat-openbsd/nc.1.en.html")),
    ("nftables", manual("nft(8)", "https://manpages.debian.org/bookworm/nftables/nft.8.en.html")),
    ("nginx", manual("nginx, Module ngx_http_core_module", "https://nginx.org/en/docs/http/ngx_http_core_module.html")),
    ("openssl", manual("openssl-s_client(1)", "https://docs.openssl.org/3.0/man1/openssl-s_client/")),
    ("procps", manual("free(1)", "https://manpages.debian.org/bookworm/procps/free.1.en.html")),
    ("ss", manual("ss(8)", "https://manpages.debian.org/bookworm/iproute2/ss.8.en.html")),
    ("systemd", manual("systemctl(1)", "https://manpages.debian.org/bookworm/systemd/systemctl.1.en.html")),
    ("tcpdump", manual("tcpdump(1)", "https://www.tcpdump.org/manpages/tcpdump.1.html")),
    ("ufw", manual("ufw(8)", "https://manpages.debian.org/bookworm/ufw/ufw.8.en.html")),
    (
        "wrangler",
        manual(
            "Cloudflare documentation, Wrangler commands",
            "https://developers.cloudflare.com/workers/wrangler/commands/workers/",
        ),
    ),
];

impl Command {
    /// Returns the manual of its tool; `None` if the tool isn't listed.
    #[must_use]
    pub fn manual(&self) -> Option<Source> {
        manual_of(self.tool)
    }
}

/// Returns the manual of a tool, such as `ufw`; `None` if it isn't listed.
#[must_use]
pub fn manual_of(tool: &str) -> Option<Source> {
    MANUALS.iter().find(|(name, _)| *name == tool).map(|(_, manual)| *manual)
}

#[cfg(test)]
mod tests {
    use super::super::Cause;
    use super::*;

    fn commands() -> impl Iterator<Item = &'static Command> {
        Cause::ALL.iter().flat_map(|cause| cause.check().iter().chain(cause.fix()))
    }

    #[test]
    fn every_command_is_of_a_tool_whose_manual_is_named() {
        for command in commands() {
            assert!(command.manual().is_some(), "{}", command.tool);
        }
    }

    #[test]
    fn every_manual_is_of_a_tool_that_is_used() {
        for (name, _) in MANUALS {
            // Core's rules are for these.
            let has_rules = ["firewalld", "ufw"].contains(name);
            assert!(has_rules || commands().any(|command| command.tool == *name), "{name}");
        }
    }
}
