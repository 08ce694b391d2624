//! A violation told: what happened, in which order, and who did it.

use std::collections::VecDeque;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::moment::Moment;
use crate::world::occurrence::{Occurrence, What};
use crate::world::server::System;

/// How many lines a story looks back.
const MEMORY: usize = 24;

/// What happened lately to one server.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Trail(VecDeque<(Moment, String)>);

impl Trail {
    pub(super) fn push(&mut self, at: Moment, line: String) {
        if self.0.len() == MEMORY {
            self.0.pop_front();
        }
        self.0.push_back((at, line));
    }
}

pub(super) fn tell(promise: &str, at: Moment, server: u64, wrong: &str, trail: &Trail) -> String {
    let mut story = format!("{promise} broken at {at} on server {server}: {wrong}");
    for (when, line) in &trail.0 {
        // Writing to a string cannot fail.
        let _ = write!(story, "\n  {when} {line}");
    }
    story
}

pub(crate) fn line(seen: &Occurrence) -> String {
    let what = match &seen.what {
        What::Owner { owner: Some(user) } => format!("user {user} becomes the owner"),
        What::Owner { owner: None } => "the owner is removed".to_owned(),
        What::Power { running: true } => "it goes on".to_owned(),
        What::Power { running: false } => "it goes off".to_owned(),
        What::System { system } => match system {
            System::Off => "nothing runs on it".to_owned(),
            System::Idle => "it finds nothing to boot".to_owned(),
            System::Disk(customer) => format!("the system of {customer} runs"),
            System::Live(operation) => format!("the system of operation {operation} runs"),
        },
        What::Port { port, up, .. } => {
            format!("port {port} goes {}", if *up { "up" } else { "down" })
        }
        What::OperationBegan {
            operation,
            kind,
            clear_hdd,
        } => format!(
            "operation {operation} begins: {}, clear_hdd {clear_hdd:?}",
            kind.name()
        ),
        What::OperationEnded {
            operation,
            kind,
            status,
            cut,
        } => format!(
            "operation {operation} ends: {}, {}{}",
            kind.name(),
            status.word(),
            if *cut { ", cut by its limit" } else { "" }
        ),
        What::Wiped { level, disks } => format!("wiped at level {level:?}: {}", disks.join(", ")),
        What::Credentials { customer } => format!("{customer} gets a password"),
        What::AddressPlaced { address } => format!("address {address} comes to it"),
        What::AddressFreed { address } => format!("address {address} leaves it"),
        What::Maintenance { on } => format!("maintenance is {}", on_off(*on)),
        What::Protection { on } => format!("protection is {}", on_off(*on)),
        What::User { user, exists } => {
            format!("user {user} {}", if *exists { "comes" } else { "goes" })
        }
        What::Other { note } => note.clone(),
    };
    format!("{what} ({})", seen.actor)
}

fn on_off(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
