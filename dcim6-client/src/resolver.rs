//! How the client's own transport finds the addresses of a name.

use std::fmt;
use std::io;
use std::net::IpAddr;

use crate::clock::BoxFuture;

/// Find the addresses of a panel's name, instead of the system's resolver: for a program without the C library's, a cache of your own, or a
/// test.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, _dcim, _server| {
/// use std::{io, net::{IpAddr, Ipv4Addr}};
///
/// #[derive(Debug)]
/// struct OneName;
///
/// impl Resolver for OneName {
///     fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
///         let known = host == "dcim.example.net";
///         let found = if known { Ok(vec![Ipv4Addr::LOCALHOST.into()]) } else { Err(io::ErrorKind::NotFound.into()) };
///         Box::pin(async move { found })
///     }
/// }
///
/// let url = mock.url().replace("127.0.0.1", "dcim.example.net");
/// let dcim = Client::builder(url).allow_plain_http().credentials(mock.admin()).resolver(Arc::new(OneName)).build()?;
/// dcim.auth().login().await?;
/// # Ok(()) });
/// ```
pub trait Resolver: fmt::Debug + Send + Sync {
    /// Return the addresses of `host`, which is never an address itself; the first is tried first. Link-local ones are left out afterwards,
    /// and an error, as no address at all, is a request that was not sent ([`TransportFailure::NotSent`](crate::TransportFailure)).
    ///
    /// # Errors
    /// Whatever keeps the name from being resolved: the cause of the client's error.
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>>;
}
