//! Which servers can be sold (R7-R9).

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use super::operation::OperationStatus;
use super::server::Server;

impl World {
    /// Whether no other server has the same MAC address; a server without one has none to boot from.
    pub fn unique_mac(&self, server: &Server) -> bool {
        server.mac.is_some()
            && self
                .servers
                .values()
                .all(|other| other.id == server.id || other.mac != server.mac)
    }

    /// Whether a server can be sold: R7 and R8.
    pub fn sellable(&self, server: &Server) -> bool {
        self.unique_mac(server) && self.sellable_but_for_mac(server)
    }

    pub(crate) fn sellable_but_for_mac(&self, server: &Server) -> bool {
        let last = server.operation.and_then(|id| self.operations.get(&id));
        let last_is_fine = last.is_some_and(|last| {
            matches!(last.status, OperationStatus::Ok | OperationStatus::Canceled)
        });
        server.owner.is_none()
            && server.diagnosed()
            && server
                .configuration
                .as_ref()
                .is_some_and(|text| !text.is_empty())
            && last_is_fine
            && !server.is_maintenance
            && server.in_operation
            && server.diagnostic_problems.is_empty()
            && server.status_problems.is_empty()
            && !server.is_new
    }

    /// R9: how many servers of each configuration can be sold.
    pub(crate) fn free_by_configuration(&self) -> BTreeMap<&str, u64> {
        let mut seen = BTreeSet::new();
        let mut double = BTreeSet::new();
        for mac in self
            .servers
            .values()
            .filter_map(|server| server.mac.as_deref())
        {
            if !seen.insert(mac) {
                double.insert(mac);
            }
        }
        let mut count = BTreeMap::new();
        for server in self.servers.values() {
            let Some(configuration) = server.configuration.as_deref() else {
                continue;
            };
            let unique = server
                .mac
                .as_deref()
                .is_some_and(|mac| !double.contains(mac));
            let free = unique && self.sellable_but_for_mac(server);
            *count.entry(configuration).or_insert(0) += u64::from(free);
        }
        count.remove("");
        count
    }
}
