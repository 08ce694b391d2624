//! What reads see in place of the truth, for a while (K21, F15).

use serde::{Deserialize, Serialize};

use super::Core;
use crate::world::World;

/// What the next reads see instead of the truth (K21).
#[derive(Debug)]
pub(crate) struct Stale {
    pub(crate) world: World,
    pub(crate) reads: u32,
}

/// An operation that has begun and that the next reads do not see (F15).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unseen {
    pub(crate) server: u64,
    /// The operation that they see in its place.
    pub(crate) before: Option<u64>,
    pub(crate) reads: u32,
}

impl Core {
    /// What a read sees in place of the truth, if it is not the truth.
    pub(crate) fn disguise(&mut self) -> Option<World> {
        if let Some(stale) = self.stale.as_mut().filter(|stale| stale.reads > 0) {
            stale.reads -= 1;
            let mut seen = stale.world.clone();
            // Time and sessions are never stale.
            seen.now = self.world.now;
            seen.sessions.clone_from(&self.world.sessions);
            return Some(seen);
        }
        let unseen = self.unseen.as_mut().filter(|one| one.reads > 0)?;
        unseen.reads -= 1;
        let mut seen = self.world.clone();
        if let Some(server) = seen.servers.get_mut(&unseen.server)
            && let Some(hidden) = std::mem::replace(&mut server.operation, unseen.before)
        {
            seen.operations.remove(&hidden);
        }
        Some(seen)
    }
}
