//! Opening what BILLmanager keeps crypted (`billmanager-protocol.md` 8.3): base64 of RSA PKCS#1 v1.5.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use secrecy::SecretString;

use crate::error::{Error, ErrorKind};

/// BILLmanager's private key.
pub struct Key(PrivateKey);

impl Key {
    /// Read the key from its PEM file.
    ///
    /// # Errors
    /// `db`, object `CryptKey`: the file is not there, not readable, or no RSA key. The text never holds any of it.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bad = |why: &str| {
            Error::new(
                ErrorKind::Db,
                "CryptKey",
                format!("{}: {why}", path.display()),
            )
        };
        let pem = std::fs::read_to_string(path).map_err(|error| bad(&error.kind().to_string()))?;
        PrivateKey::from_pkcs8_pem(&pem)
            .or_else(|_| PrivateKey::from_pkcs1_pem(&pem))
            .map(Self)
            .map_err(|_| bad("not an RSA private key in PEM"))
    }

    /// Open a value; an empty one stays empty.
    ///
    /// # Errors
    /// `value`, naming the parameter: it was crypted with another key, or not at all (N36).
    pub fn open(&self, name: &str, value: &str) -> Result<SecretString, Error> {
        let bad = || {
            let why = "cannot be opened with BILLmanager's key: save it again in BILLmanager";
            Error::new(ErrorKind::Value, name, why)
        };
        let text: String = value.split_whitespace().collect();
        if text.is_empty() {
            return Ok(SecretString::default());
        }
        let sealed = STANDARD.decode(text).map_err(|_| bad())?;
        let opened = self.0.pkcs1v15_decrypt(&sealed).map_err(|_| bad())?;
        // What was sealed with another key opens as noise: the library does not let a guesser see that it failed.
        let text = String::from_utf8(opened).map_err(|_| bad())?;
        if text.chars().any(char::is_control) {
            return Err(bad());
        }
        Ok(text.into())
    }
}
