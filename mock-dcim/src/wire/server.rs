//! The server object of section 4 of the specification.

use schemars::JsonSchema;
use serde::Serialize;

use super::answer::Open;
use super::connection::{Connection, PduConnection, render_connection, render_pdu};
use super::operation::{OperationOut, render_operation};
use crate::world::World;
use crate::world::address::{Address, AddressStatus, Family};
use crate::world::server::{Disk, PowerStatus, Server, ServerState};

#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
pub(crate) struct ServerOut {
    id: u64,
    name: String,
    domain: String,
    notes: Option<String>,
    state: StateOut,
    state_info: String,
    configuration: Option<String>,
    settings: Settings,
    hardware_info: HardwareInfo,
    perform_info: Open,
    os_template: Option<TemplateRef>,
    operation: Option<OperationOut>,
    power_status: PowerOut,
    owner_email: Option<String>,
    owner: Option<OwnerRef>,
    is_new: bool,
    location_id: u64,
    rack: Option<Named>,
    unit: Option<String>,
    barcode: Option<String>,
    mac: Option<String>,
    is_maintenance: bool,
    in_operation: bool,
    is_protected: bool,
    diagnostics: Option<DiagnosticsOut>,
    problems: Problems,
    ip: Vec<IpOut>,
    switch_connection: Vec<Connection>,
    pdu_connection: Option<PduConnection>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ServerState")]
enum StateOut {
    Active,
    Suspending,
    Suspended,
    Resuming,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PowerStatus")]
enum PowerOut {
    On,
    Off,
    Unknown,
}

#[derive(Serialize, JsonSchema)]
struct Settings {
    efi: bool,
}

#[derive(Serialize, JsonSchema)]
struct HardwareInfo {
    motherboard: Motherboard,
    disk: Vec<DiskOut>,
}

#[derive(Serialize, JsonSchema)]
struct Motherboard {
    model: String,
}

#[derive(Serialize, JsonSchema)]
struct DiskOut {
    serial: String,
    size_gb: u64,
}

#[derive(Serialize, JsonSchema)]
struct TemplateRef {
    id: u64,
    name: String,
    tags: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct OwnerRef {
    id: u64,
    email: String,
}

/// An object by id and name.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Named {
    pub(crate) id: u64,
    pub(crate) name: String,
}

#[derive(Serialize, JsonSchema)]
struct DiagnosticsOut {
    status: &'static str,
    finished_at: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Problems {
    diagnostic: Vec<String>,
    status: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct IpOut {
    id: u64,
    name: String,
    domain: String,
    family: Family,
    gateway: String,
    network: String,
    status: &'static str,
    status_info: Open,
    ippool: Option<u64>,
}

pub(crate) fn render(world: &World, server: &Server) -> ServerOut {
    let owner = server.owner.and_then(|id| world.user(id));
    ServerOut {
        id: server.id,
        name: server.name.clone(),
        domain: server.domain.clone(),
        notes: server.notes.clone(),
        state: match server.state {
            ServerState::Active => StateOut::Active,
            ServerState::Suspending => StateOut::Suspending,
            ServerState::Suspended => StateOut::Suspended,
            ServerState::Resuming => StateOut::Resuming,
        },
        state_info: String::new(),
        configuration: server.configuration.clone(),
        settings: Settings { efi: server.efi },
        hardware_info: HardwareInfo {
            motherboard: Motherboard {
                model: server.motherboard.clone(),
            },
            disk: visible_disks(server).map(render_disk).collect(),
        },
        perform_info: Open::new(),
        os_template: server
            .template
            .and_then(|id| world.templates.get(&id))
            .map(|template| TemplateRef {
                id: template.id,
                name: template.name.clone(),
                tags: template.tags.clone(),
            }),
        operation: server
            .operation
            .and_then(|id| world.operation(id))
            .map(|operation| render_operation(world, operation)),
        power_status: match world.power_status(server) {
            PowerStatus::On => PowerOut::On,
            PowerStatus::Off => PowerOut::Off,
            PowerStatus::Unknown => PowerOut::Unknown,
        },
        owner_email: owner.map(|user| user.email.clone()),
        owner: owner.map(|user| OwnerRef {
            id: user.id,
            email: user.email.clone(),
        }),
        is_new: server.is_new,
        location_id: server.location,
        rack: server
            .rack
            .and_then(|id| world.racks.get(&id))
            .map(|rack| Named {
                id: rack.id,
                name: rack.name.clone(),
            }),
        unit: server.unit.clone(),
        barcode: server.barcode.clone(),
        mac: server.mac.clone(),
        is_maintenance: server.is_maintenance,
        in_operation: server.in_operation,
        is_protected: server.is_protected,
        diagnostics: server.diagnostics.as_ref().map(|found| DiagnosticsOut {
            status: if found.passed { "passed" } else { "failed" },
            finished_at: Some(found.finished_at.wire()),
        }),
        problems: Problems {
            diagnostic: server.diagnostic_problems.clone(),
            status: server.status_problems.clone(),
        },
        ip: world
            .addresses_of(server.id)
            .map(|address| render_ip(world, address))
            .collect(),
        switch_connection: world
            .ports_of(server.id)
            .map(|port| render_connection(world, port))
            .collect(),
        pdu_connection: server.power.pdu.as_ref().map(render_pdu),
    }
}

fn visible_disks(server: &Server) -> impl Iterator<Item = &Disk> {
    server.disks.iter().filter(|disk| !disk.hidden)
}

fn render_disk(disk: &Disk) -> DiskOut {
    DiskOut {
        serial: disk.serial.clone(),
        size_gb: disk.size_gb,
    }
}

fn render_ip(world: &World, address: &Address) -> IpOut {
    let network = world.networks.get(&address.network);
    IpOut {
        id: address.id,
        name: address.ip.to_string(),
        domain: address.domain.clone(),
        family: Family::of(address.ip),
        gateway: network
            .map(|one| one.gateway().to_string())
            .unwrap_or_default(),
        network: network
            .map(crate::world::address::Network::name)
            .unwrap_or_default(),
        status: address_status(address.status),
        status_info: Open::new(),
        ippool: Some(address.pool),
    }
}

pub(crate) fn address_status(status: AddressStatus) -> &'static str {
    match status {
        AddressStatus::Allocating => "allocating",
        AddressStatus::Allocated => "allocated",
        AddressStatus::Free => "free",
        AddressStatus::Extended => "extended",
    }
}
