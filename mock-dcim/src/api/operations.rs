//! Long operations: started, looked at, cancelled (R16-R25).

use super::servers::done;
use crate::call::{Call, Reply};
use crate::wire::answer::Started;
use crate::wire::{operation as wire, request};
use crate::world::command::Command;
use crate::world::refusal::Refusal;

pub(crate) fn install(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let body: request::Install = call.body()?;
    if body.password.is_empty() {
        return Err(Refusal::invalid("password", "empty"));
    }
    start(
        call,
        Command::Install {
            server,
            template: body.os_template,
            domain: body.domain,
            script: body.script,
            timeout: body.timeout,
        },
    )
}

pub(crate) fn diagnose(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let body: request::Diagnose = call.body()?;
    start(
        call,
        Command::Diagnose {
            server,
            template: body.os_template,
            clear_hdd: body.clear_hdd,
            timeout: body.timeout,
        },
    )
}

pub(crate) fn recover(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let body: request::Recover = call.body()?;
    start(
        call,
        Command::Recover {
            server,
            template: body.os_template,
            timeout: body.timeout,
        },
    )
}

pub(crate) fn suspend(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let _: request::Nothing = call.body()?;
    start(call, Command::Suspend { server })
}

pub(crate) fn resume(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let _: request::Nothing = call.body()?;
    start(call, Command::Resume { server })
}

fn start(call: &mut Call<'_>, command: Command) -> Result<Reply, Refusal> {
    let answer = call.apply(command)?;
    Ok(Reply::new(Started {
        id: answer.id,
        operation: answer.operation.unwrap_or_default(),
    }))
}

pub(crate) fn get(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let id = call.id("operation_id")?;
    let operation = call
        .world
        .operation(id)
        .filter(|operation| operation.server == server)
        .ok_or(Refusal::not_found("operation", id))?;
    Ok(Reply::new(wire::render_operation(call.world, operation)))
}

pub(crate) fn cancel(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let operation = call.id("operation_id")?;
    let _: request::Nothing = call.body()?;
    done(call, Command::Cancel { server, operation })
}
