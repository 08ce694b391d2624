//! The world: one synchronous state machine. No runtime, no I/O, no wall clock.
//!
//! [`World::apply`] carries out a [`command::Command`] at the world's present instant; [`World::fire_next`] moves time
//! to the next due event. Everything that happens is written to [`World::happened`], which the ledger empties.

pub(crate) mod actor;
pub(crate) mod address;
pub(crate) mod addresses;
pub(crate) mod boot;
mod by_hand;
pub(crate) mod command;
pub(crate) mod event;
pub(crate) mod guard;
pub(crate) mod history;
pub(crate) mod lever;
pub(crate) mod occurrence;
pub(crate) mod operation;
pub(crate) mod operations;
pub(crate) mod people;
pub(crate) mod person;
pub(crate) mod place;
pub(crate) mod ports;
pub(crate) mod power;
pub(crate) mod refusal;
pub(crate) mod sale;
pub(crate) mod server;
pub(crate) mod servers;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod template;
pub(crate) mod users;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::moment::Moment;
use crate::queue::Queue;
use crate::rng::Rng;
use actor::Actor;
use address::{Address, Network, Pool};
use history::HistoryEntry;
use occurrence::{Occurrence, What};
use operation::Operation;
use people::{LoginKey, Session, User};
use place::{Location, Port, Rack, Switch};
use refusal::Refusal;
use server::Server;
use settings::Settings;
use template::{Script, Template};

/// Read what is true in the mock: [`MockDcim::world`](crate::MockDcim::world) lends it.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let mock = mock_dcim::MockDcim::start().await.unwrap();
/// let owner = mock.world(|world| world.server(1).and_then(|server| server.owner));
/// assert_eq!(owner, None);
/// # });
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct World {
    pub(crate) now: Moment,
    pub(crate) settings: Settings,
    pub(crate) locations: BTreeMap<u64, Location>,
    pub(crate) racks: BTreeMap<u64, Rack>,
    pub(crate) switches: BTreeMap<u64, Switch>,
    pub(crate) ports: BTreeMap<u64, Port>,
    pub(crate) servers: BTreeMap<u64, Server>,
    pub(crate) operations: BTreeMap<u64, Operation>,
    pub(crate) history: Vec<HistoryEntry>,
    pub(crate) users: BTreeMap<u64, User>,
    /// No user gets an id up to here again: the ledger would take the next customer for the one who is gone.
    pub(crate) last_user: u64,
    pub(crate) pools: BTreeMap<u64, Pool>,
    pub(crate) networks: BTreeMap<u64, Network>,
    pub(crate) addresses: BTreeMap<u64, Address>,
    pub(crate) templates: BTreeMap<u64, Template>,
    pub(crate) scripts: BTreeMap<u64, Script>,
    #[serde(skip_deserializing)]
    pub(crate) queue: Queue,
    /// Grows with every change; lists answer it as `last_notify`.
    pub(crate) notify: u64,
    #[serde(skip)]
    pub(crate) rng: Rng,
    #[serde(skip)]
    pub(crate) sessions: BTreeMap<String, Session>,
    #[serde(skip)]
    pub(crate) keys: BTreeMap<String, LoginKey>,
    #[serde(skip)]
    pub(crate) address_ids: BTreeMap<IpAddr, u64>,
    /// The ports of each server, so that nobody has to walk all ports.
    #[serde(skip)]
    pub(crate) server_ports: BTreeMap<u64, Vec<u64>>,
    /// The addresses on each server.
    #[serde(skip)]
    pub(crate) server_addresses: BTreeMap<u64, Vec<u64>>,
    #[serde(skip)]
    pub(crate) happened: Vec<Occurrence>,
}

impl World {
    /// Make a world without anything in it.
    pub(crate) fn empty(now: Moment, seed: u64) -> Self {
        Self {
            now,
            settings: Settings::default(),
            locations: BTreeMap::new(),
            racks: BTreeMap::new(),
            switches: BTreeMap::new(),
            ports: BTreeMap::new(),
            servers: BTreeMap::new(),
            operations: BTreeMap::new(),
            history: Vec::new(),
            users: BTreeMap::new(),
            last_user: 0,
            pools: BTreeMap::new(),
            networks: BTreeMap::new(),
            addresses: BTreeMap::new(),
            templates: BTreeMap::new(),
            scripts: BTreeMap::new(),
            queue: Queue::default(),
            notify: 1,
            rng: Rng::new(seed),
            sessions: BTreeMap::new(),
            keys: BTreeMap::new(),
            address_ids: BTreeMap::new(),
            server_ports: BTreeMap::new(),
            server_addresses: BTreeMap::new(),
            happened: Vec::new(),
        }
    }

    /// Give the present instant.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Find a server.
    pub fn server(&self, id: u64) -> Option<&Server> {
        self.servers.get(&id)
    }

    /// Walk over all servers by id.
    pub fn servers(&self) -> impl Iterator<Item = &Server> {
        self.servers.values()
    }

    /// Find an operation.
    pub fn operation(&self, id: u64) -> Option<&Operation> {
        self.operations.get(&id)
    }

    /// Walk over all operations by id.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.values()
    }

    /// Find a switch port.
    pub fn port(&self, id: u64) -> Option<&Port> {
        self.ports.get(&id)
    }

    /// Walk over the ports that a server is connected to, BMC ports included.
    pub fn ports_of(&self, server: u64) -> impl Iterator<Item = &Port> {
        self.server_ports
            .get(&server)
            .into_iter()
            .flatten()
            .filter_map(|id| self.ports.get(id))
    }

    /// Walk over the data ports of a server (R30).
    pub fn data_ports_of(&self, server: u64) -> impl Iterator<Item = &Port> {
        self.ports_of(server).filter(|port| !port.is_ipmi)
    }

    /// Walk over the addresses on a server.
    pub fn addresses_of(&self, server: u64) -> impl Iterator<Item = &Address> {
        self.server_addresses
            .get(&server)
            .into_iter()
            .flatten()
            .filter_map(|id| self.addresses.get(id))
    }

    /// Walk over all addresses that were ever given out, and those of the networks themselves.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        self.addresses.values()
    }

    /// Find a user.
    pub fn user(&self, id: u64) -> Option<&User> {
        self.users.get(&id)
    }

    /// Find a user by e-mail address; case does not count.
    pub fn user_by_email(&self, email: &str) -> Option<&User> {
        self.users
            .values()
            .find(|user| user.email.eq_ignore_ascii_case(email))
    }

    /// Find a location.
    pub fn location(&self, id: u64) -> Option<&Location> {
        self.locations.get(&id)
    }

    /// Find a template by name.
    pub fn template_by_name(&self, name: &str) -> Option<&Template> {
        self.templates
            .values()
            .find(|template| template.name == name)
    }

    /// Give the running operation of a server.
    pub fn running_operation(&self, server: u64) -> Option<&Operation> {
        self.servers
            .get(&server)?
            .operation
            .and_then(|id| self.operations.get(&id))
            .filter(|operation| operation.is_running())
    }

    /// How long something takes this time: as set, shorter or longer by chance if it varies.
    pub(crate) fn draw(&mut self, server: Option<u64>, kind: settings::DurationKind) -> Duration {
        let span = self.settings.duration(server, kind);
        let percent = self.settings.jitter(server, kind);
        // Nothing is drawn where nothing varies: the sequence of chance stays what it was.
        if percent == 0 {
            return span;
        }
        let off = u32::from(percent) * 10;
        let per_mille = 1000 - off + self.rng.below(2 * off + 1);
        span.saturating_mul(per_mille) / 1000
    }

    pub(crate) fn find_server(&self, id: u64) -> Result<&Server, Refusal> {
        self.servers
            .get(&id)
            .ok_or(Refusal::not_found("server", id))
    }

    pub(crate) fn find_server_mut(&mut self, id: u64) -> Result<&mut Server, Refusal> {
        self.servers
            .get_mut(&id)
            .ok_or(Refusal::not_found("server", id))
    }

    /// Write down that something happened.
    pub(crate) fn note(&mut self, server: impl Into<Option<u64>>, actor: &Actor, what: What) {
        self.notify += 1;
        self.happened.push(Occurrence {
            at: self.now,
            server: server.into(),
            actor: actor.clone(),
            what,
        });
    }
}

/// The id after the last one of a map.
pub(crate) fn next_id<T>(map: &BTreeMap<u64, T>) -> u64 {
    map.keys().next_back().map_or(1, |last| last + 1)
}
