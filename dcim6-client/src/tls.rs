//! Whose certificate is accepted (safety.md G), by configurations of our own: no process-wide TLS default is read or set.

use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::transport::TlsSetup;

/// What the client trusts. Only `System` reads the machine's certificate store.
#[derive(Clone, Debug, Default)]
pub(crate) enum Trust {
    #[default]
    System,
    /// Certificates of authorities, or the panel's own, self-signed one.
    Pem(Vec<CertificateDer<'static>>),
    /// SHA-256 of the panel's own certificate.
    Pin([u8; 32]),
    Anything,
}

impl Trust {
    pub fn from_pem(pem: &[u8]) -> Result<Self, String> {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|_| "ca_pem: not PEM".to_owned())?;
        if certificates.is_empty() {
            return Err("ca_pem: holds no certificate".to_owned());
        }
        Ok(Self::Pem(certificates))
    }

    /// Read a fingerprint as hexadecimal digits; colons, spaces and a leading `sha256:` or `sha256 Fingerprint=` (as OpenSSL prints it)
    /// are passed over.
    pub fn from_pin(text: &str) -> Result<Self, String> {
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
        Ok(Self::Pin(pin))
    }

    pub fn client_config(&self, https: bool) -> Result<ClientConfig, TlsSetup> {
        let provider = Arc::new(ring::default_provider());
        // TLS 1.2 and 1.3: all that rustls speaks.
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(setup)?;
        let accept = |accept| Arc::new(Verifier { provider, accept });
        let builder = match self {
            // Plain http needs no roots, and reading the store takes milliseconds.
            _ if !https => builder.with_root_certificates(RootCertStore::empty()),
            Self::System => builder.with_platform_verifier().map_err(setup)?,
            Self::Pem(certificates) => {
                let accept = accept(Accept::these(certificates)?);
                builder.dangerous().with_custom_certificate_verifier(accept)
            }
            Self::Pin(pin) => builder
                .dangerous()
                .with_custom_certificate_verifier(accept(Accept::Pin(*pin))),
            Self::Anything => builder
                .dangerous()
                .with_custom_certificate_verifier(accept(Accept::Anything)),
        };
        Ok(builder.with_no_client_auth())
    }
}

fn setup(error: Error) -> TlsSetup {
    TlsSetup(Box::new(error))
}

#[derive(Debug)]
enum Accept {
    /// A certificate that is one of these, or is issued by one of these.
    These {
        own: Vec<CertificateDer<'static>>,
        issued: Option<Arc<WebPkiServerVerifier>>,
    },
    Pin([u8; 32]),
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
        let accepted = match &self.accept {
            Accept::Anything => true,
            Accept::Pin(pin) => sha256(end_entity) == Some(*pin),
            // A certificate given by name is an identity: its subject and dates say nothing more.
            Accept::These { own, .. } if own.iter().any(|one| one == end_entity) => true,
            Accept::These {
                issued: Some(issued),
                ..
            } => {
                return issued.verify_server_cert(
                    end_entity,
                    intermediates,
                    server_name,
                    ocsp_response,
                    now,
                );
            }
            Accept::These { issued: None, .. } => false,
        };
        if accepted {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
        }
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

/// SHA-256 by the provider that TLS uses anyway.
fn sha256(bytes: &[u8]) -> Option<[u8; 32]> {
    let suite = ring::cipher_suite::TLS13_AES_128_GCM_SHA256.tls13()?;
    let hash = suite.common.hash_provider.hash(bytes);
    hash.as_ref().try_into().ok()
}
