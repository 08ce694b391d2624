//! Addresses and their pools (R26-R28).

use super::lists;
use super::servers::done;
use crate::call::{Call, Reply};
use crate::wire::answer::{AddressRow, PoolRow};
use crate::wire::request::AddAddresses;
use crate::wire::server::address_status;
use crate::world::address::Network;
use crate::world::command::Command;
use crate::world::refusal::Refusal;

pub(crate) fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    lists::answer(call, |world| {
        let rows = world.addresses().map(|address| AddressRow {
            id: address.id,
            name: address.ip.to_string(),
            ipnet: address.network,
            ipnet_name: world
                .networks
                .get(&address.network)
                .map(Network::name)
                .unwrap_or_default(),
            domain: address.domain.clone(),
            status: address_status(address.status).to_owned(),
        });
        rows.collect()
    })
}

pub(crate) fn pools(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    lists::answer(call, |world| {
        let rows = world.pools.values().map(|pool| PoolRow {
            id: pool.id,
            name: pool.name.clone(),
            note: pool.note.clone(),
            total_ip: world.networks_of(pool.id).map(Network::hosts).sum(),
            using_ip: world.used_in(pool),
        });
        rows.collect()
    })
}

pub(crate) fn add(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let body: AddAddresses = call.body()?;
    done(
        call,
        Command::AddAddresses {
            server,
            pool: body.ippool,
            family: body.family,
            count: body.count,
        },
    )
}

pub(crate) fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let address = call.id("ip_id")?;
    done(call, Command::DeleteAddress { server, address })
}
