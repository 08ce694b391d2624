//! What a server runs, and what that leaves on its disks.

use std::collections::BTreeSet;

use super::World;
use super::actor::Actor;
use super::occurrence::What;
use super::operation::ClearHdd;
use super::server::{Customer, Server, System};

impl Server {
    /// The system on its disks: the first disk that boots decides.
    pub(crate) fn installed(&self) -> Option<Customer> {
        self.disks.iter().find_map(|disk| disk.boots)
    }

    /// A customer's system has come to run: from now on all disks may hold what is his.
    fn taint(&mut self, customer: Customer) {
        for disk in &mut self.disks {
            disk.boot_taint.insert(customer);
            disk.data_taint.insert(customer);
        }
    }

    /// Put a customer's system on the first disk.
    pub(crate) fn put_system(&mut self, customer: Customer) {
        for disk in &mut self.disks {
            disk.boots = None;
        }
        if let Some(first) = self.disks.iter_mut().find(|disk| !disk.hidden) {
            first.boots = Some(customer);
            first.boot_taint = BTreeSet::from([customer]);
            first.data_taint.insert(customer);
        }
    }

    /// Wipe every disk that a clean-up can see and write to; answers their serials.
    pub(crate) fn clean_disks(&mut self, level: ClearHdd) -> Vec<String> {
        let mut wiped = Vec::new();
        for disk in &mut self.disks {
            if disk.hidden || disk.read_only || level == ClearHdd::None {
                continue;
            }
            disk.boots = None;
            disk.boot_taint.clear();
            if level == ClearHdd::Full {
                disk.data_taint.clear();
            }
            wiped.push(disk.serial.clone());
        }
        wiped
    }
}

impl World {
    /// Let the server boot now, or stop what it runs if it is off.
    ///
    /// A running operation that boots over the network comes first, unless the old system answers (F17).
    pub(crate) fn boot(&mut self, id: u64, actor: &Actor) {
        let live = self
            .running_operation(id)
            .filter(|operation| operation.kind.boots_over_network())
            .map(|operation| operation.id);
        let Some(server) = self.servers.get_mut(&id) else {
            return;
        };
        let system = if !server.running() {
            System::Off
        } else if let Some(operation) = live
            && !server.old_system_boots
        {
            System::Live(operation)
        } else {
            server.installed().map_or(System::Idle, System::Disk)
        };
        if let System::Disk(customer) = system {
            server.taint(customer);
        }
        if server.system != system {
            server.system = system;
            self.note(id, actor, What::System { system });
        }
    }
}
