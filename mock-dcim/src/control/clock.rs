//! `/_mock/clock`: read and move virtual time.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::parse_span;
use crate::core::Core;
use crate::world::event::Fired;
use crate::world::refusal::Refusal;

/// One of: `{"advance":"30m"}`, `{"advance":"next"}`, `{"rate":600}`, `{"freeze":true}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    advance: Option<Value>,
    rate: Option<u32>,
    freeze: Option<bool>,
}

pub(super) fn read(core: &Core, fired: &[Fired]) -> Value {
    let reading = core.clock.reading();
    json!({"now": reading.now, "rate": reading.rate, "fired": fired})
}

pub(super) fn set(core: &mut Core, change: &Change) -> Result<Value, Refusal> {
    let mut fired = Vec::new();
    match (&change.advance, change.rate, change.freeze) {
        (Some(span), None, None) => fired = advance(core, span)?,
        (None, Some(rate), None) => core.clock.set_rate(rate),
        (None, None, Some(true)) => core.clock.set_rate(0),
        _ => return Err(Refusal::invalid("body", "one of advance, rate, freeze")),
    }
    Ok(read(core, &fired))
}

fn advance(core: &mut Core, span: &Value) -> Result<Vec<Fired>, Refusal> {
    let span = match span {
        Value::String(word) if word == "next" => return Ok(core.advance_to_next()),
        Value::String(text) => parse_span(text),
        Value::Number(seconds) => seconds.as_u64().map(std::time::Duration::from_secs),
        _ => None,
    };
    let span = span.ok_or_else(|| Refusal::invalid("advance", "not_a_span"))?;
    let to = core.clock.now() + span;
    Ok(core.advance_to(to))
}
