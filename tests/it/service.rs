//! The smaller commands of a service: `reopen`, `prolong`, `changepassword` (`billmanager-protocol.md` 5; S8).

use billmgr_module::panel::ItemStatus;
use mock_dcim::{OperationKind, PanelAction, PowerGoal};
use standin::Meter;

use crate::ready::LATER;
use crate::shop::{ITEM, Shop, short};

fn installs(shop: &Shop) -> usize {
    shop.world(|world| {
        let all = world.operations();
        all.filter(|one| one.kind == OperationKind::ServerInstall)
            .count()
    })
}

fn reopened(shop: &Shop) -> bool {
    let calls = shop.simulation.panel.calls();
    calls
        .iter()
        .any(|call| call == "service.postreopen elid=1204 sok=ok")
}

/// S8: a finished server is brought back as it was sold, and never installed again.
#[tokio::test]
async fn reopen_never_reinstalls() {
    let (shop, server) = Shop::with_active().await;
    let password = shop.password(ITEM).await;
    let mock = &shop.simulation.mock;
    let port = shop.world(|world| world.data_ports_of(server).next().unwrap().id);
    mock.act(PanelAction::Port { port, up: false }).unwrap();
    let goal = PowerGoal::Off;
    mock.act(PanelAction::Power { server, goal }).unwrap();
    shop.pass(LATER);

    let (operation, ran) = shop.once("reopen", ITEM).await;

    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(reopened(&shop));
    let steps: Vec<String> = shop.writes(operation).iter().map(short).collect();
    assert_eq!(steps, ["switch_port_set up", "server_power_on"]);
    assert_eq!((shop.server(ITEM), installs(&shop)), (Some(server), 1));
    assert_eq!(shop.password(ITEM).await, password);
    shop.assert_unharmed();
}

/// An order that was cut off at any point is brought to its end on the server it has; what it has not, no reopening picks.
#[tokio::test]
async fn reopen_goes_on_where_an_order_stopped_and_never_picks() {
    let meter = Meter::new();
    let shop = Shop::new().await;
    let job = shop.simulation.billmanager().metered(meter.clone());
    assert_eq!(job.once("open", ITEM).await.1.code, 0);
    let exchanges = meter.count();
    let (mut refused, mut went_on) = (0, 0);
    for cut in 1..exchanges {
        let shop = Shop::new().await;
        let meter = Meter::cutting_after(cut);
        let job = shop.simulation.billmanager().metered(meter.clone());
        tokio::select! {
            _ = job.once("open", ITEM) => panic!("not cut at {cut}"),
            () = meter.stopped() => {}
        }
        let bound = shop.server(ITEM);
        let operation = shop.simulation.panel.begin(ITEM, "reopen");
        let job = shop.simulation.billmanager().transport(shop.direct());
        let ran = job.run("reopen", ITEM, Some(operation)).await;
        if bound.is_none() {
            assert_eq!(ran.code, 1, "cut {cut}");
            let expected = "type=\"missed\" object=\"dcim6_server\"";
            assert!(ran.out.contains(expected), "cut {cut}: {}", ran.out);
            shop.assert_with_staff(operation, "the service has no server");
            assert_eq!(shop.writes(operation).len(), 0, "cut {cut}");
            refused += 1;
        } else {
            assert_eq!(ran.code, 0, "cut {cut}: {}", ran.out);
            assert!(reopened(&shop), "cut {cut}");
            assert_eq!(
                (shop.server(ITEM), installs(&shop)),
                (bound, 1),
                "cut {cut}"
            );
            assert_eq!(shop.status(ITEM), ItemStatus::Active, "cut {cut}");
            went_on += 1;
        }
        shop.simulation.rest();
        let verdict = shop.simulation.mock.verdict();
        assert_eq!(verdict.violations, 0, "cut {cut}: {verdict:#?}");
    }
    assert!(refused > 5 && went_on > 15, "{refused} and {went_on}");
}

#[tokio::test]
async fn reopen_of_a_deleted_service_is_refused() {
    let (shop, _) = Shop::with_active().await;
    assert_eq!(shop.once("close", ITEM).await.1.code, 0);
    let (operation, ran) = shop.once("reopen", ITEM).await;
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("1204 is deleted"), "{}", ran.out);
    assert_eq!(shop.journal(operation).len(), 0);
}

/// DCImanager cannot reach into an installed system. Staff are told at once, the new password is not even opened, and nothing is sent.
#[tokio::test]
async fn a_password_is_never_changed() {
    let (shop, _) = Shop::with_active().await;
    let before = shop.simulation.panel.calls().len();
    let job = shop.simulation.billmanager().transport(shop.direct());
    let job = job.option("--password", &"not even a crypted value");
    let (operation, ran) = job.once("changepassword", ITEM).await;
    assert_eq!(ran.code, 1);
    assert!(
        ran.out
            .contains("type=\"not_supported\" object=\"command\""),
        "{}",
        ran.out
    );
    shop.assert_with_staff(operation, "not_supported");
    assert_eq!(shop.journal(operation).len(), 0);
    let calls = shop.simulation.panel.calls().split_off(before);
    let told = |word: &str| calls.iter().any(|call| call.contains(word));
    assert!(!told("service.postchangepassword"), "{calls:?}");
    assert!(!told("not even a crypted value"), "{calls:?}");
    shop.assert_unharmed();
}

/// Nothing in DCImanager depends on how long a service is paid for: also one that cannot be reached is no hindrance.
#[tokio::test]
async fn a_service_is_prolonged_without_dcimanager() {
    let (shop, _) = Shop::with_active().await;
    let (operation, ran) = shop.once("prolong", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(shop.journal(operation).len(), 0);
    assert_eq!(shop.simulation.panel.operation(operation), None);
    let calls = shop.simulation.panel.calls();
    assert_eq!(
        calls.last().unwrap(),
        "service.postprolong elid=1204 sok=ok"
    );
}
