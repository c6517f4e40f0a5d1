//! The certificates of one run: generated at its start, trusted by nothing else, and discarded at its end.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use pingora::listeners::tls::Acceptor;
use pingora::tls::{PrivateKeyDer, ServerConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::NamedTempFile;

/// A certificate authority of this run.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Result<Self> {
        pingora::tls::install_default_crypto_provider();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Ok(Self(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?))
    }

    /// Its own certificate in a file, the only form in which Pingora accepts a trusted authority.
    pub(crate) fn file(&self) -> Result<NamedTempFile> {
        let mut file = NamedTempFile::new().context("cannot write the authority's certificate")?;
        file.write_all(self.0.pem().as_bytes())?;
        Ok(file)
    }

    /// Accepts TLS with a fresh certificate for these names.
    pub(crate) fn acceptor(&self, names: &[&str]) -> Result<Acceptor> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(names)?.signed_by(&key, &self.0)?;
        let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|error| anyhow!(error))?;
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(Acceptor::from_server_config(Arc::new(config)))
    }
}
