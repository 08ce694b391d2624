//! The OpenAPI document: each route, nothing empty, served without a session.

use mock_dcim::{Dialect, MockDcim};
use serde_json::Value;

use crate::routes::ROUTES;

#[tokio::test]
async fn every_route_is_in_the_document_that_is_served_without_a_session() {
    let mock = MockDcim::start().await.unwrap();
    let served = mock.exchange("GET", "/swagger/openapi.json", &[], b"");
    assert_eq!(served.status, 200);
    let document = served.to_json();
    assert_eq!(document, mock_dcim::openapi(&Dialect::default()));
    assert_eq!(document["openapi"], "3.1.0");
    let mut count = 0;
    for (method, path) in ROUTES {
        let operation = &document["paths"][format!("/{path}")][method.to_lowercase()];
        assert!(operation["operationId"].is_string(), "{method} {path}");
        let evidence = operation["x-evidence"].as_str().unwrap();
        assert!(["documented", "observed", "sibling", "assumed"].contains(&evidence));
        let holes = path.matches('{').count();
        let parameters = operation["parameters"].as_array().unwrap();
        assert_eq!(
            parameters.iter().filter(|one| one["in"] == "path").count(),
            holes
        );
        assert_eq!(operation["requestBody"].is_object(), method == "POST");
        count += 1;
    }
    let all = document["paths"].as_object().unwrap().values();
    assert_eq!(
        all.map(|path| path.as_object().unwrap().len())
            .sum::<usize>(),
        count
    );
}

#[test]
fn the_document_is_valid_openapi_3_1_and_its_schemas_are_valid_schemas() {
    // The OpenAPI Initiative's own schema of 2022-10-07.
    let official = include_str!("../data/openapi-3.1.schema.json");
    let official: Value = serde_json::from_str(official).unwrap();
    let official = jsonschema::draft202012::new(&official).unwrap();
    let dialect: Dialect =
        "[operations.server_install]\nmethod = \"PUT\"\npath = \"server/{server_id}/os\"\n\
                            fields = { password = \"root_password\" }"
            .parse()
            .unwrap();
    for document in [Dialect::default(), dialect].map(|one| mock_dcim::openapi(&one)) {
        let wrong: Vec<String> = official
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(wrong, Vec::<String>::new());
        let mut schemas = 0;
        each_schema(&document, &mut |schema| {
            assert!(jsonschema::draft202012::meta::is_valid(schema), "{schema}");
            schemas += 1;
        });
        assert!(schemas > 100, "{schemas}");
        let mut names: Vec<&str> = Vec::new();
        for path in document["paths"].as_object().unwrap().values() {
            let calls = path.as_object().unwrap().values();
            names.extend(calls.map(|call| call["operationId"].as_str().unwrap()));
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "an operationId stands twice");
    }
}

fn each_schema(value: &Value, visit: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, inner)| {
            if name == "schema" {
                visit(inner);
            } else {
                each_schema(inner, visit);
            }
        }),
        Value::Array(list) => list.iter().for_each(|inner| each_schema(inner, visit)),
        _ => {}
    }
}

#[test]
fn no_schema_is_empty_but_open_objects() {
    fn walk(value: &Value, place: &str) {
        match value {
            Value::Object(map) => {
                for (name, inner) in map {
                    let place = format!("{place}/{name}");
                    if matches!(name.as_str(), "schema" | "items") {
                        assert!(
                            inner.as_object().is_some_and(|map| !map.is_empty()),
                            "{place}"
                        );
                    }
                    if name == "properties" {
                        for (field, schema) in inner.as_object().unwrap() {
                            let known = schema.as_object().is_some_and(|map| {
                                ["type", "enum", "anyOf", "oneOf", "const"]
                                    .iter()
                                    .any(|key| map.contains_key(*key))
                            });
                            assert!(known, "{place}/{field}: {schema}");
                        }
                    }
                    walk(inner, &place);
                }
            }
            Value::Array(list) => list.iter().for_each(|inner| walk(inner, place)),
            _ => {}
        }
    }
    let document = mock_dcim::openapi(&Dialect::default());
    walk(&document["paths"], "");
    assert!(!document.to_string().contains("\"$defs\""));
}
