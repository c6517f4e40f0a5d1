//! Examines a Cloudflare Tunnel on this machine: whether cloudflared runs and is connected, and its services.

use std::fs;
use std::io::Read as _;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayback_core::doctor::tunnel::{
    LocalService, LocalServiceState, Route, parse_configuration, parse_routes, parse_state, route_for,
};
use rayback_core::doctor::{Answer, ConnectOutcome, Finding, HandshakeFailure, Local, Trust, Unmeasured};
use zip::ZipArchive;

use super::not_checked;
use super::program::{self, Output};
use crate::network::dns::Names;
use crate::network::http::{Request, exchange};
use crate::network::namespace;
use crate::network::tcp::{self, millis};
use crate::network::tls::{Client, Connection};

/// How long to wait for a service on the same machine.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running cloudflared.
struct Process {
    id: u32,
    arguments: Vec<String>,
    /// Whether its network isn't this machine's, as in a container.
    in_container: bool,
}

impl Process {
    /// A path as this process means it: below its own folder or its own root.
    fn path(&self, path: &str) -> PathBuf {
        let id = self.id;
        match Path::new(path).strip_prefix("/") {
            Ok(inside) if self.in_container => Path::new(&format!("/proc/{id}/root")).join(inside),
            Ok(_) => path.into(),
            Err(_) => Path::new(&format!("/proc/{id}/cwd")).join(path),
        }
    }
}

pub(super) fn measure(
    local: &mut Local,
    unmeasured: &mut Vec<Unmeasured>,
    client: &Client,
    host: &str,
    config: Option<(&Path, &str)>,
    again: &str,
) {
    let process = running();
    local.cloudflared_runs = process.is_some();
    let container = process.as_ref().filter(|process| process.in_container).map(|process| process.id);
    let routes = routes(local, unmeasured, process.as_ref(), config);
    // If there are no routes, the tunnel is configured in the dashboard, and cloudflared didn't report them.
    local.tunnel_configured = !routes.is_empty();
    let Some(route) = route_for(&routes, host) else { return };
    local.has_route = true;
    let mut service = LocalService {
        url: route.service.clone(),
        server_name: route.server_name.clone(),
        no_verify: route.no_verify,
        in_container: container.is_some(),
        state: LocalServiceState::Answers,
        lookup: String::new(),
        names: Vec::new(),
        took_ms: 0,
    };
    if service.target().is_none() {
        return;
    }
    let start = Instant::now();
    let tried = if let Some(process) = container {
        namespace::within(process, || try_service(client, &mut service, host, Some(process)))
    } else {
        try_service(client, &mut service, host, None);
        Ok(())
    };
    service.took_ms = millis(start);
    match tried {
        Ok(()) => local.services.push(service),
        Err(_) => unmeasured.push(not_checked(Finding::TunnelServiceNotChecked, service.url, again)),
    }
}

/// The routes of the tunnel, from the file that the user named, otherwise as cloudflared reports them, otherwise from
/// its own file.
fn routes(
    local: &mut Local,
    unmeasured: &mut Vec<Unmeasured>,
    process: Option<&Process>,
    config: Option<(&Path, &str)>,
) -> Vec<Route> {
    let mut routes = Vec::new();
    if let Some(process) = process.filter(|process| !process.in_container) {
        if let Some(diagnosis) = Diagnosis::run(option(&process.arguments, "--metrics")) {
            local.cloudflared_connections = diagnosis.connections;
            routes = diagnosis.routes;
        } else {
            let command = "cloudflared tunnel diag";
            unmeasured.push(not_checked(Finding::TunnelDiagNotChecked, "cloudflared", command));
        }
    }
    if let Some(process) = process {
        let find = || Metrics::find(&process.arguments);
        let asked = if process.in_container { namespace::within(process.id, find).ok().flatten() } else { find() };
        let Metrics { connections, routes: reported } = asked.unwrap_or_default();
        local.cloudflared_connections = local.cloudflared_connections.or(connections);
        if routes.is_empty() {
            routes = reported;
        }
    }
    let named = process.and_then(|process| Some(process.path(option(&process.arguments, "--config")?)));
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cloudflared/config.yml"));
    let usual = ["/etc/cloudflared/config.yml", "/usr/local/etc/cloudflared/config.yml"];
    let usual = usual.map(|path| process.map_or_else(|| path.into(), |process| process.path(path)));
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
    routes
}

/// Looks a service's host up and asks it, from where cloudflared runs: in this process's network if it's a container's.
fn try_service(client: &Client, service: &mut LocalService, host: &str, container: Option<u32>) {
    let Some((_, name, port)) = service.target() else { return };
    let root = container.map_or_else(|| PathBuf::from("/"), |process| format!("/proc/{process}/root").into());
    let names = Names::of(&root);
    let mut addresses = names.addresses(name);
    // The system may know names that neither of its files leads to, such as those of mDNS.
    if container.is_none() && addresses.as_ref().is_some_and(Vec::is_empty) {
        let known = (name, port).to_socket_addrs().ok().map(|all| all.map(|it| it.ip()).collect());
        addresses = known.or(addresses);
    }
    service.lookup = match (container, names.resolvers.first()) {
        (Some(process), Some(resolver)) => {
            format!("sudo nsenter --target {process} --net dig +short @{} {name}", resolver.ip())
        }
        _ => format!("getent ahosts {name}"),
    };
    match addresses {
        Some(addresses) if addresses.is_empty() => service.state = LocalServiceState::Unresolved,
        None => service.state = LocalServiceState::NoResolver,
        Some(mut addresses) => {
            addresses.sort_by_key(|address| !address.is_ipv4());
            ask(client, service, addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect(), host);
        }
    }
}

fn ask(client: &Client, service: &mut LocalService, addresses: Vec<SocketAddr>, host: &str) {
    /// How many addresses are tried, as cloudflared does.
    const MOST: usize = 4;
    let tls = service.target().is_some_and(|(tls, ..)| tls);
    let mut last = (None, None);
    for to in addresses.into_iter().take(MOST) {
        let (connect, stream) = tcp::connect(to, PATIENCE);
        let is_open = stream.is_some();
        last = (Some(connect), stream);
        if is_open {
            break;
        }
    }
    let (Some(connect), stream) = last else { return };
    let to = connect.to;
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
    fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let path = entry.path();
        if fs::read_to_string(path.join("comm")).ok()?.trim() != "cloudflared" {
            return None;
        }
        let line = fs::read(path.join("cmdline")).unwrap_or_default();
        let arguments = line.split(|byte| *byte == 0).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
        let id = entry.file_name().to_str()?.parse().ok()?;
        Some(Process { id, arguments, in_container: !shares_network(&path) })
    })
}

/// Whether a process has this one's network.
fn shares_network(process: &Path) -> bool {
    let own = Path::new("/proc/self");
    // Without root, only the first may not be read. The second lists all addresses.
    if let [Ok(own), Ok(other)] = [own, process].map(|path| fs::read_link(path.join("ns/net"))) {
        return own == other;
    }
    let [own, other] = [own, process].map(|path| fs::read_to_string(path.join("net/fib_trie")).ok());
    other.is_none() || own == other
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

/// What cloudflared's metrics server says.
///
/// Sources: Cloudflare's documentation of tunnel metrics: without `--metrics` it takes the first free port from 20241 to
/// 20245 on the loopback. `/ready` and `/config` are from cloudflared's published source.
#[derive(Default)]
struct Metrics {
    connections: Option<u64>,
    routes: Vec<Route>,
}

impl Metrics {
    /// Asks the server of the cloudflared with these arguments. `None` if it isn't found.
    fn find(arguments: &[String]) -> Option<Self> {
        let named = option(arguments, "--metrics").and_then(|address| address.parse().ok());
        let usual = (20_241..=20_245).map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        named.into_iter().chain(usual).find_map(|address: SocketAddr| {
            let ready: serde_json::Value = serde_json::from_slice(&Self::ask(address, "/ready")?).ok()?;
            let connections = ready.get("readyConnections")?.as_u64();
            let routes = Self::ask(address, "/config").map(|json| parse_configuration(&json)).unwrap_or_default();
            Some(Self { connections, routes })
        })
    }

    fn ask(address: SocketAddr, path: &str) -> Option<Vec<u8>> {
        let stream = tcp::connect(address, Duration::from_secs(1)).1?;
        let request = Request { host: "localhost", path, ..Request::default() };
        Some(exchange(&mut Connection::Plain(stream), &request, PATIENCE).body)
    }
}
