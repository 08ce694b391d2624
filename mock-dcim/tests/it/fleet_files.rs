//! Fleet files: what they give, and what is refused with the place and the reason (N53-N59).

use std::time::Instant;

use mock_dcim::{Fleet, MockDcim};
use serde_json::json;

use crate::panel::Panel;

fn example(name: &str) -> Fleet {
    let path = format!(
        "{}/../examples/fleets/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

async fn with(fleet: Fleet) -> Panel {
    Panel::on(MockDcim::builder().fleet(fleet).start().await.unwrap())
}

pub fn refused(text: &str) -> String {
    text.parse::<Fleet>().unwrap_err().to_string()
}

#[tokio::test]
async fn a_small_shop_has_names_owners_and_addresses() {
    let panel = with(example("small-shop")).await;
    assert_eq!(panel.get("dci/v3/server")["size"], 8);
    assert_eq!(panel.server(1)["name"], "srv-1");
    let sold = panel.server(8);
    assert_eq!(sold["name"], "second");
    assert_eq!(sold["owner_email"], "second@client.example");
    assert_eq!(sold["power_status"], "on");
    assert_eq!(sold["ip"][1]["name"], "192.0.2.12");
    assert_eq!(sold["switch_connection"][0]["oper_status"], "up");
    assert_eq!(panel.get("dci/v3/os_template")["size"], 6);
    assert!(
        panel.mock.advance_to_next().is_empty(),
        "nothing is under way"
    );
    assert_eq!(panel.mock.verdict().violations, 0);
}

#[tokio::test]
async fn three_locations_choose_their_own_pools() {
    let panel = with(example("three-locations")).await;
    panel.ok("dci/v3/server/41/ip", "{}");
    assert_eq!(panel.server(41)["ip"][0]["name"], "198.51.100.2");
    assert_eq!(panel.get("dci/v3/location")["size"], 3);
}

#[tokio::test]
async fn five_thousand_servers_load_and_answer() {
    let begun = Instant::now();
    let panel = with(example("five-thousand")).await;
    let free =
        panel.get("dci/v3/server?limit=5&where=(owner_email+IS+null)+AND+is_maintenance+EQ+false");
    assert_eq!(free["size"], 50);
    assert!(begun.elapsed().as_secs() < 20);
}

#[tokio::test]
async fn the_fleet_full_of_trouble_has_one_server_to_sell_that_is_safe() {
    let panel = with(example("trouble")).await;
    let sellable: Vec<String> = panel.mock.world(|world| {
        let found = world.servers().filter(|server| world.sellable(server));
        found.map(|server| server.name.clone()).collect()
    });
    assert_eq!(
        sellable,
        [
            "good",
            "locked",
            "unplugged",
            "bmc-only",
            "half-cleaned",
            "humming"
        ]
    );
    panel.ok("dci/v3/server/10/owner", r#"{"owner":2}"#);
    assert_eq!(panel.mock.verdict().violations, 0, "his own data");
}

#[test]
fn n53_empty_and_binary_files_are_refused() {
    assert_eq!(
        refused(""),
        "file: EOF while parsing a value at line 1 column 0"
    );
    assert!(refused("\u{0}\u{1}").starts_with("file: "));
    assert!(refused("[]").starts_with("file: "));
    assert!(refused("{}").contains("schema_version"));
    assert!(refused(r#"{"schema_version":1} x"#).starts_with("file: trailing characters"));
}

pub fn fleet(change: serde_json::Value) -> String {
    let mut fleet = json!({
        "schema_version": 1,
        "users": [{"email":"a@a.test","password":"x"}],
        "pools": [{"name":"p","networks":["192.0.2.0/24"]}],
        "locations": [{"name":"L","allocation":["p"]}],
        "racks": [{"name":"R","location":"L"}],
        "servers": []
    });
    for (name, value) in change.as_object().unwrap() {
        fleet[name] = value.clone();
    }
    fleet.to_string()
}

#[test]
fn n54_to_n58_mistakes_are_refused_with_their_place() {
    assert!(fleet(json!({})).parse::<Fleet>().is_ok());
    let owned = json!({"rack":"R","owner":"a@a.test","ips":["192.0.2.9"]});
    for (change, message) in [
        (
            json!({"servers":[{"rack":"R","name":"x"},{"rack":"R","name":"x"}]}),
            "servers[1].name: \"x\" is taken",
        ),
        (
            json!({"servers":[{"rack":"R","count":2},{"rack":"R","name":"srv-2"}]}),
            "servers[1].name: \"srv-2\" is taken",
        ),
        (
            json!({"users":[{"email":"a@a.test","password":"x"},{"email":"A@a.test","password":"x"}]}),
            "users[1]: `A@a.test`",
        ),
        (
            json!({"servers":[{"rack":"R","mac":"02:00:00:00:00:AA"},{"rack":"R","mac":"02:00:00:00:00:aa"}]}),
            "servers[1].mac",
        ),
        (
            json!({"servers":[owned, owned]}),
            "servers[1].ips: 192.0.2.9 is taken",
        ),
        (
            json!({"servers":[{"rack":"X"}]}),
            "servers[0].rack: there is no `X`",
        ),
        (
            json!({"servers":[{"rack":"R","owner":"b@a.test"}]}),
            "servers[0].owner: there is no `b@a.test`",
        ),
        (
            json!({"servers":[{"rack":"R","duplicate_mac_of":"y"}]}),
            "servers[0].duplicate_mac_of",
        ),
        (
            json!({"racks":[{"name":"R","location":"M"}]}),
            "racks[0].location: there is no `M`",
        ),
        (
            json!({"locations":[{"name":"L","allocation":["q"]}]}),
            "locations[0].allocation: there is no `q`",
        ),
        (
            json!({"servers":[{"rack":"R","owner":"a@a.test","ips":["198.51.100.9"]}]}),
            "servers[0].ips: 198.51.100.9 is in no network",
        ),
        (
            json!({"servers":[{"rack":"R","owner":"a@a.test","ips":["192.0.2.1"]}]}),
            "belongs to the network itself",
        ),
        (
            json!({"servers":[{"rack":"R","ips":["192.0.2.9"]}]}),
            "only for a server with an owner",
        ),
        (
            json!({"pools":[{"name":"p","networks":["192.0.2.0/24","192.0.2.128/25"]}]}),
            "pools[0].networks[1]: `192.0.2.128/25` overlaps 192.0.2.0/24",
        ),
        (
            json!({"pools":[{"name":"p","networks":["192.0.2.1/24"]}]}),
            "is no network",
        ),
        (
            json!({"servers":[{"rack":"R","ports":["e1"]},{"rack":"R","ports":["e1"]}]}),
            "servers[1].ports",
        ),
        (
            json!({"servers":[{"rack":"R","ports":["e1","e1"]}]}),
            "servers[0].ports",
        ),
        (
            json!({"servers":[{"rack":"R","ports":["e1"],"count":2}]}),
            "servers[0].ports: is only for one server",
        ),
        (
            json!({"servers":[{"rack":"R","ports":["e1","e2"]},{"rack":"R"},{"rack":"R","ports":["e3","e2"]}]}),
            "servers[2].ports",
        ),
        (json!({"colour":"red"}), "colour: unknown field `colour`"),
        (
            json!({"schema_version":"1"}),
            "schema_version: invalid type",
        ),
        (
            json!({"servers":[{"rack":"R","count":2,"mac":"02:00:00:00:00:aa"}]}),
            "servers[0].mac: is only for one server",
        ),
        (
            json!({"servers":[{"rack":"R","count":0}]}),
            "servers[0].count",
        ),
        (
            json!({"servers":[{"rack":"R","colour":"red"}]}),
            "servers[0].colour: unknown field `colour`",
        ),
        (
            json!({"servers":[{"rack":7}]}),
            "servers[0].rack: invalid type",
        ),
        (json!({"schema_version":2}), "schema_version: 2 is not 1"),
    ] {
        let found = refused(&fleet(change));
        assert!(found.contains(message), "{message}: {found}");
    }
}

#[test]
fn n59_duplicate_keys_are_refused() {
    for (file, message) in [
        (
            r#"{"schema_version":1,"racks":[],"racks":[]}"#,
            "duplicate field `racks`",
        ),
        (
            r#"{"schema_version":1,"schema_version":1}"#,
            "duplicate field `schema_version`",
        ),
        (
            r#"{"schema_version":1,"locations":[{"name":"a","name":"b"}]}"#,
            "locations[0]: duplicate field `name`",
        ),
        (
            r#"{"schema_version":1,"servers":[{"rack":"R","count":1,"count":2}]}"#,
            "servers[0]: duplicate field `count`",
        ),
        (
            r#"{"schema_version":1,"durations":{"install":{"seconds":1},"install":{"seconds":2}}}"#,
            "durations: duplicate key Install",
        ),
        (
            r#"{"schema_version":1,"servers":[{"rack":"R","durations":{"power":{"seconds":1},"power":{"seconds":1}}}]}"#,
            "servers[0].durations: duplicate key Power",
        ),
    ] {
        let found = refused(file);
        assert!(found.contains(message), "{message}: {found}");
    }
}

#[test]
fn the_schema_describes_the_file() {
    let schema = Fleet::schema();
    let fields = schema["properties"].as_object().unwrap();
    assert!(fields.contains_key("schema_version") && fields.contains_key("servers"));
}
