//! What a server is plugged into: switch ports and the PDU.

use schemars::JsonSchema;
use serde::Serialize;

use crate::world::World;
use crate::world::place::Port;
use crate::world::server::{Pdu, PduStatus};

#[derive(Serialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "the wire calls them so")]
pub(super) struct Connection {
    id: u64,
    switch: u64,
    switch_name: String,
    connection_id: u64,
    description: String,
    admin_status: &'static str,
    oper_status: &'static str,
    do_not_collect_traffic: bool,
    is_ipmi_connection: bool,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct PduConnection {
    port_id: u64,
    port_identity: String,
    pdu_id: u64,
    pdu_name: String,
    connection_id: u64,
    power_status: &'static str,
}

pub(super) fn render_connection(world: &World, port: &Port) -> Connection {
    Connection {
        id: port.id,
        switch: port.switch,
        switch_name: world
            .switches
            .get(&port.switch)
            .map(|switch| switch.name.clone())
            .unwrap_or_default(),
        connection_id: port.connection_id,
        description: port.description.clone(),
        admin_status: up_down(port.admin_up),
        oper_status: up_down(port.oper_up),
        do_not_collect_traffic: port.do_not_collect_traffic,
        is_ipmi_connection: port.is_ipmi,
    }
}

pub(crate) fn up_down(up: bool) -> &'static str {
    if up { "up" } else { "down" }
}

pub(super) fn render_pdu(pdu: &Pdu) -> PduConnection {
    PduConnection {
        port_id: pdu.port_id,
        port_identity: pdu.port_identity.clone(),
        pdu_id: pdu.pdu_id,
        pdu_name: pdu.pdu_name.clone(),
        connection_id: pdu.connection_id,
        power_status: match pdu.reported {
            PduStatus::Up => "up",
            PduStatus::Down => "down",
            PduStatus::Unknown => "unknown",
        },
    }
}
