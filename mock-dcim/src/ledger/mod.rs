//! The ledger: what is true, and whether a customer was harmed.
//!
//! It sees every occurrence of the world and every fact of BILLmanager. It asks nobody what he believes, and it reads no
//! request: what counts is what the world did.

mod books;
pub(crate) mod facts;
pub(crate) mod judge_calls;
mod judge_l1;
mod judge_l3;
mod judge_reports;
mod judge_rest;
mod judge_s2;
mod judge_s4;
mod judge_s6;
mod judge_s7;
pub(crate) mod story;
mod told;
pub(crate) mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::moment::Moment;
use crate::world::World;
use crate::world::address::Place;
use crate::world::occurrence::{Occurrence, What};
use crate::world::operation::ClearHdd;
use books::Item;
use judge_calls::Looked;
use judge_l1::Runs;
use judge_s7::Secrets;
use story::Trail;
use verdict::Exposure;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ledger {
    seed: u64,
    /// The command that shows it all again.
    #[serde(skip)]
    replay: String,
    /// The level that the promise S2 is made for.
    level: ClearHdd,
    items: BTreeMap<u64, Item>,
    /// Our own books about each address that ever moved.
    places: BTreeMap<u64, Place>,
    trails: BTreeMap<u64, Trail>,
    stories: BTreeMap<String, Vec<(Moment, String)>>,
    /// What was told already: one wrong is one story.
    told: BTreeSet<String>,
    /// Promises that something was seen of.
    judged: BTreeSet<String>,
    exposures: Vec<Exposure>,
    bindings_told: bool,
    /// Which command each running operation of BILLmanager carries out.
    commands: BTreeMap<u64, String>,
    /// What each run (item, operation, run) has looked at.
    #[serde(with = "crate::pairs")]
    looks: BTreeMap<(u64, u64, u64), Looked>,
    runs: Runs,
    secrets: Secrets,
    /// The item that holds each server.
    holders: BTreeMap<u64, u64>,
}

impl Ledger {
    pub(crate) fn new(world: &World, seed: u64) -> Self {
        Self {
            seed,
            replay: String::new(),
            level: ClearHdd::Quick,
            items: BTreeMap::new(),
            places: world
                .addresses()
                .map(|address| (address.id, address.place))
                .collect(),
            trails: BTreeMap::new(),
            stories: BTreeMap::new(),
            told: BTreeSet::new(),
            // These two need no fact of BILLmanager.
            judged: BTreeSet::from(["S2", "L3"].map(str::to_owned)),
            exposures: Vec::new(),
            bindings_told: false,
            commands: BTreeMap::new(),
            looks: BTreeMap::new(),
            runs: Runs::default(),
            secrets: Secrets::default(),
            holders: BTreeMap::new(),
        }
    }

    /// Name the command that shows everything again.
    pub(crate) fn replay_by(&mut self, command: &str) {
        command.clone_into(&mut self.replay);
    }

    /// Something happened in the world.
    pub(crate) fn observe(&mut self, world: &World, seen: &Occurrence) {
        if let Some(server) = seen.server {
            self.remember(server, seen.at, story::line(seen));
            self.judge_access(world, server, seen);
            self.expose(world, server, seen.at);
        }
        match &seen.what {
            What::Owner { owner: Some(user) } => self.judge_owner(seen, *user),
            What::Port { port, up, ipmi } => {
                if !ipmi && let Some(server) = seen.server {
                    self.port_switched(world, server, *port, *up, &seen.actor);
                }
            }
            What::AddressPlaced { address } | What::AddressFreed { address } => {
                self.address_moved(world, *address, seen);
            }
            What::OperationBegan { kind, .. } => self.operation_began(seen, *kind),
            What::OperationEnded { .. } => self.operation_ended(world, seen),
            _ => {}
        }
    }

    /// Nothing happened until then, but exposed seconds still pass.
    pub(crate) fn time_passes(&mut self, world: &World, until: Moment) {
        let exposed: Vec<u64> = self
            .items
            .values()
            .filter(|item| item.closing.is_some())
            .filter_map(|item| item.last_server)
            .collect();
        let until = until.max(world.now());
        for server in exposed {
            self.expose(world, server, until);
        }
        self.judge_runs(until);
    }

    fn item(&mut self, id: u64) -> &mut Item {
        self.items.entry(id).or_default()
    }

    /// The items that are bound to a server and not deleted.
    fn items_on(&self, server: u64) -> Vec<u64> {
        self.items
            .iter()
            .filter(|(_, item)| item.server == Some(server) && !item.is_deleted())
            .map(|(id, _)| *id)
            .collect()
    }

    /// How many violations there were.
    pub(crate) fn violations(&self) -> usize {
        self.told.len()
    }

    /// Walk over the items that hold a server, as (server, item, reported stopped, close begun, staff have a task).
    pub(crate) fn holdings(&self) -> impl Iterator<Item = (u64, u64, bool, bool, bool)> {
        let held = self.items.iter().filter(|(_, item)| !item.is_deleted());
        held.filter_map(|(id, item)| {
            let (stopped, closing) = (item.stop.is_some(), item.closing.is_some());
            Some((item.server?, *id, stopped, closing, item.tasked))
        })
    }

    /// The server that an item is bound to, or was last.
    pub(crate) fn server_of(&self, item: u64) -> Option<u64> {
        let item = self.items.get(&item)?;
        item.server.or(item.last_server)
    }

    /// Something was seen that this promise can be judged by.
    fn judges(&mut self, promise: &str) {
        if !self.judged.contains(promise) {
            self.judged.insert(promise.to_owned());
        }
    }

    fn remember(&mut self, server: u64, at: Moment, line: String) {
        self.trails.entry(server).or_default().push(at, line);
    }

    /// Write down a violation, once for each `wrong`.
    fn violated(&mut self, promise: &'static str, at: Moment, server: u64, wrong: &str) {
        self.judges(promise);
        if !self.told.insert(format!("{promise} {server} {wrong}")) {
            return;
        }
        let trail = self.trails.entry(server).or_default();
        let story = story::tell(promise, at, server, wrong, trail);
        self.stories
            .entry(promise.to_owned())
            .or_default()
            .push((at, story));
    }
}
