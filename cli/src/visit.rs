//! One visit to a page, as `check` and `watch` make it.

pub(crate) mod globalping;
mod proxy;
mod region;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use clap::Args;
use rayback_core::catalog::Party;
use rayback_core::catalog::limit::{CONNECT_TIME_TWICE, READ_TIME};
use rayback_core::classify::{classify, retry_after};
use rayback_core::diagnosis::{Diagnosis, Kind};
use rayback_core::doctor::{Answer, ConnectOutcome, HandshakeFailure, Trust};
use rayback_core::document::Text;
use rayback_core::observation::Observation;
use rayback_core::record::Record;
use rayback_core::words::Words;
use rayback_core::words::keys::check;
use serde::Serialize;
use url::{Host, Position, Url};

use crate::network::http::{Request, Response, exchange, redirects_to_itself, value};
use crate::network::outside::Outside;
use crate::network::tcp;
use crate::network::tls::{Client, Connection};

pub(crate) use region::Region;

/// How to visit pages
#[derive(Args)]
pub(crate) struct Options {
    /// Use IPv4 only
    #[arg(short = '4', conflicts_with = "v6")]
    v4: bool,
    /// Use IPv6 only
    #[arg(short = '6')]
    v6: bool,
    /// Connect to this address for a host and port, like curl's --resolve
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    resolve: Vec<String>,
    /// Go through this proxy: http://, https:// or socks5://HOST:PORT. With a name (eu=http://…) it's one more region to visit
    /// from. May be repeated
    #[arg(long, value_name = "[NAME=]PROXY")]
    via: Vec<String>,
    /// Read more proxies from this file, one per line, written as for --via; # starts a comment. Other users of this
    /// machine can see a password in a command line, but not in your file
    #[arg(long, value_name = "FILE")]
    via_file: Option<PathBuf>,
    /// Also let Globalping request the site's / from six continents. It learns the site's name, scheme and port, and its results
    /// are public
    #[arg(long)]
    globalping: bool,
    /// The address of all outside services, for tests
    #[arg(long, value_name = "IP:PORT", hide = true)]
    outside_at: Option<SocketAddr>,
    /// Send this header too; it replaces the usual one of the same name
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// Seconds to wait for a connection and for an answer; by default long enough for every error that Cloudflare shows
    #[arg(long, value_name = "SECONDS", value_parser = limit)]
    timeout: Option<Duration>,
    /// Trust the authorities in this PEM file too
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// How long to wait for an answer by default: a little longer than Cloudflare.
pub(crate) const PATIENCE: Duration = READ_TIME.saturating_add(Duration::from_secs(5));

/// A page to visit.
pub(crate) struct Target {
    pub(crate) url: String,
    tls: bool,
    /// A name, or an address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) path: String,
}

/// The result of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// The page works.
    Works,
    /// Cloudflare showed an error.
    CloudflareError,
    /// The site itself answered with an error.
    SiteError,
    /// The page redirects to itself in a loop.
    RedirectLoop,
    /// This tool was challenged, blocked, limited, queued or asked to sign in.
    Refused,
    /// The page claims to be Cloudflare's but isn't.
    Imitation,
    /// The host has no address here.
    NoAddress,
    /// No connection.
    NoConnection,
    /// The certificate isn't valid for the host.
    BadCertificate,
    /// The answer was cut off.
    Incomplete,
    /// Connected, but no answer.
    NoAnswer,
    /// The proxy failed.
    Proxy,
}

impl Outcome {
    pub(crate) const fn exit_code(self) -> u8 {
        match self {
            Self::Works => 0,
            Self::CloudflareError
            | Self::SiteError
            | Self::RedirectLoop
            | Self::Imitation
            | Self::BadCertificate
            | Self::Incomplete => 1,
            Self::Refused | Self::NoAddress | Self::NoConnection | Self::NoAnswer | Self::Proxy => 3,
        }
    }
}

/// The result of one visit.
pub(crate) struct Visit {
    pub(crate) outcome: Outcome,
    pub(crate) record: Record,
    pub(crate) diagnosis: Option<Diagnosis>,
    /// What went wrong, if more is known than the outcome.
    detail: Detail,
    /// Where the page redirects to, if it does.
    redirect: Option<String>,
    /// The wait that the answer asked for.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) took: Duration,
}

impl Visit {
    /// The diagnosis of a page that failed: Cloudflare showed an error, or a rule refused this tool.
    pub(crate) fn failure(&self) -> Option<&Diagnosis> {
        let is_failure = |diagnosis: &&Diagnosis| match self.outcome {
            Outcome::CloudflareError => true,
            Outcome::Refused => diagnosis.kind == Kind::Error,
            _ => false,
        };
        self.diagnosis.as_ref().filter(is_failure)
    }
}

/// Reads a URL as users type it: without a scheme, with a name in any script, with spaces around it.
///
/// # Errors
///
/// If it isn't the URL of a page that can be visited. The error leaves out anything that may be a password.
pub(crate) fn parse(text: &str) -> Result<Target> {
    let text = text.trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let shown = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
    let mut url = match Url::parse(&whole) {
        Ok(url) => url,
        Err(error) => bail!("{shown:?} can't be visited: {error}; give a URL such as https://www.example.com/"),
    };
    let tls = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => bail!("{shown:?} can't be visited; give a URL that begins with https:// or http://"),
    };
    ensure!(
        url.username().is_empty() && url.password().is_none(),
        "{shown:?}: leave the user name and password out of the URL, and send them with --header \"Authorization: …\""
    );
    url.set_fragment(None);
    let host = match url.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.').to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => String::new(),
    };
    let is_label = |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-');
    ensure!(
        host.len() <= 253 && host.split('.').all(is_label),
        "{shown:?} can't be visited: {host:?} is not a hostname; give a URL such as https://www.example.com/"
    );
    let port = url.port_or_known_default().unwrap_or_default();
    ensure!(port > 0, "{shown:?} can't be visited: no server has port 0");
    let path = url[Position::BeforePath..Position::AfterQuery].to_owned();
    Ok(Target { url: url.to_string(), tls, host, port, path })
}

/// Reads a number of seconds.
pub(crate) fn limit(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().filter(|seconds| (0.05..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or("give a number of seconds between 0.05 and 86400, such as 130")
}

/// Headers that determine where a request ends. With a wrong one, the server waits for more, or reads two requests.
const FRAMING: [&str; 6] = ["Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "TE", "Upgrade"];

fn headers(lines: &[String]) -> Result<String> {
    let mut text = String::new();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or_default();
        let fine = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !value.contains(['\r', '\n', '\0']);
        ensure!(fine, "--header {line:?} is not a header; write it as \"Name: value\"");
        ensure!(
            !FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing)),
            "--header {name}: this header determines where a request ends, so rayback sets it itself; leave it out"
        );
        text.extend([name, ": ", value.trim(), "\r\n"]);
    }
    Ok(text)
}

fn pin(text: &str) -> Result<(String, u16, IpAddr)> {
    let mut parts = text.splitn(3, ':');
    let parsed = (|| {
        let host = parts.next()?.to_ascii_lowercase();
        let port = parts.next()?.parse().ok()?;
        let address = parts.next()?.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
        Some((host, port, address))
    })();
    match parsed {
        Some(pinned) => Ok(pinned),
        None => bail!("--resolve {text:?}: write it as www.example.com:443:203.0.113.5"),
    }
}

/// What went wrong with a visit.
#[derive(Clone, Debug)]
enum Detail {
    None,
    /// A message of the system or of a library.
    Foreign(String),
    NotConnected(SocketAddr, ConnectOutcome),
    Handshake(HandshakeFailure),
    Trust(Trust),
    WrongName(Vec<String>),
    WrongTime,
    Proxy(String, proxy::Problem),
    /// The proxy's address, and a failure that the proxy may have caused.
    Through(String, Box<Detail>),
}

impl Detail {
    fn text(&self, words: &Words) -> String {
        use check::detail as text;
        let get = |key| words.get(key).to_owned();
        match self {
            Self::None | Self::Trust(Trust::Trusted) => String::new(),
            Self::Foreign(detail) => detail.clone(),
            Self::NotConnected(address, outcome) => {
                let address = &address.to_string();
                match outcome {
                    ConnectOutcome::Refused => words.format(text::Refused { address }),
                    ConnectOutcome::Silent => words.format(text::Silent { address }),
                    ConnectOutcome::NoRoute | ConnectOutcome::NoNetworkHere => words.format(text::NoRoute { address }),
                    ConnectOutcome::Accepted | ConnectOutcome::Failed => words.format(text::NotConnected { address }),
                }
            }
            Self::Handshake(HandshakeFailure::NotTls) => get(text::NOT_TLS),
            Self::Handshake(HandshakeFailure::Silent) => get(text::HANDSHAKE_SILENT),
            Self::Handshake(HandshakeFailure::Other(detail)) => words.format(text::HandshakeOther { detail }),
            Self::Handshake(_) => get(text::HANDSHAKE),
            Self::Trust(Trust::OriginCa) => get(text::ORIGIN_CA),
            Self::Trust(Trust::SelfSigned) => get(text::SELF_SIGNED),
            Self::Trust(Trust::Incomplete) => get(text::INCOMPLETE),
            Self::Trust(Trust::Unknown) => get(text::UNKNOWN_ISSUER),
            Self::Trust(Trust::Broken) => get(text::BROKEN),
            Self::WrongName(names) => {
                let names = &words.list(names.iter().cloned());
                words.format(text::WrongName { names })
            }
            Self::WrongTime => get(text::WRONG_TIME),
            Self::Proxy(at, problem) => match problem {
                proxy::Problem::Unreachable => words.format(text::ProxyUnreachable { at }),
                proxy::Problem::Silent => words.format(text::ProxySilent { at }),
                proxy::Problem::Status(status) => {
                    let status = &status.to_string();
                    words.format(text::ProxyStatus { at, status })
                }
                proxy::Problem::Reply(reply) => {
                    let reply = &reply.to_string();
                    words.format(text::ProxyReply { at, reply })
                }
                proxy::Problem::Closed => words.format(text::ProxyClosed { at }),
                proxy::Problem::Credentials => words.format(text::ProxyCredentials { at }),
                proxy::Problem::NotAProxy => words.format(text::ProxyNotAProxy { at }),
                proxy::Problem::Tls => words.format(text::ProxyTls { at }),
            },
            Self::Through(at, detail) => {
                let detail = &detail.text(words);
                words.format(text::ThroughProxy { at, detail })
            }
        }
    }
}

/// Visits pages, all with the same options.
pub(crate) struct Visitor {
    client: Client,
    regions: (Region, Vec<Region>),
    globalping: bool,
    outside_at: Option<SocketAddr>,
    pinned: Vec<(String, u16, IpAddr)>,
    headers: String,
    limit: Duration,
    v4: bool,
    v6: bool,
}

impl Visitor {
    /// Reads the options.
    ///
    /// # Errors
    ///
    /// If one of them is wrong.
    pub(crate) fn new(options: &Options) -> Result<Self> {
        Ok(Self {
            client: Client::new(options.ca.as_deref())?,
            regions: region::all(&options.via, options.via_file.as_deref())?,
            globalping: options.globalping,
            outside_at: options.outside_at,
            pinned: options.resolve.iter().map(|text| pin(text)).collect::<Result<_>>()?,
            headers: headers(&options.header)?,
            limit: options.timeout.unwrap_or(PATIENCE),
            v4: options.v4,
            v6: options.v6,
        })
    }

    /// The usual region to visit from, and the others.
    pub(crate) fn regions(&self) -> (&Region, &[Region]) {
        (&self.regions.0, &self.regions.1)
    }

    /// Whether Globalping may be asked.
    pub(crate) fn asks_globalping(&self) -> bool {
        self.globalping
    }

    /// Access to the outside services.
    pub(crate) fn outside(&self) -> Outside<'_> {
        Outside { client: &self.client, at: self.outside_at }
    }

    /// The warning that the time limit is too short to see some of Cloudflare's errors.
    pub(crate) fn warning<'a>(&self, words: &'a Words) -> Option<&'a str> {
        if self.limit < CONNECT_TIME_TWICE {
            Some(words.get(check::SHORT_522))
        } else if self.limit < READ_TIME {
            Some(words.get(check::SHORT_524))
        } else {
            None
        }
    }

    /// Visits a page from a region.
    pub(crate) fn visit(&self, target: &Target, region: &Region) -> Visit {
        let start = Instant::now();
        let mut visit = match self.ask(target, region, "") {
            Ok(response) => {
                let again = |headers: String| self.ask(target, region, &headers).ok();
                let loops = redirects_to_itself(&target.url, &response, again);
                let mut visit = judged(target, response);
                if loops && visit.outcome == Outcome::Works {
                    visit.outcome = Outcome::RedirectLoop;
                }
                visit
            }
            Err((outcome, detail)) => Visit { outcome, detail, ..unanswered(target) },
        };
        visit.took = start.elapsed();
        // A proxy that drops the connection, or presents its own certificate, looks the same from here.
        let is_unclear = matches!(visit.outcome, Outcome::NoConnection | Outcome::NoAnswer | Outcome::BadCertificate);
        if let (Some(proxy), true) = (&region.proxy, is_unclear) {
            visit.outcome = Outcome::Proxy;
            visit.detail = Detail::Through(proxy.at(), Box::new(visit.detail));
        }
        // The structured form adds what the page leaves out. It's the same error, so the outcome doesn't change.
        if visit.outcome == Outcome::CloudflareError
            && let Ok(response) = self.ask(target, region, "Accept: application/problem+json\r\n")
            && let Some(structured) = judged(target, response).diagnosis
            && visit.diagnosis.as_ref().is_some_and(|page| page.code == structured.code)
            && let Some(page) = &mut visit.diagnosis
        {
            page.retryable = page.retryable.or(structured.retryable);
            page.retry_after = page.retry_after.or(structured.retry_after);
            visit.record = Record::of_diagnosis(&target.url, page.clone());
        }
        visit
    }

    fn ask(&self, target: &Target, region: &Region, more: &str) -> Result<Response, (Outcome, Detail)> {
        let limit = self.limit;
        let stream = match &region.proxy {
            Some(proxy) => {
                let failed = |problem| (Outcome::Proxy, Detail::Proxy(proxy.at(), problem));
                proxy.connect(&self.client, &target.host, target.port, limit).map_err(failed)?
            }
            None => Connection::Plain(self.direct(target, limit)?),
        };
        let mut connection = if target.tls {
            let (handshake, stream) = self
                .client
                .handshake(stream, &target.host, true, limit)
                .map_err(|failure| (Outcome::NoConnection, Detail::Handshake(failure)))?;
            let shown = handshake.certificate;
            let fault = if shown.trust != Trust::Trusted {
                Some(Detail::Trust(shown.trust))
            } else if !shown.fits_name {
                Some(Detail::WrongName(shown.names))
            } else {
                (!shown.is_in_time()).then_some(Detail::WrongTime)
            };
            if let Some(fault) = fault {
                return Err((Outcome::BadCertificate, fault));
            }
            Connection::Tls(Box::new(stream))
        } else {
            stream
        };
        let default = if target.tls { 443 } else { 80 };
        let host = bracketed(&target.host);
        let host = if target.port == default { host } else { format!("{host}:{}", target.port) };
        let headers = format!("{more}{}", self.headers);
        Ok(exchange(
            &mut connection,
            &Request { host: &host, path: &target.path, headers, ..Request::default() },
            limit,
        ))
    }

    fn direct(&self, target: &Target, limit: Duration) -> Result<std::net::TcpStream, (Outcome, Detail)> {
        let pinned = self.pinned.iter().find(|(host, port, _)| *host == target.host && *port == target.port);
        let addresses: Vec<SocketAddr> = match pinned {
            Some((_, port, address)) => vec![SocketAddr::new(*address, *port)],
            None => (target.host.as_str(), target.port)
                .to_socket_addrs()
                .map_err(|error| (Outcome::NoAddress, Detail::Foreign(error.to_string())))?
                .collect(),
        };
        let wanted = |address: &SocketAddr| (!self.v4 || address.is_ipv4()) && (!self.v6 || address.is_ipv6());
        let mut last = (Outcome::NoAddress, Detail::None);
        for address in addresses.into_iter().filter(wanted).take(4) {
            match tcp::connect(address, limit) {
                (_, Some(stream)) => return Ok(stream),
                (connect, None) => last = (Outcome::NoConnection, Detail::NotConnected(address, connect.outcome)),
            }
        }
        Err(last)
    }
}

/// A host as it's written before a port: an IPv6 address in brackets.
fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// A visit without an answer.
fn unanswered(target: &Target) -> Visit {
    Visit {
        outcome: Outcome::NoAnswer,
        record: Record::unanswered(&target.url),
        diagnosis: None,
        detail: Detail::None,
        redirect: None,
        retry_after: None,
        took: Duration::ZERO,
    }
}

fn judged(target: &Target, response: Response) -> Visit {
    let mut visit = unanswered(target);
    let (status, truncated) = match response.answer {
        Answer::Response { status, truncated, .. } => (status, truncated),
        Answer::Malformed { detail } => {
            visit.detail = Detail::Foreign(detail);
            return visit;
        }
        _ => return visit,
    };
    if (300..400).contains(&status) {
        visit.redirect = value(&response.headers, "location").map(|target| target.chars().take(200).collect());
    }
    let observation = Observation {
        url: rayback_core::url::PageUrl::parse(&target.url).ok(),
        status: Some(status),
        headers: Some(response.headers.into_iter().collect()),
        body: response.body.into(),
    };
    visit.record = Record::new(&target.url, &observation);
    visit.diagnosis = classify(&observation);
    visit.retry_after = retry_after(&observation);
    // A rule that refuses this tool may let visitors in.
    let by_a_rule = visit.diagnosis.as_ref().is_some_and(|it| it.meaning().party == Party::Rule);
    visit.outcome = match visit.diagnosis.as_ref().map(|diagnosis| diagnosis.kind) {
        Some(Kind::Error) if by_a_rule => Outcome::Refused,
        // A warning replaces the page for every visitor.
        Some(Kind::Error | Kind::Warning) => Outcome::CloudflareError,
        Some(Kind::Imitation) => Outcome::Imitation,
        // Gateway belongs to this machine's own organisation, and AI Crawl Control only concerns programs.
        Some(Kind::Block | Kind::Challenge | Kind::Access | Kind::WaitingRoom | Kind::Gateway | Kind::PaidCrawl) => {
            Outcome::Refused
        }
        // The site works even if the page needs a login or doesn't exist.
        None if status == 429 => Outcome::Refused,
        None if status >= 500 => Outcome::SiteError,
        None if truncated => Outcome::Incomplete,
        None => Outcome::Works,
    };
    visit
}

/// The outcome in one sentence.
pub(crate) fn sentence(target: &Target, visit: &Visit, words: &Words) -> String {
    let host = target.host.as_str();
    let status = &visit.record.http_status.map(|status| status.to_string()).unwrap_or_default();
    let seconds = &format!("{:.1}", visit.took.as_secs_f64());
    let detail = &visit.detail.text(words);
    let text = match visit.outcome {
        Outcome::Works => match (&visit.redirect, visit.record.http_status) {
            (Some(target), _) => words.format(check::Redirects { seconds, status, target }),
            (None, Some(400..)) => words.format(check::Answers { seconds, status }),
            _ => words.format(check::Works { seconds, status }),
        },
        Outcome::CloudflareError => words.format(check::CloudflareError { seconds, status }),
        Outcome::SiteError => words.format(check::SiteError { host, seconds, status }),
        Outcome::RedirectLoop => words.format(check::RedirectLoop { seconds, status }),
        Outcome::Refused => words.format(check::Refused { status }),
        Outcome::Imitation => words.get(check::IMITATION).to_owned(),
        Outcome::NoAddress if !detail.is_empty() => words.format(check::NoAddressBecause { detail, host }),
        Outcome::NoAddress => words.format(check::NoAddress { host }),
        Outcome::NoConnection => words.format(check::NoConnection { detail, host }),
        Outcome::BadCertificate => words.format(check::BadCertificate { detail, host }),
        Outcome::Incomplete => words.format(check::Incomplete { host, status }),
        Outcome::NoAnswer if !detail.is_empty() => words.format(check::Unreadable { detail, host }),
        Outcome::NoAnswer => words.format(check::NoAnswer { host, seconds }),
        Outcome::Proxy => words.format(check::Proxy { detail, host }),
    };
    Text::from(text.trim_end()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_users_type_them() {
        let read = |url| parse(url).map(|it| (it.tls, it.host, it.port, it.path)).ok();
        assert_eq!(read("WWW.example.com"), Some((true, "www.example.com".into(), 443, "/".into())));
        assert_eq!(read("http://a.example:8080/x?y#z"), Some((false, "a.example".into(), 8080, "/x?y".into())));
        assert_eq!(read("https://a.example?q"), Some((true, "a.example".into(), 443, "/?q".into())));
        assert_eq!(read(" HTTPS://A.example./ü b "), Some((true, "a.example".into(), 443, "/%C3%BC%20b".into())));
        assert_eq!(read("bücher.example"), Some((true, "xn--bcher-kva.example".into(), 443, "/".into())));
        assert_eq!(read("http://[2001:db8::1]:8080"), Some((false, "2001:db8::1".into(), 8080, "/".into())));
        assert_eq!(parse("https://a.example").unwrap().url, parse("https://A.example/#x").unwrap().url);
        let long = "x".repeat(64);
        for url in [
            "",
            " ",
            "ftp://a.example/",
            "https://",
            "https://a b/",
            "https://a.example:x/",
            "https://a.example:99999/",
            "https://a.example:0/",
            "https://a..example/",
            "-x",
            &long,
            "https://user:secret@a.example/",
            "https://user:secret@a.example:x/",
            "ftp://user:secret@a.example/",
        ] {
            let error = parse(url).err().map_or_else(|| panic!("{url:?} was read"), |error| error.to_string());
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_header_cannot_carry_another() {
        assert_eq!(headers(&["X-A: b".into()]).unwrap(), "X-A: b\r\n");
        assert!(headers(&["X-A: b\r\nHost: c".into()]).is_err());
        assert!(headers(&["no header".into()]).is_err());
        for framing in ["Content-Length: 5", "transfer-encoding: chunked", "CONNECTION: close"] {
            assert!(headers(&[framing.into()]).is_err(), "{framing}");
        }
    }
}
