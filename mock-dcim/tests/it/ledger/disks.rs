//! S2: no customer meets what another one left.

use mock_dcim::{Lever, PromiseState, WipeLever};
use serde_json::json;

use super::{sold, state, story, tell};
use crate::panel::Panel;

#[tokio::test]
async fn s2_catches_a_server_sold_without_a_clean_up() {
    let panel = sold().await;
    let user = panel.ok("dci/v3/user", r#"{"email":"b@a.test","password":"x"}"#);
    panel.ok("dci/v3/server/1/owner", r#"{"owner":null}"#);
    assert_eq!(state(&panel, "S2"), PromiseState::Held);
    panel.ok(
        "dci/v3/server/1/owner",
        &json!({"owner": user["id"]}).to_string(),
    );
    assert_eq!(state(&panel, "S2"), PromiseState::Broken);
    let story = story(&panel, "S2");
    for part in [
        "user 5 has owner right",
        "disk D1-1",
        "user 4",
        "(seed 0, until 2026-01-10T12:20:00Z)",
    ] {
        assert!(story.contains(part), "{part}: {story}");
    }
    let verdict = panel.mock.verdict();
    assert_eq!(
        verdict.promise("S2").unwrap().stories.len(),
        2,
        "one for each disk"
    );
}

#[tokio::test]
async fn s2_catches_a_clean_up_that_was_ignored_cut_or_did_not_see_a_disk() {
    let hide = |on| Lever::HideDisk {
        server: 1,
        serial: "D1-2".to_owned(),
        on,
    };
    let plants: [Vec<Lever>; 3] = [
        vec![Lever::Wipe {
            server: 1,
            how: WipeLever::Ignored,
        }],
        vec![
            Lever::ForcedEnd {
                status: mock_dcim::ForcedEnd::Ok,
            },
            Lever::Duration {
                server: None,
                of: mock_dcim::DurationKind::Diagnostics,
                seconds: std::time::Duration::from_hours(2),
            },
        ],
        vec![hide(true)],
    ];
    for levers in plants {
        let panel = sold().await;
        for lever in levers {
            panel.lever(lever);
        }
        panel.ok("dci/v3/server/1/owner", r#"{"owner":null}"#);
        panel.diag(1, r#"{"clear_hdd":"quick","timeout":60}"#);
        panel.minutes(60);
        assert_eq!(panel.server(1)["operation"]["status"], "ok");
        assert_eq!(state(&panel, "S2"), PromiseState::Held);
        panel.ok("dci/v3/server/1/owner", r#"{"owner":3}"#);
        assert_eq!(state(&panel, "S2"), PromiseState::Broken);
    }
}

#[tokio::test]
async fn s2_is_judged_by_the_level_that_was_promised() {
    for (level, expected) in [
        ("quick", PromiseState::Held),
        ("full", PromiseState::Broken),
    ] {
        let panel = sold().await;
        tell(&panel, json!({"fact":"wipe_level","level":level}));
        panel.ok("dci/v3/server/1/owner", r#"{"owner":null}"#);
        panel.diag(1, r#"{"clear_hdd":"quick"}"#);
        panel.minutes(20);
        panel.ok("dci/v3/server/1/owner", r#"{"owner":3}"#);
        assert_eq!(state(&panel, "S2"), expected, "{level}");
    }
}

#[tokio::test]
async fn s2_catches_the_half_cleaned_server_of_the_fleet() {
    let panel = Panel::start().await;
    panel.ok("dci/v3/server/28/owner", r#"{"owner":2}"#);
    assert!(story(&panel, "S2").contains("boot records of user 3"));
}
