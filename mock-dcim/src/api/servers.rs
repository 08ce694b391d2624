//! Servers: lists, one, its history, and what is written about it.

use serde_json::{Value, json};

use super::lists;
use crate::call::{Call, Reply};
use crate::wire::answer::{ConfigurationRow, HistoryRow, Id, List};
use crate::wire::{request, server as wire};
use crate::world::World;
use crate::world::command::Command;
use crate::world::refusal::Refusal;
use crate::world::server::Server;

pub(crate) fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let query = call.list_query()?;
    lists::check_fields(call.route, &query)?;
    let world = &*call.world;
    let mine: Vec<&Server> = world
        .servers()
        .filter(|server| call.is_admin || server.owner == call.user)
        .collect();
    let chosen = lists::choose(&query, mine, |server, name| field(world, server, name));
    let page = lists::page(&query, &chosen);
    Ok(Reply::new(List {
        list: page
            .iter()
            .map(|server| wire::render(world, server))
            .collect(),
        size: chosen.len(),
        last_notify: world.notify,
    }))
}

/// Read one field of a server. The usual ones are read directly: rendering thousands of servers to filter them is slow.
fn field(world: &World, server: &Server, name: &str) -> Value {
    match name {
        "id" => json!(server.id),
        "name" => json!(server.name),
        "location_id" => json!(server.location),
        "configuration" => json!(server.configuration),
        "is_new" => json!(server.is_new),
        "is_maintenance" => json!(server.is_maintenance),
        "in_operation" => json!(server.in_operation),
        "is_protected" => json!(server.is_protected),
        "power_status" => json!(world.power_status(server)),
        "owner_email" => json!(
            server
                .owner
                .and_then(|id| world.user(id))
                .map(|user| &user.email)
        ),
        _ => {
            let row = serde_json::to_value(wire::render(world, server)).unwrap_or_default();
            lists::member(&row, name).cloned().unwrap_or_default()
        }
    }
}

pub(crate) fn configurations(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    lists::answer(call, |world| {
        world
            .free_by_configuration()
            .into_iter()
            .map(|(configuration, free_server_count)| ConfigurationRow {
                configuration: configuration.to_owned(),
                free_server_count,
            })
            .collect()
    })
}

pub(crate) fn get(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let id = call.server_id()?;
    let server = call.world.find_server(id)?;
    Ok(Reply::new(wire::render(call.world, server)))
}

pub(crate) fn history(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let id = call.server_id()?;
    lists::answer(call, |world| {
        let mine = world.history.iter().filter(|entry| entry.server == id);
        mine.map(|entry| HistoryRow {
            id: entry.id,
            name: entry.name.to_owned(),
            date_create: entry.at.wire(),
            state: entry
                .operation
                .and_then(|id| world.operation(id))
                .map_or("ok", |operation| operation.status.word())
                .to_owned(),
            user: match &entry.actor {
                crate::world::actor::Actor::Api { user, .. } => world
                    .user(*user)
                    .map_or_else(|| format!("user {user}"), |user| user.email.clone()),
                other => other.to_string(),
            },
        })
        .collect()
    })
}

pub(crate) fn edit(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let body: request::Edit = call.body()?;
    done(
        call,
        Command::Edit {
            server,
            name: body.name,
            domain: body.domain,
            notes: body.notes,
        },
    )
}

pub(crate) fn set_owner(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let body: request::SetOwner = call.body()?;
    let owner = body.owner;
    done(call, Command::SetOwner { server, owner })
}

pub(crate) fn set_maintenance(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let body: request::SetMaintenance = call.body()?;
    let on = body.enabled;
    done(call, Command::SetMaintenance { server, on })
}

pub(crate) fn set_protection(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let body: request::SetProtection = call.body()?;
    done(
        call,
        Command::SetProtection {
            server,
            on: body.enabled,
            confirm: body.confirm_id,
        },
    )
}

/// Carry out a command whose answer is the id of what it touched.
pub(crate) fn done(call: &mut Call<'_>, command: Command) -> Result<Reply, Refusal> {
    let id = call.apply(command)?.id;
    Ok(Reply::new(Id { id }))
}
