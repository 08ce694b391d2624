//! Adding addresses to a server.

use super::{IpFamily, ServerHandle};
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::PoolId;

/// Add addresses to a server (class X). \[assumed\]
///
/// The answer names no address: compare `server.ip` before and after.
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
    pub fn pool(mut self, pool: PoolId) -> Self {
        self.pool = Some(pool);
        self
    }

    /// Take addresses of this family; IPv4 by default.
    pub fn family(mut self, family: IpFamily) -> Self {
        self.family = family;
        self
    }

    /// Take this many; 1 by default, at least 1.
    pub fn count(mut self, count: u32) -> Self {
        self.count = count;
        self
    }

    /// Send the request.
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
