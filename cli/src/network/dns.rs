//! DNS queries to the system's own resolver, separately for each record type.
//!
//! `getaddrinfo` isn't used, because it reports neither which record is missing nor where an alias leads.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, UdpSocket};
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
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let named: Vec<_> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("nameserver"))
        .filter_map(|address| address.trim().parse::<IpAddr>().ok())
        .map(|address| SocketAddr::new(address, 53))
        .take(3)
        .collect();
    // The default, according to resolv.conf(5).
    if named.is_empty() { vec![SocketAddr::from(([127, 0, 0, 1], 53))] } else { named }
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
