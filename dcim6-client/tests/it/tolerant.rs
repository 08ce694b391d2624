//! Missing, null, extra and unknown never break decoding; arbitrary JSON never panics (R39, N40–N45, N50, N51).

use dcim6_client::*;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::Example;

fn example() -> Map<String, Value> {
    Example::read("server_get")
        .response
        .as_object()
        .unwrap()
        .clone()
}

fn read(fields: Map<String, Value>) -> Server {
    serde_json::from_value(Value::Object(fields)).unwrap()
}

#[test]
fn only_the_id_is_needed() {
    let server: Server = serde_json::from_value(json!({"id": 101})).unwrap();
    assert_eq!(server.power_status, PowerStatus::Unknown);
    assert!(
        server.ip.is_empty()
            && server.switch_connection.is_empty()
            && server.pdu_connection.is_empty()
    );
    assert!(server.disks().is_empty() && !server.has_owner());
    assert!(serde_json::from_value::<Server>(json!({"name": "x"})).is_err());
}

#[test]
fn every_other_field_may_be_null_or_missing() {
    for name in example().keys().filter(|name| *name != "id") {
        let mut null = example();
        null.insert(name.clone(), Value::Null);
        let mut missing = example();
        missing.remove(name);
        let (null, missing) = (read(null), read(missing));
        assert_eq!(null.id, missing.id, "{name}");
        assert_eq!(
            null.data_ports().count(),
            missing.data_ports().count(),
            "{name}"
        );
    }
}

#[test]
fn what_is_not_known_is_kept_and_written_back() {
    let mut fields = example();
    fields.insert("power_status".into(), json!("Standby"));
    fields.insert("state".into(), json!("hibernating"));
    fields.insert("new_field".into(), json!({"deep": [1, 2]}));
    fields["operation"]["status"] = json!("Queued-3");
    fields["ip"][0]["vlan"] = json!(7);
    let server = read(fields);
    assert_eq!(server.power_status, PowerStatus::Other("Standby".into()));
    assert!(server.running_operation().is_some());
    let written = serde_json::to_value(&server).unwrap();
    assert_eq!(written["power_status"], "Standby");
    assert_eq!(written["state"], "hibernating");
    assert_eq!(written["operation"]["status"], "Queued-3");
    assert_eq!(written["new_field"]["deep"][1], 2);
    assert_eq!(written["ip"][0]["vlan"], 7);
}

#[test]
fn the_same_thing_in_other_clothes() {
    let with = |name: &str, value: Value| {
        let mut fields = example();
        fields.insert(name.into(), value);
        read(fields)
    };
    assert_eq!(
        with("power_status", json!("ON")).power_status,
        PowerStatus::On
    );
    assert_eq!(with("unit", json!(12)).unit.as_deref(), Some("12"));
    assert_eq!(with("id", json!("101")).id, ServerId::new(101));
    let feed = example()["pdu_connection"].clone();
    assert_eq!(
        with("pdu_connection", json!([feed, feed]))
            .pdu_connection
            .len(),
        2
    );
    let by_other_name = json!([{"id": 1, "ip_addr": "192.0.2.1"}]);
    assert_eq!(with("ip", by_other_name).ip[0].address(), Some("192.0.2.1"));
    let disks = json!({"disk": [{"serial": " ", "size_gb": 1024.9}, {"serial": "S2"}, null, "x"]});
    let server = with("hardware_info", disks);
    let disks: Vec<_> = server
        .disks()
        .iter()
        .map(|disk| (disk.serial.clone(), disk.size_gb))
        .collect();
    assert_eq!(disks, [(None, Some(1024)), (Some("S2".into()), None)]);
    for (roles, admin) in [
        (json!("[@user]"), false),
        (json!(["@user"]), false),
        (json!("[@user, @admin]"), true),
        (json!(["@ADMIN"]), true),
        (Value::Null, false),
    ] {
        let user: User = serde_json::from_value(json!({"id": 1, "roles": roles})).unwrap();
        assert_eq!(user.is_admin(), admin, "{roles}");
    }
}

#[test]
fn a_port_listed_twice_is_the_bmcs_if_either_says_so() {
    let port = |bmc: bool| json!({"id": 7, "switch": 1, "is_ipmi_connection": bmc});
    let server: Server = serde_json::from_value(
        json!({"id": 1, "switch_connection": [port(false), port(true), {"id": 8, "switch": 1}]}),
    )
    .unwrap();
    let data: Vec<_> = server.data_ports().map(|port| port.id.get()).collect();
    assert_eq!(data, [8]);
}

#[test]
fn ids_are_whole_numbers() {
    for (value, wanted) in [
        (json!(7), Some(7)),
        (json!("7"), Some(7)),
        (json!(u64::MAX), Some(u64::MAX)),
        (json!(-1), None),
        (json!(1.0), None),
        (json!("+7"), None),
        (json!("0x7"), None),
        (json!(""), None),
        (json!("99999999999999999999"), None),
        (json!(null), None),
        (json!({}), None),
    ] {
        let id = serde_json::from_value::<ServerId>(value.clone())
            .ok()
            .map(ServerId::get);
        assert_eq!(id, wanted, "{value}");
    }
    assert_eq!("12".parse::<ServerId>(), Ok(ServerId::new(12)));
    assert!("-12".parse::<ServerId>().is_err());
    assert!("".parse::<ServerId>().is_err());
}

fn json_values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A word is either one that is known, or written back as it came.
macro_rules! kept {
    ($word:ident: $($name:ident)*) => {$(
        let read: $name = serde_json::from_value(json!($word)).unwrap();
        if let $name::Other(kept) = &read {
            prop_assert_eq!(kept, &$word);
        } else {
            prop_assert!($name::KNOWN.contains(&read.as_str()));
        }
        prop_assert_eq!(serde_json::from_value::<$name>(serde_json::to_value(&read).unwrap()).unwrap(), read);
    )*};
}

/// Reading is what must not panic; what was read can be written and read again as the same.
macro_rules! read_or_refused {
    ($value:ident: $($model:ident)*) => {$(
        if let Ok(read) = serde_json::from_value::<$model>($value.clone()) {
            let written = serde_json::to_value(&read).unwrap();
            prop_assert_eq!(serde_json::from_value::<$model>(written).unwrap(), read);
        }
    )*};
}

proptest! {
    #[test]
    fn arbitrary_json_never_panics(value in json_values()) {
        read_or_refused!(value: Configuration HistoryEntry IpAddress IpPool Location Operation OperationHandle OsTemplate Port Rack Script
            Server ServerIp Switch SwitchConnection User Whoami PduConnection Owner RackRef Diagnostics Problems OsTemplateRef PortServer);
    }

    #[test]
    fn an_object_with_arbitrary_fields_never_panics(fields in json_values(), id in any::<u64>()) {
        let mut value = if fields.is_object() { fields } else { json!({"name": fields, "list": fields}) };
        value["id"] = json!(id);
        read_or_refused!(value: Configuration HistoryEntry IpAddress IpPool Location Operation OsTemplate Port Rack Script
            Server Switch User Whoami);
        let kept: Switch = serde_json::from_value(json!({"id": id, "brand_new": value})).unwrap();
        prop_assert_eq!(kept.id, SwitchId::new(id));
        prop_assert_eq!(&kept.extra["brand_new"], &value);
    }

    #[test]
    fn a_server_with_one_arbitrary_field_is_read_or_refused(place in 0_usize..64, value in json_values()) {
        let mut fields = example();
        let name = fields.keys().nth(place % fields.len()).cloned().unwrap();
        fields.insert(name, value);
        if let Ok(server) = serde_json::from_value::<Server>(Value::Object(fields)) {
            let _ = (server.disks(), server.data_ports().count(), server.has_owner());
            let _ = server.operation.as_ref().and_then(Operation::percent);
            let again: Server = serde_json::from_value(serde_json::to_value(&server).unwrap()).unwrap();
            prop_assert_eq!(again.switch_connection.len(), server.switch_connection.len());
        }
    }

    #[test]
    fn every_open_enum_keeps_any_word(word in ".{0,24}") {
        kept!(word: Access DiagnosticsStatus IpFamily IpStatus OperationKind OperationStatus Origin PortStatus PowerStatus ServerState
            TemplateKind);
    }

    #[test]
    fn a_status_that_is_not_known_runs(word in ".{0,24}") {
        let status: OperationStatus = serde_json::from_value(json!(word.clone())).unwrap();
        if let OperationStatus::Other(kept) = &status {
            prop_assert_eq!(kept, &word);
            prop_assert_eq!(serde_json::to_value(&status).unwrap(), json!(word));
        } else {
            prop_assert!(status.is_final() || status == OperationStatus::Run);
        }
    }
}
