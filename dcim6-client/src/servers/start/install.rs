//! Installing an operating system.

use std::fmt;

use secrecy::SecretString;

use super::Start;
use crate::body::Body;
use crate::endpoint::Op;
use crate::id::{OsTemplateId, ScriptId};
use crate::model::OperationKind;
use crate::servers::handle::ServerHandle;

impl ServerHandle {
    /// Install an operating system; the server is started by itself (R23). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let install = server.install(OsTemplateId::new(1)).password("a long secret");
    /// install.timeout(Duration::from_secs(90 * 60)).start().await?.wait().await?;
    /// assert!(server.get().await?.os_template.is_some());
    /// # Ok(()) });
    /// ```
    pub fn install(&self, template: OsTemplateId) -> Start<Install> {
        let what = Install {
            template,
            password: None,
            domain: None,
            script: None,
            ssh_keys: Vec::new(),
        };
        let kind = OperationKind::Install;
        Start::new(self.clone(), Op::ServerInstall, kind, what, Install::body)
    }
}

/// Install an operating system. `Debug` does not show the password.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let install = server
///     .install(OsTemplateId::new(1))
///     .password("a long secret")
///     .domain("s1.example.net")
///     .ssh_key("ssh-ed25519 AAAA client")
///     .timeout(Duration::from_secs(90 * 60));
/// install.start().await?.wait().await?;
/// # Ok(()) });
/// ```
#[derive(Clone)]
pub struct Install {
    template: OsTemplateId,
    password: Option<SecretString>,
    domain: Option<String>,
    script: Option<ScriptId>,
    ssh_keys: Vec<String>,
}

impl Start<Install> {
    /// Set the password of the new system. Required.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let refused = server.install(OsTemplateId::new(1)).prepare(None).unwrap_err();
    /// assert_eq!(refused.to_string(), "server_install: password: is required");
    /// server.install(OsTemplateId::new(1)).password("a long secret").prepare(None)?;
    /// # Ok(()) });
    /// ```
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.what.password = Some(password.into());
        self
    }

    /// Set the domain name.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let install = server.install(OsTemplateId::new(1)).password("a long secret");
    /// install.domain("s1.example.net").start().await?.wait().await?;
    /// # Ok(()) });
    /// ```
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.what.domain = Some(domain.into());
        self
    }

    /// Run this script after the install.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let script = dcim.scripts().first().await?.ok_or("no script")?;
    /// let install = server.install(OsTemplateId::new(1)).password("a long secret");
    /// install.script(script.id).start().await?.wait().await?;
    /// # Ok(()) });
    /// ```
    pub fn script(mut self, script: ScriptId) -> Self {
        self.what.script = Some(script);
        self
    }

    /// Add a public SSH key; may be called more than once.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let install = server.install(OsTemplateId::new(1)).password("a long secret");
    /// let install = install.ssh_key("ssh-ed25519 AAAA one").ssh_key("ssh-ed25519 BBBB two");
    /// install.start().await?.wait().await?;
    /// # Ok(()) });
    /// ```
    pub fn ssh_key(mut self, key: impl Into<String>) -> Self {
        self.what.ssh_keys.push(key.into());
        self
    }
}

impl fmt::Debug for Install {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Install").finish_non_exhaustive()
    }
}

impl Install {
    fn body(&self) -> Result<Body, &'static str> {
        let password = self.password.as_ref().ok_or("password: is required")?;
        let body = Body::default()
            .put("os_template", self.template.get())
            .secret("password", password)
            .put_some("domain", self.domain.as_deref())
            .put_some("script", self.script.map(ScriptId::get));
        Ok(if self.ssh_keys.is_empty() {
            body
        } else {
            body.put("ssh_key", self.ssh_keys.clone())
        })
    }
}
