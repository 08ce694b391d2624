//! S6: deleted means deleted.

use mock_dcim::{Lever, PromiseState};
use serde_json::json;

use super::{begin, close, report, sold, state, story, tell};

#[tokio::test]
async fn s6_catches_each_thing_that_a_deletion_may_leave() {
    for (without, wrong) in [
        ("ip", "is on the server"),
        ("owner", "owns the server"),
        ("wipe", "still boots user 4"),
        ("power", "the server is on"),
        ("ports", "port 1 is up"),
    ] {
        let mut panel = sold().await;
        close(&mut panel, without);
        assert_eq!(state(&panel, "S6"), PromiseState::Broken, "{without}");
        assert!(
            story(&panel, "S6").contains(wrong),
            "{without}: {}",
            story(&panel, "S6")
        );
    }
    let mut panel = sold().await;
    begin(&mut panel, "close");
    panel.ok("dci/v3/server/1/maintenance", r#"{"enabled":true}"#);
    close(&mut panel, "nothing");
    assert!(story(&panel, "S6").contains("maintenance mode is not as it was"));
}

#[tokio::test]
async fn s6_sees_the_disk_that_dcimanager_does_not() {
    let mut panel = sold().await;
    let serial = "D1-2".to_owned();
    panel.lever(Lever::HideDisk {
        server: 1,
        serial,
        on: true,
    });
    close(&mut panel, "nothing");
    assert!(story(&panel, "S6").contains("disk D1-2 still boots"));
}

#[tokio::test]
async fn s6_is_judged_though_the_binding_went_just_before_the_report() {
    let mut panel = sold().await;
    begin(&mut panel, "close");
    tell(&panel, json!({"fact":"binding","item":1204,"server":null}));
    report(&mut panel, "close");
    assert_eq!(state(&panel, "S6"), PromiseState::Broken);
}

#[tokio::test]
async fn s6_takes_the_word_of_staff_who_accepted_less() {
    let mut panel = sold().await;
    let serial = "D1-2".to_owned();
    panel.lever(Lever::HideDisk {
        server: 1,
        serial,
        on: true,
    });
    tell(&panel, json!({"fact":"accept_wipe","item":1204}));
    close(&mut panel, "nothing");
    assert_eq!(
        state(&panel, "S6"),
        PromiseState::Held,
        "{}",
        story(&panel, "S6")
    );
    panel.ok("dci/v3/server/1/owner", r#"{"owner":3}"#);
    assert_eq!(
        state(&panel, "S2"),
        PromiseState::Broken,
        "the next customer was not asked"
    );
}
