//! Describing a BILLmanager.

use std::collections::BTreeMap;

use super::{MemoryPanel, Row, State};
use billmgr_module::panel::{DataCenter, Instance, IpSlot, Item, ItemStatus, Parameters};

/// Describes data centers, instances, tariffs and orders; see [`MemoryPanel::builder`].
#[derive(Default)]
pub struct MemoryPanelBuilder {
    pub(super) state: State,
    data_center: Option<u64>,
}

/// Where a reader can tell them from servers and ports.
const FIRST_OPERATION: u64 = 551;

impl MemoryPanelBuilder {
    /// Add a data center managed by DCImanager 6 that sells from `location`. Instances added after it are bound to it.
    #[must_use]
    pub fn datacenter(mut self, id: u64, location: u64) -> Self {
        self.state.data_centers.insert(
            id,
            DataCenter {
                id,
                is_dcimanager6: true,
                location: Some(location.to_string()),
            },
        );
        self.data_center = Some(id);
        self
    }

    /// Add a data center that is not DCImanager 6's. Instances added after it are bound to it.
    #[must_use]
    pub fn other_datacenter(mut self, id: u64) -> Self {
        self.state.data_centers.insert(
            id,
            DataCenter {
                id,
                is_dcimanager6: false,
                location: None,
            },
        );
        self.data_center = Some(id);
        self
    }

    /// Add an instance of `pmdcim6` that uses the DCImanager at `url` with an administrator's e-mail and password.
    #[must_use]
    pub fn instance(
        mut self,
        id: u64,
        url: impl Into<String>,
        admin: impl Into<(String, String)>,
    ) -> Self {
        let (username, password) = admin.into();
        let settings = BTreeMap::from([
            ("url".to_owned(), url.into()),
            ("username".to_owned(), username),
        ]);
        let secrets = BTreeMap::from([("password".to_owned(), password.into())]);
        let (program, name) = ("pmdcim6".to_owned(), format!("module {id}"));
        self.state.instances.push(Instance {
            id,
            name,
            program,
            department: Some(1),
            data_center: self.data_center,
            settings,
            secrets,
            config: None,
        });
        self
    }

    /// Set a setting of an instance.
    #[must_use]
    pub fn setting(mut self, instance: u64, name: &str, value: &str) -> Self {
        if let Some(instance) = self
            .state
            .instances
            .iter_mut()
            .find(|found| found.id == instance)
        {
            instance.settings.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    /// Add a tariff that sells servers of a configuration.
    #[must_use]
    pub fn tariff(mut self, id: u64, configuration: impl Into<String>) -> Self {
        self.state.tariffs.insert(
            id,
            BTreeMap::from([("configuration".to_owned(), configuration.into())]),
        );
        self
    }

    /// Add an order, not yet paid, with one address. It is served by the instance of the tariff that is asked first; its client is known by e-mail.
    #[must_use]
    pub fn order(mut self, item: u64, tariff: u64, template: &str, email: &str) -> Self {
        let known = self
            .state
            .emails
            .iter()
            .find(|(_, known)| *known == email)
            .map(|(account, _)| *account);
        let account = known.unwrap_or(self.state.emails.len() as u64 + 1);
        self.state.emails.insert(account, email.to_owned());
        let plain = BTreeMap::from([
            ("ostempl".to_owned(), template.to_owned()),
            ("domain".to_owned(), format!("s{item}.clients.test")),
        ]);
        let instance = self.state.sellers(tariff).first().map(|first| first.id);
        let row = Item {
            id: item,
            name: format!("Dedicated server #{item}"),
            account,
            pricelist: tariff,
            last_pricelist: None,
            status: ItemStatus::Ordered,
            instance,
            // Whoever reads the service is told the program of its instance.
            program: None,
        };
        let slots = vec![self.next_slot()];
        self.state.items.insert(
            item,
            Row {
                item: row,
                parameters: Parameters {
                    plain,
                    ..Parameters::default()
                },
                slots,
            },
        );
        self
    }

    /// Add another address to an order.
    #[must_use]
    pub fn address(mut self, item: u64) -> Self {
        let slot = self.next_slot();
        if let Some(row) = self.state.items.get_mut(&item) {
            row.slots.push(slot);
        }
        self
    }

    /// Set a parameter of an order; an empty value takes it away.
    #[must_use]
    pub fn parameter(mut self, item: u64, name: &str, value: &str) -> Self {
        if let Some(row) = self.state.items.get_mut(&item) {
            row.parameters
                .plain
                .insert(name.to_owned(), value.to_owned());
        }
        self
    }

    /// Start this BILLmanager.
    pub fn build(mut self) -> MemoryPanel {
        self.state.next_operation = FIRST_OPERATION - 1;
        let panel = MemoryPanel::default();
        *panel.state() = self.state;
        panel
    }

    fn next_slot(&self) -> IpSlot {
        IpSlot {
            id: self.state.next_slot(),
            address: String::new(),
        }
    }
}
