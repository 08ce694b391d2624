//! `open`: from a claimed server to one in the client's hands (safety.md O; `billmanager-protocol.md` 5.1).

use dcim6_client::{IpStatus, Operation, OperationHandle, OperationKind, PortStatus, ServerIp};

use super::record::{Change, Stage};
use super::situation::{
    Accepted, Ending, KnownUser, LATER_READ, Order, Outcome, Owner, STEP_LIMIT, Situation,
};
use super::step::{Step, Write, WriteKey};
use crate::error::{Error, ErrorKind};
use crate::panel::calls::SlotAddress;

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
            hand_over(s, order)
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

/// What can be said of an operation whose start nobody answered.
pub enum Unanswered<'a> {
    /// It was never sent: send it.
    Send,
    /// DCImanager accepted it and named it.
    Named(Accepted),
    /// An operation has appeared since.
    Appeared(&'a Operation),
    /// It never arrived: start again from the intent.
    Lost,
    /// Nobody can say yet, or DCImanager refused.
    Wait(Step),
}

/// Look at an operation that has an intent and no id. What DCImanager shows decides; a write of class X is sent again only after two later
/// reads without it.
pub fn unanswered<'a>(s: &Situation<'a>, handle: &OperationHandle) -> Unanswered<'a> {
    let accepted = s
        .run
        .accepted
        .filter(|accepted| accepted.sent_at == handle.sent_at());
    if let Some(accepted) = accepted.filter(|accepted| accepted.operation.is_some()) {
        return Unanswered::Named(accepted);
    }
    let appeared = s
        .server
        .operation
        .as_ref()
        .filter(|operation| Some(operation.id) != handle.previous());
    let sent = s.run.sent.get(&WriteKey::Operation);
    if let Some(operation) = appeared {
        // Our answer carried no id: the first new one read after it is ours (R22, D5).
        if let Some(accepted) = accepted {
            return Unanswered::Named(Accepted {
                operation: Some(operation.id),
                ..accepted
            });
        }
        // Something else got in between our look and our request, which was refused for it.
        let refused =
            sent.is_some_and(|sent| matches!(sent.outcome, Outcome::Conflict | Outcome::Failed(_)));
        if refused {
            return s
                .wait_for_operation()
                .map_or(Unanswered::Lost, Unanswered::Wait);
        }
        return Unanswered::Appeared(operation);
    }
    let Some(sent) = sent else {
        if s.run.intent == Some(handle.sent_at()) {
            return Unanswered::Send;
        }
        // The intent is a former run's: it may be on its way.
        return later(s, s.now.since(s.run.started));
    };
    match &sent.outcome {
        Outcome::Refused(error) | Outcome::Failed(error) => {
            Unanswered::Wait(Step::Fail(error.clone()))
        }
        Outcome::Accepted => Unanswered::Wait(s.wait_for("operation", STEP_LIMIT, || gone(s))),
        Outcome::Conflict => Unanswered::Lost,
        Outcome::Unknown => later(s, s.now.since(sent.last)),
    }
}

fn later<'a>(s: &Situation<'a>, age: std::time::Duration) -> Unanswered<'a> {
    if age >= LATER_READ * 2 {
        return Unanswered::Lost;
    }
    Unanswered::Wait(s.wait_for("operation", STEP_LIMIT, || gone(s)))
}

/// Why an operation ended, if DCImanager says so.
pub fn reason(operation: &Operation) -> String {
    operation
        .status_info
        .get("reason")
        .and_then(|reason| reason.as_str())
        .map(|reason| format!(" ({reason})"))
        .unwrap_or_default()
}

fn gone(s: &Situation<'_>) -> Error {
    Error::new(
        ErrorKind::OperationFailed,
        "operation",
        format!(
            "DCImanager does not show our operation on server {}",
            s.server.id
        ),
    )
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

/// Hand the server over: addresses into their slots, the login, the last call.
fn hand_over(s: &Situation<'_>, order: &Order) -> Step {
    if let Some(step) = raise_ports(s) {
        return step;
    }
    if !s.is_on() {
        return s
            .wait_for_operation()
            .unwrap_or_else(|| s.switch_power(true));
    }
    if s.server.ip.is_empty() {
        return Step::Fail(Error::new(
            ErrorKind::OperationFailed,
            "server_ip_add",
            format!("server {} has no address", s.server.id),
        ));
    }
    let mut free = s.server.ip.iter().filter(|ip| {
        ip.address()
            .is_some_and(|ip| order.slots.iter().all(|slot| slot.address != ip))
    });
    for slot in &order.slots {
        if slot.address.is_empty() {
            let Some(ip) = free.next() else { break };
            return Step::FillSlot(slot.id, slot_address(ip, order));
        }
        if !s.run.committed.contains(&slot.id) {
            return Step::CommitSlot(slot.id);
        }
    }
    let login = if order.windows {
        "Administrator"
    } else {
        "root"
    };
    if s.run.login.as_deref() != Some(login) {
        return Step::SaveLogin(login.to_owned());
    }
    if s.record.candidate.is_some() {
        return Step::Remember(vec![Change::Candidate(None)]);
    }
    Step::Complete
}

fn slot_address(ip: &ServerIp, order: &Order) -> SlotAddress {
    SlotAddress {
        address: ip.address().unwrap_or_default().to_owned(),
        mask: ip.network.as_deref().and_then(mask_of).unwrap_or_default(),
        gateway: ip.gateway.clone().unwrap_or_default(),
        domain: order
            .domain
            .clone()
            .or_else(|| ip.domain.clone())
            .unwrap_or_default(),
    }
}

/// Give the dotted mask of an IPv4 network written with a prefix length.
fn mask_of(network: &str) -> Option<String> {
    let (address, bits) = network.split_once('/')?;
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
    address.parse::<std::net::Ipv4Addr>().ok()?;
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    Some(std::net::Ipv4Addr::from(mask).to_string())
}

#[cfg(test)]
mod tests {
    use super::mask_of;

    #[test]
    fn a_mask_is_dotted_and_only_for_ipv4() {
        assert_eq!(mask_of("192.0.2.0/24").as_deref(), Some("255.255.255.0"));
        assert_eq!(mask_of("192.0.2.8/30").as_deref(), Some("255.255.255.252"));
        assert_eq!(mask_of("0.0.0.0/0").as_deref(), Some("0.0.0.0"));
        assert_eq!(mask_of("192.0.2.1/32").as_deref(), Some("255.255.255.255"));
        assert_eq!(mask_of("2001:db8::/32"), None);
        assert_eq!(mask_of("192.0.2.0/33"), None);
        assert_eq!(mask_of("192.0.2.0"), None);
    }
}
