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
