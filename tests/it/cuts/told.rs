//! A command that fails, stopped after each of its exchanges, those of telling staff included: in the end the operation is theirs, with exactly
//! one task (`billmanager-protocol.md` 7, L1).

use std::sync::Arc;

use standin::Meter;
use standin::exchange::Line;

use super::{announce, run_again};
use crate::shop::{ITEM, ONLY_BMC_PORT, Shop};

/// Run a `suspend` that is refused (P1) under a meter. Answers the shop, the operation, and whether the command came to its end.
async fn refused(meter: Arc<Meter>) -> (Shop, u64, bool) {
    let shop = Shop::with_service_on(ONLY_BMC_PORT).await;
    let job = shop.simulation.billmanager().metered(meter.clone());
    let operation = job.begin("suspend", ITEM);
    let ended = tokio::select! {
        ran = job.run("suspend", ITEM, Some(operation)) => {
            assert_eq!(ran.code, 1, "{}", ran.out);
            true
        }
        () = meter.stopped() => false,
    };
    (shop, operation, ended)
}

/// BILLmanager runs again what is not manual, and staff what is.
async fn assert_told(shop: &Shop, operation: u64) {
    run_again(shop, "suspend", Some(operation)).await;
    shop.assert_with_staff(operation, "no_switch_port");
    assert_eq!(shop.again(operation).await.code, 1);
    shop.assert_with_staff(operation, "no_switch_port");
    shop.simulation.rest();
    let verdict = shop.simulation.mock.verdict();
    assert_eq!(verdict.violations, 0, "{verdict:#?}");
}

#[tokio::test]
async fn staff_are_told_once_wherever_a_failing_command_is_stopped() {
    let meter = Meter::new();
    let (shop, operation, _) = refused(meter.clone()).await;
    shop.assert_with_staff(operation, "no_switch_port");
    let exchanges = meter.count();
    announce(&format!(
        "suspend, refused: {exchanges} exchanges, stopped after each\n"
    ));
    assert!(exchanges >= 15, "only {exchanges} exchanges");
    for cut in 1..=exchanges {
        let (shop, operation, ended) = refused(Meter::cutting_after(cut)).await;
        assert!(!ended, "cut {cut}");
        let row = shop.simulation.panel.operation(operation).unwrap();
        let tasks = shop.simulation.panel.tasks().len();
        assert!(
            !row.manual || tasks == 1,
            "cut {cut}: manual without a task"
        );
        assert_told(&shop, operation).await;
    }
}

/// BILLmanager restarts (`mgrctl -R`): two calls in a row fail, wherever that is; or all of them from there on.
#[tokio::test]
async fn staff_are_told_once_wherever_mgrctl_fails() {
    let meter = Meter::new();
    refused(meter.clone()).await;
    let is_call = |line: &Line| matches!(line, Line::Billmanager(_));
    let calls = meter.lines().iter().filter(|line| is_call(line)).count();
    assert!(
        calls >= 4,
        "error, kind of task, task, manual: only {calls}"
    );
    for first in 1..=calls {
        let (shop, operation, _) = refused(Meter::failing_at(first..first + 2)).await;
        shop.assert_with_staff(operation, "no_switch_port");
        assert_told(&shop, operation).await;
    }
    for first in 1..=calls {
        let (shop, operation, _) = refused(Meter::failing_at(first..usize::MAX)).await;
        let row = shop.simulation.panel.operation(operation).unwrap();
        assert!(!row.manual, "from {first}: BILLmanager has to try again");
        assert_told(&shop, operation).await;
    }
}

/// An operation that an older version, or a person, left manual without a task gets it from the next run that fails, whatever that fails of.
#[tokio::test]
async fn an_operation_found_manual_without_a_task_gets_one() {
    let (shop, _) = Shop::with_active().await;
    let operation = shop.simulation.panel.begin(ITEM, "suspend");
    let set_manual = billmgr_module::panel::Call::new("runningoperation.setmanual");
    let set_manual = set_manual.with("elid", operation);
    let panel: &dyn billmgr_module::panel::Panel = &shop.simulation.panel;
    panel.call(&set_manual).await.unwrap();
    let rule = mock_dcim::FaultRule::new("server_get", "bad_json");
    shop.simulation.mock.fault(rule).unwrap();
    assert_eq!(shop.again(operation).await.code, 1);
    shop.assert_with_staff(operation, "client (bad_response)");
    assert_eq!(shop.again(operation).await.code, 1);
    shop.assert_with_staff(operation, "client (bad_response)");
}
