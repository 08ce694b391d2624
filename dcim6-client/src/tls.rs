//! Whose certificate is accepted (safety.md G), by configurations of our own: no process-wide TLS default is read or set.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};

/// What the client trusts: whose certificates, and besides, if a fingerprint is given, which of them (safety.md G).
#[derive(Clone, Debug, Default)]
pub(crate) struct Trust {
    roots: Roots,
    pin: Option<[u8; 32]>,
}

/// Whose certificates are accepted.
#[derive(Clone, Debug, Default)]
enum Roots {
    /// Nothing was said: the machine's store decides, or the fingerprint alone. Only this choice reads the store.
    #[default]
    Unsaid,
    /// Certificates of authorities, or the panel's own, self-signed one.
    Pem(Vec<CertificateDer<'static>>),
    Anything,
}

impl Trust {
    /// Take these certificates in place of the machine's store. A fingerprint stays in force.
    pub fn with_pem(mut self, pem: &[u8]) -> Result<Self, String> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| "ca_pem: not PEM".to_owned())?;
        if certificates.is_empty() {
            return Err("ca_pem: holds no certificate".to_owned());
        }
        self.roots = Roots::Pem(certificates);
        Ok(self)
    }

    /// Ask for no authority. A fingerprint stays in force.
    pub fn with_anything(mut self) -> Self {
        self.roots = Roots::Anything;
        self
    }

    /// Read a fingerprint as hexadecimal digits; colons, spaces and a leading `sha256:` or `sha256 Fingerprint=` (as OpenSSL prints it)
    /// are passed over.
    pub fn with_pin(mut self, text: &str) -> Result<Self, String> {
        let wrong =
            || "pin_sha256: expected 64 hexadecimal digits, colons allowed between".to_owned();
        let text = text.trim().to_ascii_lowercase();
        let text = ["sha256 fingerprint=", "sha256:"]
            .into_iter()
            .find_map(|begin| text.strip_prefix(begin))
            .unwrap_or(&text);
        let digits: Vec<u8> = text
            .bytes()
            .filter(|byte| !matches!(byte, b':' | b' '))
            .collect();
        let mut pin = [0; 32];
        if digits.len() != 64 {
            return Err(wrong());
        }
        for (byte, pair) in pin.iter_mut().zip(digits.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16).ok_or_else(wrong)?;
            let low = char::from(pair[1]).to_digit(16).ok_or_else(wrong)?;
            *byte = u8::try_from(high * 16 + low).map_err(|_| wrong())?;
        }
        self.pin = Some(pin);
        Ok(self)
    }

    pub fn client_config(&self, https: bool) -> Result<ClientConfig, TlsSetup> {
        let provider = Arc::new(ring::default_provider());
        // TLS 1.2 and 1.3: all that rustls speaks.
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(setup)?;
        if !https {
            // Plain http needs no roots, and reading the store takes milliseconds.
            let builder = builder.with_root_certificates(RootCertStore::empty());
            return Ok(builder.with_no_client_auth());
        }
        let accept = match &self.roots {
            // The fingerprint of a certificate says more than any authority: alone, it decides alone.
            Roots::Unsaid if self.pin.is_some() => Accept::Anything,
            Roots::Unsaid => Accept::System(
                rustls_platform_verifier::Verifier::new(provider.clone()).map_err(setup)?,
            ),
            Roots::Pem(certificates) => Accept::these(certificates)?,
            Roots::Anything => Accept::Anything,
        };
        let verifier = Arc::new(Verifier {
            provider,
            accept,
            pin: self.pin,
        });
        let builder = builder.dangerous();
        Ok(builder
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth())
    }
}

/// Say that no HTTP client can be made with these TLS choices.
#[derive(Debug, thiserror::Error)]
#[error("TLS cannot be set up")]
pub(crate) struct TlsSetup(#[source] pub Box<dyn StdError + Send + Sync>);

fn setup(error: Error) -> TlsSetup {
    TlsSetup(Box::new(error))
}

#[derive(Debug)]
enum Accept {
    /// What the machine trusts.
    System(rustls_platform_verifier::Verifier),
    /// A certificate that is one of these, or is issued by one of these.
    These {
        own: Vec<CertificateDer<'static>>,
        issued: Option<Arc<WebPkiServerVerifier>>,
    },
    /// Whoever it is; with a fingerprint, that one decides.
    Anything,
}

impl Accept {
    fn these(certificates: &[CertificateDer<'static>]) -> Result<Self, TlsSetup> {
        let mut roots = RootCertStore::empty();
        // A leaf that cannot serve as an authority is still good for being recognised.
        let (added, _) = roots.add_parsable_certificates(certificates.iter().cloned());
        let issued = if added == 0 {
            None
        } else {
            let provider = Arc::new(ring::default_provider());
            let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
                .build()
                .map_err(|error| TlsSetup(Box::new(error)))?;
            Some(verifier)
        };
        Ok(Self::These {
            own: certificates.to_vec(),
            issued,
        })
    }
}

struct Verifier {
    provider: Arc<CryptoProvider>,
    accept: Accept,
    /// The fingerprint of the only certificate that is accepted, whatever `accept` says of others.
    pin: Option<[u8; 32]>,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let ask = |verifier: &dyn ServerCertVerifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        let is_other = self.pin.is_some_and(|pin| sha256(end_entity) != Some(pin));
        let verdict = match &self.accept {
            _ if is_other => Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            )),
            Accept::System(system) => ask(system),
            Accept::Anything => Ok(ServerCertVerified::assertion()),
            // A certificate given by name is an identity: its subject and dates say nothing more.
            Accept::These { own, .. } if own.iter().any(|one| one == end_entity) => {
                Ok(ServerCertVerified::assertion())
            }
            Accept::These {
                issued: Some(issued),
                ..
            } => ask(issued.as_ref()),
            Accept::These { issued: None, .. } => {
                Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
            }
        };
        verdict.map_err(|error| {
            let fingerprint = sha256(end_entity)
                .map(|hash| hex(&hash))
                .unwrap_or_default();
            let refused = Arc::new(Refused { error, fingerprint });
            Error::InvalidCertificate(CertificateError::Other(OtherError(refused)))
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// A certificate that is not trusted, and which it is: whoever runs the panel can compare, and pin it.
#[derive(Debug, thiserror::Error)]
#[error("{error}; the SHA-256 fingerprint of the certificate is {fingerprint}")]
struct Refused {
    error: Error,
    fingerprint: String,
}

/// The fingerprint of the certificate that an error refuses, if it refuses one.
pub(crate) fn refused_fingerprint<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a str> {
    match error.downcast_ref()? {
        Error::InvalidCertificate(CertificateError::Other(OtherError(other))) => other
            .downcast_ref()
            .map(|refused: &Refused| refused.fingerprint.as_str()),
        _ => None,
    }
}

/// As OpenSSL prints it.
fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

/// SHA-256 by the provider that TLS uses anyway.
fn sha256(bytes: &[u8]) -> Option<[u8; 32]> {
    let suite = ring::cipher_suite::TLS13_AES_128_GCM_SHA256.tls13()?;
    let hash = suite.common.hash_provider.hash(bytes);
    hash.as_ref().try_into().ok()
}
