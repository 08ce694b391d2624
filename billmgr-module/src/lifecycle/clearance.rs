//! The check before every write to a server (safety.md E3), and the only place that makes a [`Cleared`].

use dcim6_client::{Server, ServerId, UserId};

use super::lock::ItemLock;
use super::record::{Record, Stage};
use super::session::Session;
use super::situation::{Owner, owner_of};
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

/// Clear one write: the service still exists, still names this server, the lock is still ours, and the owner just read fits. `None` if the lock
/// was lost: take it anew and read everything again (E1).
///
/// # Errors
/// `owner_mismatch`; nothing was written.
pub async fn clear(
    session: &Session<'_>,
    lock: &ItemLock,
    server: &Server,
    write: &Write,
) -> Result<Option<Cleared>, Error> {
    let Some(record) = confirm(session, lock, server.id).await? else {
        return Ok(None);
    };
    if matches!(write, Write::Owner(Some(_)))
        && let Some(holder) = other_holder(session, server.id).await?
    {
        let why = format!("server {} is held by service {holder}", server.id);
        return Err(Error::new(ErrorKind::OwnerMismatch, write.name(), why));
    }
    if write.allows(owner_of(server, record.user, session.email.as_deref())) {
        return Ok(Some(Cleared { server: server.id }));
    }
    Err(Error::new(
        ErrorKind::OwnerMismatch,
        write.name(),
        format!("server {}", server.id),
    ))
}

/// Say whether a server is this user's.
pub fn is_owner(server: &Server, user: UserId, email: Option<&str>) -> bool {
    owner_of(server, Some(user), email) == Owner::Ours
}

/// Confirm that the service still exists and names this server, and that the lock is ours; `None` if the lock is not.
///
/// # Errors
/// `owner_mismatch` if the binding is gone.
pub async fn confirm(
    session: &Session<'_>,
    lock: &ItemLock,
    server: ServerId,
) -> Result<Option<Record>, Error> {
    let item = session.host.panel.item(session.item_id).await?;
    let record = Record::read(&session.host.panel.parameters(session.item_id).await?.plain)?;
    let exists = item.is_some_and(|item| {
        item.status != ItemStatus::Deleted && item.instance == Some(session.instance.id)
    });
    let here = record
        .panel
        .as_deref()
        .is_none_or(|panel| panel == session.client.panel());
    if !exists || !here || record.server != Some(server) {
        return Err(Error::new(
            ErrorKind::OwnerMismatch,
            "dcim6_server",
            format!("server {server} is no longer bound to this service"),
        ));
    }
    Ok(lock.is_held().await.then_some(record))
}

/// Find another service that holds a server: one that names it and has begun to write to it (S1, N31).
///
/// # Errors
/// `value` if the other service's memory cannot be read: then nobody knows.
pub async fn other_holder(session: &Session<'_>, server: ServerId) -> Result<Option<u64>, Error> {
    let panel = session.host.panel;
    for claim in panel.claims_on(server.get(), session.item_id).await? {
        if claim.is_candidate || !claim.is_in(session.client.panel()) {
            continue;
        }
        let other = Record::read(&panel.parameters(claim.item).await?.plain)?;
        let item = panel.item(claim.item).await?;
        // A service that runs holds its server, also if staff bound it and no stage is on record.
        let runs = item
            .is_some_and(|item| matches!(item.status, ItemStatus::Active | ItemStatus::Stopped));
        if other.stage >= Stage::Owner || runs {
            return Ok(Some(claim.item));
        }
    }
    Ok(None)
}
