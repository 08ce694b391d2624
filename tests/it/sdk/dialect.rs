//! One dialect file, read by the SDK and by the mock: together they work, apart they say where they differ.

use std::time::Duration;

use dcim6_client::contract::{self, Difference, Report, Verdict};
use dcim6_client::{
    Client, Delivery, Dialect, Evidence, NewUser, OsTemplateId, PortStatus, ServerId, asc, field,
};
use mock_dcim::MockDcim;
use serde_json::{Value, json};

use super::Bench;

const FILE: &str = include_str!("../../contract/dialect.toml");

fn ours() -> Dialect {
    FILE.parse().unwrap()
}

async fn speaking() -> Bench {
    let theirs: mock_dcim::Dialect = FILE.parse().unwrap();
    Bench::start(MockDcim::builder().dialect(theirs).strict(true)).await
}

#[tokio::test]
async fn a_life_in_a_dialect() {
    let bench = speaking().await;
    let dcim = bench.builder().dialect(ours()).build().unwrap();
    let free = field("owner_email").is_null() & field("location_id").eq(1);
    let found = dcim.servers().filter(free).order_by(asc("id"));
    let server = dcim.server(found.first().await.unwrap().unwrap().id);

    let client = NewUser::new("client@a.test", "a long secret");
    let user = dcim.users().create(client).await.unwrap();
    server.set_owner(user).await.unwrap();
    for port in server.switch_ports().await.unwrap().data() {
        port.up().verified().await.unwrap();
    }
    let install = server.install(OsTemplateId::new(1)).password("secret");
    let install = install.timeout(Duration::from_mins(90)).start();
    let done = install.await.unwrap().wait().await.unwrap();
    assert!(done.status.is_ok());

    let read = server.get().await.unwrap();
    assert_eq!(read.owner_id(), Some(user));
    assert!(
        read.data_ports()
            .all(|port| port.admin_status == PortStatus::Up)
    );
    server.clear_owner().await.unwrap();
    assert!(!server.get().await.unwrap().has_owner());

    let journal = bench.mock.journal();
    let spoken = |name: &str| {
        let entry = journal
            .iter()
            .find(|entry| entry.name == Some(name))
            .unwrap();
        (entry.method.clone(), entry.path.clone())
    };
    let id = server.id();
    let path = |path: &str| format!("/api/{path}");
    assert_eq!(
        spoken("auth_login"),
        ("POST".into(), path("auth/v5/session"))
    );
    assert_eq!(
        spoken("server_install"),
        ("PUT".into(), path(&format!("dci/v3/host/{id}/os")))
    );
    assert_eq!(spoken("switch_port_set").0, "PATCH");
    assert!(
        journal
            .iter()
            .all(|entry| entry.status < 300 && entry.unread.is_empty())
    );
}

/// A call that the panel does not have answers "not found"; a field that it does not have is named by the panel.
#[tokio::test]
async fn without_the_dialect_it_is_said_what_does_not_fit() {
    let bench = speaking().await;
    let refused = bench.client().servers().first().await.unwrap_err();
    assert!(refused.is_not_found(), "{refused:?}");
    assert_eq!(
        (refused.operation(), refused.status()),
        (Some("auth_login"), Some(404))
    );
    assert_eq!(refused.delivery(), Delivery::NotSent);
    assert_eq!(bench.asked("server_list"), 0);

    // All of it but the install.
    let install = async |client: Client| {
        let install = client
            .server(ServerId::new(1))
            .install(OsTemplateId::new(1));
        install
            .password("secret")
            .prepare(None)
            .unwrap()
            .send()
            .await
            .unwrap_err()
    };
    let without = |what: &str| -> Dialect {
        let (before, rest) = FILE.split_once(what).unwrap();
        let after = rest.split_once('\n').map_or("", |(_, after)| after);
        format!("{before}{after}").parse().unwrap()
    };
    let dialect = without("path = \"host/{server_id}/os\"");
    let refused = install(bench.builder().dialect(dialect).build().unwrap()).await;
    assert!(refused.is_not_found(), "{refused:?}");
    assert_eq!(
        (refused.panel_code(), refused.delivery()),
        (Some(1106), Delivery::Answered)
    );
    let dialect = without("fields = { os_template = \"os\"");
    let refused = install(bench.builder().dialect(dialect).build().unwrap()).await;
    assert!(refused.is_invalid(), "{refused:?}");
    let field = refused.panel_value().unwrap()["field"].to_string();
    assert!(field.contains("os_template"), "{field}");
    assert_eq!(refused.delivery(), Delivery::Answered);
}

fn served(bench: &Bench) -> Value {
    let answer = bench
        .mock
        .exchange("GET", "/swagger/openapi.json", &[], b"");
    assert_eq!(answer.status, 200);
    answer.to_json()
}

fn compare(document: Value, dialect: &Dialect) -> Report {
    contract::compare(&[document], dialect).unwrap()
}

fn different(report: &Report) -> Vec<(&'static str, Verdict, Vec<Difference>)> {
    let findings = report.operations.iter();
    let different = findings.filter(|finding| finding.verdict != Verdict::Same);
    different
        .map(|one| (one.operation, one.verdict.clone(), one.differences.clone()))
        .collect()
}

#[tokio::test]
async fn the_mocks_own_document_agrees() {
    let bench = Bench::start(MockDcim::builder()).await;
    let report = compare(served(&bench), &Dialect::default());
    assert!(report.is_same(), "{report}");
    let report = compare(served(&speaking().await), &ours());
    assert!(report.is_same(), "{report}");
}

fn moved(to: &str) -> Verdict {
    let candidates = vec![to.to_owned()];
    Verdict::PathDiffers { candidates }
}

fn missing(name: &str) -> Difference {
    let place = format!("request.{name}");
    Difference::Missing { place }
}

fn needed(name: &str) -> Difference {
    Difference::Extra {
        place: format!("request.{name}"),
        required: true,
    }
}

#[tokio::test]
async fn a_dialect_of_the_mock_alone_is_found_and_nothing_else() {
    let bench = speaking().await;
    let report = compare(served(&bench), &Dialect::default());
    let method = Verdict::MethodDiffers {
        offered: vec!["PATCH".into()],
    };
    let wanted = [
        ("auth_login", moved("POST auth/v5/session"), vec![]),
        ("server_list", moved("GET dci/v3/host"), vec![]),
        ("server_get", moved("GET dci/v3/host/{server_id}"), vec![]),
        (
            "server_owner_set",
            moved("PUT dci/v3/host/{server_id}/holder"),
            vec![],
        ),
        (
            "user_create",
            Verdict::FieldsDiffer,
            vec![missing("email"), needed("login")],
        ),
        (
            "server_install",
            moved("PUT dci/v3/host/{server_id}/os"),
            vec![],
        ),
        (
            "server_operation_get",
            moved("GET dci/v3/task/{operation_id}/of/{server_id}"),
            vec![],
        ),
        ("switch_port_set", method, vec![]),
    ];
    assert_eq!(different(&report), wanted, "{report}");
    let install = report.find("server_install").unwrap();
    assert_eq!(install.evidence, Evidence::Assumed);
}

/// What a dialect cannot change is changed in the served document: another type, a further field, a call that is not there.
#[tokio::test]
async fn differences_that_no_dialect_makes_are_found_too() {
    let bench = Bench::start(MockDcim::builder()).await;
    let mut document = served(&bench);
    let paths = &mut document["paths"];
    let body = &mut paths["/dci/v3/server/{server_id}/diag"]["post"]["requestBody"];
    let fields = &mut body["content"]["application/json"]["schema"]["properties"];
    fields["timeout"] = json!({"type": "string"});
    fields["comment"] = json!({"type": "string"});
    let answer = &mut paths["/dci/v3/rack"]["get"]["responses"]["200"]["content"];
    let row = &mut answer["application/json"]["schema"]["properties"]["list"]["items"];
    row["properties"]
        .as_object_mut()
        .unwrap()
        .remove("name")
        .unwrap();
    paths
        .as_object_mut()
        .unwrap()
        .remove("/auth/v4/whoami")
        .unwrap();
    let report = compare(document, &Dialect::default());
    let place = |name: &str| format!("request.{name}");
    let wanted = [
        ("auth_whoami", Verdict::Absent, vec![]),
        (
            "server_diag",
            Verdict::FieldsDiffer,
            vec![
                Difference::OtherType {
                    place: place("timeout"),
                    ours: "integer".into(),
                    theirs: "string".into(),
                },
                Difference::Extra {
                    place: place("comment"),
                    required: false,
                },
            ],
        ),
        (
            "rack_list",
            Verdict::FieldsDiffer,
            vec![Difference::Missing {
                place: "response.list[].name".into(),
            }],
        ),
    ];
    assert_eq!(different(&report), wanted, "{report}");
}
