//! Users (R32).

use super::lists;
use super::servers::done;
use crate::call::{Call, Reply};
use crate::wire::answer::UserRow;
use crate::wire::request::CreateUser;
use crate::world::command::Command;
use crate::world::refusal::Refusal;

pub(crate) fn list(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    lists::answer(call, |world| {
        let rows = world.users.values().map(|user| UserRow {
            id: user.id,
            email: user.email.clone(),
            full_name: user.full_name.clone(),
            phone_number: user.phone_number.clone(),
            server_count: world.servers_owned_by(user.id),
            roles: format!("[{}]", user.role),
            vlans_per_user: 5,
        });
        rows.collect()
    })
}

pub(crate) fn create(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body: CreateUser = call.body()?;
    done(
        call,
        Command::CreateUser {
            email: body.email,
            full_name: body.full_name,
            password: body.password,
            phone_number: body.phone_number,
            role: body.role,
        },
    )
}

pub(crate) fn delete(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let user = call.id("user_id")?;
    done(call, Command::DeleteUser { user })
}
