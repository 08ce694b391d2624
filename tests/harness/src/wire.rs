//! What the stand-in for mgrctl and the host write for each other, in files under the root directory.
//!
//! Both programs hold this file: the stand-in links nothing else of the harness, because it is started for each call.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One call per line, as JSON.
pub const JOURNAL: &str = "var/mgrctl.journal";
/// The faults that are still to come, as a JSON list.
pub const FAULTS: &str = "var/mgrctl.faults";
/// Where the judge hears what changes in BILLmanager: a JSON object per line, each answered with a line.
pub const EAR: &str = "var/facts.sock";
/// BILLmanager's own settings: `Name value` per line.
pub const SETTINGS: &str = "etc/billmgr.conf";

/// A call of mgrctl, written down after its effect and before its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// The process that called.
    pub parent: u32,
    /// The function.
    pub function: String,
    /// What stood on the command line, in order.
    pub params: Vec<(String, String)>,
    /// The names of what came through the environment (`-e`).
    pub secrets: Vec<String>,
    /// `ok`, `error TYPE`, or the fault.
    pub answer: String,
    /// The whole command line.
    pub argv: Vec<String>,
    /// The environment, without the values that `-e` names.
    pub environ: Vec<String>,
}

/// The call as the protocol's transcripts write it.
impl fmt::Display for Called {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.function)?;
        for (name, value) in &self.params {
            write!(f, " {name}={value}")?;
        }
        self.secrets
            .iter()
            .try_for_each(|name| write!(f, " -e {name}"))
    }
}

/// What goes wrong with a call (`billmanager-protocol.md` 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Not run: mgrctl itself fails, exit 1.
    Exit,
    /// An error document with exit 0.
    Refuse {
        /// The error's type.
        kind: String,
        /// The error's object.
        object: String,
    },
    /// Not run: exit 0, and what is answered is no XML.
    Garbage,
    /// Run and answered, but only after so many milliseconds.
    Slow(u64),
    /// Not run, and not answered while the caller lives.
    Hang,
    /// Run, and not answered while the caller lives.
    HangAfter,
    /// Run, but mgrctl ends with exit 1.
    Lost,
    /// `service.saveparam` knows `name=` and `value=` only, and passes over anything else.
    OlderForm,
    /// `task.gettype` knows no type.
    EmptyTaskType,
}

/// A rule that spoils calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The function; empty for every one.
    pub function: String,
    /// How many calls it lets pass first.
    pub skip: u32,
    /// How many calls it spoils then.
    pub times: u32,
    /// What it does.
    pub effect: Effect,
}
