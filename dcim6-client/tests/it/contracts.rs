//! The contract as data: schemas in snapshots, evidence on every field, the errata current.

use std::path::PathBuf;

use dcim6_client::contract;
use dcim6_client::*;

#[test]
fn a_change_of_the_wire_is_seen_in_review() {
    let document = contract::openapi();
    insta::assert_json_snapshot!("schemas", document["components"]["schemas"]);
    insta::assert_json_snapshot!("paths", document["paths"]);
}

#[test]
fn every_field_of_an_answer_carries_its_evidence() {
    let document = contract::openapi();
    for name in [
        "Server",
        "Operation",
        "User",
        "ServerIp",
        "SwitchConnection",
        "PduConnection",
        "Rack",
        "IpAddress",
    ] {
        let properties = document["components"]["schemas"][name]["properties"]
            .as_object()
            .unwrap();
        for (field, schema) in properties {
            assert!(schema["x-evidence"].is_string(), "{name}.{field}: {schema}");
        }
    }
}

#[test]
fn every_field_of_a_request_carries_its_evidence() {
    let document = contract::openapi();
    for row in ENDPOINTS.iter().filter(|row| !row.fields.is_empty()) {
        let method = row.method.as_str().to_lowercase();
        let body = &document["paths"][format!("/api/{}", row.path)][method]["requestBody"];
        let properties = &body["content"]["application/json"]["schema"]["properties"];
        for field in row.fields {
            let mark = &properties[field.name]["x-evidence"];
            assert_eq!(
                *mark,
                field.evidence.to_string(),
                "{}.{}",
                row.name,
                field.name
            );
        }
    }
}

/// `docs/errata.md` holds the generated tables between two marks; run with `UPDATE_ERRATA=1` to write them anew.
#[test]
fn the_errata_are_current() {
    const BEGIN: &str = "<!-- generated from ENDPOINTS: begin -->\n";
    const END: &str = "<!-- generated from ENDPOINTS: end -->";
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/errata.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text
        .split_once(BEGIN)
        .expect("the mark where the tables begin");
    let (written, after) = rest.split_once(END).expect("the mark where the tables end");
    let wanted = contract::errata();
    if std::env::var_os("UPDATE_ERRATA").is_some() {
        std::fs::write(&file, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert_eq!(
            written, wanted,
            "docs/errata.md is not current: run with UPDATE_ERRATA=1"
        );
    }
}
