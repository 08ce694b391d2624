//! The built-in fleet: 2 locations, 4 racks, 40 servers. The first six of each rack are plain, the last four are odd.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::machines::NewServer;
use crate::moment::Moment;
use crate::world::World;
use crate::world::actor::{Actor, Person};
use crate::world::command::Command;
use crate::world::operation::{ClearHdd, OperationStatus};
use crate::world::people::{ADMIN, USER};
use crate::world::server::{Customer, Server};
use crate::world::template::TemplateKind;

const CORE_I9: (&str, &[u64]) = ("i9-9900K-64Gb-2x1024NVMe", &[1024, 1024]);
const XEON: (&str, &[u64]) = ("E5-2690-128Gb-4x4000HDD", &[4000, 4000, 4000, 4000]);
const EPYC: (&str, &[u64]) = ("EPYC-7302-256Gb-2x1920SSD", &[1920, 1920]);

/// Who administers the fleet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Admin {
    pub(crate) email: String,
    pub(crate) password: String,
}

impl Default for Admin {
    fn default() -> Self {
        Self {
            email: "admin@example.com".to_owned(),
            password: "mock-password".to_owned(),
        }
    }
}

pub(crate) fn build(now: Moment, seed: u64, admin: &Admin) -> World {
    let mut world = World::empty(now, seed);
    add_templates(&mut world);
    world.add_script("lamp");
    world.add_user(&admin.email, &admin.password, ADMIN);
    let client = world.add_user("client@example.com", "client-password", USER);
    let former = world.add_user("former@example.com", "former-password", USER);

    let first = world.add_location("DC-1");
    let second = world.add_location("DC-2");
    add_pools(&mut world, first, second);
    for (location, kinds) in [
        (first, [CORE_I9, XEON]),
        (first, [CORE_I9, XEON]),
        (second, [CORE_I9, EPYC]),
        (second, [CORE_I9, EPYC]),
    ] {
        add_rack(&mut world, location, kinds);
    }
    make_odd(&mut world, client, former);
    // What happened before time began is nobody's doing.
    world.happened.clear();
    world
}

/// The templates that every fleet has that names none.
pub(crate) fn add_templates(world: &mut World) {
    world.add_template("Debian-12-x86_64", &["linux"], TemplateKind::Os);
    world.add_template("Ubuntu-24.04-x86_64", &["linux"], TemplateKind::Os);
    world.add_template("Windows-Server-2022-x86_64", &["windows"], TemplateKind::Os);
    world.add_template("Diagnostics", &[], TemplateKind::Diag);
    world.add_template("Rescue", &["linux"], TemplateKind::Recovery);
    world.add_template("Equipment-search", &[], TemplateKind::Search);
}

fn add_pools(world: &mut World, first: u64, second: u64) {
    let v4 = |a, b, c| IpAddr::V4(Ipv4Addr::new(a, b, c, 0));
    let rent_1 = world.add_pool("public-rent-1", &[(v4(192, 0, 2), 24)]);
    let service_1 = world.add_pool("service-1", &[(v4(10, 1, 0), 24)]);
    let v6 = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 2, 0, 0, 0, 0, 0));
    let rent_2 = world.add_pool("public-rent-2", &[(v4(198, 51, 100), 24), (v6, 64)]);
    let service_2 = world.add_pool("service-2", &[(v4(10, 2, 0), 24)]);
    for (location, rent, service) in [(first, rent_1, service_1), (second, rent_2, service_2)] {
        if let Some(location) = world.locations.get_mut(&location) {
            location.ippool_allocation = vec![rent];
            location.ippool_deallocation = vec![service];
        }
    }
}

fn add_rack(world: &mut World, location: u64, kinds: [(&str, &[u64]); 2]) {
    let rack = world.add_rack(location);
    let switch = world.add_switch();
    for n in 1..=10u64 {
        // Server 7 is on no switch, server 8 only with its BMC.
        let (data_ports, bmc_port) = match (rack, n) {
            (1, 7) => (0, false),
            (1, 8) => (0, true),
            _ => (2, true),
        };
        let [even, odd] = kinds;
        let (configuration, disks) = if n % 2 == 1 { even } else { odd };
        world.add_server(&NewServer {
            location,
            rack,
            switch,
            pdu: Some(rack),
            unit: n,
            configuration,
            disks,
            data_ports,
            bmc_port,
        });
    }
}

/// The trouble that a shop has: servers 7-10, 17-20, 27-30 and 37-40.
fn make_odd(world: &mut World, client: u64, former: u64) {
    let set = |world: &mut World, id: u64, change: &dyn Fn(&mut Server)| {
        if let Some(server) = world.servers.get_mut(&id) {
            change(server);
        }
    };
    set(world, 9, &|server| server.is_maintenance = true);
    set(world, 10, &|server| server.is_protected = true);
    set(world, 18, &|server| {
        server.mac = Some("02:00:00:00:00:11".to_owned());
    });
    set(world, 28, &|server| {
        server.leave_taint(Customer::User(former));
    });
    world.add_past_diagnostics(28, OperationStatus::Canceled);
    world.forget_diagnostics(29);
    set(world, 30, &|server| server.is_new = true);
    set(world, 37, &Server::found_faulty);
    set(world, 38, &|server| server.configuration = None);
    set(world, 39, &|server| server.in_operation = false);
    set(world, 40, &|server| {
        server.power.pdu = None;
        server.power.bmc_unreachable = true;
    });

    let staff = Actor::Person(Person::Staff);
    world.set_power(19, true, true, &staff);
    let sold = |server: &mut Server| {
        server.owner = Some(client);
        server.template = Some(1);
        "client.example.com".clone_into(&mut server.domain);
        server.put_system(Customer::User(client));
        server.credentials = Some(Customer::User(client));
    };
    set(world, 27, &sold);
    world.settle_ports(20, true);
    world.settle_ports(27, true);
    world.set_power(27, true, true, &staff);
    for id in [19, 27] {
        let up = id == 27;
        world.settle_ports(id, up);
    }
    // A refusal here would be a mistake in this file, and the fleet's test would say so.
    let setup = [
        Command::AddAddresses {
            server: 27,
            pool: None,
            family: crate::world::address::Family::Ipv4,
            count: 1,
        },
        Command::Diagnose {
            server: 20,
            template: None,
            clear_hdd: ClearHdd::None,
            timeout: None,
        },
    ];
    for command in setup {
        let _ = world.apply(&staff, command);
    }
    let arrived: Vec<u64> = world.addresses_of(27).map(|address| address.id).collect();
    for address in arrived {
        world.hasten_address(address);
    }
}
