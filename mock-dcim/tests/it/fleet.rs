//! The built-in fleet, and that the same calls give the same bytes.

use serde_json::Value;

use crate::panel::Panel;

#[tokio::test]
async fn the_built_in_fleet_is_what_the_design_says() {
    let panel = Panel::start().await;
    assert_eq!(panel.get("dci/v3/location")["size"], 2);
    assert_eq!(panel.get("dci/v3/rack")["size"], 4);
    assert_eq!(panel.get("dci/v3/server")["size"], 40);
    for rack in 0..4 {
        for n in 1..=6 {
            let server = panel.server(rack * 10 + n);
            assert_eq!(server["power_status"], "off");
            assert_eq!(server["operation"]["status"], "ok");
            assert!(server["hardware_info"]["disk"].as_array().unwrap().len() >= 2);
            let ports = server["switch_connection"].as_array().unwrap();
            let bmc = ports
                .iter()
                .filter(|port| port["is_ipmi_connection"] == true);
            assert_eq!((ports.len(), bmc.count()), (3, 1));
            assert!(
                panel
                    .mock
                    .world(|world| world.sellable(world.server(rack * 10 + n).unwrap()))
            );
        }
    }
    let odd = panel.server(20);
    assert_eq!(
        (&odd["operation"]["status"], &odd["operation"]["origin"]),
        (&"run".into(), &"panel".into())
    );
    assert_eq!(panel.server(27)["ip"].as_array().unwrap().len(), 1);
    assert_eq!(panel.server(29)["operation"], Value::Null);
    assert_eq!(
        panel.get("dci/v3/os_template?limit=1")["list"][0]["name"],
        "Debian-12-x86_64"
    );
    assert_eq!(panel.mock.verdict().violations, 0);
}

#[tokio::test]
async fn same_seed_and_same_calls_give_the_same_bytes() {
    async fn story(seed: u64) -> Vec<Vec<u8>> {
        let panel = Panel::seeded(seed).await;
        let mut bytes = vec![panel.token.clone().into_bytes()];
        panel.sell(1, "a@a.test");
        panel.diag(1, r#"{"clear_hdd":"quick"}"#);
        panel.minutes(30);
        bytes.push(panel.send("GET", "dci/v3/server?limit=100", "").body);
        bytes.push(panel.mock.state().to_string().into_bytes());
        bytes.push(serde_json::to_vec(&panel.mock.journal()).unwrap());
        bytes
    }
    assert_eq!(story(7).await, story(7).await);
    assert_ne!(story(7).await[0], story(8).await[0]);
}
