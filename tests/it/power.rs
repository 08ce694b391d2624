//! The power buttons of a service: `start`, `stop`, `reboot`, `hardreboot` (`billmanager-protocol.md` 5; R13, R15, R23).

use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use mock_dcim::{FaultRule, Lever, PanelAction, PowerGoal};
use standin::Meter;

use crate::ready::{LATER, ready_for};
use crate::shop::{ITEM, ON_NO_SWITCH, Shop, short};

const BUTTONS: [&str; 4] = ["start", "stop", "reboot", "hardreboot"];
const RESETS: [(&str, &str); 2] = [
    ("reboot", "service.postreboot"),
    ("hardreboot", "service.posthardreboot"),
];

fn names(shop: &Shop, operation: u64) -> Vec<String> {
    shop.writes(operation).iter().map(short).collect()
}

fn told(shop: &Shop, call: &str) -> usize {
    let calls = shop.simulation.panel.calls();
    calls.iter().filter(|line| line.starts_with(call)).count()
}

fn resets(shop: &Shop) -> usize {
    let journal = shop.simulation.mock.journal();
    let reset = |entry: &&mock_dcim::JournalEntry| entry.name == Some("server_power_reset");
    journal.iter().filter(reset).count()
}

#[tokio::test]
async fn stop_turns_the_server_off_and_start_turns_it_on() {
    let (shop, server) = Shop::with_active().await;
    let (operation, ran) = shop.once("stop", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(names(&shop, operation), ["server_power_off"]);
    assert!(!shop.is_on(server));
    // The ports are the stop of the service, not of the server.
    assert_eq!(shop.data_ports(server), [true, true]);
    assert_eq!(shop.simulation.panel.operation(operation), None);
    assert_eq!(told(&shop, "service.poststop elid=1204 sok=ok"), 1);

    let (operation, ran) = shop.once("start", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(names(&shop, operation), ["server_power_on"]);
    assert!(shop.is_on(server));
    assert_eq!(told(&shop, "service.poststart elid=1204 sok=ok"), 1);
    assert_eq!(shop.status(ITEM), ItemStatus::Active);
    shop.assert_unharmed();
}

/// F08: a goal that is reached already is success, and nothing is sent for it.
#[tokio::test]
async fn a_goal_already_reached_is_success() {
    let (shop, server) = Shop::with_active().await;
    let (operation, ran) = shop.once("start", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(names(&shop, operation).len(), 0);
    assert_eq!(told(&shop, "service.poststart"), 1);

    let off = PowerGoal::Off;
    shop.simulation
        .mock
        .act(PanelAction::Power { server, goal: off })
        .unwrap();
    shop.pass(Duration::from_mins(1));
    let (operation, ran) = shop.once("stop", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(names(&shop, operation).len(), 0);
    assert_eq!(told(&shop, "service.poststop"), 1);
}

/// Both reboots are the one reset there is, sent once; a reconcile leaves the server alone for a while (R45).
#[tokio::test]
async fn both_reboots_reset_once() {
    for (command, call) in RESETS {
        let (shop, server) = Shop::with_active().await;
        let (operation, ran) = shop.once(command, ITEM).await;
        assert_eq!(ran.code, 0, "{command}: {}", ran.out);
        assert_eq!(names(&shop, operation), ["server_power_reset"]);
        assert_eq!(told(&shop, &format!("{call} elid=1204 sok=ok")), 1);
        assert!(
            shop.simulation
                .panel
                .parameter(ITEM, "dcim6_power")
                .is_some()
        );
        shop.pass(Duration::from_mins(1));
        assert!(shop.is_on(server));
        shop.assert_unharmed();
    }
}

/// R13: what may be off may be switched on, and is never switched off unseen.
#[tokio::test]
async fn an_unknown_power_state_is_no_success() {
    for (command, sent) in [("start", true), ("stop", false)] {
        let (shop, server) = Shop::with_active().await;
        let silent = Lever::PowerUnknown { server, on: true };
        shop.simulation.mock.lever(silent).unwrap();
        let began = shop.simulation.mock.now();
        let (operation, ran) = shop.once(command, ITEM).await;
        assert_eq!(ran.code, 1, "{command}");
        assert_eq!(
            names(&shop, operation).contains(&"server_power_on".to_owned()),
            sent
        );
        assert!(!names(&shop, operation).contains(&"server_power_off".to_owned()));
        let took = shop.simulation.mock.now().duration_since(began).unwrap();
        assert!(took <= Duration::from_secs(600 + 30), "{command}: {took:?}");
        assert_eq!(told(&shop, "service.postst"), 0, "{command}");
        let row = shop.simulation.panel.operation(operation).unwrap();
        assert!(!row.manual, "{command}: it may answer again");
        // It answers again: the next try ends it.
        let silent = Lever::PowerUnknown { server, on: false };
        shop.simulation.mock.lever(silent).unwrap();
        assert_eq!(shop.again(operation).await.code, 0, "{command}");
        assert_eq!(shop.is_on(server), command == "start");
    }
}

/// R23: switching off or resetting under an operation would break it. It is waited for.
#[tokio::test]
async fn a_running_operation_is_waited_for() {
    for command in ["stop", "reboot", "hardreboot"] {
        let (shop, server) = Shop::with_active().await;
        let recovery = PanelAction::Recovery { server };
        shop.simulation.mock.act(recovery).unwrap();
        let (operation, ran) = shop.once(command, ITEM).await;
        let ended = shop.world(|world| {
            let of_server = world.operations().filter(|found| found.server == server);
            let last = of_server.max_by_key(|found| found.id).unwrap();
            last.finished_at
        });
        if ran.code == 0 {
            let write = shop.writes(operation).remove(0);
            assert!(Some(write.at) >= ended, "{command}: {ended:?}");
        } else {
            assert!(ran.out.contains("busy"), "{command}: {}", ran.out);
            assert_eq!(names(&shop, operation).len(), 0, "{command}");
        }
    }
}

/// A server that is still being prepared, or already being deleted, has no buttons.
#[tokio::test]
async fn a_server_not_in_service_is_left_to_staff() {
    for button in BUTTONS {
        for stage in ["owner", "install", "close6"] {
            let (shop, _) = Shop::with_active().await;
            shop.simulation
                .panel
                .set_parameter(ITEM, "dcim6_stage", stage);
            let (operation, ran) = shop.once(button, ITEM).await;
            assert_eq!(ran.code, 1);
            let expected = "type=\"value\" object=\"dcim6_stage\"";
            assert!(ran.out.contains(expected), "{button}: {}", ran.out);
            shop.assert_with_staff(operation, "not in service");
            assert_eq!(names(&shop, operation).len(), 0, "{button}");
        }
    }
}

/// F05, E3: a server that became somebody else's is not touched.
#[tokio::test]
async fn a_server_of_another_owner_is_left_to_staff() {
    for button in BUTTONS {
        let (shop, server) = Shop::with_active().await;
        let other = shop.world(|world| world.user_by_email("client@example.com").unwrap().id);
        let owner = Some(other);
        shop.simulation
            .mock
            .act(PanelAction::Owner { server, owner })
            .unwrap();
        let (operation, ran) = shop.once(button, ITEM).await;
        assert_eq!(ran.code, 1);
        assert!(ran.out.contains("owner_mismatch"), "{button}: {}", ran.out);
        shop.assert_with_staff(operation, "owner_mismatch");
        assert_eq!(names(&shop, operation).len(), 0, "{button}");
    }
}

/// R34: protection leaves power on, and nothing else; who set it has to lift it.
#[tokio::test]
async fn a_protected_server_is_left_to_staff() {
    for button in ["stop", "reboot", "hardreboot"] {
        let (shop, server) = Shop::with_active().await;
        let protect = PanelAction::Protection { server, on: true };
        shop.simulation.mock.act(protect).unwrap();
        let (operation, ran) = shop.once(button, ITEM).await;
        assert_eq!(ran.code, 1, "{button}");
        assert!(ran.out.contains("not_supported"), "{button}: {}", ran.out);
        shop.assert_with_staff(operation, "server_power");
        assert!(shop.is_on(server), "{button}");
    }
}

#[tokio::test]
async fn a_protected_server_may_be_started() {
    let shop = ready_for("start").await;
    let server = shop.server(ITEM).unwrap();
    let protect = PanelAction::Protection { server, on: true };
    shop.simulation.mock.act(protect).unwrap();
    let (_, ran) = shop.once("start", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(shop.is_on(server));
}

/// safety.md H, class X: no look tells a server that was reset from one that was not. One reset a run, and staff decide on another.
#[tokio::test]
async fn a_reset_whose_outcome_is_unknown_goes_to_staff() {
    for effect in [
        "reset_after",
        "reset_no_effect",
        "503_after",
        "500_after",
        "truncated",
        "bad_json",
        "503_n",
        "429",
    ] {
        for (command, call) in RESETS {
            let (shop, server) = Shop::with_active().await;
            let rule = FaultRule::new("server_power_reset", effect).times(1);
            shop.simulation.mock.fault(rule).unwrap();
            let (operation, ran) = shop.once(command, ITEM).await;
            let case = format!("{command}, {effect}: {}", ran.out);
            assert_eq!((ran.code, resets(&shop)), (1, 1), "{case}");
            assert!(ran.out.contains("operation_failed"), "{case}");
            shop.assert_with_staff(operation, "nobody knows whether server");
            assert_eq!(told(&shop, call), 0, "{case}");
            shop.pass(LATER);
            assert!(shop.is_on(server), "{case}");
            // Staff start it again: once more, and it is told.
            assert_eq!(shop.again(operation).await.code, 0, "{case}");
            assert_eq!((resets(&shop), told(&shop, call)), (2, 1), "{case}");
            shop.assert_unharmed();
        }
    }
}

/// A refusal says that nothing was done (class G): the same run asks again.
#[tokio::test]
async fn a_reset_refused_because_of_another_operation_is_sent_again() {
    let (shop, _) = Shop::with_active().await;
    let rule = FaultRule::new("server_power_reset", "conflict").times(1);
    shop.simulation.mock.fault(rule).unwrap();
    let (_, ran) = shop.once("reboot", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(resets(&shop), 2, "one of them refused");
    assert_eq!(told(&shop, "service.postreboot"), 1);
    shop.assert_unharmed();
}

/// A service without data ports cannot be stopped, but its server can be switched.
#[tokio::test]
async fn a_server_on_no_switch_has_its_buttons() {
    let shop = Shop::with_service_on(ON_NO_SWITCH).await;
    assert_eq!(shop.once("start", ITEM).await.1.code, 0);
    assert!(shop.is_on(ON_NO_SWITCH));
    assert_eq!(shop.once("stop", ITEM).await.1.code, 0);
    assert!(!shop.is_on(ON_NO_SWITCH));
}

/// What BILLmanager says of the end is asked before it is said again (safety.md H, row M): one report, also when its answer is lost.
#[tokio::test]
async fn a_refused_report_leaves_the_operation_to_the_next_run() {
    let (shop, server) = Shop::with_active().await;
    let meter = Meter::refusing("service.poststop");
    let job = shop.simulation.billmanager().metered(meter);
    let (operation, ran) = job.once("stop", ITEM).await;
    assert_eq!(ran.code, 1);
    let expected = "type=\"process\" object=\"service.poststop\"";
    assert!(ran.out.contains(expected), "{}", ran.out);
    assert!(!shop.is_on(server));
    assert_eq!(shop.again(operation).await.code, 0);
    assert_eq!(shop.simulation.panel.operation(operation), None);
    assert_eq!(told(&shop, "service.poststop"), 1);
}
