//! The scenarios for each firewall and web server: an initial setup that blocks Cloudflare, and the checks after the rules
//! are applied.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rayback_core::outside::ranges::{Cidr, Ranges, Tool};
use rayback_core::words::Words;

use crate::network::{Client, Network, Version, is_here};

/// The source of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// The output of `rayback rules`.
    Rules,
    /// The script that the explanation shows to an owner.
    Fix,
}

impl Source {
    const ALL: [Self; 2] = [Self::Rules, Self::Fix];

    const fn name(self) -> &'static str {
        match self {
            Self::Rules => "the_printed_rules",
            Self::Fix => "the_owner_fix",
        }
    }
}

/// A tool with its rules loaded from one of the two sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scenario {
    tool: Tool,
    source: Source,
}

impl Scenario {
    /// Every tool with every source.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Tool::ALL.iter().flat_map(|&tool| Source::ALL.map(|source| Self { tool, source }))
    }

    /// The name of the scenario's test.
    pub(crate) fn name(self) -> String {
        let tool = match self.tool {
            Tool::Ufw => "ufw",
            Tool::Nftables => "nftables",
            Tool::Iptables => "iptables",
            Tool::Firewalld => "firewalld",
            Tool::Nginx | Tool::NginxRealIp => "nginx",
            Tool::Apache | Tool::ApacheRemoteIp => "apache",
        };
        format!("firewall::{tool}_{}_with_{}", self.expectation(), self.source.name())
    }

    /// The expectation, as part of the test's name.
    const fn expectation(self) -> &'static str {
        match self.tool {
            Tool::NginxRealIp | Tool::ApacheRemoteIp => "sees_the_visitor_through_cloudflare",
            _ => "admits_only_cloudflare",
        }
    }

    /// The first required program that isn't installed.
    pub(crate) fn missing(self) -> Option<&'static str> {
        let needed: &[&str] = match self.tool {
            Tool::Ufw => &["ufw", "iptables"],
            Tool::Nftables => &["nft"],
            Tool::Iptables => &["iptables", "ip6tables"],
            Tool::Firewalld => &["firewalld", "firewall-cmd", "dbus-daemon", "nft"],
            Tool::Nginx | Tool::NginxRealIp => &["nginx"],
            Tool::Apache | Tool::ApacheRemoteIp => &["apache2", "apachectl", "a2enmod"],
        };
        needed.iter().copied().find(|program| !is_here(program))
    }

    /// Runs the scenario.
    ///
    /// # Errors
    /// The first check that failed.
    pub(crate) fn run(self) -> Result<()> {
        let mut network = Network::new()?;
        replace_programs(&network)?;
        match self.tool {
            Tool::Ufw | Tool::Nftables | Tool::Iptables | Tool::Firewalld => self.firewall(&mut network),
            Tool::Nginx | Tool::NginxRealIp | Tool::Apache | Tool::ApacheRemoteIp => self.web_server(&mut network),
        }
    }

    fn firewall(self, network: &mut Network) -> Result<()> {
        network.listen()?;
        for client in [Client::Cloudflare, Client::Elsewhere] {
            for version in [Version::V4, Version::V6] {
                ensure!(network.reaches(client, version, 443)?, "{client:?} can't reach the server over {version:?}");
            }
        }
        self.shut(network)?;
        for version in [Version::V4, Version::V6] {
            let reaches = network.reaches(Client::Cloudflare, version, 443)?;
            ensure!(!reaches, "the firewall admits Cloudflare over {version:?} without the rules");
        }

        network.run(&self.commands()?).context("on the first run")?;
        for version in [Version::V4, Version::V6] {
            for port in [80, 443] {
                let reaches = network.reaches(Client::Cloudflare, version, port)?;
                ensure!(reaches, "Cloudflare is blocked over {version:?} on port {port}");
            }
            let reaches = network.reaches(Client::Elsewhere, version, 443)?;
            ensure!(!reaches, "another client is admitted over {version:?}");
        }

        let once = self.state(network)?;
        network.run(&self.commands()?).context("on the second run")?;
        let twice = self.state(network)?;
        ensure!(once == twice, "the second run changed the rules:\n{once}\n{twice}");
        ensure!(network.reaches(Client::Cloudflare, Version::V4, 443)?, "Cloudflare is blocked after the second run");
        Ok(())
    }

    /// Blocks all connections to the server, as described in the tool's own documentation.
    fn shut(self, network: &mut Network) -> Result<()> {
        match self.tool {
            // It blocks all incoming connections by default.
            Tool::Ufw => network.run("ufw --force enable")?,
            Tool::Nftables => network.run(
                "nft -f - <<'END'
                 table inet filter {
                     chain input {
                         type filter hook input priority filter; policy drop;
                         ct state established,related accept
                         iif lo accept
                         meta l4proto ipv6-icmp accept
                     }
                 }\nEND",
            )?,
            Tool::Iptables => network.run(
                "for t in iptables ip6tables; do
                     $t -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
                     $t -A INPUT -i lo -j ACCEPT
                     $t -A INPUT -p tcp -j DROP
                 done",
            )?,
            Tool::Firewalld => {
                network.start(
                    "dbus-daemon",
                    &["--session", "--address=unix:path=/run/dbus/bus", "--nofork", "--nopidfile", "--print-address"],
                    Some("unix:"),
                )?;
                network.start("env", &[BUS, "firewalld", "--nofork", "--nopid"], None)?;
                let deadline = Instant::now() + Duration::from_secs(30);
                // It reports readiness only when asked.
                while network.run(&format!("{BUS} firewall-cmd --state")).is_err() {
                    ensure!(Instant::now() < deadline, "firewalld didn't become ready");
                }
                String::new()
            }
            Tool::Nginx | Tool::NginxRealIp | Tool::Apache | Tool::ApacheRemoteIp => String::new(),
        };
        Ok(())
    }

    fn commands(self) -> Result<String> {
        let words = Words::english()?;
        let commands = match self.source {
            Source::Rules => Ranges::embedded().rules(self.tool, &words),
            Source::Fix => self.tool.script(&words),
        };
        Ok(if self.tool == Tool::Firewalld { format!("export {BUS}\n{commands}") } else { commands })
    }

    /// All active rules, and the saved ones if the tool saves them.
    fn state(self, network: &Network) -> Result<String> {
        network.run(match self.tool {
            Tool::Ufw => "ufw show added; iptables -S; ip6tables -S",
            Tool::Iptables => "iptables -S; ip6tables -S",
            _ => "nft list ruleset",
        })
    }

    fn web_server(self, network: &mut Network) -> Result<()> {
        network.write(&network.www().join("index.html"), "hello")?;
        let www = network.www();
        network.run(&format!("chmod -R a+rX {} {}", www.display(), www.parent().unwrap_or(&www).display()))?;
        let is_nginx = matches!(self.tool, Tool::Nginx | Tool::NginxRealIp);
        for _ in 0..2 {
            match (self.source, self.tool) {
                (Source::Fix, _) => network.run(&self.commands()?).map(drop)?,
                (Source::Rules, Tool::Nginx) => network.write(Path::new(NGINX_ALLOW), &self.commands()?)?,
                (Source::Rules, Tool::NginxRealIp) => network.write(Path::new(NGINX_REAL_IP), &self.commands()?)?,
                (Source::Rules, Tool::Apache) => network.write(Path::new(APACHE_ALLOW), &self.commands()?)?,
                (Source::Rules, _) => {
                    network.write(Path::new(APACHE_REMOTE_IP), &self.commands()?)?;
                    network.run("a2enmod -q remoteip; a2enconf -q cloudflare")?;
                }
            }
        }
        if is_nginx {
            network.write(Path::new("/etc/nginx/sites-enabled/default"), &self.nginx_site(&www))?;
            network.run("nginx -t")?;
            network.start("nginx", &["-g", "daemon off;"], None)?;
        } else {
            network.write(Path::new("/etc/apache2/sites-enabled/000-default.conf"), &self.apache_site(&www))?;
            network.run("a2enmod -q headers; apachectl configtest")?;
            network.start("apachectl", &["-D", "FOREGROUND"], None)?;
        }
        let deadline = Instant::now() + Duration::from_secs(10);
        while !network.reaches(Client::Elsewhere, Version::V4, 80)? {
            ensure!(Instant::now() < deadline, "the web server didn't become ready");
        }

        for version in [Version::V4, Version::V6] {
            let [cloudflare, elsewhere] = [Client::Cloudflare, Client::Elsewhere]
                .map(|client| network.ask(client, version, "CF-Connecting-IP: 192.0.2.77\r\n"));
            let (cloudflare, elsewhere) = (cloudflare?, elsewhere?);
            if matches!(self.tool, Tool::Nginx | Tool::Apache) {
                ensure!(cloudflare.contains(" 200 "), "Cloudflare is refused over {version:?}: {cloudflare}");
                ensure!(elsewhere.contains(" 403 "), "another client isn't refused over {version:?}: {elsewhere}");
            } else {
                let seen = "X-Seen: 192.0.2.77\r\n";
                ensure!(
                    cloudflare.contains(seen),
                    "the server doesn't see the visitor's address over {version:?}: {cloudflare}"
                );
                let seen = format!("X-Seen: {}\r\n", Client::Elsewhere.address(version));
                ensure!(
                    elsewhere.contains(&seen),
                    "the server trusts another client's header over {version:?}: {elsewhere}"
                );
            }
        }
        Ok(())
    }

    fn nginx_site(self, www: &Path) -> String {
        let rules = if self.tool == Tool::Nginx { format!("include {NGINX_ALLOW}; deny all;") } else { String::new() };
        format!(
            "server {{ listen 80; listen [::]:80; location / {{ root {}; {rules} add_header X-Seen $remote_addr; }} }}\n",
            www.display()
        )
    }

    fn apache_site(self, www: &Path) -> String {
        let rules = if self.tool == Tool::Apache {
            format!("<RequireAny>\nInclude {APACHE_ALLOW}\n</RequireAny>")
        } else {
            "Require all granted".to_owned()
        };
        let www = www.display();
        format!(
            "<VirtualHost *:80>\nServerName shop.example.test\nDocumentRoot {www}\nHeader set X-Seen expr=%{{REMOTE_ADDR}}\n\
             <Directory {www}>\n{rules}\n</Directory>\n</VirtualHost>\n"
        )
    }
}

/// The address of a separate bus for firewalld.
const BUS: &str = "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/bus";

// The files that the owner's fixes write.
const NGINX_ALLOW: &str = "/etc/nginx/cloudflare-allow.conf";
const NGINX_REAL_IP: &str = "/etc/nginx/conf.d/cloudflare.conf";
const APACHE_ALLOW: &str = "/etc/apache2/cloudflare-allow.conf";
const APACHE_REMOTE_IP: &str = "/etc/apache2/conf-available/cloudflare.conf";

/// Replaces programs for the test, so that nothing prompts the user, uses the internet or controls the machine's services.
fn replace_programs(network: &Network) -> Result<()> {
    network.replace_program("sudo", "exec \"$@\"")?;
    let (v4, v6): (Vec<_>, Vec<_>) = Ranges::embedded().networks.into_iter().partition(|range| range.is_v4());
    let list = |networks: Vec<Cidr>| networks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    network.replace_program(
        "curl",
        &format!(
            "case \"$*\" in\n*https://www.cloudflare.com/ips-v4) echo '{}' ;;\n*https://www.cloudflare.com/ips-v6) echo '{}' ;;\n*) exit 6 ;;\nesac",
            list(v4),
            list(v6)
        ),
    )?;
    // The web server starts after its rules are written, so there's nothing to reload.
    network.replace_program("systemctl", "exit 0")
}
