//! `pmdcim6`: the processing module through which BILLmanager 6 sells dedicated servers of DCImanager 6.
//!
//! BILLmanager spawns one process for each service operation. The process reads what BILLmanager knows, looks at DCImanager, and does one
//! thing after another until the service is as ordered; killed at any point, the next process goes on from there.
//! `docs/architecture.md` shows the rooms of this house.

mod cli;
mod command;
pub mod description;
mod error;
pub mod interrupt;
pub mod lifecycle;
pub mod log;
pub mod matching;
#[cfg(feature = "live")]
mod names;
pub mod panel;
#[cfg(feature = "live")]
pub mod program;
#[cfg(feature = "provider")]
pub mod provider;
mod report;
pub mod settings;
#[cfg(feature = "live")]
mod stdin;
mod xml;

use std::ffi::OsString;
use std::fmt;
use std::io::{Read, Write};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use dcim6_client::{
    Client, Clock, Credentials, Dialect, OperationKind, Resolver, Timestamp, Transport,
};
use secrecy::SecretString;

pub use command::offline;
pub use error::{Error, ErrorKind};
use interrupt::{Gated, Interrupt};
use log::Log;
use panel::Panel;
use panel::calls::{Calls, SaveForm};
use settings::Connection;

/// What a long operation of DCImanager looks like right now, for whoever watches.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The service.
    pub item: u64,
    /// The operation.
    pub kind: OperationKind,
    /// How far it is, if DCImanager says so.
    pub percent: Option<u8>,
    /// When it was started.
    pub sent_at: Timestamp,
    /// When it was seen.
    pub at: Timestamp,
}

/// Who is told of progress.
pub type Watcher = Arc<dyn Fn(&Progress) + Send + Sync>;

/// The two systems the module stands between, and the time.
pub struct Host<'a> {
    /// BILLmanager.
    pub panel: &'a dyn Panel,
    /// The time.
    pub clock: Arc<dyn Clock>,
    transport: Option<Arc<dyn Transport>>,
    resolver: Option<Arc<dyn Resolver>>,
    watcher: Option<Watcher>,
    seed: Option<u64>,
    interrupt: Interrupt,
    log: Option<Log>,
    dialect: Option<Dialect>,
    repeat_for: Duration,
    save_form: OnceLock<SaveForm>,
}

/// How long a call of BILLmanager is repeated when mgrctl itself fails (safety.md H, row M).
const REPEAT_FOR: Duration = Duration::from_mins(10);

impl<'a> Host<'a> {
    /// Stand between `panel` and the DCImanager that its instances name.
    pub fn new(panel: &'a dyn Panel, clock: Arc<dyn Clock>) -> Self {
        Self {
            panel,
            clock,
            transport: None,
            resolver: None,
            watcher: None,
            seed: None,
            interrupt: Interrupt::default(),
            log: None,
            dialect: None,
            repeat_for: REPEAT_FOR,
            save_form: OnceLock::new(),
        }
    }

    /// Let `interrupt` stop the command between two exchanges. The panel must pass the same gate.
    #[must_use]
    pub fn interrupt(mut self, interrupt: Interrupt) -> Self {
        self.interrupt = interrupt;
        self
    }

    /// Show the last lines of this log where staff look at a failed operation.
    #[must_use]
    pub fn log(mut self, log: Log) -> Self {
        self.log = Some(log);
        self
    }

    /// Speak to DCImanager in another dialect than the assumed one.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = Some(dialect);
        self
    }

    /// Repeat calls of BILLmanager for this long when mgrctl itself fails, instead of for ten minutes.
    #[must_use]
    pub fn repeat_for(mut self, limit: Duration) -> Self {
        self.repeat_for = limit;
        self
    }

    /// Reach DCImanager by another transport than HTTP over TCP.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Find the addresses of DCImanager by this, and not by the C library.
    #[must_use]
    pub fn resolver(mut self, resolver: Arc<dyn Resolver>) -> Self {
        self.resolver = Some(resolver);
        self
    }

    /// Tell somebody of the progress of long operations.
    #[must_use]
    pub fn watcher(mut self, watcher: Watcher) -> Self {
        self.watcher = Some(watcher);
        self
    }

    /// Make the pauses between repeated requests the same in every run.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Run one command as BILLmanager gives it, and answer its exit code: 0, or 1 with an error document on `out`.
    pub async fn run(
        &self,
        argv: &[OsString],
        stdin: &mut (dyn Read + Send),
        out: &mut (dyn Write + Send),
    ) -> u8 {
        let result = tokio::select! {
            biased;
            result = command::run(self, argv, stdin) => result,
            // The stage stands as it was saved, and nothing is reported: whoever stopped us knows (`billmanager-protocol.md` 1).
            () = self.interrupt.quiet() => Err(Error::new(ErrorKind::Terminated, "signal", "run it again")),
        };
        let (text, code) = match result {
            Ok(text) => (text, 0),
            Err(error) => {
                tracing::error!(error = %error, "failed");
                (xml::error_document(&error), 1)
            }
        };
        // Nobody is left to be told that standard output is closed.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        code
    }

    /// BILLmanager's functions.
    pub(crate) fn calls(&self) -> Calls<'_> {
        Calls::new(self)
    }

    pub(crate) fn tell(&self, progress: &Progress) {
        if let Some(watcher) = &self.watcher {
            watcher(progress);
        }
    }

    /// Make a client of the DCImanager that an instance names. Nothing is sent yet.
    pub(crate) fn connect(&self, connection: &Connection) -> Result<Client, Error> {
        let credentials =
            Credentials::password(connection.username.clone(), connection.password.clone());
        let mut builder = Client::builder(connection.url.clone())
            .credentials(credentials)
            .clock(self.clock.clone());
        if let Some(resolver) = &self.resolver {
            builder = builder.resolver(resolver.clone());
        }
        if let Some(pin) = &connection.fingerprint {
            builder = builder.pin_sha256(pin);
        }
        if let Some(certificate) = &connection.ca_certificate {
            builder = builder.ca_pem(settings::read_pem(certificate)?);
        }
        if let Some(transport) = &self.transport {
            builder = builder.transport(transport.clone());
        }
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(dialect) = &self.dialect {
            builder = builder.dialect(dialect.clone());
        }
        let interrupt = self.interrupt.clone();
        builder = builder.layer(move |transport| {
            let interrupt = interrupt.clone();
            Arc::new(Gated {
                transport,
                interrupt,
            })
        });
        Ok(builder.build()?)
    }

    /// Make a password from the system's random source: 24 of 62 signs, about 142 bits.
    #[expect(clippy::unused_self, reason = "the source of chance is the host's")]
    pub(crate) fn random_password(&self) -> Result<SecretString, Error> {
        const SIGNS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut password = String::with_capacity(24);
        let mut byte = [0; 1];
        while password.len() < 24 {
            getrandom::fill(&mut byte)
                .map_err(|error| Error::new(ErrorKind::Process, "random", error.to_string()))?;
            // Bytes past the last whole round of signs would make some signs likelier.
            if usize::from(byte[0]) < 256 / SIGNS.len() * SIGNS.len() {
                password.push(char::from(SIGNS[usize::from(byte[0]) % SIGNS.len()]));
            }
        }
        Ok(password.into())
    }
}

impl fmt::Debug for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").finish_non_exhaustive()
    }
}

/// Run one command between BILLmanager and DCImanager, and answer the exit code.
pub async fn run(
    argv: &[OsString],
    stdin: &mut (dyn Read + Send),
    panel: &dyn Panel,
    clock: Arc<dyn Clock>,
    out: &mut (dyn Write + Send),
) -> u8 {
    Host::new(panel, clock).run(argv, stdin, out).await
}
