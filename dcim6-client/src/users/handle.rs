//! The handle of one user.

use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Op;
use crate::error::Error;
use crate::id::UserId;

/// Speak of one user.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// let id = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
/// let user = dcim.user(id);
/// assert_eq!(user.id(), id);
/// user.delete().await?;
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct UserHandle {
    pub(super) client: Client,
    pub(super) id: UserId,
}

impl UserHandle {
    pub(crate) fn new(client: Client, id: UserId) -> Self {
        Self { client, id }
    }

    /// Return the id.
    pub fn id(&self) -> UserId {
        self.id
    }

    /// Delete the user. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let user = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
    /// server.set_owner(user).await?;
    /// assert!(dcim.user(user).delete().await.is_err_and(|error| error.is_conflict())); // owns a server
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// `is_conflict()`: the user owns a server (R32). `is_not_found()`: there is none, which is the goal. An unknown delivery: read the list,
    /// and delete again only if the user is still there.
    pub async fn delete(&self) -> Result<(), Error> {
        let call = Call::new(Op::UserDelete).id("user_id", self.id.get());
        self.client.send(call).await
    }
}
