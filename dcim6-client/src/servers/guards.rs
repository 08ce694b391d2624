//! Whose a server is, and what keeps others from it: owner, maintenance, protection (R33, R34, R35).

use super::handle::ServerHandle;
use crate::body::Body;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::UserId;

impl ServerHandle {
    /// Give the server to a user. Any owner is overwritten (R33): read before and after. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let client = NewUser::new("client@example.net", "a long secret");
    /// let user = dcim.users().create(client).await?;
    /// assert!(!server.get().await?.has_owner());
    /// server.set_owner(user).await?;
    /// assert_eq!(server.get().await?.owner_id(), Some(user));
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// See [`ServerHandle`]. After an unknown delivery read the owner, and write again only if it is not the one wanted.
    pub async fn set_owner(&self, user: UserId) -> Result<(), Error> {
        let body = Body::default().put("owner", user.get());
        self.write(Op::ServerOwnerSet, body).await
    }

    /// Take the server from its owner. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.clear_owner().await?;
    /// assert!(!server.get().await?.has_owner());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// As [`set_owner`](ServerHandle::set_owner).
    pub async fn clear_owner(&self) -> Result<(), Error> {
        let body = Body::default().put("owner", serde_json::Value::Null);
        self.write(Op::ServerOwnerSet, body).await
    }

    /// Begin or end maintenance, which stops the sale of the server (R35). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.set_maintenance(true).await?;
    /// assert_eq!(server.get().await?.is_maintenance, Some(true));
    /// server.set_maintenance(false).await?;
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// See [`ServerHandle`]. `is_not_found()` also on a panel that has no such function: check with [`get`](ServerHandle::get).
    pub async fn set_maintenance(&self, on: bool) -> Result<(), Error> {
        let body = Body::default().put("enabled", on);
        self.write(Op::ServerMaintenanceSet, body).await
    }

    /// Protect the server: install, diagnostics, power off, ports and more are refused from then on (R34). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.protect().await?;
    /// let refused = server.suspend().start().await.unwrap_err();
    /// assert!(refused.is_protected());
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// See [`ServerHandle`].
    pub async fn protect(&self) -> Result<(), Error> {
        let body = Body::default().put("enabled", true);
        self.write(Op::ServerProtectionSet, body).await
    }

    /// End the protection. The id that the panel asks a person to type is sent along (R34). \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, server| {
    /// server.protect().await?;
    /// server.unprotect().await?;
    /// server.power_reset().await?;
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// See [`ServerHandle`].
    pub async fn unprotect(&self) -> Result<(), Error> {
        let body = Body::default()
            .put("enabled", false)
            .put("confirm_id", self.id.get());
        self.write(Op::ServerProtectionSet, body).await
    }
}
