//! How a failure is told (`billmanager-protocol.md` 7): error, task, problem.

use billmgr_module::ErrorKind;
use billmgr_module::panel::calls::{Calls, Problem};

use super::world::World;

on_both!(
    an_error_is_shown_and_the_operation_left_to_staff,
    a_task_is_created_once_also_where_the_answer_was_lost,
    a_department_gets_a_simple_task,
    a_problem_is_listed,
    an_operation_that_is_not_there_is_refused,
);

async fn an_error_is_shown_and_the_operation_left_to_staff(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    let operation = world.pay(world.item).await;
    assert_eq!(world.shown(operation).await, (None, false));
    for document in [
        "<doc><error type=\"client\"/></doc>",
        "<doc>'ё' &amp;</doc>",
    ] {
        let shown = calls.show_error(operation, document.to_owned());
        shown.await.unwrap();
        let expected = (Some(document.to_owned()), false);
        assert_eq!(world.shown(operation).await, expected);
    }
    calls.set_manual(operation).await.unwrap();
    calls.set_manual(operation).await.unwrap();
    assert!(world.shown(operation).await.1);
}

async fn a_task_is_created_once_also_where_the_answer_was_lost(world: World) {
    let panel = world.metered();
    let process = World::process(&panel);
    let calls = Calls::new(&process);
    let operation = world.pay(world.item).await;
    let kind = calls.task_type("open").await.unwrap();
    assert_eq!(kind, "postopen");
    world.meter.lose_answer_of("task.edit");
    let text = "open (server 12): \"32 GB\" <instead> of 64 GB, ё";
    let task = calls.create_task(world.item, &kind, operation, text);
    task.await.unwrap();
    assert_eq!(world.times("task.edit"), 1);
    assert_eq!(world.tasks().await, [(Some(operation), text.to_owned())]);
}

async fn a_department_gets_a_simple_task(world: World) {
    let process = World::process(&*world.panel);
    let instance = world.panel.instance(world.first).await.unwrap().unwrap();
    let department = instance.department.unwrap();
    let task = Calls::new(&process);
    task.create_simple_task(department, "look at 'it'")
        .await
        .unwrap();
    assert_eq!(world.tasks().await, [(None, "look at 'it'".to_owned())]);
}

async fn a_problem_is_listed(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    let problem = |name, item| Problem {
        name,
        instance: world.first,
        instance_name: "AMS <1>",
        error: "client (connect): no answer",
        item,
    };
    let plain = problem("processingmodule_connect", None);
    let of_item = problem(
        "processingmodule_getnextmodule",
        Some((world.item, "a \"server\"")),
    );
    calls.register_problem(&plain).await.unwrap();
    calls.register_problem(&of_item).await.unwrap();
    let problems = world.problems().await;
    assert_eq!(problems.len(), 2);
    for (listed, name) in problems.iter().zip([plain.name, of_item.name]) {
        for part in [name, "AMS <1>", "client (connect): no answer"] {
            assert!(listed.contains(part), "{part}: {listed}");
        }
    }
}

async fn an_operation_that_is_not_there_is_refused(world: World) {
    let process = World::process(&*world.panel);
    let calls = Calls::new(&process);
    let nobody = 999_999;
    for result in [
        calls.show_error(nobody, "<doc/>".to_owned()).await,
        calls.set_manual(nobody).await,
        calls
            .create_task(world.item, "postopen", nobody, "look")
            .await,
    ] {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Process);
    }
    assert_eq!(world.tasks().await, []);
}
