//! Answers that cannot be understood: the error names the place and never the value (safety.md G; N40–N42, N48, N52).

use dcim6_client::*;
use serde_json::json;

use crate::support::{Act, Script, ok, scripted};

async fn power_on(client: &Client) -> Result<(), Error> {
    client.server(ServerId::new(101)).power_on().await
}

async fn get(client: &Client) -> Result<Server, Error> {
    client.server(ServerId::new(101)).get().await
}

#[tokio::test]
async fn an_answer_about_another_server_is_not_believed() {
    let script = Script::new(std::iter::repeat_n(ok(json!({"id": 102})), 4));
    let failed = get(&scripted(&script).0).await.unwrap_err();
    assert!(failed.is_decode());
    assert_eq!(
        failed.to_string(),
        "server_get: the answer cannot be understood at id: the answer is about another server, 4 attempts"
    );
}

#[tokio::test]
async fn a_decode_error_names_the_place_and_not_the_value() {
    let body = json!({"list": [{"id": 1}, {"id": 2, "switch_connection": [{"id": 7, "switch": "<secret>"}]}]});
    let script = Script::new(std::iter::repeat_n(ok(body), 4));
    let failed = scripted(&script).0.servers().page(0, 10).await.unwrap_err();
    let ErrorKind::Decode { path, reason, .. } = failed.kind() else {
        panic!("{failed:?}");
    };
    assert_eq!(path, "list[1].switch_connection[0].switch");
    assert!(!reason.contains("secret"), "{reason}");

    for (body, wanted) in [
        (
            json!({"list": "<secret>"}),
            "invalid type: string, expected a sequence",
        ),
        (
            json!({"list": null}),
            "invalid type: null, expected a sequence",
        ),
        (json!({}), "missing field `list`"),
        (json!({"list": [{"name": "x"}]}), "missing field `id`"),
        (
            json!({"list": [{"id": -1}]}),
            "invalid value: integer, expected an id (a whole number, not negative)",
        ),
        (
            json!({"list": [{"id": 1.5}]}),
            "invalid type: floating, expected an id (a whole number, not negative)",
        ),
    ] {
        let script = Script::new(std::iter::repeat_n(ok(body), 4));
        let failed = scripted(&script).0.servers().page(0, 10).await.unwrap_err();
        let ErrorKind::Decode { reason, .. } = failed.kind() else {
            panic!("{failed:?}");
        };
        assert_eq!(reason, wanted);
    }
}

#[tokio::test]
async fn a_list_where_an_object_belongs_is_not_understood() {
    for body in [json!([]), json!([{"id": 101}]), json!([{"code": 1000}])] {
        let script = Script::new(std::iter::repeat_n(ok(body.clone()), 4));
        let failed = get(&scripted(&script).0).await.unwrap_err();
        assert!(failed.is_decode(), "{body}: {failed}");
        let script = Script::new([ok(body.clone())]);
        let failed = power_on(&scripted(&script).0).await.unwrap_err();
        assert!(failed.is_decode(), "{body}: {failed}");
        assert_eq!(failed.delivery(), Delivery::Unknown);
    }
}

#[tokio::test]
async fn depth_and_size_are_capped() {
    let deep = format!("{{\"id\":101,\"x\":{}1{}}}", "[".repeat(70), "]".repeat(70));
    let script = Script::new(std::iter::repeat_n(Act::Raw(200, &[], deep), 4));
    let failed = get(&scripted(&script).0).await.unwrap_err();
    assert!(failed.is_decode() && failed.to_string().contains("nested too deeply"));

    let large = format!("{{\"id\":101,\"x\":\"{}\"}}", "x".repeat(17 * 1024 * 1024));
    let script = Script::new(std::iter::repeat_n(Act::Raw(200, &[], large), 4));
    let failed = get(&scripted(&script).0).await.unwrap_err();
    assert_eq!(failed.kind(), &ErrorKind::TooLarge);
}
