//! Every answer of the suite against the OpenAPI document: the one place where tests exchange asks here.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use jsonschema::Validator;
use mock_dcim::{Dialect, MockDcim, Response};
use serde_json::Value;

/// What the document says of one call.
struct Promised {
    status: u16,
    body: Validator,
}

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| mock_dcim::openapi(&Dialect::default()));

static CALLS: LazyLock<BTreeMap<String, Promised>> = LazyLock::new(|| {
    let methods = DOCUMENT["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|path| path.as_object().unwrap().values());
    let promised = methods.map(|call| {
        let responses = call["responses"].as_object().unwrap();
        let (status, response) = responses
            .iter()
            .find(|(status, _)| *status != "default")
            .unwrap();
        let promised = Promised {
            status: status.parse().unwrap(),
            body: validator(&response["content"]["application/json"]["schema"]),
        };
        (call["operationId"].as_str().unwrap().to_owned(), promised)
    });
    promised.collect()
});

static ERROR: LazyLock<Validator> = LazyLock::new(|| {
    let error = &DOCUMENT["components"]["responses"]["error"];
    validator(&error["content"]["application/json"]["schema"])
});

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap()
}

/// The last answer of the product has to be as the document says, unless a fault has spoiled it.
pub fn check(mock: &MockDcim, answer: &Response) {
    let entry = mock.last_call().unwrap();
    if entry.fault.is_some() {
        return;
    }
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    let call = entry.name.map(|name| &CALLS[name]);
    let schema = match call {
        Some(call) if answer.status < 400 => {
            assert_eq!(answer.status, call.status, "{entry:?}");
            &call.body
        }
        _ => &ERROR,
    };
    if let Err(error) = schema.validate(&body) {
        let place = error.instance_path();
        panic!("{} {}: {error} at {place}", entry.method, entry.path);
    }
}

#[tokio::test]
async fn an_answer_that_is_not_as_promised_is_noticed() {
    let mock = MockDcim::start().await.unwrap();
    let body = br#"{"email":"admin@example.com","password":"mock-password"}"#;
    let answer = mock.exchange("POST", "/auth/v4/public/token", &[], body);
    check(&mock, &answer);
    for wrong in [r#"{"id":4,"token":"x","confirmed":true}"#, r#"{"id":"4"}"#] {
        let wrong = Response {
            body: wrong.as_bytes().to_vec(),
            ..answer.clone()
        };
        let checked = catch_unwind(AssertUnwindSafe(|| check(&mock, &wrong)));
        assert!(checked.is_err());
    }
}
