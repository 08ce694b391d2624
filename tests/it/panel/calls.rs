//! What changes a service (`billmanager-protocol.md` 6), also where an answer was lost (safety.md H, row M).

use std::collections::BTreeMap;

use billmgr_module::ErrorKind;
use billmgr_module::panel::ItemStatus;
use billmgr_module::panel::calls::{Calls, Completion, SlotAddress};
use secrecy::ExposeSecret;

use super::world::World;

on_both!(
    parameters_are_saved_together,
    parameters_are_saved_by_name_in_an_older_billmanager,
    what_was_emptied_reads_as_empty,
    a_slot_is_filled_counts_and_goes,
    a_slot_is_filled_and_goes_once_where_the_answer_was_lost,
    each_completion_ends_its_operation,
    a_completion_whose_answer_was_lost_is_not_repeated,
    a_change_of_tariff_is_undone_once,
    the_next_module_is_asked,
    what_is_not_there_is_refused,
);

async fn saved(world: &World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    let text = "{\"a\":\"'b' <c> &d; ё=1\"}".to_owned();
    let params = [
        ("dcim6_server", "12".to_owned()),
        ("dcim6_wipe", text.clone()),
    ];
    calls.save(world.item, &params).await.unwrap();
    let secret = calls.save_secret(world.item, "password", "p <1> ё".into());
    secret.await.unwrap();
    let read = world.panel.parameters(world.item).await.unwrap();
    assert_eq!(read.plain["dcim6_server"], "12");
    assert_eq!(read.plain["dcim6_wipe"], text);
    assert!(!read.plain.contains_key("name"));
    assert_eq!(read.secret["password"].expose_secret(), "p <1> ё");
    let other = world.panel.parameters(world.other).await.unwrap();
    assert!(!other.plain.contains_key("dcim6_server"));
}

async fn parameters_are_saved_together(world: World) {
    saved(&world).await;
    assert_eq!(world.times("service.saveparam"), 2);
}

/// The first write finds out which form is kept; from then on it is known.
async fn parameters_are_saved_by_name_in_an_older_billmanager(world: World) {
    world.keep_older_form();
    saved(&world).await;
    assert_eq!(world.times("service.saveparam"), 1 + 2 + 1);
}

async fn what_was_emptied_reads_as_empty(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    for value in ["12", ""] {
        let param = [("dcim6_candidate", value.to_owned())];
        calls.save(world.item, &param).await.unwrap();
        let read = world.panel.parameters(world.item).await.unwrap().plain;
        assert_eq!(
            read.get("dcim6_candidate").map_or("", String::as_str),
            value
        );
    }
    assert_eq!(world.panel.claims(0).await.unwrap(), []);
}

fn address(last: u8) -> SlotAddress {
    SlotAddress {
        address: format!("203.0.113.{last}"),
        mask: "255.255.255.0".to_owned(),
        gateway: "203.0.113.1".to_owned(),
        domain: "s.a.test".to_owned(),
    }
}

async fn a_slot_is_filled_counts_and_goes(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    let [one, two] = slots(&world).await[..] else {
        panic!("two places");
    };
    let early = calls.commit_slot(world.item, one, false).await.unwrap_err();
    assert_eq!(
        early.kind(),
        ErrorKind::Process,
        "there is no address in it"
    );
    calls.fill_slot(world.item, one, &address(9)).await.unwrap();
    calls.commit_slot(world.item, one, false).await.unwrap();
    calls.commit_slot(world.item, one, false).await.unwrap();
    let read = world.panel.slots(world.item).await.unwrap();
    let read: BTreeMap<_, _> = read.iter().map(|slot| (slot.id, &*slot.address)).collect();
    assert_eq!(read, BTreeMap::from([(one, "203.0.113.9"), (two, "")]));
    calls.empty_slot(world.item, one).await.unwrap();
    assert_eq!(
        slots(&world).await,
        [two],
        "the place goes with its address"
    );
    assert_eq!(slots(&world).await.len(), 1);
    let gone = calls.fill_slot(world.item, one, &address(9)).await;
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::Process);
}

async fn slots(world: &World) -> Vec<u64> {
    let slots = world.panel.slots(world.item).await.unwrap();
    slots.iter().map(|slot| slot.id).collect()
}

async fn a_slot_is_filled_and_goes_once_where_the_answer_was_lost(world: World) {
    let panel = world.metered();
    let process = World::process(&panel);
    let calls = Calls::new(&process);
    let [one, two] = slots(&world).await[..] else {
        panic!("two places");
    };
    world.meter.lose_answer_of("service.ip.add");
    calls.fill_slot(world.item, one, &address(9)).await.unwrap();
    assert_eq!(world.times("service.ip.add"), 1);
    world.meter.lose_answer_of("service.ip.del");
    calls.empty_slot(world.item, one).await.unwrap();
    assert_eq!(world.times("service.ip.del"), 1);
    assert_eq!(slots(&world).await, [two]);
}

const COMPLETIONS: [(&str, &str, Option<ItemStatus>); 11] = [
    ("open", "dedic.open", Some(ItemStatus::Active)),
    ("suspend", "service.postsuspend", Some(ItemStatus::Stopped)),
    ("prolong", "service.postprolong", None),
    ("setparam", "service.postsetparam", None),
    ("resume", "service.postresume", Some(ItemStatus::Active)),
    ("reopen", "service.postreopen", Some(ItemStatus::Active)),
    ("stop", "service.poststop", None),
    ("start", "service.poststart", None),
    ("reboot", "service.postreboot", None),
    ("hardreboot", "service.posthardreboot", None),
    ("close", "service.postclose", Some(ItemStatus::Deleted)),
];

async fn each_completion_ends_its_operation(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    world.change_tariff(world.item, world.narrow).await;
    for (command, function, status) in COMPLETIONS {
        let before = world.panel.item(world.item).await.unwrap().unwrap();
        let operation = world.begin(command, world.item).await;
        let another = world.begin("sync", world.item).await;
        let completion = Completion::new(function, status)
            .with("domain", "s.a.test")
            .with_password("p".into());
        let done = calls.complete(world.item, Some(operation), completion);
        done.await.unwrap();
        let after = world.panel.item(world.item).await.unwrap().unwrap();
        assert_eq!(after.status, status.unwrap_or(before.status), "{command}");
        let left = world.panel.running_operation(operation).await.unwrap();
        assert_eq!(left, None, "{command}");
        let kept = world.panel.running_operation(another).await.unwrap();
        assert!(kept.is_some(), "{command} ends its own operation only");
    }
    let item = world.panel.item(world.item).await.unwrap().unwrap();
    assert_eq!((item.pricelist, item.last_pricelist), (world.narrow, None));
}

async fn a_completion_whose_answer_was_lost_is_not_repeated(world: World) {
    let panel = world.metered();
    let process = World::process(&panel);
    let calls = Calls::new(&process);
    let operation = world.pay(world.item).await;
    world.meter.lose_answer_of("dedic.open");
    let opened = Completion::new("dedic.open", Some(ItemStatus::Active));
    let done = calls.complete(world.item, Some(operation), opened);
    done.await.unwrap();
    assert_eq!(world.times("dedic.open"), 1);
    let item = world.panel.item(world.item).await.unwrap().unwrap();
    assert_eq!(item.status, ItemStatus::Active);
}

async fn a_change_of_tariff_is_undone_once(world: World) {
    let panel = world.metered();
    let process = World::process(&panel);
    let calls = Calls::new(&process);
    for user in [None, Some(5)] {
        world.change_tariff(world.item, world.narrow).await;
        world
            .meter
            .lose_answer_of("service.changepricelist.rollback");
        calls.roll_back_tariff(world.item, user).await.unwrap();
        let item = world.panel.item(world.item).await.unwrap().unwrap();
        assert_eq!((item.pricelist, item.last_pricelist), (world.wide, None));
    }
    assert_eq!(world.times("service.changepricelist.rollback"), 2);
    let nothing = calls.roll_back_tariff(world.item, None).await;
    assert_eq!(nothing.unwrap_err().kind(), ErrorKind::Process);
}

/// In the order of the sort values, whatever the program, past what is switched off; after the last there is none.
async fn the_next_module_is_asked(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    for (next, program) in [(world.second, "pmdcim6"), (world.foreign, "pmother")] {
        calls.next_module(world.item).await.unwrap();
        let item = world.panel.item(world.item).await.unwrap().unwrap();
        assert_eq!(item.instance, Some(next));
        assert_eq!(item.program.as_deref(), Some(program));
    }
    let none = calls.next_module(world.item).await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Process);
    let item = world.panel.item(world.item).await.unwrap().unwrap();
    assert_eq!(item.instance, Some(world.foreign));
}

async fn what_is_not_there_is_refused(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    let nobody = 999_999;
    let param = [("dcim6_server", "12".to_owned())];
    let closed = Completion::new("service.postclose", Some(ItemStatus::Deleted));
    for (function, result) in [
        ("service.saveparam", calls.save(nobody, &param).await),
        (
            "service.postclose",
            calls.complete(nobody, None, closed).await,
        ),
        ("service.ip.del", calls.empty_slot(world.item, nobody).await),
        ("service.getnextmodule", calls.next_module(nobody).await),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Process, "{function}");
        assert_eq!(error.object(), Some(function));
        assert_eq!(world.times(function), 1, "a refusal is not repeated");
    }
}
