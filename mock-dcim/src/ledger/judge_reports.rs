//! S5, S8 and L5: success is true when it is reported, a sold server is never installed again, and installed once.

use serde::{Deserialize, Serialize};

use super::Ledger;
use crate::world::World;
use crate::world::actor::{Actor, RequestId};
use crate::world::occurrence::{Occurrence, What};
use crate::world::operation::{OperationKind, OperationStatus};
use crate::world::server::Server;

/// The truth about a server at a read that may decide a report: for each command, what speaks against success.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Truth {
    open: Option<String>,
    suspend: Option<String>,
    resume: Option<String>,
    close: Option<String>,
}

impl Truth {
    fn look(world: &World, server: &Server) -> Self {
        let mut ports = world.data_ports_of(server.id).peekable();
        let has_ports = ports.peek().is_some();
        let up = ports.filter(|port| port.admin_up).count();
        let all_up = up == world.data_ports_of(server.id).count();
        let installing = world.running_operation(server.id).is_some();
        Self {
            open: first(&[
                (server.owner.is_none(), "it has no owner"),
                (!server.running(), "it is off"),
                (!all_up, "not all its data ports are up"),
                (installing, "an operation is running"),
            ]),
            suspend: first(&[
                (!has_ports, "it has no data port"),
                (up > 0, "a data port is up"),
            ]),
            resume: first(&[
                (has_ports && up == 0, "no data port is up"),
                (!server.running(), "it is off"),
            ]),
            close: first(&[
                (server.owner.is_some(), "it has an owner"),
                (server.running(), "it is on"),
                (up > 0, "a data port is up"),
                (
                    world.addresses_of(server.id).next().is_some(),
                    "it has an address",
                ),
            ]),
        }
    }
}

fn first(conditions: &[(bool, &str)]) -> Option<String> {
    conditions
        .iter()
        .find(|(wrong, _)| *wrong)
        .map(|&(_, what)| what.to_owned())
}

impl Ledger {
    /// A read by this item's run: if nothing is written afterwards, it is the one that decides.
    pub(super) fn decide(&mut self, world: &World, item: u64, server: u64) {
        if self.item(item).server == Some(server)
            && let Some(found) = world.server(server)
        {
            self.item(item).deciding = Some(Truth::look(world, found));
        }
    }

    /// S5: at the deciding read the command's end was reached.
    pub(super) fn success_reported(&mut self, world: &World, id: u64, server: u64, command: &str) {
        if !matches!(command, "open" | "suspend" | "resume" | "close") {
            return;
        }
        self.judges("S5");
        let truth = self.item(id).deciding.clone();
        let wrong = match (&truth, command) {
            (None, _) => Some("nothing was read after the last write"),
            (Some(truth), "open") => truth.open.as_deref(),
            (Some(truth), "suspend") => truth.suspend.as_deref(),
            (Some(truth), "resume") => truth.resume.as_deref(),
            (Some(truth), _) => truth.close.as_deref(),
        };
        if let Some(wrong) = wrong {
            let wrong = format!("{command} of item {id} is reported as done, but {wrong}");
            self.violated("S5", world.now(), server, &wrong);
        }
        if command == "open" {
            self.item(id).handed_over = true;
            self.judges("S8");
            self.judges("L5");
        }
    }

    /// L5: the order is on the server as it was made: installed once, and with so many addresses.
    pub(super) fn order_reported(&mut self, world: &World, id: u64, server: u64) {
        let Some(ordered) = self.item(id).ordered else {
            return;
        };
        let there = world.addresses_of(server).count();
        if there != ordered as usize {
            let wrong = format!("item {id} ordered {ordered} addresses, and {there} are on it");
            self.violated("L5", world.now(), server, &wrong);
        }
        if self.item(id).installs == 0 {
            let wrong = format!("item {id} is opened, but no installation for it took effect");
            self.violated("L5", world.now(), server, &wrong);
        }
    }

    /// S8: after hand-over no run of open installs or wipes.
    pub(super) fn operation_began(&mut self, seen: &Occurrence, kind: OperationKind) {
        let wipes = matches!(
            kind,
            OperationKind::ServerInstall | OperationKind::ServerDiag
        );
        let (Some(id), Some(server)) = (request_id(&seen.actor), seen.server) else {
            return;
        };
        let by_open = self
            .commands
            .get(&id.operation)
            .is_some_and(|name| name == "open");
        if wipes && by_open && self.item(id.item).handed_over {
            let wrong = format!(
                "open of item {} sends {} after hand-over",
                id.item,
                kind.name()
            );
            self.violated("S8", seen.at, server, &wrong);
        }
    }

    /// L5: one order, one installation that took effect.
    pub(super) fn operation_ended(&mut self, world: &World, seen: &Occurrence) {
        let What::OperationEnded {
            operation,
            kind: OperationKind::ServerInstall,
            status: OperationStatus::Ok,
            cut: false,
        } = seen.what
        else {
            return;
        };
        let Some(id) = world
            .operation(operation)
            .and_then(|operation| request_id(&operation.actor))
        else {
            return;
        };
        let by_open = self
            .commands
            .get(&id.operation)
            .is_some_and(|name| name == "open");
        if !by_open {
            return;
        }
        self.item(id.item).installs += 1;
        if self.item(id.item).installs > 1 {
            let server = seen.server.unwrap_or_default();
            let wrong = format!("the order of item {} was installed more than once", id.item);
            self.violated("L5", seen.at, server, &wrong);
        }
    }
}

fn request_id(actor: &Actor) -> Option<RequestId> {
    match actor {
        Actor::Api {
            request_id: Some(id),
            ..
        } => id.parse().ok(),
        _ => None,
    }
}
