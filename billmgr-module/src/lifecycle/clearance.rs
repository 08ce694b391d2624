//! The check before every write to a server (safety.md E3), and the only place that makes a [`Cleared`].

use dcim6_client::{Server, ServerId};

use super::engine::Session;
use super::lock::ItemLock;
use super::record::Record;
use super::situation::owner_of;
use super::step::Write;
use crate::error::{Error, ErrorKind};
use crate::panel::ItemStatus;

/// The right to send one write to one server. It cannot be made or copied outside this file, and is used up by the write.
#[derive(Debug)]
pub struct Cleared {
    server: ServerId,
}

impl Cleared {
    /// The server the write is cleared for.
    pub fn server(&self) -> ServerId {
        self.server
    }
}

/// Clear one write: the service still exists, still names this server, the lock is still ours, and the owner just read fits.
///
/// # Errors
/// `owner_mismatch` or `busy`; nothing was written.
pub async fn clear(
    session: &Session<'_>,
    lock: &ItemLock,
    server: &Server,
    write: &Write,
) -> Result<Cleared, Error> {
    let record = confirm(session, lock, server.id).await?;
    if write.allows(owner_of(server, record.user, session.email.as_deref())) {
        return Ok(Cleared { server: server.id });
    }
    Err(Error::new(
        ErrorKind::OwnerMismatch,
        write.name(),
        format!("server {}", server.id),
    ))
}

/// Confirm that the service still exists and names this server, and that the lock is ours.
///
/// # Errors
/// `owner_mismatch` if the binding is gone, `busy` if the lock is.
pub async fn confirm(
    session: &Session<'_>,
    lock: &ItemLock,
    server: ServerId,
) -> Result<Record, Error> {
    let item = session.host.panel.item(session.item_id).await?;
    let record = Record::read(&session.host.panel.parameters(session.item_id).await?.plain)?;
    let exists = item.is_some_and(|item| {
        item.status != ItemStatus::Deleted && item.instance == Some(session.instance.id)
    });
    if !exists || record.server != Some(server) {
        return Err(Error::new(
            ErrorKind::OwnerMismatch,
            "dcim6_server",
            format!("server {server} is no longer bound to this service"),
        ));
    }
    if !lock.is_held().await {
        return Err(Error::new(
            ErrorKind::Busy,
            "lock",
            "the lock of this service was lost",
        ));
    }
    Ok(record)
}
