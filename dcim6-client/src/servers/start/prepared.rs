//! An operation between being put together and being waited for.

use crate::call::Call;
use crate::error::Error;
use crate::model::{OperationHandle, OperationStarted};
use crate::operation::RunningOperation;
use crate::servers::handle::ServerHandle;

/// Hold a start that was checked and not sent: save [`handle`](Prepared::handle), then [`send`](Prepared::send).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = mock_dcim::MockDcim::start().await?;
/// # let dcim = dcim6_client::Client::builder(mock.url()).credentials(mock.admin()).build()?;
/// # fn save(text: &str) {}
/// use dcim6_client::{OsTemplateId, ServerId};
/// use std::time::Duration;
///
/// let server = dcim.server(ServerId::new(1));
/// # for port in server.switch_ports().await?.data() { port.up().await?; }
/// # mock.advance(Duration::from_secs(30));
/// let template = OsTemplateId::new(1);
/// let last = server.get().await?.operation.map(|operation| operation.id);
/// let prepared = server.install(template).password("secret".to_owned()).prepare(last)?;
/// save(&serde_json::to_string(prepared.handle())?); // the intent
/// let started = prepared.send().await?;
/// save(&serde_json::to_string(&started.handle())?); // with the operation's id
///
/// mock.advance(Duration::from_secs(20 * 60)); // in life: time passes
/// started.wait().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent without `send`"]
pub struct Prepared {
    server: ServerHandle,
    call: Call<OperationStarted>,
    handle: OperationHandle,
}

impl Prepared {
    pub(super) fn new(
        server: ServerHandle,
        call: Call<OperationStarted>,
        handle: OperationHandle,
    ) -> Self {
        Self {
            server,
            call,
            handle,
        }
    }

    /// Return the handle of the intent: it has no operation id yet. [`Client::attach`](crate::Client::attach) finds the operation by it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let prepared = server.suspend().prepare(None)?;
    /// assert_eq!(prepared.handle().operation(), None); // an intent
    /// # Ok(()) });
    /// ```
    pub fn handle(&self) -> &OperationHandle {
        &self.handle
    }

    /// Send it, once.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let prepared = server.suspend().prepare(None)?;
    /// let intent = prepared.handle().clone(); // on record before anything is sent
    /// match prepared.send().await {
    ///     Ok(started) => started.wait().await?,
    ///     // It may run: the intent finds it if it does.
    ///     Err(error) if error.delivery() == Delivery::Unknown => dcim.attach(intent).wait().await?,
    ///     Err(error) => return Err(error.into()),
    /// };
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// As `start`. After an unknown delivery, attach to the handle: it finds the operation if there is one.
    pub async fn send(self) -> Result<RunningOperation, Error> {
        let client = &self.server.client;
        match client.call(self.call).await {
            Ok(OperationStarted {
                operation: Some(operation),
                ..
            }) => Ok(client.attach(self.handle.with_operation(operation))),
            Ok(_) => Ok(client.attach(self.handle)),
            Err(error) => Err(error.with(|inner| inner.intent = Some(self.handle))),
        }
    }
}
