//! What was done to each server, and by whom.

use serde::{Deserialize, Serialize};

use super::World;
use super::actor::Actor;
use crate::moment::Moment;
use crate::route::Name;

/// One line of a server's history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Its id.
    pub id: u64,
    /// The server.
    pub server: u64,
    /// What was done.
    #[serde(deserialize_with = "crate::route::known")]
    pub name: Name,
    /// When.
    pub at: Moment,
    /// The operation behind it, which knows the state.
    pub operation: Option<u64>,
    /// Who did it.
    pub actor: Actor,
}

impl World {
    pub(crate) fn record(
        &mut self,
        server: u64,
        name: &'static str,
        operation: Option<u64>,
        actor: &Actor,
    ) {
        // Entries can be taken away: their number says nothing.
        let last = self.history.last().map_or(0, |entry| entry.id);
        self.history.push(HistoryEntry {
            id: last + 1,
            server,
            name,
            at: self.now,
            operation,
            actor: actor.clone(),
        });
    }
}
