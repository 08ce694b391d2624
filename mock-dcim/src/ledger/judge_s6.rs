//! S6: a deletion is reported only when nothing is left of the customer.

use super::Ledger;
use super::books::Closing;
use crate::world::World;
use crate::world::operation::ClearHdd;
use crate::world::server::Server;

impl Ledger {
    /// The deletion was reported: look at the server as it truly is.
    pub(super) fn close_reported(&mut self, world: &World, item: u64, id: u64) {
        self.judges("S6");
        if let Some(server) = world.server(id) {
            let known = self.items.get(&item);
            let closing = known.and_then(|one| one.closing.as_ref());
            let mut wrongs = leftovers(world, server, closing);
            if !known.is_some_and(|one| one.wipe_accepted) {
                wrongs.extend(unclean(server, self.level));
            }
            for wrong in wrongs {
                let wrong = format!("item {item} is reported deleted, but {wrong}");
                self.violated("S6", world.now(), id, &wrong);
            }
        }
        self.publish_exposure(item, id);
        self.item(item).closing = None;
    }
}

/// What is left of the customer.
fn leftovers(world: &World, server: &Server, closing: Option<&Closing>) -> Vec<String> {
    let mut left = Vec::new();
    if let Some(user) = server.owner {
        left.push(format!("user {user} owns the server"));
    }
    for address in world.addresses_of(server.id) {
        left.push(format!("address {} is on the server", address.ip));
    }
    if server.running() {
        left.push("the server is on".to_owned());
    }
    for port in world.data_ports_of(server.id).filter(|port| port.admin_up) {
        left.push(format!("port {} is up", port.id));
    }
    if let Some(closing) = closing {
        if server.is_maintenance != closing.maintenance {
            left.push("maintenance mode is not as it was before".to_owned());
        }
        for id in &closing.addresses {
            if let Some(address) = world.addresses.get(id)
                && address.server().is_none()
                && !address.domain.is_empty()
            {
                left.push(format!(
                    "address {} keeps the name {}",
                    address.ip, address.domain
                ));
            }
        }
    }
    left
}

/// What is left on the disks. Evidence is what a clean-up did to them, hidden ones included; nobody's word counts.
fn unclean(server: &Server, level: ClearHdd) -> Vec<String> {
    let mut left = Vec::new();
    for disk in &server.disks {
        if let Some(customer) = disk.boot_taint.first() {
            left.push(format!("disk {} still boots {customer}", disk.serial));
        }
        if level == ClearHdd::Full
            && let Some(customer) = disk.data_taint.first()
        {
            left.push(format!("disk {} holds data of {customer}", disk.serial));
        }
    }
    left
}
