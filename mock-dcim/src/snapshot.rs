//! Snapshots: everything as it was at one instant, so that another mock goes on as if nothing had come between.

mod check;
mod image;

use std::fmt;
use std::io;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::core::{Config, Core, Stale, Unseen};
use crate::exchange::Request;
use crate::fault::Fault;
use crate::file;
use crate::fleet::builtin::Admin;
use crate::journal::{Journal, JournalEntry};
use crate::ledger::Ledger;
use crate::moment::Moment;
use crate::vary::Variation;
use crate::world::World;
use image::Image;

/// The version that this program writes and reads.
const VERSION: u32 = 1;

/// Everything that a mock knows at one instant, what is still to happen included.
///
/// A mock that starts from it answers the same calls with the same bytes as the one that it was taken of would have.
/// Not in it: the pace of the clock, the dialect and strictness, which belong to the start of a mock.
/// It holds passwords and sessions.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use mock_dcim::{MockDcim, PanelAction, Snapshot};
///
/// let mock = MockDcim::start().await.unwrap();
/// mock.act(PanelAction::Recovery { server: 1 }).unwrap();
/// let text = mock.snapshot().to_string();
///
/// let again = MockDcim::builder().snapshot(text.parse::<Snapshot>().unwrap()).start().await.unwrap();
/// assert_eq!(again.advance_to_next(), mock.advance_to_next());
/// # });
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    schema_version: u32,
    seed: u64,
    admin: Admin,
    world: Image,
    ledger: Ledger,
    journal: Vec<JournalEntry>,
    written: u64,
    faults: Vec<Fault>,
    faults_added: u64,
    stale: Option<(Image, u32)>,
    unseen: Option<Unseen>,
    variation: Variation,
    again: Vec<((Moment, u64), Request)>,
}

/// Say what is wrong with a snapshot or a recording, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    place: String,
    why: String,
}

impl SnapshotError {
    pub(crate) fn new(place: &str, why: String) -> Self {
        let place = place.to_owned();
        Self { place, why }
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

impl std::error::Error for SnapshotError {}

impl fmt::Display for Snapshot {
    /// Write as JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Snapshot {
    type Err = SnapshotError;

    fn from_str(text: &str) -> Result<Self, SnapshotError> {
        let snapshot: Self = file::read(text, VERSION)?;
        snapshot.check("")?;
        Ok(snapshot)
    }
}

impl Snapshot {
    pub(crate) fn of(core: &Core) -> Self {
        Self {
            schema_version: VERSION,
            seed: core.config.seed,
            admin: core.config.admin.clone(),
            world: Image::of(&core.world),
            ledger: core.ledger.clone(),
            journal: core.journal.entries().cloned().collect(),
            written: core.journal.next_seq() - 1,
            faults: core.faults.list().to_vec(),
            faults_added: core.faults.added(),
            stale: core
                .stale
                .as_ref()
                .map(|stale| (Image::of(&stale.world), stale.reads)),
            unseen: core.unseen.clone(),
            variation: core.variation,
            again: core.again.clone().into_iter().collect(),
        }
    }

    /// Write the file whole or not at all; only its owner may read it, for it holds passwords and sessions.
    ///
    /// # Errors
    /// When the file or its directory cannot be written to: the old file, if there was one, is still there.
    pub fn save(&self, file: &Path) -> io::Result<()> {
        file::save(file, self)
    }

    /// Refuse what refers to something that is not in it; `prefix` is where the snapshot stands.
    pub(crate) fn check(&self, prefix: &str) -> Result<(), SnapshotError> {
        check::check(&self.world()).map_err(|(place, why)| {
            SnapshotError::new(&format!("{prefix}world.world.{place}"), why)
        })
    }

    pub(crate) fn now(&self) -> Moment {
        self.world.now()
    }

    pub(crate) fn world(&self) -> World {
        self.world.clone().into_world()
    }

    /// What the start of a mock says otherwise.
    pub(crate) fn put_into(&self, config: &mut Config) {
        config.seed = self.seed;
        config.admin = self.admin.clone();
    }

    /// Everything but the world.
    pub(crate) fn restore(&self, core: &mut Core) {
        core.ledger = self.ledger.clone();
        core.journal = Journal::restored(self.journal.clone(), self.written);
        core.faults.restore(self.faults.clone(), self.faults_added);
        core.stale = self.stale.clone().map(|(image, reads)| Stale {
            world: image.into_world(),
            reads,
        });
        core.unseen.clone_from(&self.unseen);
        core.variation = self.variation;
        core.again = self.again.iter().cloned().collect();
    }
}
