//! Dialects: an install that differs, and files that are refused.

use dcim6_client::contract;
use dcim6_client::*;
use serde_json::json;
use wiremock::matchers::{body_json, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::comparing::report;
use crate::support::{EMAIL, Example, PASSWORD};

const DIALECT: &str = r#"
    [operations.server_install]
    method = "PUT"
    path = "server/{server_id}/reinstall"
    fields = { password = "root_password", os_template = "template" }
"#;

#[test]
fn an_install_that_differs_agrees_in_its_dialect() {
    let dialect: Dialect = DIALECT.parse().unwrap();
    let install = contract::openapi_in(&dialect);
    assert!(!report(std::slice::from_ref(&install)).is_same());
    let report = contract::compare(&[install], &dialect).unwrap();
    assert!(report.is_same(), "{report}");
}

#[tokio::test]
async fn a_dialect_changes_method_path_and_fields_of_a_call() {
    let server = MockServer::start().await;
    let login = Example::read("auth_login");
    Mock::given(path("/api/auth/v4/public/token"))
        .respond_with(ResponseTemplate::new(201).set_body_json(&login.response))
        .mount(&server)
        .await;
    Mock::given(method("PUT"))
        .and(path("/api/dci/v3/server/101/reinstall"))
        .and(body_json(json!({"template": 20, "root_password": "x"})))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"id": 101, "operation": 5001})),
        )
        .expect(1)
        .mount(&server)
        .await;
    let client = Client::builder(server.uri())
        .credentials((EMAIL, PASSWORD))
        .dialect(DIALECT.parse().unwrap())
        .build()
        .unwrap();
    let install = client
        .server(ServerId::new(101))
        .install(OsTemplateId::new(20))
        .password("x");
    let _ = install.prepare(None).unwrap().send().await.unwrap();
}

#[test]
fn a_dialect_that_names_what_is_not_there_is_refused() {
    for (text, wanted) in [
        (
            "[operations.server_reinstall]",
            "unknown operation `server_reinstall`",
        ),
        (
            "[operations.server_get]\nmethod = \"FETCH\"",
            "server_get: unknown method `FETCH`",
        ),
        (
            "[operations.server_get]\npath = \"server/{id}\"",
            "server_get: unknown placeholder `id`",
        ),
        (
            "[operations.server_get]\npath = \"server\"",
            "server_get: placeholder `server_id` must occur once",
        ),
        (
            "[operations.server_get]\npath = \"server/../{server_id}\"",
            "server_get: `dci/v3/server/../{server_id}` is not a path template",
        ),
        (
            "[operations.server_get]\npath = \"server/{server_id}?x=1\"",
            "server_get: `dci/v3/server/{server_id}?x=1` is not a path template",
        ),
        (
            "[operations.server_get]\npath = \"server//{server_id}\"",
            "server_get: `dci/v3/server//{server_id}` is not a path template",
        ),
        (
            "[operations.server_diag.fields]\npassword = \"x\"",
            "server_diag: unknown field `password`",
        ),
        (
            "[operations.server_diag.fields]\ntimeout = \"\"",
            "server_diag: field `timeout` has an empty name",
        ),
        (
            "[operations.server_diag.fields]\ntimeout = \"clear_hdd\"",
            "server_diag: two fields are named `clear_hdd`",
        ),
    ] {
        let refused = text.parse::<Dialect>().unwrap_err().to_string();
        assert_eq!(refused, format!("dialect: {wanted}"));
    }
    for text in [
        "[operations",
        "[operations.server_get]\nverb = \"GET\"",
        "[other]\nx = 1",
        "operations = 3",
    ] {
        assert!(
            text.parse::<Dialect>()
                .unwrap_err()
                .to_string()
                .starts_with("dialect: "),
            "{text}"
        );
    }
    assert_eq!("".parse::<Dialect>().unwrap(), Dialect::default());
}
