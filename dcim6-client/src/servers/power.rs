//! Power: on, off, reset (R13, R14).

use super::handle::ServerHandle;
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;

impl ServerHandle {
    /// Ask for power on. The panel answers before the server runs: poll `power_status` (R15). \[observed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// server.power_on().await?;
    /// dcim.clock().sleep(Duration::from_secs(30)).await;
    /// assert_eq!(server.get().await?.power_status, PowerStatus::On);
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// See [`ServerHandle`]. `is_invalid()`: it is on already, by the panel's view (R13); or neither BMC nor PDU can be reached (R14).
    pub async fn power_on(&self) -> Result<(), Error> {
        self.write(Op::ServerPowerOn, Body::default()).await
    }

    /// Ask for power off. The panel answers before the server is off: poll `power_status` (R15). \[observed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// let refused = server.power_off().await.unwrap_err();
    /// assert!(refused.is_invalid()); // it is off: what we wanted
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// See [`ServerHandle`]. `is_invalid()`: it is not on, by the panel's view (R13).
    pub async fn power_off(&self) -> Result<(), Error> {
        self.write(Op::ServerPowerOff, Body::default()).await
    }

    /// Reset the server (class X: each call is one more reset). \[observed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.power_reset().await?;
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// See [`ServerHandle`].
    pub async fn power_reset(&self) -> Result<(), Error> {
        self.write(Op::ServerPowerReset, Body::default()).await
    }
}
