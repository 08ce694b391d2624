//! Adding addresses to a server, and taking them from it.

use super::handle::ServerHandle;
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::{IpId, PoolId};
use crate::model::IpFamily;

impl ServerHandle {
    /// Add addresses. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.add_ip().family(IpFamily::V4).count(2).send().await?;
    /// assert_eq!(server.get().await?.ip.len(), 2);
    /// # Ok(()) });
    /// ```
    pub fn add_ip(&self) -> AddIp {
        AddIp::new(self.clone())
    }

    /// Take an address from the server. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.add_ip().send().await?;
    /// for ip in server.get().await?.ip {
    ///     server.delete_ip(ip.id).await?;
    /// }
    /// assert!(server.get().await?.ip.is_empty());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// See [`ServerHandle`]. `is_not_found()`: the server does not have it, which is the goal, or there is no such server.
    pub async fn delete_ip(&self, ip: IpId) -> Result<(), Error> {
        let call = self.call(Op::ServerIpDelete).id("ip_id", ip.get());
        self.client.send(call).await
    }
}

/// Add addresses to a server (class X). \[assumed\]
///
/// The answer names no address: compare `server.ip` before and after.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let before = server.get().await?.ip;
/// server.add_ip().send().await?;
/// let after = server.get().await?.ip;
/// let new = after.iter().find(|ip| !before.contains(ip)).ok_or("not shown yet")?;
/// println!("{:?}", new.address());
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent without `send`"]
pub struct AddIp {
    server: ServerHandle,
    pool: Option<PoolId>,
    family: IpFamily,
    count: u32,
}

impl AddIp {
    pub(crate) fn new(server: ServerHandle) -> Self {
        Self {
            server,
            pool: None,
            family: IpFamily::V4,
            count: 1,
        }
    }

    /// Take them from this pool. Without it the panel chooses: the rack's, then the location's, then a public one (R28).
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let pools = dcim.ip_pools().all().await?;
    /// server.add_ip().pool(pools[0].id).send().await?;
    /// # Ok(()) });
    /// ```
    pub fn pool(mut self, pool: PoolId) -> Self {
        self.pool = Some(pool);
        self
    }

    /// Take addresses of this family; IPv4 by default.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.add_ip().family(IpFamily::V4).send().await?;
    /// # Ok(()) });
    /// ```
    pub fn family(mut self, family: IpFamily) -> Self {
        self.family = family;
        self
    }

    /// Take this many; 1 by default, at least 1.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.add_ip().count(2).send().await?;
    /// assert_eq!(server.get().await?.ip.len(), 2);
    /// # Ok(()) });
    /// ```
    pub fn count(mut self, count: u32) -> Self {
        self.count = count;
        self
    }

    /// Send the request.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let nothing = server.add_ip().count(0).send().await.unwrap_err();
    /// assert!(nothing.is_config());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_config()`: the count is zero. An unknown delivery: read the server's addresses; send again only if none was added. Otherwise see
    /// [`ServerHandle`].
    pub async fn send(self) -> Result<(), Error> {
        if self.count == 0 {
            return Err(Error::config("count: must be at least 1"));
        }
        let body = Body::default()
            .put_some("ippool", self.pool.map(PoolId::get))
            .put("family", self.family.as_str())
            .put("count", self.count);
        self.server.write(Op::ServerIpAdd, body).await
    }
}
