//! Origins with one fault each.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::authority::Presented;

/// Makes an answer to a request.
pub(crate) type Respond = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

/// What a server does with a request.
#[derive(Clone)]
pub(crate) enum Behaviour {
    /// Answers a request, head and body, with these bytes.
    Answers(Respond),
    /// Sends these bytes and keeps the connection open.
    Answer(Vec<u8>),
    /// Sends these bytes and closes.
    AnswerAndClose(Vec<u8>),
    /// Says nothing and keeps the connection open.
    Silent,
    /// Sends a byte of a header now and then, forever.
    Drip,
    /// Closes the connection.
    Close,
    /// Refuses requests with a head of more than this many bytes, as nginx does.
    SmallRequests(usize),
    /// Answers requests without a body, and reads a body so slowly that it never ends.
    SlowUploads,
    /// Answers the first request and fails with 503 afterwards.
    Sometimes,
}

impl Behaviour {
    /// A working page.
    pub(crate) fn fine() -> Self {
        Self::status("200 OK")
    }

    /// A page with this status.
    pub(crate) fn status(status: &str) -> Self {
        Self::Answer(page(status))
    }

    /// An answer of Cloudflare's edge.
    pub(crate) fn cloudflare(status: &str, headers: &str, body: &str) -> Self {
        let text = format!(
            "HTTP/1.1 {status}\r\nServer: cloudflare\r\nCF-RAY: 9f140b785e57c458-VIE\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        Self::Answer(text.into_bytes())
    }

    /// Cloudflare's error with this code, as text.
    pub(crate) fn cloudflare_error(code: u16) -> Self {
        let status = match code {
            1020 => 403,
            1000.. => 530,
            _ => code,
        };
        let headers = "Content-Type: text/plain; charset=UTF-8\r\n";
        Self::cloudflare(&format!("{status} Error"), headers, &format!("error code: {code}"))
    }

    /// Cloudflare's challenge.
    pub(crate) fn challenge() -> Self {
        let headers = "cf-mitigated: challenge\r\nContent-Type: text/html\r\n";
        Self::cloudflare("403 Forbidden", headers, "<title>Just a moment...</title>")
    }

    /// A permanent redirect.
    pub(crate) fn redirect(target: &str) -> Self {
        Self::Answer(redirect(target))
    }

    /// A permanent redirect, unless Cloudflare's headers say that the visitor uses HTTPS.
    pub(crate) fn redirect_unless_secure(target: &'static str) -> Self {
        Self::Answers(Arc::new(move |request| {
            if request.contains("X-Forwarded-Proto: https\r\n") { page("200 OK") } else { redirect(target) }
        }))
    }

    /// A page with this many bytes of headers.
    pub(crate) fn header(name: &str, bytes: usize) -> Self {
        // Many lines of 4 kB each, as cookies come.
        let mut text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n".to_owned();
        for _ in 0..bytes / 4_000 {
            text.extend([name, ": ", &"x".repeat(4_000), "\r\n"]);
        }
        text.push_str("\r\nok");
        Self::Answer(text.into_bytes())
    }
}

/// A request with its body, which is read now.
fn whole(stream: &mut impl Read, mut request: Vec<u8>) -> String {
    let head = String::from_utf8(request.clone()).unwrap().to_ascii_lowercase();
    let length = head.split_once("content-length: ").and_then(|(_, rest)| rest.split_once('\r')?.0.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).unwrap();
    request.extend(body);
    String::from_utf8(request).unwrap()
}

fn page(status: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nServer: nginx\r\nContent-Length: 2\r\n\r\nok").into_bytes()
}

fn redirect(target: &str) -> Vec<u8> {
    format!("HTTP/1.1 301 Moved Permanently\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

/// Serves plain HTTP; returns the port.
pub(crate) fn plain(behaviour: Behaviour) -> u16 {
    plain_at("127.0.0.1:0", behaviour)
}

/// Serves plain HTTP at an address; returns the port.
pub(crate) fn plain_at(address: &str, behaviour: Behaviour) -> u16 {
    serve(address, move |stream, count| answer(stream, &behaviour, count))
}

/// Serves HTTPS; each connection gets the next certificate.
pub(crate) fn secure(certificates: Vec<Presented>, behaviour: Behaviour) -> u16 {
    secure_at("127.0.0.1:0", certificates, behaviour)
}

/// Serves HTTPS at an address.
pub(crate) fn secure_at(address: &str, certificates: Vec<Presented>, behaviour: Behaviour) -> u16 {
    let keys: Vec<_> = certificates
        .into_iter()
        .map(|(chain, key)| Arc::new(CertifiedKey::from_der(chain, key, &ring::default_provider()).unwrap()))
        .collect();
    tls(address, config(keys, false), usize::MAX, behaviour)
}

/// Serves HTTPS only to clients that send no server name.
pub(crate) fn secure_without_name((chain, key): Presented) -> u16 {
    let key = Arc::new(CertifiedKey::from_der(chain, key, &ring::default_provider()).unwrap());
    tls("127.0.0.1:0", config(vec![key], true), usize::MAX, Behaviour::fine())
}

/// Serves HTTPS only to clients that offer this application protocol.
pub(crate) fn secure_for_protocol((chain, key): Presented, protocol: &[u8]) -> u16 {
    let key = Arc::new(CertifiedKey::from_der(chain, key, &ring::default_provider()).unwrap());
    let mut config = config(vec![key], false);
    config.alpn_protocols = vec![protocol.to_vec()];
    tls("127.0.0.1:0", config, usize::MAX, Behaviour::fine())
}

/// Serves HTTPS on this many connections, and closes every later one.
pub(crate) fn secure_for_few((chain, key): Presented, connections: usize) -> u16 {
    let key = Arc::new(CertifiedKey::from_der(chain, key, &ring::default_provider()).unwrap());
    tls("127.0.0.1:0", config(vec![key], false), connections, Behaviour::fine())
}

fn config(keys: Vec<Arc<CertifiedKey>>, only_nameless: bool) -> ServerConfig {
    let resolver = Rotating { keys, next: AtomicUsize::new(0), only_nameless };
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver))
}

fn tls(address: &str, config: ServerConfig, most_connections: usize, behaviour: Behaviour) -> u16 {
    let config = Arc::new(config);
    serve(address, move |stream, count| {
        if count >= most_connections {
            return;
        }
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        answer(StreamOwned::new(connection, stream), &behaviour, count);
    })
}

#[derive(Debug)]
struct Rotating {
    keys: Vec<Arc<CertifiedKey>>,
    next: AtomicUsize,
    only_nameless: bool,
}

impl ResolvesServerCert for Rotating {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if self.only_nameless && hello.server_name().is_some() {
            return None;
        }
        let at = self.next.fetch_add(1, Ordering::Relaxed).checked_rem(self.keys.len())?;
        self.keys.get(at).cloned()
    }
}

/// A port where connections are accepted and nothing is ever sent.
pub(crate) fn stalled() -> u16 {
    plain(Behaviour::Silent)
}

/// A port where nothing listens.
pub(crate) fn closed() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn serve(address: &str, handle: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind(address).unwrap();
    let port = listener.local_addr().unwrap().port();
    let handle = Arc::new(handle);
    std::thread::spawn(move || {
        for (count, stream) in listener.incoming().flatten().enumerate() {
            let handle = Arc::clone(&handle);
            std::thread::spawn(move || handle(stream, count));
        }
    });
    port
}

fn answer(mut stream: impl Read + Write, behaviour: &Behaviour, count: usize) {
    loop {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            // Byte by byte: a body may follow.
            let mut byte = [0];
            match stream.read(&mut byte) {
                Ok(n) if n > 0 => request.extend(byte),
                _ => return,
            }
            // The first byte of a TLS handshake. No request begins with it, so nginx rejects it at once.
            if request.first() == Some(&0x16) && !matches!(behaviour, Behaviour::Silent) {
                let _ = stream.write_all(&page("400 Bad Request"));
                return;
            }
        }
        let bytes = match behaviour {
            Behaviour::Silent => {
                // Until the client gives up.
                let _ = stream.read(&mut [0; 1]);
                return;
            }
            Behaviour::Close => return,
            Behaviour::Drip => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX: ");
                // The pause is the fault itself, not a wait for an event.
                while stream.write_all(b"x").and_then(|()| stream.flush()).is_ok() {
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
                return;
            }
            Behaviour::Answer(bytes) | Behaviour::AnswerAndClose(bytes) => bytes.clone(),
            Behaviour::Answers(respond) => respond(&whole(&mut stream, request)),
            Behaviour::SlowUploads if String::from_utf8_lossy(&request).contains("Content-Length") => {
                // Until the client gives up.
                let _ = stream.read(&mut [0; 1]);
                while stream.read(&mut [0; 1]).is_ok_and(|n| n > 0) {
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
                return;
            }
            Behaviour::SmallRequests(most) if request.len() > *most => page("400 Bad Request"),
            Behaviour::SmallRequests(_) | Behaviour::SlowUploads => page("200 OK"),
            Behaviour::Sometimes => page(if count.is_multiple_of(2) { "200 OK" } else { "503 Service Unavailable" }),
        };
        if stream.write_all(&bytes).and_then(|()| stream.flush()).is_err()
            || matches!(behaviour, Behaviour::AnswerAndClose(_))
        {
            return;
        }
    }
}
