//! `resume`: exactly the ports that the stop closed open again, and the server is on (safety.md P4).

use dcim6_client::{PortStatus, SwitchConnection};

use super::record::{Change, PortList, PortNote};
use super::situation::{POWER_LAG, Situation};
use super::step::{Step, Write};
use super::stop::not_in_service;
use crate::error::{Error, ErrorKind};

/// Say what to do next to start a stopped service.
pub fn plan(s: &Situation<'_>) -> Step {
    if let Some(step) = not_in_service(s) {
        return step;
    }
    let list = match &s.record.ports {
        Some(list) if !list.up.is_empty() => list,
        // Other software stopped it, or stopped it when nothing was up: all data ports, on the record.
        _ => {
            let up: Vec<_> = s.data_ports().map(PortNote::of).collect();
            if up.is_empty() {
                return no_port_left(s);
            }
            return Step::Remember(vec![Change::Ports(PortList {
                up,
                restored: false,
            })]);
        }
    };
    let ports: Vec<&SwitchConnection> = s
        .data_ports()
        .filter(|port| list.up.contains(&PortNote::of(port)))
        .collect();
    if ports.is_empty() {
        return no_port_left(s);
    }
    let down = ports
        .into_iter()
        .filter(|port| port.admin_status != PortStatus::Up);
    if let Some(step) = s.ensure_all(down.map(|port| Write::Port(port.switch, port.id, true))) {
        return step;
    }
    if s.is_off() {
        return s.switch_power(true);
    }
    if !s.is_on() {
        let why = || {
            Error::new(
                ErrorKind::Timeout,
                "server_power_on",
                format!("the power state of server {} is unknown", s.server.id),
            )
        };
        return s.wait_for("power", POWER_LAG, why);
    }
    if !list.restored {
        return Step::Remember(vec![Change::Ports(PortList {
            restored: true,
            ..list.clone()
        })]);
    }
    Step::Complete
}

fn no_port_left(s: &Situation<'_>) -> Step {
    Step::Fail(Error::new(
        ErrorKind::NoSwitchPort,
        "server",
        s.server.id.to_string(),
    ))
}
