//! `suspend`: the data ports go down, and nothing else changes (vendor page, "Stopping a service"; safety.md P).

use dcim6_client::PortStatus;

use super::record::{Change, PortList, PortNote, Stage};
use super::situation::{Owner, Situation};
use super::step::{Step, Write};
use crate::error::{Error, ErrorKind};

/// Say what to do next to stop a service.
pub fn plan(s: &Situation<'_>) -> Step {
    if let Some(step) = not_in_service(s) {
        return step;
    }
    // P1: a server nobody can cut off is not stopped, and nobody is told that it was.
    if s.data_ports().next().is_none() {
        return Step::Fail(Error::new(
            ErrorKind::NoSwitchPort,
            "server",
            s.server.id.to_string(),
        ));
    }
    // P2: before the first port goes down, and once per suspension.
    if s.record.ports.as_ref().is_none_or(|list| list.restored) {
        let up = s
            .data_ports()
            .filter(|port| port.admin_status != PortStatus::Down)
            .map(PortNote::of)
            .collect();
        return Step::Remember(vec![Change::Ports(PortList {
            up,
            restored: false,
        })]);
    }
    lower_ports(s).unwrap_or(Step::Complete)
}

/// Lower every data port that is not down; never a BMC port (R30, P3).
pub fn lower_ports(s: &Situation<'_>) -> Option<Step> {
    s.ensure_all(
        s.data_ports()
            .filter(|port| port.admin_status != PortStatus::Down)
            .map(|port| Write::Port(port.switch, port.id, false)),
    )
}

/// Only a server that was handed over is stopped and started: one that is still being prepared, or already being deleted, is neither.
pub fn not_in_service(s: &Situation<'_>) -> Option<Step> {
    if s.owner() != Owner::Ours {
        return Some(s.owner_mismatch());
    }
    if s.record.stage == Stage::Installed {
        return None;
    }
    let stage = s.record.stage.as_str();
    let why = format!("\"{stage}\": the server is not in service");
    Some(Step::Fail(
        Error::new(ErrorKind::Value, "dcim6_stage", why).for_staff(),
    ))
}
