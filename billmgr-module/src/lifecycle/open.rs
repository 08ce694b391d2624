//! `open`: from a claimed server to one in the client's hands (safety.md O; `billmanager-protocol.md` 5.1).

use std::collections::BTreeSet;

use dcim6_client::{IpStatus, Operation, OperationHandle, OperationKind, PortStatus};

use super::handover;
use super::record::{Change, Stage};
use super::run::{Ending, KnownUser};
use super::situation::{Order, Owner, STEP_LIMIT, Situation};
use super::starting::{Unanswered, gone, may_be_ours, reason, too_long, unanswered};
use super::step::{Step, Write, WriteKey};
use crate::error::{Error, ErrorKind};
use crate::matching::{self, Wish};

/// How often a failed installation is started again in one run.
const RESTARTS: u32 = 1;

/// Say what to do next for an order whose server is claimed.
pub fn plan(s: &Situation<'_>, order: &Order) -> Step {
    if s.is_protected() {
        let why = format!("{} is protected", s.server.id);
        return Step::Fail(Error::new(ErrorKind::Refused, "server", why));
    }
    match s.record.stage {
        Stage::Installed if s.owner() == Owner::Ours => handover::plan(s, order),
        // S8: once installed, nothing below may ever install again.
        Stage::Installed => s.owner_mismatch(),
        stage if stage >= Stage::Close1 => {
            let why = format!("\"{}\": its deletion has begun", stage.as_str());
            Step::Fail(Error::new(ErrorKind::Value, "dcim6_stage", why).for_staff())
        }
        stage => user(s)
            .or_else(|| owner(s, order))
            .unwrap_or_else(|| match stage {
                Stage::Name => name(s, order),
                Stage::Ports => raise_ports(s).unwrap_or_else(|| go_to(Stage::Ip)),
                Stage::Ip => addresses(s, order),
                Stage::Power => power(s),
                _ => install(s, order),
            }),
    }
}

fn go_to(stage: Stage) -> Step {
    Step::Remember(vec![Change::Stage(stage)])
}

fn user(s: &Situation<'_>) -> Option<Step> {
    if s.record.user.is_some() {
        return None;
    }
    Some(match s.run.user {
        KnownUser::NotLooked => Step::FindUser,
        KnownUser::Administrator => {
            let why = "an administrator of DCImanager has the client's e-mail: administrators never own a sold server";
            Step::Fail(Error::new(ErrorKind::OwnerMismatch, "user", why))
        }
        KnownUser::Found(user) => Step::Remember(vec![
            Change::User(Some(user)),
            Change::Stage(s.record.stage.max(Stage::User)),
        ]),
        // Whoever owns it is not a client without a user.
        KnownUser::Absent if s.owner() == Owner::Foreign => Step::Withdraw,
        KnownUser::Absent if s.record.stage < Stage::User => go_to(Stage::User),
        // A run before this one may have asked already, without hearing the answer.
        KnownUser::Absent if s.may_be_on_its_way(Stage::User) && s.run.sent.is_empty() => {
            s.wait_for("user", STEP_LIMIT, || gone(s))
        }
        KnownUser::Absent => s.ensure(Write::CreateUser),
    })
}

fn owner(s: &Situation<'_>, order: &Order) -> Option<Step> {
    let stage = s.record.stage;
    // A binding without its DCImanager is a choice of staff: matching is skipped, and their owner may stand (5.1).
    let chosen_by_staff = s.record.panel.is_none();
    let unsent = !s.run.sent.contains_key(&WriteKey::Owner(true));
    match s.owner() {
        // A run before this one may have written the owner, and it does not show yet.
        Owner::None | Owner::Foreign if stage == Stage::Owner && s.may_be_on_its_way(stage) => {
            Some(s.wait_for("owner", STEP_LIMIT, || gone(s)))
        }
        // Another order, or another system, was quicker: nothing of ours is on this server yet (O2).
        Owner::Foreign if stage <= Stage::Owner => Some(Step::Withdraw),
        Owner::Ours if stage < Stage::Owner && !chosen_by_staff => Some(Step::Withdraw),
        // Since the list was read it has become doubtful (F10).
        Owner::None
            if stage <= Stage::Owner && unsent && !chosen_by_staff && is_doubtful(s, order) =>
        {
            Some(Step::Withdraw)
        }
        Owner::None if stage < Stage::Owner => Some(go_to(Stage::Owner)),
        Owner::None if stage == Stage::Owner => {
            let write = || s.ensure(Write::Owner(s.record.user));
            Some(s.wait_for_operation().unwrap_or_else(write))
        }
        Owner::Ours if stage < Stage::Name => Some(go_to(Stage::Name)),
        Owner::Ours => None,
        Owner::None | Owner::Foreign => Some(s.owner_mismatch()),
    }
}

fn is_doubtful(s: &Situation<'_>, order: &Order) -> bool {
    let wish = Wish {
        configuration: &order.configuration,
        candidate: None,
        powered_on: s.settings.sell_powered_on,
        taken: &BTreeSet::new(),
    };
    matching::refusal(s.server, &wish).is_some()
}

/// The server gets the ordered name; without one, the last client's goes (F40).
fn name(s: &Situation<'_>, order: &Order) -> Step {
    let ours = order.domain.as_deref().unwrap_or_default();
    let theirs = s.server.domain.as_deref().unwrap_or_default();
    if theirs.eq_ignore_ascii_case(ours) {
        go_to(Stage::Ports)
    } else {
        s.ensure(Write::Edit(ours.to_owned()))
    }
}

/// Raise every data port that is not up.
pub fn raise_ports(s: &Situation<'_>) -> Option<Step> {
    s.ensure_all(
        s.data_ports()
            .filter(|port| port.admin_status != PortStatus::Up)
            .map(|port| Write::Port(port.switch, port.id, true)),
    )
}

fn addresses(s: &Situation<'_>, order: &Order) -> Step {
    let wanted = order.slots.len().max(1);
    let present = s.server.ip.len();
    if present < wanted {
        // As above: a run before this one may have asked.
        let asked = s.run.sent.contains_key(&WriteKey::AddIps);
        if !asked && s.may_be_on_its_way(Stage::Ip) {
            return s.wait_for("address", STEP_LIMIT, || unreachable_address(s));
        }
        let missing = u32::try_from(wanted - present).unwrap_or(u32::MAX);
        return s
            .wait_for_operation()
            .unwrap_or_else(|| s.ensure(Write::AddIps(missing)));
    }
    if let Some(surplus) = s.server.ip.iter().skip(wanted).map(|ip| ip.id).max() {
        return s.ensure(Write::DeleteIp(surplus));
    }
    if s.server
        .ip
        .iter()
        .any(|ip| ip.status == Some(IpStatus::Allocating))
    {
        return s.wait_for("address", STEP_LIMIT, || unreachable_address(s));
    }
    go_to(Stage::Power)
}

fn unreachable_address(s: &Situation<'_>) -> Error {
    Error::new(
        ErrorKind::Timeout,
        "server_ip_add",
        format!("the addresses of server {} are not allocated", s.server.id),
    )
}

fn power(s: &Situation<'_>) -> Step {
    if s.is_on() {
        go_to(Stage::Install)
    } else {
        s.switch_power(true)
    }
}

fn install(s: &Situation<'_>, order: &Order) -> Step {
    if !s.run.has_password {
        return Step::MakePassword;
    }
    let Some(handle) = &s.record.operation else {
        return intend(s, order);
    };
    if handle.operation().is_some() {
        return match s.run.watched.as_ref().map(|watched| &watched.ending) {
            None => Step::Await,
            Some(Ending::Done(_)) => installed(s, order),
            Some(Ending::Failed(_)) if s.run.restarts < RESTARTS => intend(s, order),
            Some(Ending::Failed(operation)) => Step::Fail(failed(s, operation)),
            Some(Ending::Gone) => Step::Fail(gone(s)),
            Some(Ending::Running | Ending::Unseen) => Step::Fail(overdue(s, handle)),
        };
    }
    match unanswered(s, handle) {
        Unanswered::Send => Step::Write(Write::Install(
            handle.clone(),
            order.template,
            order.domain.clone(),
            order.script,
        )),
        Unanswered::Named(accepted) | Unanswered::Taken(accepted) => {
            let named = accepted
                .operation
                .map(|id| handle.clone().with_operation(id));
            Step::Remember(vec![Change::Operation(named)])
        }
        // The same request, seen to have arrived (safety.md H, class X): nothing DCImanager says of it is different.
        Unanswered::Appeared(operation) if may_be_ours(operation, handle) && is_named(s, order) => {
            let adopted = handle.clone().with_operation(operation.id);
            Step::Remember(vec![Change::Operation(Some(adopted))])
        }
        Unanswered::Appeared(operation) => {
            let (id, server) = (operation.id, s.server.id);
            let why = format!(
                "operation {id} of unknown author took the place of our installation on server {server}"
            );
            Step::Fail(Error::new(ErrorKind::OperationFailed, "server_install", why).for_staff())
        }
        Unanswered::Lost => intend(s, order),
        Unanswered::Wait(step) => step,
    }
}

fn is_named(s: &Situation<'_>, order: &Order) -> bool {
    order.domain.is_none() || s.server.domain == order.domain
}

/// Save what we are about to start, so that whoever comes next knows that it may have been sent.
fn intend(s: &Situation<'_>, order: &Order) -> Step {
    if let Some(step) = s.wait_for_operation().or_else(|| too_long(s)) {
        return step;
    }
    let previous = s.server.operation.as_ref().map(|operation| operation.id);
    let (kind, limit) = (OperationKind::Install, Some(order.limit));
    let handle = OperationHandle::new(s.panel, s.server.id, kind, previous, s.now, limit);
    Step::Remember(vec![
        Change::Stage(Stage::Install),
        Change::Operation(Some(handle)),
    ])
}

fn failed(s: &Situation<'_>, operation: &Operation) -> Error {
    let (id, status, why) = (operation.id, &operation.status, reason(operation));
    let text = format!(
        "operation {id} on server {} ended {status}{why}",
        s.server.id
    );
    Error::new(ErrorKind::OperationFailed, "server_install", text)
}

fn overdue(s: &Situation<'_>, handle: &OperationHandle) -> Error {
    let operation = handle
        .operation()
        .map(|id| id.to_string())
        .unwrap_or_default();
    Error::new(
        ErrorKind::Timeout,
        handle.kind().as_str(),
        format!("operation {operation} on server {} still runs", s.server.id),
    )
}

/// The installation ended well. The panel's own word for what is on the disks has to agree.
fn installed(s: &Situation<'_>, order: &Order) -> Step {
    let found = s.server.os_template.as_ref().map(|template| template.id);
    if found == Some(order.template) && s.running().is_none() {
        return Step::Remember(vec![
            Change::Stage(Stage::Installed),
            Change::Operation(None),
        ]);
    }
    // It may show a little later than the end of the operation.
    s.wait_for("template", STEP_LIMIT, || {
        let (server, template) = (s.server.id, order.template);
        let why =
            format!("server {server} does not carry template {template} after its installation");
        Error::new(ErrorKind::OperationFailed, "server_install", why).for_staff()
    })
}
