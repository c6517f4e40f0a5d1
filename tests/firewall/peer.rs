//! The roles of this program inside the network: the listening server and the connecting client.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// How long a client tries. On one machine a response takes microseconds; a dropped packet never gets one.
const PATIENCE: Duration = Duration::from_secs(1);

/// Accepts connections on ports 80 and 443, over IPv4 and IPv6, until it's killed.
pub(crate) fn listen() -> Result<()> {
    let secure = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 443))?;
    let plain = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 80))?;
    println!("ready");
    thread::spawn(move || secure.incoming().for_each(drop));
    plain.incoming().for_each(drop);
    Ok(())
}

/// Prints whether the server's port accepts a connection.
pub(crate) fn reach(mut arguments: impl Iterator<Item = String>) -> Result<()> {
    let address: IpAddr = arguments.next().context("no address")?.parse()?;
    let port: u16 = arguments.next().context("no port")?.parse()?;
    match TcpStream::connect_timeout(&SocketAddr::new(address, port), PATIENCE) {
        Ok(_) => println!("reached"),
        Err(error) => println!("not reached: {error}"),
    }
    Ok(())
}

/// Prints the server's response on port 80.
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
