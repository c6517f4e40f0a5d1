//! Examines a Cloudflare Tunnel on this machine: whether cloudflared runs and is connected, and its services.

use std::fs;
use std::io::Read as _;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayback_core::doctor::tunnel::{
    LocalService, LocalServiceState, Route, parse_configuration, parse_routes, parse_state, route_for,
};
use rayback_core::doctor::{
    Answer, ConnectOutcome, Finding, HandshakeFailure, Listener, Local, Trust, Unmeasured, parse_listeners,
};
use zip::ZipArchive;

use super::not_checked;
use super::program::{self, Output};
use crate::network::http::{Request, exchange};
use crate::network::tcp::{self, millis};
use crate::network::tls::{Client, Connection};

/// How long to wait for a service on the same machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running cloudflared.
struct Process {
    arguments: Vec<String>,
    /// The listening sockets of its network namespace, if that's a different one, as in a container.
    apart: Option<Vec<Listener>>,
}

pub(super) fn measure(
    local: &mut Local,
    unmeasured: &mut Vec<Unmeasured>,
    client: &Client,
    host: &str,
    config: Option<(&Path, &str)>,
) {
    let process = running();
    local.cloudflared_runs = process.is_some();
    let (arguments, apart) = process.map(|process| (process.arguments, process.apart)).unwrap_or_default();
    let mut routes = Vec::new();
    if local.cloudflared_runs && apart.is_none() {
        if let Some(diagnosis) = Diagnosis::run(option(&arguments, "--metrics")) {
            local.cloudflared_connections = diagnosis.connections;
            routes = diagnosis.routes;
        } else {
            let command = "cloudflared tunnel diag";
            unmeasured.push(not_checked(Finding::TunnelDiagNotChecked, "cloudflared", command));
        }
        local.cloudflared_connections = local.cloudflared_connections.or_else(|| connections(&arguments));
    }
    let named = option(&arguments, "--config").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cloudflared/config.yml"));
    let usual = ["/etc/cloudflared/config.yml", "/usr/local/etc/cloudflared/config.yml"].map(PathBuf::from);
    let mut files = named.into_iter().chain(usual).chain(home);
    let found = config.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let found = found.or_else(|| files.find_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text))));
    if let Some((path, text)) = found {
        match check(&path) {
            Output::Failed(said) => local.tunnel_invalid = Some(said),
            Output::Stopped => {
                let command = format!("cloudflared tunnel --config {} ingress validate", path.display());
                unmeasured.push(not_checked(Finding::TunnelInvalidNotChecked, "cloudflared", command));
            }
            Output::Missing | Output::Text(_) => {}
        }
        // cloudflared may use other routes than this file's, so the ones that it reports come first, unless the user
        // named the file.
        if config.is_some() || routes.is_empty() {
            routes = parse_routes(&text);
        }
    }
    // If there are no routes, the tunnel is configured in the dashboard, and cloudflared didn't report them.
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

/// Runs cloudflared's own check of its configuration, which fails with the error that it finds.
fn check(config: &Path) -> Output {
    let arguments =
        ["tunnel".as_ref(), "--config".as_ref(), config.as_os_str(), "ingress".as_ref(), "validate".as_ref()];
    program::run("cloudflared", &arguments, None, program::PATIENCE)
}

/// The result of `cloudflared tunnel diag`.
///
/// Source: "Tunnel diagnostic logs" in Cloudflare's documentation; since version 2024.12.2. The format of the files is
/// from cloudflared's published source. Tested with a stand-in for the program.
struct Diagnosis {
    connections: Option<u64>,
    routes: Vec<Route>,
}

impl Diagnosis {
    /// How long it may take; cloudflared itself stops after 45 seconds.
    const PATIENCE: Duration = Duration::from_mins(1);
    /// The most that is read of a file, in bytes.
    const MOST: u64 = 4 * 1024 * 1024;

    /// Runs it for the cloudflared with this metrics server. `None` if it isn't installed, is too old, or fails.
    ///
    /// It writes an archive into its working directory, which is a temporary folder here. Logs, profiles and everything
    /// else that may contain secrets are left out.
    fn run(metrics: Option<&str>) -> Option<Self> {
        let folder = tempfile::tempdir().ok()?;
        let mut arguments = vec!["tunnel", "diag"];
        arguments.extend(metrics.into_iter().flat_map(|address| ["--metrics", address]));
        arguments.extend(["--no-diag-logs", "--no-diag-metrics", "--no-diag-system", "--no-diag-runtime"]);
        arguments.push("--no-diag-network");
        // It fails if any part does, but still writes the archive with the other parts.
        let _ = program::run("cloudflared", &arguments, Some(folder.path()), Self::PATIENCE);
        let files = fs::read_dir(folder.path()).ok()?.flatten().map(|entry| entry.path());
        let archive = files.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "zip"))?;
        let mut archive = ZipArchive::new(fs::File::open(archive).ok()?).ok()?;
        let mut read = |name: &str| {
            let mut bytes = Vec::new();
            archive.by_name(name).ok()?.take(Self::MOST).read_to_end(&mut bytes).ok()?;
            Some(bytes)
        };
        let connections = read("tunnelstate.json").and_then(|json| parse_state(&json));
        let routes = read("configuration.json").map(|json| parse_configuration(&json)).unwrap_or_default();
        (connections.is_some() || !routes.is_empty()).then_some(Self { connections, routes })
    }
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
