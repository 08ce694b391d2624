//! An operation between the saved intent and the answer that names it: whether to send, to wait, or to take up what appeared (safety.md H, class X).

use dcim6_client::{Operation, OperationHandle, Origin};

use super::run::{Accepted, Outcome};
use super::situation::{LATER_READ, STEP_LIMIT, Situation};
use super::step::{Step, WriteKey};
use crate::error::{Error, ErrorKind};

/// What can be said of an operation whose start nobody answered.
pub enum Unanswered<'a> {
    /// It was never sent: send it.
    Send,
    /// DCImanager accepted it, and its answer named the operation: that id is ours, whatever else DCImanager says of it (D5).
    Named(Accepted),
    /// DCImanager accepted it without naming it: the first new operation that can be ours (R22, D5).
    Taken(Accepted),
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
    let wait = || Unanswered::Wait(s.wait_for("operation", STEP_LIMIT, || gone(s)));
    let last = s.server.operation.as_ref();
    let appeared = last.filter(|operation| Some(operation.id) > handle.previous());
    let accepted = s
        .run
        .accepted
        .filter(|accepted| accepted.sent_at == handle.sent_at());
    let sent = s.run.sent.get(&WriteKey::Operation);
    let unsent = sent.is_none() && s.run.intent == Some(handle.sent_at());
    match (accepted, appeared) {
        (Some(accepted), _) if accepted.operation.is_some() => Unanswered::Named(accepted),
        // Our answer carried no id: the first new one read after it is ours (R22, D5), if it can be.
        (Some(accepted), Some(operation)) if may_be_ours(operation, handle) => {
            let operation = Some(operation.id);
            Unanswered::Taken(Accepted {
                operation,
                ..accepted
            })
        }
        (Some(_), _) => wait(),
        (None, Some(operation)) => {
            // Somebody else's, begun since our look: ours was refused for it, or not sent yet.
            // A request that arrived twice is refused for itself (K22).
            let ours = may_be_ours(operation, handle);
            let refused = |outcome: &Outcome| match outcome {
                Outcome::Conflict => !ours,
                Outcome::Failed(_) => true,
                _ => false,
            };
            if unsent || sent.is_some_and(|sent| refused(&sent.outcome)) {
                return s
                    .wait_for_operation()
                    .map_or(Unanswered::Lost, Unanswered::Wait);
            }
            Unanswered::Appeared(operation)
        }
        (None, None) => match sent.map(|sent| (&sent.outcome, sent)) {
            // Saving the intent took long: its clock has run ahead of the request.
            None if unsent && s.now.since(handle.sent_at()) >= LATER_READ => Unanswered::Lost,
            None if unsent => Unanswered::Send,
            // The intent of a former run may be on its way.
            None if !s.has_looked_twice() => wait(),
            None => Unanswered::Lost,
            Some((Outcome::Refused(error) | Outcome::Failed(error), _)) => {
                Unanswered::Wait(Step::Fail(error.clone()))
            }
            Some((Outcome::Conflict | Outcome::Unknown, sent)) if sent.is_unseen_twice() => s
                .wait_for_operation()
                .map_or(Unanswered::Lost, Unanswered::Wait),
            Some(_) => wait(),
        },
    }
}

/// Say whether an operation that no answer named can be the one we asked for, by all that DCImanager says of it. Its words are assumed:
/// where our own answer named the operation, they decide nothing.
pub fn may_be_ours(operation: &Operation, handle: &OperationHandle) -> bool {
    let minutes = handle.limit().map(|limit| limit.as_secs() / 60);
    operation
        .name
        .as_ref()
        .is_none_or(|name| name == handle.kind())
        && operation.origin != Some(Origin::Panel)
        && operation
            .timeout
            .is_none_or(|timeout| Some(timeout) == minutes)
}

/// Refuse to mean the same start for ever: a write of class X that is never accepted ends like any other step (W2).
pub fn too_long(s: &Situation<'_>) -> Option<Step> {
    let since = s
        .run
        .starting
        .filter(|since| s.now.since(*since) >= STEP_LIMIT)?;
    let why = format!(
        "no operation could be started on server {} since {since}",
        s.server.id
    );
    Some(Step::Fail(Error::new(ErrorKind::Busy, "operation", why)))
}

/// Why an operation ended, if DCImanager says so.
pub fn reason(operation: &Operation) -> String {
    let reason = operation
        .status_info
        .get("reason")
        .and_then(|reason| reason.as_str());
    reason
        .map(|reason| format!(" ({reason})"))
        .unwrap_or_default()
}

/// The operation we wait for is not there.
pub fn gone(s: &Situation<'_>) -> Error {
    let why = format!(
        "DCImanager does not show our operation on server {}",
        s.server.id
    );
    Error::new(ErrorKind::OperationFailed, "operation", why)
}
