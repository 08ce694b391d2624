//! The switch ports of a server.

use super::handle::ServerHandle;
use crate::error::Error;
use crate::switches::SwitchPorts;

impl ServerHandle {
    /// Read the server's ports, the BMC's kept apart (R30).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mock = mock_dcim::MockDcim::start().await?;
    /// # let dcim = dcim6_client::Client::builder(mock.url()).credentials(mock.admin()).build()?;
    /// use dcim6_client::ServerId;
    ///
    /// let server = dcim.server(ServerId::new(1));
    /// for port in server.switch_ports().await?.data() {
    ///     port.down().await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// As [`get`](ServerHandle::get).
    pub async fn switch_ports(&self) -> Result<SwitchPorts, Error> {
        Ok(SwitchPorts::of(&self.client, &self.get().await?))
    }
}
