//! The exact request of every call, on a real socket, and the decoding of its example.

use dcim6_client::{Client, Credentials};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::cases::cases;
use crate::support::{EMAIL, Example, PASSWORD};

async fn answer(server: &MockServer, example: &Example) {
    let response = ResponseTemplate::new(example.status).set_body_json(&example.response);
    Mock::given(method(example.method.as_str()))
        .and(path(example.url_path()))
        .respond_with(response)
        .mount(server)
        .await;
}

/// Runs one case against its example; returns the requests that were received.
async fn run(operation: &str) -> Vec<Request> {
    let case = cases()
        .into_iter()
        .find(|case| case.operation == operation)
        .expect("a case for each call");
    let server = MockServer::start().await;
    for name in ["auth_login", "auth_login_by_key", operation] {
        answer(&server, &Example::read(name)).await;
    }
    let credentials = if operation == "auth_login_by_key" {
        Credentials::key("<key>")
    } else {
        Credentials::password(EMAIL, PASSWORD)
    };
    let client = Client::builder(server.uri())
        .credentials(credentials)
        .build()
        .unwrap()
        .for_request("1204-551-1");
    (case.run)(client)
        .await
        .unwrap_or_else(|error| panic!("{operation}: {error}"));
    server.received_requests().await.unwrap()
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request
        .headers
        .get(name)
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn every_call_sends_exactly_its_example() {
    for case in cases() {
        let operation = case.operation;
        let example = Example::read(operation);
        let requests = run(operation).await;
        let request = requests.last().unwrap();
        assert_eq!(request.method.as_str(), example.method, "{operation}");
        assert_eq!(request.url.path(), example.url_path(), "{operation}");
        assert_eq!(
            request.url.query().unwrap_or_default(),
            example.query,
            "{operation}"
        );
        let body = (!request.body.is_empty()).then(|| request.body_json::<Value>().unwrap());
        let wanted = match (example.method.as_str(), example.request.clone()) {
            ("POST", None) => Some(json!({})),
            (_, wanted) => wanted,
        };
        assert_eq!(body, wanted, "{operation}");
    }
}

#[tokio::test]
async fn every_call_carries_the_documented_headers() {
    for case in cases() {
        let operation = case.operation;
        let requests = run(operation).await;
        let request = requests.last().unwrap();
        assert_eq!(
            header(request, "isp-box-instance"),
            Some("true"),
            "{operation}"
        );
        assert_eq!(
            header(request, "content-type"),
            Some("application/json"),
            "{operation}"
        );
        assert_eq!(
            header(request, "accept"),
            Some("application/json"),
            "{operation}"
        );
        assert_eq!(header(request, "internal-auth"), None, "{operation}");
        let public = operation.starts_with("auth_login");
        let token = (!public).then_some("<token>");
        assert_eq!(header(request, "x-xsrf-token"), token, "{operation}");
        let cookie = (!public).then_some("ses6=<token>");
        assert_eq!(header(request, "cookie"), cookie, "{operation}");
        let id = format!("1204-551-1-{}", requests.len());
        assert_eq!(
            header(request, "x-request-id"),
            Some(id.as_str()),
            "{operation}"
        );
    }
}

/// Set and clear, on and off are one row of the table each: the other half.
#[tokio::test]
async fn the_other_half_of_a_row() {
    let server = MockServer::start().await;
    for name in [
        "auth_login",
        "server_owner_set",
        "server_maintenance_set",
        "server_protection_set",
        "switch_port_set",
        "server_ip_add",
    ] {
        answer(&server, &Example::read(name)).await;
    }
    let client = Client::builder(server.uri())
        .credentials((EMAIL, PASSWORD))
        .build()
        .unwrap();
    let handle = client.server(dcim6_client::ServerId::new(101));
    let port = client.switch_port(
        dcim6_client::SwitchId::new(7),
        dcim6_client::PortId::new(7011),
    );
    handle.clear_owner().await.unwrap();
    handle.set_maintenance(false).await.unwrap();
    handle.protect().await.unwrap();
    port.up().await.unwrap();
    handle.add_ip().send().await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let bodies: Vec<Value> = requests[1..]
        .iter()
        .map(|request| request.body_json().unwrap())
        .collect();
    assert_eq!(
        bodies,
        [
            json!({"owner": null}),
            json!({"enabled": false}),
            json!({"enabled": true}),
            json!({"admin_status": "up"}),
            json!({"family": "ipv4", "count": 1}),
        ]
    );
    assert!(
        requests
            .iter()
            .all(|request| header(request, "x-request-id").is_none())
    );
}

#[tokio::test]
async fn addresses_come_from_their_own_service_where_the_manager_has_none() {
    let server = MockServer::start().await;
    answer(&server, &Example::read("auth_login")).await;
    answer(&server, &Example::read("ip_service_ip_list")).await;
    let client = Client::builder(server.uri())
        .credentials((EMAIL, PASSWORD))
        .build()
        .unwrap();
    assert_eq!(client.ips().page(0, 100).await.unwrap().items.len(), 1);
    assert_eq!(client.ips().all().await.unwrap().len(), 1);
    let requests = server.received_requests().await.unwrap();
    let paths: Vec<_> = requests.iter().map(|request| request.url.path()).collect();
    // Asked once, then remembered.
    assert_eq!(
        paths,
        [
            "/api/auth/v4/public/token",
            "/api/dci/v3/ipmgr/ip",
            "/api/ip/v3/ip",
            "/api/ip/v3/ip"
        ]
    );
}

#[tokio::test]
async fn an_email_in_a_path_is_encoded() {
    let server = MockServer::start().await;
    answer(&server, &Example::read("auth_login")).await;
    Mock::given(method("POST"))
        .and(path("/api/auth/v4/user/a%2Bb%40a.test/key"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"id": "12", "key": "k"})))
        .mount(&server)
        .await;
    let client = Client::builder(server.uri())
        .credentials((EMAIL, PASSWORD))
        .build()
        .unwrap();
    let key = client.auth().create_key("a+b@a.test").await.unwrap();
    let url = key.url();
    assert_eq!(
        url.expose_secret(),
        format!("{}/auth/key-v4/k", server.uri())
    );
}
