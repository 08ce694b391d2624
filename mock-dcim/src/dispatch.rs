//! From a request to an answer: path, session, licence, body, handler, journal.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::call::{Call, Reply};
use crate::core::Core;
use crate::decode;
use crate::dialect::Dialect;
use crate::exchange::{Request, Response};
use crate::fault::play::play;
use crate::journal::{self, JournalEntry};
use crate::ledger::judge_calls::Heard;
use crate::redact;
use crate::route::{self, Access, Method, ROUTES, Route};
use crate::vary::vary;
use crate::wire::error;
use crate::world::World;
use crate::world::actor::Actor;
use crate::world::refusal::Refusal;

/// The route of a request and the values of its placeholders.
pub(crate) type Found = (&'static Route, Vec<(String, String)>);

/// Carry out one call of the product API, spoiled by a fault if one is due, and write it down.
pub(crate) fn product(core: &mut Core, request: &Request) -> Response {
    let mut unread = Vec::new();
    let mut fault = None;
    let found = find(&core.config.dialect, request);
    let server = found
        .as_ref()
        .ok()
        .and_then(|(_, arguments)| touched(&core.world, arguments));
    let (response, body) = match &found {
        Err(refusal) => refused(refusal),
        Ok(found) => match core.faults.hit(found.0.name) {
            None => carry_out(core, found, request, &mut unread),
            Some((name, effect)) => {
                fault = Some(name);
                play(core, &effect, found, request, &mut unread)
            }
        },
    };
    let sent = shown_body(core, found.as_ref().ok(), request);
    let entry = JournalEntry {
        seq: core.journal.next_seq(),
        at: core.world.now(),
        name: found.ok().map(|(route, _)| route.name),
        method: request.method.clone(),
        path: redact::path(&request.path),
        query: request.query.clone(),
        status: response.status,
        server,
        request: sent,
        response: journal::kept(&body, response.body.len()),
        unread,
        fault,
        request_id: request.header("x-request-id").map(str::to_owned),
    };
    core.chronicle.call(&entry, &core.world);
    core.watchers.tell("call", &entry);
    core.ledger.scan_exchange(&entry);
    core.journal.push(entry);
    response
}

/// The request as the journal shows it. A secret stays one under the name that a dialect gives it.
fn shown_body(core: &Core, found: Option<&Found>, request: &Request) -> Value {
    let Ok(mut body) = parse_body(&request.body) else {
        return Value::Null;
    };
    if let Some((route, _)) = found {
        for (name, value) in &mut body {
            if redact::is_secret(core.config.dialect.ours(route, name)) {
                *value = Value::from(redact::HIDDEN);
            }
        }
    }
    redact::body(&Value::Object(body))
}

fn refused(refusal: &Refusal) -> (Response, Value) {
    let (status, body) = error::render(refusal);
    (Response::json(status, &body), body)
}

/// Carry out a call, without any fault but stale reads; answers the response and its body.
pub(crate) fn carry_out(
    core: &mut Core,
    (route, arguments): &Found,
    request: &Request,
    unread: &mut Vec<String>,
) -> (Response, Value) {
    let strict = core.strict;
    let dialect = Arc::clone(&core.config.dialect);
    let disguise = if route.method == Method::Get {
        core.disguise()
    } else {
        None
    };
    let outcome = if let Some(mut seen) = disguise {
        let outcome = answer(
            &mut seen, &dialect, route, arguments, request, strict, unread,
        );
        // The session was used all the same.
        core.world.sessions = seen.sessions;
        outcome
    } else {
        answer(
            &mut core.world,
            &dialect,
            route,
            arguments,
            request,
            strict,
            unread,
        )
    };
    match outcome {
        Ok(reply) => {
            let server = touched(&core.world, arguments);
            let heard = Heard {
                name: route.name,
                is_read: route.method == Method::Get,
                server,
                request_id: request.header("x-request-id"),
                owner: server
                    .and_then(|id| core.world.server(id))
                    .and_then(|server| server.owner),
            };
            if !by_customer(&core.world, request) {
                core.ledger.heard(&core.world, &heard);
            }
            for name in ["token", "key"] {
                if let Some(secret) = reply.body.get(name).and_then(Value::as_str) {
                    core.ledger.issued(secret);
                }
            }
            let mut body = reply.body;
            vary(&mut body, core.variation);
            (Response::json(reply.status, &body), body)
        }
        Err(Refusal::Invalid { field, reason }) => {
            let field = dialect.theirs(route, &field).to_owned();
            refused(&Refusal::Invalid { field, reason })
        }
        Err(refusal) => refused(&refusal),
    }
}

/// A customer who acts on his own server is a third party, not a caller for an item.
fn by_customer(world: &World, request: &Request) -> bool {
    let session = request.token().and_then(|token| world.sessions.get(token));
    session
        .and_then(|session| world.user(session.user))
        .is_some_and(|user| !user.is_admin())
}

/// R6: an unknown path or method is 404 before anybody looks at the session.
fn find(dialect: &Dialect, request: &Request) -> Result<Found, Refusal> {
    // HEAD is GET without the body, which the connection leaves out.
    let method = match request.method.as_str() {
        "HEAD" => "GET",
        method => method,
    };
    let path = request.path.strip_prefix('/').unwrap_or(&request.path);
    // The same paths work with and without `/api`.
    let path = path.strip_prefix("api/").unwrap_or(path);
    let segments: Result<Vec<String>, _> = path.split('/').map(decode::segment).collect();
    let segments = segments.map_err(|why| Refusal::invalid("path", why))?;
    ROUTES
        .iter()
        .filter(|route| dialect.method(route) == method)
        .find_map(|route| {
            let values = route::match_path(dialect.path(route), &segments)?;
            Some((route, values))
        })
        .ok_or(Refusal::UnknownFunction)
}

fn parse_body(bytes: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Refusal::invalid("body", "not_an_object")),
        Err(_) => Err(Refusal::invalid("body", "not_json")),
    }
}

/// The server that the path leads to.
pub(crate) fn touched(world: &World, arguments: &[(String, String)]) -> Option<u64> {
    let id = |name: &str| {
        let (_, value) = arguments.iter().find(|(argument, _)| argument == name)?;
        value.parse::<u64>().ok()
    };
    match id("server_id") {
        Some(server) => world.server(server).map(|server| server.id),
        None => world.port(id("port_id")?)?.server,
    }
}

fn answer(
    world: &mut World,
    dialect: &Dialect,
    route: &'static Route,
    arguments: &[(String, String)],
    request: &Request,
    strict: bool,
    unread: &mut Vec<String>,
) -> Result<Reply, Refusal> {
    let user = match route.access {
        Access::Public => None,
        Access::User | Access::Admin => Some(session(world, request)?),
    };
    let is_admin = user
        .and_then(|id| world.user(id))
        .is_some_and(crate::world::people::User::is_admin);
    if route.access == Access::Admin && !is_admin {
        return Err(Refusal::Closed);
    }
    // R36: an expired licence leaves reading and signing in.
    let is_write = route.method != Method::Get && !route.path.starts_with("auth/");
    if world.settings.licence_expired && is_write {
        return Err(Refusal::LicenceExpired);
    }
    if strict && request.header("isp-box-instance").is_none() {
        return Err(Refusal::invalid("isp-box-instance", "required"));
    }
    let body = if route.method == Method::Post {
        dialect.translate(route, parse_body(&request.body)?)
    } else {
        Map::new()
    };
    let read = route::request_fields(route);
    unread.extend(body.keys().filter(|name| !read.contains(*name)).cloned());
    if strict && let Some(field) = unread.first() {
        return Err(Refusal::invalid(field.as_str(), "unknown"));
    }
    let mut call = Call {
        world,
        route,
        actor: Actor::Api {
            user: user.unwrap_or_default(),
            request_id: request.header("x-request-id").map(str::to_owned),
        },
        user,
        is_admin,
        arguments,
        query: &request.query,
        body,
        unread: Vec::new(),
    };
    let reply = (route.handler)(&mut call);
    unread.append(&mut call.unread);
    reply
}

fn session(world: &mut World, request: &Request) -> Result<u64, Refusal> {
    let token = request.token().ok_or(Refusal::SessionExpired)?;
    world.use_session(token).map(|user| user.id)
}
