//! Comparing with the documents of an install: planted differences of each sort are found.

use dcim6_client::contract::{self, Difference, Verdict};
use dcim6_client::*;
use serde_json::{Value, json};

pub fn report(documents: &[Value]) -> contract::Report {
    contract::compare(documents, &Dialect::default()).unwrap()
}

fn found<'a>(report: &'a contract::Report, operation: &str) -> &'a contract::Finding {
    report.find(operation).unwrap()
}

const INSTALL: &str = "/api/dci/v3/server/{server_id}/install";

/// Our own document with one thing changed: what an install may look like.
fn planted(change: impl FnOnce(&mut Value)) -> contract::Report {
    let mut document = contract::openapi();
    change(&mut document["paths"]);
    report(&[document])
}

fn only_differs(report: &contract::Report, operation: &str) {
    let different: Vec<_> = report
        .operations
        .iter()
        .filter(|finding| finding.verdict != Verdict::Same)
        .map(|finding| finding.operation)
        .collect();
    assert_eq!(different, [operation], "{report}");
}

#[test]
fn our_own_document_agrees() {
    let report = report(&[contract::openapi()]);
    assert!(report.is_same(), "{report}");
    assert_eq!(
        report.to_string().trim(),
        format!("{0} of {0} calls agree", ENDPOINTS.len())
    );
}

#[test]
fn planted_differences_of_each_sort_are_found() {
    let moved = planted(|paths| {
        let mut item = paths.as_object_mut().unwrap().remove(INSTALL).unwrap();
        item["post"].as_object_mut().unwrap().remove("operationId");
        paths["/api/dci/v3/server/{id}/reinstall"] = item;
    });
    only_differs(&moved, "server_install");
    let wanted = vec!["POST dci/v3/server/{id}/reinstall".to_owned()];
    assert_eq!(
        found(&moved, "server_install").verdict,
        Verdict::PathDiffers { candidates: wanted }
    );

    let renamed = planted(|paths| {
        let item = paths.as_object_mut().unwrap().remove(INSTALL).unwrap();
        paths["/api/dci/v3/task/os"] = item;
    });
    let wanted = vec!["POST dci/v3/task/os".to_owned()];
    assert_eq!(
        found(&renamed, "server_install").verdict,
        Verdict::PathDiffers { candidates: wanted }
    );

    let other_method = planted(|paths| {
        let item = paths[INSTALL]["post"].take();
        paths[INSTALL] = json!({"put": item});
    });
    only_differs(&other_method, "server_install");
    let wanted = Verdict::MethodDiffers {
        offered: vec!["PUT".into()],
    };
    assert_eq!(found(&other_method, "server_install").verdict, wanted);

    let absent = planted(|paths| {
        paths
            .as_object_mut()
            .unwrap()
            .remove("/api/auth/v4/whoami")
            .unwrap();
    });
    only_differs(&absent, "auth_whoami");
    assert_eq!(found(&absent, "auth_whoami").verdict, Verdict::Absent);

    let fields = planted(|paths| {
        let schema =
            &mut paths[INSTALL]["post"]["requestBody"]["content"]["application/json"]["schema"];
        schema["properties"]
            .as_object_mut()
            .unwrap()
            .remove("password");
        schema["properties"]["root_password"] = json!({"type": "string"});
        schema["properties"]["timeout"] = json!({"type": "string"});
        schema["properties"]["comment"] = json!({"type": "string"});
        schema["required"] = json!(["os_template", "root_password"]);
    });
    only_differs(&fields, "server_install");
    let place = |name: &str| format!("request.{name}");
    assert_eq!(
        found(&fields, "server_install").differences,
        [
            Difference::Missing {
                place: place("password")
            },
            Difference::OtherType {
                place: place("timeout"),
                ours: "integer".into(),
                theirs: "string".into()
            },
            Difference::Extra {
                place: place("comment"),
                required: false
            },
            Difference::Extra {
                place: place("root_password"),
                required: true
            },
        ]
    );
}

#[test]
fn differences_of_answers_are_found_in_depth() {
    let mut document = contract::openapi();
    let server = &mut document["components"]["schemas"]["Server"]["properties"];
    server.as_object_mut().unwrap().remove("owner_email");
    server["id"] = json!({"type": "object"});
    server["brand_new"] = json!({"type": "string"});
    let report = report(&[document]);
    let differences = &found(&report, "server_list").differences;
    assert_eq!(
        *differences,
        [
            Difference::OtherType {
                place: "response.list[].id".into(),
                ours: "integer".into(),
                theirs: "object".into()
            },
            Difference::Missing {
                place: "response.list[].owner_email".into()
            },
        ]
    );
    assert_eq!(found(&report, "server_get").differences.len(), 2);
    let text = report.to_string();
    assert!(
        text.contains("response.list[].owner_email: missing there"),
        "{text}"
    );
    let program = serde_json::to_value(&report).unwrap();
    let finding = program["operations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["operation"] == "server_list");
    assert_eq!(finding.unwrap()["verdict"]["result"], "fields_differ");
}

/// What is named once and referred to is read like what is written in place.
#[test]
fn answers_and_bodies_by_reference_are_followed() {
    let swagger = json!({
        "swagger": "2.0", "basePath": "/dci/v3",
        "paths": {"/rack": {"get": {"responses": {"200": {"$ref": "#/responses/Racks"}}}}},
        "responses": {"Racks": {"schema": {"$ref": "#/definitions/Racks"}}},
        "definitions": {"Racks": {"properties": {"list": {"type": "array", "items": {"properties": {"id": {"type": "object"}}}}}}},
    });
    let openapi = json!({
        "openapi": "3.0.3",
        "paths": {"/api/dci/v3/server/{id}/owner": {"post": {"requestBody": {"$ref": "#/components/requestBodies/Owner"}, "responses": {}}}},
        "components": {"requestBodies": {"Owner": {"content": {"application/json": {"schema": {"properties": {"owner": {"type": "string"}}}}}}}},
    });
    let report = report(&[swagger, openapi]);
    let differs = |operation: &str, place: &str, ours: &str, theirs: &str| {
        let difference = Difference::OtherType {
            place: place.into(),
            ours: ours.into(),
            theirs: theirs.into(),
        };
        assert!(
            found(&report, operation).differences.contains(&difference),
            "{report}"
        );
    };
    differs("rack_list", "response.list[].id", "integer", "object");
    differs(
        "server_owner_set",
        "request.owner",
        "integer or null",
        "string",
    );
}

#[test]
fn swagger_2_and_one_document_for_each_service_are_taken() {
    let auth = json!({
        "swagger": "2.0", "basePath": "/auth/v4",
        "paths": {
            "/public/token": {"post": {
                "parameters": [{"in": "body", "name": "body", "schema": {"$ref": "#/definitions/Login"}}],
                "responses": {"201": {"schema": {"type": "object", "properties": {"id": {"type": "string"}, "token": {"type": "string"},
                    "confirmed": {"type": "boolean"}}}}}}},
            "/token/{id}": {"delete": {"responses": {"200": {}}}},
            "/whoami": {"get": {"responses": {"200": {"schema": {"type": "object"}}}}}},
        "definitions": {"Login": {"type": "object", "properties": {"email": {"type": "string"}, "password": {"type": "string"}}}},
    });
    let main = json!({
        "openapi": "3.0.1", "servers": [{"url": "https://dcim.a.test/api/dci/v3"}],
        "paths": {
            "/server/{elid}/power_on": {"post": {"responses": {"200": {"description": "ok"}}}},
            "/server/{elid}/owner": {"post": {"requestBody": {"content": {"application/json": {"schema":
                {"properties": {"owner": {"type": "integer", "nullable": true}}}}}}, "responses": {}}}},
    });
    let form = json!({
        "swagger": "2.0", "basePath": "/api/dci/v3",
        "paths": {"/switch/{s}/port/{p}": {"post": {
            "parameters": [{"in": "formData", "name": "admin_status", "type": "string", "required": true}], "responses": {}}}},
    });
    let report = report(&[auth, main, form]);
    let same: Vec<_> = report
        .operations
        .iter()
        .filter(|finding| finding.verdict == Verdict::Same)
        .map(|finding| finding.operation)
        .collect();
    assert_eq!(
        same,
        [
            "auth_login",
            "auth_logout",
            "auth_whoami",
            "server_owner_set",
            "server_power_on",
            "switch_port_set"
        ]
    );
    let refused = contract::compare(
        &[
            json!({"openapi": "3.1.0", "paths": {}}),
            json!({"swagger": "1.2"}),
        ],
        &Dialect::default(),
    );
    assert_eq!(
        refused.unwrap_err().to_string(),
        "document 2: is neither OpenAPI 3.x nor Swagger 2.0"
    );
}
