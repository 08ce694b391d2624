//! The world in a snapshot: what `/_mock/state` shows, and beside it what that keeps to itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::moment::Moment;
use crate::queue::{Key, Queue};
use crate::rng::Rng;
use crate::world::World;
use crate::world::event::Event;
use crate::world::people::{LoginKey, Session};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Image {
    world: World,
    due: Vec<(Key, Event)>,
    inserted: u64,
    rng: Rng,
    sessions: BTreeMap<String, Session>,
    keys: BTreeMap<String, LoginKey>,
    passwords: BTreeMap<u64, String>,
    server_ports: BTreeMap<u64, Vec<u64>>,
    server_addresses: BTreeMap<u64, Vec<u64>>,
}

impl Image {
    pub(super) fn of(world: &World) -> Self {
        Self {
            due: world
                .queue
                .entries()
                .map(|(key, event)| (key, event.clone()))
                .collect(),
            inserted: world.queue.inserted(),
            rng: world.rng.clone(),
            sessions: world.sessions.clone(),
            keys: world.keys.clone(),
            passwords: world
                .users
                .values()
                .map(|user| (user.id, user.password.clone()))
                .collect(),
            server_ports: world.server_ports.clone(),
            server_addresses: world.server_addresses.clone(),
            world: world.clone(),
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.world.now
    }

    pub(super) fn into_world(self) -> World {
        let mut world = self.world;
        for (key, event) in &self.due {
            expect(&mut world, *key, event);
        }
        world.queue = Queue::restored(self.due, self.inserted);
        world.rng = self.rng;
        world.sessions = self.sessions;
        world.keys = self.keys;
        for (id, password) in self.passwords {
            if let Some(user) = world.users.get_mut(&id) {
                user.password = password;
            }
        }
        world.address_ids = world
            .addresses
            .values()
            .map(|address| (address.ip, address.id))
            .collect();
        world.server_ports = self.server_ports;
        world.server_addresses = self.server_addresses;
        world
    }
}

/// Whoever waits for an event keeps its key, to take it back.
fn expect(world: &mut World, key: Key, event: &Event) {
    match event {
        Event::PowerSettles { server } => {
            if let Some(server) = world.servers.get_mut(server)
                && let Some(pending) = &mut server.power.pending
            {
                pending.key = key;
            }
        }
        Event::BootChecked { operation }
        | Event::OperationDone { operation }
        | Event::OperationDeadline { operation } => {
            if let Some(operation) = world.operations.get_mut(operation) {
                operation.pending.push(key);
            }
        }
        Event::AddressReady { address } => {
            if let Some(address) = world.addresses.get_mut(address) {
                address.pending = Some(key);
            }
        }
        Event::PortWritten { port, .. } => {
            if let Some(port) = world.ports.get_mut(port) {
                port.pending = Some(key);
            }
        }
        Event::LinkSettles { port } => {
            if let Some(port) = world.ports.get_mut(port) {
                port.settling = Some(key);
            }
        }
        Event::PduPolled { .. } => {}
    }
}
