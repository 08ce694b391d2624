//! The world as a library's user reads it: history, chance, users, names.

use std::collections::BTreeSet;
use std::time::Duration;

use mock_dcim::{DurationKind, Lever, OperationKind, PanelAction};
use serde_json::json;

use crate::panel::Panel;

#[tokio::test]
async fn operations_and_templates_are_found() {
    let panel = Panel::start().await;
    let action = PanelAction::Recovery { server: 3 };
    let begun = panel.mock.act(action).unwrap().unwrap();

    panel.mock.world(|world| {
        let of_server = world.operations().filter(|one| one.server == 3);
        let kinds: Vec<_> = of_server.map(|one| (one.id == begun, one.kind)).collect();
        let past = (false, OperationKind::ServerDiag);
        assert_eq!(kinds, [past, (true, OperationKind::ServerRecovery)]);
        let template = world.template_by_name("Debian-12-x86_64").unwrap();
        assert_eq!(
            (template.id, template.name.as_str()),
            (1, "Debian-12-x86_64")
        );
        assert!(world.template_by_name("Debian-1-x86_64").is_none());
    });
}

/// An entry of the history keeps its number, and no other has it.
#[tokio::test]
async fn entries_of_the_history_have_numbers_of_their_own() {
    let panel = Panel::start().await;
    for server in [1, 2] {
        panel.ok(&format!("dci/v3/server/{server}/power_on"), "{}");
    }
    let mut ids: Vec<u64> = Vec::new();
    for server in 1..=40 {
        let rows = panel.get(&format!("dci/v3/server/{server}/history"));
        let rows = rows["list"].as_array().unwrap().clone();
        ids.extend(rows.iter().map(|row| row["id"].as_u64().unwrap()));
    }
    let unique: BTreeSet<u64> = ids.iter().copied().collect();
    assert_eq!(unique.len(), ids.len(), "{ids:?}");
    assert!(unique.first() >= Some(&1));
}

#[tokio::test]
async fn last_notify_grows_with_each_change_and_with_no_look() {
    let panel = Panel::start().await;
    let last = || {
        panel.get("dci/v3/server?limit=1")["last_notify"]
            .as_u64()
            .unwrap()
    };
    let before = last();
    assert_eq!(last(), before);
    panel.ok("dci/v3/server/1", r#"{"name":"one"}"#);
    let then = last();
    assert!(then > before, "{before} {then}");
    panel.ok("dci/v3/server/1/maintenance", r#"{"enabled":true}"#);
    assert!(last() > then);
}

/// Chance reaches both ends of what it may, and goes no further.
#[tokio::test]
async fn a_duration_varies_by_the_percent_that_it_may() {
    let panel = Panel::start().await;
    let of = DurationKind::Recovery;
    let span = Duration::from_secs(1000);
    panel.mock.set_duration(None, of, span).unwrap();
    let jitter = Lever::Jitter {
        server: None,
        of,
        percent: 1,
    };
    panel.lever(jitter);
    let mut seen = BTreeSet::new();
    for _ in 0..600 {
        let action = PanelAction::Recovery { server: 1 };
        let begun = panel.mock.act(action).unwrap().unwrap();
        let takes = panel
            .mock
            .world(|world| world.operation(begun).unwrap().duration);
        seen.insert(takes.as_secs());
        panel.act(PanelAction::Cancel { server: 1 });
    }
    assert_eq!(seen, (990..=1010).collect());
}

#[tokio::test]
async fn a_deleted_user_is_signed_out_and_others_stay() {
    let panel = Panel::start().await;
    let create = |email: &str| {
        let body = json!({"email": email, "password": "pw"}).to_string();
        panel.ok("dci/v3/user", &body)["id"].as_u64().unwrap()
    };
    let key = |user: u64| {
        let made = panel.ok(&format!("auth/v4/user/{user}/key"), "{}");
        json!({"key": made["key"]}).to_string()
    };
    let sign_in = |key: &str| panel.post("auth/v4/public/key", key);
    let whoami = |token: &str| {
        let header = [("x-xsrf-token", token)];
        let answer = panel
            .mock
            .exchange("GET", "/api/auth/v4/whoami", &header, b"");
        answer.status
    };
    let (gone, stays) = (create("gone@a.test"), create("stays@a.test"));
    let (used, unused, other, others) = (key(gone), key(gone), key(stays), key(stays));
    let session = sign_in(&used).1["token"].as_str().unwrap().to_owned();
    let others_session = sign_in(&others).1["token"].as_str().unwrap().to_owned();

    panel.call("DELETE", &format!("dci/v3/user/{gone}"), "");

    assert_eq!((whoami(&session), whoami(&others_session)), (401, 200));
    assert_eq!((sign_in(&unused).0, sign_in(&other).0), (401, 201));
}

#[tokio::test]
async fn the_list_of_users_counts_their_servers() {
    let panel = Panel::start().await;
    let counts = || -> Vec<u64> {
        let rows = panel.get("dci/v3/user?orderby=id%20asc");
        let rows = rows["list"].as_array().unwrap().clone();
        let counts = rows.iter().map(|row| row["server_count"].as_u64().unwrap());
        counts.collect()
    };
    assert_eq!(counts(), [0, 1, 0], "server 27 is the client's");
    panel.ok("dci/v3/server/1/owner", r#"{"owner":2}"#);
    assert_eq!(counts(), [0, 2, 0]);
}

#[tokio::test]
async fn an_installation_names_the_host_and_its_addresses() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    panel.ok("dci/v3/server/1/ip", r#"{"count":2}"#);
    let body = r#"{"os_template":1,"password":"pw","domain":"s1.a.test"}"#;
    panel.ok("dci/v3/server/1/install", body);
    let server = panel.server(1);
    assert_eq!(server["domain"], "s1.a.test");
    for n in 0..2 {
        assert_eq!(server["ip"][n]["domain"], "s1.a.test");
    }
}
