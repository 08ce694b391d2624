//! Recordings: how a mock began and all that was done to it since, so that the same can be seen again.

mod input;
mod recorder;

use std::fmt;
use std::io;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::ClockMode;
use crate::core::{Config, Core};
use crate::file;
use crate::ledger::verdict::Verdict;
use crate::moment::Moment;
use crate::snapshot::{Snapshot, SnapshotError};
pub(crate) use input::Input;
pub(crate) use recorder::Recorder;

/// The version that this program writes and reads.
const VERSION: u32 = 1;

/// The whole story of a mock: its fleet, seed and clock as it began, then every call, fact, act, lever and fault, each at its time.
///
/// It is what `mock-dcim replay` reads. It holds passwords and sessions.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use mock_dcim::{MockDcim, PanelAction, Recording};
///
/// let mock = MockDcim::start().await.unwrap();
/// // Staff sell a server to one customer, and then to the next, as it is.
/// for owner in [2, 3] {
///     mock.act(PanelAction::Owner { server: 1, owner: Some(owner) }).unwrap();
///     mock.act(PanelAction::PressPower { server: 1, goal: mock_dcim::PowerGoal::On }).unwrap();
/// }
/// let again: Recording = mock.recording().to_string().parse().unwrap();
/// assert_eq!(again.replay(), mock.verdict());
/// # });
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    schema_version: u32,
    /// False if more was done than a recording keeps.
    is_whole: bool,
    strict: bool,
    dialect: String,
    replay: String,
    until: Moment,
    inputs: Vec<(Moment, Input)>,
    start: Snapshot,
}

impl fmt::Display for Recording {
    /// Write as JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Recording {
    type Err = SnapshotError;

    fn from_str(text: &str) -> Result<Self, SnapshotError> {
        let recording: Self = file::read(text, VERSION)?;
        recording.start.check("start.")?;
        recording
            .dialect
            .parse::<crate::Dialect>()
            .map_err(|error| SnapshotError::new("dialect", error.to_string()))?;
        Ok(recording)
    }
}

impl Recording {
    pub(crate) fn of(core: &Core) -> Self {
        Self {
            schema_version: VERSION,
            is_whole: core.recorder.is_whole(),
            strict: core.config.strict,
            dialect: core.config.dialect.to_string(),
            replay: core.config.replay.clone(),
            until: core.world.now(),
            inputs: core.recorder.inputs().to_vec(),
            start: Snapshot::of(&core.as_it_began()),
        }
    }

    /// Write the file whole or not at all; only its owner may read it, for it holds passwords and sessions.
    ///
    /// # Errors
    /// When the file or its directory cannot be written to: the old file, if there was one, is still there.
    pub fn save(&self, file: &Path) -> io::Result<()> {
        file::save(file, self)
    }

    /// Tell whether everything is in it that was done; else a replay ends before the story does.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Do it all again, without a socket and without waiting; answers what the judge says in the end.
    pub fn replay(&self) -> Verdict {
        let mut core = Core::new(Config {
            mode: ClockMode::Frozen,
            strict: self.strict,
            // It was read before.
            dialect: Arc::new(self.dialect.parse().unwrap_or_default()),
            snapshot: Some(Arc::new(self.start.clone())),
            replay: self.replay.clone(),
            ..Config::default()
        });
        // Nobody listens here: a rule about certificates only counts.
        core.faults.has_tls = true;
        for (at, input) in &self.inputs {
            core.advance_to(*at);
            input.put_into(&mut core);
        }
        core.advance_to(self.until);
        core.ledger.verdict()
    }
}
