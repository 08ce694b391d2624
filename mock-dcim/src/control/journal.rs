//! `/_mock/journal`, with a filter: `?name=server_install&server=7&request_id=1204-551-1-3&status=200&seq=17&after=17`.

use serde_json::{Value, json};

use crate::core::Core;
use crate::decode;
use crate::journal::JournalEntry;
use crate::world::refusal::Refusal;

type Test = Box<dyn Fn(&JournalEntry) -> bool>;

pub(super) fn list(core: &Core, query: &str) -> Result<Value, Refusal> {
    let mut tests: Vec<Test> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode::query(value).map_err(|why| Refusal::invalid(name, why))?;
        let number = || {
            let parsed: Result<u64, _> = value.parse();
            parsed.map_err(|_| Refusal::invalid(name, "not_a_number"))
        };
        match name {
            "name" => tests.push(Box::new(move |entry| entry.name == Some(&value))),
            // A prefix finds all calls of an item, of an operation, or of a run.
            "request_id" => tests.push(Box::new(move |entry| {
                entry.request_id.as_ref().is_some_and(|id| {
                    id.strip_prefix(&value)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
                })
            })),
            "server" => {
                let id = number()?;
                tests.push(Box::new(move |entry| entry.server == Some(id)));
            }
            "status" => {
                let status = number()?;
                tests.push(Box::new(move |entry| u64::from(entry.status) == status));
            }
            "seq" => {
                let seq = number()?;
                tests.push(Box::new(move |entry| entry.seq == seq));
            }
            "after" => {
                let seq = number()?;
                tests.push(Box::new(move |entry| entry.seq > seq));
            }
            _ => return Err(Refusal::invalid(name, "unknown")),
        }
    }
    let entries = core.journal.entries();
    let found: Vec<_> = entries
        .filter(|entry| tests.iter().all(|test| test(entry)))
        .collect();
    Ok(json!({"list": found}))
}
