//! What BILLmanager does when an mgrctl function is called.

use super::{Event, MemoryPanel, Task, parameters};
use billmgr_module::panel::{Answer, Call, CallError, ItemStatus, ListValue};

/// The calls that finish an operation: function, command, the state they set, if they set one.
const COMPLETIONS: [(&str, &str, Option<ItemStatus>); 11] = [
    ("dedic.open", "open", Some(ItemStatus::Active)),
    ("service.postreopen", "reopen", Some(ItemStatus::Active)),
    ("service.postsuspend", "suspend", Some(ItemStatus::Stopped)),
    ("service.postresume", "resume", Some(ItemStatus::Active)),
    ("service.postclose", "close", Some(ItemStatus::Deleted)),
    ("service.postsetparam", "setparam", None),
    ("service.postprolong", "prolong", None),
    ("service.poststart", "start", None),
    ("service.poststop", "stop", None),
    ("service.postreboot", "reboot", None),
    ("service.posthardreboot", "hardreboot", None),
];

/// Carry out one call.
pub fn call(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    panel.state().calls.push(call.to_string());
    if let Some((_, command, status)) = COMPLETIONS
        .iter()
        .find(|(function, ..)| *function == call.function)
    {
        return complete(panel, call, command, *status);
    }
    match call.function {
        "service.saveparam" => parameters::save(panel, call),
        "service.ip.add" => fill_slot(panel, call),
        "service.ip.add.commit" => known_slot(panel, call),
        "service.ip.del" => empty_slot(panel, call),
        "service.changepricelist.rollback" => roll_back(panel, call),
        // Nothing is ever collected, so there is nothing to keep.
        "service.poststat" => {
            let instance = number(call, "elid")?;
            let state = panel.state();
            let known = state.instances.iter().any(|row| row.id == instance);
            known.then(Answer::default).ok_or_else(|| missed("elid"))
        }
        "processing.setconfig" => {
            let (instance, config) = (number(call, "elid")?, text(call, "config")?);
            accepted(call)?;
            let mut state = panel.state();
            let mut instances = state.instances.iter_mut();
            let row = instances
                .find(|row| row.id == instance)
                .ok_or_else(|| missed("elid"))?;
            row.config = Some(config);
            Ok(Answer::default())
        }
        "itemtype.param.value.sync" => offer(panel, call),
        "itemtype.param.value.processing.suspend" => withdraw(panel, call),
        "service.getnextmodule" => next_module(panel, call),
        "runningoperation.edit" => {
            let (operation, document) = (number(call, "elid")?, text(call, "errorxml")?);
            let mut state = panel.state();
            state
                .operations
                .get_mut(&operation)
                .ok_or_else(|| missed("elid"))?
                .errorxml = Some(document);
            Ok(Answer::default())
        }
        "runningoperation.setmanual" => {
            let operation = number(call, "elid")?;
            panel
                .state()
                .operations
                .get_mut(&operation)
                .ok_or_else(|| missed("elid"))?
                .manual = true;
            Ok(Answer::default())
        }
        "task.gettype" => {
            let kind = format!("post{}", text(call, "operation")?);
            Ok(Answer {
                fields: [("task_type".to_owned(), kind)].into(),
            })
        }
        "task.edit" => create_task(panel, call),
        "task.simple.create" => {
            let text = text(call, "specification")?;
            panel.state().tasks.push(Task {
                item: None,
                operation: None,
                text,
            });
            Ok(Answer::default())
        }
        "problems.register" => {
            let problem = format!(
                "{} {}: {}",
                text(call, "name")?,
                text(call, "param_pm_name")?,
                text(call, "param_errormsg")?
            );
            panel.state().problems.push(problem);
            Ok(Answer::default())
        }
        _ => Err(CallError::Refused {
            kind: "missed".to_owned(),
            object: "func".to_owned(),
        }),
    }
}

fn complete(
    panel: &MemoryPanel,
    call: &Call,
    command: &'static str,
    status: Option<ItemStatus>,
) -> Result<Answer, CallError> {
    let item = number(call, "elid")?;
    accepted(call)?;
    {
        let mut state = panel.state();
        let row = state.items.get_mut(&item).ok_or_else(|| missed("elid"))?;
        row.item.status = match (status, row.item.status) {
            (Some(status), _) => status,
            // Whatever was being processed is done.
            (None, ItemStatus::Processing) => ItemStatus::Active,
            (None, kept) => kept,
        };
        if command == "setparam" {
            row.item.last_pricelist = None;
        }
        state
            .operations
            .retain(|_, row| row.item != item || row.command != command);
    }
    panel.tell(&Event::Report { item, command });
    if let Some(status) = status {
        panel.tell(&Event::Status { item, status });
    }
    Ok(Answer::default())
}

fn fill_slot(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    let (slot, ip) = (number(call, "elid")?, text(call, "ip")?);
    accepted(call)?;
    let item = {
        let mut state = panel.state();
        let rows = state
            .items
            .iter_mut()
            .flat_map(|(item, row)| row.slots.iter_mut().map(move |slot| (*item, slot)));
        let (item, row) = rows
            .into_iter()
            .find(|(_, row)| row.id == slot)
            .ok_or_else(|| missed("elid"))?;
        row.address.clone_from(&ip);
        item
    };
    panel.tell(&Event::Address {
        item,
        ip,
        gone: false,
    });
    Ok(Answer {
        fields: [("ip.id".to_owned(), slot.to_string())].into(),
    })
}

fn known_slot(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    let slot = number(call, "elid")?;
    accepted(call)?;
    let state = panel.state();
    let known = state
        .items
        .values()
        .flat_map(|row| &row.slots)
        .any(|row| row.id == slot && !row.address.is_empty());
    if known {
        Ok(Answer::default())
    } else {
        Err(missed("elid"))
    }
}

/// An address leaves a service, and its place with it.
fn empty_slot(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    let slot = number(call, "elid")?;
    accepted(call)?;
    let mut freed = None;
    for (item, row) in &mut panel.state().items {
        let found = row.slots.iter().position(|row| row.id == slot);
        freed = freed.or(found.map(|at| (*item, row.slots.remove(at).address)));
    }
    let (item, ip) = freed.ok_or_else(|| missed("elid"))?;
    panel.tell(&Event::Address {
        item,
        ip,
        gone: true,
    });
    Ok(Answer::default())
}

fn roll_back(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    let item = number(call, "elid")?;
    accepted(call)?;
    let mut state = panel.state();
    let row = state.items.get_mut(&item).ok_or_else(|| missed("elid"))?;
    let former = row.item.last_pricelist.take();
    row.item.pricelist = former.ok_or_else(|| missed("lastpricelist"))?;
    Ok(Answer::default())
}

fn offer(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    let (instance, param) = (number(call, "module")?, text(call, "param")?);
    let name = text(call, "value")?;
    let mut state = panel.state();
    let id = state.values.len() as u64 + 1;
    let mut values = state.values.iter_mut();
    match values.find(|row| row.0 == instance && row.1 == param && row.2.name == name) {
        Some(row) => row.3 = true,
        None => state
            .values
            .push((instance, param, ListValue { id, name }, true)),
    }
    Ok(Answer::default())
}

fn withdraw(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    let (instance, id) = (number(call, "elid")?, number(call, "plid")?);
    let mut state = panel.state();
    let mut values = state.values.iter_mut();
    let row = values.find(|row| row.0 == instance && row.2.id == id && row.3);
    row.ok_or_else(|| missed("plid"))?.3 = false;
    Ok(Answer::default())
}

/// The instance of the tariff that is asked after the service's own.
fn next_module(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    let item = number(call, "elid")?;
    let mut state = panel.state();
    let row = state.items.get(&item).ok_or_else(|| missed("elid"))?;
    let sellers = state.sellers(row.item.pricelist);
    let ids: Vec<_> = sellers.iter().map(|found| found.id).collect();
    let at = ids.iter().position(|id| Some(*id) == row.item.instance);
    let next = ids.get(at.map_or(0, |at| at + 1)).copied();
    let next = next.ok_or_else(|| missed("processingmodule"))?;
    if let Some(row) = state.items.get_mut(&item) {
        row.item.instance = Some(next);
    }
    Ok(Answer::default())
}

fn create_task(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    let (item, operation) = (number(call, "item")?, number(call, "runningoperation")?);
    let text = text(call, "params")?;
    accepted(call)?;
    if !panel.state().operations.contains_key(&operation) {
        return Err(missed("runningoperation"));
    }
    panel.state().tasks.push(Task {
        item: Some(item),
        operation: Some(operation),
        text,
    });
    panel.tell(&Event::Task { item, operation });
    Ok(Answer::default())
}

fn text(call: &Call, name: &str) -> Result<String, CallError> {
    call.param(name)
        .map(str::to_owned)
        .ok_or_else(|| missed(name))
}

pub(super) fn number(call: &Call, name: &str) -> Result<u64, CallError> {
    call.param(name)
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| missed(name))
}

/// Without `sok` a function only shows its form.
pub(super) fn accepted(call: &Call) -> Result<(), CallError> {
    if call.param("sok") == Some("ok") {
        Ok(())
    } else {
        Err(missed("sok"))
    }
}

pub(super) fn missed(object: &str) -> CallError {
    CallError::Refused {
        kind: "missed".to_owned(),
        object: object.to_owned(),
    }
}
