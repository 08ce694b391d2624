//! One server, and what can be done with it.

mod edit;
mod guards;
mod handle;
mod ip;
mod operations;
mod ports;
mod power;
mod start;

use crate::client::Client;
use crate::endpoint::Op;
use crate::id::ServerId;
use crate::list::List;
use crate::model::{Configuration, Server};

pub use edit::EditServer;
pub use handle::ServerHandle;
pub use ip::AddIp;
pub use start::{ClearHdd, Diagnose, Install, Prepared, Recover, Start, Transition};

impl Client {
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
}
