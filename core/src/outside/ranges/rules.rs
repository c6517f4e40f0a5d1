//! Rules that let Cloudflare in, for common firewalls and web servers.
//!
//! Each tool's rules are written once: with the ranges of a list, or as a script that asks Cloudflare for today's.

use strum::VariantArray;

use super::{Cidr, Ranges};
use crate::words::{Words, key};

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

    /// The program's name.
    #[must_use]
    pub const fn program(self) -> &'static str {
        match self {
            Self::Ufw => "ufw",
            Self::Nftables => "nftables",
            Self::Iptables => "iptables",
            Self::Firewalld => "firewalld",
            Self::Nginx | Self::NginxRealIp => "nginx",
            Self::Apache | Self::ApacheRemoteIp => "Apache",
        }
    }

    /// The program's name, and what the rules are for if there are two sets.
    #[must_use]
    pub fn describe(self, words: &Words) -> String {
        let key = match self {
            Self::Ufw | Self::Nftables | Self::Iptables | Self::Firewalld => return self.program().to_owned(),
            Self::Nginx => key::rules::tool::NGINX,
            Self::NginxRealIp => key::rules::tool::NGINX_REALIP,
            Self::Apache => key::rules::tool::APACHE,
            Self::ApacheRemoteIp => key::rules::tool::APACHE_REMOTEIP,
        };
        words.get(key).to_owned()
    }

    /// Returns a script that asks Cloudflare for today's ranges and lets them in on ports 80 and 443.
    ///
    /// Running it again leaves no duplicate rules; only ufw keeps ranges that Cloudflare no longer has.
    #[must_use]
    pub fn script(self, words: &Words) -> String {
        Writer { ranges: None, words, text: String::new() }.write(self)
    }

    /// The file of a web server's rules; `None` for a firewall.
    const fn file(self) -> Option<&'static File> {
        match self {
            Self::Ufw | Self::Nftables | Self::Iptables | Self::Firewalld => None,
            Self::Nginx => Some(&File {
                path: "/etc/nginx/cloudflare-allow.conf",
                line: "allow $net;",
                last: None,
                load: "sudo nginx -t && sudo systemctl reload nginx",
            }),
            Self::NginxRealIp => Some(&File {
                path: "/etc/nginx/conf.d/cloudflare.conf",
                line: "set_real_ip_from $net;",
                last: Some("real_ip_header CF-Connecting-IP;"),
                load: "sudo nginx -t && sudo systemctl reload nginx",
            }),
            Self::Apache => Some(&File {
                path: "/etc/apache2/cloudflare-allow.conf",
                line: "Require ip $net",
                last: None,
                load: "sudo apachectl configtest && sudo systemctl reload apache2",
            }),
            Self::ApacheRemoteIp => Some(&File {
                path: "/etc/apache2/conf-available/cloudflare.conf",
                line: "RemoteIPTrustedProxy $net",
                last: Some("RemoteIPHeader CF-Connecting-IP"),
                load: "sudo a2enmod remoteip && sudo a2enconf cloudflare && sudo apachectl configtest && \
                       sudo systemctl reload apache2",
            }),
        }
    }
}

impl Ranges {
    /// Returns rules that let these ranges in on ports 80 and 443: commands for a firewall, a file for a web server.
    ///
    /// The first line shows the date of the list; it's a comment in all these tools. Running the commands again, even
    /// with a newer list, leaves no duplicate rules; only ufw keeps ranges that were removed from the list.
    #[must_use]
    pub fn rules(&self, tool: Tool, words: &Words) -> String {
        let mut writer = Writer { ranges: Some(self), words, text: String::new() };
        writer.comment(&words.format(key::rules::AsOf { date: &self.as_of }));
        writer.write(tool)
    }
}

/// The file that a web server reads its rules from.
struct File {
    path: &'static str,
    /// The line for each range; `$net` is the range.
    line: &'static str,
    /// The last line.
    last: Option<&'static str>,
    /// The command that makes the web server read it.
    load: &'static str,
}

/// A version of IP.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    V4,
    V6,
}

impl Version {
    fn of(range: &Cidr) -> Self {
        if range.is_v4() { Self::V4 } else { Self::V6 }
    }
}

const BOTH: &[Version] = &[Version::V4, Version::V6];

struct Writer<'a> {
    /// The ranges to write; `None` for a script that fetches the current ones from Cloudflare.
    ranges: Option<&'a Ranges>,
    words: &'a Words,
    text: String,
}

impl Writer<'_> {
    fn comment(&mut self, text: &str) {
        self.line(&format!("# {text}"));
    }

    fn line(&mut self, line: &str) {
        self.text.extend([line, "\n"]);
    }

    /// Writes a line for each range; `$net` is the range.
    fn each(&mut self, versions: &[Version], line: &str) {
        if let Some(ranges) = self.ranges {
            for range in ranges.networks.iter().filter(|range| versions.contains(&Version::of(range))) {
                self.line(&line.replace("$net", &range.to_string()));
            }
            return;
        }
        let lists = versions.iter().map(|version| match version {
            Version::V4 => " $(curl -sS https://www.cloudflare.com/ips-v4)",
            Version::V6 => " $(curl -sS https://www.cloudflare.com/ips-v6)",
        });
        let lists: String = lists.collect();
        self.line(&format!("for net in{lists}; do\n  {line}\ndone"));
    }

    fn write(mut self, tool: Tool) -> String {
        // A list is read first and run as root; a script is pasted.
        let sudo = if self.ranges.is_some() { "" } else { "sudo " };
        match tool {
            Tool::Ufw => self.each(BOTH, &format!("{sudo}ufw prepend allow proto tcp from $net to any port 80,443")),
            Tool::Nftables => {
                self.comment(self.words.get(key::rules::NFTABLES));
                // In one transaction, so that Cloudflare is never locked out.
                self.line("{\necho 'add chain inet filter cloudflare'\necho 'flush chain inet filter cloudflare'");
                for (version, family) in [(Version::V4, "ip"), (Version::V6, "ip6")] {
                    self.each(
                        &[version],
                        &format!("echo \"add rule inet filter cloudflare {family} saddr $net accept\""),
                    );
                }
                self.line(&format!(
                    "}} | {sudo}nft -f -\n\
                     {sudo}nft list chain inet filter input | grep -q 'jump cloudflare' || \
                     {sudo}nft insert rule inet filter input tcp dport '{{ 80, 443 }}' jump cloudflare"
                ));
            }
            Tool::Iptables => {
                let jump = "INPUT -p tcp -m multiport --dports 80,443 -j CLOUDFLARE";
                for (version, command) in [(Version::V4, "iptables"), (Version::V6, "ip6tables")] {
                    let command = format!("{sudo}{command}");
                    self.line(&format!("{command} -N CLOUDFLARE 2>/dev/null || {command} -F CLOUDFLARE"));
                    self.each(&[version], &format!("{command} -A CLOUDFLARE -s $net -j ACCEPT"));
                    self.line(&format!("{command} -C {jump} 2>/dev/null || {command} -I {jump}"));
                }
            }
            Tool::Firewalld => {
                let command = format!("{sudo}firewall-cmd");
                for (version, name, family) in
                    [(Version::V4, "cloudflare4", "inet"), (Version::V6, "cloudflare6", "inet6")]
                {
                    self.line(&format!("{command} --permanent --delete-ipset={name} 2>/dev/null || true"));
                    self.line(&format!(
                        "{command} --permanent --new-ipset={name} --type=hash:net --option=family={family}"
                    ));
                    self.each(&[version], &format!("{command} --permanent --ipset={name} --add-entry=$net"));
                    for service in ["http", "https"] {
                        self.line(&format!(
                            "{command} --permanent --add-rich-rule='rule source ipset={name} service name={service} accept'"
                        ));
                    }
                }
                self.line(&format!("{command} --reload"));
            }
            Tool::Nginx | Tool::NginxRealIp | Tool::Apache | Tool::ApacheRemoteIp => self.file(tool),
        }
        self.text
    }

    fn file(&mut self, tool: Tool) {
        let Some(file) = tool.file() else { return };
        let path = file.path;
        let place = match tool {
            Tool::NginxRealIp => self.words.format(key::rules::NginxRealip { path }),
            Tool::ApacheRemoteIp => self.words.format(key::rules::ApacheRemoteip { path }),
            Tool::Apache => self.words.format(key::rules::Apache { path }),
            _ => self.words.format(key::rules::Nginx { path }),
        };
        self.comment(&place);
        if self.ranges.is_some() {
            self.each(BOTH, file.line);
            file.last.into_iter().for_each(|line| self.line(line));
        } else {
            self.line("{");
            self.each(BOTH, &format!("echo \"{}\"", file.line));
            file.last.into_iter().for_each(|line| self.line(&format!("echo '{line}'")));
            self.line(&format!("}} | sudo tee {path}\n{}", file.load));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_tools_rules_start_with_the_date_and_have_every_range() {
        let (ranges, words) = (Ranges::embedded(), Words::english().unwrap());
        for tool in Tool::ALL {
            let rules = ranges.rules(*tool, &words);
            assert!(rules.starts_with("# Cloudflare's ranges as of 2026-08-18\n"));
            for range in &ranges.networks {
                assert!(rules.contains(&range.to_string()), "{tool:?} lacks {range}");
            }
            assert!(!rules.contains("$net") && !rules.contains("sudo"), "{rules}");
            assert!(catalog::manual_of(tool.program()).is_some(), "{tool:?}");
        }
    }

    #[test]
    fn every_tools_script_asks_for_both_lists() {
        let words = Words::english().unwrap();
        for tool in Tool::ALL {
            let script = tool.script(&words);
            assert!(["ips-v4)", "ips-v6)", "$net", "sudo "].iter().all(|part| script.contains(part)), "{script}");
        }
    }

    #[test]
    fn ipv4_and_ipv6_ranges_go_to_their_own_commands() {
        let rules = Ranges::embedded().rules(Tool::Iptables, &Words::english().unwrap());
        assert!(rules.contains("\niptables -A CLOUDFLARE -s 104.16.0.0/13 "));
        assert!(rules.contains("\nip6tables -A CLOUDFLARE -s 2606:4700::/32 "));
    }
}
