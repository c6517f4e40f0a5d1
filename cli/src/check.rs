//! `rayback check`: one visit to a page, and whose fault it is if that fails.
//!
//! It says what it is in `User-Agent` and never claims to be a browser. So a challenge or a block may be meant for this
//! tool alone, and then nothing is known about what visitors see.

mod proxy;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail, ensure};
use clap::Args;
use rayback_core::classify::classify;
use rayback_core::data_centre;
use rayback_core::diagnosis::{Diagnosis, Kind};
use rayback_core::doctor::{Answer, ConnectOutcome, Trust};
use rayback_core::document::{Block, Command, Document, Fact, Text};
use rayback_core::explain::{Audience, explain};
use rayback_core::fault::{Situation, judge};
use rayback_core::observation::Observation;
use rayback_core::time::Timestamp;
use rayback_core::words::Words;
use rayback_core::words::keys::{check, label};
use serde::Serialize;

use crate::language;
use crate::network::http::{Request, Response, exchange};
use crate::network::tcp;
use crate::network::tls::{Client, Connection};
use crate::output;
use crate::printer::Printer;

/// What to visit, and how
#[derive(Args)]
#[command(after_help = "\
Examples:
  rayback check https://www.example.com/
  rayback check -6 --json https://www.example.com/login

Exit codes: 0 it works, 1 an error, 2 wrong arguments, 3 couldn't tell (this tool was challenged, or its own network failed).
With several addresses, the code is that of the worst: 1, then 3, then 0.")]
pub(crate) struct Arguments {
    /// The pages to visit
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
    /// Over IPv4 only
    #[arg(short = '4', conflicts_with = "v6")]
    v4: bool,
    /// Over IPv6 only
    #[arg(short = '6')]
    v6: bool,
    /// Connect to this address for a host and port, as curl's --resolve
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    resolve: Vec<String>,
    /// Go through this HTTP proxy. Credentials (user:password) come from the address or from `RAYBACK_PROXY_CREDENTIALS`
    #[arg(long, value_name = "http://HOST:PORT")]
    via: Option<String>,
    /// Send this header too
    #[arg(long, value_name = "NAME: VALUE")]
    header: Vec<String>,
    /// Seconds to wait for a connection and for an answer. Cloudflare takes up to 38 s to show a 522 and 125 s for a 524
    #[arg(long, value_name = "SECONDS", default_value_t = 130.0)]
    timeout: f64,
    /// Trust the authorities in this PEM file too
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Answer in JSON, one object per line
    #[arg(long)]
    json: bool,
}

/// Where to go.
struct Target {
    url: String,
    tls: bool,
    host: String,
    port: u16,
    path: String,
}

/// What a visit comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// The page came.
    Works,
    /// Cloudflare showed an error.
    CloudflareError,
    /// The site itself answered with an error.
    SiteError,
    /// This tool was challenged, blocked, queued or asked to sign in.
    Refused,
    /// The page claims to be Cloudflare's and isn't.
    Imitation,
    /// The host has no address here.
    NoAddress,
    /// No connection.
    NoConnection,
    /// The certificate isn't valid for the host.
    BadCertificate,
    /// Connected, but no answer.
    NoAnswer,
    /// The proxy failed.
    Proxy,
}

impl Outcome {
    const fn exit_code(self) -> u8 {
        match self {
            Self::Works => 0,
            Self::CloudflareError | Self::SiteError | Self::Imitation | Self::BadCertificate => 1,
            Self::Refused | Self::NoAddress | Self::NoConnection | Self::NoAnswer | Self::Proxy => 3,
        }
    }
}

/// The result of one visit.
struct Visit {
    outcome: Outcome,
    status: Option<u16>,
    diagnosis: Option<Diagnosis>,
    /// What went wrong, in few words.
    detail: String,
    took: Duration,
}

/// Visits every page and prints what came of it.
///
/// # Errors
///
/// If an argument is wrong, or standard output can't be written to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let words = language::words()?;
    ensure!((0.05..=86_400.0).contains(&arguments.timeout), "--timeout must lie between 0.05 and 86400 seconds");
    let targets: Vec<_> = arguments.urls.iter().map(|url| parse(url)).collect::<Result<_>>()?;
    let headers = headers(&arguments.header)?;
    let proxy = arguments.via.as_deref().map(proxy::Proxy::parse).transpose()?;
    let pinned: Vec<_> = arguments.resolve.iter().map(|text| pin(text)).collect::<Result<_>>()?;
    let client = Client::new(arguments.ca.as_deref())?;
    let warning = match arguments.timeout {
        ..38.0 => Some(words.get(check::SHORT_522)),
        38.0..125.0 => Some(words.get(check::SHORT_524)),
        _ => None,
    };
    if let Some(warning) = warning {
        eprintln!("{warning}");
    }
    let mut worst = 0;
    for target in &targets {
        let visitor = Visitor { client: &client, proxy: proxy.as_ref(), pinned: &pinned, arguments, headers: &headers };
        let visit = visitor.visit(target);
        let code = visit.outcome.exit_code();
        // An error is worse than not knowing.
        worst = if worst == 1 || code == 1 { 1 } else { worst.max(code) };
        if arguments.json {
            output::json(&json(target, &visit, warning, &words))?;
        } else {
            let mut printer = Printer::new();
            printer.document(&document(target, &visit, &words));
            printer.print()?;
        }
    }
    Ok(ExitCode::from(worst))
}

fn parse(url: &str) -> Result<Target> {
    let whole = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let (scheme, rest) = whole.split_once("://").unwrap_or_default();
    let tls = match scheme {
        "https" => true,
        "http" => false,
        _ => bail!("{url:?}: only http and https can be visited"),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(at).unwrap_or((rest, ""));
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()),
        None => (authority, Some(if tls { 443 } else { 80 })),
    };
    let fine = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    let (true, Some(port), true) = (fine, port, path.bytes().all(|byte| byte.is_ascii_graphic())) else {
        bail!("{url:?} is not a URL that can be visited; give one such as https://www.example.com/");
    };
    Ok(Target { url: whole.clone(), tls, host: host.to_ascii_lowercase(), port, path })
}

fn headers(lines: &[String]) -> Result<String> {
    let mut text = String::new();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or_default();
        let fine = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !value.contains(['\r', '\n', '\0']);
        ensure!(fine, "--header {line:?} is not a header; write it as \"Name: value\"");
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

struct Visitor<'a> {
    client: &'a Client,
    proxy: Option<&'a proxy::Proxy>,
    pinned: &'a [(String, u16, IpAddr)],
    arguments: &'a Arguments,
    headers: &'a str,
}

impl Visitor<'_> {
    fn visit(&self, target: &Target) -> Visit {
        let start = std::time::Instant::now();
        let mut visit = match self.ask(target, "") {
            Ok(response) => judged(target, response),
            Err((outcome, detail)) => Visit { outcome, status: None, diagnosis: None, detail, took: Duration::ZERO },
        };
        visit.took = start.elapsed();
        // The structured form says what the page leaves out; it's the same error, so it decides nothing.
        if visit.outcome == Outcome::CloudflareError
            && let Ok(response) = self.ask(target, "Accept: application/problem+json\r\n")
            && let Some(structured) = judged(target, response).diagnosis
            && visit.diagnosis.as_ref().is_some_and(|page| page.code == structured.code)
            && let Some(page) = &mut visit.diagnosis
        {
            page.retryable = page.retryable.or(structured.retryable);
            page.retry_after = page.retry_after.or(structured.retry_after);
        }
        visit
    }

    fn ask(&self, target: &Target, accept: &str) -> Result<Response, (Outcome, String)> {
        let limit = Duration::from_secs_f64(self.arguments.timeout);
        let stream = match self.proxy {
            Some(proxy) => {
                proxy.connect(&target.host, target.port, limit).map_err(|detail| (Outcome::Proxy, detail))?
            }
            None => self.direct(target, limit)?,
        };
        let mut connection = if target.tls {
            let (handshake, stream) = self
                .client
                .handshake(stream, &target.host, true, limit)
                .map_err(|failure| (Outcome::NoConnection, format!("TLS: {failure:?}")))?;
            let shown = handshake.certificate;
            let in_time = (shown.not_before..=shown.not_after).contains(&shown.checked_at);
            if shown.trust != Trust::Trusted || !shown.fits_name || !in_time {
                return Err((Outcome::BadCertificate, format!("{:?}, {}", shown.trust, shown.names.join(", "))));
            }
            Connection::Tls(Box::new(stream))
        } else {
            Connection::Plain(stream)
        };
        let default = if target.tls { 443 } else { 80 };
        let host =
            if target.port == default { target.host.clone() } else { format!("{}:{}", target.host, target.port) };
        let headers = format!("{accept}{}", self.headers);
        Ok(exchange(&mut connection, &Request { host: &host, path: &target.path, headers }, limit))
    }

    fn direct(&self, target: &Target, limit: Duration) -> Result<std::net::TcpStream, (Outcome, String)> {
        let pinned = self.pinned.iter().find(|(host, port, _)| *host == target.host && *port == target.port);
        let addresses: Vec<SocketAddr> = match pinned {
            Some((_, port, address)) => vec![SocketAddr::new(*address, *port)],
            None => (target.host.as_str(), target.port)
                .to_socket_addrs()
                .map_err(|error| (Outcome::NoAddress, error.to_string()))?
                .collect(),
        };
        let wanted = |address: &SocketAddr| {
            (!self.arguments.v4 || address.is_ipv4()) && (!self.arguments.v6 || address.is_ipv6())
        };
        let mut last = (Outcome::NoAddress, String::new());
        for address in addresses.into_iter().filter(wanted).take(4) {
            match tcp::connect(address, limit) {
                (_, Some(stream)) => return Ok(stream),
                (connect, None) => {
                    let how = match connect.outcome {
                        ConnectOutcome::Refused => "refused",
                        ConnectOutcome::Silent => "no answer",
                        ConnectOutcome::NoRoute | ConnectOutcome::NoNetworkHere => "no route",
                        ConnectOutcome::Accepted | ConnectOutcome::Failed => "failed",
                    };
                    last = (Outcome::NoConnection, format!("{address}: {how}"));
                }
            }
        }
        Err(last)
    }
}

fn judged(target: &Target, response: Response) -> Visit {
    let mut visit = Visit {
        outcome: Outcome::NoAnswer,
        status: None,
        diagnosis: None,
        detail: String::new(),
        took: Duration::ZERO,
    };
    let status = match response.answer {
        Answer::Response { status, .. } => status,
        Answer::Malformed { detail } => {
            visit.detail = detail;
            return visit;
        }
        _ => return visit,
    };
    let observation = Observation {
        url: rayback_core::url::PageUrl::parse(&target.url).ok(),
        status: Some(status),
        headers: Some(response.headers.into_iter().collect()),
        body: response.body.into(),
    };
    visit.status = Some(status);
    visit.diagnosis = classify(&observation);
    visit.outcome = match visit.diagnosis.as_ref().map(|diagnosis| diagnosis.kind) {
        // A warning replaces the page for every visitor.
        Some(Kind::Error | Kind::Warning) => Outcome::CloudflareError,
        Some(Kind::Imitation) => Outcome::Imitation,
        // A Gateway is this machine's own organisation, and AI Crawl Control is about programs.
        Some(Kind::Block | Kind::Challenge | Kind::Access | Kind::WaitingRoom | Kind::Gateway | Kind::PaidCrawl) => {
            Outcome::Refused
        }
        // A page that needs a login, or isn't there, was answered.
        None if status >= 500 => Outcome::SiteError,
        None => Outcome::Works,
    };
    visit
}

/// The outcome in one sentence.
fn sentence(target: &Target, visit: &Visit, words: &Words) -> String {
    let host = target.host.as_str();
    let status = &visit.status.map(|status| status.to_string()).unwrap_or_default();
    let seconds = &format!("{:.1}", visit.took.as_secs_f64());
    let detail = visit.detail.as_str();
    let text = match visit.outcome {
        Outcome::Works => words.format(check::Works { seconds, status }),
        Outcome::CloudflareError => words.format(check::CloudflareError { seconds, status }),
        Outcome::SiteError => words.format(check::SiteError { host, seconds, status }),
        Outcome::Refused => words.format(check::Refused { status }),
        Outcome::Imitation => words.get(check::IMITATION).to_owned(),
        Outcome::NoAddress => words.format(check::NoAddress { detail, host }),
        Outcome::NoConnection => words.format(check::NoConnection { detail, host }),
        Outcome::BadCertificate => words.format(check::BadCertificate { detail, host }),
        Outcome::NoAnswer => words.format(check::NoAnswer { detail, host, seconds }),
        Outcome::Proxy => words.format(check::Proxy { detail, host }),
    };
    Text::from(text.trim_end()).to_string()
}

fn now() -> Timestamp {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    Timestamp::from_unix_millis(i64::try_from(millis).unwrap_or_default())
}

/// The visit as a document.
fn document(target: &Target, visit: &Visit, words: &Words) -> Document {
    let mut document = Document::new(words);
    document.title(&target.url);
    document.paragraph(sentence(target, visit, words));
    let Some(diagnosis) = &visit.diagnosis else { return document };
    if visit.outcome == Outcome::CloudflareError {
        let explained = explain(diagnosis, words, Audience::Owner);
        document.heading(&explained.heading);
        document.paragraph(&explained.seen);
        let verdict = judge(&Situation::of_page(&target.host, diagnosis, now())).tell(words);
        document.heading(words.get(label::FAULT));
        document.paragraph(&verdict.sentence);
        document.paragraph(&verdict.certainty);
        document.list(verdict.evidence.iter().map(|clue| &clue.text));
    }
    let mut facts = Vec::new();
    if let Some(ray) = &diagnosis.ray {
        facts.push(Fact::new(words.get(check::RAY), ray.to_string()));
    }
    if let Some(served) = diagnosis.served {
        let code = served.data_centre.to_string();
        let place = data_centre::with_code(served.data_centre).map(|place| place.to_string());
        let shown =
            place.map_or_else(|| code.clone(), |place| words.format(check::Place { code: &code, place: &place }));
        facts.push(Fact::new(words.get(check::DATA_CENTRE), shown));
    }
    if let Some(wait) = diagnosis.retry_after {
        facts.push(Fact::new(words.get(label::RETRY_AFTER), format!("{} s", wait.as_secs())));
    }
    if !facts.is_empty() {
        document.heading(words.get(check::DETAILS));
        document.push(Block::Facts { facts });
    }
    if visit.outcome == Outcome::CloudflareError {
        document.heading(words.get(check::NEXT));
        let command = format!("rayback doctor {} --origin SERVER_IP", target.host);
        document.push(Block::Command(Command::new("rayback", &command, None)));
    }
    document
}

/// The visit as JSON.
fn json(target: &Target, visit: &Visit, warning: Option<&str>, words: &Words) -> serde_json::Value {
    let diagnosis = visit.diagnosis.as_ref();
    let verdict = diagnosis
        .filter(|_| visit.outcome == Outcome::CloudflareError)
        .map(|diagnosis| judge(&Situation::of_page(&target.host, diagnosis, now())));
    serde_json::json!({
        "url": target.url,
        "outcome": visit.outcome,
        "text": sentence(target, visit, words),
        "status": visit.status,
        "code": diagnosis.and_then(|diagnosis| diagnosis.code),
        "diagnosis": diagnosis,
        "verdict": verdict,
        "took_ms": u64::try_from(visit.took.as_millis()).unwrap_or(u64::MAX),
        "warning": warning,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_type_them() {
        let read = |url| parse(url).map(|it| (it.tls, it.host, it.port, it.path)).ok();
        assert_eq!(read("WWW.example.com"), Some((true, "www.example.com".into(), 443, "/".into())));
        assert_eq!(read("http://a.example:8080/x?y#z"), Some((false, "a.example".into(), 8080, "/x?y".into())));
        assert_eq!(read("https://a.example?q"), Some((true, "a.example".into(), 443, "/?q".into())));
        for url in ["", "ftp://a.example/", "https://", "https://a b/", "https://a.example:x/", "https://a.example/ü"]
        {
            assert!(parse(url).is_err(), "{url:?}");
        }
    }

    #[test]
    fn a_header_cannot_carry_another() {
        assert_eq!(headers(&["X-A: b".into()]).unwrap(), "X-A: b\r\n");
        assert!(headers(&["X-A: b\r\nHost: c".into()]).is_err());
        assert!(headers(&["no header".into()]).is_err());
    }
}
