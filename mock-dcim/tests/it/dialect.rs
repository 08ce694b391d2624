//! Dialects: changed methods, paths and field names are served, and are in the document too.

use mock_dcim::{Dialect, MockDcim};
use serde_json::json;

use crate::panel::Panel;

const FILE: &str = r#"
[operations.server_install]
method = "PUT"
path = "host/{server_id}/os"
fields = { password = "root_password", os_template = "os" }

[operations.auth_whoami]
path = "auth/v5/me"
"#;

async fn speaking(file: &str) -> Panel {
    let dialect: Dialect = file.parse().unwrap();
    Panel::on(MockDcim::builder().dialect(dialect).start().await.unwrap())
}

#[tokio::test]
async fn a_dialect_changes_method_path_and_fields() {
    let panel = speaking(FILE).await;
    panel.ports(1, "up");
    let body = r#"{"os":1,"root_password":"x"}"#;
    assert_eq!(panel.post("dci/v3/server/1/install", body).0, 404);
    assert_eq!(panel.post("dci/v3/host/1/os", body).0, 404);
    let (status, answer) = panel.call(
        "PUT",
        "dci/v3/host/1/os",
        r#"{"os":"1","root_password":"x"}"#,
    );
    assert_eq!(
        (status, &answer["error"]["value"]["field"]),
        (400, &json!("os"))
    );
    let (status, answer) = panel.call("PUT", "dci/v3/host/1/os", r#"{"os":1,"password":"x"}"#);
    assert_eq!(
        (status, &answer["error"]["value"]["field"]),
        (400, &json!("root_password"))
    );
    assert_eq!(panel.call("PUT", "dci/v3/host/1/os", body).0, 200);
    let entry = panel.mock.journal().pop().unwrap();
    assert_eq!(
        (entry.name, &entry.request["root_password"]),
        (Some("server_install"), &json!("***"))
    );
    panel.get("auth/v5/me");
}

#[tokio::test]
async fn the_document_speaks_the_dialect() {
    let panel = speaking(FILE).await;
    let document = panel
        .mock
        .exchange("GET", "/swagger/openapi.json", &[], b"")
        .to_json();
    let put = &document["paths"]["/dci/v3/host/{server_id}/os"]["put"];
    assert_eq!(put["operationId"], "server_install");
    let schema = &put["requestBody"]["content"]["application/json"]["schema"];
    assert!(schema["properties"]["root_password"].is_object());
    assert_eq!(schema["properties"]["password"], json!(null));
    assert!(
        schema["required"]
            .as_array()
            .unwrap()
            .contains(&json!("os"))
    );
}

#[test]
fn unknown_operations_placeholders_and_fields_are_refused_by_name() {
    for (file, name) in [
        ("[operations.server_dance]", "server_dance"),
        ("[operations.server_get]\npath = \"server/{id}\"", "`id`"),
        ("[operations.server_get]\npath = \"server\"", "`server_id`"),
        (
            "[operations.server_install]\nfields = { colour = \"x\" }",
            "`colour`",
        ),
        (
            "[operations.server_install]\nfields = { password = \"x\", domain = \"x\" }",
            "`x`",
        ),
        ("[operations.server_get]\nmethod = \"DANCE\"", "DANCE"),
        ("[operations.server_get]\ncolour = 1", "colour"),
        ("nonsense", ""),
    ] {
        let found = file.parse::<Dialect>().unwrap_err().to_string();
        assert!(found.contains(name), "{file}: {found}");
    }
}

#[tokio::test]
async fn a_secret_under_another_name_is_still_one() {
    let panel = speaking("[operations.server_install]\nfields = { password = \"pw\" }").await;
    panel.post(
        "dci/v3/server/1/install",
        r#"{"os_template":1,"pw":"canary"}"#,
    );
    let shown = serde_json::to_string(&panel.mock.journal()).unwrap();
    assert!(!shown.contains("canary"), "{shown}");
}
