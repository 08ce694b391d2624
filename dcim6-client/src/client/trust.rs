//! Whom the client trusts, and how far the way to the panel is protected.

use super::builder::ClientBuilder;
use crate::tls::Trust;

impl ClientBuilder {
    /// Accept an `http://` URL whose host is not a literal loopback address. Passwords and tokens then travel in clear.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let lab = Client::builder("http://dcim.lab").allow_plain_http().build()?;
    /// assert_eq!(lab.panel(), "dcim.lab:80");
    /// # Ok(()) });
    /// ```
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Trust these PEM certificates only: an authority, or the panel's own self-signed one. The machine's store is not read. With
    /// [`ClientBuilder::pin_sha256`], before or after, both must hold.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let mock = MockDcim::builder().tls(true).start().await?;
    /// let ca = mock.ca_pem().ok_or("no TLS")?; // in life: std::fs::read("/etc/ssl/dcim-ca.pem")?
    /// let dcim = Client::builder(mock.url()).credentials(mock.admin()).ca_pem(ca).build()?;
    /// dcim.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn ca_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.trust = self.trust.and_then(|trust| trust.with_pem(pem.as_ref()));
        self
    }

    /// Accept only the certificate with this SHA-256 fingerprint (64 hexadecimal digits, as OpenSSL prints them or bare). Alone, it is enough,
    /// whatever the certificate's name and dates; the machine's store is not read. With [`ClientBuilder::ca_pem`], before or after, both must hold.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let mock = MockDcim::builder().tls(true).start().await?;
    /// let pin = mock.pin().ok_or("no TLS")?; // openssl x509 -in panel.pem -noout -fingerprint -sha256
    /// let dcim = Client::builder(mock.url()).credentials(mock.admin()).pin_sha256(pin).build()?;
    /// dcim.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn pin_sha256(mut self, fingerprint: impl AsRef<str>) -> Self {
        self.trust = self
            .trust
            .and_then(|trust| trust.with_pin(fingerprint.as_ref()));
        self
    }

    /// Accept any certificate: anyone on the way can then read the password and control every server. For a laboratory only. It takes the place
    /// of [`ClientBuilder::ca_pem`]; a fingerprint still has to match.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, dcim, _server| {
    /// let mock = MockDcim::builder().tls(true).start().await?;
    /// let dcim = Client::builder(mock.url()).credentials(mock.admin()).danger_accept_any_certificate();
    /// dcim.build()?.auth().login().await?;
    /// # Ok(()) });
    /// ```
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.trust = self.trust.map(Trust::with_anything);
        self
    }
}
