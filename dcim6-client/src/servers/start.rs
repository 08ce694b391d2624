//! Starting a long operation: put together, prepare (so that the intent can be saved), send, wait.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use super::ServerHandle;
use crate::body::Body;
use crate::call::Call;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::{OperationId, OsTemplateId, ScriptId};
use crate::open_enum::open_enum;
use crate::operation::{Attached, OperationHandle, OperationKind, Wait};

/// The longest `timeout`, in minutes: the range of `diagtimeout` and `installtimeout_*` is 1–720 \[documented\].
const LONGEST: u64 = 720;

open_enum! {
    /// Choose how diagnostics cleans the disks.
    ClearHdd default None {
        /// Not at all
        None = "none",
        /// Boot areas only: data can be recovered
        Quick = "quick",
        /// Everything; hours on large disks
        Full = "full",
    }
}

/// What every start has: the server, the kind, the limit, and the operation seen before.
#[derive(Clone, Debug)]
struct Start {
    server: ServerHandle,
    op: Op,
    kind: OperationKind,
    timeout: Option<Duration>,
    after: After,
}

/// What the caller said about the last operation before this one.
#[derive(Clone, Copy, Debug)]
enum After {
    Unsaid,
    Said(Option<OperationId>),
}

impl After {
    fn last(self) -> Option<OperationId> {
        match self {
            Self::Unsaid => None,
            Self::Said(last) => last,
        }
    }
}

impl Start {
    fn new(server: ServerHandle, op: Op, kind: OperationKind) -> Self {
        Self {
            server,
            op,
            kind,
            timeout: None,
            after: After::Unsaid,
        }
    }

    fn minutes(&self) -> Result<Option<u64>, Error> {
        let Some(timeout) = self.timeout else {
            return Ok(None);
        };
        let minutes = timeout.as_secs() / 60;
        let whole = timeout == Duration::from_secs(minutes * 60);
        if whole && (1..=LONGEST).contains(&minutes) {
            Ok(Some(minutes))
        } else {
            Err(self.config(format!(
                "timeout: must be 1 to {LONGEST} whole minutes, is {timeout:?}"
            )))
        }
    }

    fn config(&self, text: impl Into<String>) -> Error {
        let name = self.op.endpoint().name;
        Error::config(text).with(|inner| inner.operation = Some(name))
    }

    fn prepare(self, body: Body) -> Result<Prepared, Error> {
        let minutes = self.minutes()?;
        let client = &self.server.client;
        let handle = OperationHandle::new(
            client.panel(),
            self.server.id,
            self.kind,
            self.after.last(),
            client.clock().now(),
            minutes.map(|minutes| Duration::from_secs(minutes * 60)),
        );
        let call = self
            .server
            .call(self.op)
            .body(body.put_some("timeout", minutes));
        Ok(Prepared {
            server: self.server,
            call,
            handle,
        })
    }

    /// Read the last operation, if the caller did not name it: an answer without an id could not be told from it later (R22).
    async fn complete(mut self) -> Result<Self, Error> {
        if matches!(self.after, After::Unsaid) {
            let server = self.server.get().await?;
            self.after = After::Said(server.operation.map(|operation| operation.id));
        }
        Ok(self)
    }
}

/// Methods that every start has.
macro_rules! start {
    ($name:ident) => {
        impl $name {
            /// Name the last operation seen on the server before, or none if there was none.
            ///
            /// It tells the new operation from the old one where the panel's answer names no id. [`start`](Self::start) reads it by itself if it
            /// is not given; [`prepare`](Self::prepare) does not.
            pub fn after(mut self, last: Option<OperationId>) -> Self {
                self.start.after = After::Said(last);
                self
            }

            /// Check everything and make the handle of the intent, to be saved before anything is sent.
            ///
            /// # Errors
            /// `is_config()`, naming the setting; nothing was sent.
            pub fn prepare(self) -> Result<Prepared, Error> {
                let body = self.body()?;
                self.start.prepare(body)
            }

            /// Start it (class X).
            ///
            /// # Errors
            /// `is_config()`: a setting cannot be used, nothing was sent. `is_conflict()`: another operation runs (R16). `is_protected()`. An
            /// unknown delivery: read the server's operation before anything else; it may be running. Use [`prepare`](Self::prepare) where
            /// the intent must be on record before that.
            pub async fn start(self) -> Result<Started, Error> {
                let body = self.body()?;
                self.start.minutes()?;
                self.start.complete().await?.prepare(body)?.send().await
            }
        }
    };
}

/// Methods of a start that takes a limit.
macro_rules! limited {
    ($name:ident) => {
        impl $name {
            /// Let the panel end the operation after this long: 1 to 720 whole minutes (R18). Without it the panel's own setting holds.
            pub fn timeout(mut self, limit: Duration) -> Self {
                self.start.timeout = Some(limit);
                self
            }
        }
    };
}

/// Install an operating system. `Debug` does not show the password.
#[derive(Clone)]
#[must_use = "nothing is sent without `start`"]
pub struct Install {
    start: Start,
    template: OsTemplateId,
    password: Option<SecretString>,
    domain: Option<String>,
    script: Option<ScriptId>,
    ssh_keys: Vec<String>,
}

start!(Install);
limited!(Install);

impl Install {
    pub(crate) fn new(server: ServerHandle, template: OsTemplateId) -> Self {
        Self {
            start: Start::new(server, Op::ServerInstall, OperationKind::Install),
            template,
            password: None,
            domain: None,
            script: None,
            ssh_keys: Vec::new(),
        }
    }

    /// Set the password of the new system. Required.
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Set the domain name.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Run this script after the install.
    pub fn script(mut self, script: ScriptId) -> Self {
        self.script = Some(script);
        self
    }

    /// Add a public SSH key; may be called more than once.
    pub fn ssh_key(mut self, key: impl Into<String>) -> Self {
        self.ssh_keys.push(key.into());
        self
    }

    fn body(&self) -> Result<Body, Error> {
        let password = self
            .password
            .as_ref()
            .ok_or_else(|| self.start.config("password: is required"))?;
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

/// Run diagnostics, with or without cleaning the disks.
#[derive(Clone)]
#[must_use = "nothing is sent without `start`"]
pub struct Diagnose {
    start: Start,
    template: OsTemplateId,
    clear_hdd: ClearHdd,
}

start!(Diagnose);
limited!(Diagnose);

impl Diagnose {
    pub(crate) fn new(server: ServerHandle, template: OsTemplateId) -> Self {
        Self {
            start: Start::new(server, Op::ServerDiag, OperationKind::Diagnostics),
            template,
            clear_hdd: ClearHdd::default(),
        }
    }

    /// Clean the disks. Clean means: this operation ended `ok`, uncut, before its limit (R21). Not at all by default.
    pub fn clear_hdd(mut self, how: ClearHdd) -> Self {
        self.clear_hdd = how;
        self
    }

    #[allow(clippy::unnecessary_wraps, reason = "one signature for every start")]
    fn body(&self) -> Result<Body, Error> {
        Ok(Body::default()
            .put("os_template", self.template.get())
            .put("clear_hdd", self.clear_hdd.as_str()))
    }
}

/// Start a recovery system. `Debug` does not show the password.
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

/// Suspend or resume a server by the panel's own operation (R37).
#[derive(Clone)]
#[must_use = "nothing is sent without `start`"]
pub struct Transition {
    start: Start,
}

start!(Transition);

impl Transition {
    pub(crate) fn suspend(server: ServerHandle) -> Self {
        Self {
            start: Start::new(server, Op::ServerSuspend, OperationKind::Suspend),
        }
    }

    pub(crate) fn resume(server: ServerHandle) -> Self {
        Self {
            start: Start::new(server, Op::ServerResume, OperationKind::Resume),
        }
    }

    #[allow(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "one signature for every start"
    )]
    fn body(&self) -> Result<Body, Error> {
        Ok(Body::default())
    }
}

macro_rules! debug_start {
    ($($name:ident)*) => {$(
        /// Shows the server and the kind.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("server", &self.start.server.id)
                    .field("kind", &self.start.kind)
                    .finish_non_exhaustive()
            }
        }
    )*};
}

debug_start! { Install Diagnose Recover Transition }

/// Hold a start that was checked and not sent: save [`handle`](Prepared::handle), then [`send`](Prepared::send).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = mock_dcim::MockDcim::start().await?;
/// # let dcim = dcim6_client::Client::builder(mock.url()).credentials(mock.admin()).build()?;
/// # fn save(text: &str) {}
/// use dcim6_client::{OsTemplateId, ServerId};
/// use std::time::Duration;
///
/// let server = dcim.server(ServerId::new(1));
/// # for port in server.switch_ports().await?.data() { port.up().await?; }
/// # mock.advance(Duration::from_secs(30));
/// let template = OsTemplateId::new(1);
/// let last = server.get().await?.operation.map(|operation| operation.id);
/// let prepared = server.install(template).password("secret".to_owned()).after(last).prepare()?;
/// save(&serde_json::to_string(prepared.handle())?); // the intent
/// let started = prepared.send().await?;
/// save(&serde_json::to_string(&started.handle())?); // with the operation's id
///
/// mock.advance(Duration::from_secs(20 * 60)); // in life: time passes
/// started.wait().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent without `send`"]
pub struct Prepared {
    server: ServerHandle,
    call: Call,
    handle: OperationHandle,
}

#[derive(Deserialize)]
struct Accepted {
    #[serde(default)]
    operation: Option<OperationId>,
}

impl Prepared {
    /// Return the handle of the intent: it has no operation id yet. [`Client::attach`](crate::Client::attach) finds the operation by it.
    pub fn handle(&self) -> &OperationHandle {
        &self.handle
    }

    /// Send it, once.
    ///
    /// # Errors
    /// As `start`. After an unknown delivery, attach to the handle: it finds the operation if there is one.
    pub async fn send(self) -> Result<Started, Error> {
        let client = &self.server.client;
        let accepted: Accepted = client.call(self.call).await?;
        let handle = match accepted.operation {
            Some(operation) => self.handle.with_operation(operation),
            None => self.handle,
        };
        Ok(Started {
            attached: client.attach(handle),
        })
    }
}

/// Hold an operation that the panel accepted.
#[derive(Debug)]
#[must_use = "the operation runs on; wait for it or save its handle"]
pub struct Started {
    attached: Attached,
}

impl Started {
    /// Return the handle, to be saved: another process can attach to it.
    pub fn handle(&self) -> OperationHandle {
        self.attached.handle()
    }

    /// Return the operation's id, if the answer named it.
    pub fn operation_id(&self) -> Option<OperationId> {
        self.attached.handle().operation()
    }

    /// Wait until it has ended. Await it, or add a progress callback first.
    pub fn wait(self) -> Wait {
        self.attached.wait()
    }

    /// Watch it look by look, or cancel it.
    pub fn attached(&self) -> &Attached {
        &self.attached
    }

    /// Go on with the operation alone.
    pub fn into_attached(self) -> Attached {
        self.attached
    }
}
