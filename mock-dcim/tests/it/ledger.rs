//! The judges, each with bugs planted for it to catch, and stories in which it has to keep quiet.

use mock_dcim::{Fact, Lever, PanelAction, Person, PromiseState, Verdict, WipeLever};
use serde_json::json;

use crate::panel::Panel;

fn tell(panel: &Panel, fact: serde_json::Value) {
    let fact: Fact = serde_json::from_value(fact).unwrap();
    panel.mock.fact(fact);
}

fn state(panel: &Panel, id: &str) -> PromiseState {
    panel.mock.verdict().promise(id).unwrap().state
}

fn story(panel: &Panel, id: &str) -> String {
    let verdict: Verdict = panel.mock.verdict();
    verdict.promise(id).unwrap().stories.join("\n")
}

fn begin(panel: &mut Panel, command: &str) {
    panel.request_id = Some("1204-551-1-1".to_owned());
    tell(
        panel,
        json!({"fact":"begin","item":1204,"operation":551,"run":1,"command":command}),
    );
    panel.server(1);
}

fn report(panel: &mut Panel, command: &str) {
    panel.server(1);
    tell(
        panel,
        json!({"fact":"report","item":1204,"command":command}),
    );
    panel.request_id = None;
}

/// Item 1204 gets server 1, and it is installed and running.
async fn sold() -> Panel {
    let mut panel = Panel::start().await;
    tell(&panel, json!({"fact":"binding","item":1204,"server":1}));
    begin(&mut panel, "open");
    panel.sell(1, "a@a.test");
    report(&mut panel, "open");
    panel
}

fn stop(panel: &mut Panel) {
    begin(panel, "suspend");
    panel.ports(1, "down");
    report(panel, "suspend");
}

/// The vendor's eight steps; the argument leaves one out.
fn close(panel: &mut Panel, without: &str) {
    begin(panel, "close");
    panel.ports(1, "up");
    let ips = panel.server(1)["ip"].as_array().unwrap().clone();
    if without != "ip" {
        for ip in ips {
            panel.call("DELETE", &format!("dci/v3/server/1/ip/{}", ip["id"]), "");
        }
    }
    if without != "owner" {
        panel.ok("dci/v3/server/1/owner", r#"{"owner":null}"#);
    }
    if without != "wipe" {
        panel.diag(1, r#"{"clear_hdd":"quick","timeout":60}"#);
        panel.minutes(20);
    }
    if without != "power" {
        panel.ok("dci/v3/server/1/power_off", "{}");
        panel.seconds(20);
    }
    if without != "ports" {
        panel.ports(1, "down");
    }
    report(panel, "close");
}

#[tokio::test]
async fn a_clean_life_breaks_nothing_and_what_was_not_seen_is_not_judged() {
    let mut panel = Panel::start().await;
    assert_eq!(state(&panel, "S2"), PromiseState::Held);
    assert_eq!(state(&panel, "L3"), PromiseState::Held);
    for id in ["S4", "S4w", "S6"] {
        assert_eq!(state(&panel, id), PromiseState::NotJudged, "{id}");
    }
    tell(&panel, json!({"fact":"binding","item":1204,"server":1}));
    begin(&mut panel, "open");
    panel.sell(1, "a@a.test");
    report(&mut panel, "open");
    stop(&mut panel);
    panel.minutes(60);
    begin(&mut panel, "resume");
    panel.ports(1, "up");
    report(&mut panel, "resume");
    stop(&mut panel);
    panel.minutes(60);
    close(&mut panel, "nothing");
    tell(&panel, json!({"fact":"status","item":1204,"status":4}));
    // The next customer finds nothing.
    tell(&panel, json!({"fact":"binding","item":1205,"server":1}));
    panel.request_id = Some("1205-560-1-1".to_owned());
    panel.server(1);
    panel.sell(1, "b@a.test");
    for id in ["S1", "S2", "S3", "S4", "S4w", "S5", "S6", "S8", "L3", "L5"] {
        assert_eq!(
            state(&panel, id),
            PromiseState::Held,
            "{id}: {}",
            story(&panel, id)
        );
    }
    let verdict = serde_json::to_value(panel.mock.verdict()).unwrap();
    assert_eq!(verdict["violations"], 0);
    assert_eq!(
        verdict["promises"][1],
        json!({"id":"S2","state":"held","stories":[]})
    );
}

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
        "replay: seed 0",
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
            panel.mock.lever(lever).unwrap();
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

#[tokio::test]
async fn s4_catches_a_stop_reported_with_a_port_up_and_one_without_ports() {
    let mut panel = sold().await;
    begin(&mut panel, "suspend");
    panel.ok("dci/v3/switch/1/port/1", r#"{"admin_status":"down"}"#);
    report(&mut panel, "suspend");
    assert!(story(&panel, "S4").contains("while port 2 is up"));

    let mut panel = Panel::start().await;
    tell(&panel, json!({"fact":"binding","item":1204,"server":8}));
    begin(&mut panel, "suspend");
    report(&mut panel, "suspend");
    assert!(story(&panel, "S4").contains("no data port could be closed"));
}

#[tokio::test]
async fn s4_catches_our_own_call_and_a_write_that_never_arrived() {
    let mut panel = sold().await;
    stop(&mut panel);
    panel.request_id = Some("1204-552-1-1".to_owned());
    panel.ok("dci/v3/switch/1/port/1", r#"{"admin_status":"up"}"#);
    assert!(story(&panel, "S4").contains("port 1 goes up by call 1204-552-1-1"));

    let mut panel = sold().await;
    let writes = mock_dcim::PortWrites::Never;
    panel
        .mock
        .lever(Lever::PortWrites { port: 2, writes })
        .unwrap();
    stop(&mut panel);
    assert_eq!(state(&panel, "S4"), PromiseState::Broken);
}

#[tokio::test]
async fn s4_excuses_third_parties_until_the_next_sync() {
    let mut panel = sold().await;
    stop(&mut panel);
    let flip = PanelAction::Port { port: 1, up: true };
    panel
        .mock
        .act_as(Person::Customer { user: 4 }, flip.clone())
        .unwrap();
    begin(&mut panel, "sync_item");
    panel.ports(1, "down");
    report(&mut panel, "sync_item");
    assert_eq!(state(&panel, "S4"), PromiseState::Held);
    panel.mock.act(flip).unwrap();
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert!(story(&panel, "S4").contains("sync of stopped item 1204"));
}

#[tokio::test]
async fn s4_ends_when_resume_or_close_begins() {
    for command in ["resume", "close"] {
        let mut panel = sold().await;
        stop(&mut panel);
        begin(&mut panel, command);
        panel.ports(1, "up");
        assert_eq!(state(&panel, "S4"), PromiseState::Held, "{command}");
    }
}

#[tokio::test]
async fn s4w_publishes_for_how_long_deleting_exposes_a_stopped_customer() {
    let mut panel = sold().await;
    stop(&mut panel);
    panel.minutes(10);
    begin(&mut panel, "close");
    panel.ports(1, "up");
    panel.seconds(42);
    panel.ok("dci/v3/server/1/owner", r#"{"owner":null}"#);
    panel.diag(1, r#"{"clear_hdd":"quick","timeout":60}"#);
    panel.minutes(20);
    close(&mut panel, "nothing");
    let verdict = panel.mock.verdict();
    let measured = &verdict.promise("S4w").unwrap().measured;
    assert_eq!(measured.len(), 1);
    assert!(
        (measured[0].seconds - 42.0).abs() < f64::EPSILON,
        "{measured:?}"
    );
}

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
    panel
        .mock
        .lever(Lever::HideDisk {
            server: 1,
            serial,
            on: true,
        })
        .unwrap();
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
async fn l3_catches_a_lost_address() {
    let panel = sold().await;
    panel
        .mock
        .lever(Lever::LoseFreedAddresses { on: true })
        .unwrap();
    let id = panel.server(1)["ip"][0]["id"].clone();
    panel.call("DELETE", &format!("dci/v3/server/1/ip/{id}"), "");
    assert!(story(&panel, "L3").contains("is in no pool"));
}

#[tokio::test]
async fn l3_catches_an_address_in_two_items_or_on_the_wrong_server() {
    let mut panel = sold().await;
    tell(
        &panel,
        json!({"fact":"address","item":1204,"ip":"192.0.2.2"}),
    );
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert_eq!(state(&panel, "L3"), PromiseState::Held);
    tell(
        &panel,
        json!({"fact":"address","item":1300,"ip":"192.0.2.2"}),
    );
    assert!(story(&panel, "L3").contains("in item 1300 and in item 1204"));

    let mut panel = sold().await;
    tell(
        &panel,
        json!({"fact":"address","item":1204,"ip":"192.0.2.2"}),
    );
    let address = panel.server(1)["ip"][0]["id"].as_u64().unwrap();
    panel
        .mock
        .act(PanelAction::MoveAddress { address, server: 2 })
        .unwrap();
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert!(story(&panel, "L3").contains("is not on its server"));
}

#[tokio::test]
async fn s1_catches_a_second_item_that_writes_to_a_held_server() {
    let mut panel = sold().await;
    tell(&panel, json!({"fact":"binding","item":1300,"server":1}));
    assert_eq!(
        state(&panel, "S1"),
        PromiseState::Held,
        "naming it is no writing"
    );
    panel.request_id = Some("1300-700-1-1".to_owned());
    panel.server(1);
    panel.ok("dci/v3/server/1", r#"{"name":"mine"}"#);
    assert!(story(&panel, "S1").contains("for item 1300 while item 1204 holds the server"));
}

#[tokio::test]
async fn s3_catches_writes_without_item_binding_or_look() {
    let write = |panel: &Panel| panel.ok("dci/v3/server/1", r#"{"name":"x"}"#);
    let panel = sold().await;
    write(&panel);
    assert!(story(&panel, "S3").contains("does not say for which item"));

    let mut panel = sold().await;
    panel.request_id = Some("1300-700-1-1".to_owned());
    panel.server(1);
    write(&panel);
    assert!(story(&panel, "S3").contains("item 1300, which is not bound"));

    let mut panel = sold().await;
    panel.request_id = Some("1204-700-1-1".to_owned());
    write(&panel);
    assert!(story(&panel, "S3").contains("a run that never read the server"));

    let mut panel = sold().await;
    panel
        .mock
        .act(PanelAction::Owner {
            server: 1,
            owner: Some(2),
        })
        .unwrap();
    panel.request_id = Some("1204-700-1-1".to_owned());
    panel.server(1);
    write(&panel);
    assert!(story(&panel, "S3").contains("user 2 was seen as owner"));
}

#[tokio::test]
async fn s3_lets_a_window_pass_and_a_customer_act() {
    let mut panel = sold().await;
    panel.request_id = Some("1204-700-1-1".to_owned());
    panel.server(1);
    panel
        .mock
        .act(PanelAction::Owner {
            server: 1,
            owner: Some(2),
        })
        .unwrap();
    panel.ok("dci/v3/server/1", r#"{"name":"x"}"#);
    panel.request_id = None;
    panel.token = crate::panel::log_in(&panel.mock, "client@example.com", "client-password");
    panel.ok("dci/v3/server/27/power_reset", "{}");
    assert_eq!(
        state(&panel, "S3"),
        PromiseState::Held,
        "{}",
        story(&panel, "S3")
    );
}

#[tokio::test]
async fn s5_catches_success_that_is_none_and_success_nobody_looked_at() {
    let mut panel = sold().await;
    begin(&mut panel, "suspend");
    panel.ok("dci/v3/switch/1/port/1", r#"{"admin_status":"down"}"#);
    report(&mut panel, "suspend");
    assert!(
        story(&panel, "S5")
            .contains("suspend of item 1204 is reported as done, but a data port is up")
    );

    let mut panel = sold().await;
    begin(&mut panel, "suspend");
    panel.ports(1, "down");
    tell(
        &panel,
        json!({"fact":"report","item":1204,"command":"suspend"}),
    );
    assert!(story(&panel, "S5").contains("nothing was read after the last write"));
}

#[tokio::test]
async fn s8_and_l5_catch_a_second_installation() {
    let mut panel = sold().await;
    begin(&mut panel, "open");
    panel.install(1, 90);
    assert!(story(&panel, "S8").contains("open of item 1204 sends server_install after hand-over"));
    assert_eq!(state(&panel, "L5"), PromiseState::Held);
    panel.minutes(20);
    assert!(story(&panel, "L5").contains("installed more than once"));
}

#[tokio::test]
async fn s6_takes_the_word_of_staff_who_accepted_less() {
    let mut panel = sold().await;
    let serial = "D1-2".to_owned();
    panel
        .mock
        .lever(Lever::HideDisk {
            server: 1,
            serial,
            on: true,
        })
        .unwrap();
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

#[tokio::test]
async fn l2_catches_a_server_that_nobody_has_and_nobody_can_sell() {
    let panel = sold().await;
    tell(&panel, json!({"fact":"rest"}));
    assert_eq!(state(&panel, "L2"), PromiseState::Held);
    tell(&panel, json!({"fact":"binding","item":1204,"server":null}));
    tell(&panel, json!({"fact":"rest"}));
    assert!(story(&panel, "L2").contains("it has an owner, but no item is bound to it"));

    let panel = sold().await;
    panel
        .mock
        .act(PanelAction::Owner {
            server: 1,
            owner: None,
        })
        .unwrap();
    panel.mock.act(PanelAction::Recovery { server: 1 }).unwrap();
    tell(&panel, json!({"fact":"binding","item":1204,"server":null}));
    tell(&panel, json!({"fact":"rest"}));
    assert!(story(&panel, "L2").contains("nobody can sell it"));
}

#[tokio::test]
async fn l4_catches_an_active_item_without_what_was_sold_unless_staff_know() {
    let panel = sold().await;
    tell(&panel, json!({"fact":"status","item":1204,"status":2}));
    tell(&panel, json!({"fact":"rest"}));
    assert_eq!(
        state(&panel, "L4"),
        PromiseState::Held,
        "{}",
        story(&panel, "L4")
    );
    panel
        .mock
        .act(PanelAction::PressPower {
            server: 1,
            goal: mock_dcim::PowerGoal::Off,
        })
        .unwrap();
    tell(&panel, json!({"fact":"task","item":1204,"operation":551}));
    tell(&panel, json!({"fact":"rest"}));
    assert_eq!(state(&panel, "L4"), PromiseState::Held);
    let mut panel = panel;
    report(&mut panel, "sync_item");
    tell(&panel, json!({"fact":"rest"}));
    assert!(story(&panel, "L4").contains("item 1204 is active, but its server is off"));
}

#[tokio::test]
async fn s1_catches_an_owner_who_is_not_the_items_user_unless_staff_made_him() {
    let mut panel = sold().await;
    tell(&panel, json!({"fact":"user","item":1204,"user":4}));
    panel
        .mock
        .act(PanelAction::Owner {
            server: 1,
            owner: Some(3),
        })
        .unwrap();
    assert_eq!(state(&panel, "S1"), PromiseState::Held, "staff");
    panel.request_id = Some("1204-600-1-1".to_owned());
    panel.server(1);
    panel.ok("dci/v3/server/1/owner", r#"{"owner":4}"#);
    assert_eq!(state(&panel, "S1"), PromiseState::Held, "his own");
    panel.ok("dci/v3/server/1/owner", r#"{"owner":2}"#);
    assert!(story(&panel, "S1").contains("user 2 becomes the owner, but no item"));
}

#[tokio::test]
async fn l5_catches_an_order_that_is_not_as_it_was_made() {
    for (addresses, expected) in [(1, PromiseState::Held), (2, PromiseState::Broken)] {
        let mut panel = Panel::start().await;
        tell(&panel, json!({"fact":"binding","item":1204,"server":1}));
        tell(
            &panel,
            json!({"fact":"ordered","item":1204,"addresses":addresses}),
        );
        begin(&mut panel, "open");
        panel.sell(1, "a@a.test");
        report(&mut panel, "open");
        assert_eq!(state(&panel, "L5"), expected, "{addresses}");
    }
    let mut panel = Panel::start().await;
    tell(&panel, json!({"fact":"binding","item":1204,"server":1}));
    tell(&panel, json!({"fact":"ordered","item":1204,"addresses":0}));
    begin(&mut panel, "open");
    report(&mut panel, "open");
    assert!(story(&panel, "L5").contains("no installation for it took effect"));
}

#[tokio::test]
async fn l4_catches_a_sync_that_leaves_an_active_item_in_the_dark() {
    let mut panel = sold().await;
    tell(&panel, json!({"fact":"status","item":1204,"status":2}));
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert_eq!(state(&panel, "L4"), PromiseState::Held);
    let goal = mock_dcim::PowerGoal::Off;
    let press = PanelAction::PressPower { server: 1, goal };
    panel.mock.act(press).unwrap();
    panel.mock.act(PanelAction::Recovery { server: 1 }).unwrap();
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert_eq!(
        state(&panel, "L4"),
        PromiseState::Held,
        "R45: an operation runs"
    );
    panel.mock.act(PanelAction::Cancel { server: 1 }).unwrap();
    panel
        .mock
        .act(PanelAction::PressPower { server: 1, goal })
        .unwrap();
    begin(&mut panel, "sync_item");
    report(&mut panel, "sync_item");
    assert!(story(&panel, "L4").contains("was synchronised, but its server is off"));
}

#[tokio::test]
async fn l1_catches_a_run_that_does_not_end_once_faults_have_stopped() {
    let panel = sold().await;
    let run = |n: u64| {
        tell(
            &panel,
            json!({"fact":"begin","item":1204,"operation":700,"run":n,"command":"close"}),
        );
    };
    let end = |n: u64| {
        tell(
            &panel,
            json!({"fact":"end","item":1204,"operation":700,"run":n}),
        );
    };
    tell(
        &panel,
        json!({"fact":"deadline","operation":700,"minutes":63}),
    );
    run(1);
    panel.minutes(200);
    assert_eq!(state(&panel, "L1"), PromiseState::NotJudged, "faults go on");
    tell(&panel, json!({"fact":"faults_stopped"}));
    panel.minutes(93);
    end(1);
    run(2);
    panel.minutes(93);
    assert_eq!(state(&panel, "L1"), PromiseState::Held);
    panel.seconds(1);
    assert!(story(&panel, "L1").contains("run 2 of operation 700 of item 1204 does not end"));
}

#[tokio::test]
async fn l1_catches_a_tenth_run_without_success_and_without_a_task() {
    for (fact, expected) in [
        (json!({"fact":"rest"}), PromiseState::Broken),
        (
            json!({"fact":"task","item":1204,"operation":700}),
            PromiseState::Held,
        ),
        (
            json!({"fact":"report","item":1204,"command":"sync_item"}),
            PromiseState::Held,
        ),
    ] {
        let panel = sold().await;
        tell(&panel, json!({"fact":"faults_stopped"}));
        for run in 1..=10 {
            tell(
                &panel,
                json!({"fact":"begin","item":1204,"operation":700,"run":run,"command":"sync_item"}),
            );
            if run == 10 {
                tell(&panel, fact.clone());
            }
            assert_eq!(state(&panel, "L1"), PromiseState::Held);
            tell(
                &panel,
                json!({"fact":"end","item":1204,"operation":700,"run":run}),
            );
        }
        assert_eq!(state(&panel, "L1"), expected, "{fact}");
    }
}

#[tokio::test]
async fn s7_catches_a_secret_in_an_output_and_in_an_exchange() {
    let panel = sold().await;
    assert_eq!(state(&panel, "S7"), PromiseState::NotJudged);
    // What stands where it belongs is hidden in the journal.
    tell(
        &panel,
        json!({"fact":"secret","name":"the admin password","value":"mock-password"}),
    );
    tell(
        &panel,
        json!({"fact":"secret","name":"the session","value":panel.token}),
    );
    tell(
        &panel,
        json!({"fact":"secret","name":"the key","value":"a<b&c d"}),
    );
    panel.call("DELETE", &format!("auth/v4/token/{}", panel.token), "");
    tell(
        &panel,
        json!({"fact":"output","place":"the log","text":"nothing of interest"}),
    );
    assert_eq!(
        state(&panel, "S7"),
        PromiseState::Held,
        "{}",
        story(&panel, "S7")
    );
    for (place, text) in [
        ("the log", "logging in with mock-password"),
        ("the error", "<e>a&lt;b&amp;c d</e>"),
        ("the url", "https://x/key=a%3Cb%26c%20d"),
    ] {
        tell(&panel, json!({"fact":"output","place":place,"text":text}));
        assert!(
            story(&panel, "S7").contains(&format!("stands in {place}")),
            "{place}"
        );
    }
    let told = panel.mock.verdict();
    assert!(
        !serde_json::to_string(&told)
            .unwrap()
            .contains("mock-password")
    );
    panel.call("GET", "dci/v3/server?where=name+EQ+'mock-password'", "");
    assert!(
        story(&panel, "S7").contains("the admin password stands in the journal, GET server_list")
    );

    let panel = sold().await;
    panel.ok("dci/v3/server/1", r#"{"notes":"pw is hunter22"}"#);
    tell(
        &panel,
        json!({"fact":"secret","name":"his password","value":"hunter22"}),
    );
    assert!(story(&panel, "S7").contains("his password stands in the journal, POST server_edit"));
}
