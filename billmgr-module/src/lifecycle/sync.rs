//! `sync_item`: what BILLmanager believes becomes true again (vendor page, "Changing service statuses"; R44, R45, P5).

use std::time::Duration;

use super::close;
use super::record::Stage;
use super::situation::Situation;
use super::step::Step;
use super::stop::{lower_ports, not_in_service};
use crate::panel::ItemStatus;

/// How long a power command of ours is left alone (R45).
const FRESH_POWER: Duration = Duration::from_mins(5);

/// Say what to do next to reconcile a service. `pending` says that BILLmanager has an operation for it.
pub fn plan(s: &Situation<'_>, pending: bool) -> Step {
    if pending || s.item.status == ItemStatus::Processing {
        return take_up(s);
    }
    let stopped = match s.item.status {
        ItemStatus::Active => false,
        ItemStatus::Stopped => true,
        _ => return Step::Complete,
    };
    if not_in_service(s).is_some() || s.running().is_some() || s.is_protected() {
        return Step::Complete;
    }
    // A port that does not obey must not keep a stopped customer's system running (P5).
    let ports = if stopped { lower_ports(s) } else { None };
    if let Some(step @ Step::Write(_)) = ports {
        return step;
    }
    let power = power(s, stopped);
    match (ports, power) {
        (Some(ports), Step::Complete) => ports,
        // Where both wait, a failure of the ports is told once the power is off.
        (_, power) => power,
    }
}

fn power(s: &Situation<'_>, stopped: bool) -> Step {
    let ours = s.run.switched_power;
    let fresh = s
        .record
        .power
        .is_some_and(|at| s.now.since(at) < FRESH_POWER);
    if fresh && !ours {
        return Step::Complete;
    }
    match stopped {
        true if s.is_on() => s.switch_power(false),
        false if s.is_off() => s.switch_power(true),
        // A command of this run that does not show yet: unknown on the way is not the end.
        _ if ours && !s.is_on() && !s.is_off() => s.switch_power(!stopped),
        _ => Step::Complete,
    }
}

/// A wipe that outlived its command may have ended: take up its result, and touch nothing (W2).
fn take_up(s: &Situation<'_>) -> Step {
    if s.record
        .operation
        .as_ref()
        .is_none_or(|handle| handle.operation().is_none())
    {
        return Step::Complete;
    }
    // The result of an installation stays in DCImanager until `open` runs again; the proof of a wipe also needs the time it was seen (D6).
    match &s.run.watched {
        _ if s.record.stage != Stage::Close6 => Step::Complete,
        None => Step::Look,
        Some(watched) => close::take_up(s, watched).unwrap_or(Step::Complete),
    }
}
