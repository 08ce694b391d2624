//! Starting a recovery system.

use std::fmt;

use secrecy::SecretString;

use super::Start;
use crate::body::Body;
use crate::endpoint::Op;
use crate::id::OsTemplateId;
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
    pub fn recovery(&self, template: OsTemplateId) -> Start<Recover> {
        let what = Recover {
            template,
            password: None,
        };
        let kind = OperationKind::Recovery;
        Start::new(self.clone(), Op::ServerRecovery, kind, what, Recover::body)
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
pub struct Recover {
    template: OsTemplateId,
    password: Option<SecretString>,
}

impl Start<Recover> {
    /// Set the password of the recovery system. Required.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let recovery = server.recovery(OsTemplateId::new(5));
    /// assert!(recovery.prepare(None).is_err_and(|error| error.is_config()));
    /// # Ok(()) });
    /// ```
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.what.password = Some(password.into());
        self
    }
}

impl fmt::Debug for Recover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recover").finish_non_exhaustive()
    }
}

impl Recover {
    fn body(&self) -> Result<Body, &'static str> {
        let password = self.password.as_ref().ok_or("password: is required")?;
        Ok(Body::default()
            .put("os_template", self.template.get())
            .secret("password", password))
    }
}
