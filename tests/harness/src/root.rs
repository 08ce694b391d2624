//! BILLmanager's root directory (`billmanager-protocol.md` 1), in a temporary place.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::database::Database;
use super::programs::program;
use super::wire::{Called, Effect, FAULTS, Fault, JOURNAL, SETTINGS};

/// The key of every host. It was made for these tests and guards nothing.
const KEY: &str = include_str!("billmgr.pem");

impl Fault {
    /// Spoil the next call of a function; of any, if that is empty.
    pub fn of(function: &str, effect: Effect) -> Self {
        Self {
            function: function.to_owned(),
            skip: 0,
            times: 1,
            effect,
        }
    }

    /// Let so many calls pass first.
    #[must_use]
    pub fn skip(mut self, calls: u32) -> Self {
        self.skip = calls;
        self
    }

    /// Spoil so many calls.
    #[must_use]
    pub fn times(mut self, calls: u32) -> Self {
        self.times = calls;
        self
    }
}

/// A root directory with the stand-in for mgrctl and the module in it.
#[derive(Debug)]
pub struct Root {
    directory: TempDir,
}

impl Root {
    /// Make one for a database; over TCP the module is told no socket.
    ///
    /// # Panics
    /// If the programs were not built, or the disk is full.
    pub fn create(database: &Database) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("dcim6-mgr5-")
            .tempdir()
            .expect("a temporary directory");
        let root = Self { directory };
        for place in ["sbin", "etc/xml", "var", "processing", "src/pmdcim6"] {
            fs::create_dir_all(root.path(place)).expect("a directory");
        }
        symlink(program("mgrctl-stand-in"), root.path("sbin/mgrctl")).expect("a link");
        symlink(program("pmdcim6"), root.path("processing/pmdcim6")).expect("a link");
        root.write("etc/billmgr.pem", KEY);
        root.write("etc/debug.conf", "# module level\n*.* 4\npmdcim6.* 9\n");
        let reach = match database.port {
            Some(port) => format!("DBHost 127.0.0.1:{port}\n"),
            None => format!("DBHost localhost\nDBSocket {}\n", database.socket.display()),
        };
        root.write(
            SETTINGS,
            &format!(
                "{reach}DBName {}\nDBUser {}\nDBPassword {}\nOwnSocket {}\nOwnUser {}\nOwnPassword {}\n",
                database.name,
                database.reader.name,
                database.reader.password,
                database.socket.display(),
                database.writer.name,
                database.writer.password,
            ),
        );
        root
    }

    /// Give its own path.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Give the path of something in it.
    pub fn path(&self, place: impl AsRef<Path>) -> PathBuf {
        self.directory().join(place)
    }

    /// Write a file.
    ///
    /// # Panics
    /// If that fails.
    pub fn write(&self, place: &str, text: &str) {
        fs::write(self.path(place), text).expect("a file");
    }

    /// Read a file; nothing if it is not there.
    pub fn read(&self, place: &str) -> String {
        fs::read(self.path(place))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Set or take away the flag `etc/billmgr.DoNothing` (2.3).
    ///
    /// # Panics
    /// If that fails.
    pub fn do_nothing(&self, set: bool) {
        if set {
            self.write("etc/billmgr.DoNothing", "");
        } else {
            fs::remove_file(self.path("etc/billmgr.DoNothing")).expect("a flag");
        }
    }

    /// Give all calls of mgrctl so far, oldest first.
    ///
    /// # Panics
    /// If the stand-in wrote something else.
    pub fn calls(&self) -> Vec<Called> {
        self.read(JOURNAL)
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line of the journal"))
            .collect()
    }

    /// Count the calls of a function so far, whatever came of them.
    ///
    /// # Panics
    /// If the stand-in wrote something else.
    pub fn calls_of(&self, function: &str) -> usize {
        let calls = self.calls().into_iter();
        calls.filter(|call| call.function == function).count()
    }

    /// Spoil calls of mgrctl from now on; this replaces what was still to come.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn spoil(&self, faults: &[Fault]) {
        // In one step: a call may be reading it.
        let text = serde_json::to_string(faults).expect("faults");
        self.write("var/mgrctl.faults.new", &text);
        fs::rename(self.path("var/mgrctl.faults.new"), self.path(FAULTS)).expect("a file");
    }
}
