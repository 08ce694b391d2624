//! The tables and the named locks, read as the module reads BILLmanager's database.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{MemoryPanel, State, functions};
use billmgr_module::Error;
use billmgr_module::panel::{
    Answer, Call, CallError, Claim, DataCenter, Instance, IpSlot, Item, ItemStatus, ListValue,
    Lock, Panel, Parameters, RunningOperation, TariffOption,
};

struct MemoryLock {
    state: Arc<Mutex<State>>,
    name: String,
    holder: u64,
}

#[async_trait]
impl Lock for MemoryLock {
    async fn is_held(&self) -> Result<bool, Error> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(state.locks.get(&self.name) == Some(&self.holder))
    }
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.locks.get(&self.name) == Some(&self.holder) {
            state.locks.remove(&self.name);
        }
    }
}

#[async_trait]
impl Panel for MemoryPanel {
    async fn item(&self, item: u64) -> Result<Option<Item>, Error> {
        let state = self.state();
        let Some(row) = state.items.get(&item) else {
            return Ok(None);
        };
        let mut instances = state.instances.iter();
        let instance = instances.find(|found| Some(found.id) == row.item.instance);
        Ok(Some(Item {
            program: instance.map(|found| found.program.clone()),
            ..row.item.clone()
        }))
    }

    async fn parameters(&self, item: u64) -> Result<Parameters, Error> {
        Ok(self
            .state()
            .items
            .get(&item)
            .map(|row| row.parameters.clone())
            .unwrap_or_default())
    }

    async fn client_email(&self, account: u64) -> Result<Option<String>, Error> {
        Ok(self.state().emails.get(&account).cloned())
    }

    async fn options(&self, item: u64, pricelist: u64) -> Result<Vec<TariffOption>, Error> {
        let mut options = self.state().options_of(pricelist);
        options.push(TariffOption {
            name: "ip".to_owned(),
            chosen: None,
            count: self.slots(item).await?.len() as u64,
        });
        options.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(options)
    }

    async fn tariff(&self, pricelist: u64) -> Result<BTreeMap<String, String>, Error> {
        Ok(self
            .state()
            .tariffs
            .get(&pricelist)
            .cloned()
            .unwrap_or_default())
    }

    async fn instance(&self, instance: u64) -> Result<Option<Instance>, Error> {
        Ok(self
            .state()
            .instances
            .iter()
            .find(|found| found.id == instance)
            .cloned())
    }

    async fn data_center(&self, data_center: u64) -> Result<Option<DataCenter>, Error> {
        Ok(self.state().data_centers.get(&data_center).cloned())
    }

    async fn slots(&self, item: u64) -> Result<Vec<IpSlot>, Error> {
        Ok(self
            .state()
            .items
            .get(&item)
            .map(|row| row.slots.clone())
            .unwrap_or_default())
    }

    async fn claims(&self, except_item: u64) -> Result<Vec<Claim>, Error> {
        let state = self.state();
        let rows = state
            .items
            .values()
            .filter(|row| row.item.id != except_item && row.item.status != ItemStatus::Deleted);
        let mut claims = Vec::new();
        for row in rows {
            let url = state
                .instances
                .iter()
                .find(|found| Some(found.id) == row.item.instance)
                .and_then(|found| found.settings.get("url"));
            for name in ["dcim6_server", "dcim6_candidate"] {
                let server = row
                    .parameters
                    .plain
                    .get(name)
                    .filter(|value| !value.is_empty());
                if let Some(server) = server {
                    let panel = row.parameters.plain.get("dcim6_panel");
                    claims.push(Claim {
                        item: row.item.id,
                        server: server.clone(),
                        is_candidate: name == "dcim6_candidate",
                        panel: panel.filter(|panel| !panel.is_empty()).cloned(),
                        url: url.cloned(),
                    });
                }
            }
        }
        Ok(claims)
    }

    async fn claims_on(&self, server: u64, except_item: u64) -> Result<Vec<Claim>, Error> {
        let mut claims = self.claims(except_item).await?;
        claims.retain(|claim| claim.number() == Some(server));
        Ok(claims)
    }

    async fn running_operation(&self, operation: u64) -> Result<Option<RunningOperation>, Error> {
        let state = self.state();
        let tasks = state
            .tasks
            .iter()
            .filter(|task| task.operation == Some(operation))
            .count() as u64;
        Ok(state
            .operations
            .get(&operation)
            .map(|row| RunningOperation {
                item: row.item,
                tries: row.tries,
                tasks,
                is_manual: row.manual,
            }))
    }

    async fn operations(&self, item: u64) -> Result<Vec<u64>, Error> {
        let state = self.state();
        let of_item = state.operations.iter().filter(|(_, row)| row.item == item);
        Ok(of_item.map(|(id, _)| *id).collect())
    }

    async fn pending_operations(&self, item: u64) -> Result<u64, Error> {
        Ok(self
            .state()
            .operations
            .values()
            .filter(|row| row.item == item)
            .count() as u64)
    }

    async fn suitable(&self, pricelist: u64, skip: &[u64]) -> Result<Vec<u64>, Error> {
        let state = self.state();
        let ours = state
            .sellers(pricelist)
            .into_iter()
            .filter(|found| found.program == "pmdcim6");
        Ok(ours
            .map(|found| found.id)
            .filter(|id| !skip.contains(id))
            .collect())
    }

    async fn tariff_count(&self, instance: u64) -> Result<u64, Error> {
        Ok(self.state().tariffs_of(instance))
    }

    async fn list_values(&self, instance: u64, param: &str) -> Result<Vec<ListValue>, Error> {
        let state = self.state();
        // One that is suspended is offered no longer.
        let offered = state
            .values
            .iter()
            .filter(|(owner, of, _, on_sale)| *owner == instance && of == param && *on_sale);
        Ok(offered.map(|(_, _, value, _)| value.clone()).collect())
    }

    async fn services(&self, instance: u64, after: u64, most: u32) -> Result<Vec<u64>, Error> {
        let state = self.state();
        let served = state.items.range(after + 1..).filter(|(_, row)| {
            row.item.instance == Some(instance)
                && !matches!(row.item.status, ItemStatus::Ordered | ItemStatus::Deleted)
        });
        Ok(served.map(|(id, _)| *id).take(most as usize).collect())
    }

    fn does_nothing(&self) -> bool {
        self.state().does_nothing
    }

    async fn try_lock(&self, name: &str) -> Result<Option<Box<dyn Lock>>, Error> {
        let mut state = self.state();
        if state.locks.contains_key(name) {
            return Ok(None);
        }
        state.next_holder += 1;
        let holder = state.next_holder;
        state.locks.insert(name.to_owned(), holder);
        Ok(Some(Box::new(MemoryLock {
            state: self.state.clone(),
            name: name.to_owned(),
            holder,
        })))
    }

    async fn call(&self, call: &Call) -> Result<Answer, CallError> {
        functions::call(self, call)
    }
}
