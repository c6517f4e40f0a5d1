//! A resolver and an edge of the tests' own.

use std::net::UdpSocket;

use simple_dns::rdata::{A, CNAME, RData};
use simple_dns::{CLASS, Name, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};

use crate::authority::Authority;
use crate::origin::{self, Behaviour};

/// What the resolver answers for every name.
#[derive(Clone)]
pub(crate) enum Zone {
    /// This IPv4 address.
    Address([u8; 4]),
    /// An alias that leads to this IPv4 address, or to nothing.
    Alias(&'static str, Option<[u8; 4]>),
    /// There is no such name.
    Nothing,
}

/// Starts a resolver; returns its address.
pub(crate) fn resolver(zone: Zone) -> String {
    resolver_at("127.0.0.1:0", zone)
}

/// Starts a resolver at an address.
pub(crate) fn resolver_at(address: &str, zone: Zone) -> String {
    let socket = UdpSocket::bind(address).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut buffer = [0; 1500];
        while let Ok((n, from)) = socket.recv_from(&mut buffer) {
            let query = Packet::parse(&buffer[..n]).unwrap();
            let question = &query.questions[0];
            let mut answer = Packet::new_reply(query.id());
            answer.set_flags(PacketFlag::RECURSION_AVAILABLE);
            let add = |answer: &mut Packet<'static>, name: &str, data| {
                let name = Name::new(name).unwrap().into_owned();
                answer.answers.push(ResourceRecord::new(name, CLASS::IN, 60, data));
            };
            let asked = question.qname.to_string();
            let wants_v4 = question.qtype == QTYPE::TYPE(TYPE::A);
            let (alias, address) = match &zone {
                Zone::Address(address) => (None, Some(*address)),
                Zone::Alias(target, address) => (Some(*target), *address),
                Zone::Nothing => (None, None),
            };
            if let Some(target) = alias {
                add(&mut answer, &asked, RData::CNAME(CNAME(Name::new(target).unwrap())));
            }
            match address {
                Some(address) if wants_v4 => {
                    let data = RData::A(A { address: u32::from_be_bytes(address) });
                    add(&mut answer, alias.unwrap_or(&asked), data);
                }
                Some(_) => {}
                None => *answer.rcode_mut() = RCODE::NameError,
            }
            let _ = socket.send_to(&answer.build_bytes_vec().unwrap(), from);
        }
    });
    address
}

/// Starts an edge that shows a code; returns its address. The name then resolves to one of Cloudflare's addresses.
pub(crate) fn showing(code: u16) -> String {
    answering(Behaviour::cloudflare_error(code))
}

/// Starts an edge that redirects to the requested page; returns its address.
pub(crate) fn redirecting() -> String {
    answering(Behaviour::redirect(crate::cases::SECURE))
}

/// Starts an edge that answers like this; returns its address.
pub(crate) fn answering(behaviour: Behaviour) -> String {
    format!("127.0.0.1:{}", origin::secure(vec![Authority::self_signed("edge.example")], behaviour))
}
