//! What this program does inside the network: listens as the server, connects as a client.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// How long a client tries. Within a machine an answer takes microseconds; a dropped packet never gets one.
const PATIENCE: Duration = Duration::from_secs(1);

/// Takes connections on ports 80 and 443, in both versions of IP, until it is ended.
pub(crate) fn listen() -> Result<()> {
    let secure = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 443))?;
    let plain = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 80))?;
    println!("ready");
    thread::spawn(move || secure.incoming().for_each(drop));
    plain.incoming().for_each(drop);
    Ok(())
}

/// Says whether the server's port can be connected to.
pub(crate) fn reach(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let address: IpAddr = arguments.next().context("no address")?.parse()?;
    let port: u16 = arguments.next().context("no port")?.parse()?;
    match TcpStream::connect_timeout(&SocketAddr::new(address, port), PATIENCE) {
        Ok(_) => println!("reached"),
        Err(why) => println!("not reached: {why}"),
    }
    Ok(())
}

/// Says what the server answers on port 80.
pub(crate) fn ask(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let address: IpAddr = arguments.next().context("no address")?.parse()?;
    let headers = arguments.next().unwrap_or_default();
    let mut connection = TcpStream::connect_timeout(&SocketAddr::new(address, 80), PATIENCE)?;
    write!(connection, "GET / HTTP/1.1\r\nHost: shop.example.test\r\nConnection: close\r\n{headers}\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    println!("{answer}");
    Ok(())
}
