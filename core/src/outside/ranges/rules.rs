//! Rules that let Cloudflare in, for common firewalls and web servers.

use core::fmt::Write as _;

use strum::VariantArray;

use super::{Cidr, Ranges};

/// A firewall or web server to make rules for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum Tool {
    /// Ubuntu's ufw.
    Ufw,
    /// nftables.
    Nftables,
    /// iptables and ip6tables.
    Iptables,
    /// firewalld.
    Firewalld,
    /// nginx, if it restricts by IP address.
    Nginx,
    /// nginx, so that its limits and logs count visitors rather than Cloudflare.
    NginxRealIp,
    /// Apache, if it restricts by IP address.
    Apache,
    /// Apache, so that its limits and logs count visitors rather than Cloudflare.
    ApacheRemoteIp,
}

impl Tool {
    /// Every tool.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ufw => "ufw",
            Self::Nftables => "nftables",
            Self::Iptables => "iptables",
            Self::Firewalld => "firewalld",
            Self::Nginx => "nginx",
            Self::NginxRealIp => "nginx realip",
            Self::Apache => "Apache",
            Self::ApacheRemoteIp => "Apache remoteip",
        }
    }
}

impl Ranges {
    /// Returns rules that let these ranges in on ports 80 and 443: commands for a firewall, a file for a web server.
    ///
    /// The first line shows the date of the list; it's a comment in all these tools. Running the commands again, even
    /// with a newer list, leaves no duplicate rules; only ufw keeps ranges that were removed from the list.
    #[must_use]
    pub fn rules(&self, tool: Tool) -> String {
        let mut text = format!("# Cloudflare's ranges as of {}\n", self.as_of);
        let (v4, v6): (Vec<Cidr>, Vec<Cidr>) = self.networks.iter().partition(|range| range.is_v4());
        match tool {
            Tool::Ufw => {
                text +=
                    &lines(&self.networks, |it| format!("ufw prepend allow proto tcp from {it} to any port 80,443"));
            }
            Tool::Nftables => {
                text += "# for the chain \"input\" of the table \"inet filter\", as in Debian's /etc/nftables.conf\n\
                         nft -f - <<'END'\n\
                         add chain inet filter cloudflare\n\
                         flush chain inet filter cloudflare\n";
                for (name, family, networks) in [("cloudflare4", "ip", &v4), ("cloudflare6", "ip6", &v6)] {
                    let _ = writeln!(
                        text,
                        "add set inet filter {name} {{ type {} ; flags interval ; }}\n\
                         flush set inet filter {name}\n\
                         add element inet filter {name} {{ {} }}\n\
                         add rule inet filter cloudflare {family} saddr @{name} accept",
                        if family == "ip" { "ipv4_addr" } else { "ipv6_addr" },
                        networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                    );
                }
                text += "END\n\
                         nft list chain inet filter input | grep -q 'jump cloudflare' || \
                         nft insert rule inet filter input tcp dport '{ 80, 443 }' jump cloudflare\n";
            }
            Tool::Iptables => {
                for (command, networks) in [("iptables", &v4), ("ip6tables", &v6)] {
                    let jump = "INPUT -p tcp -m multiport --dports 80,443 -j CLOUDFLARE";
                    let _ = writeln!(text, "{command} -N CLOUDFLARE 2>/dev/null || {command} -F CLOUDFLARE");
                    text += &lines(networks, |it| format!("{command} -A CLOUDFLARE -s {it} -j ACCEPT"));
                    let _ = writeln!(text, "{command} -C {jump} 2>/dev/null || {command} -I {jump}");
                }
            }
            Tool::Firewalld => {
                for (name, family, networks) in [("cloudflare4", "inet", &v4), ("cloudflare6", "inet6", &v6)] {
                    let _ = writeln!(
                        text,
                        "firewall-cmd --permanent --delete-ipset={name} 2>/dev/null || true # what an older list left\n\
                         firewall-cmd --permanent --new-ipset={name} --type=hash:net --option=family={family}"
                    );
                    text += &lines(networks, |it| format!("firewall-cmd --permanent --ipset={name} --add-entry={it}"));
                    for service in ["http", "https"] {
                        let _ = writeln!(
                            text,
                            "firewall-cmd --permanent --add-rich-rule='rule source ipset={name} service name={service} accept'"
                        );
                    }
                }
                text += "firewall-cmd --reload\n";
            }
            Tool::Nginx => {
                text += "# where access is limited by address, before the first deny\n";
                text += &lines(&self.networks, |it| format!("allow {it};"));
            }
            Tool::NginxRealIp => {
                text += "# in the http block; \"allow\" and \"deny\" then see the visitors' addresses\n";
                text += &lines(&self.networks, |it| format!("set_real_ip_from {it};"));
                text += "real_ip_header CF-Connecting-IP;\n";
            }
            Tool::Apache => {
                text += "# where access is limited by address, inside <RequireAny>\n";
                text += &lines(&self.networks, |it| format!("Require ip {it}"));
            }
            Tool::ApacheRemoteIp => {
                text += "# with mod_remoteip; \"Require ip\" then sees the visitors' addresses\n\
                         RemoteIPHeader CF-Connecting-IP\n";
                text += &lines(&self.networks, |it| format!("RemoteIPTrustedProxy {it}"));
            }
        }
        text
    }
}

fn lines(networks: &[Cidr], line: impl Fn(&Cidr) -> String) -> String {
    networks.iter().map(|range| line(range) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tools_rules_start_with_the_date_and_have_every_range() {
        let ranges = Ranges::embedded();
        for tool in Tool::ALL {
            let rules = ranges.rules(*tool);
            assert!(rules.starts_with("# Cloudflare's ranges as of 2026-08-18\n"));
            for range in &ranges.networks {
                assert!(rules.contains(&range.to_string()), "{} lacks {range}", tool.name());
            }
        }
    }

    #[test]
    fn ipv4_and_ipv6_ranges_go_to_their_own_commands() {
        let rules = Ranges::embedded().rules(Tool::Iptables);
        assert!(rules.contains("\niptables -A CLOUDFLARE -s 104.16.0.0/13 "));
        assert!(rules.contains("\nip6tables -A CLOUDFLARE -s 2606:4700::/32 "));
    }
}
