//! L1: runs end, and operations are settled.

use std::time::Duration;

use mock_dcim::{FaultRule, PromiseState};
use serde_json::json;

use super::{sold, state, story, tell};

#[tokio::test]
async fn l1_catches_a_run_that_does_not_end_once_faults_have_stopped() {
    let panel = sold().await;
    let run = |n: u64| {
        tell(
            &panel,
            json!({"fact":"begin","item":1204,"operation":700,"run":n,"command":"close"}),
        );
    };
    let end = |n: u64| {
        tell(
            &panel,
            json!({"fact":"end","item":1204,"operation":700,"run":n}),
        );
    };
    tell(
        &panel,
        json!({"fact":"deadline","operation":700,"minutes":63}),
    );
    run(1);
    panel.minutes(200);
    assert_eq!(state(&panel, "L1"), PromiseState::NotJudged, "faults go on");
    tell(&panel, json!({"fact":"faults_stopped"}));
    panel.minutes(93);
    end(1);
    run(2);
    panel.minutes(93);
    assert_eq!(state(&panel, "L1"), PromiseState::Held);
    panel.seconds(1);
    assert!(story(&panel, "L1").contains("run 2 of operation 700 of item 1204 does not end"));
}

#[tokio::test]
async fn l1_catches_a_tenth_run_without_success_and_without_a_task() {
    for (fact, expected) in [
        (json!({"fact":"rest"}), PromiseState::Broken),
        (
            json!({"fact":"task","item":1204,"operation":700}),
            PromiseState::Held,
        ),
        (
            json!({"fact":"report","item":1204,"command":"sync_item"}),
            PromiseState::Held,
        ),
    ] {
        let panel = sold().await;
        tell(&panel, json!({"fact":"faults_stopped"}));
        for run in 1..=10 {
            tell(
                &panel,
                json!({"fact":"begin","item":1204,"operation":700,"run":run,"command":"sync_item"}),
            );
            if run == 10 {
                tell(&panel, fact.clone());
            }
            assert_eq!(state(&panel, "L1"), PromiseState::Held);
            tell(
                &panel,
                json!({"fact":"end","item":1204,"operation":700,"run":run}),
            );
        }
        assert_eq!(state(&panel, "L1"), expected, "{fact}");
    }
}

#[tokio::test]
async fn l1_is_put_off_by_another_fault_until_faults_stop_again() {
    let panel = sold().await;
    tell(&panel, json!({"fact":"faults_stopped"}));
    tell(
        &panel,
        json!({"fact":"begin","item":1204,"operation":700,"run":1,"command":"suspend"}),
    );
    tell(
        &panel,
        json!({"fact":"deadline","operation":700,"minutes":10}),
    );
    panel.mock.fault(FaultRule::new("any", "503_n")).unwrap();
    panel.mock.advance(Duration::from_hours(2));
    assert_eq!(state(&panel, "L1"), PromiseState::Held);

    tell(&panel, json!({"fact":"faults_stopped"}));
    panel.mock.advance(Duration::from_mins(40));
    assert_eq!(state(&panel, "L1"), PromiseState::Held);
    panel.mock.advance(Duration::from_secs(1));
    let wrong = "run 1 of operation 700 of item 1204 does not end";
    assert!(story(&panel, "L1").contains(wrong));
}
