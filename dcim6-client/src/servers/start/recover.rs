//! Starting a recovery system.

use std::time::Duration;

use secrecy::SecretString;

use super::{After, Start, limited, start};
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::{OperationId, OsTemplateId};
use crate::model::OperationKind;
use crate::servers::handle::ServerHandle;

impl ServerHandle {
    /// Start a recovery system, by a recovery template. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let started = server.recovery(OsTemplateId::new(5)).password("a long secret").start().await?;
    /// started.wait().await?;
    /// # Ok(()) });
    /// ```
    pub fn recovery(&self, template: OsTemplateId) -> Recover {
        Recover::new(self.clone(), template)
    }
}

/// Start a recovery system. `Debug` does not show the password.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let recovery = server.recovery(OsTemplateId::new(5)).password("a long secret");
/// recovery.start().await?.wait().await?;
/// # Ok(()) });
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent without `start`"]
pub struct Recover {
    start: Start,
    template: OsTemplateId,
    password: Option<SecretString>,
}

start!(Recover);
limited!(Recover);

impl Recover {
    pub(crate) fn new(server: ServerHandle, template: OsTemplateId) -> Self {
        Self {
            start: Start::new(server, Op::ServerRecovery, OperationKind::Recovery),
            template,
            password: None,
        }
    }

    /// Set the password of the recovery system. Required.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let recovery = server.recovery(OsTemplateId::new(5));
    /// assert!(recovery.prepare().is_err_and(|error| error.is_config()));
    /// # Ok(()) });
    /// ```
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.password = Some(password.into());
        self
    }

    fn body(&self) -> Result<Body, Error> {
        let password = self
            .password
            .as_ref()
            .ok_or_else(|| self.start.config("password: is required"))?;
        Ok(Body::default()
            .put("os_template", self.template.get())
            .secret("password", password))
    }
}
