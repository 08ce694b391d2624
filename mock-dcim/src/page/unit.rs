//! One server as the page draws it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::standing::{self, Holding};
use crate::moment::Moment;
use crate::world::World;
use crate::world::operation::{ClearHdd, OperationStatus};
use crate::world::server::{Customer, Disk, PowerGoal, PowerStatus, Server};

#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a badge of its own")]
pub(super) struct Unit<'a> {
    id: u64,
    name: &'a str,
    domain: &'a str,
    rack: u64,
    /// Its place in the rack; beyond all others if it has no number.
    place: u64,
    state: &'static str,
    configuration: Option<&'a str>,
    mac: Option<&'a str>,
    owner: Option<u64>,
    template: Option<u64>,
    power: PowerStatus,
    /// Physically on; differs from `power` where nobody can ask.
    running: bool,
    pending: Option<PowerGoal>,
    ports: Vec<Light<'a>>,
    ips: Vec<Placed>,
    disks: Vec<Traces<'a>>,
    operation: Option<Work>,
    item: Option<u64>,
    stopped: bool,
    quarantine: bool,
    maintenance: bool,
    protected: bool,
    sellable: bool,
    trouble: Vec<String>,
}

/// A port as a light.
#[derive(Debug, Serialize)]
struct Light<'a> {
    id: u64,
    switch: u64,
    name: &'a str,
    bmc: bool,
    admin: bool,
    oper: bool,
}

#[derive(Debug, Serialize)]
struct Placed {
    id: u64,
    ip: String,
    ready: bool,
}

/// A disk and whose traces are on it, by level.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
struct Traces<'a> {
    serial: &'a str,
    size_gb: u64,
    hidden: bool,
    read_only: bool,
    boot: Vec<String>,
    data: Vec<String>,
    /// Something on it is not the owner's.
    foreign_boot: bool,
    foreign_data: bool,
}

/// The last operation; running or ended.
#[derive(Debug, Serialize)]
struct Work {
    id: u64,
    kind: &'static str,
    status: &'static str,
    clear: ClearHdd,
    started: Moment,
    ends: Moment,
    reason: Option<String>,
    cut: bool,
}

/// The rack that it is drawn in. What stands in none has one of its own in each location, beyond all real ones.
pub(super) fn rack(server: &Server) -> u64 {
    server.rack.unwrap_or(LOOSE + server.location)
}

/// Where the racks begin that do not exist.
pub(super) const LOOSE: u64 = 1 << 40;

pub(super) fn render<'a>(
    world: &'a World,
    server: &'a Server,
    held: Option<Holding>,
    twin: bool,
) -> Unit<'a> {
    let sellable =
        held.is_none() && !twin && server.mac.is_some() && world.sellable_but_for_mac(server);
    let ports = world.ports_of(server.id).map(|port| Light {
        id: port.id,
        switch: port.switch,
        name: &port.description,
        bmc: port.is_ipmi,
        admin: port.admin_up,
        oper: port.oper_up,
    });
    let ips = world.addresses_of(server.id).map(|address| Placed {
        id: address.id,
        ip: address.ip.to_string(),
        ready: address.status == crate::world::address::AddressStatus::Allocated,
    });
    let is_ours = |customer: &Customer| match customer {
        Customer::User(id) => server.owner == Some(*id),
        Customer::Operation(_) => server.owner.is_none() && server.credentials == Some(*customer),
    };
    Unit {
        id: server.id,
        name: &server.name,
        domain: &server.domain,
        rack: rack(server),
        place: server
            .unit
            .as_deref()
            .and_then(|unit| unit.parse().ok())
            .unwrap_or(9999),
        state: standing::word(world, server, held, sellable),
        configuration: server.configuration.as_deref(),
        mac: server.mac.as_deref(),
        owner: server.owner,
        template: server.template,
        power: world.power_status(server),
        running: server.running(),
        pending: server.power.pending.as_ref().map(|pending| pending.goal),
        ports: ports.collect(),
        ips: ips.collect(),
        disks: server
            .disks
            .iter()
            .map(|disk| traces(disk, &is_ours))
            .collect(),
        operation: work(world, server),
        item: held.map(|held| held.item),
        stopped: held.is_some_and(|held| held.stopped),
        quarantine: held.is_some_and(Holding::is_quarantine),
        maintenance: server.is_maintenance,
        protected: server.is_protected,
        sellable,
        trouble: standing::troubles(world, server, held, twin),
    }
}

fn traces<'a>(disk: &'a Disk, is_ours: &dyn Fn(&Customer) -> bool) -> Traces<'a> {
    let whose = |taint: &BTreeSet<Customer>| taint.iter().map(Customer::to_string).collect();
    Traces {
        serial: &disk.serial,
        size_gb: disk.size_gb,
        hidden: disk.hidden,
        read_only: disk.read_only,
        boot: whose(&disk.boot_taint),
        data: whose(&disk.data_taint),
        foreign_boot: !disk.boot_taint.iter().all(is_ours),
        foreign_data: !disk.data_taint.iter().all(is_ours),
    }
}

fn work(world: &World, server: &Server) -> Option<Work> {
    let operation = world.operation(server.operation?)?;
    let ends = match operation.status {
        // The first event that an operation waits for is its end, by itself or by its limit.
        OperationStatus::Run => operation.pending.first().map(|key| key.0),
        _ => operation.finished_at,
    };
    Some(Work {
        id: operation.id,
        kind: operation.kind.name(),
        status: operation.status.word(),
        clear: operation.clear_hdd,
        started: operation.started_at,
        ends: ends.unwrap_or(operation.started_at + operation.duration),
        reason: operation.reason.clone(),
        cut: operation.cut,
    })
}
