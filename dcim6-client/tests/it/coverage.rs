//! A call in the table without its example, its exact request and its effect fails the suite.

use std::collections::BTreeSet;

use dcim6_client::ENDPOINTS;

use crate::support::{Example, contract_folder};
use crate::{cases, effects};

fn table() -> BTreeSet<String> {
    ENDPOINTS.iter().map(|row| row.name.to_owned()).collect()
}

#[test]
fn every_call_has_an_example_that_agrees_with_the_table() {
    for row in ENDPOINTS {
        let example = Example::read(row.name);
        assert_eq!(example.operation, row.name);
        assert_eq!(example.method, row.method.as_str(), "{}", row.name);
        assert_eq!(example.path, row.path, "{}", row.name);
        for (part, evidence) in [
            ("call", row.call),
            ("request", row.request),
            ("response", row.answer),
        ] {
            assert_eq!(
                example.evidence[part],
                evidence.to_string(),
                "{}: {part}",
                row.name
            );
        }
        let known: BTreeSet<_> = row.fields.iter().map(|field| field.name).collect();
        let sent = example.request.unwrap_or_default();
        let sent: BTreeSet<_> = sent
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect();
        assert!(sent.is_subset(&known), "{}: {sent:?}", row.name);
        for field in row.fields.iter().filter(|field| field.required) {
            assert!(sent.contains(field.name), "{}: {}", row.name, field.name);
        }
    }
}

#[test]
fn every_example_is_of_a_call() {
    let files = std::fs::read_dir(contract_folder()).unwrap();
    for file in files {
        let name = file.unwrap().file_name().into_string().unwrap();
        if let Some(operation) = name.strip_suffix(".json") {
            let operation = operation.split('.').next().unwrap();
            assert!(table().contains(operation), "{name} is of no call");
        }
    }
}

#[test]
fn every_call_has_an_exact_request() {
    let covered: BTreeSet<_> = cases::cases()
        .into_iter()
        .map(|case| case.operation.to_owned())
        .collect();
    assert_eq!(covered, table());
}

#[tokio::test]
async fn every_call_has_an_effect_on_the_mock() {
    let covered: BTreeSet<_> = effects::everything_once().await.into_iter().collect();
    assert_eq!(covered, table());
}
