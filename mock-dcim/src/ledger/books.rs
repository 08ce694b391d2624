//! What the ledger keeps about an item of BILLmanager.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::judge_reports::Truth;
use crate::moment::Moment;
use crate::world::World;

/// The status of a deleted item.
const DELETED: u8 = 4;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) server: Option<u64>,
    /// The server that it was bound to last: a deletion may be reported just after the binding is gone.
    pub(super) last_server: Option<u64>,
    pub(super) status: Option<u8>,
    /// Reported stopped, and neither resume nor close has begun since.
    pub(super) stop: Option<Stop>,
    /// A close has begun.
    pub(super) closing: Option<Closing>,
    pub(super) addresses: BTreeSet<IpAddr>,
    /// Staff have a task about it, and nothing was reported since.
    pub(super) tasked: bool,
    /// Staff accepted less evidence of a clean-up.
    pub(super) wipe_accepted: bool,
    /// The user that it belongs to, by BILLmanager's word.
    pub(super) told_user: Option<u64>,
    /// How many addresses were ordered.
    pub(super) ordered: Option<u32>,
    /// The user that its own call made the owner.
    pub(super) user: Option<u64>,
    /// The truth at its last read, if it has written nothing since.
    pub(super) deciding: Option<Truth>,
    /// Its opening was reported.
    pub(super) handed_over: bool,
    /// Installations by its opening that took effect.
    pub(super) installs: u32,
}

/// A reported stop.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Stop {
    /// Ports that somebody else opened since; the next sync has to close them.
    pub(super) excused: BTreeSet<u64>,
}

/// A close under way: how it was when it began, and what it has cost so far.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Closing {
    pub(super) had_owner: bool,
    pub(super) maintenance: bool,
    pub(super) addresses: BTreeSet<u64>,
    pub(super) was_stopped: bool,
    pub(super) exposed: Duration,
    pub(super) exposed_since: Option<Moment>,
}

impl Item {
    pub(super) fn bind(&mut self, server: Option<u64>) {
        if self.server != server {
            self.stop = None;
        }
        if server.is_some() && self.last_server != server {
            self.closing = None;
            self.last_server = server;
        }
        self.server = server;
    }

    pub(super) fn set_status(&mut self, status: u8) {
        self.status = Some(status);
        if status == DELETED {
            self.stop = None;
            self.addresses.clear();
        }
    }

    /// The server that a report speaks of. A deletion of an item that lost its binding counts if the server had an owner
    /// when the deletion began; otherwise nothing was ever given to anybody there (D2).
    pub(super) fn reported_server(&self, command: &str) -> Option<u64> {
        let owned = self.closing.as_ref().is_some_and(|one| one.had_owner);
        self.server
            .or(self.last_server.filter(|_| command == "close" && owned))
    }

    pub(super) fn is_deleted(&self) -> bool {
        self.status == Some(DELETED)
    }
}

impl Closing {
    pub(super) fn begin(world: &World, server: u64, was_stopped: bool) -> Option<Self> {
        let found = world.server(server)?;
        Some(Self {
            had_owner: found.owner.is_some(),
            maintenance: found.is_maintenance,
            addresses: world
                .addresses_of(server)
                .map(|address| address.id)
                .collect(),
            was_stopped,
            exposed: Duration::ZERO,
            exposed_since: None,
        })
    }
}
