//! `start`, `stop`, `reboot` and `hardreboot`: the power buttons of a service.

use super::record::{Change, ResetNote};
use super::run::Outcome;
use super::situation::{POWER_LAG, Situation};
use super::step::{Step, Write, WriteKey};
use super::stop::not_in_service;
use crate::error::{Error, ErrorKind};

/// Say what to do next to have the server on, or off.
pub fn plan(s: &Situation<'_>, on: bool) -> Step {
    if let Some(step) = not_in_service(s) {
        return step;
    }
    if on {
        // An unknown state may be switched on (R13).
        return if s.is_on() {
            Step::Complete
        } else {
            s.switch_power(true)
        };
    }
    // Switching off would break what runs (R23).
    if let Some(step) = s.wait_for_operation() {
        return step;
    }
    if s.is_off() {
        return Step::Complete;
    }
    if s.is_on() {
        return s.switch_power(false);
    }
    s.wait_for("power", POWER_LAG, || {
        let why = format!("the power state of server {} is unknown", s.server.id);
        Error::new(ErrorKind::Timeout, "server_power_off", why)
    })
}

/// Say what to do next to have the server reset once for one operation. DCImanager knows no softer reboot.
pub fn reset(s: &Situation<'_>) -> Step {
    if let Some(step) = not_in_service(s).or_else(|| s.wait_for_operation()) {
        return step;
    }
    let note = |accepted| {
        let noted = |operation| {
            let note = ResetNote {
                operation,
                accepted,
            };
            Change::Reset(Some(note))
        };
        s.run.operation.map(noted)
    };
    let remembered = s
        .record
        .reset
        .filter(|reset| Some(reset.operation) == s.run.operation);
    let unknown = || {
        let why = format!("nobody knows whether server {} was reset", s.server.id);
        Step::Fail(Error::new(ErrorKind::OperationFailed, "server_power_reset", why).for_staff())
    };
    let sent = s.run.sent.get(&WriteKey::Reset).map(|sent| &sent.outcome);
    match (sent, remembered) {
        // A run before this one did it, and could not tell BILLmanager.
        (_, Some(reset)) if reset.accepted => Step::Complete,
        (Some(Outcome::Accepted), _) => {
            note(true).map_or(Step::Complete, |note| Step::Remember(vec![note]))
        }
        // No later look can tell a server that was reset from one that was not (safety.md H, class X).
        (Some(Outcome::Unknown), _) => unknown(),
        (None, Some(_)) if !s.run.switched_power => unknown(),
        // A reconcile leaves a fresh power command alone (R45).
        (None, _) if !s.run.switched_power => Step::Remember(
            [Some(Change::Power(s.now)), note(false)]
                .into_iter()
                .flatten()
                .collect(),
        ),
        _ => s.ensure(Write::Reset),
    }
}
