//! Section 5: list queries.

use serde_json::json;

use crate::panel::Panel;

fn ids(panel: &Panel, query: &str) -> Vec<u64> {
    let answer = panel.get(&format!("dci/v3/server?{query}"));
    let rows = answer["list"].as_array().unwrap();
    rows.iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn the_twelve_examples_of_the_specification_work() {
    let panel = Panel::start().await;
    assert_eq!(ids(&panel, "limit=100").len(), 40);
    assert_eq!(ids(&panel, "limit=4,18"), (5..=22).collect::<Vec<_>>());
    assert_eq!(ids(&panel, "orderby=configuration%20asc&limit=1"), [38]);
    assert_eq!(ids(&panel, "where=id%20EQ%2011"), [11]);
    let spaces = "where=(owner_email%20IS%20null)%20AND%20is_new%20EQ%20false";
    let pluses = "where=(owner_email+IS+null)+AND+is_new+EQ+false";
    assert_eq!(ids(&panel, spaces).len(), 38);
    assert_eq!(ids(&panel, spaces), ids(&panel, pluses));
    let owned =
        "where=(owner_email%20EQ%20%27client%40example.com%27)%20AND%20location_id%20EQ%202";
    assert_eq!(ids(&panel, owned), [27]);
    assert_eq!(
        ids(
            &panel,
            "where=(location_id%20EQ%201)%20OR%20(location_id%20EQ%205)"
        )
        .len(),
        20
    );
    let racks = panel
        .get("dci/v3/rack?limit=0,50&orderby=name%20asc&where=name%20CP%20%27%25Rack000%25%27");
    assert_eq!(racks["size"], 4);
    let row = &racks["list"][0];
    assert_eq!(
        (&row["name"], &row["device_count"]),
        (&json!("Rack0001"), &json!(10))
    );
    panel.ok("dci/v3/user", r#"{"email":"a+b@a.test","password":"x"}"#);
    let user = panel.get("dci/v3/user?where=email%20EQ%20%27a%2Bb%40a.test%27");
    assert_eq!(user["size"], 1);
    assert_eq!(user["list"][0]["roles"], "[@user]");
    let free = panel
        .get("ip/v3/ip?where=NOT%20domain%20CP%20%27%25extended.%25%27%20AND%20(ipnet%20EQ%201)");
    assert_eq!(free["size"], 0);
    assert_eq!(
        panel.get("ip/v3/ip?where=ipnet%20EQ%201%20AND%20status%20EQ%20%27extended%27")["size"],
        2
    );
}

#[tokio::test]
async fn size_counts_all_matches_and_fifty_rows_come_without_a_limit() {
    let panel = Panel::start().await;
    let answer = panel.get("dci/v3/server?limit=3,2&where=location_id%20EQ%201");
    assert_eq!(
        (&answer["size"], answer["list"].as_array().unwrap().len()),
        (&json!(20), 2)
    );
    assert!(answer["last_notify"].is_u64());
    assert_eq!(ids(&panel, ""), (1..=40).collect::<Vec<_>>());
    for n in 0..60 {
        panel.ok(
            "dci/v3/user",
            &format!(r#"{{"email":"u{n}@a.test","password":"x"}}"#),
        );
    }
    let users = panel.get("dci/v3/user");
    assert_eq!(
        (&users["size"], users["list"].as_array().unwrap().len()),
        (&json!(63), 50)
    );
    assert_eq!(panel.get("dci/v3/user?limit=100,50")["list"], json!([]));
}

#[tokio::test]
async fn dotted_fields_and_descending_order_work_and_ties_stay_by_id() {
    let panel = Panel::start().await;
    assert_eq!(ids(&panel, "where=rack.id%20EQ%203&limit=2"), [21, 22]);
    assert_eq!(ids(&panel, "where=operation.status%20EQ%20%27run%27"), [20]);
    assert_eq!(ids(&panel, "orderby=id%20desc&limit=2"), [40, 39]);
    assert_eq!(ids(&panel, "orderby=location_id%20desc&limit=2"), [21, 22]);
    assert_eq!(
        ids(
            &panel,
            "where=hardware_info.motherboard.model%20CP%20%27X11%25%27&limit=1"
        ),
        [1]
    );
    assert_eq!(ids(&panel, "where=power_status%20EQ%20%27unknown%27"), [40]);
}
