//! What a command would do: its own plan, played on a copy of what was seen, where every step goes well at once. Nothing is sent or saved.

use std::time::Duration;

use dcim6_client::{
    Operation, OperationHandle, OperationId, OperationKind, OperationStatus, OsTemplateRef,
    PortStatus, PowerStatus, Server, ServerIp, Timestamp, UserId,
};
use serde_json::json;

use super::record::{Change, Record};
use super::run::{Accepted, Ending, KnownUser, Outcome, Run, Sent, Watched};
use super::session::Goal;
use super::situation::Situation;
use super::step::{Step, Write};
use super::{address, close, open, power, resume, stop, sync};
use crate::error::Error;
use crate::panel::Item;
use crate::settings::Settings;

/// No command comes near this many steps.
const MAX_STEPS: usize = 500;
/// How long ago the service counts as looked at, so that nothing of a former run is on its way.
const LOOKED_BEFORE: Duration = Duration::from_mins(1);
/// How long an operation takes in the copy: well within the shortest limit there can be.
const OPERATION: Duration = Duration::from_secs(1);

/// What is known before the first step.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// The service.
    pub item: &'a Item,
    /// DCImanager, as `host:port`.
    pub panel: &'a str,
    /// What the service remembers.
    pub record: Record,
    /// The settings of its module.
    pub settings: &'a Settings,
    /// The client's e-mail.
    pub email: Option<&'a str>,
    /// The server as just read.
    pub server: Server,
    /// Now.
    pub now: Timestamp,
}

/// How it would end.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// BILLmanager would be told that it is done.
    Complete,
    /// The server would be given back, untouched.
    Withdraw,
    /// It would wait for this, and nobody can say how long.
    Wait(&'static str),
    /// It would fail.
    Fail(Error),
}

/// Play the plan to its end, with a run that has already found out what `run` says. Answers the steps, in order, and the end.
pub fn foresee(view: &View<'_>, goal: &Goal, run: Run) -> (Vec<Step>, End) {
    let mut play = Play {
        record: view.record.clone(),
        server: view.server.clone(),
        now: view.now,
        goal: goal.clone(),
        run: Run {
            first_look: Some(view.now - LOOKED_BEFORE),
            found: view.record.stage,
            ..run
        },
    };
    let mut steps = Vec::new();
    while steps.len() < MAX_STEPS {
        let step = play.plan(view);
        match &step {
            Step::Complete => return (steps, End::Complete),
            Step::Withdraw => return (steps, End::Withdraw),
            Step::Fail(error) => return (steps, End::Fail(error.clone())),
            Step::Wait { what, .. } => return (steps, End::Wait(what)),
            other => play.take(other),
        }
        steps.push(step);
    }
    (steps, End::Wait("the end"))
}

struct Play {
    record: Record,
    server: Server,
    now: Timestamp,
    goal: Goal,
    run: Run,
}

impl Play {
    fn plan(&self, view: &View<'_>) -> Step {
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
        match &self.goal {
            Goal::Open(order) => open::plan(&situation, order),
            Goal::Suspend => stop::plan(&situation),
            Goal::Resume => resume::plan(&situation),
            Goal::Close => close::plan(&situation),
            Goal::Power(on) => power::plan(&situation, *on),
            Goal::Reset { .. } => power::reset(&situation),
            Goal::Addresses(wanted) => address::fill(&situation, wanted),
            Goal::Release { slots, slot } => address::release(&situation, slots, *slot),
            Goal::Sync { pending } => sync::plan(&situation, *pending),
        }
    }

    /// Let one step have gone well.
    fn take(&mut self, step: &Step) {
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

    fn end_operation(&mut self) {
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
