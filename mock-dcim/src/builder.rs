//! How a mock is started.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fs, io};

use tokio::net::TcpListener;

use crate::clock::ClockMode;
use crate::core::{Config, Core};
use crate::dialect::Dialect;
use crate::fleet::Fleet;
use crate::listener;
use crate::mock::MockDcim;
use crate::snapshot::Snapshot;
use crate::tls::Tls;

/// Say why a mock could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot start on {address}: {source}")]
pub struct StartError {
    address: SocketAddr,
    source: io::Error,
}

/// Choose how a mock starts.
#[derive(Clone, Debug)]
pub struct MockBuilder {
    config: Config,
    listen: SocketAddr,
    tls: bool,
    recordings: Option<PathBuf>,
}

impl Default for MockBuilder {
    fn default() -> Self {
        Self {
            config: Config::default(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: false,
            recordings: None,
        }
    }
}

impl MockBuilder {
    /// Choose the seed of all chance; 0 unless set.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.config.seed = seed;
        self
    }

    /// Choose how time moves by itself; frozen unless set.
    #[must_use]
    pub fn clock(mut self, mode: ClockMode) -> Self {
        self.config.mode = mode;
        self
    }

    /// Choose where to listen; `127.0.0.1:0` unless set.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Choose the administrator; `admin@example.com` and `mock-password` unless set.
    #[must_use]
    pub fn admin(mut self, email: impl Into<String>, password: impl Into<String>) -> Self {
        self.config.admin.email = email.into();
        self.config.admin.password = password.into();
        self
    }

    /// Choose the fleet; the built-in one unless set.
    #[must_use]
    pub fn fleet(mut self, fleet: Fleet) -> Self {
        self.config.fleet = Some(fleet);
        self
    }

    /// Go on from a snapshot, in place of a fleet; seed and administrator are then the snapshot's.
    #[must_use]
    pub fn snapshot(mut self, snapshot: Snapshot) -> Self {
        self.config.snapshot = Some(Arc::new(snapshot));
        self
    }

    /// Cut a client off that takes longer than this to send its headers, or its body; 30 s unless set.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.config.patience = patience;
        self
    }

    /// Speak TLS, with an authority made at start: see [`MockDcim::ca_pem`] and [`MockDcim::pin`]. Needs the feature `tls`.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// Speak a dialect; none unless set.
    #[must_use]
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.config.dialect = Arc::new(dialect);
        self
    }

    /// Refuse what is else only listed as unread.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.config.strict = strict;
        self
    }

    /// Keep a recording in this directory as soon as a promise is broken, for `mock-dcim replay`: each mock has a file of its own.
    #[must_use]
    pub fn recordings(mut self, directory: impl Into<PathBuf>) -> Self {
        self.recordings = Some(directory.into());
        self
    }

    /// Start the mock on the current runtime.
    ///
    /// # Errors
    /// When the address cannot be listened on: choose another, or port 0. When the directory for recordings cannot be made.
    pub async fn start(mut self) -> Result<MockDcim, StartError> {
        let address = self.listen;
        let failed = |source| StartError { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        #[cfg(not(feature = "tls"))]
        let tls: Option<Arc<Tls>> = None;
        #[cfg(feature = "tls")]
        let tls = if self.tls {
            Some(Arc::new(Tls::new(address.ip()).map_err(failed)?))
        } else {
            None
        };
        self.record(address).map_err(failed)?;
        let mut core = Core::new(self.config);
        core.faults.has_tls = self.tls;
        core.is_open = !address.ip().is_loopback();
        let core = Arc::new(Mutex::new(core));
        let running = listener::run(listener, address, Arc::clone(&core), tls.clone());
        let accepting = tokio::spawn(running);
        Ok(MockDcim {
            core,
            address,
            tls,
            accepting,
        })
    }

    /// Name the command that shows a violation again.
    fn record(&mut self, address: SocketAddr) -> io::Result<()> {
        static MOCKS: AtomicU64 = AtomicU64::new(1);
        let scheme = if self.tls { "k https" } else { " http" };
        self.config.replay =
            format!("curl -s{scheme}://{address}/_mock/recording | mock-dcim replay -");
        if let Some(directory) = &self.recordings {
            fs::create_dir_all(directory)?;
            let number = MOCKS.fetch_add(1, Ordering::Relaxed);
            let name = format!("mock-dcim-{}-{number}.json", std::process::id());
            let file = fs::canonicalize(directory)?.join(name);
            self.config.replay = format!("mock-dcim replay {}", file.display());
            self.config.recording = Some(file);
        }
        Ok(())
    }
}
