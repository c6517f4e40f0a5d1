//! Certificates, each with one fault.

use std::path::PathBuf;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair, SanType,
    date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The tests' own authority, with an intermediate below it.
pub(crate) struct Authority {
    intermediate: CertifiedIssuer<'static, KeyPair>,
    /// Its root as a PEM file, for `--ca`.
    pub(crate) file: PathBuf,
}

/// What a server presents.
pub(crate) type Presented = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// A path for a file that only this test uses. Process numbers repeat in namespaces, so the name comes from the clock
/// too.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let unique = format!("doctor-{}-{nanos}-{:?}-{name}", std::process::id(), std::thread::current().id());
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(unique)
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

impl Authority {
    pub(crate) fn new() -> Self {
        let root = CertifiedIssuer::self_signed(authority("Test root"), KeyPair::generate().unwrap()).unwrap();
        let mut below = authority("Test intermediate");
        below.custom_extensions.push(issuer_address());
        let intermediate = CertifiedIssuer::signed_by(below, KeyPair::generate().unwrap(), &root).unwrap();
        let file = scratch("root.pem");
        std::fs::write(&file, root.pem()).unwrap();
        Self { intermediate, file }
    }

    /// `--ca` with its file.
    pub(crate) fn trusted(&self) -> [&str; 2] {
        ["--ca", self.file.to_str().unwrap()]
    }

    fn issue(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> (CertificateDer<'static>, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.custom_extensions.push(issuer_address());
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.intermediate).unwrap().der().clone(), key)
    }

    fn presented(&self, (leaf, key): (CertificateDer<'static>, KeyPair)) -> Presented {
        (vec![leaf, self.intermediate.der().clone()], key.into())
    }

    /// Nothing wrong with it.
    pub(crate) fn good(&self, name: &str) -> Presented {
        self.presented(self.issue(name, |_| {}))
    }

    /// For several names.
    pub(crate) fn good_for(&self, names: &[&str]) -> Presented {
        self.presented(self.issue(names[0], |params| {
            params.subject_alt_names = names.iter().map(|name| SanType::DnsName((*name).try_into().unwrap())).collect();
        }))
    }

    /// Expired in 2024.
    pub(crate) fn expired(&self, name: &str) -> Presented {
        self.presented(self.issue(name, |params| {
            params.not_before = date_time_ymd(2024, 1, 1);
            params.not_after = date_time_ymd(2024, 4, 1);
        }))
    }

    /// Without the intermediate.
    pub(crate) fn incomplete(&self, name: &str) -> Presented {
        let (leaf, key) = self.issue(name, |_| {});
        (vec![leaf], key.into())
    }

    /// Signed by itself, as a web server's default certificate is.
    pub(crate) fn self_signed(name: &str) -> Presented {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        (vec![made.cert.der().clone()], made.signing_key.into())
    }
}

/// The place to get the issuer's certificate from, as public authorities name it; DER of RFC 5280 §4.2.2.1.
fn issuer_address() -> CustomExtension {
    let url = b"http://authority.example/i.der";
    let length = u8::try_from(url.len()).unwrap();
    let mut der = vec![0x30, length + 14, 0x30, length + 12];
    der.extend([0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02, 0x86, length]);
    der.extend(url);
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], der)
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}
