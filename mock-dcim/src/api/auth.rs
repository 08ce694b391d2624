//! Signing in and out (R1-R3).

use crate::call::{Call, Reply};
use crate::wire::answer::{Empty, KeyMade, LoggedIn, WhoAmI};
use crate::wire::request;
use crate::world::refusal::Refusal;

pub(crate) fn login(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body: request::Login = call.body()?;
    let (user, token) = call.world.log_in(&body.email, &body.password)?;
    Ok(logged_in(user, token))
}

pub(crate) fn login_by_key(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let body: request::LoginByKey = call.body()?;
    let (user, token) = call.world.log_in_by_key(&body.key)?;
    Ok(logged_in(user, token))
}

/// Login answers 201; everything else that succeeds answers 200.
fn logged_in(user: u64, token: String) -> Reply {
    Reply::with_status(
        201,
        LoggedIn {
            id: user.to_string(),
            token,
            confirmed: true,
        },
    )
}

pub(crate) fn make_key(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let _: request::Nothing = call.body()?;
    let text = call.text("user")?.to_owned();
    let user = if text.contains('@') {
        call.world
            .user_by_email(&text)
            .map(|user| user.id)
            .ok_or(Refusal::not_found("user", 0))?
    } else {
        call.id("user")?
    };
    let key = call.world.make_key(user)?;
    Ok(Reply::new(KeyMade {
        id: user.to_string(),
        key,
    }))
}

pub(crate) fn logout(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let token = call.text("token")?.to_owned();
    call.world.log_out(&token);
    Ok(Reply::new(Empty {}))
}

pub(crate) fn whoami(call: &mut Call<'_>) -> Result<Reply, Refusal> {
    let user = call
        .user
        .and_then(|id| call.world.user(id))
        .ok_or(Refusal::SessionExpired)?;
    Ok(Reply::new(WhoAmI {
        id: user.id.to_string(),
        email: user.email.clone(),
        roles: vec![user.role.clone()],
        state: "active".to_owned(),
    }))
}
