//! The handle of one server.

use crate::body::Body;
use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::ServerId;
use crate::model::{Accepted, Server};

/// Speak of one server. Made by [`Client::server`]; making one sends nothing.
///
/// Every write may end with an unknown delivery: see [`Error::delivery`]. What "refused" means for the whole handle:
/// `is_not_found()` there is no such server; `is_protected()` it is protected (R34); `is_conflict()` an operation runs on it (R16);
/// `is_licence()` the panel's licence has expired (R36).
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, server| {
/// let server = dcim.server(ServerId::new(1));
/// assert_eq!(server.id().get(), 1);
/// server.edit().name("order-555").send().await?;
/// server.power_on().await?;
/// assert_eq!(server.get().await?.name.as_deref(), Some("order-555"));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct ServerHandle {
    pub(crate) client: Client,
    pub(crate) id: ServerId,
}

impl ServerHandle {
    pub(crate) fn new(client: Client, id: ServerId) -> Self {
        Self { client, id }
    }

    /// Return the id.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// assert_eq!(dcim.server(ServerId::new(12)).id().to_string(), "12");
    /// # Ok(()) });
    /// ```
    pub fn id(&self) -> ServerId {
        self.id
    }

    pub(super) fn call<T>(&self, op: Op<T>) -> Call<T> {
        Call::new(op).id("server_id", self.id.get())
    }

    pub(super) async fn write(&self, op: Op<Accepted>, body: Body) -> Result<(), Error> {
        self.client.send(self.call(op).body(body)).await
    }

    /// Read the server. \[documented\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let read = server.get().await?;
    /// println!("{} of {:?}: {}", read.id, read.owner_email, read.power_status);
    /// assert!(read.running_operation().is_none());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_not_found()`: there is none. `is_decode()`: the answer breaks the contract, or is about another server (N48). Otherwise as
    /// for any read: see [`Error`].
    pub async fn get(&self) -> Result<Server, Error> {
        let id = self.id;
        self.client
            .call_checked(self.call(Op::ServerGet), move |server: &Server| {
                if server.id == id {
                    Ok(())
                } else {
                    Err(("id", "the answer is about another server"))
                }
            })
            .await
    }
}
