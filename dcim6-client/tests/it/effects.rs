//! Every call against the mock: it has the effect that its name promises.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use dcim6_client::*;
use mock_dcim::MockDcim;

use crate::panel::{builder, free_server, panel, template};

/// Makes every call at least once; returns the names of those that succeeded, by the mock's journal.
pub async fn everything_once() -> BTreeSet<String> {
    let (mock, client) = panel().await;
    let server = catalogues(&client).await;
    let user = people(&mock, &client).await;
    ownership(&server, user).await;
    network(&client, &server).await;
    power(&client, &server).await;
    operations(&client, &server).await;
    guards(&client, &server).await;
    addresses(&mock, &client, &server).await;
    release(&client, &server, user).await;
    client.auth().logout().await.unwrap();
    let journal = mock.journal();
    let unread: Vec<_> = journal
        .iter()
        .filter(|entry| !entry.unread.is_empty())
        .map(|entry| (entry.name, entry.unread.clone()))
        .collect();
    assert_eq!(unread, [], "the mock does not know what we send");
    journal
        .into_iter()
        .filter(|entry| (200..300).contains(&entry.status))
        .filter_map(|entry| entry.name.map(str::to_owned))
        .collect()
}

async fn catalogues(client: &Client) -> ServerHandle {
    client.auth().login().await.unwrap();
    let whoami = client.auth().whoami().await.unwrap();
    assert!(whoami.is_admin());
    assert!(client.panel_time().is_some());
    let locations = client.locations().all().await.unwrap();
    assert_eq!(locations[0].id, LocationId::new(1));
    assert!(!client.racks().all().await.unwrap().is_empty());
    assert!(!client.ip_pools().all().await.unwrap().is_empty());
    client.scripts().all().await.unwrap();
    let configurations = client.configurations().all().await.unwrap();
    assert!(configurations.iter().any(|one| one.free_server_count > 0));
    let switches = client.switches().all().await.unwrap();
    let ports = client.switch(switches[0].id).ports().all().await.unwrap();
    assert!(!ports.is_empty());
    let all = client.servers().page_size(7).all().await.unwrap();
    assert_eq!(all.len(), 40);
    let server = free_server(client).await;
    assert!(server.data_ports().count() >= 1);
    client.server(server.id)
}

async fn people(mock: &Arc<MockDcim>, client: &Client) -> UserId {
    let users = client.users();
    assert!(
        users
            .find_by_email("client@a.test")
            .await
            .unwrap()
            .is_none()
    );
    let new = NewUser::new("client@a.test", "<client password>").full_name("Client");
    let user = users.create(new).await.unwrap();
    let found = users.find_by_email("CLIENT@a.test").await.unwrap().unwrap();
    assert_eq!(found.id, user);
    assert!(!found.is_admin());
    let key = client.user(user).create_key().await.unwrap();
    let signed_in = builder(mock)
        .credentials(Credentials::key(key.key().clone()))
        .build()
        .unwrap();
    let whoami = signed_in.auth().whoami().await.unwrap();
    assert_eq!(whoami.id, user);
    assert!(!whoami.is_admin());
    // A key opens one session (R3).
    let again = builder(mock)
        .credentials(Credentials::key(key.key().clone()))
        .build()
        .unwrap();
    assert!(again.auth().login().await.unwrap_err().is_login_refused());
    user
}

async fn ownership(server: &ServerHandle, user: UserId) {
    server.set_owner(user).await.unwrap();
    let read = server.get().await.unwrap();
    assert_eq!(read.owner_email.as_deref(), Some("client@a.test"));
    let edit = server.edit().name("order-555").domain("s555.a.test");
    edit.notes("sold").send().await.unwrap();
    let read = server.get().await.unwrap();
    assert_eq!(read.name.as_deref(), Some("order-555"));
    assert_eq!(read.domain.as_deref(), Some("s555.a.test"));
    assert_eq!(read.notes.as_deref(), Some("sold"));
}

async fn network(client: &Client, server: &ServerHandle) {
    for port in server.switch_ports().await.unwrap().data() {
        port.down().verified().await.unwrap();
        port.up().verified().await.unwrap();
    }
    let ports = server.switch_ports().await.unwrap();
    assert!(
        ports
            .data()
            .iter()
            .all(|port| port.admin_status() == PortStatus::Up)
    );
    let port = &ports.data()[0];
    let by_ids = client.switch_port(port.switch(), port.id());
    assert_eq!(by_ids.read_admin_status().await.unwrap(), PortStatus::Up);
    by_ids.down().verified().await.unwrap();
    by_ids.up().verified().await.unwrap();
}

async fn power(client: &Client, server: &ServerHandle) {
    let settle = || client.clock().sleep(Duration::from_secs(30));
    if server.get().await.unwrap().power_status == PowerStatus::On {
        server.power_off().await.unwrap();
        settle().await;
    }
    server.power_on().await.unwrap();
    settle().await;
    assert_eq!(server.get().await.unwrap().power_status, PowerStatus::On);
    // R13: on is only for a server that is off.
    let refused = server.power_on().await.unwrap_err();
    assert!(refused.is_invalid());
    assert_eq!(refused.delivery(), Delivery::Answered);
    server.power_reset().await.unwrap();
    server.power_off().await.unwrap();
    settle().await;
    assert_eq!(server.get().await.unwrap().power_status, PowerStatus::Off);
}

async fn operations(client: &Client, server: &ServerHandle) {
    let os = template(client, TemplateKind::Os).await;
    let script = client
        .scripts()
        .all()
        .await
        .unwrap()
        .first()
        .map(|script| script.id);
    let mut install = server
        .install(os)
        .password("<root password>")
        .domain("s555.a.test")
        .timeout(Duration::from_secs(90 * 60));
    if let Some(script) = script {
        install = install.script(script);
    }
    let started = install.start().await.unwrap();
    // R16: one at a time.
    let second = server.suspend().start().await.unwrap_err();
    assert!(second.is_conflict());
    let done = started.wait().await.unwrap();
    assert_eq!(done.name, Some(OperationKind::Install));
    let read = server.get().await.unwrap();
    assert_eq!(read.os_template.map(|template| template.id), Some(os));

    server
        .suspend()
        .start()
        .await
        .unwrap()
        .wait()
        .await
        .unwrap();
    assert_eq!(
        server.get().await.unwrap().state,
        Some(ServerState::Suspended)
    );
    server.resume().start().await.unwrap().wait().await.unwrap();
    assert_eq!(server.get().await.unwrap().state, Some(ServerState::Active));

    let recovery = template(client, TemplateKind::Recovery).await;
    let started = server
        .recovery(recovery)
        .password("<rescue password>")
        .start()
        .await
        .unwrap();
    started.cancel().await.unwrap();
    match started.wait().await.unwrap_err() {
        WaitError::Failed(operation) => assert!(operation.status.is_canceled()),
        other => panic!("{other}"),
    }
    let history = server.history().all().await.unwrap();
    assert!(history.len() >= 4);
}

async fn guards(client: &Client, server: &ServerHandle) {
    server.set_maintenance(true).await.unwrap();
    assert_eq!(server.get().await.unwrap().is_maintenance, Some(true));
    server.set_maintenance(false).await.unwrap();
    assert_eq!(server.get().await.unwrap().is_maintenance, Some(false));
    server.protect().await.unwrap();
    assert_eq!(server.get().await.unwrap().is_protected, Some(true));
    let os = template(client, TemplateKind::Os).await;
    let refused = server.install(os).password("x").start().await.unwrap_err();
    assert!(refused.is_protected() && refused.is_forbidden());
    assert_eq!(refused.delivery(), Delivery::Answered);
    server.unprotect().await.unwrap();
    assert_eq!(server.get().await.unwrap().is_protected, Some(false));
}

async fn addresses(mock: &Arc<MockDcim>, client: &Client, server: &ServerHandle) {
    let before = server.get().await.unwrap().ip.len();
    server
        .add_ip()
        .family(IpFamily::V4)
        .count(2)
        .send()
        .await
        .unwrap();
    let after = server.get().await.unwrap().ip;
    assert_eq!(after.len(), before + 2);
    let address = after.last().unwrap();
    let listed = client.ips().all().await.unwrap();
    assert!(listed.iter().any(|one| one.address() == address.address()));
    // The same by the other service, where the manager's own list is not there.
    let elsewhere = "[operations.ipmgr_ip_list]\npath = \"ipmgr/nowhere\"";
    let other = builder(mock)
        .credentials(mock.admin())
        .dialect(elsewhere.parse().unwrap())
        .build()
        .unwrap();
    let listed = other.ips().all().await.unwrap();
    assert!(listed.iter().any(|one| one.address() == address.address()));
    for ip in after {
        server.delete_ip(ip.id).await.unwrap();
    }
    assert!(server.get().await.unwrap().ip.is_empty());
}

async fn release(client: &Client, server: &ServerHandle, user: UserId) {
    // R32: a user who owns a server stays.
    assert!(client.user(user).delete().await.unwrap_err().is_conflict());
    server.clear_owner().await.unwrap();
    assert!(!server.get().await.unwrap().has_owner());
    let image = template(client, TemplateKind::Diag).await;
    let started = server
        .diagnostics(image)
        .clear_hdd(ClearHdd::Quick)
        .timeout(Duration::from_secs(60 * 60))
        .start()
        .await
        .unwrap();
    started.wait().await.unwrap();
    let read = server.get().await.unwrap();
    let status = read.diagnostics.and_then(|diagnostics| diagnostics.status);
    assert_eq!(status, Some(DiagnosticsStatus::Passed));
    client.user(user).delete().await.unwrap();
    assert!(
        client
            .users()
            .find_by_email("client@a.test")
            .await
            .unwrap()
            .is_none()
    );
}
