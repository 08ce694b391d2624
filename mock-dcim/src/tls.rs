//! TLS with an authority of our own, made at start, and three certificates that no client should accept (K04).

use std::fmt::Write;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

use crate::fault::effect::Certificate;

#[derive(Debug)]
pub(crate) struct Tls {
    pub(crate) ca_pem: String,
    /// SHA-256 of the good certificate, in hexadecimal digits.
    pub(crate) pin: String,
    good: Arc<ServerConfig>,
    expired: Arc<ServerConfig>,
    wrong_host: Arc<ServerConfig>,
    untrusted: Arc<ServerConfig>,
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

impl Tls {
    pub(crate) fn new(listen: IpAddr) -> io::Result<Self> {
        Self::made_for(listen).map_err(io::Error::other)
    }

    fn made_for(listen: IpAddr) -> Result<Self, Failed> {
        let stranger = authority("a stranger")?;
        let authority = authority("mock-dcim CA")?;
        let names = [
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
            "::1".to_owned(),
            listen.to_string(),
        ];
        let params = || CertificateParams::new(names.to_vec());
        let (good, pin) = signed(&params()?, &authority)?;
        let mut old = params()?;
        old.not_before = date_time_ymd(2019, 1, 1);
        old.not_after = date_time_ymd(2020, 1, 1);
        let elsewhere = CertificateParams::new(vec!["elsewhere.invalid".to_owned()])?;
        Ok(Self {
            ca_pem: authority.pem(),
            pin,
            good,
            expired: signed(&old, &authority)?.0,
            wrong_host: signed(&elsewhere, &authority)?.0,
            untrusted: signed(&params()?, &stranger)?.0,
        })
    }

    /// Shake hands with a client, showing this certificate.
    pub(crate) async fn accept<S>(
        &self,
        stream: S,
        certificate: Certificate,
    ) -> io::Result<impl AsyncRead + AsyncWrite + Unpin + use<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let config = match certificate {
            Certificate::Good => &self.good,
            Certificate::Expired => &self.expired,
            Certificate::WrongHost => &self.wrong_host,
            Certificate::Untrusted => &self.untrusted,
        };
        TlsAcceptor::from(Arc::clone(config)).accept(stream).await
    }
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Result<Authority, Failed> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

fn signed(
    params: &CertificateParams,
    by: &Authority,
) -> Result<(Arc<ServerConfig>, String), Failed> {
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, by)?;
    let digest = ring::digest::digest(&ring::digest::SHA256, certificate.der());
    let mut pin = String::new();
    for byte in digest.as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(pin, "{byte:02x}");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    Ok((Arc::new(config), pin))
}
