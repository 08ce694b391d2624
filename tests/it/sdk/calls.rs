//! The calls that faults are played on, by class, each with what it needs and what it leaves in the world.

use std::time::Duration;

use dcim6_client::{BoxFuture, ClearHdd, Client, Error, NewUser, OsTemplateId, ServerId, UserId};
use mock_dcim::{MockBuilder, MockDcim, PanelAction};

use super::Bench;

/// The server of all calls; plain, with two data ports.
pub const SERVER: ServerId = ServerId::new(1);

/// One call on a world that is ready for it.
pub struct Call {
    /// Its row in the table.
    pub operation: &'static str,
    /// What has to be so before it.
    prepare: fn(&MockDcim),
    /// Make the call.
    pub send: for<'a> fn(&'a Client) -> BoxFuture<'a, Result<(), Error>>,
    /// Count what it adds to.
    pub effects: fn(&MockDcim) -> usize,
}

macro_rules! call {
    ($operation:literal, $prepare:expr, $effects:expr, |$dcim:ident| $send:expr) => {
        Call {
            operation: $operation,
            prepare: $prepare,
            send: |$dcim| Box::pin(async move { $send.await.map(drop) }),
            effects: $effects,
        }
    };
}

fn nothing(_: &MockDcim) {}

fn suspended(mock: &MockDcim) {
    mock.act(PanelAction::Suspend { server: 1 }).unwrap();
    mock.advance(Duration::from_secs(10));
}

fn recovering(mock: &MockDcim) {
    mock.act(PanelAction::Recovery { server: 1 }).unwrap();
}

fn operations(mock: &MockDcim) -> usize {
    mock.world(|world| world.operations().count())
}

fn answered(mock: &MockDcim, operation: &str) -> usize {
    let journal = mock.journal();
    let answered = journal
        .iter()
        .filter(|entry| entry.name == Some(operation) && entry.fault.as_deref() != Some("auth"));
    answered.count()
}

/// Class X, the log-in by key apart.
pub const ONCE: [Call; 10] = [
    call!("server_install", nothing, operations, |dcim| async {
        dcim.server(SERVER)
            .install(OsTemplateId::new(1))
            .password("x")
            .prepare(None)?
            .send()
            .await
    }),
    call!("server_diag", nothing, operations, |dcim| async {
        dcim.server(SERVER)
            .diagnostics(OsTemplateId::new(4))
            .clear_hdd(ClearHdd::Quick)
            .prepare(None)?
            .send()
            .await
    }),
    call!("server_recovery", nothing, operations, |dcim| async {
        dcim.server(SERVER)
            .recovery(OsTemplateId::new(5))
            .password("x")
            .prepare(None)?
            .send()
            .await
    }),
    call!("server_suspend", nothing, operations, |dcim| async {
        dcim.server(SERVER).suspend().prepare(None)?.send().await
    }),
    call!("server_resume", suspended, operations, |dcim| async {
        dcim.server(SERVER).resume().prepare(None)?.send().await
    }),
    call!(
        "server_operation_cancel",
        recovering,
        |mock| mock.world(|world| usize::from(world.running_operation(1).is_none())),
        |dcim| async {
            let server = dcim.server(SERVER);
            let running = server.get().await?.operation.expect("an operation");
            server.operation(running.id).cancel().await
        }
    ),
    call!(
        "server_power_reset",
        nothing,
        |mock| answered(mock, "server_power_reset"),
        |dcim| dcim.server(SERVER).power_reset()
    ),
    call!(
        "server_ip_add",
        nothing,
        |mock| mock.world(|world| world.addresses_of(1).count()),
        |dcim| dcim.server(SERVER).add_ip().send()
    ),
    call!(
        "user_create",
        nothing,
        |mock| mock.world(|world| usize::from(world.user_by_email("client@a.test").is_some())),
        |dcim| dcim
            .users()
            .create(NewUser::new("client@a.test", "a long secret"))
    ),
    call!(
        "auth_key_create",
        nothing,
        |mock| answered(mock, "auth_key_create"),
        |dcim| dcim.user(UserId::new(1)).create_key()
    ),
];

/// Some calls of class I: harmless to repeat.
pub const ASKED_OFTEN: [Call; 4] = [
    call!(
        "server_owner_set",
        nothing,
        |mock| mock.world(|world| usize::from(world.server(1).unwrap().owner.is_some())),
        |dcim| dcim.server(SERVER).set_owner(UserId::new(1))
    ),
    call!(
        "server_power_on",
        nothing,
        |mock| mock.world(|world| usize::from(world.server(1).unwrap().power.pending.is_some())),
        |dcim| dcim.server(SERVER).power_on()
    ),
    call!(
        "server_maintenance_set",
        nothing,
        |mock| mock.world(|world| usize::from(world.server(1).unwrap().is_maintenance)),
        |dcim| dcim.server(SERVER).set_maintenance(true)
    ),
    call!(
        "switch_port_set",
        nothing,
        |mock| answered(mock, "switch_port_set"),
        |dcim| async {
            let ports = dcim.server(SERVER).switch_ports().await?;
            ports.data()[0].down().await
        }
    ),
];

/// A read.
pub const READ: Call = call!(
    "server_get",
    nothing,
    |mock| answered(mock, "server_get"),
    |dcim| dcim.server(SERVER).get()
);

/// A world that is ready for the call, and a client that is logged in.
pub async fn ready(builder: MockBuilder, call: &Call) -> (Bench, Client) {
    let bench = Bench::start(builder).await;
    // Real time: it is what a withheld answer costs.
    let builder = bench.builder().request_timeout(Duration::from_millis(300));
    let dcim = match bench.mock.ca_pem() {
        Some(ca) => builder.ca_pem(ca),
        None => builder,
    };
    let dcim = dcim.build().unwrap();
    for port in dcim.server(SERVER).switch_ports().await.unwrap().data() {
        port.up().verified().await.unwrap();
    }
    (call.prepare)(&bench.mock);
    (bench, dcim)
}
