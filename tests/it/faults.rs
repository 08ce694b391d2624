//! One exchange spoiled, of each sort a command makes and in each way an exchange can go wrong (safety.md C), then BILLmanager's own retries: the
//! command reaches its goal, nobody is harmed, and nothing happens twice.

use billmgr_module::panel::ItemStatus;
use mock_dcim::{FaultRule, OperationKind};

use crate::addresses::assert_exactly;
use crate::ready::{ready_for, told};
use crate::shop::ITEM;

/// The kinds that need no silence on the line. K01 to K05 come before any operation and are the SDK's business.
const KINDS: [&str; 13] = [
    "reset_no_effect",
    "reset_after",
    "truncated",
    "bad_json",
    "wrong_type",
    "503_n",
    "503_after",
    "429",
    "auth",
    "500_after",
    "conflict",
    "200_error",
    "stale",
];

const READS: [&str; 3] = ["auth_login", "server_get", "server_operation_get"];

async fn spoil(command: &'static str, operations: &[&str], goal: ItemStatus) {
    let mut tried = 0;
    for operation in READS.iter().chain(operations) {
        for kind in KINDS {
            // A refused log-in is no passing fault: the operation goes to staff (safety.md H, row A).
            if *operation == "auth_login" && matches!(kind, "auth" | "200_error" | "conflict") {
                continue;
            }
            // What is done more than once is also spoiled the second time.
            let repeats = READS.contains(operation) || *operation == "switch_port_set";
            for skip in 0..=u32::from(repeats) {
                tried += usize::from(one(command, operation, kind, skip, goal).await);
            }
        }
    }
    assert!(
        tried >= KINDS.len() * operations.len(),
        "only {tried} faults hit"
    );
}

/// Answers whether the fault was met at all.
async fn one(
    command: &'static str,
    operation: &str,
    kind: &str,
    skip: u32,
    goal: ItemStatus,
) -> bool {
    let case = format!("{command}: {kind} at {operation}, after {skip}");
    let shop = ready_for(command).await;
    let mock = &shop.simulation.mock;
    mock.fault(FaultRule::new(operation, kind).skip(skip).times(1))
        .unwrap();
    let bound = shop.server(ITEM);
    let job = told(
        shop.simulation.billmanager().transport(shop.direct()),
        command,
    );
    let actor = shop.simulation.clock.participant();
    let running = job.begin(command, ITEM);

    let last = job.until_done(&actor, running).await;

    drop(actor);
    let tasks = shop.simulation.panel.tasks();
    assert_eq!(shop.status(ITEM), goal, "{case}: {tasks:?} {last:?}");
    assert!(tasks.is_empty(), "{case}: {tasks:?}");
    let server = bound.or_else(|| shop.server(ITEM)).unwrap();
    let installs = shop.world(|world| {
        let of_server = world.operations().filter(|found| found.server == server);
        of_server
            .filter(|found| found.kind == OperationKind::ServerInstall)
            .count()
    });
    assert_eq!(installs, 1, "{case}");
    match command {
        "addip" | "setparam" => assert_exactly(&shop, 2, &case),
        "delip" => assert_exactly(&shop, 1, &case),
        _ => {}
    }
    shop.simulation.rest();
    let verdict = mock.verdict();
    assert_eq!(verdict.violations, 0, "{case}: {verdict:#?}");
    mock.faults()[0].hits > 0
}

#[tokio::test]
async fn open_survives_a_spoiled_exchange() {
    let writes = [
        "server_list",
        "os_template_list",
        "location_list",
        "user_list",
        "user_create",
        "server_owner_set",
        "server_edit",
        "switch_port_set",
        "server_ip_add",
        "server_power_on",
        "server_install",
    ];
    spoil("open", &writes, ItemStatus::Active).await;
}

#[tokio::test]
async fn suspend_survives_a_spoiled_exchange() {
    spoil("suspend", &["switch_port_set"], ItemStatus::Stopped).await;
}

#[tokio::test]
async fn resume_survives_a_spoiled_exchange() {
    spoil("resume", &["switch_port_set"], ItemStatus::Active).await;
}

#[tokio::test]
async fn close_survives_a_spoiled_exchange() {
    let writes = [
        "server_ip_delete",
        "server_maintenance_set",
        "server_owner_set",
        "os_template_list",
        "server_diag",
        "server_power_off",
        "switch_port_set",
    ];
    spoil("close", &writes, ItemStatus::Deleted).await;
}

#[tokio::test]
async fn addip_survives_a_spoiled_exchange() {
    spoil("addip", &["server_ip_add"], ItemStatus::Active).await;
}

#[tokio::test]
async fn delip_survives_a_spoiled_exchange() {
    spoil("delip", &["server_ip_delete"], ItemStatus::Active).await;
}

/// A change of the tariff that fails is taken back; what BILLmanager tries again is the old tariff, with the addresses that are paid for.
#[tokio::test]
async fn setparam_survives_a_spoiled_exchange() {
    spoil("setparam", &["server_ip_add"], ItemStatus::Active).await;
}

#[tokio::test]
async fn start_survives_a_spoiled_exchange() {
    spoil("start", &["server_power_on"], ItemStatus::Active).await;
}
