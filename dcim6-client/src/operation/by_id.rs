//! One operation, by its id.

use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::{OperationId, ServerId};
use crate::model::Operation;

/// Speak of one operation of a server.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, server| {
/// let id = server.suspend().start().await?.operation_id().ok_or("not named")?;
/// let operation = server.operation(id);
/// assert_eq!(operation.id(), id);
/// assert_eq!(operation.get().await?.name, Some(OperationKind::Suspend));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct OperationRef {
    client: Client,
    server: ServerId,
    id: OperationId,
}

impl OperationRef {
    pub(crate) fn new(client: Client, server: ServerId, id: OperationId) -> Self {
        Self { client, server, id }
    }

    /// Return the id.
    pub fn id(&self) -> OperationId {
        self.id
    }

    fn call<T>(&self, op: Op<T>) -> Call<T> {
        Call::new(op)
            .id("server_id", self.server.get())
            .id("operation_id", self.id.get())
    }

    /// Read the operation. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let missing = server.operation(OperationId::new(99_999)).get().await.unwrap_err();
    /// assert!(missing.is_not_found());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_not_found()`: no such server, or the server has no such operation — or does not show it yet. Otherwise as for any read: see
    /// [`Error`].
    pub async fn get(&self) -> Result<Operation, Error> {
        let id = self.id;
        let call = self.call(Op::ServerOperationGet);
        let check = move |operation: &Operation| {
            if operation.id == id {
                Ok(())
            } else {
                Err(("id", "the answer is about another operation"))
            }
        };
        self.client.call_checked(call, check).await
    }

    /// Ask the panel to stop the operation. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let started = server.recovery(OsTemplateId::new(5)).password("a long secret").start().await?;
    /// let operation = server.operation(started.operation_id().ok_or("not named")?);
    /// operation.cancel().await?;
    /// assert!(operation.get().await?.status.is_canceled());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_invalid()`: it has ended already, which is the goal; read it (R24). After an unknown delivery: read it.
    pub async fn cancel(&self) -> Result<(), Error> {
        self.client.send(self.call(Op::ServerOperationCancel)).await
    }
}
