//! Steps and servers in words for a person.

use dcim6_client::{PortStatus, Server};

use crate::lifecycle::record::Record;
use crate::lifecycle::situation::{Owner, owner_of};
use crate::lifecycle::step::{Step, Write};
use crate::panel::{Item, ItemStatus};

/// Say what a service is.
pub fn service(item: &Item) -> String {
    let state = match item.status {
        ItemStatus::Ordered => "ordered",
        ItemStatus::Active => "active",
        ItemStatus::Stopped => "stopped",
        ItemStatus::Deleted => "deleted",
        ItemStatus::Processing => "being processed",
    };
    format!(
        "service {} ({}): {state}, tariff {}",
        item.id, item.name, item.pricelist
    )
}

/// Say what a server is like. Whoever owns it is named by number only.
pub fn server(server: &Server, record: &Record, email: Option<&str>) -> String {
    let owner = match owner_of(server, record.user, email) {
        Owner::None => "no owner".to_owned(),
        Owner::Ours => "owned by this client".to_owned(),
        Owner::Foreign => "owned by somebody else".to_owned(),
    };
    let ports: Vec<_> = server
        .data_ports()
        .map(|port| port.admin_status == PortStatus::Up)
        .collect();
    let up = ports.iter().filter(|up| **up).count();
    let operation = server
        .operation
        .as_ref()
        .map_or("none".to_owned(), |operation| {
            let kind = operation
                .name
                .as_ref()
                .map_or("operation", |name| name.as_str());
            format!("{kind} {} {}", operation.id, operation.status)
        });
    format!(
        "server {}{}: {owner}, power {}, {up} of {} data ports up, {} address{}, last operation {operation}{}{}",
        server.id,
        server
            .name
            .as_ref()
            .map(|name| format!(" ({name})"))
            .unwrap_or_default(),
        server.power_status,
        ports.len(),
        server.ip.len(),
        if server.ip.len() == 1 { "" } else { "es" },
        if server.is_maintenance == Some(true) {
            ", in maintenance"
        } else {
            ""
        },
        if server.is_protected == Some(true) {
            ", protected"
        } else {
            ""
        },
    )
}

/// Say what a step does; none for what only this module notices.
pub fn step(step: &Step, server: &Server) -> Option<String> {
    Some(match step {
        Step::Write(write) => self::write(write, server),
        Step::MakePassword => "make a password and save it crypted".to_owned(),
        Step::FindUser => "look for the client's user".to_owned(),
        Step::FillSlot(slot, address) => format!(
            "put {} into address row {slot} of BILLmanager",
            address.address
        ),
        Step::CommitSlot(slot) => format!("let address row {slot} count"),
        Step::EmptySlot(slot) => format!("take address row {slot} out of BILLmanager"),
        Step::Await | Step::Look => "wait until it has ended".to_owned(),
        Step::Contain(error) => format!("switch off and cut off only, because of {error}"),
        _ => return None,
    })
}

fn write(write: &Write, server: &Server) -> String {
    let minutes = |limit: Option<std::time::Duration>| {
        limit.map_or(String::new(), |limit| {
            format!(", at most {} min", limit.as_secs() / 60)
        })
    };
    match write {
        Write::CreateUser => "create the client's user".to_owned(),
        Write::Owner(None) => "remove the owner".to_owned(),
        Write::Owner(Some(user)) if user.get() == 0 => "make the new user the owner".to_owned(),
        Write::Owner(Some(user)) => format!("make user {user} the owner"),
        Write::Edit(domain) if domain.is_empty() => "take the host name away".to_owned(),
        Write::Edit(domain) => format!("name it {domain}"),
        Write::Port(switch, port, up) => {
            format!(
                "{} port {port} of switch {switch}",
                if *up { "raise" } else { "lower" }
            )
        }
        Write::Power(true) => "power on".to_owned(),
        Write::Power(false) => "power off".to_owned(),
        Write::Reset => "reset".to_owned(),
        Write::AddIps(count) => format!(
            "take {count} address{} from a pool",
            if *count == 1 { "" } else { "es" }
        ),
        Write::DeleteIp(ip) => {
            let address = server
                .ip
                .iter()
                .find(|found| found.id == *ip)
                .and_then(|ip| ip.address());
            format!("remove address {}", address.unwrap_or("(a new one)"))
        }
        Write::Maintenance(true) => "set maintenance".to_owned(),
        Write::Maintenance(false) => "lift maintenance".to_owned(),
        Write::Cancel(operation) => format!("stop operation {operation}"),
        Write::Install(handle, template, ..) => {
            format!("install template {template}{}", minutes(handle.limit()))
        }
        Write::Diagnostics(handle, template, level) => {
            format!(
                "start diagnostics (template {template}) with clear_hdd={level}{}",
                minutes(handle.limit())
            )
        }
    }
}
