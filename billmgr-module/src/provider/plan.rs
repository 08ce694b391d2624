//! `pmdcim6 plan`: what a command would do to a service, step by step, without doing it.

use std::io::Write;

use dcim6_client::Server;

use super::foretell::{Foretold, foretell};
use super::{PlanGoal, say, words};
use crate::Host;
use crate::error::Error;
use crate::lifecycle::foresee::End;
use crate::lifecycle::step::{Step, Write as Effect};

/// The eight steps of the vendor's page, in its words.
const STEPS: [&str; 8] = [
    "enable the switch ports",
    "turn the server on if it is off",
    "stop a running operation",
    "remove the IP addresses",
    "remove the owner",
    "diagnostics with disk clean-up",
    "turn the server off",
    "disable the switch ports",
];

/// Print what a command would do. Answers 1 if it would not reach its goal.
///
/// # Errors
/// What stands in the way of looking.
pub async fn plan(
    host: &Host<'_>,
    goal: PlanGoal,
    item: u64,
    out: &mut (dyn Write + Send),
) -> Result<u8, Error> {
    let Foretold { server, steps, end } = foretell(host, goal, item, out).await?;
    let steps = without_idle_containment(steps);
    match &server {
        // What is refused before the first effect is not a list of steps with nothing to do.
        Some(server) if !steps.iter().any(|step| is_effect(step, server)) => {
            if matches!(end, End::Fail(_) | End::Withdraw) {
                say(out, "  nothing would be done");
            } else if goal == PlanGoal::Close {
                eight_steps(&steps, server, out);
            }
        }
        Some(server) if goal == PlanGoal::Close => eight_steps(&steps, server, out),
        Some(server) => in_order(&steps, server, out),
        None if end == End::Complete => {
            say(out, "the service has no server: nothing else would be done");
        }
        None => say(out, "  nothing would be done"),
    }
    Ok(say_end(&end, out))
}

fn is_effect(step: &Step, server: &Server) -> bool {
    words::step(step, server).is_some()
}

/// A containment that finds nothing it may switch off or lower is none (D7).
fn without_idle_containment(mut steps: Vec<Step>) -> Vec<Step> {
    let is_write = |step: &Step| matches!(step, Step::Write(_));
    let begun = steps
        .iter()
        .position(|step| matches!(step, Step::Contain(_)));
    if let Some(begun) = begun
        && !steps[begun..].iter().any(is_write)
    {
        steps.truncate(begun);
    }
    steps
}

/// Each of the documented steps, with what it would do now.
fn eight_steps(steps: &[Step], server: &Server, out: &mut (dyn Write + Send)) {
    let mut under: [Vec<String>; 8] = Default::default();
    let mut afterwards = Vec::new();
    let mut is_wiped = false;
    for step in steps {
        let number = match step {
            Step::Write(Effect::Port(_, _, true)) => 1,
            Step::Write(Effect::Power(true)) => 2,
            Step::Write(Effect::Cancel(_)) => 3,
            Step::Write(Effect::DeleteIp(_)) if !is_wiped => 4,
            Step::Write(Effect::Maintenance(true) | Effect::Owner(None)) if !is_wiped => 5,
            Step::Write(Effect::Diagnostics(..)) | Step::Await => {
                is_wiped = true;
                6
            }
            Step::Write(Effect::Power(false) | Effect::DeleteIp(_)) => 7,
            Step::Write(Effect::Port(_, _, false)) => 8,
            _ => 0,
        };
        let text = words::step(step, server);
        match number {
            0 => afterwards.extend(text),
            number => under[number - 1].extend(text),
        }
    }
    for (number, (heading, what)) in STEPS.iter().zip(under).enumerate() {
        let what = if what.is_empty() {
            "nothing to do".to_owned()
        } else {
            what.join("; ")
        };
        say(out, format_args!("  {} {heading}: {what}", number + 1));
    }
    for text in afterwards {
        say(out, format_args!("    {text}"));
    }
}

fn in_order(steps: &[Step], server: &Server, out: &mut (dyn Write + Send)) {
    let effects: Vec<_> = steps
        .iter()
        .filter_map(|step| words::step(step, server))
        .collect();
    for (number, text) in effects.iter().enumerate() {
        say(out, format_args!("  {} {text}", number + 1));
    }
}

fn say_end(end: &End, out: &mut (dyn Write + Send)) -> u8 {
    let (text, code) = match end {
        End::Complete => ("then BILLmanager is told that it is done".to_owned(), 0),
        End::Withdraw => (
            "the server would be given back, untouched, for another".to_owned(),
            1,
        ),
        End::Wait(what) => (format!("then it would wait for this: {what}"), 1),
        End::Fail(error) if error.asks_staff() => {
            (format!("then it would go to staff: {error}"), 1)
        }
        End::Fail(error) => (format!("then it would fail: {error}"), 1),
    };
    say(out, text);
    code
}
