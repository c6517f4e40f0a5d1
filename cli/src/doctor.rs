//! `rayback doctor`: finds out why a site behind Cloudflare fails, from the machine that it runs on. Changes nothing.

mod firewall;
mod host;
mod http;
mod program;
mod route;
mod tls;
mod tunnel;
mod zone;

use std::io::{IsTerminal as _, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, anyhow, bail, ensure};
use clap::{Args, ValueEnum};
use rayback_core::catalog::{Cause, limit};
use rayback_core::code::Code;
use rayback_core::doctor::{
    self, Assessment, Connect, ConnectOutcome, Context, Finding, Limits, Measurements, SslMode, Unmeasured,
};
use rayback_core::document::CheckState;
use rayback_core::outside::ranges::Ranges;
use rayback_core::words::{Words, keys};

use crate::input;
use crate::interrupt;
use crate::language;
use crate::network::outside::Outside;
use crate::network::{dns, tcp, tls::Client};
use crate::output;
use crate::printer::Printer;
use crate::rules::ToolName;
use crate::visit::{self, Target};
use zone::ReadZone;

/// What to examine, and how long to wait
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback doctor www.example.com
  rayback doctor www.example.com --origin 203.0.113.5
  rayback doctor www.example.com --origin 203.0.113.5 --ssl-mode strict
  sudo rayback doctor www.example.com --local

Exit codes: 0 nothing found, 1 a cause or an error found, 2 wrong arguments, 3 couldn't tell. Ctrl-C and SIGTERM end it by that \
signal, which a shell shows as 130 and 143.
Nothing is changed. The origin's address is sent to no one but the origin. If they're installed, mtr traces the route to an address \
that doesn't answer, and cloudflared diagnoses itself (since version 2024.12.2).

If CLOUDFLARE_API_TOKEN is set, the zone's DNS records, encryption mode, Origin Rules and Worker routes are read from Cloudflare's \
API and compared with the origin. A token that may only read is enough: DNS, Zone Settings, Origin Rules and Workers Routes. It's \
never printed or stored.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command")]
pub(crate) struct Arguments {
    /// The site's hostname, or a URL on it
    host: String,
    /// The server's own address, where public DNS shows Cloudflare's; a port replaces 443. May be given twice (IPv4, IPv6)
    #[arg(long, value_name = "IP[:PORT]", value_parser = origin)]
    origin: Vec<(IpAddr, Option<u16>)>,
    /// Examine this machine too: it is the origin, possibly behind NAT
    #[arg(long)]
    local: bool,
    /// Don't examine this machine, even if it has the origin's address: it forwards to another server
    #[arg(long, conflicts_with = "local")]
    remote: bool,
    /// The zone's encryption mode (dashboard: SSL/TLS → Overview)
    #[arg(long, value_enum)]
    ssl_mode: Option<Mode>,
    /// The error code that visitors see, such as 522 or 1033
    #[arg(long, value_parser = code)]
    code: Option<Code>,
    /// The port that plain HTTP goes to
    #[arg(long, value_name = "PORT", default_value_t = 80, value_parser = clap::value_parser!(u16).range(1..))]
    http_port: u16,
    /// Ask this DNS resolver instead of the system's
    #[arg(long, value_name = "IP[:PORT]", value_parser = origin)]
    resolver: Option<(IpAddr, Option<u16>)>,
    /// Also ask Cloudflare's public resolver over HTTPS; it learns the hostname
    #[arg(long)]
    doh: bool,
    /// The address of all outside services, for tests
    #[arg(long, value_name = "IP:PORT", hide = true)]
    outside_at: Option<SocketAddr>,
    /// Ask Cloudflare at this address instead of the one in DNS
    #[arg(long, value_name = "IP[:PORT]", value_parser = origin)]
    edge: Option<(IpAddr, Option<u16>)>,
    /// Trust the authorities in this PEM file too, as a Custom Origin Trust Store does
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// cloudflared's configuration, if it isn't in a usual place
    #[arg(long, value_name = "FILE")]
    tunnel_config: Option<PathBuf>,
    /// Seconds to wait for a TCP connection; by default as long as Cloudflare
    #[arg(long, value_name = "SECONDS", default_value_t = limit::CONNECT_TIME.as_secs_f64(), value_parser = seconds)]
    connect_limit: f64,
    /// Seconds to wait for a TLS handshake; by default as long as Cloudflare waits for an acknowledgement
    #[arg(long, value_name = "SECONDS", default_value_t = limit::ACKNOWLEDGE_TIME.as_secs_f64(), value_parser = seconds)]
    handshake_limit: f64,
    /// Seconds to wait for the first byte of an answer; by default as long as Cloudflare
    #[arg(long, value_name = "SECONDS", default_value_t = limit::READ_TIME.as_secs_f64(), value_parser = seconds)]
    answer_limit: f64,
    /// How many TLS handshakes to compare
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=50))]
    handshakes: u8,
    /// How many requests to send, one after the other
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=50))]
    requests: u8,
    /// Also send 1 MiB as the body of a GET request, which no application reads, and see how fast the server reads it
    #[arg(long)]
    upload: bool,
    /// Also check whether the site is ready for visits without Cloudflare, in case Cloudflare itself is down
    #[arg(long)]
    ready: bool,
    /// If a firewall or ban list is a cause, print the rules that let Cloudflare in, for this firewall or web server
    #[arg(long, value_enum, value_name = "TOOL")]
    firewall: Option<ToolName>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Cloudflare's encryption modes.
#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    /// HTTP to port 80
    Flexible,
    /// HTTPS to port 443, with any certificate
    Full,
    /// HTTPS to port 443, with a valid certificate: Full (strict)
    Strict,
}

fn origin(text: &str) -> Result<(IpAddr, Option<u16>), String> {
    if let Ok(address) = text.trim_start_matches('[').trim_end_matches(']').parse() {
        return Ok((address, None));
    }
    match text.parse() {
        Ok(address) if SocketAddr::port(&address) > 0 => Ok((address.ip(), Some(address.port()))),
        _ => Err("give an IP address, with a port if needed: 203.0.113.5:8443 or [2001:db8::5]:8443".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, &'static str> {
    visit::limit(text).map(|limit| limit.as_secs_f64())
}

fn code(text: &str) -> Result<Code, String> {
    let code = crate::explain::parse(text).map_err(|error| error.to_string())?;
    let is_known = rayback_core::catalog::entry(code).is_some();
    is_known.then_some(code).ok_or_else(|| "this code isn't known; \"rayback codes\" lists the known codes".to_owned())
}

/// A run in progress.
struct Run {
    measured: Measurements,
    client: Client,
    path: String,
    words: Words,
    shows_progress: bool,
    arguments: Counts,
}

/// How often each measurement is repeated.
struct Counts {
    handshakes: u8,
    requests: u8,
    upload: bool,
}

/// Examines a site and prints what was found.
///
/// # Errors
///
/// If the host isn't one, a file can't be read, or standard output can't be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let words = language::words()?;
    let (host, path) = split(&arguments.host)?;
    let mut measured = Measurements { host, context: context(arguments, path.clone())?, ..Measurements::default() };
    measured.context.origins.dedup();
    let shows_progress = std::io::stderr().is_terminal();
    let counts = Counts { handshakes: arguments.handshakes, requests: arguments.requests, upload: arguments.upload };
    let client = Client::new(arguments.ca.as_deref())?;
    let config = arguments.tunnel_config.as_deref();
    let config = config.map(|path| read_config(path).map(|text| (path, text))).transpose()?;
    interrupt::on_signal(move |end| {
        let mut err = std::io::stderr().lock();
        let _cleared = if shows_progress { err.write_all(b"\r\x1b[K") } else { Ok(()) };
        end();
    })?;
    let mut run = Run { measured, client, path, words, shows_progress, arguments: counts };
    run.measure(arguments, config.as_ref().map(|(path, text)| (*path, text.as_str())));
    run.progress(None);
    let assessment = doctor::examine(&run.measured);
    if arguments.json {
        output::json(&json(&assessment, &run.measured, &run.words))?;
    } else {
        let is_shortened = run.measured.context.limits.are_shortened();
        let mut printer = Printer::new();
        printer.document(&assessment.document(arguments.firewall.map(Into::into), is_shortened, &run.words));
        printer.print()?;
    }
    Ok(ExitCode::from(assessment.outcome.exit_code()))
}

fn context(arguments: &Arguments, path: String) -> Result<Context> {
    let millis = |seconds: f64| u64::try_from(Duration::from_secs_f64(seconds).as_millis());
    let https_port = arguments.origin.iter().find_map(|(_, port)| *port).unwrap_or(443);
    Ok(Context {
        mode: arguments.ssl_mode.map(|mode| match mode {
            Mode::Flexible => SslMode::Flexible,
            Mode::Full => SslMode::Full,
            Mode::Strict => SslMode::Strict,
        }),
        reported: arguments.code,
        origins: arguments.origin.iter().map(|(address, _)| *address).collect(),
        known: Vec::new(),
        path,
        http_port: arguments.http_port,
        https_port,
        limits: Limits {
            connect_ms: millis(arguments.connect_limit)?,
            acknowledge_ms: millis(arguments.handshake_limit)?,
            first_byte_ms: millis(arguments.answer_limit)?,
        },
        asks_if_ready: arguments.ready,
    })
}

/// Reads the cloudflared configuration that the user named.
fn read_config(path: &Path) -> Result<String> {
    let text = input::text(path, "--tunnel-config")?;
    ensure!(
        !doctor::tunnel::parse_routes(&text).is_empty(),
        "--tunnel-config: {} has no ingress rules; give cloudflared's config.yml",
        path.display()
    );
    Ok(text)
}

/// Reads a host and a path as users type them.
fn split(text: &str) -> Result<(String, String)> {
    let Target { host, port, path, .. } = visit::parse(text)
        .map_err(|error| anyhow!("{error}. doctor takes the site's name, such as www.example.com"))?;
    if host.parse::<IpAddr>().is_ok() {
        bail!("{host} is an IP address; give the site's name, such as www.example.com, and add --origin {host}");
    }
    ensure!(
        [80, 443].contains(&port),
        "remove port {port} from the site's name; if the origin listens on that port, add --origin SERVER_IP:{port}"
    );
    Ok((host, path))
}

impl Run {
    fn progress(&self, what: Option<&str>) {
        if self.shows_progress {
            let line = what.map(|what| self.words.format(keys::doctor::Checking { what })).unwrap_or_default();
            let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
            let _ = std::io::stderr().flush();
        }
    }

    fn measure(&mut self, arguments: &Arguments, config: Option<(&Path, &str)>) {
        self.progress(Some("DNS"));
        let resolvers = match arguments.resolver {
            Some((address, port)) => vec![SocketAddr::new(address, port.unwrap_or(53))],
            None => dns::system_resolvers(),
        };
        let mut dns = dns::look_up(&self.measured.host, &resolvers);
        if arguments.doh {
            dns.public = dns::ask_publicly(&self.outside(arguments), &self.measured.host);
        }
        let addresses: Vec<IpAddr> = dns.addresses().collect();
        self.measured.dns = Some(dns);
        self.zone(arguments, &resolvers);

        // Without an address or a server to ask, there's nothing else to measure.
        let nothing_to_ask = addresses.is_empty() && arguments.edge.is_none() && !arguments.local;
        if nothing_to_ask && self.measured.context.origins.is_empty() {
            return;
        }
        let ranges = Ranges::embedded();
        let is_edge = |address: &IpAddr| ranges.contains(*address);
        if self.measured.context.origins.is_empty() {
            self.measured.context.origins =
                addresses.iter().copied().filter(|address| !is_edge(address)).take(4).collect();
        }
        if self.measured.context.origins.is_empty() && arguments.local {
            self.measured.context.origins.push(tcp::own_address());
        }
        let edge = arguments.edge.or_else(|| addresses.iter().copied().find(is_edge).map(|address| (address, None)));
        let edge = edge.map(|(address, port)| SocketAddr::new(address, port.unwrap_or(443)));
        // Both at the same time, so that an intermittent fault shows in both.
        let overflows = host::queue_overflows();
        let (host, path, client) = (self.measured.host.clone(), self.path.clone(), &self.client);
        let limit = visit::PATIENCE;
        let (seen, origin) = std::thread::scope(|scope| {
            let seen = edge.map(|edge| scope.spawn(move || http::through(client, edge, &host, &path, limit)));
            let origin = self.origin();
            if seen.is_some() {
                self.progress(Some(self.words.get(keys::doctor::leg::EDGE)));
            }
            (seen.and_then(|seen| seen.join().ok()), origin)
        });
        self.measured.seen = seen;
        (self.measured.connects, self.measured.tls, self.measured.exchanges) = origin;
        self.progress(Some(self.words.get(keys::doctor::leg::ROUTE)));
        route::measure(&mut self.measured);

        self.local(arguments, overflows, config);
    }

    fn outside(&self, arguments: &Arguments) -> Outside<'_> {
        Outside { client: &self.client, at: arguments.outside_at }
    }

    /// Reads the zone's settings, and takes the origin's addresses and the encryption mode from them unless the user
    /// gave them.
    fn zone(&mut self, arguments: &Arguments, resolvers: &[SocketAddr]) {
        let token = zone::Token::from_environment();
        if token.is_some() {
            self.progress(Some(self.words.get(keys::doctor::leg::ZONE)));
        }
        let again = self.again();
        let ReadZone { zone, unmeasured } =
            zone::read(token.as_ref(), &self.outside(arguments), &self.measured.host, resolvers, &again);
        let measured = &mut self.measured;
        let context = &mut measured.context;
        context.known.clone_from(&context.origins);
        if let Some(zone) = &zone {
            if context.origins.is_empty() && !arguments.local {
                let addresses = zone.addresses().filter(|address| !doctor::stands_for_a_worker(*address));
                context.origins = addresses.take(4).collect();
            }
            // This machine's own addresses, if it is the origin. Behind NAT they're private, and show nothing.
            if arguments.local && context.known.is_empty() {
                context.known = zone.addresses().filter(|address| tcp::is_ours(*address)).collect();
                let own = tcp::own_address();
                if context.known.is_empty() && doctor::is_public(own) {
                    context.known.push(own);
                }
            }
            context.mode = context.mode.or_else(|| zone.mode.as_deref().and_then(SslMode::of_api));
        }
        measured.zone = zone;
        measured.unmeasured.extend(unmeasured);
    }

    #[allow(clippy::type_complexity, reason = "three lists that go into one value at once")]
    fn origin(&self) -> (Vec<Connect>, Vec<doctor::Tls>, Vec<doctor::Exchange>) {
        let context = &self.measured.context;
        let ranges = Ranges::embedded();
        // If the origin's address is Cloudflare's, that's the fault: the server that answers there isn't the origin.
        let origins: Vec<_> = context.origins.iter().copied().filter(|it| !ranges.contains(*it)).collect();
        self.progress(Some("TCP"));
        let limit = Duration::from_millis(context.limits.connect_ms);
        let targets: Vec<_> = origins
            .iter()
            .flat_map(|ip| [context.http_port, context.https_port].map(|port| SocketAddr::new(*ip, port)))
            .collect();
        // All at once: a silent port takes the whole limit.
        let connects: Vec<Connect> = std::thread::scope(|scope| {
            let running: Vec<_> = targets.iter().map(|to| scope.spawn(move || tcp::connect(*to, limit).0)).collect();
            running.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        let open = |port: u16| {
            let accepted = connects.iter().filter(|it| it.outcome == ConnectOutcome::Accepted);
            accepted.map(|it| it.to).filter(move |to| to.port() == port).collect::<Vec<_>>()
        };
        self.progress(Some("TLS"));
        let tls: Vec<_> = open(context.https_port)
            .into_iter()
            .map(|to| tls::measure(&self.client, to, &self.measured.host, context, self.arguments.handshakes))
            .collect();
        self.progress(Some("HTTP"));
        let mut exchanges = Vec::new();
        for to in open(context.http_port).into_iter().chain(open(context.https_port)) {
            let secure = tls.iter().find(|it| it.to == to);
            // If no handshake succeeds, no request can be sent.
            if secure.is_some_and(|tls| tls.handshakes.iter().all(Result::is_err)) {
                continue;
            }
            let plan = http::Plan {
                client: &self.client,
                to,
                tls: secure.is_some(),
                host: &self.measured.host,
                path: &self.path,
                context,
                requests: self.arguments.requests,
                upload: self.arguments.upload,
            };
            exchanges.push(plan.measure());
        }
        (connects, tls, exchanges)
    }

    /// The command that examines the same origin again.
    fn again(&self) -> String {
        let context = &self.measured.context;
        let origins = context.origins.iter().map(|address| match context.https_port {
            443 => format!(" --origin {address}"),
            port => format!(" --origin {}", SocketAddr::new(*address, port)),
        });
        let http = (context.http_port != 80).then(|| format!(" --http-port {}", context.http_port));
        let given: String = origins.chain(http).collect();
        format!("rayback doctor {}{given}", self.measured.host)
    }

    /// Examines this machine if it's the origin; otherwise says how to do that there.
    fn local(&mut self, arguments: &Arguments, overflows: Option<u64>, config: Option<(&Path, &str)>) {
        let again = format!("sudo {} --local", self.again());
        let measured = &mut self.measured;
        let is_ours = || measured.context.origins.iter().any(|address| tcp::is_ours(*address));
        let here = arguments.local || (!arguments.remote && is_ours());
        if measured.context.origins.is_empty() {
            let command = format!("rayback doctor {} --origin SERVER_IP", measured.host);
            measured.unmeasured.push(not_checked(Finding::OriginUnknown, &measured.host, command));
        }
        if !here {
            measured.unmeasured.push(Unmeasured {
                finding: Finding::MachineNotChecked,
                subject: String::new(),
                command: again,
                open: vec![Cause::FirewallDrops, Cause::FirewallRefuses, Cause::Overloaded],
            });
            return;
        }
        if self.shows_progress {
            let line = self.words.format(keys::doctor::Checking { what: self.words.get(keys::doctor::leg::MACHINE) });
            let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
        }
        let mut local = host::measure(overflows);
        firewall::measure(&mut local, &mut measured.unmeasured, &again, &measured.context);
        tunnel::measure(&mut local, &mut measured.unmeasured, &self.client, &measured.host, config, &again);
        measured.local = Some(local);
    }
}

/// A check that wasn't possible, with the command that does it.
fn not_checked(finding: Finding, subject: impl Into<String>, command: impl Into<String>) -> Unmeasured {
    Unmeasured { finding, subject: subject.into(), command: command.into(), open: Vec::new() }
}

/// The assessment as JSON.
fn json(assessment: &Assessment, measured: &Measurements, words: &Words) -> serde_json::Value {
    let checks: Vec<_> = assessment
        .checks
        .iter()
        .map(|check| {
            serde_json::json!({
                "finding": check.finding,
                "state": check.state,
                "subject": check.subject,
                "text": check.describe(words),
                "fix": check.fix(words),
                "took_ms": check.took_ms,
            })
        })
        .collect();
    let command =
        |check: &doctor::Check| check.values.iter().find(|(name, _)| *name == "command").map(|(_, it)| it.clone());
    let unchecked = assessment.checks.iter().filter(|check| check.state == CheckState::NotChecked);
    let unchecked = unchecked.map(|check| serde_json::json!({ "check": check.finding, "command": command(check) }));
    let open = assessment.not_excluded.iter().map(|cause| serde_json::json!({ "cause": cause }));
    let open: Vec<_> = open.chain(unchecked).collect();
    let fixes: Vec<_> = assessment.checks.iter().filter_map(|check| check.fix(words)).collect();
    serde_json::json!({
        "host": assessment.host,
        "code": assessment.code,
        "code_known_by": assessment.code_known_by,
        "by_mode": assessment.by_mode,
        "outcome": assessment.outcome,
        "legs": checks,
        "causes": assessment.causes,
        "fixes": fixes,
        "not_excluded": open,
        "measured": measured,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_users_type_them() {
        assert_eq!(split("https://WWW.Example.com./a?b").unwrap(), ("www.example.com".into(), "/a?b".into()));
        assert_eq!(split("example.com").unwrap(), ("example.com".into(), "/".into()));
        assert_eq!(split("bücher.example").unwrap().0, "xn--bcher-kva.example");
        for text in ["", "203.0.113.5", "[2001:db8::1]", "a b", "-x", "http://", "a.example:8443", "u:secret@a.example"]
        {
            let error = split(text).err().map_or_else(|| panic!("{text:?} was read"), |error| error.to_string());
            assert!(error.contains("such as") || error.contains("8443"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
        assert_eq!(split("a.example/\r\nHost: b").unwrap().1, "/Host:%20b");
    }
}
