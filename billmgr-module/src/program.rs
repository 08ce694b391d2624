//! The real process: what it may leave behind, where it stands, what stops it (`billmanager-protocol.md` 1; safety.md G).

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use dcim6_client::{Clock, Dialect, TokioClock};
use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, Resource, Rlimit};
use tokio::signal::unix::{SignalKind, signal};

use crate::error::{Error, ErrorKind};
use crate::interrupt::Interrupt;
use crate::log::Log;
use crate::names::Names;
use crate::panel::live::LivePanel;
use crate::stdin::Limited;
use crate::{Host, command, xml};

/// Where BILLmanager stands unless `MGR5_ROOT` says otherwise.
pub const ROOT: &str = "/usr/local/mgr5";
/// The dialect file, under the root.
pub const DIALECT: &str = "etc/pmdcim6.dialect.toml";

/// BILLmanager's directory.
pub fn root() -> PathBuf {
    let named = std::env::var_os("MGR5_ROOT").filter(|root| !root.is_empty());
    let root = named.map_or_else(|| PathBuf::from(ROOT), PathBuf::from);
    // It stays the same place when the process goes there.
    std::path::absolute(&root).unwrap_or(root)
}

/// Stand in BILLmanager's directory: paths in its settings may be relative to it.
///
/// # Errors
/// `process`, object `MGR5_ROOT`.
pub fn enter(root: &Path) -> Result<(), Error> {
    std::env::set_current_dir(root).map_err(|error| {
        let why = format!(
            "{}: {error}; is BILLmanager somewhere else?",
            root.display()
        );
        Error::new(ErrorKind::Process, "MGR5_ROOT", why)
    })
}

/// Answer one command line of BILLmanager, and give the exit code: 0, or 1 with an error document on standard output.
pub fn run(argv: &[OsString]) -> u8 {
    // No runtime, no TLS, no network for what needs none: BILLmanager asks for the features at each start of its own.
    if let Some(result) = command::offline(argv, &mut Limited::stdin()) {
        return print(result);
    }
    let root = root();
    restrict();
    if let Err(error) = enter(&root) {
        return print(Err(error));
    }
    let log = Log::open(&root);
    log.install();
    block_on(serve(&root, log, argv)).unwrap_or_else(|error| print(Err(error)))
}

async fn serve(root: &Path, log: Log, argv: &[OsString]) -> Result<u8, Error> {
    let interrupt = Interrupt::default();
    stop_on_signals(&interrupt)?;
    let clock: Arc<dyn Clock> = Arc::new(TokioClock);
    let panel = LivePanel::new(root.to_owned(), &clock, &interrupt);
    let host = host(&panel, clock, root)?.interrupt(interrupt).log(log);
    Ok(host
        .run(argv, &mut Limited::stdin(), &mut std::io::stdout())
        .await)
}

/// Stand between the BILLmanager of `root` and whatever DCImanager it names, as the environment and the dialect file say.
///
/// # Errors
/// `value`, naming the dialect file or the variable.
pub fn host<'a>(
    panel: &'a LivePanel,
    clock: Arc<dyn Clock>,
    root: &Path,
) -> Result<Host<'a>, Error> {
    let mut host = Host::new(panel, clock).resolver(Arc::new(Names));
    if let Some(dialect) = dialect(root)? {
        host = host.dialect(dialect);
    }
    if let Ok(text) = std::env::var("PMDCIM6_RETRY_SECONDS") {
        let seconds = text.parse().ok().filter(|seconds| *seconds <= 86_400);
        let seconds = seconds.ok_or_else(|| {
            let why = format!("{text}: whole seconds from 0 to 86400");
            Error::new(ErrorKind::Value, "PMDCIM6_RETRY_SECONDS", why)
        })?;
        host = host.repeat_for(Duration::from_secs(seconds));
    }
    Ok(host)
}

/// Read the dialect file of a root, if there is one.
///
/// # Errors
/// `value`, object `dialect`, with what is wrong in it.
pub fn dialect(root: &Path) -> Result<Option<Dialect>, Error> {
    let path = root.join(DIALECT);
    let bad = |why: String| {
        Error::new(
            ErrorKind::Value,
            "dialect",
            format!("{}: {why}", path.display()),
        )
    };
    match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(bad(error.to_string())),
        Ok(text) => Dialect::from_toml(&text)
            .map(Some)
            .map_err(|error| bad(error.to_string())),
    }
}

/// Run a future on one thread.
///
/// # Errors
/// `process` if the system gives no runtime.
pub fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime =
        runtime.map_err(|error| Error::new(ErrorKind::Process, "runtime", error.to_string()))?;
    runtime.block_on(work)
}

/// SIGTERM and SIGINT let the exchange in flight end, and then the process.
///
/// # Errors
/// `process` if the system does not let us hear them.
pub fn stop_on_signals(interrupt: &Interrupt) -> Result<(), Error> {
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let mut heard = signal(kind)
            .map_err(|error| Error::new(ErrorKind::Process, "signal", error.to_string()))?;
        let interrupt = interrupt.clone();
        tokio::spawn(async move {
            heard.recv().await;
            interrupt.stop();
        });
    }
    Ok(())
}

/// Files for their owner only, and no memory image of a process that holds passwords. What the system refuses is no reason to stop.
pub fn restrict() {
    rustix::process::umask(Mode::from_raw_mode(0o077));
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = rustix::process::setrlimit(Resource::Core, none);
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

fn print(result: Result<String, Error>) -> u8 {
    let (text, code) = match result {
        Ok(text) => (text, 0),
        Err(error) => (xml::error_document(&error), 1),
    };
    // Nobody is left to be told that standard output is closed.
    let _ = std::io::stdout().write_all(text.as_bytes());
    code
}
