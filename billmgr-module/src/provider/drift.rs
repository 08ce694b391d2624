//! Where BILLmanager and DCImanager believe different things, seen from both sides.

use std::collections::{BTreeMap, BTreeSet};

use dcim6_client::{PortStatus, PowerStatus, Server, ServerId, field};

use super::doctor::Finding;
use crate::Host;
use crate::command::module::Module;
use crate::error::Error;
use crate::lifecycle::record::{Record, Stage};
use crate::lifecycle::situation::{Owner, owner_of};
use crate::panel::{Item, ItemStatus};
use crate::settings::Settings;

/// How many services are read at a time.
const PAGE: u32 = 500;

/// Compare every service of the instance with its server, and every server of the location with whoever should know of it.
///
/// # Errors
/// What cannot be read.
pub async fn examine(
    host: &Host<'_>,
    module: &Module,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Result<(), Error> {
    let location = module.location;
    let listed = module
        .client
        .servers()
        .filter(field("location_id").eq(location))
        .all()
        .await?;
    let servers: BTreeMap<ServerId, Server> = listed
        .into_iter()
        .map(|server| (server.id, server))
        .collect();
    let (mut after, mut services, before) = (0, 0_usize, findings.len());
    loop {
        let page = host.panel.services(module.instance.id, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = *last;
        for item in page {
            services += 1;
            // What cannot be read of one service says nothing of the next.
            let seen = match host.panel.item(item).await {
                Ok(Some(item)) => of_service(host, module, &servers, &item).await,
                Ok(None) => Ok(Vec::new()),
                Err(error) => Err(error),
            };
            let unread = |error| {
                let text = format!("service {item}: {error}");
                vec![Finding::problem("service", text)]
            };
            findings.extend(seen.unwrap_or_else(unread));
        }
    }
    let bound = of_bindings(host, module, findings).await?;
    of_servers(&servers, &bound, settings, findings);
    if findings.len() == before {
        let text = format!("{services} services and {} servers agree", servers.len());
        findings.push(Finding::ok("drift", text));
    }
    Ok(())
}

async fn of_service(
    host: &Host<'_>,
    module: &Module,
    servers: &BTreeMap<ServerId, Server>,
    item: &Item,
) -> Result<Vec<Finding>, Error> {
    let about = |text: &str| format!("service {}: {text}", item.id);
    let problem = |text: &str| vec![Finding::problem("service", about(text))];
    let record = match Record::read(&host.panel.parameters(item.id).await?.plain) {
        Ok(record) => record,
        Err(error) => return Ok(problem(&error.to_string())),
    };
    let in_use = matches!(item.status, ItemStatus::Active | ItemStatus::Stopped);
    let Some(id) = record.server else {
        return Ok(if in_use {
            problem("in use, and bound to no server")
        } else {
            Vec::new()
        });
    };
    if record
        .panel
        .as_deref()
        .is_some_and(|panel| panel != module.client.panel())
    {
        return Ok(problem(
            "its server stands in another DCImanager than the module's",
        ));
    }
    let Some(server) = servers.get(&id) else {
        return Ok(problem(&format!(
            "server {id} is not in location {}",
            module.location
        )));
    };
    let mut findings = Vec::new();
    if let Some(unproven) = record.wipe.as_ref().and_then(|wipe| wipe.unproven.as_ref()) {
        let text = format!(
            "server {id} is kept from sale: its disks are not proven clean ({})",
            unproven.reason
        );
        findings.push(Finding::problem("service", about(&text)));
    }
    if !in_use || record.stage != Stage::Installed {
        return Ok(findings);
    }
    let email = host.panel.client_email(item.account).await?;
    if owner_of(server, record.user, email.as_deref()) != Owner::Ours {
        findings.extend(problem(&format!(
            "server {id} is not its client's: no command will touch it"
        )));
        return Ok(findings);
    }
    let stopped = item.status == ItemStatus::Stopped;
    let (power, wanted) = (
        &server.power_status,
        if stopped {
            PowerStatus::Off
        } else {
            PowerStatus::On
        },
    );
    if *power != wanted {
        findings.push(Finding::note(
            "drift",
            about(&format!(
                "power of server {id} is {power}; a reconcile makes it {wanted}"
            )),
        ));
    }
    let up = server
        .data_ports()
        .filter(|port| port.admin_status != PortStatus::Down)
        .count();
    if stopped && up > 0 {
        let text = format!(
            "stopped, and {up} data ports of server {id} are not down; a reconcile lowers them"
        );
        findings.push(Finding::problem("drift", about(&text)));
    }
    if !stopped && up == 0 && server.data_ports().next().is_some() {
        findings.push(Finding::problem(
            "drift",
            about(&format!(
                "active, and every data port of server {id} is down"
            )),
        ));
    }
    Ok(findings)
}

/// The servers that services of this DCImanager name; two services on one server are told.
async fn of_bindings(
    host: &Host<'_>,
    module: &Module,
    findings: &mut Vec<Finding>,
) -> Result<BTreeSet<ServerId>, Error> {
    let mut holders: BTreeMap<ServerId, Vec<u64>> = BTreeMap::new();
    // No service has the id 0: all of them are asked for.
    for claim in host.panel.claims(0).await? {
        if claim.is_candidate || !claim.is_in(module.client.panel()) {
            continue;
        }
        if let Ok(server) = claim.server.trim().parse() {
            holders.entry(server).or_default().push(claim.item);
        }
    }
    for (server, items) in holders.iter().filter(|(_, items)| items.len() > 1) {
        let items: Vec<_> = items.iter().map(u64::to_string).collect();
        let text = format!(
            "server {server} is named by services {}",
            items.join(" and ")
        );
        findings.push(Finding::problem("binding", text));
    }
    Ok(holders.into_keys().collect())
}

fn of_servers(
    servers: &BTreeMap<ServerId, Server>,
    bound: &BTreeSet<ServerId>,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) {
    let unknown = servers
        .values()
        .filter(|server| !bound.contains(&server.id));
    for server in unknown {
        let id = server.id;
        if server.has_owner() {
            findings.push(Finding::note(
                "server",
                format!("server {id} has an owner, and no service names it"),
            ));
        } else if server.is_maintenance == Some(true) {
            findings.push(Finding::note(
                "server",
                format!("server {id} is in maintenance, and is not sold"),
            ));
        } else if server.power_status == PowerStatus::On && !settings.sell_powered_on {
            findings.push(Finding::note(
                "server",
                format!("server {id} is free and on: it is not sold (sell_powered_on)"),
            ));
        }
    }
}
