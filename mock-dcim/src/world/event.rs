//! Events that are due at some instant, and how they happen.

use serde::{Deserialize, Serialize};

use super::World;
use super::actor::Actor;
use crate::moment::Moment;

/// Something that will happen.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    PowerSettles { server: u64 },
    PduPolled { server: u64 },
    BootChecked { operation: u64 },
    OperationDone { operation: u64 },
    OperationDeadline { operation: u64 },
    AddressReady { address: u64 },
    PortWritten { port: u64, up: bool, by: Actor },
    LinkSettles { port: u64 },
}

/// Name an event that happened while time was advanced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fired {
    /// When it happened.
    pub at: Moment,
    /// What it was, one word: `power_settles`, `operation_done`, ...
    pub event: &'static str,
    /// The server that it happened to.
    pub server: Option<u64>,
    /// The operation that it belongs to.
    pub operation: Option<u64>,
}

impl Event {
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::PowerSettles { .. } => "power_settles",
            Self::PduPolled { .. } => "pdu_polled",
            Self::BootChecked { .. } => "boot_checked",
            Self::OperationDone { .. } => "operation_done",
            Self::OperationDeadline { .. } => "operation_deadline",
            Self::AddressReady { .. } => "address_ready",
            Self::PortWritten { .. } => "port_written",
            Self::LinkSettles { .. } => "link_settles",
        }
    }
}

impl Event {
    /// The switch port whose link it is about.
    pub(crate) fn link(&self) -> Option<u64> {
        match self {
            Self::LinkSettles { port } => Some(*port),
            _ => None,
        }
    }
}

impl World {
    /// Give the server and the operation that an event is about.
    pub(crate) fn concerned(&self, event: &Event) -> (Option<u64>, Option<u64>) {
        match event {
            Event::PowerSettles { server } | Event::PduPolled { server } => (Some(*server), None),
            Event::BootChecked { operation }
            | Event::OperationDone { operation }
            | Event::OperationDeadline { operation } => (
                self.operation(*operation).map(|operation| operation.server),
                Some(*operation),
            ),
            Event::AddressReady { address } => (
                self.addresses
                    .get(address)
                    .and_then(super::address::Address::server),
                None,
            ),
            Event::PortWritten { port, .. } | Event::LinkSettles { port } => {
                (self.port(*port).and_then(|port| port.server), None)
            }
        }
    }

    /// Let the next event happen if it is due at `until` or before; time moves to its instant.
    pub(crate) fn fire_next(&mut self, until: Moment) -> Option<Fired> {
        let (at, event) = self.queue.pop(until)?;
        self.now = self.now.max(at);
        let (server, operation) = self.concerned(&event);
        let fired = Fired {
            at,
            event: event.word(),
            server,
            operation,
        };
        match event {
            Event::PowerSettles { server } => self.power_settles(server),
            Event::PduPolled { server } => self.pdu_polled(server),
            Event::BootChecked { operation } => self.check_boot(operation),
            Event::OperationDone { operation } => self.operation_done(operation),
            Event::OperationDeadline { operation } => self.operation_deadline(operation),
            Event::AddressReady { address } => self.address_ready(address),
            Event::PortWritten { port, up, by } => self.write_port(port, up, &by),
            Event::LinkSettles { port } => self.link_settles(port),
        }
        Some(fired)
    }
}
