//! What a shell measures, as values.

use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

use serde::Serialize;

use super::firewall::Examined;
use super::local::Listener;
use super::tunnel::LocalService;
use super::web::Web;
use crate::catalog::{Cause, limit};
use crate::code::Code;
use crate::outside::dns::Lookup;
use crate::outside::zone::Zone;

/// Everything that one run measured. What wasn't measured is absent or empty.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Measurements {
    /// The host that visitors ask for.
    pub host: String,
    /// The circumstances.
    pub context: Context,
    /// DNS.
    pub dns: Option<Dns>,
    /// The answer to a request through Cloudflare.
    pub seen: Option<ProxiedAnswer>,
    /// TCP connections, each address and port once.
    pub connects: Vec<Connect>,
    /// The paths to addresses that don't answer, as `mtr` traced them.
    pub traces: Vec<PacketPath>,
    /// TLS, each address once.
    pub tls: Vec<Tls>,
    /// HTTP, each address and port once.
    pub exchanges: Vec<Exchange>,
    /// The machine itself, if it's the origin.
    pub local: Option<Local>,
    /// The zone's settings at Cloudflare, if a token was given that reads them.
    pub zone: Option<Zone>,
    /// What wasn't measured, and why.
    pub unmeasured: Vec<Unmeasured>,
}

impl Measurements {
    /// Whether a tunnel on the origin's machine connects it to Cloudflare, or should.
    pub(super) fn has_tunnel(&self) -> bool {
        self.local.as_ref().is_some_and(|local| local.cloudflared_runs || local.tunnel_configured)
    }
}

/// The circumstances of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Context {
    /// The zone's encryption mode, if known.
    pub mode: Option<SslMode>,
    /// The code that the user says visitors see.
    pub reported: Option<Code>,
    /// The origin's addresses that the user gave.
    pub origins: Vec<IpAddr>,
    /// The path that is requested; routes of Workers depend on it.
    pub path: String,
    /// Addresses that are certainly the origin's: those that the user gave, and this machine's if it is the origin.
    pub known: Vec<IpAddr>,
    /// The port that plain HTTP is sent to; Cloudflare's is 80 unless an Origin Rule changes it.
    pub http_port: u16,
    /// The port that HTTPS is sent to; Cloudflare's is 443 unless an Origin Rule changes it.
    pub https_port: u16,
    /// The limits in force.
    pub limits: Limits,
    /// Whether to say how ready the site is for visits without Cloudflare.
    pub asks_if_ready: bool,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            mode: None,
            reported: None,
            origins: Vec::new(),
            path: "/".to_owned(),
            known: Vec::new(),
            http_port: 80,
            https_port: 443,
            limits: Limits::default(),
            asks_if_ready: false,
        }
    }
}

/// Limits, in milliseconds. The defaults are Cloudflare's own, as in [`catalog::limit`](crate::catalog::limit).
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Limits {
    /// The wait for a TCP connection.
    pub connect_ms: u64,
    /// The wait for an acknowledgement of the request. Used for the TLS handshake too.
    pub acknowledge_ms: u64,
    /// The wait for the first byte of an answer.
    pub first_byte_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            connect_ms: millis(limit::CONNECT_TIME),
            acknowledge_ms: millis(limit::ACKNOWLEDGE_TIME),
            first_byte_ms: millis(limit::READ_TIME),
        }
    }
}

impl Limits {
    /// Whether any is shorter than Cloudflare's.
    #[must_use]
    pub fn are_shortened(&self) -> bool {
        let own = Self::default();
        self.connect_ms < own.connect_ms
            || self.acknowledge_ms < own.acknowledge_ms
            || self.first_byte_ms < own.first_byte_ms
    }
}

/// A zone's encryption mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SslMode {
    /// Plain HTTP to port 80.
    Flexible,
    /// HTTPS to port 443; any certificate will do.
    Full,
    /// HTTPS to port 443 with a certificate that verifies.
    Strict,
}

impl SslMode {
    /// The mode that the API names with this word; `None` if it isn't known.
    #[must_use]
    pub fn of_api(word: &str) -> Option<Self> {
        match word {
            "off" | "flexible" => Some(Self::Flexible),
            "full" => Some(Self::Full),
            // The second one is Enterprise's "SSL-Only Origin Pull", which is strict too.
            "strict" | "origin_pull" => Some(Self::Strict),
            _ => None,
        }
    }
}

/// DNS answers.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Dns {
    /// IPv4 addresses.
    pub a: NameAnswer,
    /// IPv6 addresses.
    pub aaaa: NameAnswer,
    /// The names that the host is an alias of, in order.
    pub aliases: Vec<String>,
    /// What a public resolver answered over HTTPS.
    pub public: Public,
    /// How long both questions took, in milliseconds.
    pub took_ms: u64,
}

/// What a public resolver answered.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case", tag = "asked", content = "value")]
pub enum Public {
    /// It wasn't asked.
    #[default]
    No,
    /// It didn't answer.
    Failed,
    /// This.
    Answered(Lookup),
}

impl Dns {
    /// Every address, of both kinds.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        [&self.a, &self.aaaa]
            .into_iter()
            .filter_map(|answer| match answer {
                NameAnswer::Addresses(addresses) => Some(addresses),
                _ => None,
            })
            .flatten()
            .copied()
    }
}

/// The answer to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome", content = "value")]
pub enum NameAnswer {
    /// These addresses.
    Addresses(Vec<IpAddr>),
    /// The name exists but has no such record.
    #[default]
    NoRecord,
    /// The name doesn't exist.
    NoSuchName,
    /// The name's own servers fail.
    ServerFailure,
    /// No answer, or none that can be read.
    NoAnswer,
}

/// The answer to a request through Cloudflare.
#[derive(Clone, Debug, Serialize)]
pub struct ProxiedAnswer {
    /// The code of the page, if it was Cloudflare's.
    pub code: Option<Code>,
    /// The HTTP status; `None` without an answer.
    pub status: Option<u16>,
    /// Whether it was a challenge, a block or a login: then it says nothing about the origin.
    pub refused_us: bool,
    /// Whether it redirects to the same address, and does so again on the next request.
    pub redirects_to_itself: bool,
    /// How long the answer took, in milliseconds.
    pub took_ms: u64,
}

/// One TCP connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Connect {
    /// Where to.
    pub to: SocketAddr,
    /// How it went.
    pub outcome: ConnectOutcome,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// How a TCP connection went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectOutcome {
    /// It is open.
    Accepted,
    /// It was refused at once.
    Refused,
    /// Nothing came back within the limit.
    Silent,
    /// The network has no route there.
    NoRoute,
    /// This machine has no network of that version of IP.
    NoNetworkHere,
    /// It failed in another way.
    Failed,
}

/// The network path to an address that doesn't answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PacketPath {
    /// Where to.
    pub to: SocketAddr,
    /// The hops that answered: their number, from 1, and their address.
    pub hops: Vec<(u64, IpAddr)>,
}

/// TLS with one address.
#[derive(Clone, Debug, Serialize)]
pub struct Tls {
    /// Where to.
    pub to: SocketAddr,
    /// The handshakes with the host's name, in order.
    pub handshakes: Vec<Result<Handshake, HandshakeFailure>>,
    /// The handshake without a name.
    pub without_name: Option<Result<Handshake, HandshakeFailure>>,
    /// How long the first handshake took, in milliseconds.
    pub took_ms: u64,
}

/// A completed handshake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Handshake {
    /// The protocol, as `TLSv1.3`.
    pub protocol: String,
    /// The server's own certificate.
    pub certificate: Certificate,
}

/// Why a handshake failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "failure", content = "detail")]
pub enum HandshakeFailure {
    /// The server knows no such name: an alert `unrecognized_name`.
    UnknownName,
    /// No protocol or cipher in common.
    NothingInCommon,
    /// None of the application protocols that were offered: an alert `no_application_protocol`.
    NoProtocol,
    /// The server doesn't speak TLS here.
    NotTls,
    /// The server closed the connection.
    Closed,
    /// Nothing came within the limit.
    Silent,
    /// The server asks for a client certificate.
    WantsCertificate,
    /// Another failure, in the library's words.
    Other(String),
}

/// A server's certificate, judged as Full (strict) does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// A short fingerprint, to compare certificates by.
    pub fingerprint: String,
    /// Its subject.
    pub subject: String,
    /// Its issuer.
    pub issuer: String,
    /// The names it's valid for.
    pub names: Vec<String>,
    /// When it begins to be valid, in Unix seconds.
    pub not_before: i64,
    /// When it ends, in Unix seconds.
    pub not_after: i64,
    /// The time of the handshake, in Unix seconds.
    pub checked_at: i64,
    /// Whether it's valid for the host.
    pub fits_name: bool,
    /// How many certificates the server sent.
    pub sent: usize,
    /// Whether it can be trusted.
    pub trust: Trust,
}

impl Certificate {
    /// Whether a browser would accept it: its chain, its names and its dates.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.trust == Trust::Trusted && self.fits_name && self.is_in_time()
    }

    /// Whether it was valid at the time of the handshake.
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        (self.not_before..=self.not_after).contains(&self.checked_at)
    }
}

/// Whether a chain, as the server sent it, leads to a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// It does.
    Trusted,
    /// Issued by Cloudflare's Origin CA, by the issuer's name; Cloudflare trusts it, visitors' browsers don't.
    OriginCa,
    /// It signed itself.
    SelfSigned,
    /// A link is missing: the certificate names a place to get its issuer from, and the server didn't send it.
    Incomplete,
    /// It leads to an authority that isn't known.
    Unknown,
    /// It was revoked, or is broken otherwise.
    Broken,
}

/// HTTP with one address and port.
#[derive(Clone, Debug, Serialize)]
pub struct Exchange {
    /// Where to.
    pub to: SocketAddr,
    /// Whether over TLS.
    pub tls: bool,
    /// The answers to the same request, in order; the first one decides.
    pub answers: Vec<Answer>,
    /// Where it redirects a visitor who came to Cloudflare over HTTPS; `None` if it doesn't.
    pub redirect: Option<String>,
    /// Whether a second request on the same connection was answered; `None` if not tried.
    pub keep_alive: Option<bool>,
    /// Requests with large headers; empty if not tried.
    pub header_probes: Vec<HeaderProbe>,
    /// The answer to a request with a large body; `None` if not tried.
    pub upload: Option<Answer>,
}

impl Exchange {
    /// Whether it redirects to the same page in the other scheme.
    pub(super) fn swaps_scheme(&self, host: &str, path: &str) -> bool {
        let (scheme, port) = if self.tls { ("http://", ":80") } else { ("https://", ":443") };
        let target = self.redirect.as_deref().unwrap_or_default();
        let Some((_, rest)) = target.split_at_checked(scheme.len()).filter(|(it, _)| it.eq_ignore_ascii_case(scheme))
        else {
            return false;
        };
        let (authority, target_path) =
            rest.split_at_checked(rest.find(['/', '?']).unwrap_or(rest.len())).unwrap_or_default();
        let name = authority.strip_suffix(port).unwrap_or(authority);
        name.eq_ignore_ascii_case(host) && (target_path == path || target_path.is_empty() && path == "/")
    }
}

/// What came back for one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub enum Answer {
    /// An HTTP answer.
    Response {
        /// Its status.
        status: u16,
        /// When its first byte came, in milliseconds after the request.
        first_byte_ms: u64,
        /// The size of its head, in bytes.
        head_bytes: usize,
        /// Whether the body broke off before its announced end.
        truncated: bool,
        /// Whether it came from Cloudflare: then the origin passes requests on to Cloudflare.
        from_cloudflare: bool,
    },
    /// Nothing came within the limit.
    Silent {
        /// How long was waited, in milliseconds.
        waited_ms: u64,
    },
    /// The connection was closed or reset before an answer.
    Empty {
        /// Whether it was reset.
        reset: bool,
    },
    /// Not HTTP.
    Malformed {
        /// What is wrong with it.
        detail: String,
    },
    /// A head of more than Cloudflare's limit.
    HeadTooLarge {
        /// How much was read of it, in bytes.
        bytes: usize,
    },
    /// The connection couldn't be opened this time.
    NoConnection,
}

/// A request with a large header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HeaderProbe {
    /// The size of its cookie, in bytes.
    pub bytes: usize,
    /// Whether the server answered as it does to a small request.
    pub accepted: bool,
}

/// What the origin's own machine says.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Local {
    /// The listening sockets on web ports; `None` if they couldn't be read.
    pub listeners: Option<Vec<Listener>>,
    /// The packet filter.
    pub filter: Filter,
    /// fail2ban's bans.
    pub bans: Bans,
    /// `CrowdSec`'s bans.
    pub crowdsec: Bans,
    /// The load of the last minute, in hundredths, and the number of processors.
    pub load: Option<(u64, u64)>,
    /// Available and total memory, in KiB.
    pub memory_kib: Option<(u64, u64)>,
    /// Open files and their limit.
    pub files: Option<(u64, u64)>,
    /// Tracked connections and their limit.
    pub conntrack: Option<(u64, u64)>,
    /// How often a listen queue overflowed during the run.
    pub queue_overflows: Option<u64>,
    /// nginx' configuration; `None` if there is no nginx, or it couldn't be read.
    pub nginx: Option<Web>,
    /// Apache's configuration; `None` if there is no Apache, or it couldn't be read.
    pub apache: Option<Web>,
    /// Whether certbot is installed, and whether anything renews its certificates.
    pub renewal: Option<bool>,
    /// Whether cloudflared runs.
    pub cloudflared_runs: bool,
    /// How many connections to Cloudflare cloudflared says it has; `None` if it couldn't be asked.
    pub cloudflared_connections: Option<u64>,
    /// The services that cloudflared's configuration leads to for the host, as far as they could be tried.
    pub services: Vec<LocalService>,
    /// Whether a configuration was found.
    pub tunnel_configured: bool,
    /// Whether it has a route for the host.
    pub has_route: bool,
    /// What cloudflared itself says is wrong with the configuration.
    pub tunnel_invalid: Option<String>,
}

/// The packet filter.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case", tag = "read", content = "value")]
pub enum Filter {
    /// Not read; see [`Measurements::unmeasured`].
    #[default]
    NotRead,
    /// There are no rules.
    Empty,
    /// Read.
    Read(Examined),
}

/// Bans of Cloudflare's addresses.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case", tag = "read", content = "value")]
pub enum Bans {
    /// There is no such program, or it couldn't be asked; see [`Measurements::unmeasured`].
    #[default]
    NotRead,
    /// Each jail or scenario that holds one of Cloudflare's addresses.
    Read(Vec<(String, String)>),
}

/// Something that wasn't measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unmeasured {
    /// What, as the finding that says so.
    pub finding: super::Finding,
    /// What it would have been measured on.
    pub subject: String,
    /// The command that would check it.
    pub command: String,
    /// Causes that therefore stay open.
    pub open: Vec<Cause>,
}
