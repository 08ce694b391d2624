//! How a server stands, in one word, and what is wrong with it.

use crate::world::World;
use crate::world::operation::{ClearHdd, Operation, OperationKind, OperationStatus};
use crate::world::server::{Customer, PowerStatus, Server, ServerState};

/// What the ledger knows about who holds a server.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Holding {
    pub(super) item: u64,
    pub(super) stopped: bool,
    pub(super) closing: bool,
    pub(super) tasked: bool,
}

impl Holding {
    /// Bound, its deletion begun, and staff have to look: nobody may have it.
    pub(super) fn is_quarantine(self) -> bool {
        self.closing && self.tasked
    }
}

pub(super) fn word(
    world: &World,
    server: &Server,
    held: Option<Holding>,
    sellable: bool,
) -> &'static str {
    if let Some(operation) = world.running_operation(server.id) {
        return doing(operation);
    }
    match held {
        Some(held) if held.is_quarantine() => return "quarantine",
        Some(held) if held.stopped => return "stopped",
        _ => {}
    }
    if server.owner.is_some() {
        return match (server.state, server.running()) {
            (ServerState::Suspended, _) => "suspended",
            (_, true) => "active",
            (_, false) => "off",
        };
    }
    match (held, sellable) {
        (Some(held), _) if held.closing => "closing",
        (Some(_), _) => "claimed",
        (None, true) => "free",
        (None, false) => "not for sale",
    }
}

fn doing(operation: &Operation) -> &'static str {
    match (operation.kind, operation.clear_hdd) {
        (OperationKind::ServerInstall, _) => "installing",
        (OperationKind::ServerDiag, ClearHdd::None) => "diagnosing",
        (OperationKind::ServerDiag, _) => "wiping",
        (OperationKind::ServerRecovery, _) => "rescuing",
        (OperationKind::ServerSuspend, _) => "suspending",
        (OperationKind::ServerResume, _) => "resuming",
    }
}

/// Why nobody can buy it (R7, R8), and what else deserves a look.
pub(super) fn troubles(
    world: &World,
    server: &Server,
    held: Option<Holding>,
    twin: bool,
) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut say = |is_so: bool, what: &str| {
        if is_so {
            found.push(what.to_owned());
        }
    };
    let last = server.operation.and_then(|id| world.operation(id));
    let ended = |status| last.is_some_and(|last| last.status == status);
    say(
        held.is_some_and(Holding::is_quarantine),
        "quarantine: staff have to look",
    );
    say(ended(OperationStatus::Fail), "last operation failed");
    say(
        ended(OperationStatus::Canceled),
        "last operation was cancelled",
    );
    say(
        last.is_some_and(|last| last.cut),
        "last operation was cut by its limit",
    );
    say(twin, "another server has its MAC address");
    say(server.mac.is_none(), "no MAC address");
    say(server.diagnostics.is_none(), "never diagnosed");
    say(
        server.diagnostics.as_ref().is_some_and(|one| !one.passed),
        "diagnostics found faults",
    );
    say(server.configuration.is_none(), "configuration unknown");
    say(server.is_new, "new, not yet taken in");
    say(!server.in_operation && !server.is_new, "not in operation");
    say(world.ports_of(server.id).next().is_none(), "on no switch");
    say(
        world.ports_of(server.id).next().is_some()
            && world.data_ports_of(server.id).next().is_none(),
        "no data port",
    );
    say(
        world.power_status(server) == PowerStatus::Unknown,
        "power unknown",
    );
    say(server.power.stuck, "power calls do nothing");
    say(!server.power.outlet_on, "no current");
    say(
        server.owner.is_none()
            && held.is_none()
            && server.running()
            && world.running_operation(server.id).is_none(),
        "on, and nobody's",
    );
    say(foreign_taint(server), "somebody else's traces on a disk");
    for problem in server
        .diagnostic_problems
        .iter()
        .chain(&server.status_problems)
    {
        say(true, problem);
    }
    found
}

/// Whether a disk carries what is not the owner's.
fn foreign_taint(server: &Server) -> bool {
    let own = server.owner.map(Customer::User);
    server.disks.iter().any(|disk| {
        let mut all = disk.boot_taint.iter().chain(&disk.data_taint);
        // What was sold without an owner belongs to an operation, and whose that is only the ledger knows.
        all.any(|customer| matches!(customer, Customer::User(_)) && Some(*customer) != own)
    })
}
