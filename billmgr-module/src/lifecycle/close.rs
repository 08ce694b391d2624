//! `close`: the eight steps of the vendor's page, in its order, whatever a former run has done of them (safety.md D).

use dcim6_client::{OperationHandle, OperationKind};

use super::open::raise_ports;
use super::record::{Change, DiskNote, Fence, Maintenance, Stage, Unproven, Wipe};
use super::situation::{Ending, Outcome, Owner, POWER_LAG, Situation, Watched};
use super::starting::{Unanswered, reason, unanswered};
use super::step::{Step, Write, WriteKey};
use super::stop::lower_ports;
use super::wipe;
use crate::error::{Error, ErrorKind};

/// Say what to do next to delete a service that is bound to a server.
pub fn plan(s: &Situation<'_>) -> Step {
    match next(s) {
        Step::Fail(error) if error.asks_staff() || s.run.last_try => contain(s, error),
        step => step,
    }
}

fn next(s: &Situation<'_>) -> Step {
    if s.is_protected() {
        return Step::Fail(Error::new(
            ErrorKind::Refused,
            "server",
            format!("{} is protected", s.server.id),
        ));
    }
    if let Some(step) = verify(s) {
        return step;
    }
    let Some(wipe) = &s.record.wipe else {
        let wipe = Wipe {
            baseline: DiskNote::of(s.server),
            ..Wipe::default()
        };
        return Step::Remember(vec![Change::Stage(Stage::Close1), Change::Wipe(wipe)]);
    };
    if wipe.evidence.is_some() {
        return finish(s, wipe);
    }
    if let Some(unproven) = &wipe.unproven {
        if !unproven.handed_over {
            return Step::Fail(Error::new(
                ErrorKind::WipeUnproven,
                "server",
                format!("{}: {}", s.server.id, unproven.reason),
            ));
        }
        // The operation was manual, and here we run again: staff want another wipe (D7).
        return Step::Remember(vec![Change::Wipe(Wipe {
            unproven: None,
            ..wipe.clone()
        })]);
    }
    if let Some(handle) = &s.record.operation
        && handle.kind() == &OperationKind::Diagnostics
    {
        return diagnostics(s, wipe, handle);
    }
    prepare(s, wipe)
}

/// D2: the server is this service's, or provably without owner because of us.
fn verify(s: &Situation<'_>) -> Option<Step> {
    match s.owner() {
        Owner::Ours => None,
        Owner::None if s.record.stage >= Stage::Close5 => None,
        // `open` never got as far as owning it: nothing of the client's is on it, and nothing is written to it.
        Owner::None if s.record.stage <= Stage::Owner => Some(Step::Remember(vec![
            Change::Server(None),
            Change::Stage(Stage::Nothing),
        ])),
        _ => Some(Step::Fail(Error::new(
            ErrorKind::OwnerMismatch,
            "server",
            s.server.id.to_string(),
        ))),
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
    let previous = s.server.operation.as_ref().map(|operation| operation.id);
    let handle = OperationHandle::new(
        s.panel,
        s.server.id,
        OperationKind::Diagnostics,
        previous,
        s.now,
        Some(s.settings.diagnostics),
    );
    let wipe = Wipe {
        level: Some(s.settings.clear_hdd.to_string()),
        ran_past: false,
        sent_panel_time: None,
        ..wipe.clone()
    };
    let mut changes = vec![Change::Operation(Some(handle)), Change::Wipe(wipe)];
    if s.record.stage < Stage::Close6 {
        changes.insert(0, Change::Stage(Stage::Close6));
    }
    Step::Remember(changes)
}

/// Step 6, from the saved intent to the proof or the lack of it.
fn diagnostics(s: &Situation<'_>, wipe: &Wipe, handle: &OperationHandle) -> Step {
    let forget = || Step::Remember(vec![Change::Operation(None)]);
    if handle.operation().is_some() {
        return match &s.run.watched {
            None => Step::Await,
            Some(watched) => take_up(s, watched).unwrap_or_else(|| {
                let why = format!(
                    "diagnostics of server {} still run past their limit",
                    s.server.id
                );
                Step::Fail(Error::new(ErrorKind::Timeout, "server_diag", why))
            }),
        };
    }
    match unanswered(s, handle) {
        Unanswered::Send if s.owner() != Owner::None => forget(),
        Unanswered::Send => match s.run.diagnostics {
            None => Step::FindDiagnostics,
            Some(template) => Step::Write(Write::Diagnostics(
                handle.clone(),
                template,
                s.settings.clear_hdd.clone(),
            )),
        },
        Unanswered::Named(accepted) => Step::Remember(vec![
            Change::Operation(
                accepted
                    .operation
                    .map(|id| handle.clone().with_operation(id)),
            ),
            Change::Wipe(Wipe {
                sent_panel_time: accepted.panel_at,
                ..wipe.clone()
            }),
        ]),
        // Diagnostics of unknown author prove nothing: back to step 3, then our own (safety.md H, class X).
        Unanswered::Appeared(_) | Unanswered::Lost => forget(),
        Unanswered::Wait(Step::Fail(_)) if refused_for_maintenance(s, wipe) => lower_fence(s, wipe),
        Unanswered::Wait(step) => step,
    }
}

/// Save what the end of the diagnostics proves; `None` while it has not ended.
pub fn take_up(s: &Situation<'_>, watched: &Watched) -> Option<Step> {
    let (handle, wipe) = (s.record.operation.as_ref()?, s.record.wipe.as_ref()?);
    let unproven = |reason: String| Wipe {
        unproven: Some(Unproven {
            operation: handle.operation(),
            reason,
            handed_over: false,
        }),
        ..wipe.clone()
    };
    let wipe = match &watched.ending {
        Ending::Running if watched.at >= handle.deadline() && !wipe.ran_past => {
            return Some(Step::Remember(vec![Change::Wipe(Wipe {
                ran_past: true,
                ..wipe.clone()
            })]));
        }
        Ending::Running => return None,
        Ending::Done(operation) => match wipe::prove(s.server, handle, operation, wipe, watched) {
            Ok(evidence) => Wipe {
                evidence: Some(evidence),
                ..wipe.clone()
            },
            Err(reason) => unproven(reason),
        },
        Ending::Failed(operation) => unproven(format!(
            "diagnostics {} ended {}{}",
            operation.id,
            operation.status,
            reason(operation)
        )),
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
        return Step::Fail(Error::new(
            ErrorKind::OwnerMismatch,
            "server",
            s.server.id.to_string(),
        ));
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
        }) if s.record.operation.is_none() && !may_lower_again(s) => remember(Maintenance {
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

/// In the run that lowered the fence, diagnostics are about to start.
fn may_lower_again(s: &Situation<'_>) -> bool {
    matches!(s.run.sent.get(&WriteKey::Operation), Some(sent) if matches!(sent.outcome, Outcome::Refused(_)))
}

fn refused_for_maintenance(s: &Situation<'_>, wipe: &Wipe) -> bool {
    may_lower_again(s)
        && s.in_maintenance()
        && wipe
            .maintenance
            .is_some_and(|maintenance| maintenance.fence == Fence::On)
}

fn lower_fence(s: &Situation<'_>, wipe: &Wipe) -> Step {
    let before = wipe
        .maintenance
        .is_some_and(|maintenance| maintenance.before)
        || s.in_maintenance() && wipe.maintenance.is_none();
    let maintenance = Some(Maintenance {
        before,
        fence: Fence::OffForDiagnostics,
    });
    Step::Remember(vec![
        Change::Operation(None),
        Change::Wipe(Wipe {
            maintenance,
            ..wipe.clone()
        }),
    ])
}

/// A close that ends with staff leaves no running system behind: off, and cut off, if nothing speaks against it (D7).
fn contain(s: &Situation<'_>, error: Error) -> Step {
    let ours = s.record.wipe.is_some() && s.record.stage >= Stage::Close1 && verify(s).is_none();
    if !ours || s.is_protected() || s.running().is_some() {
        return Step::Fail(error);
    }
    let fence_down = s
        .record
        .wipe
        .as_ref()
        .and_then(|wipe| wipe.maintenance)
        .is_some_and(|maintenance| maintenance.fence != Fence::Unavailable)
        && !s.in_maintenance()
        && s.record.stage >= Stage::Close5;
    let steps = [
        s.is_on().then(|| s.switch_power(false)),
        lower_ports(s),
        fence_down.then(|| s.ensure(Write::Maintenance(true))),
    ];
    steps
        .into_iter()
        .flatten()
        .find(|step| !matches!(step, Step::Fail(_)))
        .unwrap_or(Step::Fail(error))
}
