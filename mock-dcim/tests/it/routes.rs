//! The table of section 3, written down once more by hand: every route is there, and none opens without a session.

use crate::panel::Panel;

pub const ROUTES: [(&str, &str); 38] = [
    ("POST", "auth/v4/public/token"),
    ("POST", "auth/v4/public/key"),
    ("POST", "auth/v4/user/{user}/key"),
    ("DELETE", "auth/v4/token/{token}"),
    ("GET", "auth/v4/whoami"),
    ("GET", "dci/v3/server"),
    ("GET", "dci/v3/server/{server_id}"),
    ("GET", "dci/v3/server/configuration"),
    ("POST", "dci/v3/server/{server_id}"),
    ("POST", "dci/v3/server/{server_id}/owner"),
    ("GET", "dci/v3/user"),
    ("POST", "dci/v3/user"),
    ("DELETE", "dci/v3/user/{user_id}"),
    ("POST", "dci/v3/server/{server_id}/maintenance"),
    ("POST", "dci/v3/server/{server_id}/protection"),
    ("GET", "dci/v3/server/{server_id}/history"),
    ("POST", "dci/v3/server/{server_id}/power_on"),
    ("POST", "dci/v3/server/{server_id}/power_off"),
    ("POST", "dci/v3/server/{server_id}/power_reset"),
    ("GET", "dci/v3/os_template"),
    ("GET", "dci/v3/script"),
    ("POST", "dci/v3/server/{server_id}/install"),
    ("POST", "dci/v3/server/{server_id}/diag"),
    ("POST", "dci/v3/server/{server_id}/recovery"),
    ("POST", "dci/v3/server/{server_id}/suspend"),
    ("POST", "dci/v3/server/{server_id}/resume"),
    ("GET", "dci/v3/server/{server_id}/operation/{operation_id}"),
    (
        "POST",
        "dci/v3/server/{server_id}/operation/{operation_id}/cancel",
    ),
    ("GET", "dci/v3/switch"),
    ("GET", "dci/v3/switch/{switch_id}/port"),
    ("POST", "dci/v3/switch/{switch_id}/port/{port_id}"),
    ("GET", "dci/v3/ipmgr/ip"),
    ("GET", "ip/v3/ip"),
    ("GET", "ip/v3/ippool"),
    ("POST", "dci/v3/server/{server_id}/ip"),
    ("DELETE", "dci/v3/server/{server_id}/ip/{ip_id}"),
    ("GET", "dci/v3/location"),
    ("GET", "dci/v3/rack"),
];

#[tokio::test]
async fn every_route_is_refused_without_a_session_and_the_refusal_changes_nothing() {
    let panel = Panel::start().await;
    let before = panel.mock.state();
    for (method, path) in ROUTES {
        if path.starts_with("auth/v4/public/") {
            continue;
        }
        let path = path.replace(['{', '}'], "");
        let answer = panel
            .mock
            .exchange(method, &format!("/api/{path}"), &[], b"{}");
        assert_eq!(answer.status, 401, "{method} {path}");
        assert_eq!(answer.to_json()["error"]["code"], 1000);
    }
    assert_eq!(panel.mock.state(), before);
}

#[tokio::test]
async fn reads_change_nothing_in_the_world() {
    let panel = Panel::start().await;
    panel.ports(1, "up");
    panel.install(1, 90);
    let before = panel.mock.state();
    for (method, path) in ROUTES {
        if method == "GET" {
            let path = path
                .replace("{server_id}", "1")
                .replace("{switch_id}", "1")
                .replace("{operation_id}", "1");
            panel.get(&path);
        }
    }
    assert_eq!(panel.mock.state(), before);
}

#[tokio::test]
async fn names_are_those_of_the_specification_in_its_order() {
    let panel = Panel::start().await;
    for (method, path) in ROUTES {
        panel.send(method, &path.replace(['{', '}'], ""), "");
    }
    let names: Vec<_> = panel
        .mock
        .journal()
        .iter()
        .skip(1)
        .map(|entry| entry.name.unwrap())
        .collect();
    assert_eq!(
        names.join(" "),
        "auth_login auth_login_by_key auth_key_create auth_logout auth_whoami server_list server_get \
         server_configuration_list server_edit server_owner_set user_list user_create user_delete \
         server_maintenance_set server_protection_set server_history_list server_power_on server_power_off \
         server_power_reset os_template_list script_list server_install server_diag server_recovery server_suspend \
         server_resume server_operation_get server_operation_cancel switch_list switch_port_list switch_port_set \
         ipmgr_ip_list ip_service_ip_list ip_pool_list server_ip_add server_ip_delete location_list rack_list"
    );
}
