//! Durations in a fleet file: life cycles as data.

use mock_dcim::MockDcim;
use serde_json::json;

use crate::fleet_files::{fleet, refused};
use crate::panel::Panel;

#[tokio::test]
async fn durations_vary_by_the_seed_and_only_where_the_file_says_so() {
    let text = fleet(json!({
        "durations": {"install": {"seconds": 1000, "jitter": 20}, "power": {"seconds": 7}},
        "servers": [
            {"rack":"R","count":6,"configuration":"c"},
            {"rack":"R","configuration":"c","durations":{"install":{"seconds":50}}},
        ],
    }));
    let lengths = async |seed: u64| {
        let builder = MockDcim::builder().fleet(text.parse().unwrap()).seed(seed);
        let panel = Panel::on(builder.start().await.unwrap());
        let mut found = Vec::new();
        for server in 1..=7 {
            panel.ports(server, "up");
            let operation = panel.install(server, 90);
            found.push(
                panel
                    .mock
                    .world(|world| world.operation(operation).unwrap().duration),
            );
        }
        found
    };
    let seven = lengths(7).await;
    assert_eq!(seven, lengths(7).await);
    assert_ne!(seven, lengths(8).await);
    assert_eq!(seven[6].as_secs(), 50);
    let of_all = &seven[..6];
    assert!(
        of_all
            .iter()
            .all(|one| (800..=1200).contains(&one.as_secs()))
    );
    assert!(of_all.iter().any(|one| *one != of_all[0]));
}

#[test]
fn wrong_durations_are_refused_with_their_place() {
    for (durations, message) in [
        (json!({"dance":{"seconds":1}}), "unknown variant `dance`"),
        (
            json!({"install":{"seconds":-1}}),
            "durations: Install is not from nothing to a year",
        ),
        (
            json!({"install":{"seconds":1,"jitter":101}}),
            "durations: Install: bad value of `percent`",
        ),
        (
            json!({"pdu_poll":{"seconds":1,"jitter":1}}),
            "durations: PduPoll: bad value of `of`",
        ),
    ] {
        let found = refused(&fleet(json!({"durations": durations})));
        assert!(found.contains(message), "{message}: {found}");
        let found = refused(&fleet(
            json!({"servers": [{"rack":"R","durations": durations}]}),
        ));
        assert!(found.contains("servers[0].durations"), "{found}");
    }
}
