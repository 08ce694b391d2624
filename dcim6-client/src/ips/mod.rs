//! IP address records of the whole panel, and the pools they come from.

use std::sync::atomic::Ordering;

use crate::call::Call;
use crate::client::Client;
use crate::clock::BoxFuture;
use crate::endpoint::Op;
use crate::error::Error;
use crate::list::List;
use crate::model::{IpAddress, IpPool, Listed};

impl Client {
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
        List::new(self.clone(), Op::IpmgrIpList).fetched_by(page)
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
}

/// Some installs keep their addresses in a service of their own (dcim6-api.md section 3). Which one this is, is found out once.
fn page(
    client: &Client,
    call: Call<Listed<IpAddress>>,
) -> BoxFuture<'_, Result<Listed<IpAddress>, Error>> {
    Box::pin(async move {
        let in_service = &client.shared.ip_service;
        if !in_service.load(Ordering::Relaxed) {
            match client.call(call.clone()).await {
                Err(error) if error.is_not_found() => {}
                other => return other,
            }
        }
        let answer = client.call(call.to(Op::IpServiceIpList)).await?;
        in_service.store(true, Ordering::Relaxed);
        Ok(answer)
    })
}
