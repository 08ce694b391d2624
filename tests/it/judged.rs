//! The judge hears all that he needs from a simulation: no promise is left unjudged, and what breaks S7 or L1 is found.

use std::pin::pin;
use std::time::Duration;

use mock_dcim::{FaultRule, PromiseState, Verdict};
use standin::Meter;

use crate::shop::{ITEM, Shop};

fn state(verdict: &Verdict, id: &str) -> PromiseState {
    verdict.promise(id).expect("a promise").state
}

fn story(verdict: &Verdict, id: &str) -> String {
    verdict.promise(id).expect("a promise").stories.concat()
}

#[tokio::test]
async fn the_life_of_a_service_is_judged_by_every_promise() {
    let (shop, _) = Shop::with_active().await;
    for command in ["suspend", "resume", "suspend", "close"] {
        assert_eq!(shop.once(command, ITEM).await.1.code, 0, "{command}");
    }

    shop.simulation.rest();
    let verdict = shop.simulation.mock.verdict();

    for promise in &verdict.promises {
        assert_eq!(
            promise.state,
            PromiseState::Held,
            "{}: {verdict:#?}",
            promise.id
        );
    }
}

/// S7: each secret of the provider and of the client, in each place that a run can leave it in.
#[tokio::test]
async fn a_secret_left_in_a_clear_parameter_is_found() {
    let (shop, _) = Shop::with_active().await;
    let (_, admin_password) = shop.simulation.mock.admin();
    let made = shop.password(ITEM).await;
    for (secret, name) in [
        (admin_password.as_str(), "the password of instance 7"),
        ("client@a.test", "the e-mail of account 1"),
        (made.as_str(), "the password of item 1204"),
    ] {
        let before = story(&shop.simulation.mock.verdict(), "S7");
        assert!(!before.contains(name), "{before}");
        shop.simulation
            .panel
            .set_parameter(ITEM, "dcim6_leak", &format!("was {secret}"));
        shop.once("suspend", ITEM).await;

        let told = shop.simulation.mock.verdict();
        let wrong = format!("{name} stands in the clear parameter dcim6_leak");
        assert!(story(&told, "S7").contains(&wrong), "{told:#?}");
        assert!(!format!("{told:?}").contains(secret), "the story shows it");
    }
    // The whole simulation once more, from nothing but what the mock was told.
    let mock = &shop.simulation.mock;
    assert_eq!(mock.recording().replay(), mock.verdict());
}

/// L1: a run that goes on beyond its deadline and half an hour.
#[tokio::test]
async fn a_run_that_does_not_end_is_found() {
    let (shop, _) = Shop::with_active().await;
    let actor = shop.simulation.clock.participant();
    let operation = shop.simulation.billmanager().begin("suspend", ITEM);
    let (limit, leeway) = (Duration::from_mins(10), Duration::from_mins(30));

    let meter = Meter::cutting_after(3);
    let job = shop.simulation.billmanager().metered(meter.clone());
    let mut hung = pin!(job.run_as(&actor, "suspend", ITEM, Some(operation)));
    tokio::select! {
        ran = &mut hung => panic!("it ended: {ran:?}"),
        () = meter.stopped() => {}
    }
    shop.pass(limit + leeway);
    assert_eq!(
        state(&shop.simulation.mock.verdict(), "L1"),
        PromiseState::Held
    );
    shop.pass(Duration::from_secs(1));

    let mock = &shop.simulation.mock;
    assert_eq!(mock.recording().replay(), mock.verdict());
    let told = mock.verdict();
    let wrong = format!("run 1 of operation {operation} of item {ITEM} does not end");
    assert!(story(&told, "L1").contains(&wrong), "{told:#?}");
}

/// L1 speaks of the time after the faults: one that is still to come leaves it alone.
#[tokio::test]
async fn a_fault_to_come_puts_the_judge_of_deadlines_off() {
    let shop = Shop::new().await;
    let fault = FaultRule::new("server_get", "503_n").times(1);
    shop.simulation.mock.fault(fault).unwrap();

    shop.once("open", ITEM).await;
    assert_eq!(
        state(&shop.simulation.mock.verdict(), "L1"),
        PromiseState::NotJudged
    );

    shop.once("suspend", ITEM).await;
    assert_eq!(
        state(&shop.simulation.mock.verdict(), "L1"),
        PromiseState::Held
    );
}
