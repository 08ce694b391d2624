//! The page, as far as it can be judged without a browser.

use mock_dcim::MockDcim;
use serde_json::{Value, json};

use crate::panel::Panel;

fn get(mock: &MockDcim, path: &str) -> (u16, String, Vec<(String, String)>) {
    let answer = mock.exchange("GET", &format!("/_mock/{path}"), &[], b"");
    let text = String::from_utf8(answer.body).unwrap();
    (answer.status, text, answer.headers)
}

fn view(mock: &MockDcim, query: &str) -> Value {
    serde_json::from_str(&get(mock, &format!("view{query}")).1).unwrap()
}

fn after(mock: &MockDcim, seen: &Value) -> Value {
    view(
        mock,
        &format!("?epoch={}&after={}", seen["epoch"], seen["version"]),
    )
}

fn texts(view: &Value) -> Vec<&str> {
    let lines = view["lines"].as_array().unwrap().iter();
    lines.map(|line| line["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_page_is_three_small_files_that_load_nothing_from_elsewhere() {
    let mock = MockDcim::start().await.unwrap();
    let (status, html, headers) = get(&mock, "");
    assert_eq!(status, 200);
    let policy = headers
        .iter()
        .find(|(name, _)| name == "content-security-policy")
        .unwrap();
    assert!(policy.1.starts_with("default-src 'self';"), "{}", policy.1);
    for (path, kind) in [("page.css", "text/css"), ("page.js", "text/javascript")] {
        assert!(html.contains(&format!("\"/_mock/{path}\"")), "{path}");
        let (status, text, headers) = get(&mock, path);
        assert_eq!(status, 200);
        assert!(text.len() < 40 * 1024, "{path}: {} bytes", text.len());
        assert!(headers.iter().any(|(_, value)| value.starts_with(kind)));
        for forbidden in [
            "http://",
            "https://",
            "innerHTML",
            "outerHTML",
            "insertAdjacent",
            "eval(",
        ] {
            assert!(!text.contains(forbidden), "{path} contains {forbidden}");
        }
    }
    assert!(!html.contains("http"), "{html}");
    for inline in [
        "onclick",
        "onerror",
        "onload",
        "style=",
        "<style",
        "javascript:",
    ] {
        assert!(!html.contains(inline), "{inline} in {html}");
    }
    assert_eq!(get(&mock, "icon.svg").0, 200);
}

#[tokio::test]
async fn a_second_look_sees_only_what_changed() {
    let panel = Panel::start().await;
    let all = view(&panel.mock, "");
    assert_eq!(all["full"], true);
    assert_eq!(all["servers"].as_array().unwrap().len(), 40);
    let nothing = after(&panel.mock, &all);
    assert_eq!(
        (&nothing["full"], &nothing["servers"]),
        (&json!(false), &json!([]))
    );
    panel.ok("dci/v3/switch/1/port/1", r#"{"admin_status":"up"}"#);
    let news = after(&panel.mock, &all);
    assert_eq!(news["servers"].as_array().unwrap().len(), 1);
    assert_eq!(news["servers"][0]["ports"][0]["admin"], true);
    assert_eq!(texts(&news)[0], "switch_port_set");
    assert_eq!(
        news["lines"][0]["call"], news["lines"][1]["call"],
        "the exchange and what it changed"
    );
    assert_eq!(news["lines"][0]["due"][0]["event"], "link_settles");
    // After a reset nothing of the past counts.
    panel.mock.reset();
    assert_eq!(after(&panel.mock, &news)["full"], true);
    assert_eq!(view(&panel.mock, "?epoch=x&after=y")["full"], true);
}

#[tokio::test]
async fn a_server_stands_as_it_is() {
    let panel = Panel::start().await;
    let state = |id: usize| view(&panel.mock, "")["servers"][id - 1]["state"].clone();
    for (id, word) in [
        (1, "free"),
        (9, "not for sale"),
        (17, "not for sale"),
        (27, "active"),
    ] {
        assert_eq!(state(id), word, "{id}");
    }
    let tell = |fact: Value| panel.mock.fact(serde_json::from_value(fact).unwrap());
    tell(json!({"fact":"binding","item":1204,"server":1}));
    assert_eq!(state(1), "claimed");
    panel.ports(1, "up");
    panel.install(1, 90);
    assert_eq!(state(1), "installing");
    panel.minutes(20);
    tell(json!({"fact":"report","item":1204,"command":"suspend"}));
    assert_eq!(state(1), "stopped");
    tell(json!({"fact":"begin","item":1204,"operation":5,"run":1,"command":"close"}));
    tell(json!({"fact":"task","item":1204,"operation":5}));
    assert_eq!(state(1), "quarantine");
    let shown = view(&panel.mock, "");
    let broken = texts(&shown)
        .iter()
        .any(|text| text.starts_with("S4 broken at"));
    assert!(broken, "a stop with its ports up: {:?}", texts(&shown));
}

#[tokio::test]
async fn a_refused_action_and_a_lever_stand_in_the_timeline() {
    let mock = MockDcim::start().await.unwrap();
    let post = |path: &str, body: &str| {
        mock.exchange("POST", &format!("/_mock/{path}"), &[], body.as_bytes())
            .status
    };
    assert_eq!(post("panel/suspend", r#"{"server":8}"#), 400);
    assert_eq!(
        post("levers", r#"{"lever":"power_stuck","server":3,"on":true}"#),
        200
    );
    let shown = view(&mock, "");
    assert_eq!(
        texts(&shown),
        ["staff: suspend (refused)", "power stuck, on true"]
    );
    assert_eq!(shown["servers"][2]["trouble"][0], "power calls do nothing");
}

#[tokio::test]
async fn a_foreign_page_may_not_act() {
    let mock = MockDcim::start().await.unwrap();
    let advance = |origin: Option<&str>, host: &str| {
        let mut headers = vec![("host", host)];
        headers.extend(origin.map(|origin| ("origin", origin)));
        let body = br#"{"advance":"1s"}"#;
        mock.exchange("POST", "/_mock/clock", &headers, body).status
    };
    let here = "127.0.0.1:8080";
    assert_eq!(advance(None, here), 200, "a program");
    assert_eq!(advance(Some("http://127.0.0.1:8080"), here), 200);
    assert_eq!(
        advance(Some("http://localhost:8080"), "localhost:8080"),
        200
    );
    assert_eq!(advance(Some("http://[::1]:8080"), "[::1]:8080"), 200);
    for foreign in [
        "http://evil.example",
        "http://127.0.0.1:9",
        "http://localhost:8080",
        "null",
        "",
    ] {
        assert_eq!(advance(Some(foreign), here), 403, "{foreign}");
    }
    // A name that somebody made lead here.
    assert_eq!(
        advance(Some("http://evil.example:8080"), "evil.example:8080"),
        403
    );
    let delete = mock.exchange(
        "DELETE",
        "/_mock/faults/1",
        &[("host", here), ("origin", "http://evil.example")],
        b"",
    );
    assert_eq!(delete.status, 403);
}

#[tokio::test]
async fn a_mock_that_listens_to_all_says_so_and_is_reached_by_name() {
    let mock = MockDcim::builder()
        .listen("0.0.0.0:0".parse().unwrap())
        .start()
        .await
        .unwrap();
    assert!(get(&mock, "").1.contains("listens beyond this host"));
    let headers = [
        ("host", "mock.test:8080"),
        ("origin", "http://mock.test:8080"),
    ];
    assert_eq!(
        mock.exchange("POST", "/_mock/reset", &headers, b"").status,
        200
    );
    let headers = [
        ("host", "mock.test:8080"),
        ("origin", "http://evil.example"),
    ];
    assert_eq!(
        mock.exchange("POST", "/_mock/reset", &headers, b"").status,
        403
    );
}
