//! TLS as Cloudflare speaks it to an origin: the handshake accepts any certificate, which is then checked as in Full
//! (strict) mode.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use rayback_core::doctor::{Certificate, Handshake, HandshakeFailure, Trust};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{AlertDescription, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore};
use rustls::{CertificateError, SignatureScheme, StreamOwned};
use x509_parser::prelude::{FromDer as _, GeneralName, ParsedExtension, X509Certificate};

use crate::input;

/// A stream whose TLS handshake is done.
pub(crate) type Stream = StreamOwned<ClientConnection, Connection>;

/// A TLS client, and the roots to judge certificates by.
pub(crate) struct Client {
    provider: Arc<CryptoProvider>,
    strict: Arc<WebPkiServerVerifier>,
}

impl Client {
    /// A client that judges by Mozilla's roots, and by those in `extra`, a PEM file.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or has no certificate.
    pub(crate) fn new(extra: Option<&Path>) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = extra {
            let unreadable = || format!("--ca: cannot read certificates from {}; give a PEM file", path.display());
            let text = input::text(path, "--ca")?;
            let known = roots.len();
            for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
                roots.add(certificate.with_context(unreadable)?).with_context(unreadable)?;
            }
            ensure!(roots.len() > known, "--ca: {} has no certificate; give a PEM file", path.display());
        }
        let strict = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?;
        Ok(Self { provider, strict })
    }

    /// Makes a handshake, over TCP or over TLS with a proxy. Without `sni` the server isn't told the name.
    pub(crate) fn handshake(
        &self,
        connection: impl Into<Connection>,
        host: &str,
        sni: bool,
        limit: Duration,
    ) -> Result<(Handshake, Stream), HandshakeFailure> {
        self.negotiate(connection, host, sni, &[], limit)
    }

    /// The same, offering application protocols (ALPN). The caller has to speak the one that the server chooses.
    pub(crate) fn negotiate(
        &self,
        connection: impl Into<Connection>,
        host: &str,
        sni: bool,
        protocols: &[&[u8]],
        limit: Duration,
    ) -> Result<(Handshake, Stream), HandshakeFailure> {
        let other = |error: &dyn std::fmt::Display| HandshakeFailure::Other(error.to_string());
        let name = ServerName::try_from(host.to_owned()).map_err(|error| other(&error))?;
        let stream = connection.into();
        stream.set_limit(limit).map_err(|error| other(&error))?;
        let keeper = Arc::new(Keeper { provider: Arc::clone(&self.provider), chain: Mutex::default() });
        let verifier: Arc<dyn ServerCertVerifier> = keeper.clone();
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| other(&error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.enable_sni = sni;
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        // A resumed session wouldn't show a certificate.
        config.resumption = rustls::client::Resumption::disabled();
        let connection = ClientConnection::new(Arc::new(config), name.clone()).map_err(|error| other(&error))?;
        let mut stream = StreamOwned::new(connection, stream);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).map_err(|error| failure(&error))?;
        }
        let chain = keeper.chain.lock().map(|chain| chain.clone()).unwrap_or_default();
        let certificate = self.judge(&chain, &name);
        let protocol = stream.conn.protocol_version().map(|version| format!("{version:?}").replace('_', "."));
        Ok((Handshake { protocol: protocol.unwrap_or_default(), certificate }, stream))
    }

    fn judge(&self, chain: &[CertificateDer<'static>], host: &ServerName<'_>) -> Certificate {
        let now =
            UnixTime::since_unix_epoch(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default());
        let mut judged = Certificate {
            fingerprint: String::new(),
            subject: String::new(),
            issuer: String::new(),
            names: Vec::new(),
            not_before: 0,
            not_after: 0,
            checked_at: i64::try_from(now.as_secs()).unwrap_or(i64::MAX),
            fits_name: false,
            sent: chain.len(),
            trust: Trust::Broken,
        };
        let Some((leaf, others)) = chain.split_first() else { return judged };
        judged.fingerprint = fingerprint(leaf);
        judged.fits_name = ParsedCertificate::try_from(leaf).is_ok_and(|leaf| verify_server_name(&leaf, host).is_ok());
        let Ok((_, parsed)) = X509Certificate::from_der(leaf) else { return judged };
        judged.subject = parsed.subject().to_string();
        judged.issuer = parsed.issuer().to_string();
        judged.not_before = parsed.validity().not_before.timestamp();
        judged.not_after = parsed.validity().not_after.timestamp();
        if let Ok(Some(names)) = parsed.subject_alternative_name() {
            let names = names.value.general_names.iter().filter_map(|name| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                GeneralName::IPAddress(bytes) => address(bytes),
                _ => None,
            });
            judged.names = names.take(8).collect();
        }
        // Trust regardless of dates and names, which have their own findings.
        let within = UnixTime::since_unix_epoch(Duration::from_secs(
            u64::try_from(judged.checked_at.clamp(judged.not_before, judged.not_after.max(judged.not_before)))
                .unwrap_or_default(),
        ));
        judged.trust = match self.strict.verify_server_cert(leaf, others, host, &[], within) {
            Ok(_) => Trust::Trusted,
            Err(Error::InvalidCertificate(error)) => match error {
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Trust::Trusted,
                CertificateError::UnknownIssuer => untrusted(&parsed, others),
                // webpki's error for a root that's used as a server's own certificate.
                CertificateError::Other(_) if parsed.subject() == parsed.issuer() => Trust::SelfSigned,
                _ => Trust::Broken,
            },
            Err(_) => Trust::Broken,
        };
        judged
    }
}

/// Why a chain leads to no root.
fn untrusted(leaf: &X509Certificate<'_>, others: &[CertificateDer<'_>]) -> Trust {
    // "CloudFlare Origin SSL Certificate Authority", "CloudFlare Origin SSL ECC Certificate Authority".
    if leaf.issuer().to_string().contains("CloudFlare Origin SSL") {
        return Trust::OriginCa;
    }
    if leaf.subject() == leaf.issuer() {
        return Trust::SelfSigned;
    }
    // The issuer of the last certificate sent is missing. A public authority says where to get it.
    let last = others.last().and_then(|der| X509Certificate::from_der(der).ok());
    let last = last.as_ref().map_or(leaf, |(_, last)| last);
    let says_where = last.extensions().iter().any(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityInfoAccess(access) => {
            access.accessdescs.iter().any(|it| it.access_method.to_id_string() == CA_ISSUERS)
        }
        _ => false,
    });
    if says_where && last.subject() != last.issuer() { Trust::Incomplete } else { Trust::Unknown }
}

/// The object identifier of "CA Issuers", RFC 5280 §4.2.2.1.
const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";

fn fingerprint(der: &[u8]) -> String {
    let digest = ring_digest(der);
    let head = digest.iter().take(8).fold(0_u64, |head, byte| head << 8 | u64::from(*byte));
    format!("{head:016x}")
}

/// SHA-256 from the crypto provider, which is linked anyway.
fn ring_digest(data: &[u8]) -> Vec<u8> {
    let suite = ring::cipher_suite::TLS13_AES_128_GCM_SHA256;
    suite.tls13().map(|suite| suite.common.hash_provider.hash(data).as_ref().to_vec()).unwrap_or_default()
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).ok().map(|bytes| std::net::IpAddr::from(bytes).to_string());
    v4.or_else(|| <[u8; 16]>::try_from(bytes).ok().map(|bytes| std::net::IpAddr::from(bytes).to_string()))
}

fn failure(error: &io::Error) -> HandshakeFailure {
    let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) else {
        return match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => HandshakeFailure::Silent,
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => HandshakeFailure::Closed,
            _ => HandshakeFailure::Other(error.to_string()),
        };
    };
    match tls {
        Error::AlertReceived(AlertDescription::UnrecognisedName) => HandshakeFailure::UnknownName,
        Error::AlertReceived(AlertDescription::NoApplicationProtocol) => HandshakeFailure::NoProtocol,
        Error::AlertReceived(
            AlertDescription::HandshakeFailure
            | AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity,
        )
        | Error::PeerIncompatible(_) => HandshakeFailure::NothingInCommon,
        Error::AlertReceived(AlertDescription::CertificateRequired) => HandshakeFailure::WantsCertificate,
        Error::InvalidMessage(_) => HandshakeFailure::NotTls,
        other => HandshakeFailure::Other(other.to_string()),
    }
}

/// Accepts every certificate and keeps the chain as it was sent.
#[derive(Debug)]
struct Keeper {
    provider: Arc<CryptoProvider>,
    chain: Mutex<Vec<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Keeper {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Ok(mut chain) = self.chain.lock() {
            *chain = std::iter::once(leaf).chain(others).map(|der| der.clone().into_owned()).collect();
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// A connection, with TLS or without. TLS may itself run inside TLS, with an HTTPS proxy.
#[derive(Debug)]
pub(crate) enum Connection {
    Plain(TcpStream),
    Tls(Box<Stream>),
}

impl Connection {
    /// Sets how long reads and writes may take.
    pub(crate) fn set_limit(&self, limit: Duration) -> io::Result<()> {
        match self {
            Self::Plain(socket) => {
                socket.set_read_timeout(Some(limit))?;
                socket.set_write_timeout(Some(limit))
            }
            Self::Tls(stream) => stream.sock.set_limit(limit),
        }
    }
}

impl From<TcpStream> for Connection {
    fn from(stream: TcpStream) -> Self {
        Self::Plain(stream)
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(buffer),
            Self::Tls(stream) => stream.write(buffer),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(stream) => stream.flush(),
        }
    }
}
