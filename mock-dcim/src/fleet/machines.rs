//! Putting servers into a world before it begins, with their ports and their past.

use std::time::Duration;

use crate::world::World;
use crate::world::actor::{Actor, Person};
use crate::world::next_id;
use crate::world::operation::{ClearHdd, Operation, OperationKind, OperationStatus, Origin};
use crate::world::place::{Port, PortWrites};
use crate::world::server::{
    Customer, Diagnostics, Disk, Pdu, PduStatus, Power, PowerStatus, Server, ServerState, System,
};
use crate::world::settings::WipeLever;
use crate::world::template::TemplateKind;

/// How a server is made.
pub(crate) struct NewServer<'a> {
    pub(crate) location: u64,
    pub(crate) rack: u64,
    pub(crate) switch: u64,
    pub(crate) pdu: Option<u64>,
    pub(crate) unit: u64,
    pub(crate) configuration: &'a str,
    pub(crate) disks: &'a [u64],
    pub(crate) data_ports: u32,
    pub(crate) bmc_port: bool,
}

impl World {
    /// Add a server as diagnostics left it a day ago: passed, off, ports down, nobody's.
    pub(crate) fn add_server(&mut self, new: &NewServer<'_>) -> u64 {
        let id = next_id(&self.servers);
        let disks = new.disks.iter().zip(1..);
        let disks = disks.map(|(&size_gb, n)| Disk::new(format!("D{id}-{n}"), size_gb));
        let server = Server {
            id,
            name: format!("srv-{id}"),
            domain: String::new(),
            notes: None,
            state: ServerState::Active,
            location: new.location,
            rack: Some(new.rack),
            unit: Some(new.unit.to_string()),
            barcode: Some(format!("A-{id}")),
            mac: Some(mac_of(id)),
            configuration: Some(new.configuration.to_owned()),
            efi: true,
            motherboard: "X11SCL-F".to_owned(),
            disks: disks.collect(),
            template: None,
            owner: None,
            is_new: false,
            is_maintenance: false,
            in_operation: true,
            is_protected: false,
            diagnostics: None,
            diagnostic_problems: Vec::new(),
            status_problems: Vec::new(),
            operation: None,
            power: new_power(id, new.pdu),
            system: System::Off,
            credentials: None,
            network_boot: true,
            faulty: false,
            old_system_boots: false,
            wipe: WipeLever::Normal,
        };
        self.servers.insert(id, server);
        for _ in 0..new.data_ports {
            self.add_port(id, new.switch, false);
        }
        if new.bmc_port {
            self.add_port(id, new.switch, true);
        }
        self.add_past_diagnostics(id, OperationStatus::Ok);
        id
    }

    fn add_port(&mut self, server: u64, switch: u64, is_ipmi: bool) {
        let id = next_id(&self.ports);
        let on_switch = self.switches.get_mut(&switch).map_or(0, |switch| {
            switch.ports += 1;
            switch.ports
        });
        self.ports.insert(
            id,
            Port {
                id,
                switch,
                description: format!("Gi1/0/{on_switch}"),
                connection_id: id,
                server: Some(server),
                is_ipmi,
                do_not_collect_traffic: is_ipmi,
                admin_up: is_ipmi,
                oper_up: is_ipmi,
                writes: PortWrites::Normal,
                pending: None,
                settling: None,
            },
        );
        self.server_ports.entry(server).or_default().push(id);
    }

    /// Give a server a diagnostics that ended yesterday in this way; only one that ended `ok` leaves a result (R21).
    pub(crate) fn add_past_diagnostics(&mut self, server: u64, status: OperationStatus) {
        let started_at = self.now.back(Duration::from_hours(26));
        let finished_at = started_at + Duration::from_mins(20);
        let template = self
            .templates
            .values()
            .find(|template| template.kind == TemplateKind::Diag)
            .map(|template| template.id);
        let id = next_id(&self.operations);
        self.operations.insert(
            id,
            Operation {
                id,
                server,
                kind: OperationKind::ServerDiag,
                origin: Origin::Panel,
                actor: Actor::Person(Person::Staff),
                timeout: Some(60),
                started_at,
                finished_at: Some(finished_at),
                status,
                reason: None,
                duration: Duration::from_mins(20),
                template,
                clear_hdd: ClearHdd::Quick,
                cut: false,
                wiped: Vec::new(),
                held_address: None,
                pending: Vec::new(),
            },
        );
        let actor = Actor::Person(Person::Staff);
        let present = std::mem::replace(&mut self.now, started_at);
        self.record(server, OperationKind::ServerDiag.name(), Some(id), &actor);
        self.now = present;
        if let Some(server) = self.servers.get_mut(&server) {
            server.operation = Some(id);
            if status == OperationStatus::Ok {
                server.diagnostics = Some(Diagnostics {
                    passed: true,
                    finished_at,
                });
            }
        }
    }

    /// Forget that a server was ever diagnosed.
    pub(crate) fn forget_diagnostics(&mut self, server: u64) {
        if let Some(server) = self.servers.get_mut(&server) {
            server.diagnostics = None;
            if let Some(operation) = server.operation.take() {
                self.operations.remove(&operation);
            }
        }
        self.history.retain(|entry| entry.server != server);
    }

    /// Put all data ports of a server into a state that has settled long ago.
    pub(crate) fn settle_ports(&mut self, server: u64, up: bool) {
        let ports: Vec<u64> = self.data_ports_of(server).map(|port| port.id).collect();
        for id in ports {
            if let Some(port) = self.ports.get_mut(&id) {
                port.admin_up = up;
            }
            self.cancel_settling(id);
            self.link_settles(id);
        }
    }
}

impl Server {
    /// Diagnostics found something wrong, and will again.
    pub(crate) fn found_faulty(&mut self) {
        self.faulty = true;
        self.diagnostic_problems = vec!["disk check failed".to_owned()];
        if let Some(found) = &mut self.diagnostics {
            found.passed = false;
        }
    }

    /// A former customer's system was never wiped off.
    pub(crate) fn leave_taint(&mut self, customer: Customer) {
        for disk in &mut self.disks {
            disk.boot_taint.insert(customer);
            disk.data_taint.insert(customer);
        }
        if let Some(disk) = self.disks.first_mut() {
            disk.boots = Some(customer);
        }
    }
}

fn new_power(server: u64, pdu: Option<u64>) -> Power {
    Power {
        chassis_on: false,
        outlet_on: true,
        bmc_unreachable: false,
        stuck: false,
        bmc_last: PowerStatus::Off,
        pdu: pdu.map(|pdu_id| Pdu {
            port_id: 9000 + server,
            port_identity: server.to_string(),
            pdu_id,
            pdu_name: format!("pdu-{pdu_id}"),
            connection_id: 3000 + server,
            reported: PduStatus::Up,
            unreachable: false,
        }),
        pending: None,
    }
}

pub(crate) fn mac_of(server: u64) -> String {
    let bytes = server.to_be_bytes();
    format!(
        "02:00:{:02x}:{:02x}:{:02x}:{:02x}",
        bytes[4], bytes[5], bytes[6], bytes[7]
    )
}
