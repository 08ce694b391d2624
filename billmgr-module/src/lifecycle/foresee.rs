//! What a command would do: its own plan, played on a copy of what was seen, where every step goes well at once. Nothing is sent or saved.

use std::time::Duration;

use dcim6_client::{Server, Timestamp};

use super::play::Play;
use super::record::Record;
use super::run::Run;
use super::session::Goal;
use super::step::Step;
use crate::error::{Error, ErrorKind};
use crate::panel::Item;
use crate::settings::Settings;

/// No command comes near this many steps.
const MAX_STEPS: usize = 500;
/// How long ago the service counts as looked at, so that nothing of a former run is on its way.
const LOOKED_BEFORE: Duration = Duration::from_mins(1);

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
            Step::Write(write) if play.is_refused(write) => {
                let why = format!("server {} is protected", play.server.id);
                let error = Error::new(ErrorKind::Refused, write.name(), why);
                return (steps, End::Fail(error));
            }
            other => play.take(other),
        }
        steps.push(step);
        // A claim given back ends the work on the server; a deletion then only has to be told.
        if play.record.server.is_none() {
            let is_close = matches!(goal, Goal::Close);
            let end = if is_close {
                End::Complete
            } else {
                End::Withdraw
            };
            return (steps, end);
        }
    }
    (steps, End::Wait("the end"))
}
