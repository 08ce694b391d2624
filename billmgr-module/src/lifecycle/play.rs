//! A copy of what was seen of a service, on which every step goes well at once.

use std::time::Duration;

use dcim6_client::{
    Operation, OperationHandle, OperationId, OperationKind, OperationStatus, OsTemplateRef,
    PortStatus, PowerStatus, Server, ServerIp, Timestamp, UserId,
};
use serde_json::json;

use super::foresee::View;
use super::record::{Change, Record, Stage};
use super::run::{Accepted, Ending, KnownUser, Outcome, Run, Sent, Watched};
use super::session::Goal;
use super::situation::Situation;
use super::step::{Step, Write};

/// How long an operation takes in the copy: well within the shortest limit there can be.
const OPERATION: Duration = Duration::from_secs(1);

/// The copy.
pub(super) struct Play {
    pub(super) record: Record,
    pub(super) server: Server,
    pub(super) now: Timestamp,
    pub(super) goal: Goal,
    pub(super) run: Run,
}

impl Play {
    /// Ask the command's own plan.
    pub(super) fn plan(&self, view: &View<'_>) -> Step {
        let situation = Situation {
            item: view.item,
            panel: view.panel,
            record: &self.record,
            settings: view.settings,
            email: view.email,
            server: &self.server,
            run: &self.run,
            now: self.now,
        };
        self.goal.next_step(&situation)
    }

    /// Let one step have gone well.
    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Remember(changes) => changes.iter().for_each(|change| self.remember(change)),
            Step::MakePassword => self.run.has_password = true,
            Step::SaveLogin(login) => self.run.login = Some(login.clone()),
            Step::FindUser => self.run.user = KnownUser::Absent,
            Step::Write(write) => self.write(write),
            Step::FillSlot(slot, filled) => {
                let row = self
                    .slots()
                    .and_then(|rows| rows.iter_mut().find(|row| row.id == *slot));
                if let Some(row) = row {
                    row.address.clone_from(&filled.address);
                }
                self.run.filled.insert(*slot);
            }
            Step::CommitSlot(slot) => drop(self.run.committed.insert(*slot)),
            Step::EmptySlot(slot) => {
                if let Some(rows) = self.slots() {
                    rows.retain(|row| row.id != *slot);
                }
            }
            Step::Await | Step::Look => self.end_operation(),
            Step::Contain(error) => self.run.containing = Some(error.clone()),
            Step::FindDiagnostics
            | Step::Wait { .. }
            | Step::Withdraw
            | Step::Complete
            | Step::Fail(_) => {}
        }
    }

    /// R34: protection leaves power on, and stopping what runs.
    pub(super) fn is_refused(&self, write: &Write) -> bool {
        self.server.is_protected == Some(true)
            && !matches!(
                write,
                Write::Power(true) | Write::Cancel(_) | Write::CreateUser
            )
    }

    fn slots(&mut self) -> Option<&mut Vec<crate::panel::IpSlot>> {
        match &mut self.goal {
            Goal::Open(order) => Some(&mut order.slots),
            Goal::Addresses(wanted) => Some(&mut wanted.slots),
            Goal::Release { slots, .. } => Some(slots),
            _ => None,
        }
    }

    fn remember(&mut self, change: &Change) {
        self.record.apply(change);
        match change {
            Change::Power(_) => self.run.switched_power = true,
            Change::Operation(Some(handle)) if handle.operation().is_none() => {
                self.run.intent = Some(handle.sent_at());
                self.run.accepted = None;
                self.run.watched = None;
            }
            Change::Operation(_) => self.run.watched = None,
            _ => {}
        }
    }

    fn write(&mut self, write: &Write) {
        let server = &mut self.server;
        match write {
            Write::CreateUser => self.run.user = KnownUser::Found(UserId::new(0)),
            Write::Owner(None) => (server.owner, server.owner_email) = (None, None),
            Write::Owner(Some(user)) => {
                server.owner = serde_json::from_value(json!({"id": user})).ok();
            }
            Write::Edit(domain) => server.domain = Some(domain.clone()),
            Write::Port(switch, id, up) => {
                let status = if *up {
                    PortStatus::Up
                } else {
                    PortStatus::Down
                };
                let ports = server.switch_connection.iter_mut();
                for port in ports.filter(|port| port.switch == *switch && port.id == *id) {
                    port.admin_status = status.clone();
                }
            }
            Write::Power(true) => server.power_status = PowerStatus::On,
            Write::Power(false) => server.power_status = PowerStatus::Off,
            Write::Reset => self.sent(write),
            Write::AddIps(count) => server.ip.extend((1..=*count).filter_map(new_address)),
            Write::DeleteIp(ip) => server.ip.retain(|found| found.id != *ip),
            Write::Maintenance(on) => server.is_maintenance = Some(*on),
            Write::Cancel(_) => {
                if let Some(operation) = &mut server.operation {
                    operation.status = OperationStatus::Canceled;
                }
                self.release_held();
            }
            Write::Install(handle, ..) | Write::Diagnostics(handle, ..) => self.start(handle),
        }
    }

    fn sent(&mut self, write: &Write) {
        let sent = Sent {
            first: self.now,
            last: self.now,
            outcome: Outcome::Accepted,
            looks: None,
        };
        self.run.sent.insert(write.key(), sent);
    }

    fn start(&mut self, handle: &OperationHandle) {
        let before = self
            .server
            .operation
            .as_ref()
            .map_or(0, |operation| operation.id.get());
        let id = OperationId::new(before + 1);
        self.server.operation = operation(id, handle.kind(), self.now);
        self.run.accepted = Some(Accepted {
            sent_at: handle.sent_at(),
            operation: Some(id),
            panel_at: None,
        });
    }

    /// What a server holds past step 4 came with an operation, and goes with it (R29).
    fn release_held(&mut self) {
        if self.record.stage > Stage::Close4 {
            self.server.ip.clear();
        }
    }

    fn end_operation(&mut self) {
        self.release_held();
        let Some(handle) = &self.record.operation else {
            return;
        };
        self.now = self.now + OPERATION;
        let named = handle.operation().unwrap_or(OperationId::new(0));
        let started = self
            .server
            .operation
            .take()
            .filter(|running| running.id == named);
        let running = started.or_else(|| operation(named, handle.kind(), handle.sent_at()));
        if let Some(mut ended) = running {
            ended.status = OperationStatus::Ok;
            ended.finished_at = ended.started_at.map(|started| started + OPERATION);
            self.server.operation = Some(ended.clone());
            self.run.watched = Some(Watched {
                ending: Ending::Done(ended),
                at: self.now,
                panel_at: None,
            });
        }
        if let Goal::Open(order) = &self.goal {
            let template = json!({"id": order.template});
            self.server.os_template = serde_json::from_value::<OsTemplateRef>(template).ok();
        }
    }
}

fn operation(id: OperationId, kind: &OperationKind, started: Timestamp) -> Option<Operation> {
    let mut operation: Operation =
        serde_json::from_value(json!({"id": id, "status": "run"})).ok()?;
    operation.name = Some(kind.clone());
    operation.started_at = Some(started);
    Some(operation)
}

/// An address that nobody knows yet. Its number is past all that DCImanager gives out.
fn new_address(number: u32) -> Option<ServerIp> {
    let id = u64::from(u32::MAX) + u64::from(number);
    serde_json::from_value(
        json!({"id": id, "name": format!("(new address {number})"), "status": "allocated"}),
    )
    .ok()
}
