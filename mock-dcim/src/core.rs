//! Everything that one lock guards: world, clock, journal, ledger.

mod deeds;
mod disguise;
mod time;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::clock::{Clock, ClockMode};
use crate::control;
use crate::dialect::Dialect;
use crate::dispatch;
use crate::exchange::{Request, Response};
use crate::fault::Faults;
use crate::fleet::Fleet;
use crate::fleet::builtin::{self, Admin};
use crate::journal::Journal;
use crate::ledger::Ledger;
use crate::moment::Moment;
use crate::openapi;
use crate::page::chronicle::Chronicle;
use crate::recording::{Input, Recorder};
use crate::snapshot::Snapshot;
use crate::vary::Variation;
use crate::watch::Watchers;
use crate::world::World;
pub(crate) use disguise::{Stale, Unseen};

/// What a mock is started with.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) seed: u64,
    pub(crate) mode: ClockMode,
    pub(crate) admin: Admin,
    pub(crate) strict: bool,
    /// A client has this long to send its headers, and as long again for its body.
    pub(crate) patience: Duration,
    pub(crate) fleet: Option<Fleet>,
    /// Where it goes on from, in place of the fleet.
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    pub(crate) dialect: Arc<Dialect>,
    /// The command that shows a violation again.
    pub(crate) replay: String,
    /// Where the recording is kept once a promise is broken.
    pub(crate) recording: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 0,
            mode: ClockMode::default(),
            admin: Admin::default(),
            strict: false,
            patience: Duration::from_secs(30),
            fleet: None,
            snapshot: None,
            dialect: Arc::default(),
            replay: String::new(),
            recording: None,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) config: Config,
    pub(crate) strict: bool,
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    pub(crate) stale: Option<Stale>,
    pub(crate) unseen: Option<Unseen>,
    pub(crate) watchers: Watchers,
    /// What the page shows of the past.
    pub(crate) chronicle: Chronicle,
    /// Whether others than this host can reach us.
    pub(crate) is_open: bool,
    pub(crate) variation: Variation,
    /// What was done to it so far.
    pub(crate) recorder: Recorder,
    /// Requests that are carried out once more (K22), by when.
    pub(crate) again: BTreeMap<(Moment, u64), Request>,
}

impl Core {
    pub(crate) fn new(config: Config) -> Self {
        let start = config.snapshot.as_ref().map(|one| one.now());
        let clock = Clock::new(config.mode, start.unwrap_or(Moment::START));
        Self::with(config, clock)
    }

    /// The mock as it began, whatever has come since.
    pub(crate) fn as_it_began(&self) -> Self {
        Self::with(
            self.config.clone(),
            Clock::new(ClockMode::Frozen, self.recorder.began()),
        )
    }

    fn with(mut config: Config, clock: Clock) -> Self {
        let snapshot = config.snapshot.clone();
        let world = if let Some(snapshot) = &snapshot {
            snapshot.put_into(&mut config);
            snapshot.world()
        } else {
            let (now, seed) = (clock.now(), config.seed);
            match &config.fleet {
                Some(fleet) => fleet.build(now, seed, &config.admin),
                None => builtin::build(now, seed, &config.admin),
            }
        };
        let mut core = Self {
            strict: config.strict,
            ledger: Ledger::new(&world, config.seed),
            journal: Journal::default(),
            faults: Faults::default(),
            stale: None,
            unseen: None,
            watchers: Watchers::default(),
            chronicle: Chronicle::new(&world),
            is_open: false,
            variation: Variation::default(),
            again: BTreeMap::new(),
            recorder: Recorder::new(clock.now()),
            world,
            clock,
            config,
        };
        if let Some(snapshot) = snapshot {
            snapshot.restore(&mut core);
        }
        core.ledger.replay_by(&core.config.replay);
        core
    }

    /// Begin again, as if just started.
    pub(crate) fn reset(&mut self) {
        let faults = std::mem::take(&mut self.faults);
        let watchers = std::mem::take(&mut self.watchers);
        let (epoch, is_open) = (self.chronicle.epoch, self.is_open);
        *self = Self::new(self.config.clone());
        self.faults.stay_at_listener_of(faults);
        self.watchers = watchers;
        self.is_open = is_open;
        // Whoever watches has to forget what was.
        self.chronicle.epoch = epoch + 1;
        self.tell_changed();
    }

    /// Answer one request, product or control.
    pub(crate) fn exchange(&mut self, request: &Request) -> Response {
        self.catch_up();
        let is_control = request.path == "/_mock" || request.path.starts_with("/_mock/");
        let is_swagger = request.path == "/swagger/openapi.json" && request.method == "GET";
        let mut response = if is_control {
            control::answer(self, request)
        } else if is_swagger {
            Response::json(200, &openapi::document(&self.config.dialect))
        } else {
            self.note(Input::Call(request.clone()));
            dispatch::product(self, request)
        };
        self.judge();
        self.keep_recording();
        let date = self.world.now().http_date();
        response.headers.push(("date".to_owned(), date));
        response
    }

    /// Show the ledger what happened, and let it judge.
    fn judge(&mut self) {
        for occurrence in std::mem::take(&mut self.world.happened) {
            self.ledger.observe(&self.world, &occurrence);
            self.chronicle.occurrence(&occurrence);
            self.watchers.tell("occurrence", &occurrence);
        }
        self.chronicle.settle(&self.world, &self.ledger);
    }

    pub(crate) fn state(&self) -> Value {
        serde_json::to_value(&self.world).unwrap_or_default()
    }
}
