//! Snapshots: everything as it was at one instant, so that another mock goes on as if nothing had come between.

mod check;
mod image;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::core::{Config, Core, Stale, Unseen};
use crate::exchange::Request;
use crate::fault::Fault;
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

#[derive(Deserialize)]
struct Version {
    schema_version: u32,
}

/// Say what is wrong with a snapshot, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    place: String,
    why: String,
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
        let wrong = |place: &str, why: String| SnapshotError {
            place: if place == "." { "file" } else { place }.to_owned(),
            why,
        };
        // The version first: what else is wrong with another version is of no interest.
        let Version { schema_version } =
            serde_json::from_str(text).map_err(|error| wrong("file", error.to_string()))?;
        if schema_version != VERSION {
            let why = format!("{schema_version} is not {VERSION}");
            return Err(wrong("schema_version", why));
        }
        let mut reader = serde_json::Deserializer::from_str(text);
        let snapshot: Self = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let place = error.path().to_string();
            wrong(&place, error.into_inner().to_string())
        })?;
        check::check(&snapshot.world.clone().into_world())
            .map_err(|(place, why)| wrong(&format!("world.world.{place}"), why))?;
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
        let name = file.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut fresh = name.to_owned();
        fresh.push(format!(".{}.new", std::process::id()));
        let fresh = file.with_file_name(fresh);
        let written = private(&fresh).and_then(|mut out| {
            writeln!(out, "{self}")?;
            out.sync_all()?;
            fs::rename(&fresh, file)
        });
        if written.is_err() {
            // Half a file is of no use to anybody.
            let _ = fs::remove_file(&fresh);
        }
        written
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

fn private(file: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(file)
}
