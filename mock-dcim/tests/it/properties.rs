//! Random calls against the world: addresses and servers are conserved, refusals and reads change nothing, no answer is a 5xx.

use proptest::prelude::*;
use serde_json::Value;

use crate::panel::Panel;

#[derive(Clone, Debug)]
enum Step {
    Call(&'static str, String, String),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let server = 1u64..=42;
    let post = |path: &'static str, body: &'static str| {
        (1u64..=42).prop_map(move |id| {
            Step::Call(
                "POST",
                format!("dci/v3/server/{id}/{path}"),
                body.to_owned(),
            )
        })
    };
    prop_oneof![
        (0u64..4000).prop_map(Step::Wait),
        post("ip", r#"{"count":2}"#),
        post("ip", r#"{"ippool":3,"family":"ipv6"}"#),
        post("owner", r#"{"owner":2}"#),
        post("owner", r#"{"owner":null}"#),
        post(
            "install",
            r#"{"os_template":1,"password":"x","timeout":90}"#
        ),
        post("diag", r#"{"clear_hdd":"quick"}"#),
        post("recovery", "{}"),
        post("suspend", "{}"),
        post("resume", "{}"),
        post("power_on", "{}"),
        post("power_off", "{}"),
        post("power_reset", "{}"),
        post("protection", r#"{"enabled":true}"#),
        post("maintenance", r#"{"enabled":true}"#),
        (server, 1u64..80).prop_map(|(id, n)| Step::Call(
            "POST",
            format!("dci/v3/server/{id}/operation/{n}/cancel"),
            "{}".into()
        )),
        (1u64..=42, 1u64..30).prop_map(|(id, n)| Step::Call(
            "DELETE",
            format!("dci/v3/server/{id}/ip/{n}"),
            String::new()
        )),
        (1u64..=4, 1u64..=120, prop::bool::ANY).prop_map(|(switch, port, up)| {
            let word = if up { "up" } else { "down" };
            let body = format!(r#"{{"admin_status":"{word}"}}"#);
            Step::Call("POST", format!("dci/v3/switch/{switch}/port/{port}"), body)
        }),
    ]
}

/// Each address that any server shows is on that server alone, and known to the address list as taken.
fn addresses_are_conserved(panel: &Panel) {
    let servers = panel.get("dci/v3/server?limit=100");
    assert_eq!(servers["size"], 40);
    let mut shown: Vec<u64> = Vec::new();
    for server in servers["list"].as_array().unwrap() {
        let ips = server["ip"].as_array().unwrap();
        shown.extend(ips.iter().map(|ip| ip["id"].as_u64().unwrap()));
    }
    let all = panel.get("dci/v3/ipmgr/ip?limit=10000&where=status+CP+'alloc%25'");
    let mut taken: Vec<u64> = all["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_u64().unwrap())
        .collect();
    shown.sort_unstable();
    taken.sort_unstable();
    assert_eq!(shown, taken);
    assert_eq!(
        panel.mock.verdict().promise("L3").unwrap().stories,
        Vec::<String>::new()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_stories_conserve_what_must_be_conserved(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let panel = Panel::start().await;
            for step in steps {
                match step {
                    Step::Wait(seconds) => panel.seconds(seconds),
                    Step::Call(method, path, body) => {
                        let before = panel.mock.state();
                        let (status, answer): (u16, Value) = panel.call(method, &path, &body);
                        assert!(status < 500, "{method} {path}: {answer}");
                        if status != 200 {
                            assert_eq!(panel.mock.state(), before, "{method} {path}: {answer}");
                        }
                    }
                }
            }
            addresses_are_conserved(&panel);
        });
    }
}
