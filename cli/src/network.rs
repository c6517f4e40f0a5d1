//! The network: the only modules of the command that open sockets.
//!
//! Blocking sockets and threads. A run makes a few dozen connections, most of them one after the other on purpose, so an
//! asynchronous runtime would add a minute of compile time and no speed.

pub(crate) mod dns;
pub(crate) mod http;
pub(crate) mod namespace;
pub(crate) mod outside;
pub(crate) mod tcp;
pub(crate) mod tls;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    #[test]
    fn nothing_else_opens_a_socket() {
        let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.to_string_lossy().contains("network") {
                    let source = fs::read_to_string(&path).unwrap();
                    for call in ["TcpStream::connect", "UdpSocket::bind", "TcpListener::bind"] {
                        assert!(!source.contains(call), "{}: {call}", path.display());
                    }
                }
            }
        }
    }
}
