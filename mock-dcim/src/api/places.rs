//! Locations, racks, switches and their ports, templates, scripts.

use super::lists;
use super::servers::done;
use crate::call::{Call, Reply};
use crate::wire::answer::{LocationRow, PortRow, RackRow, ScriptRow, SwitchRow, TemplateRow};
use crate::wire::connection::up_down;
use crate::wire::request::{AdminStatus, SetPort};
use crate::wire::server::Named;
use crate::world::command::Command;
use crate::world::refusal::Refusal;
use crate::world::template::Access;

pub(crate) fn locations(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    lists::answer(call, |world| {
        let rows = world.locations.values().map(|location| LocationRow {
            id: location.id,
            name: location.name.clone(),
            ippool_allocation: location.ippool_allocation.clone(),
            ippool_deallocation: location.ippool_deallocation.clone(),
        });
        rows.collect()
    })
}

pub(crate) fn racks(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    lists::answer(call, |world| {
        let rows = world.racks.values().map(|rack| RackRow {
            id: rack.id,
            name: rack.name.clone(),
            device_count: world
                .servers()
                .filter(|server| server.rack == Some(rack.id))
                .count(),
            location_id: rack.location,
            ippool_allocation: rack.ippool_allocation.clone(),
            ippool_deallocation: rack.ippool_deallocation.clone(),
        });
        rows.collect()
    })
}

pub(crate) fn switches(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    lists::answer(call, |world| {
        let rows = world.switches.values().map(|switch| SwitchRow {
            id: switch.id,
            name: switch.name.clone(),
        });
        rows.collect()
    })
}

pub(crate) fn ports(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let switch = call.id("switch_id")?;
    if !call.world.switches.contains_key(&switch) {
        return Err(Refusal::not_found("switch", switch));
    }
    lists::answer(call, |world| {
        let ports = world.ports.values().filter(|port| port.switch == switch);
        let rows = ports.map(|port| PortRow {
            id: port.id,
            description: port.description.clone(),
            server: port
                .server
                .and_then(|id| world.server(id))
                .map(|server| Named {
                    id: server.id,
                    name: server.name.clone(),
                }),
            admin_status: up_down(port.admin_up),
            oper_status: up_down(port.oper_up),
        });
        rows.collect()
    })
}

pub(crate) fn set_port(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let switch = call.id("switch_id")?;
    let port = call.id("port_id")?;
    let body: SetPort = call.body()?;
    let up = body.admin_status == AdminStatus::Up;
    done(call, Command::SetPort { switch, port, up })
}

pub(crate) fn templates(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let is_admin = call.is_admin;
    lists::answer(call, |world| {
        let templates = world.templates.values();
        let visible = templates.filter(|one| is_admin || one.access == Access::All);
        let rows = visible.map(|template| TemplateRow {
            id: template.id,
            name: template.name.clone(),
            tags: template.tags.clone(),
            kind: template.kind,
            access: template.access,
            efi: template.efi,
        });
        rows.collect()
    })
}

pub(crate) fn scripts(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let is_admin = call.is_admin;
    lists::answer(call, |world| {
        let scripts = world.scripts.values();
        let visible = scripts.filter(|one| is_admin || one.access == Access::All);
        let rows = visible.map(|script| ScriptRow {
            id: script.id,
            name: script.name.clone(),
            access: script.access,
        });
        rows.collect()
    })
}
