//! A command line to be spawned (`billmanager-protocol.md` 2.1 and 11).

use std::ffi::{OsStr, OsString};
use std::fmt::Display;

/// A command line to be spawned.
#[derive(Debug, Clone)]
pub struct Job {
    pub(super) command: String,
    options: Vec<(String, Option<String>)>,
    /// What comes after the options, word by word.
    words: Vec<OsString>,
    pub(super) stdin: Option<Vec<u8>>,
    pub(super) stays_open: bool,
    pub(super) environment: Vec<(String, String)>,
    pub(super) seed: u64,
    /// The service, operation and run that the judge is told of.
    pub(super) run: Option<(u64, u64, u64)>,
}

impl Job {
    /// Spawn with exactly these words, whatever they are.
    pub fn words<W: AsRef<OsStr>>(words: &[W]) -> Self {
        let words = words.iter().map(|word| word.as_ref().to_owned());
        Self {
            words: words.collect(),
            ..Self::bare("words")
        }
    }

    /// Spawn `--command NAME`, among options that the module does not know, in an order by chance.
    pub fn command(name: &str) -> Self {
        let job = Self::bare(name)
            .option("--command", name)
            .option("--newoption", "of the next release");
        let mut job = job.option("--level", 16);
        job.options.push(("--newflag".to_owned(), None));
        job
    }

    fn bare(name: &str) -> Self {
        Self {
            command: name.to_owned(),
            options: Vec::new(),
            words: Vec::new(),
            stdin: None,
            stays_open: true,
            environment: Vec::new(),
            seed: 1,
            run: None,
        }
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
    pub fn stdin(mut self, document: impl AsRef<[u8]>) -> Self {
        self.stdin = Some(document.as_ref().to_vec());
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
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let mut chance = fastrand::Rng::with_seed(self.seed);
        let mut options = self.options.clone();
        chance.shuffle(&mut options);
        let options = options.into_iter().flat_map(|(name, value)| match value {
            None => vec![name],
            Some(value) if name.starts_with("--") && chance.bool() => {
                vec![format!("{name}={value}")]
            }
            Some(value) => vec![name, value],
        });
        let words = self.words.iter().cloned();
        options.map(OsString::from).chain(words).collect()
    }
}
