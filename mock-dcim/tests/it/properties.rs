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

/// 64 sequences, or as many as `MOCK_DCIM_SEQUENCES` says: 10,000 at night.
fn config() -> ProptestConfig {
    let asked = std::env::var("MOCK_DCIM_SEQUENCES").ok();
    ProptestConfig {
        cases: asked.map_or(64, |text| text.parse().unwrap()),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What a server has to look like after the calls so far, by the rules alone.
#[derive(Clone, Debug, Default, PartialEq)]
struct Modelled {
    owner: Option<u64>,
    maintenance: bool,
    protected: bool,
    addresses: usize,
}

impl Modelled {
    fn of(server: &Value) -> Self {
        Self {
            owner: server["owner"]["id"].as_u64(),
            maintenance: server["is_maintenance"] == true,
            protected: server["is_protected"] == true,
            addresses: server["ip"].as_array().unwrap().len(),
        }
    }

    /// Foretell the answer to a write, and what it changes. Nothing where the rules need more than this to tell.
    fn expect(&mut self, busy: bool, path: &str, body: &str) -> Option<u16> {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let call = path.split('/').nth(4).unwrap_or_default();
        // R34 comes before R16.
        if self.protected && !matches!(call, "power_on" | "operation" | "protection") {
            return Some(403);
        }
        let waits = [
            "ip",
            "owner",
            "install",
            "diag",
            "recovery",
            "suspend",
            "resume",
            "maintenance",
        ];
        if busy && waits.contains(&call) {
            return Some(409);
        }
        match call {
            "owner" => self.owner = body["owner"].as_u64(),
            "maintenance" => self.maintenance = body["enabled"] == true,
            "protection" => self.protected = body["enabled"] == true,
            "ip" if body["ippool"].is_null() => self.addresses += 2,
            "power_reset" => {}
            _ => return None,
        }
        Some(200)
    }
}

fn against_the_model(panel: &Panel, path: &str, body: &str) {
    let id = path.split('/').nth(3).and_then(|id| id.parse::<u64>().ok());
    let Some(id) = id.filter(|id| path.starts_with("dci/v3/server/") && *id <= 6) else {
        panel.call("POST", path, body);
        return;
    };
    let before = panel.server(id);
    let busy = before["operation"]["status"] == "run";
    let mut model = Modelled::of(&before);
    let foretold = model.expect(busy, path, body);
    let (status, answer) = panel.post(path, body);
    if let Some(foretold) = foretold {
        assert_eq!(status, foretold, "POST {path} {body}: {answer}");
        assert_eq!(Modelled::of(&panel.server(id)), model, "POST {path} {body}");
    }
}

/// Reading all there is changes nothing but the age of the session.
fn reading_changes_nothing(panel: &Panel) {
    let before = panel.mock.state();
    for (method, path) in crate::routes::ROUTES {
        if method == "GET" {
            let path = path.replace("{server_id}", "1").replace("{switch_id}", "1");
            panel.send("GET", &path.replace("{operation_id}", "1"), "");
        }
    }
    assert_eq!(panel.mock.state(), before);
}

fn in_runtime(story: impl AsyncFn()) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(story());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_stories_conserve_what_must_be_conserved(steps in prop::collection::vec(step(), 1..40)) {
        in_runtime(async || {
            let panel = Panel::start().await;
            for step in &steps {
                match step {
                    Step::Wait(seconds) => panel.seconds(*seconds),
                    Step::Call(method, path, body) => {
                        let before = panel.mock.state();
                        let (status, answer): (u16, Value) = panel.call(method, path, body);
                        assert!(status < 500, "{method} {path}: {answer}");
                        if status != 200 {
                            assert_eq!(panel.mock.state(), before, "{method} {path}: {answer}");
                        }
                    }
                }
            }
            addresses_are_conserved(&panel);
            reading_changes_nothing(&panel);
        });
    }

    #[test]
    fn random_stories_go_as_a_small_model_foretells(steps in prop::collection::vec(step(), 1..40)) {
        in_runtime(async || {
            let panel = Panel::start().await;
            for step in &steps {
                match step {
                    Step::Wait(seconds) => panel.seconds(*seconds),
                    Step::Call("POST", path, body) => against_the_model(&panel, path, body),
                    Step::Call(method, path, body) => {
                        panel.call(method, path, body);
                    }
                }
            }
        });
    }

    #[test]
    fn random_stories_told_twice_give_the_same_bytes(
        seed in any::<u64>(),
        steps in prop::collection::vec(step(), 1..20),
    ) {
        in_runtime(async || {
            let mut told = Vec::new();
            for _ in 0..2 {
                let panel = Panel::seeded(seed).await;
                let percent = 25;
                let of = mock_dcim::DurationKind::Power;
                panel.mock.lever(mock_dcim::Lever::Jitter { server: None, of, percent }).unwrap();
                let mut bytes = Vec::new();
                for step in &steps {
                    match step {
                        Step::Wait(seconds) => panel.seconds(*seconds),
                        Step::Call(method, path, body) => bytes.push(panel.send(method, path, body).body),
                    }
                }
                bytes.push(panel.mock.snapshot().to_string().into_bytes());
                told.push(bytes);
            }
            assert!(told[0] == told[1]);
        });
    }
}
