//! Putting places, people and templates into a world before it begins: names and ids are predictable.

use std::net::IpAddr;

use crate::world::World;
use crate::world::address::{Address, AddressStatus, Network, Place, Pool};
use crate::world::next_id;
use crate::world::people::User;
use crate::world::place::{Location, Rack, Switch};
use crate::world::template::{Access, Script, Template, TemplateKind};

impl World {
    pub(crate) fn add_location(&mut self, name: &str) -> u64 {
        let id = next_id(&self.locations);
        self.locations.insert(
            id,
            Location {
                id,
                name: name.to_owned(),
                ippool_allocation: Vec::new(),
                ippool_deallocation: Vec::new(),
                dhcp: true,
            },
        );
        id
    }

    pub(crate) fn add_rack(&mut self, location: u64) -> u64 {
        let id = next_id(&self.racks);
        self.racks.insert(
            id,
            Rack {
                id,
                name: format!("Rack{id:04}"),
                location,
                ippool_allocation: Vec::new(),
                ippool_deallocation: Vec::new(),
            },
        );
        id
    }

    pub(crate) fn add_switch(&mut self) -> u64 {
        let id = next_id(&self.switches);
        let name = format!("sw-{id}");
        self.switches.insert(id, Switch { id, name, ports: 0 });
        id
    }

    pub(crate) fn add_pool(&mut self, name: &str, networks: &[(IpAddr, u8)]) -> u64 {
        let id = next_id(&self.pools);
        let mut ids = Vec::new();
        for &(base, prefix) in networks {
            let network = next_id(&self.networks);
            let made = Network {
                id: network,
                base,
                prefix,
            };
            let gateway = made.gateway();
            self.networks.insert(network, made);
            ids.push(network);
            // The network's own rows: a list that does not leave them out shows them.
            for (ip, what) in [(base, "network"), (gateway, "gateway")] {
                self.add_network_row(id, network, ip, what);
            }
        }
        self.pools.insert(
            id,
            Pool {
                id,
                name: name.to_owned(),
                note: String::new(),
                networks: ids,
            },
        );
        id
    }

    fn add_network_row(&mut self, pool: u64, network: u64, ip: IpAddr, what: &str) {
        let id = next_id(&self.addresses);
        self.address_ids.insert(ip, id);
        self.addresses.insert(
            id,
            Address {
                id,
                ip,
                network,
                pool,
                domain: format!("{what}.extended.invalid"),
                status: AddressStatus::Extended,
                place: Place::Network,
                pending: None,
            },
        );
    }

    pub(crate) fn add_user(&mut self, email: &str, password: &str, role: &str) -> u64 {
        let id = next_id(&self.users);
        self.users.insert(
            id,
            User {
                id,
                email: email.to_owned(),
                full_name: String::new(),
                phone_number: String::new(),
                role: role.to_owned(),
                password: password.to_owned(),
            },
        );
        id
    }

    pub(crate) fn add_template(&mut self, name: &str, tags: &[&str], kind: TemplateKind) -> u64 {
        let id = next_id(&self.templates);
        self.templates.insert(
            id,
            Template {
                id,
                name: name.to_owned(),
                tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
                kind,
                access: Access::All,
                efi: true,
            },
        );
        id
    }

    pub(crate) fn add_script(&mut self, name: &str) -> u64 {
        let id = next_id(&self.scripts);
        self.scripts.insert(
            id,
            Script {
                id,
                name: name.to_owned(),
                access: Access::All,
            },
        );
        id
    }
}
