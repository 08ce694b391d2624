//! What `/proc` shows of a process and its children, to anybody on the machine, while they run.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// How long between two looks. A child that lives shorter may be missed; the stand-in for mgrctl writes down its own command line and
/// environment besides.
const EVERY: Duration = Duration::from_millis(2);

/// A process as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// Its id.
    pub pid: u32,
    /// Its command line.
    pub argv: Vec<String>,
    /// Its environment. Empty also where it cannot be read: a process that is not dumpable shows it to root only.
    pub environ: Vec<String>,
}

impl Seen {
    /// Give the environment without what `-e 'name=$VARIABLE'` on the command line says is there.
    pub fn open_environ(&self) -> impl Iterator<Item = &String> {
        let hidden: Vec<&str> = self
            .argv
            .windows(2)
            .filter(|pair| pair[0] == "-e")
            .filter_map(|pair| pair[1].split_once("=$"))
            .map(|(_, variable)| variable)
            .collect();
        self.environ.iter().filter(move |entry| {
            let name = entry.split('=').next().unwrap_or_default();
            !hidden.contains(&name)
        })
    }
}

/// Look again and again until the process is gone.
pub(super) async fn watch(pid: u32, seen: impl Fn(BTreeSet<Seen>)) {
    while place(pid).exists() {
        let mut found = BTreeSet::new();
        look(pid, &mut found);
        seen(found);
        tokio::time::sleep(EVERY).await;
    }
}

fn place(pid: u32) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}"))
}

fn look(pid: u32, found: &mut BTreeSet<Seen>) {
    let place = place(pid);
    let words = |file: &str| -> Vec<String> {
        let bytes = fs::read(place.join(file)).unwrap_or_default();
        bytes
            .split(|byte| *byte == 0)
            .filter(|word| !word.is_empty())
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect()
    };
    let argv = words("cmdline");
    // A process has no command line before it has begun to run, and after it has ended.
    if argv.is_empty() {
        return;
    }
    found.insert(Seen {
        pid,
        argv,
        environ: words("environ"),
    });
    for task in fs::read_dir(place.join("task")).into_iter().flatten() {
        let Ok(task) = task else { continue };
        let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        for child in children
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok())
        {
            look(child, found);
        }
    }
}
