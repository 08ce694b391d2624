//! L3: each address is in a pool or on exactly one server, and if it is a customer's, in that one item.

use std::net::IpAddr;

use super::Ledger;
use crate::world::World;
use crate::world::address::Place;
use crate::world::occurrence::{Occurrence, What};

impl Ledger {
    /// An address came or went: our own books and the world have to agree.
    pub(super) fn address_moved(&mut self, world: &World, id: u64, seen: &Occurrence) {
        let Some(address) = world.addresses.get(&id) else {
            return;
        };
        let server = seen.server.unwrap_or_default();
        let before = self.places.get(&id).copied().unwrap_or(Place::Pool);
        let after = match seen.what {
            What::AddressPlaced { .. } => Place::Server(server),
            _ => Place::Pool,
        };
        let ip = address.ip;
        if let (Place::Server(old), Place::Server(new)) = (before, after) {
            let wrong = format!("address {ip} comes to server {new} while it is on server {old}");
            self.violated("L3", seen.at, server, &wrong);
        }
        if before == Place::Network {
            let wrong = format!("address {ip} belongs to the network itself");
            self.violated("L3", seen.at, server, &wrong);
        }
        // One command can free an address and place it again: the world shows only where it ended.
        if address.place == Place::Nowhere {
            let wrong = format!("address {ip} left server {server} and is in no pool");
            self.violated("L3", seen.at, server, &wrong);
        }
        self.places.insert(id, after);
    }

    /// BILLmanager says which item an address belongs to.
    pub(super) fn address_told(&mut self, world: &World, item: u64, ip: IpAddr, gone: bool) {
        if gone {
            self.item(item).addresses.remove(&ip);
            return;
        }
        self.item(item).addresses.insert(ip);
        // A deletion gives its addresses back in its fourth step (vendor page); BILLmanager forgets them with the item, after the eighth.
        let is_on = |server: Option<u64>| {
            server.is_some_and(|server| world.addresses_of(server).any(|one| one.ip == ip))
        };
        let others: Vec<u64> = self
            .items
            .iter()
            .filter(|(id, one)| **id != item && !one.is_deleted() && one.addresses.contains(&ip))
            .filter(|(_, one)| one.closing.is_none() || is_on(one.server))
            .map(|(id, _)| *id)
            .collect();
        let server = self.item(item).server.unwrap_or_default();
        for other in others {
            let wrong = format!("address {ip} is in item {item} and in item {other}");
            self.violated("L3", world.now(), server, &wrong);
        }
    }

    /// A command was reported: the addresses of the item and those of its server have to be the same.
    ///
    /// An item of which no address was ever told is not judged. A deletion is judged by S6.
    pub(super) fn addresses_reported(
        &mut self,
        world: &World,
        item: u64,
        server: u64,
        command: &str,
    ) {
        let ours = self.item(item).addresses.clone();
        // During diagnostics a server holds an address that is nobody's (R29).
        if ours.is_empty() || command == "close" || world.running_operation(server).is_some() {
            return;
        }
        let there: Vec<IpAddr> = world.addresses_of(server).map(|one| one.ip).collect();
        for ip in ours.iter().filter(|ip| !there.contains(ip)) {
            let wrong = format!("address {ip} of item {item} is not on its server");
            self.violated("L3", world.now(), server, &wrong);
        }
        for ip in there.iter().filter(|ip| !ours.contains(ip)) {
            let wrong = format!("address {ip} is on the server of item {item}, but not in it");
            self.violated("L3", world.now(), server, &wrong);
        }
    }
}
