//! Users of the panel.

mod handle;
mod key;
mod list;
mod new;

use crate::client::Client;
use crate::endpoint::Op;
use crate::id::UserId;
use crate::list::List;
use crate::model::User;

pub use handle::UserHandle;
pub use key::LoginKey;
pub use new::NewUser;

impl Client {
    /// List, find and create users. \[documented\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let admins = dcim.users().all().await?.into_iter().filter(User::is_admin);
    /// assert_eq!(admins.count(), 1);
    /// # Ok(()) });
    /// ```
    pub fn users(&self) -> List<User> {
        List::new(self.clone(), Op::UserList)
    }

    /// Speak of one user.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let user = dcim.users().create(NewUser::new("client@example.net", "a long secret")).await?;
    /// dcim.user(user).delete().await?;
    /// # Ok(()) });
    /// ```
    pub fn user(&self, id: UserId) -> UserHandle {
        UserHandle::new(self.clone(), id)
    }
}
