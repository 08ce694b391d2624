//! One run of the module, spawned as BILLmanager spawns it (`billmanager-protocol.md` 2 and 11).

use std::collections::BTreeSet;
use std::fmt::Display;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

use super::Host;
use super::watch::{self, Seen};

/// No run of a test takes longer than this.
const LONGEST: Duration = Duration::from_mins(5);

/// A command line to be spawned.
#[derive(Debug, Clone)]
pub struct Job {
    pub(super) command: String,
    pub(super) options: Vec<(String, Option<String>)>,
    pub(super) stdin: Option<String>,
    pub(super) stays_open: bool,
    pub(super) environment: Vec<(String, String)>,
    pub(super) seed: u64,
    /// The service, operation and run that the judge is told of.
    pub(super) run: Option<(u64, u64, u64)>,
}

impl Job {
    /// Spawn `--command NAME`, among options that the module does not know, in an order by chance.
    pub fn command(name: &str) -> Self {
        let job = Self {
            command: name.to_owned(),
            options: Vec::new(),
            stdin: None,
            stays_open: true,
            environment: Vec::new(),
            seed: 1,
            run: None,
        };
        let job = job
            .option("--command", name)
            .option("--newoption", "of the next release");
        let mut job = job.option("--level", 16);
        job.options.push(("--newflag".to_owned(), None));
        job
    }

    /// Add an option and its value.
    #[must_use]
    pub fn option(mut self, name: &str, value: impl Display) -> Self {
        self.options
            .push((name.to_owned(), Some(value.to_string())));
        self
    }

    /// Name a service: `--item`.
    #[must_use]
    pub fn item(self, item: u64) -> Self {
        self.option("--item", item)
    }

    /// Name an instance: `--module`.
    #[must_use]
    pub fn module(self, instance: u64) -> Self {
        self.option("--module", instance)
    }

    /// Name a running operation: `--runningoperation`.
    #[must_use]
    pub fn operation(self, operation: u64) -> Self {
        self.option("--runningoperation", operation)
    }

    /// Write a document to its standard input and close that. Else it stays open, with nothing in it.
    #[must_use]
    pub fn stdin(mut self, document: &str) -> Self {
        self.stdin = Some(document.to_owned());
        self.stays_open = false;
        self
    }

    /// Write what there is to write, and leave standard input open all the same (N16).
    #[must_use]
    pub fn stdin_stays_open(mut self) -> Self {
        self.stays_open = true;
        self
    }

    /// Add a variable to an environment that has `MGR5_ROOT` only.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Choose the order of the options.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The arguments, in their order, each as `--option value` or `--option=value`.
    pub(super) fn arguments(&self) -> Vec<String> {
        let mut chance = fastrand::Rng::with_seed(self.seed);
        let mut options = self.options.clone();
        chance.shuffle(&mut options);
        options
            .into_iter()
            .flat_map(|(name, value)| match value {
                None => vec![name],
                Some(value) if name.starts_with("--") && chance.bool() => {
                    vec![format!("{name}={value}")]
                }
                Some(value) => vec![name, value],
            })
            .collect()
    }
}

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
            let _ = pipe.write_all(document.as_bytes()).await;
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
