//! Changing the tariff of a service in use: never another server, never an installation (`billmanager-protocol.md` 5, `setparam`).

use billmgr_module::panel::ItemStatus;
use mock_dcim::FaultRule;

use crate::ready::{SAME_CONFIGURATION, ready_for};
use crate::shop::{CONFIGURATION, ITEM, Shop};

const OTHER_CONFIGURATION: u64 = 33;

async fn with_other_tariff() -> Shop {
    let shop = Shop::with(|shop| shop.tariff(OTHER_CONFIGURATION, "E5-2690-128Gb-4x4000HDD")).await;
    assert_eq!(shop.once("open", ITEM).await.1.code, 0);
    shop.simulation
        .panel
        .change_tariff(ITEM, OTHER_CONFIGURATION);
    shop
}

/// The functions called since `before`, in order.
fn functions(shop: &Shop, before: usize) -> Vec<String> {
    let calls = shop.simulation.panel.calls().split_off(before);
    let function = |call: &String| call.split(' ').next().unwrap_or_default().to_owned();
    calls.iter().map(function).collect()
}

#[tokio::test]
async fn a_tariff_of_the_same_configuration_is_accepted() {
    let shop = ready_for("setparam").await;
    let (_, ran) = shop.once("setparam", ITEM).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    let panel = &shop.simulation.panel;
    assert_eq!(panel.tariff_of(ITEM), Some(SAME_CONFIGURATION));
    let calls = panel.calls();
    assert_eq!(
        calls.last().unwrap(),
        "service.postsetparam elid=1204 sok=ok"
    );
    assert_eq!(shop.status(ITEM), ItemStatus::Active);
    shop.assert_unharmed();
}

/// Other hardware is another order. BILLmanager takes the change back before anything else is told; DCImanager hears nothing.
#[tokio::test]
async fn a_tariff_of_another_configuration_is_taken_back() {
    let shop = with_other_tariff().await;
    let before = shop.simulation.panel.calls().len();
    let job = shop.simulation.billmanager().transport(shop.direct());
    let (operation, ran) = job.option("--userid", &17).once("setparam", ITEM).await;
    assert_eq!(ran.code, 1);
    let expected = "type=\"configuration_change\" object=\"configuration\"";
    assert!(ran.out.contains(expected), "{}", ran.out);
    assert_eq!(
        functions(&shop, before),
        ["service.changepricelist.rollback", "runningoperation.edit"]
    );
    let calls = shop.simulation.panel.calls();
    assert_eq!(
        calls[before],
        "service.changepricelist.rollback elid=1204 userid=17 sok=ok"
    );
    assert_eq!(shop.simulation.panel.tariff_of(ITEM), Some(31));
    assert_eq!(shop.writes(operation).len(), 0);

    // What BILLmanager tries again is the old tariff, which the server has.
    assert_eq!(shop.again(operation).await.code, 0);
    assert_eq!(shop.writes(operation).len(), 0);
    let server = shop.server(ITEM).unwrap();
    shop.world(|world| {
        let configuration = world.server(server).unwrap().configuration.clone();
        assert_eq!(configuration.as_deref(), Some(CONFIGURATION));
    });
    shop.assert_unharmed();
}

/// A change that fails for any other reason is taken back too, and once only.
#[tokio::test]
async fn a_change_that_fails_is_taken_back() {
    let shop = ready_for("setparam").await;
    let down = FaultRule::new("server_get", "503_n");
    shop.simulation.mock.fault(down).unwrap();
    let before = shop.simulation.panel.calls().len();
    let (operation, ran) = shop.once("setparam", ITEM).await;
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("type=\"client\""), "{}", ran.out);
    assert_eq!(shop.simulation.panel.tariff_of(ITEM), Some(31));
    assert_eq!(shop.again(operation).await.code, 1);
    let functions = functions(&shop, before);
    let rollbacks = functions
        .iter()
        .filter(|name| *name == "service.changepricelist.rollback");
    assert_eq!(rollbacks.count(), 1, "{functions:?}");
    assert_eq!(functions[0], "service.changepricelist.rollback");
}

/// `setparam` without a change of the tariff has nothing to take back.
#[tokio::test]
async fn without_a_change_nothing_is_taken_back() {
    let (shop, _) = Shop::with_active().await;
    let down = FaultRule::new("server_get", "503_n");
    shop.simulation.mock.fault(down).unwrap();
    let before = shop.simulation.panel.calls().len();
    assert_eq!(shop.once("setparam", ITEM).await.1.code, 1);
    assert_eq!(
        functions(&shop, before),
        ["runningoperation.edit", "problems.register"]
    );
}
