//! Changing a server's name, domain or notes.

use std::fmt;

use super::handle::ServerHandle;
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;

impl ServerHandle {
    /// Change name, domain or notes. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.edit().domain("s1.example.net").notes("order 555").send().await?;
    /// # Ok(()) });
    /// ```
    pub fn edit(&self) -> EditServer {
        EditServer::new(self.clone())
    }
}

/// Change name, domain or notes of a server; what is not named stays. \[assumed\]
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// server.edit().name("order-555").domain("s1.example.net").notes("sold").send().await?;
/// assert_eq!(server.get().await?.notes.as_deref(), Some("sold"));
/// # Ok(()) });
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent without `send`"]
pub struct EditServer {
    server: ServerHandle,
    name: Option<String>,
    domain: Option<String>,
    notes: Option<String>,
}

impl EditServer {
    pub(crate) fn new(server: ServerHandle) -> Self {
        Self {
            server,
            name: None,
            domain: None,
            notes: None,
        }
    }

    /// Set the name in the panel.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.edit().name("order-555").send().await?;
    /// assert_eq!(server.get().await?.name.as_deref(), Some("order-555"));
    /// # Ok(()) });
    /// ```
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Set the domain name.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.edit().domain("s1.example.net").send().await?;
    /// assert_eq!(server.get().await?.domain.as_deref(), Some("s1.example.net"));
    /// # Ok(()) });
    /// ```
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Set the notes.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.edit().notes("sold").send().await?;
    /// assert_eq!(server.get().await?.notes.as_deref(), Some("sold"));
    /// # Ok(()) });
    /// ```
    pub fn notes(mut self, notes: impl Into<String>) -> Self {
        self.notes = Some(notes.into());
        self
    }

    /// Send the change.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let nothing = server.edit().send().await.unwrap_err();
    /// assert!(nothing.is_config());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_config()`: there is nothing to change. Otherwise see [`ServerHandle`]; harmless to repeat.
    pub async fn send(self) -> Result<(), Error> {
        let body = Body::default()
            .put_some("name", self.name)
            .put_some("domain", self.domain)
            .put_some("notes", self.notes);
        if body.is_empty() {
            return Err(Error::config("edit: nothing to change"));
        }
        self.server.write(Op::ServerEdit, body).await
    }
}

/// Shows the server only: what is sent stays out of logs (safety.md G).
impl fmt::Debug for EditServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EditServer")
            .field("server", &self.server.id)
            .finish_non_exhaustive()
    }
}
