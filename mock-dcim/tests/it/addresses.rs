//! R26-R29: addresses.

use mock_dcim::Place;
use serde_json::json;

use crate::panel::Panel;

#[tokio::test]
async fn r26_a_new_address_is_allocating_for_ten_seconds() {
    let panel = Panel::start().await;
    panel.ok(
        "dci/v3/server/1/ip",
        r#"{"ippool":1,"family":"ipv4","count":2}"#,
    );
    let ips = panel.server(1)["ip"].as_array().unwrap().clone();
    assert_eq!(ips.len(), 2);
    assert_eq!(
        (&ips[0]["name"], &ips[0]["status"]),
        (&json!("192.0.2.2"), &json!("allocating"))
    );
    assert_eq!(
        (&ips[0]["gateway"], &ips[0]["network"]),
        (&json!("192.0.2.1"), &json!("192.0.2.0/24"))
    );
    panel.seconds(9);
    assert_eq!(panel.server(1)["ip"][1]["status"], "allocating");
    panel.seconds(1);
    assert_eq!(panel.server(1)["ip"][1]["status"], "allocated");
}

#[tokio::test]
async fn r27_one_pool_can_hold_both_families_and_only_v4_pools_qualify_by_themselves() {
    let panel = Panel::start().await;
    panel.ok("dci/v3/server/21/ip", r#"{"family":"ipv6"}"#);
    let ip = panel.server(21)["ip"][0].clone();
    assert_eq!(
        (&ip["name"], &ip["family"], &ip["ippool"]),
        (&json!("2001:db8:2::2"), &json!("ipv6"), &json!(3))
    );
    let (status, body) = panel.post("dci/v3/server/1/ip", r#"{"ippool":1,"family":"ipv6"}"#);
    assert_eq!(
        (status, &body["error"]["value"]["reason"]),
        (400, &json!("no_free_ip"))
    );
}

#[tokio::test]
async fn r28_without_a_pool_rack_location_or_public_decide() {
    let panel = Panel::start().await;
    panel.ok("dci/v3/server/1/ip", "{}");
    panel.ok("dci/v3/server/21/ip", "{}");
    assert_eq!(panel.server(1)["ip"][0]["ippool"], 1);
    assert_eq!(panel.server(21)["ip"][0]["ippool"], 3);
}

#[tokio::test]
async fn r29_a_deallocation_address_is_held_during_diagnostics() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    panel.diag(1, "{}");
    assert_eq!(panel.server(1)["ip"][0]["ippool"], 2);
    panel.minutes(20);
    assert_eq!(panel.server(1)["ip"], json!([]));
}

#[tokio::test]
async fn a_freed_address_loses_its_name_and_is_free_at_once() {
    let panel = Panel::start().await;
    panel.ok("dci/v3/server/1", r#"{"domain":"s1.a.test"}"#);
    panel.ok("dci/v3/server/1/ip", "{}");
    let ip = panel.server(1)["ip"][0].clone();
    assert_eq!(ip["domain"], "s1.a.test");
    let id = ip["id"].as_u64().unwrap();
    assert_eq!(
        panel
            .call("DELETE", &format!("dci/v3/server/2/ip/{id}"), "")
            .0,
        404
    );
    assert_eq!(
        panel
            .call("DELETE", &format!("dci/v3/server/1/ip/{id}"), "")
            .0,
        200
    );
    assert_eq!(
        panel
            .call("DELETE", &format!("dci/v3/server/1/ip/{id}"), "")
            .0,
        404
    );
    panel.mock.world(|world| {
        let address = world.addresses().find(|address| address.id == id).unwrap();
        assert_eq!((address.place, address.domain.as_str()), (Place::Pool, ""));
    });
    let row = panel.get(&format!("dci/v3/ipmgr/ip?where=id%20EQ%20{id}"))["list"][0].clone();
    assert_eq!(
        (&row["status"], &row["domain"]),
        (&json!("free"), &json!(""))
    );
}

#[tokio::test]
async fn a_refused_order_leaves_no_address_behind() {
    let panel = Panel::start().await;
    let before = panel.mock.state();
    for body in [
        r#"{"count":257}"#,
        r#"{"count":0}"#,
        r#"{"count":254}"#,
        r#"{"ippool":99}"#,
        r#"{"family":"ipx"}"#,
    ] {
        assert_eq!(panel.post("dci/v3/server/1/ip", body).0, 400, "{body}");
    }
    assert_eq!(panel.mock.state(), before);
}

#[tokio::test]
async fn a_pool_can_be_used_up_to_its_last_address() {
    let panel = Panel::start().await;
    // A /24 without its network, its gateway and its broadcast address; server 27 has one of the other pool.
    panel.ok("dci/v3/server/1/ip", r#"{"count":252}"#);
    panel.ok("dci/v3/server/2/ip", r#"{"count":1}"#);
    assert_eq!(panel.server(2)["ip"][0]["name"], "192.0.2.254");
    let (status, answer) = panel.post("dci/v3/server/2/ip", r#"{"count":1}"#);
    assert_eq!(
        (status, &answer["error"]["value"]["reason"]),
        (400, &json!("no_free_ip"))
    );
    panel.ok("dci/v3/server/2/ip", r#"{"ippool":3,"count":252}"#);
    assert_eq!(panel.post("dci/v3/server/2/ip", r#"{"ippool":3}"#).0, 400);
    panel.ok(
        "dci/v3/server/2/ip",
        r#"{"ippool":3,"family":"ipv6","count":256}"#,
    );
}

#[tokio::test]
async fn both_address_lists_and_the_pools_agree() {
    let panel = Panel::start().await;
    let query = "where=ipnet%20EQ%201%20AND%20status%20NE%20'extended'";
    let one = panel.get(&format!("dci/v3/ipmgr/ip?{query}"));
    assert_eq!(one, panel.get(&format!("ip/v3/ip?{query}")));
    assert_eq!(one["size"], 0);
    panel.ok("dci/v3/server/1/ip", "{}");
    assert_eq!(panel.get(&format!("ip/v3/ip?{query}"))["size"], 1);
    let pool = panel.get("ip/v3/ippool")["list"][0].clone();
    assert_eq!(
        pool,
        json!({"id":1,"name":"public-rent-1","note":"","total_ip":254,"using_ip":1})
    );
}

/// The pool list tells how many addresses of a pool are on servers.
#[tokio::test]
async fn a_pool_knows_how_many_of_its_addresses_are_in_use() {
    let panel = Panel::start().await;
    let in_use = || panel.get("ip/v3/ippool")["list"][0]["using_ip"].as_u64();
    let before = in_use().unwrap();
    panel.ok(
        "dci/v3/server/1/ip",
        r#"{"ippool":1,"family":"ipv4","count":2}"#,
    );
    assert_eq!(in_use(), Some(before + 2));
    let id = panel.server(1)["ip"][0]["id"].clone();
    panel.call("DELETE", &format!("dci/v3/server/1/ip/{id}"), "");
    assert_eq!(in_use(), Some(before + 1));
}
