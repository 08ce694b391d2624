//! A BILLmanager that wants another parameter answers a call with its form: a document without an error, and without an effect. Nobody takes it
//! for a yes (`billmanager-protocol.md` 6, 12; S5, L1).

use billmgr_module::panel::ItemStatus;
use mock_dcim::OperationKind;
use standin::Meter;

use crate::ready::{ready_for, told};
use crate::shop::{ITEM, ONLY_BMC_PORT, Shop};

const DID_NOTHING: &str = "BILLmanager said yes and did nothing";

/// Each command with its completing call, and the state it leads to.
const COMPLETIONS: [(&str, &str, ItemStatus); 11] = [
    ("open", "dedic.open", ItemStatus::Active),
    ("reopen", "service.postreopen", ItemStatus::Active),
    ("suspend", "service.postsuspend", ItemStatus::Stopped),
    ("resume", "service.postresume", ItemStatus::Active),
    ("close", "service.postclose", ItemStatus::Deleted),
    ("setparam", "service.postsetparam", ItemStatus::Active),
    ("prolong", "service.postprolong", ItemStatus::Active),
    ("start", "service.poststart", ItemStatus::Active),
    ("stop", "service.poststop", ItemStatus::Active),
    ("reboot", "service.postreboot", ItemStatus::Active),
    ("hardreboot", "service.posthardreboot", ItemStatus::Active),
];

fn operations(shop: &Shop, kind: OperationKind) -> usize {
    let is_one = |operation: &&mock_dcim::Operation| operation.kind == kind;
    shop.world(|world| world.operations().filter(is_one).count())
}

#[tokio::test]
async fn a_completing_call_answered_with_its_form_goes_to_staff_at_once() {
    for (command, function, goal) in COMPLETIONS {
        let shop = ready_for(command).await;
        let ignoring = Meter::ignoring(function);
        let job = shop.simulation.billmanager().metered(ignoring);
        let operation = job.begin(command, ITEM);
        let ran = job.run(command, ITEM, Some(operation)).await;
        let expected = format!("<doc><error type=\"process\" object=\"{function}\"");
        assert_eq!(ran.code, 1, "{command}");
        assert!(ran.out.starts_with(&expected), "{}", ran.out);
        shop.assert_with_staff(operation, DID_NOTHING);
        let row = shop.simulation.panel.operation(operation).unwrap();
        assert!(row.errorxml.unwrap().contains(DID_NOTHING), "{command}");

        // Whoever told BILLmanager what it wanted starts it again: it is finished, and nothing is done twice.
        let done = |kind| operations(&shop, kind);
        let kinds = || {
            (
                done(OperationKind::ServerInstall),
                done(OperationKind::ServerDiag),
            )
        };
        let before = kinds();
        let job = shop.simulation.billmanager().transport(shop.direct());
        assert!(shop.simulation.panel.retry(operation));
        let ran = told(job, command).run(command, ITEM, Some(operation)).await;
        assert_eq!(ran.code, 0, "{command}: {}", ran.out);
        assert_eq!(
            shop.simulation.panel.operation(operation),
            None,
            "{command}"
        );
        assert_eq!((shop.status(ITEM), kinds()), (goal, before), "{command}");
        assert_eq!(shop.simulation.panel.tasks().len(), 1, "{command}");
        if command != "stop" {
            shop.assert_unharmed();
        }
    }
}

/// A service without a server is closed by the call alone.
#[tokio::test]
async fn so_does_a_deletion_that_needs_nothing_else() {
    let shop = Shop::new().await;
    let job = shop.simulation.billmanager();
    let job = job.metered(Meter::ignoring("service.postclose"));
    let (operation, ran) = job.once("close", ITEM).await;
    assert_eq!(ran.code, 1, "{}", ran.out);
    shop.assert_with_staff(operation, DID_NOTHING);
    assert_eq!(shop.again(operation).await.code, 0);
    assert_eq!(shop.status(ITEM), ItemStatus::Deleted);
}

/// Called directly, a command whose state tells is asked for it; of the others nothing can be told.
#[tokio::test]
async fn without_an_operation_only_the_state_can_tell() {
    let (shop, _) = Shop::with_active().await;
    for (command, function, code) in [
        ("suspend", "service.postsuspend", 1),
        ("prolong", "service.postprolong", 0),
    ] {
        let job = shop.simulation.billmanager();
        let job = job.metered(Meter::ignoring(function));
        let ran = job.run(command, ITEM, None).await;
        assert_eq!(ran.code, code, "{command}: {}", ran.out);
    }
}

/// The task itself may be answered with a form: then there is a simple one.
#[tokio::test]
async fn a_task_that_was_not_made_is_made_otherwise() {
    let shop = Shop::with_service_on(ONLY_BMC_PORT).await;
    let job = shop.simulation.billmanager();
    let job = job.metered(Meter::ignoring("task.edit"));
    let (operation, ran) = job.once("suspend", ITEM).await;
    assert_eq!(ran.code, 1);
    assert!(shop.simulation.panel.operation(operation).unwrap().manual);
    let tasks = shop.simulation.panel.tasks();
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(tasks[0].operation, None);
}

/// The Config button does not say that it stored what it did not, nor that it offered it.
#[tokio::test]
async fn config_is_looked_at_after_it_was_stored() {
    let shop = Shop::new().await;
    for function in ["processing.setconfig", "itemtype.param.value.sync"] {
        let job = shop.simulation.billmanager().option("--module", &7);
        let job = job.metered(Meter::ignoring(function));
        let ran = job.command("get_server_config", "").await;
        let expected = format!("<doc><error type=\"process\" object=\"{function}\"");
        assert_eq!(ran.code, 1, "{function}");
        assert!(ran.out.starts_with(&expected), "{}", ran.out);
        assert!(ran.out.contains(DID_NOTHING), "{}", ran.out);
    }
}
