//! The world as a library's user reads it, its history, and chance.

use std::collections::BTreeSet;
use std::time::Duration;

use mock_dcim::{DurationKind, Lever, OperationKind, PanelAction};

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
