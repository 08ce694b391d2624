//! A call that takes several exchanges: its verdict is that of its write, at whichever of them it fails (safety.md H).

use dcim6_client::*;
use serde_json::json;

use crate::operations::{handle, known, operation, server};
use crate::support::{Act, Script, ok, scripted, status};

/// A call of several exchanges, all of them of one server, and what the panel answers when all goes well.
struct Composed {
    name: &'static str,
    write: &'static str,
    answers: Vec<(&'static str, Act)>,
    /// How many of them belong to what comes before.
    before: usize,
    run: fn(Client) -> BoxFuture<'static, Result<(), Error>>,
}

macro_rules! composed {
    ($name:literal, $write:literal, [$($answer:expr),*], |$client:ident| $run:expr) => {
        composed!($name, $write, 0, [$($answer),*], |$client| $run)
    };
    ($name:literal, $write:literal, $before:literal, [$($answer:expr),*], |$client:ident| $run:expr) => {
        Composed {
            name: $name,
            write: $write,
            answers: vec![$($answer),*],
            before: $before,
            run: |$client| Box::pin(async move { $run.await.map(drop) }),
        }
    };
}

const SERVER: ServerId = ServerId::new(101);
const TEMPLATE: OsTemplateId = OsTemplateId::new(20);

fn shown() -> (&'static str, Act) {
    ("server_get", server(&operation(5001, "run")))
}

fn started(write: &'static str) -> (&'static str, Act) {
    (write, ok(json!({"id": 101, "operation": 5002})))
}

fn accepted(write: &'static str) -> (&'static str, Act) {
    (write, ok(json!({"id": 101})))
}

fn port_list() -> (&'static str, Act) {
    let port = json!({"id": 7, "admin_status": "down"});
    ("switch_port_list", ok(json!({"list": [port], "size": 1})))
}

fn port_shown(admin_status: &str) -> (&'static str, Act) {
    let port = json!({"id": 7, "switch": 3, "admin_status": admin_status});
    (
        "server_get",
        ok(json!({"id": 101, "switch_connection": [port]})),
    )
}

fn all() -> Vec<Composed> {
    vec![
        composed!(
            "install",
            "server_install",
            [shown(), started("server_install")],
            |dcim| dcim.server(SERVER).install(TEMPLATE).password("x").start()
        ),
        composed!(
            "diagnostics",
            "server_diag",
            [shown(), started("server_diag")],
            |dcim| dcim.server(SERVER).diagnostics(TEMPLATE).start()
        ),
        composed!(
            "recovery",
            "server_recovery",
            [shown(), started("server_recovery")],
            |dcim| dcim.server(SERVER).recovery(TEMPLATE).password("x").start()
        ),
        composed!(
            "suspend",
            "server_suspend",
            [shown(), started("server_suspend")],
            |dcim| dcim.server(SERVER).suspend().start()
        ),
        composed!(
            "resume",
            "server_resume",
            [shown(), started("server_resume")],
            |dcim| dcim.server(SERVER).resume().start()
        ),
        composed!(
            "prepared",
            "server_suspend",
            [started("server_suspend")],
            |dcim| async {
                let prepared = dcim.server(SERVER).suspend().prepare(None)?;
                prepared.send().await
            }
        ),
        composed!(
            "a port by its ids",
            "switch_port_set",
            [accepted("switch_port_set"), port_list()],
            |dcim| dcim
                .switch_port(SwitchId::new(3), PortId::new(7))
                .down()
                .verified()
        ),
        composed!(
            "a port of a server",
            "switch_port_set",
            1,
            [
                port_shown("up"),
                accepted("switch_port_set"),
                port_shown("down")
            ],
            |dcim| async {
                let ports = dcim.server(SERVER).switch_ports().await?.data();
                ports[0].down().verified().await
            }
        ),
        composed!(
            "cancel",
            "server_operation_cancel",
            [accepted("server_operation_cancel")],
            |dcim| async { dcim.attach(known(90)).cancel().await }
        ),
        composed!(
            "cancel what is only intended",
            "server_operation_cancel",
            [shown(), accepted("server_operation_cancel")],
            |dcim| async {
                dcim.attach(handle(OperationKind::Install, 90))
                    .cancel()
                    .await
            }
        ),
    ]
}

/// How an exchange fails, and what that says of a write.
fn failures() -> Vec<(Act, Delivery)> {
    vec![
        (Act::Fail(TransportFailure::NotSent), Delivery::NotSent),
        (Act::Fail(TransportFailure::Tls), Delivery::NotSent),
        (Act::Fail(TransportFailure::Timeout), Delivery::Unknown),
        (Act::Fail(TransportFailure::Broken), Delivery::Unknown),
        (status(307), Delivery::Unknown),
        (status(400), Delivery::Answered),
        (status(404), Delivery::Answered),
        (status(409), Delivery::Answered),
        (status(500), Delivery::Unknown),
        (status(503), Delivery::Unknown),
        (Act::Raw(200, &[], "<html>".into()), Delivery::Unknown),
    ]
}

#[tokio::test]
async fn the_verdict_is_that_of_the_write_wherever_it_fails() {
    for call in all() {
        for at in call.before..call.answers.len() {
            for (failure, of_a_write) in failures() {
                let before = call.answers.iter().take(at).map(|(_, act)| act.clone());
                let script = Script::new(before.chain([failure.clone()]));
                let client = scripted(&script).0.with_retry(Retry::never());
                let error = (call.run)(client).await.expect_err(call.name);
                let failed = call.answers[at].0;
                let place = format!("{}: {failure:?} at {failed}: {error}", call.name);
                assert_eq!(script.names().last(), Some(&failed), "{place}");
                let wanted = match script.count(call.write) {
                    0 => Delivery::NotSent,
                    _ if failed == call.write => of_a_write,
                    _ => Delivery::Unknown,
                };
                assert_eq!(error.delivery(), wanted, "{place}");
                let starts = matches!(&call.answers[at].1, Act::Answer(_, body) if body["operation"].is_u64());
                assert_eq!(error.intent().is_some(), starts, "{place}");
            }
        }
        let script = Script::new(call.answers.iter().map(|(_, act)| act.clone()));
        (call.run)(scripted(&script).0).await.expect(call.name);
        assert_eq!(
            script.names()[1..],
            call.answers
                .iter()
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn a_start_whose_answer_is_lost_is_found_by_the_intent_of_its_error() {
    let script = Script::new([
        server(&operation(5000, "ok")),
        Act::Fail(TransportFailure::Broken),
        server(&operation(5001, "run")),
    ]);
    let (client, _) = scripted(&script);
    let install = client.server(SERVER).install(TEMPLATE).password("x");
    let lost = install.start().await.unwrap_err();
    assert_eq!(lost.delivery(), Delivery::Unknown);
    let running = client.attach(lost.intent().unwrap().clone());
    assert!(matches!(running.look().await, Look::Running(_)));
    assert_eq!(running.operation_id(), Some(OperationId::new(5001)));
}
