//! A BILLmanager in memory, for tests and examples: its tables, its functions, its named locks (`billmanager-protocol.md` 11).
//!
//! It believes what it is told, as BILLmanager does, and tells an observer every change, so that a judge elsewhere learns what
//! BILLmanager knows.

mod builder;
mod event;
mod functions;
mod parameters;
mod sale;
mod tables;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use builder::MemoryPanelBuilder;
pub use event::{Event, Operation, Task};
use sale::Sale;

use billmgr_module::panel::{
    DataCenter, Instance, IpSlot, Item, ItemStatus, ListValue, Parameters,
};

/// Where a reader can tell them from servers and ports.
const FIRST_SLOT: u64 = 88;

#[derive(Debug, Clone)]
struct Row {
    item: Item,
    parameters: Parameters,
    slots: Vec<IpSlot>,
}

#[derive(Default)]
struct State {
    items: BTreeMap<u64, Row>,
    emails: BTreeMap<u64, String>,
    tariffs: BTreeMap<u64, BTreeMap<String, String>>,
    instances: Vec<Instance>,
    data_centers: BTreeMap<u64, DataCenter>,
    operations: BTreeMap<u64, Operation>,
    next_operation: u64,
    tasks: Vec<Task>,
    problems: Vec<String>,
    /// The holder of each lock, by a number no two holders share.
    locks: BTreeMap<String, u64>,
    next_holder: u64,
    calls: Vec<String>,
    /// The values that orders may choose from: instance, parameter, value, whether it is on sale.
    values: Vec<(u64, String, ListValue, bool)>,
    does_nothing: bool,
    /// Whether parameters are kept in the older form only.
    is_older: bool,
    sale: Sale,
}

type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// The in-process BILLmanager. Clones are the same one.
#[derive(Clone, Default)]
pub struct MemoryPanel {
    state: Arc<Mutex<State>>,
    observer: Arc<Mutex<Option<Observer>>>,
}

impl State {
    /// Slots keep their ids for good, also where one before them is gone.
    fn next_slot(&self) -> u64 {
        let taken = self
            .items
            .values()
            .flat_map(|row| &row.slots)
            .map(|slot| slot.id);
        taken.max().map_or(FIRST_SLOT, |last| last + 1)
    }
}

impl MemoryPanel {
    /// Describe a BILLmanager: data centers, instances, tariffs and orders.
    pub fn builder() -> MemoryPanelBuilder {
        MemoryPanelBuilder::default()
    }

    /// Tell `observer` every change from now on.
    pub fn observe(&self, observer: impl Fn(&Event) + Send + Sync + 'static) {
        *self.observer.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(observer));
    }

    /// Let the client pay: the service is processed, and `open` waits to be run. Answers the operation; 0 if there is no such service.
    pub fn pay(&self, item: u64) -> u64 {
        self.set_status(item, ItemStatus::Processing);
        self.begin(item, "open")
    }

    /// Start an operation for a service. Answers its id; 0 if there is no such service.
    pub fn begin(&self, item: u64, command: &'static str) -> u64 {
        let operation = {
            let mut state = self.state();
            if !state.items.contains_key(&item) {
                return 0;
            }
            state.next_operation += 1;
            let operation = state.next_operation;
            state.operations.insert(
                operation,
                Operation {
                    item,
                    command,
                    tries: 1,
                    manual: false,
                    errorxml: None,
                },
            );
            operation
        };
        self.tell(&Event::Begin {
            item,
            operation,
            run: 1,
            command,
        });
        operation
    }

    /// Try a waiting operation again, as BILLmanager does by itself, and as staff do with a manual one. `false` once it is finished.
    pub fn retry(&self, operation: u64) -> bool {
        let event = {
            let mut state = self.state();
            let Some(row) = state.operations.get_mut(&operation) else {
                return false;
            };
            row.tries += 1;
            Event::Begin {
                item: row.item,
                operation,
                run: row.tries,
                command: row.command,
            }
        };
        self.tell(&event);
        true
    }

    /// End an operation whose command has no completing call, as `addip` and `delip` have none: that their success ends it is BILLmanager's
    /// own (assumed).
    pub fn finish(&self, operation: u64) {
        self.state().operations.remove(&operation);
    }

    /// Read an operation that is not finished.
    pub fn operation(&self, operation: u64) -> Option<Operation> {
        self.state().operations.get(&operation).cloned()
    }

    /// Read the state of a service.
    pub fn status(&self, item: u64) -> Option<ItemStatus> {
        self.state().items.get(&item).map(|row| row.item.status)
    }

    /// Read a plain parameter of a service; an empty one is none.
    pub fn parameter(&self, item: u64, name: &str) -> Option<String> {
        let state = self.state();
        state
            .items
            .get(&item)?
            .parameters
            .plain
            .get(name)
            .filter(|value| !value.is_empty())
            .cloned()
    }

    /// Change a parameter as staff do.
    pub fn set_parameter(&self, item: u64, name: &str, value: &str) {
        if let Some(row) = self.state().items.get_mut(&item) {
            row.parameters
                .plain
                .insert(name.to_owned(), value.to_owned());
        }
    }

    /// Change the tariff of a service, as its client may; `setparam` is to follow.
    pub fn change_tariff(&self, item: u64, pricelist: u64) {
        if let Some(row) = self.state().items.get_mut(&item) {
            row.item.last_pricelist = Some(row.item.pricelist);
            row.item.pricelist = pricelist;
        }
    }

    /// Read the tariff of a service.
    pub fn tariff_of(&self, item: u64) -> Option<u64> {
        self.state().items.get(&item).map(|row| row.item.pricelist)
    }

    /// Add an empty place for an address to a service. Answers its id.
    pub fn add_slot(&self, item: u64) -> u64 {
        let mut state = self.state();
        let id = state.next_slot();
        if let Some(row) = state.items.get_mut(&item) {
            row.slots.push(IpSlot {
                id,
                address: String::new(),
            });
        }
        id
    }

    /// Read the places for addresses of a service: id and address.
    pub fn slots_of(&self, item: u64) -> Vec<(u64, String)> {
        let state = self.state();
        let slots = state
            .items
            .get(&item)
            .map(|row| row.slots.clone())
            .unwrap_or_default();
        slots
            .into_iter()
            .map(|slot| (slot.id, slot.address))
            .collect()
    }

    /// Tell this BILLmanager that it is a copy of another, or no longer.
    pub fn do_nothing(&self, does_nothing: bool) {
        self.state().does_nothing = does_nothing;
    }

    /// Read what the Config button stored for a module instance.
    pub fn config(&self, instance: u64) -> Option<String> {
        let state = self.state();
        state
            .instances
            .iter()
            .find(|found| found.id == instance)?
            .config
            .clone()
    }

    /// Read a setting of a module instance.
    pub fn setting(&self, instance: u64, name: &str) -> Option<String> {
        let state = self.state();
        let found = state.instances.iter().find(|found| found.id == instance)?;
        found.settings.get(name).cloned()
    }

    /// Change a setting of a module instance as staff do.
    pub fn set_setting(&self, instance: u64, name: &str, value: &str) {
        if let Some(instance) = self
            .state()
            .instances
            .iter_mut()
            .find(|found| found.id == instance)
        {
            instance.settings.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Read the tasks of all departments, oldest first.
    pub fn tasks(&self) -> Vec<Task> {
        self.state().tasks.clone()
    }

    /// Read the problems on BILLmanager's list, oldest first.
    pub fn problems(&self) -> Vec<String> {
        self.state().problems.clone()
    }

    /// Read every call so far as one line each, secrets left out.
    pub fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    /// Lose every lock, as a database does that lost its connections.
    pub fn lose_locks(&self) {
        self.state().locks.clear();
    }

    fn set_status(&self, item: u64, status: ItemStatus) {
        if let Some(row) = self.state().items.get_mut(&item) {
            row.item.status = status;
        }
        self.tell(&Event::Status { item, status });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: &Event) {
        let observer = self
            .observer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(observer) = observer {
            observer(event);
        }
    }
}

impl std::fmt::Debug for MemoryPanel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryPanel").finish_non_exhaustive()
    }
}
