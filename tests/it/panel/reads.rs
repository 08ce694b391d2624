//! Every read of the port (`billmanager-protocol.md` 8.2).

use std::collections::BTreeMap;

use billmgr_module::panel::calls::{Calls, Completion};
use billmgr_module::panel::{DataCenter, IpSlot, ItemStatus, RunningOperation, TariffOption};
use secrecy::ExposeSecret;

use super::world::{CONFIGURATION, PASSWORD, URL, World};

on_both!(
    a_service_is_read_with_its_program,
    parameters_are_read_and_the_password_is_opened,
    a_client_has_the_address_of_the_first_user,
    options_and_parameters_of_a_tariff_are_read,
    an_instance_is_read_whole,
    a_data_center_says_whose_it_is,
    slots_are_read_by_id,
    an_operation_is_read_while_it_runs,
    the_lowest_sort_value_comes_first,
    services_come_in_pages,
    a_copy_is_told_to_do_nothing,
);

const NOBODY: u64 = 999_999;

async fn a_service_is_read_with_its_program(world: World) {
    let panel = &world.panel;
    let item = panel.item(world.item).await.unwrap().unwrap();
    assert!(item.name.contains("erver") && item.account > 0);
    assert_eq!(
        (item.id, item.pricelist, item.last_pricelist, item.status),
        (world.item, world.wide, None, ItemStatus::Ordered)
    );
    assert_eq!(item.instance, Some(world.first), "the lowest sort value");
    assert_eq!(item.program.as_deref(), Some("pmdcim6"));
    world.change_tariff(world.item, world.narrow).await;
    world.pay(world.item).await;
    let item = panel.item(world.item).await.unwrap().unwrap();
    assert_eq!(
        (item.pricelist, item.last_pricelist, item.status),
        (world.narrow, Some(world.wide), ItemStatus::Processing)
    );
    assert_eq!(panel.item(NOBODY).await.unwrap(), None);
}

async fn parameters_are_read_and_the_password_is_opened(world: World) {
    let process = World::process(&*world.panel);
    let secret = "säcret <&> \"1\"";
    let calls = Calls::new(&process);
    let saved = calls.save_secret(world.item, "password", secret.into());
    saved.await.unwrap();
    world
        .set_parameter(world.item, "note", "a 'b' \"c\" <d> ё")
        .await;
    let read = world.panel.parameters(world.item).await.unwrap();
    assert_eq!(read.plain["ostempl"], "Debian-12-x86_64");
    assert_eq!(read.plain["note"], "a 'b' \"c\" <d> ё");
    assert_eq!(read.secret["password"].expose_secret(), secret);
    let nothing = world.panel.parameters(NOBODY).await.unwrap();
    assert!(nothing.plain.is_empty() && nothing.secret.is_empty());
}

async fn a_client_has_the_address_of_the_first_user(world: World) {
    for (item, email) in [
        (world.item, "client@a.test"),
        (world.other, "client@b.test"),
    ] {
        let account = world.panel.item(item).await.unwrap().unwrap().account;
        let read = world.panel.client_email(account).await.unwrap();
        assert_eq!(read.as_deref(), Some(email));
    }
    assert_eq!(world.panel.client_email(NOBODY).await.unwrap(), None);
}

async fn options_and_parameters_of_a_tariff_are_read(world: World) {
    let option = |name: &str, chosen: Option<&str>, count| TariffOption {
        name: name.to_owned(),
        chosen: chosen.map(str::to_owned),
        count,
    };
    let panel = &world.panel;
    assert_eq!(
        panel.options(world.item, world.wide).await.unwrap(),
        [option("ip", None, 2), option("panel", Some("isp"), 0)]
    );
    assert_eq!(
        panel.options(world.other, world.narrow).await.unwrap(),
        [option("ip", None, 1)]
    );
    let tariff = panel.tariff(world.wide).await.unwrap();
    let configuration = ("configuration".to_owned(), CONFIGURATION.to_owned());
    assert_eq!(tariff, BTreeMap::from([configuration]));
    assert!(panel.tariff(NOBODY).await.unwrap().is_empty());
}

async fn an_instance_is_read_whole(world: World) {
    let panel = &world.panel;
    let instance = panel.instance(world.first).await.unwrap().unwrap();
    assert!(!instance.name.is_empty() && instance.department.is_some());
    assert_eq!(
        (instance.id, instance.program.as_str(), instance.data_center),
        (world.first, "pmdcim6", Some(world.data_center))
    );
    assert_eq!(instance.settings["url"], URL);
    assert_eq!(instance.settings["by_server_type"], "on");
    assert_eq!(instance.secrets["password"].expose_secret(), PASSWORD);
    assert_eq!(instance.config, None);
    let process = World::process(&**panel);
    let config = "<doc><os name=\"a 'b' &amp; ё\"/></doc>".to_owned();
    let calls = Calls::new(&process);
    let stored = calls.store_config(world.first, config.clone());
    stored.await.unwrap();
    let instance = panel.instance(world.first).await.unwrap().unwrap();
    assert_eq!(instance.config, Some(config));
    let foreign = panel.instance(world.foreign).await.unwrap().unwrap();
    assert_eq!(foreign.program, "pmother");
    assert!(panel.instance(NOBODY).await.unwrap().is_none());
}

async fn a_data_center_says_whose_it_is(world: World) {
    for (id, is_dcimanager6, location) in [
        (world.data_center, true, Some("1".to_owned())),
        (world.other_data_center, false, None),
    ] {
        let expected = DataCenter {
            id,
            is_dcimanager6,
            location,
        };
        assert_eq!(world.panel.data_center(id).await.unwrap(), Some(expected));
    }
    assert_eq!(world.panel.data_center(NOBODY).await.unwrap(), None);
}

async fn slots_are_read_by_id(world: World) {
    let slots = world.panel.slots(world.item).await.unwrap();
    assert_eq!(slots.len(), 2);
    assert!(slots[0].id < slots[1].id);
    assert!(slots.iter().all(|slot: &IpSlot| slot.address.is_empty()));
    assert_eq!(world.panel.slots(world.other).await.unwrap().len(), 1);
    assert_eq!(world.panel.slots(NOBODY).await.unwrap(), []);
}

async fn an_operation_is_read_while_it_runs(world: World) {
    let panel = &world.panel;
    assert_eq!(panel.pending_operations(world.item).await.unwrap(), 0);
    assert_eq!(panel.operations(world.item).await.unwrap(), [0; 0]);
    let operation = world.pay(world.item).await;
    let row = |tries, tasks| RunningOperation {
        item: world.item,
        tries,
        tasks,
        is_manual: false,
    };
    let read = panel.running_operation(operation).await.unwrap();
    assert_eq!(read, Some(row(1, 0)));
    assert_eq!(panel.pending_operations(world.item).await.unwrap(), 1);
    assert_eq!(panel.pending_operations(world.other).await.unwrap(), 0);
    world.try_again(operation).await;
    let process = World::process(&**panel);
    let calls = Calls::new(&process);
    let task = calls.create_task(world.item, "postopen", operation, "look");
    task.await.unwrap();
    let read = panel.running_operation(operation).await.unwrap();
    assert_eq!(read, Some(row(2, 1)));
    calls.set_manual(operation).await.unwrap();
    let read = panel.running_operation(operation).await.unwrap();
    let is_manual = true;
    assert_eq!(
        read,
        Some(RunningOperation {
            is_manual,
            ..row(2, 1)
        })
    );
    let another = world.begin("sync", world.item).await;
    assert_eq!(panel.pending_operations(world.item).await.unwrap(), 2);
    let both = panel.operations(world.item).await.unwrap();
    assert_eq!(both, [operation, another], "oldest first");
    assert_eq!(panel.operations(world.other).await.unwrap(), [0; 0]);
    assert_eq!(panel.running_operation(NOBODY).await.unwrap(), None);
}

/// Q8, Q9: of our program, switched on, selling the tariff.
async fn the_lowest_sort_value_comes_first(world: World) {
    let (panel, first, second) = (&world.panel, world.first, world.second);
    for (tariff, skip, expected) in [
        (world.wide, vec![], vec![first, second]),
        (world.wide, vec![first], vec![second]),
        (world.wide, vec![first, second], vec![]),
        (world.narrow, vec![], vec![second]),
        (world.narrow, vec![first], vec![second]),
    ] {
        let suitable = panel.suitable(tariff, &skip).await.unwrap();
        assert_eq!(suitable, expected, "without {skip:?}");
    }
    for (instance, tariffs) in [(first, 1), (second, 2), (world.foreign, 1), (NOBODY, 0)] {
        assert_eq!(panel.tariff_count(instance).await.unwrap(), tariffs);
    }
}

/// Neither ordered nor deleted, by id, at most so many.
async fn services_come_in_pages(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    let next = calls.next_module(world.item);
    next.await.unwrap();
    let list = async |after, most| {
        let page = world.panel.services(world.second, after, most).await;
        page.unwrap()
    };
    assert_eq!(list(0, 9).await, [0; 0], "ordered only");
    for item in [world.item, world.other] {
        let active = Completion::new("dedic.open", Some(ItemStatus::Active));
        calls.complete(item, None, active).await.unwrap();
    }
    assert_eq!(list(0, 9).await, [world.item, world.other]);
    assert_eq!(list(0, 1).await, [world.item]);
    assert_eq!(list(world.item, 1).await, [world.other]);
    assert_eq!(list(world.other, 1).await, [0; 0]);
    let closed = Completion::new("service.postclose", Some(ItemStatus::Deleted));
    calls.complete(world.item, None, closed).await.unwrap();
    assert_eq!(list(0, 9).await, [world.other]);
    let elsewhere = world.panel.services(world.first, 0, 9).await.unwrap();
    assert_eq!(elsewhere, [0; 0]);
}

async fn a_copy_is_told_to_do_nothing(world: World) {
    assert!(!world.panel.does_nothing());
    world.do_nothing(true);
    assert!(world.panel.does_nothing());
    world.do_nothing(false);
    assert!(!world.panel.does_nothing());
}
