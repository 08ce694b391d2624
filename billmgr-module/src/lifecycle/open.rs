//! `open`: from a claimed server to one in the client's hands (safety.md O; `billmanager-protocol.md` 5.1).

use dcim6_client::{IpStatus, OperationHandle, OperationKind, PortStatus};

use super::handover;
use super::record::{Change, Stage};
use super::situation::{Ending, KnownUser, LATER_READ, Order, Owner, STEP_LIMIT, Situation};
use super::starting::{Unanswered, gone, reason, unanswered};
use super::step::{Step, Write, WriteKey};
use crate::error::{Error, ErrorKind};

/// How often a failed installation is started again in one run.
const RESTARTS: u32 = 1;

/// Say what to do next for an order whose server is claimed.
pub fn plan(s: &Situation<'_>, order: &Order) -> Step {
    if s.is_protected() {
        return Step::Fail(Error::new(
            ErrorKind::Refused,
            "server",
            format!("{} is protected", s.server.id),
        ));
    }
    // S8: once installed, nothing below this line may ever install again.
    if s.record.stage >= Stage::Installed {
        return if s.owner() == Owner::Ours {
            handover::plan(s, order)
        } else {
            owner_mismatch(s)
        };
    }
    if let Some(step) = user(s).or_else(|| owner(s)) {
        return step;
    }
    match s.record.stage {
        Stage::Name => name(s, order),
        Stage::Ports => ports(s),
        Stage::Ip => addresses(s, order),
        Stage::Power => power(s),
        _ => install(s, order),
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
            Change::User(user),
            Change::Stage(s.record.stage.max(Stage::User)),
        ]),
        // Whoever owns it is not a client without a user.
        KnownUser::Absent if s.owner() == Owner::Foreign => Step::Withdraw,
        KnownUser::Absent if s.record.stage < Stage::User => go_to(Stage::User),
        KnownUser::Absent => s.ensure(Write::CreateUser),
    })
}

fn owner(s: &Situation<'_>) -> Option<Step> {
    let stage = s.record.stage;
    match s.owner() {
        // Another order, or another system, was quicker: nothing of ours is on this server yet (O2).
        Owner::Foreign if stage <= Stage::Owner => Some(Step::Withdraw),
        Owner::None if stage < Stage::Owner => Some(go_to(Stage::Owner)),
        Owner::None if stage == Stage::Owner => Some(
            s.wait_for_operation()
                .unwrap_or_else(|| s.ensure(Write::Owner(s.record.user))),
        ),
        Owner::Ours if stage < Stage::Name => Some(go_to(Stage::Name)),
        Owner::Ours => None,
        Owner::None | Owner::Foreign => Some(owner_mismatch(s)),
    }
}

fn owner_mismatch(s: &Situation<'_>) -> Step {
    Step::Fail(Error::new(
        ErrorKind::OwnerMismatch,
        "server",
        s.server.id.to_string(),
    ))
}

fn name(s: &Situation<'_>, order: &Order) -> Step {
    let named = match (&order.domain, &s.server.domain) {
        (None, _) => true,
        (Some(ours), theirs) => theirs
            .as_deref()
            .is_some_and(|theirs| theirs.eq_ignore_ascii_case(ours)),
    };
    if named {
        go_to(Stage::Ports)
    } else {
        s.ensure(Write::Edit(order.domain.clone()))
    }
}

fn ports(s: &Situation<'_>) -> Step {
    raise_ports(s).unwrap_or_else(|| go_to(Stage::Ip))
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
        // A run before this one may have asked already, without hearing the answer: two reads apart before asking again.
        if s.run.found == Stage::Ip
            && !s.run.sent.contains_key(&WriteKey::AddIps)
            && s.now.since(s.run.started) < LATER_READ * 2
        {
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
        return s.wait_for_operation().unwrap_or_else(|| intend(s, order));
    };
    if handle.operation().is_some() {
        return match &s.run.watched {
            None => Step::Await,
            Some(watched) => match &watched.ending {
                Ending::Done(_) => installed(s, order),
                Ending::Failed(_) if s.run.restarts < RESTARTS => intend(s, order),
                Ending::Failed(operation) => Step::Fail(Error::new(
                    ErrorKind::OperationFailed,
                    "server_install",
                    format!(
                        "operation {} on server {} ended {}{}",
                        operation.id,
                        s.server.id,
                        operation.status,
                        reason(operation)
                    ),
                )),
                Ending::Gone => Step::Fail(gone(s)),
                Ending::Running => Step::Fail(overdue(s, handle)),
            },
        };
    }
    match unanswered(s, handle) {
        Unanswered::Named(accepted) => Step::Remember(vec![Change::Operation(accepted.operation.map(|id| handle.clone().with_operation(id)))]),
        Unanswered::Send => Step::Write(Write::Install(handle.clone(), order.template, order.domain.clone())),
        // The same request, seen to have arrived: the password in it is the one we saved (safety.md H, class X).
        Unanswered::Appeared(operation) if operation.name == Some(OperationKind::Install) => {
            Step::Remember(vec![Change::Operation(Some(handle.clone().with_operation(operation.id)))])
        }
        Unanswered::Appeared(operation) => Step::Fail(
            Error::new(
                ErrorKind::OperationFailed,
                "server_install",
                format!("operation {} of unknown author took the place of our installation on server {}", operation.id, s.server.id),
            )
            .for_staff(),
        ),
        Unanswered::Lost => intend(s, order),
        Unanswered::Wait(step) => step,
    }
}

/// Save what we are about to start, so that whoever comes next knows that it may have been sent.
fn intend(s: &Situation<'_>, order: &Order) -> Step {
    let previous = s.server.operation.as_ref().map(|operation| operation.id);
    let handle = OperationHandle::new(
        s.panel,
        s.server.id,
        OperationKind::Install,
        previous,
        s.now,
        Some(order.limit),
    );
    Step::Remember(vec![
        Change::Stage(Stage::Install),
        Change::Operation(Some(handle)),
    ])
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
    if s.server.os_template.as_ref().map(|template| template.id) == Some(order.template) {
        return Step::Remember(vec![
            Change::Stage(Stage::Installed),
            Change::Operation(None),
        ]);
    }
    let why = format!(
        "server {} does not carry template {} after its installation",
        s.server.id, order.template
    );
    Step::Fail(Error::new(ErrorKind::OperationFailed, "server_install", why).for_staff())
}
