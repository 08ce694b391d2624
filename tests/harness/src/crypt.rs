//! Crypted values as BILLmanager stores them (`billmanager-protocol.md` 8.3): base64 of RSA PKCS#1 v1.5.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;

/// Encrypt a text with the public half of a PEM key; empty stays empty.
///
/// # Errors
/// When the PEM holds no key, or the text is longer than the key takes.
pub fn encrypt(pem: &str, text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let key = PrivateKey::from_pkcs8_pem(pem)
        .or_else(|_| PrivateKey::from_pkcs1_pem(pem).map_err(|error| error.to_string()))?;
    key.as_public_key()
        .pkcs1v15_encrypt(text.as_bytes())
        .map(|crypted| STANDARD.encode(crypted))
        .map_err(|error| error.to_string())
}
