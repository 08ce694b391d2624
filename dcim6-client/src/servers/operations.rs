//! The operations of a server, and its history.

use super::handle::ServerHandle;
use crate::endpoint::Op;
use crate::id::OperationId;
use crate::list::List;
use crate::model::HistoryEntry;
use crate::operation::OperationRef;

impl ServerHandle {
    /// Speak of one operation of this server.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let started = server.suspend().start().await?;
    /// let id = started.operation_id().ok_or("the answer named none")?;
    /// assert!(server.operation(id).get().await?.status.is_running());
    /// # Ok(()) });
    /// ```
    pub fn operation(&self, id: OperationId) -> OperationRef {
        OperationRef::new(self.client.clone(), self.id, id)
    }

    /// List what was done to the server. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.suspend().start().await?.wait().await?;
    /// let latest = server.history().order_by(desc("id")).first().await?;
    /// assert_eq!(latest.and_then(|entry| entry.name).as_deref(), Some("server_suspend"));
    /// # Ok(()) });
    /// ```
    pub fn history(&self) -> List<HistoryEntry> {
        List::of(self.client.clone(), self.call(Op::ServerHistoryList))
    }
}
