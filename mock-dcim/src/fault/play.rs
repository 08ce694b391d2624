//! How each fault kind is played: with or without the effect, and with which answer.

use std::time::Duration;

use serde_json::{Value, json};

use super::effect::{AuthFault, Effect};
use super::spoil;
use crate::core::{Core, Stale, Unseen};
use crate::dispatch::{self, Found};
use crate::exchange::{Cut, Request, Response};
use crate::wire::error;
use crate::world::World;
use crate::world::refusal::Refusal;

/// Play an effect on an exchange whose operation is known.
pub(crate) fn play(
    core: &mut Core,
    effect: &Effect,
    found: &Found,
    request: &Request,
    unread: &mut Vec<String>,
) -> (Response, Value) {
    match effect {
        Effect::Asleep => asleep(),
        Effect::TooMany { retry_after } => too_many(retry_after.as_deref()),
        Effect::Auth { kind } => auth(core, *kind),
        Effect::Conflict { reason } => error(409, 9409, reason),
        Effect::OkError => error(200, 9400, "Failed"),
        Effect::Redirect { status, to } => {
            let mut response = Response::json(*status, &json!({}));
            response.headers.push(("location".to_owned(), to.clone()));
            (response, Value::Null)
        }
        Effect::ResetNoEffect => cut(Response::json(200, &json!({})), Cut::Reset),
        Effect::NoEffect => {
            // The call is carried out in a copy of the world, which is then forgotten.
            let kept = core.world.clone();
            let answer = dispatch::carry_out(core, found, request, unread);
            core.world = kept;
            answer
        }
        after => {
            let before = matches!(after, Effect::Stale { .. }).then(|| core.world.clone());
            let last = last_operation(&core.world, found);
            let (response, body) = dispatch::carry_out(core, found, request, unread);
            if let (Effect::Stale { reads }, Some(world)) = (after, before) {
                core.stale = Some(Stale {
                    world,
                    reads: *reads,
                });
            }
            if let Effect::Unseen { reads } = after
                && let Some((server, before)) = last
                && last_operation(&core.world, found) != last
            {
                core.unseen = Some(Unseen {
                    server,
                    before,
                    reads: *reads,
                });
            }
            if let Effect::Duplicate { ms } = after {
                core.send_again(Duration::from_millis(*ms), request.clone());
            }
            spoiled(after, response, body)
        }
    }
}

/// The server of a call and its last operation.
fn last_operation(world: &World, found: &Found) -> Option<(u64, Option<u64>)> {
    let server = dispatch::touched(world, &found.1)?;
    Some((server, world.server(server)?.operation))
}

/// Spoil the answer of a call that has had its effect.
fn spoiled(effect: &Effect, response: Response, mut body: Value) -> (Response, Value) {
    match effect {
        Effect::ResetAfter => cut(response, Cut::Reset),
        Effect::TimeoutAfter { ms } => cut(response, Cut::Silence(Duration::from_millis(*ms))),
        Effect::Drip { ms } => cut(response, Cut::Drip(Duration::from_millis(*ms))),
        Effect::Truncated { at } => {
            let half = response.body.len() / 2;
            let at = at.map_or(half, |at| usize::try_from(at).unwrap_or(usize::MAX));
            let at = at.min(response.body.len().saturating_sub(1));
            cut(response, Cut::Truncate(at))
        }
        Effect::BadJson { body } => {
            let mut response = response;
            response.status = 200;
            response.body = body.clone().into_bytes();
            (response, Value::from(body.as_str()))
        }
        Effect::WrongType { field, null } => {
            spoil::wrong_type(&mut body, field.as_deref(), *null);
            (Response::json(response.status, &body), body)
        }
        Effect::UnknownEnum { field } => {
            spoil::unknown_enum(&mut body, field.as_deref());
            (Response::json(response.status, &body), body)
        }
        Effect::AsleepAfter => asleep(),
        Effect::ErrorAfter { status } => error(*status, 9500, "Internal error"),
        Effect::Oversized { bytes } => {
            let mut response = response;
            spoil::oversized(&mut response, *bytes);
            (response, body)
        }
        _ => (response, body),
    }
}

/// R4: a sleeping service does not speak JSON.
fn asleep() -> (Response, Value) {
    let text = "503 Service Temporarily Unavailable";
    let mut response = Response::json(503, &Value::Null);
    response.headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
    response.body = text.into();
    (response, Value::from(text))
}

fn too_many(retry_after: Option<&str>) -> (Response, Value) {
    let (mut response, body) = error(429, 9429, "Too many requests");
    if let Some(value) = retry_after {
        let header = ("retry-after".to_owned(), value.to_owned());
        response.headers.push(header);
    }
    (response, body)
}

fn auth(core: &mut Core, kind: AuthFault) -> (Response, Value) {
    let refusal = match kind {
        AuthFault::Unauthorized => Refusal::WrongCredentials,
        AuthFault::Forbidden => Refusal::Closed,
        AuthFault::Code1000 => Refusal::SessionExpired,
        AuthFault::Dead => {
            core.world.sessions.clear();
            Refusal::SessionExpired
        }
    };
    let (status, body) = error::render(&refusal);
    (Response::json(status, &body), body)
}

fn error(status: u16, code: u32, message: &str) -> (Response, Value) {
    let body = json!({"error": {"code": code, "msg": message}});
    (Response::json(status, &body), body)
}

fn cut(mut response: Response, cut: Cut) -> (Response, Value) {
    let body = response.to_json();
    response.cut = Some(cut);
    (response, body)
}
