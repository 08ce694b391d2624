//! What a client speaks of: collections by a plural, one object by a handle. Nothing here sends anything.

use super::Client;
use crate::auth::Auth;
use crate::catalog::{IpPool, Location, OsTemplate, Rack, Script};
use crate::endpoint::Op;
use crate::id::{PortId, ServerId, SwitchId, UserId};
use crate::ips::IpAddress;
use crate::list::List;
use crate::servers::{Configuration, Server, ServerHandle};
use crate::switches::{Switch, SwitchHandle, SwitchPort};
use crate::users::{User, UserHandle};

impl Client {
    /// Manage the session.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// assert_eq!(dcim.auth().whoami().await?.email.as_deref(), Some("admin@example.com"));
    /// # Ok(()) });
    /// ```
    pub fn auth(&self) -> Auth {
        Auth::new(self.clone())
    }

    /// List servers. \[documented\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let off = dcim.servers().filter(field("power_status").eq(PowerStatus::Off));
    /// for server in off.all().await? {
    ///     println!("{} {}", server.id, server.name.unwrap_or_default());
    /// }
    /// # Ok(()) });
    /// ```
    pub fn servers(&self) -> List<Server> {
        List::new(self.clone(), Op::ServerList)
    }

    /// Speak of one server.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let id: ServerId = "1".parse()?;
    /// assert_eq!(dcim.server(id).get().await?.id, id);
    /// # Ok(()) });
    /// ```
    pub fn server(&self, id: ServerId) -> ServerHandle {
        ServerHandle::new(self.clone(), id)
    }

    /// Count the servers that can be sold, by configuration (R9). \[documented\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// for sort in dcim.configurations().all().await? {
    ///     println!("{:?}: {} to sell", sort.configuration, sort.free_server_count);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn configurations(&self) -> List<Configuration> {
        List::new(self.clone(), Op::ServerConfigurationList)
    }

    /// List, find and create users. \[documented\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let admins = dcim.users().all().await?.into_iter().filter(User::is_admin);
    /// assert_eq!(admins.count(), 1);
    /// # Ok(()) });
    /// ```
    pub fn users(&self) -> List<User> {
        List::new(self.clone(), Op::UserList)
    }

    /// Speak of one user.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let user = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
    /// dcim.user(user).delete().await?;
    /// # Ok(()) });
    /// ```
    pub fn user(&self, id: UserId) -> UserHandle {
        UserHandle::new(self.clone(), id)
    }

    /// List OS templates; diagnostics and recovery images are among them. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let linux = field("name").like("Debian%");
    /// let template = dcim.os_templates().filter(linux).first().await?.ok_or("no Debian")?;
    /// assert_eq!(template.kind, Some(TemplateKind::Os));
    /// # Ok(()) });
    /// ```
    pub fn os_templates(&self) -> List<OsTemplate> {
        List::new(self.clone(), Op::OsTemplateList)
    }

    /// List scripts that an install can run. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// for script in dcim.scripts().all().await? {
    ///     println!("{} {:?}", script.id, script.name);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn scripts(&self) -> List<Script> {
        List::new(self.clone(), Op::ScriptList)
    }

    /// List switches. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let switches = dcim.switches().order_by(asc("name")).all().await?;
    /// assert!(!switches.is_empty());
    /// # Ok(()) });
    /// ```
    pub fn switches(&self) -> List<Switch> {
        List::new(self.clone(), Op::SwitchList)
    }

    /// Speak of one switch.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let ports = dcim.switch(SwitchId::new(1)).ports().all().await?;
    /// assert!(ports.iter().any(|port| port.server.is_some()));
    /// # Ok(()) });
    /// ```
    pub fn switch(&self, id: SwitchId) -> SwitchHandle {
        SwitchHandle::new(self.clone(), id)
    }

    /// Speak of one port of a switch, by its ids. Nothing here knows whether a BMC hangs on it: see
    /// [`ServerHandle::switch_ports`].
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let port = dcim.switch_port(SwitchId::new(1), PortId::new(1));
    /// assert_eq!(port.read_admin_status().await?, PortStatus::Up);
    /// # Ok(()) });
    /// ```
    pub fn switch_port(&self, switch: SwitchId, port: PortId) -> SwitchPort {
        SwitchPort::bare(self.clone(), switch, port)
    }

    /// List IP address records: by `ipmgr/ip`, and where that answers 404, by the service of their own. \[observed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let in_use = dcim.ips().filter(field("status").eq(IpStatus::Allocated));
    /// for ip in in_use.all().await? {
    ///     println!("{:?} {:?}", ip.address(), ip.domain);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn ips(&self) -> List<IpAddress> {
        List::new(self.clone(), Op::IpmgrIpList)
    }

    /// List pools of IP addresses. \[sibling\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let pools = dcim.ip_pools().all().await?;
    /// let free = pools.iter().filter(|pool| pool.using_ip < pool.total_ip);
    /// assert!(free.count() > 0);
    /// # Ok(()) });
    /// ```
    pub fn ip_pools(&self) -> List<IpPool> {
        List::new(self.clone(), Op::IpPoolList)
    }

    /// List locations. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let location = dcim.locations().first().await?.ok_or("no location")?;
    /// let here = dcim.servers().filter(field("location_id").eq(location.id)).all().await?;
    /// assert!(!here.is_empty());
    /// # Ok(()) });
    /// ```
    pub fn locations(&self) -> List<Location> {
        List::new(self.clone(), Op::LocationList)
    }

    /// List racks. \[observed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let rack = dcim.racks().first().await?.ok_or("no rack")?;
    /// assert_eq!(rack.location_id, Some(LocationId::new(1)));
    /// # Ok(()) });
    /// ```
    pub fn racks(&self) -> List<Rack> {
        List::new(self.clone(), Op::RackList)
    }
}
