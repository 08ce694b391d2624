//! From a request to an answer: path, session, licence, body, handler, journal.

use serde_json::{Map, Value};

use crate::call::{Call, Reply};
use crate::core::Core;
use crate::decode;
use crate::exchange::{Request, Response};
use crate::journal::{self, JournalEntry};
use crate::redact;
use crate::route::{self, Access, Method, ROUTES, Route};
use crate::wire::error;
use crate::world::World;
use crate::world::actor::Actor;
use crate::world::refusal::Refusal;

type Arguments = Vec<(String, String)>;

/// Carry out one call of the product API.
pub(crate) fn product(core: &mut Core, request: &Request) -> Response {
    let found = find(request);
    let (route, arguments) = match &found {
        Ok((route, arguments)) => (Some(*route), arguments.as_slice()),
        Err(_) => (None, &[][..]),
    };
    let body = parse_body(&request.body);
    let server = touched(&core.world, arguments);
    let mut unread = Vec::new();
    let strict = core.strict;
    let outcome = match &found {
        Err(refusal) => Err(refusal.clone()),
        Ok((route, arguments)) => answer(
            &mut core.world,
            route,
            arguments,
            request,
            body.clone(),
            strict,
            &mut unread,
        ),
    };
    let reply = outcome.unwrap_or_else(|refusal| {
        let (status, body) = error::render(&refusal);
        Reply { status, body }
    });
    let response = Response::json(reply.status, &reply.body);
    core.journal.push(JournalEntry {
        seq: 0,
        at: core.world.now(),
        name: route.map(|route| route.name),
        method: request.method.clone(),
        path: redact::path(&request.path),
        query: request.query.clone(),
        status: reply.status,
        server,
        request: body.map_or(Value::Null, |body| redact::body(&Value::Object(body))),
        response: journal::kept(&reply.body, response.body.len()),
        unread,
        fault: None,
        request_id: request.header("x-request-id").map(str::to_owned),
    });
    response
}

/// R6: an unknown path or method is 404 before anybody looks at the session.
fn find(request: &Request) -> Result<(&'static Route, Arguments), Refusal> {
    let method = Method::parse(&request.method).ok_or(Refusal::UnknownFunction)?;
    let path = request.path.strip_prefix('/').unwrap_or(&request.path);
    // The same paths work with and without `/api`.
    let path = path.strip_prefix("api/").unwrap_or(path);
    let segments: Result<Vec<String>, _> = path.split('/').map(decode::segment).collect();
    let segments = segments.map_err(|why| Refusal::invalid("path", why))?;
    ROUTES
        .iter()
        .filter(|route| route.method == method)
        .find_map(|route| route::match_path(route.path, &segments).map(|values| (route, values)))
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
fn touched(world: &World, arguments: &[(String, String)]) -> Option<u64> {
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
    route: &'static Route,
    arguments: &[(String, String)],
    request: &Request,
    body: Result<Map<String, Value>, Refusal>,
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
        body?
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
