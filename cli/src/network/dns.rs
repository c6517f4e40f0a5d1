//! DNS queries to the system's own resolver, separately for each record type.
//!
//! `getaddrinfo` isn't used, because it reports neither which record is missing nor where an alias leads, and can't
//! look names up as another container does.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::time::{Duration, Instant};

use rayback_core::doctor::{Dns, NameAnswer, Public};
use rayback_core::outside::dns::{self as public, Lookup, RecordType, Resolver};
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};

use super::outside::Outside;
use super::tcp::{self, millis};

/// How long to wait for one server; each is asked twice.
const PATIENCE: Duration = Duration::from_secs(3);

/// The resolvers of `/etc/resolv.conf`.
pub(crate) fn system_resolvers() -> Vec<SocketAddr> {
    Names::of(Path::new("/")).resolvers
}

/// How a machine or container looks names up: its `/etc/hosts` and `/etc/resolv.conf`.
pub(crate) struct Names {
    hosts: String,
    /// The resolvers, in order.
    pub(crate) resolvers: Vec<SocketAddr>,
    /// The domains to append to a name.
    search: Vec<String>,
    /// A name with fewer dots gets the domains appended first.
    dots: usize,
}

impl Names {
    /// Reads the files below a root: `/`, or `/proc/PID/root` for another process.
    ///
    /// Source: resolv.conf(5).
    pub(crate) fn of(root: &Path) -> Self {
        let read = |file| fs::read_to_string(root.join(file)).unwrap_or_default();
        let mut names = Self { hosts: read("etc/hosts"), resolvers: Vec::new(), search: Vec::new(), dots: 1 };
        for line in read("etc/resolv.conf").lines() {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("nameserver") => {
                    let address = words.next().and_then(|address| address.parse::<IpAddr>().ok());
                    names.resolvers.extend(address.map(|address| SocketAddr::new(address, 53)));
                }
                Some("search" | "domain") => names.search = words.map(str::to_owned).collect(),
                Some("options") => {
                    let dots = words.find_map(|option| option.strip_prefix("ndots:")?.parse().ok());
                    names.dots = dots.unwrap_or(names.dots);
                }
                _ => {}
            }
        }
        names.resolvers.truncate(3);
        // The default.
        if names.resolvers.is_empty() {
            names.resolvers.push(SocketAddr::from(([127, 0, 0, 1], 53)));
        }
        names
    }

    /// The addresses of a host; `None` if no resolver answered.
    pub(crate) fn addresses(&self, host: &str) -> Option<Vec<IpAddr>> {
        if let Ok(address) = host.parse() {
            return Some(vec![address]);
        }
        let listed = |line: &str| {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            let address = words.next()?.parse().ok()?;
            words.any(|name| name.eq_ignore_ascii_case(host)).then_some(address)
        };
        let listed: Vec<IpAddr> = self.hosts.lines().filter_map(listed).collect();
        if !listed.is_empty() {
            return Some(listed);
        }
        // RFC 6761: never asked of a resolver.
        if host.eq_ignore_ascii_case("localhost") {
            return Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        }
        let mut whole = vec![host.to_owned()];
        if !host.ends_with('.') {
            let at = usize::from(host.matches('.').count() >= self.dots);
            let appended = self.search.iter().take(6).map(|domain| format!("{host}.{domain}"));
            whole.splice(at..at, appended);
        }
        let mut has_answer = false;
        for name in whole {
            let found = look_up(name.trim_end_matches('.'), &self.resolvers);
            let addresses: Vec<_> = found.addresses().collect();
            if !addresses.is_empty() {
                return Some(addresses);
            }
            has_answer |= [&found.a, &found.aaaa].iter().any(|it| !matches!(it, NameAnswer::NoAnswer));
        }
        has_answer.then(Vec::new)
    }
}

/// Asks for both kinds of address.
pub(crate) fn look_up(host: &str, resolvers: &[SocketAddr]) -> Dns {
    let start = Instant::now();
    let mut aliases = Vec::new();
    let [a, aaaa] = [TYPE::A, TYPE::AAAA].map(|records| {
        let mut best = NameAnswer::NoAnswer;
        for resolver in resolvers.iter().chain(resolvers) {
            if let Some(answer) = ask(host, records, *resolver, &mut aliases) {
                best = answer;
                break;
            }
        }
        best
    });
    Dns { a, aaaa, aliases, took_ms: millis(start), ..Dns::default() }
}

/// Asks Cloudflare's public resolver over HTTPS. Only the host is sent.
pub(crate) fn ask_publicly(outside: &Outside<'_>, host: &str) -> Public {
    let lookups = [RecordType::A, RecordType::Aaaa].map(|records| {
        let request = public::request(Resolver::Cloudflare, host, records)?;
        public::parse(&outside.ask(&request, PATIENCE)?.body).ok()
    });
    Lookup::together(lookups.into_iter().flatten()).map_or(Public::Failed, Public::Answered)
}

/// Asks again over TCP, where a long answer fits: RFC 7766.
fn ask_over_tcp(query: &[u8], resolver: SocketAddr) -> Option<Vec<u8>> {
    let mut stream = tcp::connect(resolver, PATIENCE).1?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let length = u16::try_from(query.len()).ok()?.to_be_bytes();
    stream.write_all(&[&length, query].concat()).ok()?;
    let mut length = [0; 2];
    stream.read_exact(&mut length).ok()?;
    let mut answer = vec![0; u16::from_be_bytes(length).into()];
    stream.read_exact(&mut answer).ok()?;
    Some(answer)
}

fn ask(host: &str, records: TYPE, resolver: SocketAddr, aliases: &mut Vec<String>) -> Option<NameAnswer> {
    let here: SocketAddr = if resolver.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0_u16; 8], 0).into() };
    let socket = UdpSocket::bind(here).ok()?;
    // Connected, so that only this resolver's answers arrive.
    socket.connect(resolver).ok()?;
    socket.set_read_timeout(Some(PATIENCE)).ok()?;
    // The port, chosen at random by the system, is what makes an answer hard to forge; the number needn't be.
    let id = socket.local_addr().ok()?.port();
    let mut query = Packet::new_query(id);
    query.set_flags(PacketFlag::RECURSION_DESIRED);
    query.questions.push(Question::new(
        Name::new(host).ok()?.into_owned(),
        QTYPE::TYPE(records),
        QCLASS::CLASS(CLASS::IN),
        false,
    ));
    let query = query.build_bytes_vec().ok()?;
    socket.send(&query).ok()?;
    let mut buffer = vec![0; 4096];
    let n = socket.recv(&mut buffer).ok()?;
    buffer.truncate(n);
    let is_cut = Packet::parse(&buffer).is_ok_and(|answer| answer.has_flags(PacketFlag::TRUNCATION));
    if is_cut && let Some(whole) = ask_over_tcp(&query, resolver) {
        buffer = whole;
    }
    let answer = Packet::parse(&buffer).ok().filter(|answer| answer.id() == id)?;
    let mut addresses = Vec::new();
    for record in &answer.answers {
        match &record.rdata {
            RData::A(record) => addresses.push(IpAddr::from(record.address.to_be_bytes())),
            RData::AAAA(record) => addresses.push(IpAddr::from(record.address.to_be_bytes())),
            RData::CNAME(target) => {
                let target = target.0.to_string().to_ascii_lowercase();
                if !aliases.contains(&target) && aliases.len() < 16 {
                    aliases.push(target);
                }
            }
            _ => {}
        }
    }
    Some(match answer.rcode() {
        _ if !addresses.is_empty() => NameAnswer::Addresses(addresses),
        RCODE::NoError => NameAnswer::NoRecord,
        RCODE::NameError => NameAnswer::NoSuchName,
        _ => NameAnswer::ServerFailure,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_up_as_the_files_of_a_container_say() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        let write = |file: &str, text: &str| fs::write(root.path().join("etc").join(file), text).unwrap();
        write("hosts", "127.0.0.1 localhost\n10.7.0.1\thost.docker.internal Web # web2\n");
        write(
            "resolv.conf",
            "# Docker's\nnameserver 127.0.0.11\nnameserver fe80::1%eth0\nsearch a.example\noptions edns0 ndots:5\n",
        );
        let names = Names::of(root.path());
        assert_eq!(names.addresses("web"), Some(vec![[10, 7, 0, 1].into()]));
        assert_eq!(names.addresses("192.0.2.1"), Some(vec![[192, 0, 2, 1].into()]));
        assert_eq!(names.addresses("LOCALHOST").map(|all| all.len()), Some(1));
        assert_eq!(
            (names.resolvers, names.search, names.dots),
            (vec![([127, 0, 0, 11], 53).into()], vec!["a.example".to_owned()], 5)
        );
        let none = Names::of(&root.path().join("etc"));
        assert_eq!(none.resolvers, [SocketAddr::from(([127, 0, 0, 1], 53))]);
        assert_eq!(none.addresses("localhost").map(|all| all.len()), Some(2));
    }
}
