//! Addresses come from pools (R27, R28), take a moment to arrive (R26), and go back at once.

use std::net::IpAddr;

use super::World;
use super::actor::Actor;
use super::address::{Address, AddressStatus, Family, Network, Place, Pool};
use super::command::Answer;
use super::event::Event;
use super::next_id;
use super::occurrence::What;
use super::refusal::Refusal;
use super::settings::DurationKind;

impl World {
    pub(crate) fn add_addresses(
        &mut self,
        server: u64,
        pool: Option<u64>,
        family: Family,
        count: u32,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        if !(1..=256).contains(&count) {
            return Err(Refusal::invalid("count", "out_of_range"));
        }
        let pool = match pool {
            Some(id) if !self.pools.contains_key(&id) => {
                return Err(Refusal::invalid("ippool", "not_found"));
            }
            Some(id) => id,
            None => self
                .default_pool(server)
                .ok_or(Refusal::precondition("No address pool", "no_pool"))?,
        };
        // All or nothing: a refused call leaves no address behind.
        let free = self.free_in(pool, family, count as usize);
        if free.len() < count as usize {
            return Err(Refusal::precondition(
                "Address pool is used up",
                "no_free_ip",
            ));
        }
        self.record(server, "server_ip_add", None, actor);
        for (network, ip) in free {
            let after = self.draw(Some(server), DurationKind::Address);
            let id = self.place_address(server, pool, network, ip, actor);
            let key = self
                .queue
                .insert(self.now + after, Event::AddressReady { address: id });
            if let Some(address) = self.addresses.get_mut(&id) {
                address.status = AddressStatus::Allocating;
                address.pending = Some(key);
            }
        }
        Ok(server.into())
    }

    /// R28: the rack's pool, then the location's, then one whose name contains `public`.
    fn default_pool(&self, server: u64) -> Option<u64> {
        let server = self.servers.get(&server)?;
        let rack = server.rack.and_then(|id| self.racks.get(&id));
        let location = self.locations.get(&server.location);
        rack.iter()
            .flat_map(|rack| &rack.ippool_allocation)
            .chain(location.iter().flat_map(|place| &place.ippool_allocation))
            .copied()
            .find(|id| self.has_v4(*id))
            .or_else(|| {
                self.pools
                    .values()
                    .find(|pool| pool.name.contains("public") && self.has_v4(pool.id))
                    .map(|pool| pool.id)
            })
    }

    /// R27: only a pool with v4 addresses qualifies.
    fn has_v4(&self, pool: u64) -> bool {
        self.networks_of(pool)
            .any(|network| Family::of(network.base) == Family::Ipv4)
    }

    pub(crate) fn networks_of(&self, pool: u64) -> impl Iterator<Item = &Network> {
        self.pools
            .get(&pool)
            .into_iter()
            .flat_map(|pool| &pool.networks)
            .filter_map(|id| self.networks.get(id))
    }

    /// The lowest free addresses of a pool.
    fn free_in(&self, pool: u64, family: Family, count: usize) -> Vec<(u64, IpAddr)> {
        let mut found = Vec::new();
        for network in self.networks_of(pool) {
            if Family::of(network.base) != family {
                continue;
            }
            // 0 is the network, 1 the gateway.
            for n in 2..=network.hosts() {
                if found.len() == count {
                    return found;
                }
                let Some(ip) = network.nth(n) else { break };
                let free = self
                    .address_ids
                    .get(&ip)
                    .and_then(|id| self.addresses.get(id))
                    .is_none_or(|address| address.place == Place::Pool);
                if free {
                    found.push((network.id, ip));
                }
            }
        }
        found
    }

    pub(crate) fn place_address(
        &mut self,
        server: u64,
        pool: u64,
        network: u64,
        ip: IpAddr,
        actor: &Actor,
    ) -> u64 {
        let id = self
            .address_ids
            .get(&ip)
            .copied()
            .unwrap_or_else(|| next_id(&self.addresses));
        let domain = self
            .server(server)
            .map(|server| server.domain.clone())
            .unwrap_or_default();
        self.address_ids.insert(ip, id);
        self.addresses.insert(
            id,
            Address {
                id,
                ip,
                network,
                pool,
                domain,
                status: AddressStatus::Allocated,
                place: Place::Server(server),
                pending: None,
            },
        );
        self.server_addresses.entry(server).or_default().push(id);
        self.note(server, actor, What::AddressPlaced { address: id });
        id
    }

    pub(crate) fn address_ready(&mut self, id: u64) {
        if let Some(address) = self.addresses.get_mut(&id) {
            address.pending = None;
            address.status = AddressStatus::Allocated;
            self.notify += 1;
        }
    }

    /// Let an address arrive at once: for what a fleet begins with.
    pub(crate) fn hasten_address(&mut self, id: u64) {
        if let Some(key) = self
            .addresses
            .get_mut(&id)
            .and_then(|one| one.pending.take())
        {
            self.queue.cancel(key);
        }
        self.address_ready(id);
    }

    pub(crate) fn delete_address(
        &mut self,
        server: u64,
        id: u64,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        // An address that has moved on is not this server's to give back.
        if self.addresses.get(&id).and_then(Address::server) != Some(server) {
            return Err(Refusal::not_found("ip", id));
        }
        self.record(server, "server_ip_delete", None, actor);
        self.free_address(id, actor);
        Ok(id.into())
    }

    /// Give an address back to its pool at once; it loses its domain name.
    pub(crate) fn free_address(&mut self, id: u64, actor: &Actor) {
        let lost = self.settings.lose_freed_addresses;
        let Some(address) = self.addresses.get_mut(&id) else {
            return;
        };
        let Some(server) = address.server() else {
            return;
        };
        if let Some(key) = address.pending.take() {
            self.queue.cancel(key);
        }
        address.domain.clear();
        address.status = AddressStatus::Free;
        address.place = if lost { Place::Nowhere } else { Place::Pool };
        if let Some(list) = self.server_addresses.get_mut(&server) {
            list.retain(|one| *one != id);
        }
        self.note(server, actor, What::AddressFreed { address: id });
    }

    /// R29: an address of the deallocation pool, if there is one.
    pub(crate) fn hold_address(&mut self, server: u64) -> Option<u64> {
        let found = self.servers.get(&server)?;
        let rack = found.rack.and_then(|id| self.racks.get(&id));
        let location = self.locations.get(&found.location);
        let pool = rack
            .iter()
            .flat_map(|rack| &rack.ippool_deallocation)
            .chain(location.iter().flat_map(|place| &place.ippool_deallocation))
            .copied()
            .find(|id| self.has_v4(*id))?;
        let (network, ip) = self.free_in(pool, Family::Ipv4, 1).pop()?;
        Some(self.place_address(server, pool, network, ip, &Actor::Panel))
    }

    /// How many addresses of a pool are on servers.
    pub(crate) fn used_in(&self, pool: &Pool) -> u64 {
        self.addresses
            .values()
            .filter(|address| address.pool == pool.id && address.server().is_some())
            .count() as u64
    }
}
