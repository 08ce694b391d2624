//! Power calls (R13-R15).

use super::servers::done;
use crate::call::{Call, Reply};
use crate::wire::request;
use crate::world::command::Command;
use crate::world::refusal::Refusal;
use crate::world::server::PowerGoal;

pub(crate) fn on(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    power(call, PowerGoal::On)
}

pub(crate) fn off(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    power(call, PowerGoal::Off)
}

pub(crate) fn reset(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    power(call, PowerGoal::Reset)
}

fn power(call: &mut Call<'_>, goal: PowerGoal) -> Result<Reply, Refusal> {
    let server = call.server_id()?;
    let _: request::Nothing = call.body()?;
    done(call, Command::Power { server, goal })
}
