//! What an instance offers to orders (Q13), and the end of a collection of statistics.

use billmgr_module::ErrorKind;
use billmgr_module::panel::calls::Calls;

use super::world::World;

on_both!(
    a_value_is_offered_until_it_is_not,
    two_instances_offer_the_same_value,
    a_collection_of_statistics_ends,
);

async fn names(world: &World, instance: u64, param: &str) -> Vec<String> {
    let values = world.panel.list_values(instance, param).await.unwrap();
    values.into_iter().map(|value| value.name).collect()
}

async fn a_value_is_offered_until_it_is_not(world: World) {
    let process = World::process(&*world.panel);
    let (calls, first) = (Calls::new(&process), world.first);
    for (param, value) in [
        ("ostempl", "Debian-12-x86_64"),
        ("ostempl", "Win 'ё' <x>"),
        ("ostempl", "Debian-12-x86_64"),
        ("recipe", "lamp"),
    ] {
        calls.offer(first, param, value).await.unwrap();
    }
    assert_eq!(
        names(&world, first, "ostempl").await,
        ["Debian-12-x86_64", "Win 'ё' <x>"]
    );
    assert_eq!(names(&world, first, "recipe").await, ["lamp"]);
    let values = world.panel.list_values(first, "ostempl").await.unwrap();
    calls.stop_offering(first, values[0].id).await.unwrap();
    assert_eq!(names(&world, first, "ostempl").await, ["Win 'ё' <x>"]);
    let again = calls.stop_offering(first, values[0].id).await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Process);
    calls
        .offer(first, "ostempl", "Debian-12-x86_64")
        .await
        .unwrap();
    assert_eq!(
        world.panel.list_values(first, "ostempl").await.unwrap(),
        values,
        "it is the same value again"
    );
}

async fn two_instances_offer_the_same_value(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    for instance in [world.first, world.second] {
        calls.offer(instance, "recipe", "lamp").await.unwrap();
    }
    let value = world
        .panel
        .list_values(world.first, "recipe")
        .await
        .unwrap();
    calls.stop_offering(world.first, value[0].id).await.unwrap();
    assert_eq!(names(&world, world.first, "recipe").await, [""; 0]);
    assert_eq!(names(&world, world.second, "recipe").await, ["lamp"]);
}

async fn a_collection_of_statistics_ends(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    let ended = calls.finish_statistics(world.first, "2026-01-09");
    ended.await.unwrap();
    assert_eq!(world.times("service.poststat"), 1);
    let nobody = calls.finish_statistics(999_999, "2026-01-09").await;
    assert_eq!(nobody.unwrap_err().kind(), ErrorKind::Process);
}
