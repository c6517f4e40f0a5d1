//! Each firewall and web server: how it is set up to refuse, and what must be so once Cloudflare is let in.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rayback_core::catalog::Cause;
use rayback_core::ranges::{self, Ranges};

use crate::network::{Client, Network, Version, is_here};

/// What is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Ufw,
    Nftables,
    Iptables,
    Firewalld,
    Nginx,
    NginxRealIp,
    Apache,
    ApacheRemoteIp,
}

/// By which of the two ways that a person is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// What `rayback rules` prints.
    Rules,
    /// What the explanation tells an owner to type.
    Fix,
}

impl Way {
    pub(crate) const ALL: [Self; 2] = [Self::Rules, Self::Fix];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rules => "the_printed_rules",
            Self::Fix => "the_owners_fix",
        }
    }
}

impl Tool {
    pub(crate) const ALL: [Self; 8] = [
        Self::Ufw,
        Self::Nftables,
        Self::Iptables,
        Self::Firewalld,
        Self::Nginx,
        Self::NginxRealIp,
        Self::Apache,
        Self::ApacheRemoteIp,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ufw => "ufw",
            Self::Nftables => "nftables",
            Self::Iptables => "iptables",
            Self::Firewalld => "firewalld",
            Self::Nginx | Self::NginxRealIp => "nginx",
            Self::Apache | Self::ApacheRemoteIp => "apache",
        }
    }

    /// What is promised of it, as part of a test's name.
    pub(crate) const fn promise(self) -> &'static str {
        match self {
            Self::NginxRealIp | Self::ApacheRemoteIp => "sees_the_visitor_behind_cloudflare",
            _ => "lets_cloudflare_in_and_nobody_else",
        }
    }

    /// The first program that it needs and that is not here.
    pub(crate) fn missing(self) -> Option<&'static str> {
        let needed: &[&str] = match self {
            Self::Ufw => &["ufw", "iptables"],
            Self::Nftables => &["nft"],
            Self::Iptables => &["iptables", "ip6tables"],
            Self::Firewalld => &["firewalld", "firewall-cmd", "dbus-daemon", "nft"],
            Self::Nginx | Self::NginxRealIp => &["nginx"],
            Self::Apache | Self::ApacheRemoteIp => &["apache2", "apachectl", "a2enmod"],
        };
        needed.iter().copied().find(|program| !is_here(program))
    }

    const fn of_core(self) -> ranges::Tool {
        match self {
            Self::Ufw => ranges::Tool::Ufw,
            Self::Nftables => ranges::Tool::Nftables,
            Self::Iptables => ranges::Tool::Iptables,
            Self::Firewalld => ranges::Tool::Firewalld,
            Self::Nginx => ranges::Tool::Nginx,
            Self::NginxRealIp => ranges::Tool::NginxRealIp,
            Self::Apache => ranges::Tool::Apache,
            Self::ApacheRemoteIp => ranges::Tool::ApacheRemoteIp,
        }
    }

    /// Plays it.
    ///
    /// # Errors
    /// What does not hold.
    pub(crate) fn holds(self, way: Way) -> Result<()> {
        let mut network = Network::new()?;
        stand_ins(&network)?;
        match self {
            Self::Ufw | Self::Nftables | Self::Iptables | Self::Firewalld => self.firewall(&mut network, way),
            Self::Nginx | Self::NginxRealIp | Self::Apache | Self::ApacheRemoteIp => self.web_server(&mut network, way),
        }
    }

    fn firewall(self, network: &mut Network, way: Way) -> Result<()> {
        network.listen()?;
        for client in [Client::Cloudflare, Client::Elsewhere] {
            for version in [Version::V4, Version::V6] {
                ensure!(network.reaches(client, version, 443)?, "{client:?} does not reach the server by {version:?}");
            }
        }
        self.shut(network)?;
        for version in [Version::V4, Version::V6] {
            let reaches = network.reaches(Client::Cloudflare, version, 443)?;
            ensure!(!reaches, "the firewall lets Cloudflare in by {version:?} before it was told to");
        }

        network.run(&self.commands(way)).context("the first time")?;
        for version in [Version::V4, Version::V6] {
            for port in [80, 443] {
                let reaches = network.reaches(Client::Cloudflare, version, port)?;
                ensure!(reaches, "Cloudflare does not get in by {version:?} on port {port}");
            }
            let reaches = network.reaches(Client::Elsewhere, version, 443)?;
            ensure!(!reaches, "somebody else gets in by {version:?}");
        }

        let once = self.state(network)?;
        network.run(&self.commands(way)).context("the second time")?;
        let twice = self.state(network)?;
        ensure!(once == twice, "run twice, it left other rules:\n{once}\n{twice}");
        ensure!(network.reaches(Client::Cloudflare, Version::V4, 443)?, "run twice, Cloudflare does not get in");
        Ok(())
    }

    /// Shuts the server off, as that tool's own documentation does.
    fn shut(self, network: &mut Network) -> Result<()> {
        match self {
            // It refuses whatever comes in, unless told otherwise.
            Self::Ufw => network.run("ufw --force enable")?,
            Self::Nftables => network.run(
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
            Self::Iptables => network.run(
                "for t in iptables ip6tables; do
                     $t -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
                     $t -A INPUT -i lo -j ACCEPT
                     $t -A INPUT -p tcp -j DROP
                 done",
            )?,
            Self::Firewalld => {
                network.start(
                    "dbus-daemon",
                    &["--session", "--address=unix:path=/run/dbus/bus", "--nofork", "--nopidfile", "--print-address"],
                    Some("unix:"),
                )?;
                network.start("env", &[BUS, "firewalld", "--nofork", "--nopid"], None)?;
                let deadline = Instant::now() + Duration::from_secs(30);
                // It tells nobody when it is ready but those who ask.
                while network.run(&format!("{BUS} firewall-cmd --state")).is_err() {
                    ensure!(Instant::now() < deadline, "firewalld does not get ready");
                }
                String::new()
            }
            Self::Nginx | Self::NginxRealIp | Self::Apache | Self::ApacheRemoteIp => String::new(),
        };
        Ok(())
    }

    fn commands(self, way: Way) -> String {
        let commands = match way {
            Way::Rules => Ranges::embedded().rules(self.of_core()),
            Way::Fix => self.fix().to_owned(),
        };
        if self == Self::Firewalld { format!("export {BUS}\n{commands}") } else { commands }
    }

    /// What the owner of a site whose firewall drops Cloudflare is told to type.
    fn fix(self) -> &'static str {
        let name = match self {
            Self::Nginx => "nginx, if it limits by address",
            Self::NginxRealIp => "nginx, so that its limits count visitors and not Cloudflare",
            Self::Apache => "Apache, if it limits by address",
            Self::ApacheRemoteIp => "Apache, so that its limits count visitors and not Cloudflare",
            Self::Ufw | Self::Nftables | Self::Iptables | Self::Firewalld => self.name(),
        };
        Cause::FirewallDrops.fix().iter().find(|command| command.tool == name).map_or("false", |command| command.text)
    }

    /// All rules that are in force, and those that will be after a restart where the tool keeps them.
    fn state(self, network: &Network) -> Result<String> {
        network.run(match self {
            Self::Ufw => "ufw show added; iptables -S; ip6tables -S",
            Self::Iptables => "iptables -S; ip6tables -S",
            _ => "nft list ruleset",
        })
    }

    fn web_server(self, network: &mut Network, way: Way) -> Result<()> {
        network.write(&network.www().join("index.html"), "hello")?;
        let www = network.www();
        network.run(&format!("chmod -R a+rX {} {}", www.display(), www.parent().unwrap_or(&www).display()))?;
        let is_nginx = matches!(self, Self::Nginx | Self::NginxRealIp);
        for _ in 0..2 {
            match (way, self) {
                (Way::Fix, _) => network.run(&self.commands(way)).map(drop)?,
                (Way::Rules, Self::Nginx) => network.write(Path::new(NGINX_ALLOW), &self.commands(way))?,
                (Way::Rules, Self::NginxRealIp) => network.write(Path::new(NGINX_REAL_IP), &self.commands(way))?,
                (Way::Rules, Self::Apache) => network.write(Path::new(APACHE_ALLOW), &self.commands(way))?,
                (Way::Rules, _) => {
                    network.write(Path::new(APACHE_REMOTE_IP), &self.commands(way))?;
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
            ensure!(Instant::now() < deadline, "the web server does not get ready");
        }

        for version in [Version::V4, Version::V6] {
            let [cloudflare, elsewhere] = [Client::Cloudflare, Client::Elsewhere]
                .map(|client| network.ask(client, version, "CF-Connecting-IP: 192.0.2.77\r\n"));
            let (cloudflare, elsewhere) = (cloudflare?, elsewhere?);
            if matches!(self, Self::Nginx | Self::Apache) {
                ensure!(cloudflare.contains(" 200 "), "Cloudflare is refused by {version:?}: {cloudflare}");
                ensure!(elsewhere.contains(" 403 "), "somebody else is not refused by {version:?}: {elsewhere}");
            } else {
                let seen = "X-Seen: 192.0.2.77\r\n";
                ensure!(cloudflare.contains(seen), "the visitor is not seen by {version:?}: {cloudflare}");
                let seen = format!("X-Seen: {}\r\n", Client::Elsewhere.address(version));
                ensure!(elsewhere.contains(&seen), "somebody else is believed by {version:?}: {elsewhere}");
            }
        }
        Ok(())
    }

    fn nginx_site(self, www: &Path) -> String {
        let rules = if self == Self::Nginx { format!("include {NGINX_ALLOW}; deny all;") } else { String::new() };
        format!(
            "server {{ listen 80; listen [::]:80; location / {{ root {}; {rules} add_header X-Seen $remote_addr; }} }}\n",
            www.display()
        )
    }

    fn apache_site(self, www: &Path) -> String {
        let rules = if self == Self::Apache {
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

/// Where firewalld is spoken to: on a bus of its own.
const BUS: &str = "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/bus";

// Where the owner's fixes write.
const NGINX_ALLOW: &str = "/etc/nginx/cloudflare-allow.conf";
const NGINX_REAL_IP: &str = "/etc/nginx/conf.d/cloudflare.conf";
const APACHE_ALLOW: &str = "/etc/apache2/cloudflare-allow.conf";
const APACHE_REMOTE_IP: &str = "/etc/apache2/conf-available/cloudflare.conf";

/// Programs that are not to do what they do elsewhere: nobody is asked, and nothing outside is started.
fn stand_ins(network: &Network) -> Result<()> {
    network.stand_in("sudo", "exec \"$@\"")?;
    let (v4, v6): (Vec<_>, Vec<_>) = Ranges::embedded().networks.into_iter().partition(|range| range.is_v4());
    let list = |networks: Vec<ranges::Cidr>| networks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    network.stand_in(
        "curl",
        &format!(
            "case \"$*\" in\n*https://www.cloudflare.com/ips-v4) echo '{}' ;;\n*https://www.cloudflare.com/ips-v6) echo '{}' ;;\n*) exit 6 ;;\nesac",
            list(v4),
            list(v6)
        ),
    )?;
    // The web server is started after its rules were written, so there is nothing to reload.
    network.stand_in("systemctl", "exit 0")
}
