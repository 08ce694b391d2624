//! What a snapshot refers to has to be in it.

use crate::world::World;

/// Where, and why.
type Wrong = (String, String);

pub(super) fn check(world: &World) -> Result<(), Wrong> {
    for server in world.servers.values() {
        let place = |field: &str| format!("servers.{}.{field}", server.id);
        let owner = server.owner.is_none_or(|id| world.users.contains_key(&id));
        known(owner, &place("owner"), server.owner)?;
        let last = server.operation;
        let operation = last.is_none_or(|id| world.operations.contains_key(&id));
        known(operation, &place("operation"), last)?;
        let location = world.locations.contains_key(&server.location);
        known(location, &place("location"), Some(server.location))?;
        let rack = server.rack.is_none_or(|id| world.racks.contains_key(&id));
        known(rack, &place("rack"), server.rack)?;
    }
    for port in world.ports.values() {
        let place = |field: &str| format!("ports.{}.{field}", port.id);
        let server = port.server;
        let found = server.is_none_or(|id| world.servers.contains_key(&id));
        known(found, &place("server"), server)?;
        let switch = world.switches.contains_key(&port.switch);
        known(switch, &place("switch"), Some(port.switch))?;
    }
    for address in world.addresses.values() {
        let place = |field: &str| format!("addresses.{}.{field}", address.id);
        let found = address
            .server()
            .is_none_or(|id| world.servers.contains_key(&id));
        known(found, &place("place"), address.server())?;
        let network = world.networks.contains_key(&address.network);
        known(network, &place("network"), Some(address.network))?;
    }
    for operation in world.operations.values() {
        let found = world.servers.contains_key(&operation.server);
        let place = format!("operations.{}.server", operation.id);
        known(found, &place, Some(operation.server))?;
    }
    Ok(())
}

fn known(found: bool, place: &str, id: Option<u64>) -> Result<(), Wrong> {
    if found {
        return Ok(());
    }
    let id = id.unwrap_or_default();
    Err((place.to_owned(), format!("there is no {id}")))
}
