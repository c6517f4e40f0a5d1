//! Examines a Cloudflare Tunnel on this machine: whether cloudflared runs and is connected, and its services.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rayback_core::doctor::tunnel::{LocalService, LocalServiceState, parse_routes, route_for};
use rayback_core::doctor::{Answer, ConnectOutcome, HandshakeFailure, Listener, Local, Trust, parse_listeners};

use crate::network::http::{Request, exchange};
use crate::network::tcp::{self, millis};
use crate::network::tls::{Client, Connection};

/// What a service on the same machine is given.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running cloudflared.
struct Process {
    arguments: Vec<String>,
    /// The listening sockets of its own network, if that isn't this one's, as in a container.
    apart: Option<Vec<Listener>>,
}

pub(super) fn measure(local: &mut Local, client: &Client, host: &str, config: Option<&Path>) {
    let process = running();
    local.cloudflared_runs = process.is_some();
    let (arguments, apart) = process.map(|process| (process.arguments, process.apart)).unwrap_or_default();
    if local.cloudflared_runs && apart.is_none() {
        local.cloudflared_connections = connections(&arguments);
    }
    let named = option(&arguments, "--config").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cloudflared/config.yml"));
    let usual = ["/etc/cloudflared/config.yml", "/usr/local/etc/cloudflared/config.yml"].map(PathBuf::from);
    let mut files = config.map(PathBuf::from).into_iter().chain(named).chain(usual).chain(home);
    let found = files.find_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)));
    let Some((path, text)) = found else { return };
    local.tunnel_invalid = invalid(&path);
    let routes = parse_routes(&text);
    // A file without routes belongs to a tunnel that's configured in the dashboard.
    local.tunnel_configured = !routes.is_empty();
    if let Some(route) = route_for(&routes, host) {
        let mut service = LocalService {
            url: route.service.clone(),
            server_name: route.server_name.clone(),
            no_verify: route.no_verify,
            misses_localhost: false,
            state: LocalServiceState::Answers,
            names: Vec::new(),
            took_ms: 0,
        };
        let port = service.target().map(|(.., port)| port);
        service.misses_localhost = service.is_local()
            && apart.is_some_and(|listeners| !listeners.iter().any(|listener| Some(listener.port) == port));
        if let Some(to) = target(&service) {
            let start = Instant::now();
            ask(client, &mut service, to, host);
            service.took_ms = millis(start);
            local.services.push(service);
        }
    }
}

fn target(service: &LocalService) -> Option<Result<SocketAddr, LocalServiceState>> {
    let (_, host, port) = service.target()?;
    let found = (host, port)
        .to_socket_addrs()
        .ok()
        .and_then(|mut all| all.find(SocketAddr::is_ipv4).or_else(|| (host, port).to_socket_addrs().ok()?.next()));
    Some(found.ok_or(LocalServiceState::Unresolved))
}

fn ask(client: &Client, service: &mut LocalService, to: Result<SocketAddr, LocalServiceState>, host: &str) {
    let to = match to {
        Ok(to) => to,
        Err(state) => {
            service.state = state;
            return;
        }
    };
    let tls = service.target().is_some_and(|(tls, ..)| tls);
    let (connect, stream) = tcp::connect(to, PATIENCE);
    let Some(stream) = stream else {
        service.state = if connect.outcome == ConnectOutcome::Refused {
            LocalServiceState::Refused
        } else {
            LocalServiceState::Silent
        };
        return;
    };
    if tls {
        let name = service.expected_name().to_owned();
        match client.handshake(stream, &name, true, PATIENCE) {
            Ok((handshake, _)) => {
                let found = handshake.certificate;
                service.names.clone_from(&found.names);
                let trusted =
                    matches!(found.trust, Trust::Trusted | Trust::OriginCa) && found.fits_name && found.is_in_time();
                if !trusted {
                    service.state = LocalServiceState::BadCertificate;
                }
            }
            Err(HandshakeFailure::NotTls) => service.state = LocalServiceState::SpeaksPlain,
            Err(_) => service.state = LocalServiceState::BadCertificate,
        }
        return;
    }
    let request = Request { host, ..Request::default() };
    match exchange(&mut Connection::Plain(stream), &request, PATIENCE).answer {
        // nginx answers plain HTTP on a TLS port with 400; others close, or send an alert, which isn't HTTP.
        Answer::Response { status: 400, .. } | Answer::Malformed { .. } | Answer::Empty { .. }
            if speaks_tls(client, to, host) =>
        {
            service.state = LocalServiceState::SpeaksTls;
        }
        Answer::Silent { .. } => service.state = LocalServiceState::Silent,
        _ => {}
    }
}

fn speaks_tls(client: &Client, to: SocketAddr, host: &str) -> bool {
    tcp::connect(to, PATIENCE).1.is_some_and(|stream| client.handshake(stream, host, true, PATIENCE).is_ok())
}

fn running() -> Option<Process> {
    let own = fs::read_link("/proc/self/ns/net").ok();
    fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let path = entry.path();
        if fs::read_to_string(path.join("comm")).ok()?.trim() != "cloudflared" {
            return None;
        }
        let line = fs::read(path.join("cmdline")).unwrap_or_default();
        let arguments = line.split(|byte| *byte == 0).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
        let network = fs::read_link(path.join("ns/net")).ok();
        let apart = (network.is_some() && network != own).then(|| {
            let sockets = ["net/tcp", "net/tcp6"].map(|file| fs::read_to_string(path.join(file)).unwrap_or_default());
            sockets.iter().flat_map(|text| parse_listeners(text)).collect()
        });
        Some(Process { arguments, apart })
    })
}

/// What cloudflared's own check says is wrong with its configuration; `None` if nothing is, or it isn't installed.
fn invalid(config: &Path) -> Option<String> {
    let checked = Command::new("cloudflared")
        .args(["tunnel", "--config"])
        .arg(config)
        .args(["ingress", "validate"])
        .stdin(Stdio::null())
        .output()
        .ok()?;
    if checked.status.success() {
        return None;
    }
    let said = String::from_utf8_lossy(&[checked.stderr, checked.stdout].concat()).into_owned();
    let line = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    Some(line.chars().filter(|it| !it.is_control()).take(200).collect())
}

fn option<'a>(arguments: &'a [String], name: &str) -> Option<&'a str> {
    let mut all = arguments.iter();
    while let Some(argument) = all.next() {
        if argument == name {
            return all.next().map(String::as_str);
        }
        if let Some(value) = argument.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
            return Some(value);
        }
    }
    None
}

/// How many connections cloudflared says it has, at `/ready` of its metrics server.
///
/// Source: Cloudflare's documentation of tunnel metrics: without `--metrics` it takes the first free port from 20241 to
/// 20245 on the loopback.
fn connections(arguments: &[String]) -> Option<u64> {
    let named = option(arguments, "--metrics").and_then(|address| address.parse().ok());
    let usual = (20_241..=20_245).map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    named.into_iter().chain(usual).find_map(|address: SocketAddr| {
        let stream = tcp::connect(address, Duration::from_secs(1)).1?;
        let request = Request { host: "localhost", path: "/ready", ..Request::default() };
        let response = exchange(&mut Connection::Plain(stream), &request, PATIENCE);
        let body: serde_json::Value = serde_json::from_slice(&response.body).ok()?;
        body.get("readyConnections")?.as_u64()
    })
}
