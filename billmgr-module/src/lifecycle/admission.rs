//! What is refused, or given back, before anything is planned. A command and `pmdcim6 plan` ask the same.

use dcim6_client::{Server, ServerId};

use super::record::{Record, Stage};
use super::session::Goal;
use crate::error::{Error, ErrorKind};
use crate::panel::{Item, ItemStatus};

/// What is known of a service before its server is looked at.
#[derive(Debug)]
pub struct Known<'a> {
    /// The service.
    pub item: &'a Item,
    /// What it remembers.
    pub record: &'a Record,
    /// Why its password cannot be opened, if it cannot.
    pub unreadable: Option<&'a Error>,
    /// What it is worked on for.
    pub goal: &'a Goal,
    /// DCImanager, as `host:port`.
    pub here: &'a str,
    /// Another service that holds its server, or why nobody can say; none, too, where that has been looked at before.
    pub holder: Result<Option<u64>, Error>,
}

/// What may be done for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Work on this server.
    Server(ServerId),
    /// Nothing: it is bound to no server.
    Unbound,
    /// Give the server back: another service holds it, and nothing was written to it yet (S1).
    GiveBack(ServerId),
}

/// Admit a service to what is to be done for it.
///
/// # Errors
/// `missed` for a deleted one; `value` for a password that an order needs and that cannot be opened; `owner_mismatch` for a server of another
/// DCImanager, or one that another service holds too.
pub fn admit(known: Known<'_>) -> Result<Admission, Error> {
    let Known { item, record, .. } = known;
    if item.status == ItemStatus::Deleted {
        return Err(Error::new(
            ErrorKind::Missed,
            "item",
            format!("{} is deleted", item.id),
        ));
    }
    if let (Goal::Open(_), Some(error)) = (known.goal, known.unreadable) {
        return Err(error.clone());
    }
    let Some(bound) = record.server else {
        return Ok(Admission::Unbound);
    };
    refuse_another_panel(record, bound, known.here)?;
    // S1: who names a server that another service holds gives it back if it has not written to it, and leaves it to staff if it has.
    match known.holder? {
        None => Ok(Admission::Server(bound)),
        Some(_) if matches!(known.goal, Goal::Open(_)) && record.stage < Stage::Owner => {
            Ok(Admission::GiveBack(bound))
        }
        Some(holder) => {
            let why = format!("server {bound} is held by service {holder} too");
            Err(Error::new(ErrorKind::OwnerMismatch, "dcim6_server", why))
        }
    }
}

/// A binding, and an operation of ours, are of one DCImanager: another one has other servers under the same numbers.
fn refuse_another_panel(record: &Record, bound: ServerId, here: &str) -> Result<(), Error> {
    let elsewhere = |panel: &str| panel != here;
    if record.panel.as_deref().is_some_and(elsewhere) {
        let why = format!("server {bound} stands in another DCImanager than {here}");
        return Err(Error::new(ErrorKind::OwnerMismatch, "dcim6_panel", why));
    }
    let handle = record.operation.as_ref();
    if handle.is_some_and(|handle| elsewhere(handle.panel()) || handle.server() != bound) {
        let why = format!("it is not of server {bound} of {here}");
        return Err(Error::new(ErrorKind::OwnerMismatch, "dcim6_operation", why));
    }
    Ok(())
}

/// Take the answer about the bound server.
///
/// # Errors
/// `owner_mismatch` if DCImanager has no such server; else what stood in the way of looking.
pub fn found(
    bound: ServerId,
    looked: Result<Server, dcim6_client::Error>,
) -> Result<Server, Error> {
    looked.map_err(|error| {
        if error.is_not_found() {
            let why = format!("server {bound} is not in DCImanager");
            return Error::new(ErrorKind::OwnerMismatch, "server", why);
        }
        error.into()
    })
}
