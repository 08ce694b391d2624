//! What happened, in words.

use std::fmt::Display;

use serde_json::Value;

use crate::ledger::facts::Fact;

/// What BILLmanager knows now, as a story of the ledger says it.
pub(super) fn fact_in_words(fact: &Fact) -> String {
    match fact {
        Fact::Binding {
            item,
            server: Some(_),
        } => format!("item {item} is bound to it"),
        Fact::Binding { item, server: None } => format!("item {item} is bound no more"),
        Fact::Begin { item, command, .. } => format!("BILLmanager begins {command} of item {item}"),
        Fact::Report { item, command } => format!("BILLmanager accepts {command} of item {item}"),
        Fact::Task { item, .. } => format!("staff got a task about item {item}"),
        Fact::Status { item, status } => format!("item {item} is {}", status_word(*status)),
        Fact::Address { item, ip, gone } => {
            let verb = if *gone { "leaves" } else { "stands in" };
            format!("{ip} {verb} item {item}")
        }
        Fact::AcceptWipe { item } => format!("staff accept less evidence for item {item}"),
        Fact::User { item, user } => format!("item {item} belongs to user {user}"),
        Fact::Ordered { item, addresses } => {
            format!("item {item} was ordered with {addresses} addresses")
        }
        Fact::End { item, run, .. } => format!("run {run} of item {item} ends"),
        Fact::Deadline { operation, minutes } => {
            format!("a run of operation {operation} may take {minutes} minutes")
        }
        Fact::FaultsStopped => "nobody spoils anything any more".to_owned(),
        Fact::Secret { name, .. } => format!("{name} is a secret"),
        Fact::Output { place, .. } => format!("something came out in {place}"),
        Fact::Rest => "BILLmanager is at rest".to_owned(),
        Fact::WipeLevel { level } => format!("the level promised is {level:?}").to_lowercase(),
    }
}

fn status_word(status: u8) -> impl Display {
    match status {
        1 => "ordered",
        2 => "active",
        3 => "stopped",
        4 => "deleted",
        5 => "in progress",
        _ => "in a state of its own",
    }
}

/// `power, goal off` from `{"action":"power","goal":"off","server":7}`.
pub(super) fn in_words(value: &Value, tag: &str) -> String {
    let mut text = value[tag].as_str().unwrap_or_default().replace('_', " ");
    for (name, value) in value.as_object().into_iter().flatten() {
        if name == tag || name == "server" || value.is_null() {
            continue;
        }
        let shown = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text = format!("{text}, {} {shown}", name.replace('_', " "));
    }
    text
}
