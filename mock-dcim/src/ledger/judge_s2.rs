//! S2: who gets at a server finds nothing of anybody else on its disks.

use std::collections::{BTreeMap, BTreeSet};

use super::Ledger;
use crate::world::World;
use crate::world::occurrence::{Occurrence, What};
use crate::world::operation::ClearHdd;
use crate::world::server::{Customer, Disk, Server, System};

impl Ledger {
    /// Judge everybody who has access to the server after this occurrence.
    pub(super) fn judge_access(&mut self, world: &World, id: u64, seen: &Occurrence) {
        let Some(server) = world.server(id) else {
            return;
        };
        for (holder, how) in holders(world, server, &seen.what) {
            for disk in &server.disks {
                if let Some((other, what)) = foreign(disk, holder, self.level) {
                    let wrong = format!(
                        "{holder} has {how} while disk {} carries {what} of {other}",
                        disk.serial
                    );
                    self.violated("S2", seen.at, id, &wrong);
                }
            }
        }
    }
}

/// Who has access: the owner, who was just given a password, and whose system is reachable.
fn holders(world: &World, server: &Server, what: &What) -> BTreeMap<Customer, &'static str> {
    let mut found = BTreeMap::new();
    if let System::Disk(customer) = server.system
        && world.data_ports_of(server.id).any(|port| port.admin_up)
    {
        found.insert(customer, "a network path");
    }
    if let What::Credentials { customer } = what {
        found.insert(*customer, "credentials");
    }
    if let Some(user) = server.owner {
        found.insert(Customer::User(user), "owner right");
    }
    found
}

/// Hidden disks count: whoever has the server may find them.
fn foreign(disk: &Disk, holder: Customer, level: ClearHdd) -> Option<(Customer, &'static str)> {
    let another = |taint: &BTreeSet<Customer>| taint.iter().copied().find(|one| *one != holder);
    if let Some(other) = another(&disk.boot_taint) {
        return Some((other, "boot records"));
    }
    if level == ClearHdd::Full
        && let Some(other) = another(&disk.data_taint)
    {
        return Some((other, "data"));
    }
    None
}
