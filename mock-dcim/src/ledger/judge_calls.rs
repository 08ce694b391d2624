//! S1 and S3: who writes to a server, for whom, and having looked.

use serde::{Deserialize, Serialize};

use super::Ledger;
use crate::world::World;
use crate::world::actor::RequestId;
use crate::world::occurrence::Occurrence;

/// A call that DCImanager accepted.
pub(crate) struct Heard<'a> {
    pub(crate) name: &'static str,
    pub(crate) is_read: bool,
    pub(crate) server: Option<u64>,
    pub(crate) request_id: Option<&'a str>,
    /// The owner of the server after the call.
    pub(crate) owner: Option<u64>,
}

/// What a run of a command has looked at.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Looked {
    /// The owner of each server that it read, as it was then.
    owners: std::collections::BTreeMap<u64, Option<u64>>,
    /// It read a list of servers.
    list: bool,
}

impl Ledger {
    /// A call was accepted. It is judged only once BILLmanager has told of any binding: without them nobody knows.
    pub(crate) fn heard(&mut self, world: &World, call: &Heard<'_>) {
        let id: Option<RequestId> = call.request_id.and_then(|id| id.parse().ok());
        if call.is_read {
            if let Some(id) = id {
                self.looked(world, id, call);
            }
        } else if let Some(server) = call.server
            && self.bindings_told
        {
            self.judges("S1");
            self.judges("S3");
            self.wrote(world, server, id, call);
        }
    }

    fn looked(&mut self, world: &World, id: RequestId, call: &Heard<'_>) {
        let looked = self
            .looks
            .entry((id.item, id.operation, id.run))
            .or_default();
        match call.server.and_then(|server| world.server(server)) {
            Some(server) if call.name == "server_get" => {
                looked.owners.insert(server.id, server.owner);
                self.decide(world, id.item, server.id);
            }
            _ if call.name == "server_list" => {
                looked.list = true;
                if let Some(server) = self.item(id.item).server {
                    self.decide(world, id.item, server);
                }
            }
            _ => {}
        }
    }

    fn wrote(&mut self, world: &World, server: u64, id: Option<RequestId>, call: &Heard<'_>) {
        let at = world.now();
        let name = call.name;
        let Some(id) = id else {
            let wrong = format!("{name} does not say for which item it is");
            self.violated("S3", at, server, &wrong);
            return;
        };
        let item = id.item;
        if !self.items_on(server).contains(&item) {
            let wrong = format!("{name} is for item {item}, which is not bound to this server");
            self.violated("S3", at, server, &wrong);
        }
        let looked = self.looks.entry((item, id.operation, id.run)).or_default();
        let seen = looked.owners.get(&server).copied();
        if seen.is_none() && !looked.list {
            let wrong =
                format!("{name} for item {item} comes from a run that never read the server");
            self.violated("S3", at, server, &wrong);
        }
        let known = self.item(item);
        let ours = known.told_user.or(known.user);
        if let (Some(Some(owner)), Some(ours)) = (seen, ours)
            && owner != ours
        {
            let wrong = format!(
                "{name} for item {item} of user {ours} comes though user {owner} was seen as owner"
            );
            self.violated("S3", at, server, &wrong);
        }
        self.hold(world, server, item, name);
        if name == "server_owner_set"
            && let Some(user) = call.owner
        {
            self.item(item).user = Some(user);
        }
        // What was read before this write decides nothing any more (S5).
        self.item(item).deciding = None;
    }

    /// S1: the owner is none or the user of the item. What staff do is their own affair.
    pub(super) fn judge_owner(&mut self, seen: &Occurrence, user: u64) {
        let (Some(server), false) = (seen.server, seen.actor.is_person()) else {
            return;
        };
        let users = self.items_on(server).into_iter();
        let users: Vec<u64> = users
            .filter_map(|item| self.items.get(&item)?.told_user)
            .collect();
        if !users.is_empty() && !users.contains(&user) {
            let wrong = format!("user {user} becomes the owner, but no item on it is his");
            self.violated("S1", seen.at, server, &wrong);
        }
    }

    /// S1: an item holds a server from its first write to it.
    fn hold(&mut self, world: &World, server: u64, item: u64, name: &str) {
        let holder = self.holders.get(&server).copied();
        if let Some(other) = holder.filter(|other| *other != item)
            && self.items_on(server).contains(&other)
        {
            let wrong = format!("{name} is for item {item} while item {other} holds the server");
            self.violated("S1", world.now(), server, &wrong);
            return;
        }
        self.holders.insert(server, item);
    }
}
