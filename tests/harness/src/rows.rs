//! Puts rows into BILLmanager, as its forms would.

use mock_dcim::{ClearHdd, Fact};

use super::Host;
use super::crypt;

/// A processing module instance to be connected.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The module's program: `pmdcim6` for ours.
    pub module: String,
    /// `url`, `username`, and whatever else stands in `processingparam`.
    pub parameters: Vec<(String, String)>,
    /// What stands in `processingcryptedparam`, in clear.
    pub secrets: Vec<(String, String)>,
    /// The data center it is bound to.
    pub data_center: Option<u64>,
    /// The lowest is asked first.
    pub priority: i64,
}

impl Instance {
    /// Add a parameter, or replace it.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self.parameters.push((name.to_owned(), value.into()));
        self
    }

    /// Bind it to a data center.
    #[must_use]
    pub fn in_data_center(mut self, data_center: u64) -> Self {
        self.data_center = Some(data_center);
        self
    }

    /// Set its place among the instances of a tariff.
    #[must_use]
    pub fn priority(mut self, priority: i64) -> Self {
        self.priority = priority;
        self
    }
}

/// A service to be ordered.
#[derive(Debug, Clone)]
pub struct Order {
    tariff: u64,
    client: String,
    addresses: u32,
    parameters: Vec<(String, String)>,
    password: Option<String>,
}

impl Order {
    /// Order a tariff with one address and Debian, for `client@a.test`.
    pub fn of(tariff: u64) -> Self {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Self {
            tariff,
            client: "client@a.test".to_owned(),
            addresses: 1,
            parameters: vec![
                pair("ostempl", "Debian-12-x86_64"),
                pair("domain", "server.a.test"),
            ],
            password: None,
        }
    }

    /// Order for another client.
    #[must_use]
    pub fn client(mut self, email: &str) -> Self {
        email.clone_into(&mut self.client);
        self
    }

    /// Order so many addresses.
    #[must_use]
    pub fn addresses(mut self, count: u32) -> Self {
        self.addresses = count;
        self
    }

    /// Order with a parameter, such as `ostempl`.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Order with a password of the client's choice.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }
}

impl Host {
    /// Add a data center managed by DCImanager 6 (vendor page, "How to create a data center").
    pub async fn data_center(&self, location: u64) -> u64 {
        let sql = "INSERT INTO datacenter (name, dcimanager6, external_id) VALUES (?, 'on', ?)";
        self.database
            .run(sql, &[&format!("DC {location}"), &location])
            .await
    }

    /// Describe a connection to the mock: address, administrator, and the fingerprint of its certificate.
    pub fn connection(&self) -> Instance {
        let (username, password) = self.mock.admin();
        let instance = Instance {
            module: "pmdcim6".to_owned(),
            parameters: Vec::new(),
            secrets: vec![("password".to_owned(), password)],
            data_center: None,
            priority: 0,
        };
        let instance = instance
            .with("url", self.mock.url())
            .with("username", username);
        match self.mock.pin() {
            Some(pin) => instance.with("fingerprint", pin),
            None => instance,
        }
    }

    /// Connect an instance. Answers its id.
    pub async fn instance(&self, instance: &Instance) -> u64 {
        let data_center = instance.data_center.unwrap_or_default();
        let sql = "INSERT INTO processingmodule (name, module, department, datacenter, orderpriority) \
                   VALUES ('AMS', ?, 3, NULLIF(?, '0'), ?)";
        let values: [&(dyn std::fmt::Display + Sync); 3] =
            [&instance.module, &data_center, &instance.priority];
        let id = self.database.run(sql, &values).await;
        for (name, value) in &instance.parameters {
            self.set_instance_parameter(id, name, value).await;
        }
        for (name, value) in &instance.secrets {
            let sql = "REPLACE INTO processingcryptedparam (processingmodule, intname, value) VALUES (?, ?, ?)";
            self.database
                .run(sql, &[&id, name, &self.encrypt(value)])
                .await;
            self.tell_secret(&format!("{name} of instance {id}"), value);
        }
        id
    }

    /// Set a parameter of an instance, as the Parameters button does.
    pub async fn set_instance_parameter(&self, instance: u64, name: &str, value: &str) {
        let sql =
            "REPLACE INTO processingparam (processingmodule, intname, value) VALUES (?, ?, ?)";
        self.database.run(sql, &[&instance, &name, &value]).await;
        if (name, value) == ("clear_hdd", "full") {
            let level = ClearHdd::Full;
            self.mock.fact(Fact::WipeLevel { level });
        }
    }

    /// Add a tariff of a configuration, sold by these instances, with one address in its price and more at extra cost. Answers its id.
    pub async fn tariff(&self, configuration: &str, instances: &[u64]) -> u64 {
        let sql = "INSERT INTO pricelist (name, itemtype) VALUES (?, 3)";
        let tariff = self.database.run(sql, &[&configuration]).await;
        let sql =
            "INSERT INTO pricelistparam (pricelist, intname, value) VALUES (?, 'configuration', ?)";
        self.database.run(sql, &[&tariff, &configuration]).await;
        let sql = "INSERT INTO pricelist (parent, name, itemtype, addontype, billtype, addonlimit) \
                   VALUES (?, 'IP addresses', 30, 2, 2, 1)";
        self.database.run(sql, &[&tariff]).await;
        for instance in instances {
            let sql = "INSERT INTO processingmodule2pricelist (pricelist, processingmodule) VALUES (?, ?)";
            self.database.run(sql, &[&tariff, instance]).await;
        }
        tariff
    }

    /// Let a client order: status 1, with the instance of the tariff that comes first, and its address rows empty. Answers the service.
    pub async fn order(&self, order: &Order) -> u64 {
        let account = self.account(&order.client).await;
        let sql = "INSERT INTO item (name, account, pricelist, status, processingmodule) SELECT ?, ?, ?, 1, \
                   (SELECT pm.id FROM processingmodule2pricelist x JOIN processingmodule pm ON pm.id = x.processingmodule \
                    WHERE x.pricelist = ? AND pm.active = 'on' ORDER BY pm.orderpriority, pm.ipmgr, pm.id LIMIT 1)";
        let values: [&(dyn std::fmt::Display + Sync); 4] =
            [&"Server", &account, &order.tariff, &order.tariff];
        let item = self.database.run(sql, &values).await;
        for (name, value) in &order.parameters {
            self.set_parameter(item, name, value).await;
        }
        if let Some(password) = &order.password {
            self.set_secret(item, "password", password).await;
        }
        self.order_addresses(item, order.tariff, order.addresses)
            .await;
        self.mock.fact(Fact::Ordered {
            item,
            addresses: order.addresses,
        });
        self.mock.fact(Fact::Status { item, status: 1 });
        item
    }

    /// Add an empty address row to a service, as ordering one more address does. Answers the row.
    ///
    /// # Panics
    /// If there is no such service.
    pub async fn add_slot(&self, item: u64) -> u64 {
        let sql = "UPDATE item SET intvalue = intvalue + 1 WHERE parent = ?";
        self.database.run(sql, &[&item]).await;
        let sql = "INSERT INTO ip (item, status) SELECT id, 1 FROM item WHERE parent = ? LIMIT 1";
        let row = self.database.run(sql, &[&item]).await;
        let addresses = self.slots(item).await.len();
        self.mock.fact(Fact::Ordered {
            item,
            addresses: u32::try_from(addresses).expect("a few addresses"),
        });
        row
    }

    async fn order_addresses(&self, item: u64, tariff: u64, addresses: u32) {
        let sql = "INSERT INTO item (name, parent, pricelist, status, intvalue) \
                   SELECT 'IP addresses', ?, id, 2, ? - addonlimit FROM pricelist WHERE parent = ? AND itemtype = 30";
        let values: [&(dyn std::fmt::Display + Sync); 3] = [&item, &addresses, &tariff];
        let addon = self.database.run(sql, &values).await;
        for _ in 0..addresses {
            let sql = "INSERT INTO ip (item, status) VALUES (?, 1)";
            self.database.run(sql, &[&addon]).await;
        }
    }

    /// Find the account of a client, or register it; it gets a second user, who must not be taken for the first.
    async fn account(&self, email: &str) -> u64 {
        let known: Option<i32> = sqlx::query_scalar("SELECT account FROM user WHERE email = ?")
            .bind(email)
            .fetch_optional(&mut *self.database.line().await)
            .await
            .expect("a statement");
        if let Some(account) = known {
            return u64::try_from(account).expect("an id");
        }
        let sql = "INSERT INTO account (name) VALUES (?)";
        let account = self.database.run(sql, &[&email]).await;
        for address in [email.to_owned(), format!("second-{email}")] {
            let sql = "INSERT INTO user (account, email) VALUES (?, ?)";
            self.database.run(sql, &[&account, &address]).await;
        }
        account
    }

    /// Set a plain parameter of a service.
    pub async fn set_parameter(&self, item: u64, name: &str, value: &str) {
        let sql = "REPLACE INTO itemparam (item, intname, value) VALUES (?, ?, ?)";
        self.database.run(sql, &[&item, &name, &value]).await;
        if name == "dcim6_server" {
            let server = value.parse().ok();
            self.mock.fact(Fact::Binding { item, server });
        }
    }

    /// Set a crypted parameter of a service.
    pub async fn set_secret(&self, item: u64, name: &str, value: &str) {
        let sql = "REPLACE INTO itemcryptedparam (item, intname, value) VALUES (?, ?, ?)";
        self.database
            .run(sql, &[&item, &name, &self.encrypt(value)])
            .await;
        self.tell_secret(&format!("{name} of service {item}"), value);
    }

    /// Offer a value of a parameter through an instance, as `itemtype.param.value.sync` does.
    pub async fn offer(&self, instance: u64, parameter: &str, value: &str) {
        let sql = "INSERT INTO itemtypeparamvalue (itemtypeparam, intname) SELECT id, ? FROM itemtypeparam WHERE intname = ?";
        let row = self.database.run(sql, &[&value, &parameter]).await;
        let sql = "INSERT INTO processingmodule2itemtypeparamvalue (itemtypeparamvalue, processingmodule) VALUES (?, ?)";
        self.database.run(sql, &[&row, &instance]).await;
    }

    /// Encrypt with this host's key.
    ///
    /// # Panics
    /// If the text is longer than the key takes.
    pub fn encrypt(&self, text: &str) -> String {
        crypt::encrypt(&self.root.read("etc/billmgr.pem"), text).expect("a key")
    }
}
