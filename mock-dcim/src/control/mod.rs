//! The control API under `/_mock/`: for tests and for people, never for the product's callers.

mod clock;
mod journal;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::core::Core;
use crate::exchange::{Request, Response};
use crate::fault::FaultRule;
use crate::ledger::facts::Fact;
use crate::page;
use crate::recording::Recording;
use crate::snapshot::Snapshot;
use crate::wire::error;
use crate::world::actor::Person;
use crate::world::lever::Lever;
use crate::world::person::PanelAction;
use crate::world::refusal::Refusal;

pub(crate) fn answer(core: &mut Core, request: &Request) -> Response {
    let path = request.path.trim_start_matches("/_mock").trim_matches('/');
    if request.method != "GET" && page::origin::is_foreign(request, core.is_open) {
        // A page of somebody else's must not act here through the browser of whoever reads it.
        let body = json!({"error": {"code": 3001, "msg": "Foreign origin"}});
        return Response::json(403, &body);
    }
    if let Some(response) = page::answer(core, request, path) {
        return response;
    }
    let outcome = match (request.method.as_str(), path) {
        ("GET", "health") => Ok(json!({"status": "ready", "now": core.world.now()})),
        ("POST", "reset") => {
            core.reset();
            Ok(json!({"now": core.world.now()}))
        }
        ("GET", "clock") => Ok(clock::read(core, &[])),
        ("POST", "clock") => parse(request).and_then(|body| clock::set(core, &body)),
        ("GET", "state") => Ok(core.state()),
        ("GET", "snapshot") => Ok(serde_json::to_value(Snapshot::of(core)).unwrap_or_default()),
        ("GET", "recording") => Ok(serde_json::to_value(Recording::of(core)).unwrap_or_default()),
        ("GET", "journal") => journal::list(core, &request.query),
        ("GET", "ledger" | "violations") => {
            Ok(serde_json::to_value(core.ledger.verdict()).unwrap_or_default())
        }
        ("GET", "faults") => Ok(json!({"list": core.faults.list()})),
        ("POST", "faults") => parse(request).and_then(|rule: FaultRule| {
            let id = core.add_fault(rule)?;
            Ok(json!({"id": id}))
        }),
        ("DELETE", other) => match other.strip_prefix("faults/") {
            Some(id) => remove_fault(core, id),
            None => Err(Refusal::UnknownFunction),
        },
        ("POST", "facts") => parse(request).and_then(|facts| tell(core, facts)),
        ("POST", "variation") => parse(request).map(|how| {
            core.vary(how);
            json!(how)
        }),
        ("POST", "levers") => parse(request).and_then(|lever: Lever| {
            core.pull(lever)?;
            Ok(json!({}))
        }),
        ("POST", other) => match other.strip_prefix("panel/") {
            Some(action) => act(core, action, request),
            None => Err(Refusal::UnknownFunction),
        },
        _ => Err(Refusal::UnknownFunction),
    };
    if request.method != "GET" {
        core.tell_changed();
    }
    match outcome {
        Ok(body) => Response::json(200, &body),
        Err(refusal) => {
            let (status, body) = error::render(&refusal);
            Response::json(status, &body)
        }
    }
}

fn parse<T: DeserializeOwned>(request: &Request) -> Result<T, Refusal> {
    serde_json::from_slice(&request.body)
        .map_err(|error| Refusal::invalid("body", error.to_string()))
}

fn remove_fault(core: &mut Core, id: &str) -> Result<Value, Refusal> {
    let id = id
        .parse()
        .map_err(|_| Refusal::invalid("id", "not_an_id"))?;
    core.remove_fault(id)?;
    Ok(json!({"id": id}))
}

fn tell(core: &mut Core, facts: Value) -> Result<Value, Refusal> {
    let list = match facts {
        Value::Array(list) => list,
        one => vec![one],
    };
    // All are read before the first is told: a mistake tells nothing.
    let facts: Result<Vec<Fact>, _> = list.into_iter().map(serde_json::from_value).collect();
    let facts = facts.map_err(|error| Refusal::invalid("fact", error.to_string()))?;
    let count = facts.len();
    for fact in facts {
        core.fact(fact);
    }
    Ok(json!({"facts": count}))
}

/// `POST /_mock/panel/power` with `{"server":7,"goal":"off"}`; `"by":{"person":"customer","user":2}` says who, else it is staff.
fn act(core: &mut Core, action: &str, request: &Request) -> Result<Value, Refusal> {
    let mut body = if request.body.is_empty() {
        json!({})
    } else {
        parse::<Value>(request)?
    };
    let Some(map) = body.as_object_mut() else {
        return Err(Refusal::invalid("body", "not_an_object"));
    };
    let who = match map.remove("by") {
        None => Person::Staff,
        Some(who) => serde_json::from_value(who)
            .map_err(|error| Refusal::invalid("by", error.to_string()))?,
    };
    map.insert("action".to_owned(), json!(action));
    let action: PanelAction = serde_json::from_value(body)
        .map_err(|error| Refusal::invalid("body", error.to_string()))?;
    let answer = core.act(who, action)?;
    Ok(json!({"id": answer.id, "operation": answer.operation}))
}
