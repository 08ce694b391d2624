//! L1: once faults stop, each run ends in time, and by run 10 there is success or a task.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Ledger;
use crate::moment::Moment;
use crate::world::World;

/// The longest limit that BILLmanager can be given, and the grace beyond it (safety.md W1).
const LONGEST: u32 = 720 + 3;
/// What a run may take beyond its own deadlines (L1).
const LEEWAY: Duration = Duration::from_mins(30);
/// By this run an operation has to be done or with staff.
const LAST_RUN: u64 = 10;

/// The runs of BILLmanager's operations.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Runs {
    /// Faults have stopped, since then.
    calm: Option<Moment>,
    /// Runs that have begun and not ended, as (item, operation, run).
    #[serde(with = "crate::pairs")]
    open: BTreeMap<(u64, u64, u64), Moment>,
    minutes: BTreeMap<u64, u32>,
    /// Operations with success or a task.
    settled: BTreeSet<u64>,
    /// The operation that an item is about.
    current: BTreeMap<u64, u64>,
}

impl Runs {
    pub(super) fn faults_stopped(&mut self, at: Moment) {
        self.calm.get_or_insert(at);
    }

    fn faults_began(&mut self) {
        self.calm = None;
    }

    pub(super) fn allow(&mut self, operation: u64, minutes: u32) {
        self.minutes.insert(operation, minutes);
    }

    /// A report or a task: this operation, or the one that the item is about.
    pub(super) fn settled(&mut self, item: u64, operation: Option<u64>) {
        let current = self.current.get(&item).copied();
        self.settled.extend(operation.or(current));
    }

    /// Runs that should have ended by then.
    fn overdue(&self, until: Moment) -> Vec<(u64, u64, u64)> {
        let Some(calm) = self.calm else {
            return Vec::new();
        };
        let late = self.open.iter().filter(|((_, operation, _), begun)| {
            let minutes = self.minutes.get(operation).copied().unwrap_or(LONGEST);
            let allowed = Duration::from_secs(60 * u64::from(minutes)) + LEEWAY;
            until > calm.max(**begun) + allowed
        });
        late.map(|(run, _)| *run).collect()
    }
}

impl Ledger {
    /// Somebody spoils again: whoever said that nobody does was right until now.
    pub(crate) fn faults_began(&mut self) {
        self.runs.faults_began();
    }

    pub(super) fn run_began(&mut self, world: &World, item: u64, operation: u64, run: u64) {
        self.runs.open.insert((item, operation, run), world.now());
        self.runs.current.insert(item, operation);
        if self.runs.calm.is_some() {
            self.judges("L1");
            if run > LAST_RUN {
                self.unsettled(world, item, operation, run);
            }
        }
    }

    pub(super) fn run_ended(&mut self, world: &World, item: u64, operation: u64, run: u64) {
        // Late is late, even if nobody looked in between.
        self.judge_runs(world.now());
        self.runs.open.remove(&(item, operation, run));
        if self.runs.calm.is_some() {
            self.judges("L1");
            if run >= LAST_RUN {
                self.unsettled(world, item, operation, run);
            }
        }
    }

    fn unsettled(&mut self, world: &World, item: u64, operation: u64, run: u64) {
        if !self.runs.settled.contains(&operation) {
            let server = self.item(item).server.unwrap_or_default();
            let wrong = format!(
                "operation {operation} of item {item} is at run {run}, without success and without a task"
            );
            self.violated("L1", world.now(), server, &wrong);
        }
    }

    /// Runs that go on too long.
    pub(super) fn judge_runs(&mut self, until: Moment) {
        for (item, operation, run) in self.runs.overdue(until) {
            let server = self.item(item).server.unwrap_or_default();
            let wrong = format!("run {run} of operation {operation} of item {item} does not end");
            self.violated("L1", until, server, &wrong);
        }
    }
}
