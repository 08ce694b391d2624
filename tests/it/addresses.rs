//! One address more, one less: `setparam`, `addip`, `delip` (`billmanager-protocol.md` 5; L3, L5).

use std::collections::BTreeSet;

use billmgr_module::panel::ItemStatus;
use mock_dcim::{FaultRule, PanelAction};
use standin::{Meter, Ran};

use crate::ready::{SECOND_SLOT, ready_for, told};
use crate::shop::{ITEM, Shop, short};

/// The commands that bring addresses.
const MORE: [&str; 2] = ["addip", "setparam"];

pub(crate) fn on_server(shop: &Shop) -> BTreeSet<String> {
    let server = shop.server(ITEM).expect("a server");
    shop.world(|world| {
        let addresses = world.addresses_of(server);
        addresses.map(|address| address.ip.to_string()).collect()
    })
}

fn in_slots(shop: &Shop) -> BTreeSet<String> {
    let slots = shop.simulation.panel.slots_of(ITEM);
    slots.into_iter().map(|(_, address)| address).collect()
}

pub(crate) fn names(shop: &Shop, operation: u64) -> Vec<String> {
    shop.writes(operation).iter().map(short).collect()
}

fn commits(shop: &Shop, slot: u64) -> usize {
    let calls = shop.simulation.panel.calls();
    let commit = format!("service.ip.add.commit elid={slot} sok=ok");
    calls.iter().filter(|call| **call == commit).count()
}

/// Run a command with one more option. Answers BILLmanager's operation too.
pub(crate) async fn with(
    shop: &Shop,
    command: &'static str,
    name: &str,
    value: &dyn std::fmt::Display,
) -> (u64, Ran) {
    let job = shop.simulation.billmanager().transport(shop.direct());
    job.option(name, value).once(command, ITEM).await
}

/// L5, L3: exactly the addresses ordered, each on the server and in its row.
pub(crate) fn assert_exactly(shop: &Shop, count: usize, case: &str) {
    assert_eq!(on_server(shop).len(), count, "{case}");
    assert_eq!(on_server(shop), in_slots(shop), "{case}");
}

/// R27, R28: the address comes from DCImanager's own pool, and BILLmanager gets all it asks for with it.
#[tokio::test]
async fn an_empty_row_gets_an_address_that_counts() {
    for command in MORE {
        let shop = ready_for(command).await;
        let (operation, ran) = shop.once(command, ITEM).await;
        assert_eq!(ran.code, 0, "{command}: {}", ran.out);
        assert_eq!(names(&shop, operation), ["server_ip_add"], "{command}");
        assert_exactly(&shop, 2, command);
        assert_eq!(commits(&shop, SECOND_SLOT), 1, "{command}");
        let (_, address) = shop.simulation.panel.slots_of(ITEM).remove(1);
        let filled =
            format!("service.ip.add elid={SECOND_SLOT} ip={address} mask=255.255.255.0 gateway=");
        let calls = shop.simulation.panel.calls();
        let call = calls
            .iter()
            .find(|call| call.starts_with(&filled))
            .expect(&filled);
        assert!(call.ends_with("domain=s1204.clients.test sok=ok"), "{call}");
        let reported = command == "setparam";
        let post = |call: &String| call == "service.postsetparam elid=1204 sok=ok";
        assert_eq!(calls.iter().any(post), reported, "{command}");
        shop.assert_unharmed();
    }
}

/// F08: where every row has its address, nothing is ordered.
#[tokio::test]
async fn nothing_is_ordered_where_no_row_is_empty() {
    for command in MORE {
        let (shop, _) = Shop::with_active().await;
        let (operation, ran) = shop.once(command, ITEM).await;
        assert_eq!(ran.code, 0, "{command}: {}", ran.out);
        assert_eq!(names(&shop, operation).len(), 0, "{command}");
        assert_exactly(&shop, 1, command);
    }
}

/// A row that is named gets its address; the other one stays as it is.
#[tokio::test]
async fn only_the_row_that_is_named_is_filled() {
    let shop = ready_for("addip").await;
    let third = shop.simulation.panel.add_slot(ITEM);
    let (operation, ran) = with(&shop, "addip", "--ip_id", &third).await;
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(names(&shop, operation), ["server_ip_add"]);
    let slots = shop.simulation.panel.slots_of(ITEM);
    let empty: Vec<u64> = slots
        .iter()
        .filter(|(_, address)| address.is_empty())
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(empty, [SECOND_SLOT]);
    assert_eq!(on_server(&shop).len(), 2);
}

/// A row of another service, or of none, is nobody's business here.
#[tokio::test]
async fn a_row_that_is_not_of_the_service_is_refused() {
    let shop = Shop::with(|shop| shop.order(1300, 31, "Debian-12-x86_64", "other@a.test")).await;
    for item in [ITEM, 1300] {
        assert_eq!(shop.once("open", item).await.1.code, 0);
    }
    let (foreign, address) = shop.simulation.panel.slots_of(1300).remove(0);
    for command in ["addip", "delip"] {
        for (name, value) in [
            ("--ip_id", foreign.to_string()),
            ("--ip", address.clone()),
            ("--ipid", "4711".to_owned()),
        ] {
            let (operation, ran) = with(&shop, command, name, &value).await;
            assert_eq!(ran.code, 1, "{command} {name} {value}");
            let expected = "type=\"value\" object=\"ip\"";
            assert!(ran.out.contains(expected), "{command} {value}: {}", ran.out);
            assert_eq!(names(&shop, operation).len(), 0);
        }
    }
    assert_eq!(shop.simulation.panel.slots_of(1300), [(foreign, address)]);
    shop.assert_unharmed();
}

/// K07, K08, K15, K18, K11, K22: the order may have arrived, not at all, once or twice. Exactly the ordered number comes of it (L5, F06).
#[tokio::test]
async fn an_order_lost_or_doubled_brings_exactly_what_was_ordered() {
    for command in MORE {
        for effect in [
            "reset_after",
            "reset_no_effect",
            "timeout_after",
            "503_after",
            "500_after",
            "truncated",
            "bad_json",
            "wrong_type",
            "duplicate",
        ] {
            let case = format!("{command}, {effect}");
            let shop = ready_for(command).await;
            let rule = FaultRule::new("server_ip_add", effect).times(1);
            shop.simulation.mock.fault(rule).unwrap();
            let job = shop.simulation.billmanager().transport(shop.direct());
            let operation = job.begin(command, ITEM);
            let actor = shop.simulation.clock.participant();
            let last = job.until_done(&actor, operation).await;
            drop(actor);
            assert_eq!(last.map(|ran| ran.code), Some(0), "{case}");
            assert_eq!(shop.simulation.mock.faults()[0].hits, 1, "{case}");
            assert_exactly(&shop, 2, &case);
            assert_eq!(commits(&shop, SECOND_SLOT), 1, "{case}");
            assert!(shop.simulation.panel.tasks().is_empty(), "{case}");
            shop.assert_unharmed();
        }
    }
}

/// F20: an address that BILLmanager will not take goes back into the pool, and the next try orders another.
#[tokio::test]
async fn an_address_that_is_refused_goes_back() {
    for command in MORE {
        let shop = ready_for(command).await;
        let before = on_server(&shop);
        let job = shop.simulation.billmanager();
        let job = job.metered(Meter::refusing("service.ip.add"));
        let (operation, ran) = job.once(command, ITEM).await;
        assert_eq!(ran.code, 1, "{command}");
        let expected = "type=\"process\" object=\"service.ip.add\"";
        assert!(ran.out.contains(expected), "{command}: {}", ran.out);
        let steps = names(&shop, operation);
        assert_eq!(steps, ["server_ip_add", "server_ip_delete"], "{command}");
        assert_eq!(on_server(&shop), before, "{command}");
        assert_eq!(commits(&shop, SECOND_SLOT), 0, "{command}");

        assert_eq!(shop.again(operation).await.code, 0, "{command}");
        assert_exactly(&shop, 2, command);
        shop.assert_unharmed();
    }
}

/// A filled row whose commit is refused is committed by the next run, which orders nothing.
#[tokio::test]
async fn a_row_that_does_not_count_yet_is_committed_by_the_next_run() {
    for command in MORE {
        let shop = ready_for(command).await;
        let job = shop.simulation.billmanager();
        let job = job.metered(Meter::refusing("service.ip.add.commit"));
        let (operation, ran) = job.once(command, ITEM).await;
        assert_eq!(ran.code, 1, "{command}: {}", ran.out);
        let ordered = shop.writes(operation).len();
        assert_eq!(shop.again(operation).await.code, 0, "{command}");
        assert_eq!(shop.writes(operation).len(), ordered, "{command}");
        assert_eq!(commits(&shop, SECOND_SLOT), 1, "{command}");
        assert_exactly(&shop, 2, command);
        shop.assert_unharmed();
    }
}

/// Only a server in service, and only its own owner's, gets or loses an address.
#[tokio::test]
async fn a_server_that_is_not_in_service_keeps_its_addresses() {
    for command in ["addip", "setparam", "delip"] {
        for trouble in ["stage", "owner", "protected"] {
            let shop = ready_for(command).await;
            let server = shop.server(ITEM).unwrap();
            let before = on_server(&shop);
            let mock = &shop.simulation.mock;
            let word = match trouble {
                "stage" => {
                    shop.simulation
                        .panel
                        .set_parameter(ITEM, "dcim6_stage", "close4");
                    "not in service"
                }
                "owner" => {
                    let other = shop.world(|world| {
                        world
                            .user_by_email("client@example.com")
                            .map(|user| user.id)
                    });
                    let owner = PanelAction::Owner {
                        server,
                        owner: other,
                    };
                    mock.act(owner).unwrap();
                    "owner_mismatch"
                }
                _ => {
                    mock.act(PanelAction::Protection { server, on: true })
                        .unwrap();
                    "not_supported"
                }
            };
            let job = shop.simulation.billmanager().transport(shop.direct());
            let (operation, ran) = told(job, command).once(command, ITEM).await;
            assert_eq!(ran.code, 1, "{command}, {trouble}");
            shop.assert_with_staff(operation, word);
            assert_eq!(on_server(&shop), before, "{command}, {trouble}");
        }
    }
}

/// R16: while an operation runs, no address comes or goes: it is waited for, and then done.
#[tokio::test]
async fn a_running_operation_is_waited_for() {
    for command in ["addip", "setparam", "delip"] {
        let shop = ready_for(command).await;
        let server = shop.server(ITEM).unwrap();
        shop.simulation
            .mock
            .act(PanelAction::Recovery { server })
            .unwrap();
        let job = shop.simulation.billmanager().transport(shop.direct());
        let job = told(job, command);
        let operation = job.begin(command, ITEM);
        let actor = shop.simulation.clock.participant();
        let last = job.until_done(&actor, operation).await;
        drop(actor);
        assert_eq!(last.map(|ran| ran.code), Some(0), "{command}");
        let refused = shop
            .journal(operation)
            .iter()
            .filter(|entry| entry.status == 409)
            .count();
        assert_eq!(refused, 0, "{command}: nothing was tried meanwhile");
        assert_exactly(&shop, if command == "delip" { 1 } else { 2 }, command);
        assert_eq!(shop.status(ITEM), ItemStatus::Active);
    }
}
