//! Rules that let Cloudflare in, for the tools that people have.

use core::fmt::Write as _;

use super::{Cidr, Ranges};

/// A firewall or web server that rules are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Ubuntu's ufw.
    Ufw,
    /// nftables.
    Nftables,
    /// iptables and ip6tables.
    Iptables,
    /// firewalld.
    Firewalld,
    /// nginx, where it limits by address.
    Nginx,
    /// nginx, so that its limits and logs count visitors and not Cloudflare.
    NginxRealIp,
    /// Apache, where it limits by address.
    Apache,
    /// Apache, so that its limits and logs count visitors and not Cloudflare.
    ApacheRemoteIp,
}

impl Tool {
    /// Every tool.
    pub const ALL: &[Self] = &[Self::Ufw, Self::Nftables, Self::Iptables, Self::Firewalld, Self::Nginx, Self::Apache];

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
    /// Rules that let these ranges in on ports 80 and 443: commands for a firewall, a file for a web server.
    ///
    /// The first line says from when the list is; it is a comment in all these tools.
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
                for (name, family, networks) in [("cloudflare4", "ip", &v4), ("cloudflare6", "ip6", &v6)] {
                    let _ = writeln!(
                        text,
                        "nft add set inet filter {name} '{{ type {} ; flags interval ; }}'\n\
                         nft add element inet filter {name} '{{ {} }}'\n\
                         nft insert rule inet filter input {family} saddr @{name} tcp dport '{{ 80, 443 }}' accept",
                        if family == "ip" { "ipv4_addr" } else { "ipv6_addr" },
                        networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                    );
                }
            }
            Tool::Iptables => {
                text += &lines(&self.networks, |it| {
                    let command = if it.is_v4() { "iptables" } else { "ip6tables" };
                    format!("{command} -I INPUT -p tcp -s {it} -m multiport --dports 80,443 -j ACCEPT")
                });
            }
            Tool::Firewalld => {
                for (name, family, networks) in [("cloudflare4", "inet", &v4), ("cloudflare6", "inet6", &v6)] {
                    let _ = writeln!(
                        text,
                        "firewall-cmd --permanent --new-ipset={name} --type=hash:net --option=family={family}"
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
    fn every_range_is_in_the_rules_of_every_tool_and_the_date_first() {
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
    fn the_versions_of_ip_go_to_their_own_commands() {
        let rules = Ranges::embedded().rules(Tool::Iptables);
        assert!(rules.contains("\niptables -I INPUT -p tcp -s 104.16.0.0/13 "));
        assert!(rules.contains("\nip6tables -I INPUT -p tcp -s 2606:4700::/32 "));
    }
}
