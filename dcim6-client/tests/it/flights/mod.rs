//! Many callers and one log-in, in every order that a seed can make (safety.md H row A, F44).

mod callers;
mod panel;
mod threads;

use std::collections::BTreeSet;
use std::time::Duration;

use dcim6_client::*;

use crate::scheduler::{Scheduler, VirtualClock};
use callers::{Caller, crowd, run};
use panel::{Panel, TRIES, Try, client};

const LOG_IN: &str = "auth_login";

/// How long a call takes at most.
const CALL: Duration = Duration::from_millis(40);

/// How many tries there are by this plan, and whether the last of them is good or refused; neither if all four failed.
fn foretold(plan: &[Try]) -> (usize, Option<Try>) {
    let ends = |tried: &Try| matches!(tried, Try::Good | Try::Refused);
    match plan.iter().take(4).position(ends) {
        Some(place) => (place + 1, Some(plan[place])),
        None if plan.len() < 4 => (plan.len() + 1, Some(Try::Good)),
        None => (4, None),
    }
}

/// `slack`: for how long a call that is not cut may outlast its caller's deadline.
fn judge(panel: &Panel, callers: &[Caller], plan: &[Try], before: usize, slack: Duration) {
    let (tries, end) = foretold(plan);
    assert_eq!(panel.log_ins().len(), before + tries);
    let state = panel.state.lock().unwrap();
    let mut errors = BTreeSet::new();
    for (place, caller) in callers.iter().enumerate() {
        let ended = caller.ended.lock().unwrap();
        let Some((when, result)) = &*ended else {
            assert!(caller.dropped.is_some(), "{place} has no answer");
            continue;
        };
        match result {
            // Nobody is kept waiting once he has his answer.
            Ok(()) => {
                assert_eq!(end, Some(Try::Good), "{place}");
                let mine = format!("{place}-");
                let answered = state.answered.iter().rev();
                let mut answered = answered.filter(|(who, _)| who.starts_with(&mine));
                assert_eq!(answered.next().map(|(_, at)| at), Some(when), "{place}");
            }
            Err(error) => {
                assert_eq!(error.operation(), Some(LOG_IN), "{place}: {error:?}");
                // Who came while a new session was being opened waited for it; the others were refused in the old one.
                let mine = format!("{place}-");
                let refused = state.answered.iter().any(|(who, _)| who.starts_with(&mine));
                let delivery = if refused {
                    Delivery::Answered
                } else {
                    Delivery::NotSent
                };
                assert_eq!(error.delivery(), delivery, "{place}: {error:?}");
                if let Some(time) = caller.deadline {
                    assert!(*when <= caller.begins + time + slack, "{place}: {when:?}");
                }
                if caller.impatient {
                    assert_eq!(error.attempts(), 1, "{place}: {error:?}");
                }
                if caller.is_patient() {
                    assert_ne!(end, Some(Try::Good), "{place}: {error:?}");
                    let refused = error.is_login_refused();
                    assert_eq!(refused, end == Some(Try::Refused), "{place}: {error:?}");
                    assert_eq!(error.attempts() as usize, tries, "{place}");
                    errors.insert((error.to_string(), *when));
                }
            }
        }
    }
    // Who waited for the same log-in has the same error at the same time.
    assert!(errors.len() <= 1, "{errors:?}");
}

/// A new client, a crowd, one log-in; then what is left of it.
fn from_the_beginning(seed: u64, size: usize, plan: &[Try]) {
    let clock = VirtualClock::default();
    let panel = Panel::new(&clock, seed, plan);
    let client = client(&panel, seed);
    let mut scheduler = Scheduler::new(&clock, seed);
    let mut chance = fastrand::Rng::with_seed(seed);
    let callers = crowd(&mut chance, size);
    run(&mut scheduler, &client, &callers);
    judge(&panel, &callers, plan, 0, Duration::ZERO);

    let (tries, end) = foretold(plan);
    let late = [Caller::default()];
    run(&mut scheduler, &client, &late);
    let (_, result) = late[0].ended.lock().unwrap().take().unwrap();
    match end {
        Some(Try::Refused) => {
            assert!(result.unwrap_err().is_login_refused());
            assert_eq!(panel.log_ins().len(), tries, "no second one by itself");
            // By hand it may be tried again, and that heals the client.
            panel.state.lock().unwrap().plan.truncate(tries);
            let by_hand = client.clone();
            scheduler.add(None, async move { by_hand.auth().login().await.unwrap() });
            scheduler.run();
            assert_eq!(panel.log_ins().len(), tries + 1);
        }
        Some(_) => {
            result.unwrap();
            assert_eq!(panel.log_ins().len(), tries);
        }
        None => assert!(panel.log_ins().len() > tries, "a failure is not for ever"),
    }
}

/// A session that has ended for everybody at once.
fn in_the_middle(seed: u64, size: usize, plan: &[Try]) {
    let clock = VirtualClock::default();
    let planned: Vec<Try> = [&[Try::Good], plan].concat();
    let panel = Panel::new(&clock, seed, &planned);
    let client = client(&panel, seed);
    let mut scheduler = Scheduler::new(&clock, seed);
    run(&mut scheduler, &client, &[Caller::default()]);
    panel.state.lock().unwrap().session = None;
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut callers = crowd(&mut chance, size);
    // A call that is answered after the log-in has failed begins another one: here all are answered before.
    for caller in &mut callers {
        caller.dropped = caller.dropped.map(|at| at.max(Duration::from_millis(50)));
    }
    let begun = clock.passed();
    run(&mut scheduler, &client, &callers);
    for caller in &callers {
        if let Some((when, _)) = &mut *caller.ended.lock().unwrap() {
            *when += begun;
        }
    }
    let mut shifted = callers.clone();
    for caller in &mut shifted {
        caller.begins += begun;
    }
    judge(&panel, &shifted, plan, 1, CALL);
    let calls = panel.state.lock().unwrap().calls;
    assert!(calls <= 1 + 2 * size, "one replay each: {calls}");
}

fn plans() -> impl Iterator<Item = [Try; 4]> {
    let count = TRIES.len();
    (0..count.pow(4))
        .map(move |number| [0, 1, 2, 3].map(|place| TRIES[number / count.pow(place) % count]))
}

#[test]
fn a_few_callers_and_every_plan() {
    for (number, plan) in plans().enumerate() {
        for seed in 0..4 {
            let seed = seed + 4 * number as u64;
            let what = format!("seed {seed}, {plan:?}");
            let tried = std::panic::catch_unwind(|| {
                from_the_beginning(seed, 7, &plan);
                in_the_middle(seed, 7, &plan);
            });
            assert!(tried.is_ok(), "{what}");
        }
    }
}

#[test]
fn a_thousand_callers_share_one_log_in() {
    let all: Vec<_> = plans().collect();
    for (place, seed) in (0..24).enumerate() {
        let plan = all[(place * 101) % all.len()];
        let tried = std::panic::catch_unwind(|| {
            from_the_beginning(seed, 1_000, &plan);
            in_the_middle(seed, 1_000, &plan);
        });
        assert!(tried.is_ok(), "seed {seed}, {plan:?}");
    }
}

/// Callers who come and go for two minutes, and a panel that does what it likes: nobody waits for ever, there is never more than one
/// log-in, none after a refusal, and no answer is late.
#[test]
fn whatever_happens() {
    for seed in 0..300 {
        let mut chance = fastrand::Rng::with_seed(seed);
        let strict = chance.u8(..4) == 0;
        let kinds = if strict {
            &TRIES[..]
        } else {
            &[Try::Good, Try::Hanging, Try::Reset, Try::Proxy]
        };
        let plan: Vec<Try> = (0..40).map(|_| *chance.choice(kinds).unwrap()).collect();
        let clock = VirtualClock::default();
        let panel = Panel::new(&clock, seed, &plan);
        let mut callers = crowd(&mut chance, 40);
        for caller in &mut callers {
            caller.begins += Duration::from_millis(chance.u64(..120_000));
            caller.dropped = caller.dropped.map(|at| at + caller.begins);
        }
        let mut scheduler = Scheduler::new(&clock, seed);
        let mut sessions = fastrand::Rng::with_seed(seed);
        let state = panel.state.clone();
        let ends = clock.clone();
        scheduler.add(None, async move {
            for _ in 0..10 {
                ends.sleep(Duration::from_millis(sessions.u64(..20_000)))
                    .await;
                state.lock().unwrap().session = None;
            }
        });
        run(&mut scheduler, &client(&panel, seed), &callers);

        let state = panel.state.lock().unwrap();
        let refused = state
            .log_ins
            .iter()
            .position(|(_, tried)| *tried == Try::Refused);
        if let Some(place) = refused {
            assert_eq!(place + 1, state.log_ins.len(), "seed {seed}: asked again");
        }
        for (place, caller) in callers.iter().enumerate() {
            let ended = caller.ended.lock().unwrap();
            match &*ended {
                None => assert!(caller.dropped.is_some(), "seed {seed}: {place}"),
                Some((when, Ok(()))) => {
                    let mine = format!("{place}-");
                    let mut answered = state.answered.iter().rev();
                    let last = answered.find(|(who, _)| who.starts_with(&mine));
                    assert_eq!(last.map(|(_, at)| at), Some(when), "seed {seed}: {place}");
                }
                Some((when, Err(error))) => {
                    assert_ne!(
                        error.delivery(),
                        Delivery::Unknown,
                        "seed {seed}: {error:?}"
                    );
                    if let Some(time) = caller.deadline {
                        // A call that is on its way is not cut.
                        assert!(*when <= caller.begins + time + CALL, "seed {seed}: {place}");
                    }
                }
            }
        }
    }
}
