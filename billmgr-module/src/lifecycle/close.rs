//! `close`: the eight steps of the vendor's page, in its order, whatever a former run has done of them (safety.md D).

use std::cmp::Ordering;

use dcim6_client::{OperationHandle, OperationId, OperationKind, OsTemplateId};

use super::open::raise_ports;
use super::record::{Change, Evidence, Fence, Maintenance, Stage, Unproven, Wipe};
use super::run::{Accepted, Ending, Outcome, Watched};
use super::situation::{Owner, POWER_LAG, STEP_LIMIT, Situation};
use super::starting::{Unanswered, gone, reason, too_long, unanswered};
use super::step::{Step, Write, WriteKey};
use super::stop::lower_ports;
use super::wipe;
use crate::error::{Error, ErrorKind};

/// Say what to do next to delete a service that is bound to a server.
pub fn plan(s: &Situation<'_>) -> Step {
    if let Some(error) = &s.run.containing {
        return contain(s, error);
    }
    match next(s) {
        Step::Fail(error) if error.asks_staff() || s.run.last_try => Step::Contain(error),
        step => step,
    }
}

fn next(s: &Situation<'_>) -> Step {
    if s.is_protected() {
        let why = format!("{} is protected", s.server.id);
        return Step::Fail(Error::new(ErrorKind::Refused, "server", why));
    }
    if let Some(step) = verify(s) {
        return step;
    }
    let Some(wipe) = &s.record.wipe else {
        let wipe = Wipe::of(s.server);
        if wipe.baseline.is_empty() {
            // D5: nothing could ever be proven against it; staff look before anything is begun.
            let why = format!(
                "{}: the inventory shows no disk; staff may accept that (pmdcim6 accept-wipe)",
                s.server.id
            );
            return Step::Fail(Error::new(ErrorKind::WipeUnproven, "server", why));
        }
        return Step::Remember(vec![Change::Stage(Stage::Close1), Change::Wipe(wipe)]);
    };
    if s.record.stage < Stage::Close1 {
        // Staff accepted something of the disks before the first step was begun.
        return Step::Remember(vec![Change::Stage(Stage::Close1)]);
    }
    if wipe.server != s.server.id {
        let why = format!(
            "begun with server {}, bound to {}",
            wipe.server, s.server.id
        );
        return Step::Fail(Error::new(ErrorKind::OwnerMismatch, "dcim6_wipe", why));
    }
    if wipe.handed_over.is_some() && wipe.handed_over == s.run.operation {
        // This operation was manual, and here it runs again: staff want it, another wipe included (D7).
        let wipe = Wipe {
            handed_over: None,
            unproven: None,
            ..wipe.clone()
        };
        return Step::Remember(vec![Change::Wipe(wipe)]);
    }
    if let Some(evidence) = &wipe.evidence {
        return if is_outdated(s, evidence) {
            let reason = "something ran, or somebody owned it, after the clean-up".to_owned();
            let unproven = Some(Unproven {
                operation: Some(evidence.operation),
                reason,
            });
            let wipe = Wipe {
                evidence: None,
                unproven,
                ..wipe.clone()
            };
            Step::Remember(vec![Change::Wipe(wipe)])
        } else {
            finish(s, wipe)
        };
    }
    if let Some(unproven) = &wipe.unproven {
        let why = format!("{}: {}", s.server.id, unproven.reason);
        return Step::Fail(Error::new(ErrorKind::WipeUnproven, "server", why));
    }
    match (&s.record.operation, &s.run.diagnostics) {
        (Some(handle), _) if handle.operation().is_some() && is_wipe(handle) => wiping(s, handle),
        // Looked up before the first step: a deletion that cannot wipe is not begun.
        (_, None) => Step::FindDiagnostics,
        (_, Some(Err(error))) => Step::Fail(error.clone()),
        (Some(handle), Some(Ok(template))) if is_wipe(handle) => start(s, wipe, handle, *template),
        _ => prepare(s, wipe),
    }
}

/// The proof is of a moment: whatever happened to the server since, it does not cover.
fn is_outdated(s: &Situation<'_>, evidence: &Evidence) -> bool {
    let last = s.server.operation.as_ref().map(|operation| operation.id);
    last > Some(evidence.operation) || s.owner() == Owner::Ours
}

fn is_wipe(handle: &OperationHandle) -> bool {
    handle.kind() == &OperationKind::Diagnostics
}

/// D2: the server is this service's, or provably without owner because of us.
fn verify(s: &Situation<'_>) -> Option<Step> {
    // Bound by us, and never written to: whatever is on it, and whoever owns it, is not this service's (D2).
    let only_claimed =
        (Stage::Picked..Stage::Owner).contains(&s.record.stage) && s.record.panel.is_some();
    match s.owner() {
        _ if only_claimed => Some(Step::Remember(Change::withdrawal())),
        Owner::Ours => None,
        Owner::None if s.record.stage >= Stage::Close5 => None,
        // The owner may have been written a moment ago, and not show yet.
        Owner::None if s.may_be_on_its_way(Stage::Owner) => {
            Some(s.wait_for("owner", STEP_LIMIT, || gone(s)))
        }
        // `open` never got as far as owning it: nothing of the client's is on it, and nothing is written to it.
        Owner::None if (Stage::Picked..=Stage::Owner).contains(&s.record.stage) => {
            Some(Step::Remember(Change::withdrawal()))
        }
        _ => Some(s.owner_mismatch()),
    }
}

/// Save the stage before its first write.
fn at(s: &Situation<'_>, stage: Stage, step: Step) -> Step {
    if s.record.stage < stage {
        Step::Remember(vec![Change::Stage(stage)])
    } else {
        step
    }
}

/// Steps 1 to 5, and the intent of 6.
fn prepare(s: &Situation<'_>, wipe: &Wipe) -> Step {
    if let Some(step) = raise_ports(s) {
        return step;
    }
    // An unknown power state counts as off here (R47).
    if !s.is_on() {
        return at(s, Stage::Close2, s.switch_power(true));
    }
    if let Some(running) = s.running() {
        return at(s, Stage::Close3, s.ensure(Write::Cancel(running.id)));
    }
    if let Some(step) = s.ensure_all(s.server.ip.iter().map(|ip| Write::DeleteIp(ip.id))) {
        return at(s, Stage::Close4, step);
    }
    if let Some(step) = raise_fence(s, wipe) {
        return step;
    }
    if s.owner() == Owner::Ours {
        return at(s, Stage::Close5, s.ensure(Write::Owner(None)));
    }
    intend(s, wipe)
}

fn intend(s: &Situation<'_>, wipe: &Wipe) -> Step {
    if let Some(step) = too_long(s) {
        return step;
    }
    let previous = s.server.operation.as_ref().map(|operation| operation.id);
    let (kind, limit) = (OperationKind::Diagnostics, Some(s.settings.diagnostics));
    let handle = OperationHandle::new(s.panel, s.server.id, kind, previous, s.now, limit);
    let level = Some(s.settings.clear_hdd.to_string());
    let wipe = Wipe {
        level,
        ran_past: false,
        sent_panel_time: None,
        is_named: false,
        ..wipe.clone()
    };
    Step::Remember(vec![
        Change::Stage(s.record.stage.max(Stage::Close6)),
        Change::Operation(Some(handle)),
        Change::Wipe(wipe),
    ])
}

/// Step 6, from the saved intent to the answer that names the diagnostics.
fn start(s: &Situation<'_>, wipe: &Wipe, handle: &OperationHandle, template: OsTemplateId) -> Step {
    let forget = || Step::Remember(vec![Change::Operation(None)]);
    match unanswered(s, handle) {
        Unanswered::Send if s.owner() != Owner::None => forget(),
        Unanswered::Send => Step::Write(Write::Diagnostics(
            handle.clone(),
            template,
            s.settings.clear_hdd.clone(),
        )),
        Unanswered::Named(accepted) => started(wipe, handle, accepted, true),
        Unanswered::Taken(accepted) => started(wipe, handle, accepted, false),
        // Diagnostics of unknown author prove nothing: back to step 3, then our own (safety.md H, class X).
        Unanswered::Appeared(_) | Unanswered::Lost => forget(),
        Unanswered::Wait(Step::Fail(_)) if refused_for_maintenance(s, wipe) => lower_fence(wipe),
        Unanswered::Wait(step) => step,
    }
}

/// Save which operation the diagnostics are, and whether the answer said so or we only took it for them (D5).
fn started(wipe: &Wipe, handle: &OperationHandle, accepted: Accepted, is_named: bool) -> Step {
    let operation = accepted
        .operation
        .map(|id| handle.clone().with_operation(id));
    let wipe = Wipe {
        sent_panel_time: accepted.panel_at,
        is_named,
        ..wipe.clone()
    };
    Step::Remember(vec![Change::Operation(operation), Change::Wipe(wipe)])
}

/// Step 6, until the diagnostics have ended and what that proves is saved.
fn wiping(s: &Situation<'_>, handle: &OperationHandle) -> Step {
    let Some(watched) = &s.run.watched else {
        return Step::Await;
    };
    take_up(s, watched).unwrap_or_else(|| {
        let (id, server) = (handle.operation().map_or(0, OperationId::get), s.server.id);
        let why = format!("diagnostics {id} of server {server} have not been seen to end");
        Step::Fail(Error::new(ErrorKind::Timeout, "server_diag", why))
    })
}

/// Save what the end of the diagnostics proves; `None` while it has not ended.
pub fn take_up(s: &Situation<'_>, watched: &Watched) -> Option<Step> {
    let (handle, wipe) = (s.record.operation.as_ref()?, s.record.wipe.as_ref()?);
    let unproven = |reason: String| {
        let unproven = Some(Unproven {
            operation: handle.operation(),
            reason,
        });
        Wipe {
            unproven,
            ..wipe.clone()
        }
    };
    let wipe = match &watched.ending {
        Ending::Running if wipe::is_past_limit(handle, wipe, watched) && !wipe.ran_past => {
            let wipe = Wipe {
                ran_past: true,
                ..wipe.clone()
            };
            return Some(Step::Remember(vec![Change::Wipe(wipe)]));
        }
        Ending::Running | Ending::Unseen => return None,
        Ending::Done(operation) => {
            // The disks count as they are after the end: a look that shows less than that is too old, one that shows more too late.
            let shown = s.server.operation.as_ref();
            match shown.map(|shown| (shown.id.cmp(&operation.id), shown.status.is_final())) {
                Some((Ordering::Equal, true)) => {}
                Some((Ordering::Greater, _)) => {
                    let wipe = unproven("another operation ran after the diagnostics".to_owned());
                    return Some(Step::Remember(vec![
                        Change::Wipe(wipe),
                        Change::Operation(None),
                    ]));
                }
                _ => return Some(s.wait_for("disks", STEP_LIMIT, || gone(s))),
            }
            match wipe::prove(s.server, handle, operation, wipe, watched) {
                Ok(evidence) => Wipe {
                    evidence: Some(evidence),
                    ..wipe.clone()
                },
                Err(reason) => unproven(reason),
            }
        }
        Ending::Failed(operation) => {
            let (id, status, why) = (operation.id, &operation.status, reason(operation));
            unproven(format!("diagnostics {id} ended {status}{why}"))
        }
        Ending::Gone => unproven("DCImanager no longer knows the diagnostics".to_owned()),
    };
    Some(Step::Remember(vec![
        Change::Wipe(wipe),
        Change::Operation(None),
    ]))
}

/// Steps 7 and 8, the fence down, and the last look.
fn finish(s: &Situation<'_>, wipe: &Wipe) -> Step {
    if s.owner() != Owner::None {
        return s.owner_mismatch();
    }
    // The fence that was down for diagnostics goes up again before the server is touched further (D4).
    if let Some(Maintenance {
        fence: Fence::OffForDiagnostics,
        before,
    }) = wipe.maintenance
    {
        if !s.in_maintenance() {
            return s.ensure(Write::Maintenance(true));
        }
        let maintenance = Some(Maintenance {
            fence: Fence::On,
            before,
        });
        return Step::Remember(vec![Change::Wipe(Wipe {
            maintenance,
            ..wipe.clone()
        })]);
    }
    // What diagnostics may have left behind (R29).
    if let Some(step) = s
        .wait_for_operation()
        .or_else(|| s.ensure_all(s.server.ip.iter().map(|ip| Write::DeleteIp(ip.id))))
    {
        return step;
    }
    if s.is_on() {
        return at(s, Stage::Close7, s.switch_power(false));
    }
    if !s.is_off() {
        let why = || {
            Error::new(
                ErrorKind::Timeout,
                "server_power_off",
                format!("the power state of server {} is unknown", s.server.id),
            )
        };
        return at(s, Stage::Close7, s.wait_for("power", POWER_LAG, why));
    }
    if let Some(step) = lower_ports(s) {
        return at(s, Stage::Close8, step);
    }
    match wipe.maintenance {
        Some(Maintenance { before: false, .. }) if s.in_maintenance() => {
            s.ensure(Write::Maintenance(false))
        }
        Some(Maintenance { before: true, .. }) if !s.in_maintenance() => {
            s.ensure(Write::Maintenance(true))
        }
        _ => Step::Complete,
    }
}

/// Put the server into maintenance before it loses its owner (D4).
fn raise_fence(s: &Situation<'_>, wipe: &Wipe) -> Option<Step> {
    let remember = |maintenance| {
        Some(Step::Remember(vec![Change::Wipe(Wipe {
            maintenance: Some(maintenance),
            ..wipe.clone()
        })]))
    };
    match wipe.maintenance {
        _ if !s.settings.close_maintenance => None,
        None => remember(Maintenance {
            before: s.in_maintenance(),
            fence: Fence::On,
        }),
        Some(Maintenance {
            fence: Fence::On,
            before,
        }) if !s.in_maintenance() => {
            if s.run.no_maintenance {
                remember(Maintenance {
                    before,
                    fence: Fence::Unavailable,
                })
            } else {
                Some(s.ensure(Write::Maintenance(true)))
            }
        }
        // The diagnostics it was lowered for are over, or never were.
        Some(Maintenance {
            fence: Fence::OffForDiagnostics,
            before,
        }) if s.record.operation.is_none() && !was_refused(s) => remember(Maintenance {
            fence: Fence::On,
            before,
        }),
        Some(Maintenance {
            fence: Fence::OffForDiagnostics,
            ..
        }) if s.in_maintenance() => Some(s.ensure(Write::Maintenance(false))),
        Some(_) => None,
    }
}

/// Diagnostics were refused, for maintenance or for something else; in the run that lowers the fence they are about to start again.
fn was_refused(s: &Situation<'_>) -> bool {
    let sent = s.run.sent.get(&WriteKey::Operation);
    sent.is_some_and(|sent| matches!(sent.outcome, Outcome::Refused(_)))
}

fn refused_for_maintenance(s: &Situation<'_>, wipe: &Wipe) -> bool {
    let fence_is_up = wipe
        .maintenance
        .is_some_and(|maintenance| maintenance.fence == Fence::On);
    was_refused(s) && s.in_maintenance() && fence_is_up
}

fn lower_fence(wipe: &Wipe) -> Step {
    let before = wipe
        .maintenance
        .is_some_and(|maintenance| maintenance.before);
    let maintenance = Some(Maintenance {
        before,
        fence: Fence::OffForDiagnostics,
    });
    let wipe = Wipe {
        maintenance,
        ..wipe.clone()
    };
    Step::Remember(vec![Change::Operation(None), Change::Wipe(wipe)])
}

/// A close that ends with staff leaves no running system behind: off, and cut off, if nothing speaks against it (D7). What cannot be done is
/// passed over, and nothing else is planned any more.
fn contain(s: &Situation<'_>, error: &Error) -> Step {
    let begun = s.record.wipe.is_some() && s.record.stage >= Stage::Close1;
    if !begun || verify(s).is_some() || s.is_protected() || s.running().is_some() {
        return Step::Fail(error.clone());
    }
    let fence = s.record.wipe.as_ref().and_then(|wipe| wipe.maintenance);
    let fence_is_down = fence.is_some_and(|maintenance| maintenance.fence != Fence::Unavailable)
        && !s.in_maintenance()
        && s.record.stage >= Stage::Close5;
    let steps = [
        s.is_on().then(|| s.switch_power(false)),
        (!s.is_on() && !s.is_off()).then(|| s.wait_for("power", POWER_LAG, || error.clone())),
        lower_ports(s),
        fence_is_down.then(|| s.ensure(Write::Maintenance(true))),
    ];
    let possible = steps
        .into_iter()
        .flatten()
        .find(|step| !matches!(step, Step::Fail(_)));
    possible.unwrap_or_else(|| Step::Fail(error.clone()))
}
