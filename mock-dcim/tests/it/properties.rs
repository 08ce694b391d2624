//! Random calls against the world: addresses and servers are conserved, refusals and reads change nothing, no answer is a 5xx.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::model::{Goal, Kind, Model, Wish};
use crate::panel::Panel;

/// The first servers of the built-in fleet are plain; the model knows so many of them.
const PLAIN: u64 = 3;

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

/// The whole world, as its bytes.
fn world(panel: &Panel) -> String {
    panel
        .mock
        .world(|world| serde_json::to_string(world).unwrap())
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

/// What a step of the story that the model tells asks for, of one of the plain servers.
fn wish() -> impl Strategy<Value = Wish> {
    let limit = || prop::option::of(prop::sample::select(vec![1u64, 10, 20, 90, 200, 720]));
    let begin = prop_oneof![
        limit().prop_map(|timeout| Kind::Install { timeout }),
        (any::<bool>(), limit()).prop_map(|(full, timeout)| Kind::Diag { full, timeout }),
        Just(Kind::Recovery),
        Just(Kind::Suspend),
        Just(Kind::Resume),
    ];
    let goal = prop_oneof![Just(Goal::On), Just(Goal::Off), Just(Goal::Reset)];
    prop_oneof![
        4 => begin.prop_map(Wish::Begin),
        1 => Just(Wish::Cancel),
        3 => goal.prop_map(Wish::Power),
        4 => (0usize..2, any::<bool>()).prop_map(|(n, up)| Wish::Port(n, up)),
        1 => prop_oneof![Just(None), Just(Some(2u64))].prop_map(Wish::Owner),
        1 => any::<bool>().prop_map(Wish::Maintenance),
        1 => prop::bool::weighted(0.3).prop_map(Wish::Protection),
        1 => Just(Wish::Address),
    ]
}

/// Spans that fall before, on and after what is due.
fn span() -> impl Strategy<Value = u64> {
    prop_oneof![
        prop::sample::select(vec![
            1u64, 5, 10, 19, 20, 21, 29, 30, 31, 60, 300, 600, 1200, 3600
        ]),
        0u64..4000,
    ]
}

fn carry_out(panel: &Panel, server: u64, wish: Wish) -> (u16, Value) {
    let at = format!("dci/v3/server/{server}");
    let send = |path: &str, body: Value| panel.post(&format!("{at}/{path}"), &body.to_string());
    match wish {
        Wish::Begin(Kind::Install { timeout }) => send(
            "install",
            with_timeout(json!({"os_template": 1, "password": "x"}), timeout),
        ),
        Wish::Begin(Kind::Diag { full, timeout }) => {
            let level = if full { "full" } else { "quick" };
            send("diag", with_timeout(json!({"clear_hdd": level}), timeout))
        }
        Wish::Begin(kind) => send(kind.name().trim_start_matches("server_"), json!({})),
        Wish::Cancel => {
            let id = panel.server(server)["operation"]["id"].clone();
            send(&format!("operation/{id}/cancel"), json!({}))
        }
        Wish::Power(Goal::On) => send("power_on", json!({})),
        Wish::Power(Goal::Off) => send("power_off", json!({})),
        Wish::Power(Goal::Reset) => send("power_reset", json!({})),
        Wish::Port(n, up) => {
            // A server of the built-in fleet has two data ports and then its BMC's.
            let port = 3 * (server - 1) + 1 + n as u64;
            let status = if up { "up" } else { "down" };
            panel.post(
                &format!("dci/v3/switch/1/port/{port}"),
                &json!({"admin_status": status}).to_string(),
            )
        }
        Wish::Owner(owner) => send("owner", json!({"owner": owner})),
        Wish::Maintenance(on) => send("maintenance", json!({"enabled": on})),
        Wish::Protection(on) => send("protection", json!({"enabled": on, "confirm_id": server})),
        Wish::Address => send("ip", json!({"count": 1})),
    }
}

fn with_timeout(mut body: Value, timeout: Option<u64>) -> Value {
    if let Some(minutes) = timeout {
        body["timeout"] = minutes.into();
    }
    body
}

/// Reading all there is changes nothing but the age of the session.
fn reading_changes_nothing(panel: &Panel) {
    let before = world(panel);
    for (method, path) in crate::routes::ROUTES {
        if method == "GET" {
            let path = path.replace("{server_id}", "1").replace("{switch_id}", "1");
            panel.send("GET", &path.replace("{operation_id}", "1"), "");
        }
    }
    assert!(world(panel) == before);
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
                        let before = world(&panel);
                        let (status, answer): (u16, Value) = panel.call(method, path, body);
                        assert!(status < 500, "{method} {path}: {answer}");
                        if status != 200 {
                            assert!(world(&panel) == before, "{method} {path}: {answer}");
                        }
                    }
                }
            }
            addresses_are_conserved(&panel);
            reading_changes_nothing(&panel);
        });
    }

    #[test]
    fn random_stories_go_as_a_small_model_foretells(
        steps in prop::collection::vec((0u64..PLAIN, wish(), span()), 1..50),
    ) {
        in_runtime(async || {
            let panel = Panel::start().await;
            let mut models = vec![Model::new(); usize::try_from(PLAIN).unwrap()];
            for &(n, wish, span) in &steps {
                let model = &mut models[usize::try_from(n).unwrap()];
                let foretold = model.ask(wish);
                let (status, answer) = carry_out(&panel, n + 1, wish);
                assert_eq!(status, foretold, "server {}, {wish:?}: {answer}", n + 1);
                panel.seconds(span);
                for (model, id) in models.iter_mut().zip(1..) {
                    (0..span).for_each(|_| model.second());
                    let shown = Model::view_of(&panel.server(id));
                    assert_eq!(shown, model.view(), "server {id} after {wish:?}");
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
                panel.lever(mock_dcim::Lever::Jitter { server: None, of, percent });
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
