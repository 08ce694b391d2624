//! An operation between the saved intent and the answer that names it: whether to send, to wait, or to take up what appeared (safety.md H, class X).

use std::time::Duration;

use dcim6_client::{Operation, OperationHandle};

use super::situation::{Accepted, LATER_READ, Outcome, STEP_LIMIT, Situation};
use super::step::{Step, WriteKey};
use crate::error::{Error, ErrorKind};

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
    let unsent = sent.is_none() && s.run.intent == Some(handle.sent_at());
    if let Some(operation) = appeared {
        // Our answer carried no id: the first new one read after it is ours (R22, D5).
        if let Some(accepted) = accepted {
            let operation = Some(operation.id);
            return Unanswered::Named(Accepted {
                operation,
                ..accepted
            });
        }
        // Somebody else's, begun since our look: ours was refused for it, or not sent yet.
        let refused =
            sent.is_some_and(|sent| matches!(sent.outcome, Outcome::Conflict | Outcome::Failed(_)));
        if refused || unsent {
            return s
                .wait_for_operation()
                .map_or(Unanswered::Lost, Unanswered::Wait);
        }
        return Unanswered::Appeared(operation);
    }
    let Some(sent) = sent else {
        // The intent of a former run may be on its way.
        return if unsent {
            Unanswered::Send
        } else {
            later(s, s.now.since(s.run.started))
        };
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

fn later<'a>(s: &Situation<'a>, age: Duration) -> Unanswered<'a> {
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

/// The operation we wait for is not there.
pub fn gone(s: &Situation<'_>) -> Error {
    Error::new(
        ErrorKind::OperationFailed,
        "operation",
        format!(
            "DCImanager does not show our operation on server {}",
            s.server.id
        ),
    )
}
