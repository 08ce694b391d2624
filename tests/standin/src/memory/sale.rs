//! Who sells a tariff, in which order they are asked (Q8), and what a client may choose with it (Q3).

use std::collections::{BTreeMap, BTreeSet};

use super::{MemoryPanel, MemoryPanelBuilder, State};
use billmgr_module::panel::{Instance, TariffOption};

/// What stands between tariffs and instances.
#[derive(Default)]
pub(super) struct Sale {
    /// The instances that sell a tariff; one that is not here is sold by all.
    sellers: BTreeMap<u64, Vec<u64>>,
    /// The sort value of an instance, where it is not 0.
    sort: BTreeMap<u64, i64>,
    /// The instances that are switched off.
    idle: BTreeSet<u64>,
    /// The options of a tariff besides its addresses.
    options: BTreeMap<u64, Vec<TariffOption>>,
}

impl State {
    /// The active instances that sell a tariff, whatever their program: the lowest sort value first.
    pub(super) fn sellers(&self, tariff: u64) -> Vec<&Instance> {
        let active = |instance: &&Instance| {
            self.sells(tariff, instance.id) && !self.sale.idle.contains(&instance.id)
        };
        let mut sellers: Vec<_> = self.instances.iter().filter(active).collect();
        let value = |id| self.sale.sort.get(&id).copied().unwrap_or(0);
        sellers.sort_by_key(|found| (value(found.id), found.id));
        sellers
    }

    /// How many tariffs an instance sells (Q9).
    pub(super) fn tariffs_of(&self, instance: u64) -> u64 {
        let sold = self.tariffs.keys();
        sold.filter(|tariff| self.sells(**tariff, instance)).count() as u64
    }

    /// The options of a tariff but for its addresses.
    pub(super) fn options_of(&self, tariff: u64) -> Vec<TariffOption> {
        self.sale.options.get(&tariff).cloned().unwrap_or_default()
    }

    fn sells(&self, tariff: u64, instance: u64) -> bool {
        let sellers = self.sale.sellers.get(&tariff);
        sellers.is_none_or(|sellers| sellers.contains(&instance))
    }
}

impl MemoryPanelBuilder {
    /// Let these instances sell a tariff, and no others. A tariff that is never named here is sold by all.
    #[must_use]
    pub fn sold_by(mut self, tariff: u64, instances: &[u64]) -> Self {
        self.state.sale.sellers.insert(tariff, instances.to_vec());
        self
    }

    /// Set the sort value of an instance: the lowest is asked first. Orders described after it go by it.
    #[must_use]
    pub fn sort(mut self, instance: u64, value: i64) -> Self {
        self.state.sale.sort.insert(instance, value);
        self
    }

    /// Switch an instance off.
    #[must_use]
    pub fn idle(mut self, instance: u64) -> Self {
        self.state.sale.idle.insert(instance);
        self
    }

    /// Make an instance another program's.
    #[must_use]
    pub fn program(mut self, instance: u64, program: &str) -> Self {
        let mut instances = self.state.instances.iter_mut();
        if let Some(found) = instances.find(|found| found.id == instance) {
            program.clone_into(&mut found.program);
        }
        self
    }

    /// Add an option to a tariff, besides its addresses.
    #[must_use]
    pub fn option(mut self, tariff: u64, option: TariffOption) -> Self {
        let options = &mut self.state.sale.options;
        options.entry(tariff).or_default().push(option);
        self
    }
}

impl MemoryPanel {
    /// Read the values of a parameter that are on sale through an instance.
    pub fn values(&self, instance: u64, param: &str) -> Vec<String> {
        let state = self.state();
        let on_sale = state
            .values
            .iter()
            .filter(|(owner, of, _, on_sale)| *owner == instance && of == param && *on_sale);
        on_sale.map(|(_, _, value, _)| value.name.clone()).collect()
    }
}
