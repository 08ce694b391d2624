//! What is written about a server: names, owner (R33), maintenance (R35), protection (R34).

use super::World;
use super::actor::Actor;
use super::command::Answer;
use super::occurrence::What;
use super::refusal::Refusal;

impl World {
    pub(crate) fn edit(
        &mut self,
        id: u64,
        name: Option<String>,
        domain: Option<String>,
        notes: Option<String>,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        if name.as_ref().is_some_and(|name| name.trim().is_empty()) {
            return Err(Refusal::invalid("name", "empty"));
        }
        let server = self.find_server_mut(id)?;
        if let Some(name) = name {
            server.name = name;
        }
        if let Some(domain) = domain {
            server.domain = domain;
        }
        if let Some(notes) = notes {
            server.notes = Some(notes);
        }
        self.record(id, "server_edit", None, actor);
        let note = "edited".to_owned();
        self.note(id, actor, What::Other { note });
        Ok(id.into())
    }

    /// Give the server and its addresses a host name.
    pub(crate) fn rename_host(&mut self, id: u64, domain: &str) {
        if let Some(server) = self.servers.get_mut(&id) {
            domain.clone_into(&mut server.domain);
        }
        let addresses: Vec<u64> = self.addresses_of(id).map(|address| address.id).collect();
        for address in addresses {
            if let Some(address) = self.addresses.get_mut(&address) {
                domain.clone_into(&mut address.domain);
            }
        }
    }

    pub(crate) fn set_owner(
        &mut self,
        id: u64,
        owner: Option<u64>,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        if owner.is_some_and(|user| !self.users.contains_key(&user)) {
            return Err(Refusal::invalid("owner", "not_found"));
        }
        // R33: any owner is overwritten, without a comparison.
        let server = self.find_server_mut(id)?;
        let changed = server.owner != owner;
        server.owner = owner;
        self.record(id, "server_owner_set", None, actor);
        if changed {
            self.note(id, actor, What::Owner { owner });
        }
        Ok(id.into())
    }

    pub(crate) fn set_maintenance(
        &mut self,
        id: u64,
        on: bool,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        let server = self.find_server_mut(id)?;
        let changed = server.is_maintenance != on;
        server.is_maintenance = on;
        self.record(id, "server_maintenance_set", None, actor);
        if changed {
            self.note(id, actor, What::Maintenance { on });
        }
        Ok(id.into())
    }

    pub(crate) fn set_protection(
        &mut self,
        id: u64,
        on: bool,
        confirm: Option<u64>,
        actor: &Actor,
    ) -> Result<Answer, Refusal> {
        // R34: who ends a protection types the id of the server.
        if !on && confirm != Some(id) {
            return Err(Refusal::invalid("confirm_id", "mismatch"));
        }
        let server = self.find_server_mut(id)?;
        let changed = server.is_protected != on;
        server.is_protected = on;
        self.record(id, "server_protection_set", None, actor);
        if changed {
            self.note(id, actor, What::Protection { on });
        }
        Ok(id.into())
    }
}
