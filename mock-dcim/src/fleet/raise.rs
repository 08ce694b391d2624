//! From a checked fleet file to a world.

use std::collections::BTreeMap;

use super::builtin::{self, Admin};
use super::check;
use super::file::{DiagnosticsRow, Durations, FleetFile, ServerRow};
use super::machines::NewServer;
use crate::moment::Moment;
use crate::world::World;
use crate::world::actor::{Actor, Person};
use crate::world::operation::OperationStatus;
use crate::world::people::{ADMIN, USER};
use crate::world::server::{Customer, Server};
use crate::world::template::{Access, TemplateKind};

/// Ids by name, while the world is put together.
#[derive(Default)]
struct Names<'a> {
    users: BTreeMap<&'a str, u64>,
    pools: BTreeMap<&'a str, u64>,
    locations: BTreeMap<&'a str, u64>,
    /// Rack, location and switch.
    racks: BTreeMap<&'a str, (u64, u64, u64)>,
    servers: BTreeMap<String, u64>,
}

pub(super) fn raise(file: &FleetFile, now: Moment, seed: u64, admin: &Admin) -> World {
    let mut world = World::empty(now, seed);
    let mut names = Names::default();
    if file.templates.is_empty() {
        builtin::add_templates(&mut world);
    }
    for row in &file.templates {
        let tags: Vec<&str> = row.tags.iter().map(String::as_str).collect();
        let id = world.add_template(&row.name, &tags, row.kind);
        if let Some(template) = world.templates.get_mut(&id) {
            template.access = row.access.unwrap_or(Access::All);
        }
    }
    for name in &file.scripts {
        world.add_script(name);
    }
    world.add_user(&admin.email, &admin.password, ADMIN);
    for row in &file.users {
        let role = row.role.as_deref().unwrap_or(USER);
        let id = world.add_user(&row.email, &row.password, role);
        names.users.insert(&row.email, id);
    }
    for row in &file.pools {
        let networks: Vec<_> = row
            .networks
            .iter()
            .filter_map(|text| check::network(text))
            .collect();
        names
            .pools
            .insert(&row.name, world.add_pool(&row.name, &networks));
    }
    set_durations(&mut world, None, &file.durations);
    add_places(&mut world, file, &mut names);
    let mut unit = BTreeMap::new();
    for row in &file.servers {
        for _ in 0..row.count {
            let unit = unit.entry(row.rack.as_str()).or_insert(0);
            *unit += 1;
            add_server(&mut world, row, *unit, &mut names);
        }
    }
    // What happened before time began is nobody's doing.
    world.happened.clear();
    world
}

fn add_places<'a>(world: &mut World, file: &'a FleetFile, names: &mut Names<'a>) {
    let ids = |names: &Names<'_>, pools: &[String]| -> Vec<u64> {
        pools
            .iter()
            .filter_map(|name| names.pools.get(name.as_str()).copied())
            .collect()
    };
    for row in &file.locations {
        let id = world.add_location(&row.name);
        names.locations.insert(&row.name, id);
        if let Some(location) = world.locations.get_mut(&id) {
            location.ippool_allocation = ids(names, &row.allocation);
            location.ippool_deallocation = ids(names, &row.deallocation);
        }
    }
    for row in &file.racks {
        let Some(&location) = names.locations.get(row.location.as_str()) else {
            continue;
        };
        let id = world.add_rack(location);
        let switch = world.add_switch();
        names.racks.insert(&row.name, (id, location, switch));
        if let Some(rack) = world.racks.get_mut(&id) {
            row.name.clone_into(&mut rack.name);
            rack.ippool_allocation = ids(names, &row.allocation);
            rack.ippool_deallocation = ids(names, &row.deallocation);
        }
    }
}

fn add_server(world: &mut World, row: &ServerRow, unit: u64, names: &mut Names<'_>) {
    let Some(&(rack, location, switch)) = names.racks.get(row.rack.as_str()) else {
        return;
    };
    let labelled = row.ports.as_ref().map(Vec::len);
    let id = world.add_server(&NewServer {
        location,
        rack,
        switch,
        pdu: row.pdu.then_some(rack),
        unit,
        configuration: row.configuration.as_deref().unwrap_or_default(),
        disks: &row.disks,
        data_ports: labelled.map_or(row.data_ports, |count| u32::try_from(count).unwrap_or(0)),
        bmc_port: row.bmc_port,
    });
    if let Some(labels) = &row.ports {
        let ports: Vec<u64> = world.data_ports_of(id).map(|port| port.id).collect();
        for (port, label) in ports.iter().zip(labels) {
            if let Some(port) = world.ports.get_mut(port) {
                label.clone_into(&mut port.description);
            }
        }
    }
    set_durations(world, Some(id), &row.durations);
    match row.diagnostics {
        DiagnosticsRow::Passed | DiagnosticsRow::Failed => {}
        DiagnosticsRow::Canceled => world.add_past_diagnostics(id, OperationStatus::Canceled),
        DiagnosticsRow::None => world.forget_diagnostics(id),
    }
    let copied_mac = row
        .duplicate_mac_of
        .as_ref()
        .and_then(|name| names.servers.get(name))
        .and_then(|id| world.server(*id))
        .and_then(|server| server.mac.clone());
    if let Some(server) = world.servers.get_mut(&id) {
        dress(server, row, copied_mac, names);
        names.servers.insert(server.name.clone(), id);
    }
    if row.owner.is_some() {
        put_in_service(world, id, row, names);
    } else if row.powered_on {
        world.set_power(id, true, true, &Actor::Person(Person::Staff));
    }
}

fn dress(server: &mut Server, row: &ServerRow, copied_mac: Option<String>, names: &Names<'_>) {
    if let Some(name) = &row.name {
        name.clone_into(&mut server.name);
    }
    if let Some(mac) = row.mac.clone().or(copied_mac) {
        server.mac = Some(mac);
    }
    if row.configuration.is_none() {
        server.configuration = None;
    }
    server.is_maintenance = row.maintenance;
    server.is_protected = row.protected;
    server.is_new = row.is_new;
    server.in_operation = row.in_operation;
    if row.diagnostics == DiagnosticsRow::Failed {
        server.found_faulty();
    }
    for user in row
        .tainted_by
        .iter()
        .filter_map(|email| names.users.get(email.as_str()))
    {
        server.leave_taint(Customer::User(*user));
    }
}

fn set_durations(world: &mut World, server: Option<u64>, rows: &Durations) {
    for (kind, row) in rows {
        if let Some(span) = row.span() {
            world.settings.set_duration(server, *kind, span);
        }
        // Checked when the file was read; one that never varies refuses, and need not be told.
        let _ = world.settings.set_jitter(server, *kind, row.jitter);
    }
}

/// A server with an owner is installed, on, and reachable.
fn put_in_service(world: &mut World, id: u64, row: &ServerRow, names: &Names<'_>) {
    let staff = Actor::Person(Person::Staff);
    let owner = row
        .owner
        .as_ref()
        .and_then(|email| names.users.get(email.as_str()))
        .copied();
    let template = world
        .templates
        .values()
        .find(|template| template.kind == TemplateKind::Os)
        .map(|template| template.id);
    if let (Some(server), Some(owner)) = (world.servers.get_mut(&id), owner) {
        server.owner = Some(owner);
        server.template = template;
        server.put_system(Customer::User(owner));
        server.credentials = Some(Customer::User(owner));
    }
    world.settle_ports(id, true);
    for ip in &row.ips {
        let home = world.pools.keys().copied().find_map(|pool| {
            let mut networks = world.networks_of(pool);
            networks
                .find(|one| check::holds((one.base, one.prefix), *ip))
                .map(|network| (pool, network.id))
        });
        if let Some((pool, network)) = home {
            world.place_address(id, pool, network, *ip, &staff);
        }
    }
    world.set_power(id, true, true, &staff);
    world.settle_ports(id, true);
}
