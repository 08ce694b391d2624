//! Each call of the table once, with the arguments of its example, and what its answer must decode to.

use std::time::Duration;

use dcim6_client::*;

use crate::support::{EMAIL, PASSWORD};

pub struct Case {
    pub operation: &'static str,
    pub run: fn(Client) -> BoxFuture<'static, Result<(), Error>>,
}

macro_rules! cases {
    ($($operation:literal => |$dcim:ident| $body:block)*) => {
        pub fn cases() -> Vec<Case> {
            vec![$(Case {
                operation: $operation,
                run: |$dcim| Box::pin(async move { $body Ok(()) }),
            }),*]
        }
    };
}

fn server(dcim: &Client) -> ServerHandle {
    dcim.server(ServerId::new(101))
}

const HOUR_AND_HALF: Duration = Duration::from_secs(90 * 60);

cases! {
    "auth_login" => |dcim| { dcim.auth().login().await?; }
    "auth_login_by_key" => |dcim| { dcim.auth().login().await?; }
    "auth_key_create" => |dcim| {
        let key = dcim.user(UserId::new(12)).create_key().await?;
        assert_eq!(key.user, Some(UserId::new(12)));
    }
    "auth_logout" => |dcim| {
        dcim.auth().login().await?;
        dcim.auth().logout().await?;
    }
    "auth_whoami" => |dcim| {
        let whoami = dcim.auth().whoami().await?;
        assert_eq!(whoami.id, UserId::new(4));
        assert_eq!(whoami.email.as_deref(), Some(EMAIL));
        assert!(whoami.is_admin());
    }
    "server_list" => |dcim| {
        let page = dcim.servers().page(0, 100).await?;
        assert_eq!((page.total, page.last_notify), (Some(1), Some(77)));
        assert_eq!(page.items[0].id, ServerId::new(101));
    }
    "server_get" => |dcim| { full_server(&server(&dcim).get().await?); }
    "server_configuration_list" => |dcim| {
        let page = dcim.configurations().page(0, 100).await?;
        assert_eq!(page.items[0].configuration.as_deref(), Some("i9-9900K-64Gb-2x1024NVMe"));
        assert_eq!(page.items[0].free_server_count, 42);
    }
    "server_edit" => |dcim| {
        server(&dcim).edit().name("srv-101").domain("s101.a.test").notes("order 555").send().await?;
    }
    "server_owner_set" => |dcim| { server(&dcim).set_owner(UserId::new(12)).await?; }
    "user_list" => |dcim| {
        let page = dcim.users().page(0, 100).await?;
        let user = &page.items[0];
        assert_eq!(user.id, UserId::new(12));
        assert_eq!(user.email.as_deref(), Some("client@a.test"));
        assert_eq!((user.server_count, user.vlans_per_user), (Some(1), Some(5)));
        assert_eq!(user.roles, ["@user"]);
        assert!(!user.is_admin());
    }
    "user_create" => |dcim| {
        let user = NewUser::new("client@a.test", PASSWORD).full_name("Client");
        assert_eq!(dcim.users().create(user).await?, UserId::new(12));
    }
    "user_delete" => |dcim| { dcim.user(UserId::new(12)).delete().await?; }
    "server_maintenance_set" => |dcim| { server(&dcim).set_maintenance(true).await?; }
    "server_protection_set" => |dcim| { server(&dcim).unprotect().await?; }
    "server_history_list" => |dcim| {
        let page = server(&dcim).history().page(0, 100).await?;
        let entry = &page.items[0];
        assert_eq!(entry.id, HistoryId::new(9001));
        assert_eq!(entry.name.as_deref(), Some("server_diag"));
        assert_eq!(entry.date_create.map(|time| time.to_string()).as_deref(), Some("2026-01-10T12:00:00Z"));
        assert_eq!((entry.state.as_deref(), entry.user.as_deref()), (Some("ok"), Some(EMAIL)));
    }
    "server_power_on" => |dcim| { server(&dcim).power_on().await?; }
    "server_power_off" => |dcim| { server(&dcim).power_off().await?; }
    "server_power_reset" => |dcim| { server(&dcim).power_reset().await?; }
    "os_template_list" => |dcim| {
        let page = dcim.os_templates().page(0, 100).await?;
        let template = &page.items[0];
        assert_eq!(template.id, OsTemplateId::new(20));
        assert_eq!(template.name.as_deref(), Some("Debian-12-x86_64"));
        assert_eq!(template.tags, ["linux"]);
        assert_eq!(template.kind, Some(TemplateKind::Os));
        assert_eq!(template.access, Some(Access::All));
        assert_eq!(template.efi, Some(true));
    }
    "script_list" => |dcim| {
        let page = dcim.scripts().page(0, 100).await?;
        assert_eq!((page.items[0].id, page.items[0].name.as_deref()), (ScriptId::new(31), Some("lamp")));
    }
    "server_install" => |dcim| {
        let started = server(&dcim)
            .install(OsTemplateId::new(20))
            .password(PASSWORD)
            .domain("s101.a.test")
            .script(ScriptId::new(31))
            .ssh_key("ssh-ed25519 AAAA client")
            .timeout(HOUR_AND_HALF)
            .prepare(None)?
            .send()
            .await?;
        assert_eq!(started.operation_id(), Some(OperationId::new(5001)));
        assert_eq!(started.handle().kind(), &OperationKind::Install);
        assert_eq!(started.handle().limit(), Some(HOUR_AND_HALF));
    }
    "server_diag" => |dcim| {
        let diagnostics = server(&dcim).diagnostics(OsTemplateId::new(2)).clear_hdd(ClearHdd::Quick);
        let started = diagnostics.timeout(Duration::from_secs(3600)).prepare(None)?.send().await?;
        assert_eq!(started.operation_id(), Some(OperationId::new(5002)));
        assert_eq!(started.handle().kind(), &OperationKind::Diagnostics);
    }
    "server_recovery" => |dcim| {
        let recovery = server(&dcim).recovery(OsTemplateId::new(3)).password(PASSWORD);
        assert_eq!(recovery.prepare(None)?.send().await?.operation_id(), Some(OperationId::new(5003)));
    }
    "server_suspend" => |dcim| {
        let started = server(&dcim).suspend().prepare(None)?.send().await?;
        assert_eq!(started.operation_id(), Some(OperationId::new(5004)));
    }
    "server_resume" => |dcim| {
        let started = server(&dcim).resume().prepare(None)?.send().await?;
        assert_eq!(started.operation_id(), Some(OperationId::new(5004)));
    }
    "server_operation_get" => |dcim| {
        let operation = server(&dcim).operation(OperationId::new(5001)).get().await?;
        assert_eq!(operation.status, OperationStatus::Run);
        assert_eq!(operation.name, Some(OperationKind::Install));
        assert_eq!(operation.origin, Some(Origin::Api));
        assert_eq!(operation.timeout, Some(90));
        assert_eq!(operation.finished_at, None);
        assert_eq!(operation.percent(), None);
    }
    "server_operation_cancel" => |dcim| {
        server(&dcim).operation(OperationId::new(5001)).cancel().await?;
    }
    "switch_list" => |dcim| {
        let page = dcim.switches().page(0, 100).await?;
        assert_eq!((page.items[0].id, page.items[0].name.as_deref()), (SwitchId::new(7), Some("sw-1")));
    }
    "switch_port_list" => |dcim| {
        let page = dcim.switch(SwitchId::new(7)).ports().page(0, 100).await?;
        assert_eq!(page.items[0].id, PortId::new(7011));
        assert_eq!(page.items[0].server.as_ref().and_then(|server| server.id), Some(ServerId::new(101)));
        assert_eq!(page.items[0].admin_status, PortStatus::Up);
        assert_eq!(page.items[1].server, None);
    }
    "switch_port_set" => |dcim| { dcim.switch_port(SwitchId::new(7), PortId::new(7011)).down().await?; }
    "ipmgr_ip_list" => |dcim| { address(&dcim.ips().page(0, 100).await?); }
    "ip_service_ip_list" => |dcim| { address(&dcim.ips().page(0, 100).await?); }
    "ip_pool_list" => |dcim| {
        let page = dcim.ip_pools().page(0, 100).await?;
        let pool = &page.items[0];
        assert_eq!((pool.id, pool.name.as_deref()), (PoolId::new(41), Some("public-rent")));
        assert_eq!((pool.total_ip, pool.using_ip), (Some(254), Some(10)));
    }
    "server_ip_add" => |dcim| {
        server(&dcim).add_ip().pool(PoolId::new(41)).family(IpFamily::V4).count(1).send().await?;
    }
    "server_ip_delete" => |dcim| { server(&dcim).delete_ip(IpId::new(8801)).await?; }
    "location_list" => |dcim| {
        let page = dcim.locations().page(0, 100).await?;
        assert_eq!(page.items[0].id, LocationId::new(3));
        assert_eq!(page.items[0].ippool_allocation, [PoolId::new(41)]);
        assert_eq!(page.items[0].ippool_deallocation, [PoolId::new(42)]);
    }
    "rack_list" => |dcim| {
        let page = dcim.racks().page(0, 100).await?;
        assert_eq!((page.items[0].id, page.items[0].device_count), (RackId::new(15), Some(8)));
        assert_eq!(page.items[0].location_id, Some(LocationId::new(3)));
    }
}

fn address(page: &Page<IpAddress>) {
    let address = &page.items[0];
    assert_eq!(address.id, IpId::new(8801));
    assert_eq!(address.address(), Some("192.0.2.10"));
    assert_eq!(address.ipnet, Some(NetworkId::new(12)));
    assert_eq!(address.domain.as_deref(), Some("s101.a.test"));
    assert_eq!(address.status, Some(IpStatus::Allocated));
}

/// Every field of the specification's server (dcim6-api.md section 4).
pub fn full_server(server: &Server) {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    assert_eq!(server.id, ServerId::new(101));
    assert_eq!(server.name.as_deref(), Some("srv-101"));
    assert_eq!(server.domain.as_deref(), Some("s101.a.test"));
    assert_eq!(server.notes, None);
    assert_eq!(server.state, Some(ServerState::Active));
    assert_eq!(
        server.configuration.as_deref(),
        Some("i9-9900K-64Gb-2x1024NVMe")
    );
    assert_eq!(server.settings["efi"], true);
    assert_eq!(server.disks().len(), 1);
    assert_eq!(server.disks()[0].serial.as_deref(), Some("D1"));
    assert_eq!(server.disks()[0].size_gb, Some(1024));
    let template = server.os_template.as_ref().unwrap();
    assert_eq!(template.id, OsTemplateId::new(20));
    assert_eq!(template.tags, ["linux"]);
    let operation = server.operation.as_ref().unwrap();
    assert_eq!(operation.id, OperationId::new(5001));
    assert!(operation.status.is_ok() && operation.status.is_final());
    assert_eq!(operation.percent(), Some(100));
    assert_eq!(
        time(operation.finished_at).as_deref(),
        Some("2026-01-10T12:21:00Z")
    );
    assert_eq!(server.running_operation(), None);
    assert_eq!(server.power_status, PowerStatus::On);
    assert_eq!(server.owner_email.as_deref(), Some("client@a.test"));
    assert_eq!(server.owner_id(), Some(UserId::new(12)));
    assert!(server.has_owner());
    assert_eq!(server.is_new, Some(false));
    assert_eq!(server.location_id, Some(LocationId::new(3)));
    let rack = server.rack.as_ref().unwrap();
    assert_eq!(
        (rack.id, rack.name.as_deref()),
        (Some(RackId::new(15)), Some("Rack0001"))
    );
    assert_eq!(server.unit.as_deref(), Some("12"));
    assert_eq!(server.barcode.as_deref(), Some("A-101"));
    assert_eq!(server.mac.as_deref(), Some("02:00:00:00:01:01"));
    assert_eq!(server.is_maintenance, Some(false));
    assert_eq!(server.in_operation, Some(true));
    assert_eq!(server.is_protected, Some(false));
    let diagnostics = server.diagnostics.as_ref().unwrap();
    assert_eq!(diagnostics.status, Some(DiagnosticsStatus::Passed));
    assert_eq!(
        time(diagnostics.finished_at).as_deref(),
        Some("2026-01-09T10:00:00Z")
    );
    assert_eq!(server.problems, Some(Problems::default()));
    let ip = &server.ip[0];
    assert_eq!((ip.id, ip.address()), (IpId::new(8801), Some("192.0.2.10")));
    assert_eq!(ip.family, Some(IpFamily::V4));
    assert_eq!(ip.network.as_deref(), Some("192.0.2.0/24"));
    assert_eq!(ip.ippool, Some(PoolId::new(41)));
    let data: Vec<_> = server.data_ports().map(|port| port.id.get()).collect();
    let bmc: Vec<_> = server.bmc_ports().map(|port| port.id.get()).collect();
    assert_eq!((data, bmc), (vec![7011], vec![7012]));
    let port = &server.switch_connection[0];
    assert_eq!(port.switch, SwitchId::new(7));
    assert_eq!(port.switch_name.as_deref(), Some("sw-1"));
    assert_eq!(port.connection_id, Some(ConnectionId::new(3101)));
    assert_eq!(port.admin_status, PortStatus::Up);
    let pdu = &server.pdu_connection[0];
    assert_eq!(pdu.pdu_id, Some(PduId::new(9)));
    assert_eq!(pdu.port_identity.as_deref(), Some("5"));
    assert_eq!(pdu.power_status, PortStatus::Up);
    assert!(server.extra.is_empty(), "{:?}", server.extra);
}
