//! One run of the module, spawned as BILLmanager spawns it (`billmanager-protocol.md` 2 and 11).

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

use super::Host;
use super::job::Job;
use super::watch::{self, Seen};

/// No run of a test takes longer than this.
const LONGEST: Duration = Duration::from_mins(5);

/// A run that has ended.
#[derive(Debug, Clone)]
pub struct Ran {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// The process id, as in [`super::Called::parent`].
    pub pid: u32,
    /// What `/proc` showed of it and of its children.
    pub seen: BTreeSet<Seen>,
    /// How long it ran.
    pub took: Duration,
}

/// A run that is under way. It is killed when it is dropped.
#[derive(Debug)]
pub struct Running<'a> {
    host: &'a Host,
    job: Job,
    child: Child,
    pid: u32,
    begun: Instant,
    out: JoinHandle<String>,
    err: JoinHandle<String>,
    stdin: Option<ChildStdin>,
    seen: Arc<Mutex<BTreeSet<Seen>>>,
    watching: JoinHandle<()>,
}

impl<'a> Running<'a> {
    pub(super) async fn spawn(host: &'a Host, job: Job) -> Self {
        let mut child = Command::new(host.root.path("processing/pmdcim6"))
            .args(job.arguments())
            .env_clear()
            .env("MGR5_ROOT", host.root.directory())
            .envs(job.environment.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the module");
        let pid = child.id().expect("a process");
        let seen = Arc::new(Mutex::new(BTreeSet::new()));
        let found = seen.clone();
        let watching = tokio::spawn(watch::watch(pid, move |more| {
            found
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(more);
        }));
        let out = tokio::spawn(read(child.stdout.take().expect("a pipe")));
        let err = tokio::spawn(read(child.stderr.take().expect("a pipe")));
        let mut stdin = child.stdin.take();
        if let (Some(document), Some(pipe)) = (&job.stdin, &mut stdin) {
            // Whoever does not read his input may end before it is written.
            let _ = pipe.write_all(document).await;
        }
        let stays_open = job.stays_open;
        Self {
            host,
            job,
            child,
            pid,
            begun: Instant::now(),
            out,
            err,
            stdin: stdin.filter(|_| stays_open),
            seen,
            watching,
        }
    }

    /// Give its process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Send SIGTERM, as BILLmanager does when it stops.
    pub fn terminate(&self) {
        self.send(Signal::TERM);
    }

    /// Send SIGKILL.
    pub fn kill(&self) {
        self.send(Signal::KILL);
    }

    fn send(&self, signal: Signal) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        // Whoever has ended already cannot be signalled.
        let _ = pid.map(|pid| kill_process(pid, signal));
    }

    /// Wait until something is so, while it runs; `false` if it ended before.
    ///
    /// Moments worth waiting for: the mock's journal has the n-th exchange, a fault has been hit, [`super::Root::calls_of`] a function are so many.
    ///
    /// # Panics
    /// If neither comes in five minutes.
    pub async fn until(&mut self, is_so: impl Fn(&Host) -> bool) -> bool {
        while !is_so(self.host) {
            if self.child.try_wait().expect("a child").is_some() {
                return is_so(self.host);
            }
            assert!(
                self.begun.elapsed() < LONGEST,
                "{:?} waits for nothing",
                self.job
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        true
    }

    /// Wait until it ends.
    ///
    /// # Panics
    /// If it does not in five minutes.
    pub async fn wait(mut self) -> Ran {
        let status = tokio::time::timeout(LONGEST, self.child.wait())
            .await
            .unwrap_or_else(|_| panic!("{:?} never ends", self.job))
            .expect("a child");
        let took = self.begun.elapsed();
        // A child that it left behind may wait for more input, and hold its output open.
        drop(self.stdin.take());
        let out = (&mut self.out).await.expect("standard output");
        let err = (&mut self.err).await.expect("standard error");
        self.watching.abort();
        let seen = self
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let ran = Ran {
            code: status.code(),
            signal: status.signal(),
            out,
            err,
            pid: self.pid,
            seen,
            took,
        };
        self.host.ended(&self.job, &ran).await;
        ran
    }
}

async fn read(mut pipe: impl AsyncReadExt + Unpin) -> String {
    let mut bytes = Vec::new();
    // A pipe that breaks has said all it will say.
    let _ = pipe.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}
