//! F29-F33: clean-ups that fail, are cancelled, or do not see a disk; only clean-ups do.

use mock_dcim::{Lever, WipeLever};

use crate::panel::Panel;

#[tokio::test]
async fn a_wipe_that_goes_wrong_leaves_other_operations_alone() {
    for (how, ends) in [
        (WipeLever::Fails, "fail"),
        (WipeLever::Canceled, "canceled"),
    ] {
        let panel = Panel::start().await;
        panel.ports(1, "up");
        panel.lever(Lever::Wipe { server: 1, how });
        for (body, expected) in [
            (r#"{"clear_hdd":"none"}"#, "ok"),
            (r#"{"clear_hdd":"quick"}"#, ends),
        ] {
            let id = panel.diag(1, body);
            panel.minutes(20);
            assert_eq!(panel.operation(1, id)["status"], expected, "{how:?} {body}");
        }
        let id = panel.install(1, 90);
        panel.minutes(20);
        assert_eq!(panel.operation(1, id)["status"], "ok", "{how:?}");
    }
}

#[tokio::test]
async fn a_disk_that_is_read_only_is_seen_and_stays_as_it_is() {
    let panel = Panel::start().await;
    panel.sell(1, "a@a.test");
    panel.lever(Lever::ReadOnlyDisk {
        server: 1,
        serial: "D1-2".to_owned(),
        on: true,
    });
    let id = panel.diag(1, r#"{"clear_hdd":"quick"}"#);
    panel.minutes(20);
    assert_eq!(panel.operation(1, id)["status"], "ok");
    panel.mock.world(|world| {
        assert_eq!(world.operation(id).unwrap().wiped, ["D1-1"]);
        let tainted = world.server(1).unwrap().disks.iter();
        let tainted: Vec<bool> = tainted.map(|disk| !disk.boot_taint.is_empty()).collect();
        assert_eq!(tainted, [false, true]);
    });
    let shown = panel.server(1)["hardware_info"]["disk"].clone();
    assert_eq!(shown.as_array().unwrap().len(), 2);
}
