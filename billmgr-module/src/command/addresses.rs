//! `addip` and `delip`: one address more, one less.

use super::request::Request;
use super::service::{deleted, drive, wanted};
use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::lock::ItemLock;
use crate::lifecycle::session::{Goal, Session};
use crate::panel::{IpSlot, ItemStatus};

/// Run `addip`: the named place gets an address, or, if none is named, every empty one.
pub async fn add(host: &Host<'_>, arguments: &Arguments) -> Result<String, Error> {
    let mut request = Request::read(host, arguments, "addip").await?;
    let row = Row::read(arguments)?;
    let mut lock = None;
    let result = async {
        let (lock, session) = begin(&mut request, &mut lock).await?;
        let mut wanted = wanted(&session, None).await?;
        if let Some(row) = &row {
            wanted.only = Some(row.find(&wanted.slots)?);
        }
        drive(&session, lock, Goal::Addresses(wanted)).await
    };
    let result = result.await;
    request.finish(result, lock.as_ref()).await
}

/// Run `delip`.
pub async fn remove(host: &Host<'_>, arguments: &Arguments) -> Result<String, Error> {
    let mut request = Request::read(host, arguments, "delip").await?;
    let row = Row::read(arguments)?;
    let mut lock = None;
    let result = async {
        let why = "name the address to be removed";
        let row = row.ok_or_else(|| Error::new(ErrorKind::Missed, "ip", why))?;
        let (lock, session) = begin(&mut request, &mut lock).await?;
        let slots = session.host.panel.slots(session.item_id).await?;
        // A place that is gone was removed by a run before this one, whose answer was lost.
        let slot = match row.find(&slots) {
            Ok(slot) => slot,
            Err(_) if session.tries > 1 => return Ok(()),
            Err(error) => return Err(error),
        };
        drive(&session, lock, Goal::Release { slots, slot }).await
    };
    let result = result.await;
    request.finish(result, lock.as_ref()).await
}

async fn begin<'l, 'a>(
    request: &mut Request<'a>,
    lock: &'l mut Option<ItemLock>,
) -> Result<(&'l mut ItemLock, Session<'a>), Error> {
    let lock = lock.insert(request.lock().await?);
    let item = request.item().await?;
    if item.status == ItemStatus::Deleted {
        return Err(deleted(&item));
    }
    let instance = request.instance(&item).await?;
    Ok((lock, request.session(&item, instance).await?))
}

/// The row of an address, as the command line names it: by its id, or by the address in it.
enum Row {
    Id(u64),
    Address(String),
}

impl Row {
    fn read(arguments: &Arguments) -> Result<Option<Self>, Error> {
        if let Some(id) = arguments.id("ip_id")? {
            return Ok(Some(Self::Id(id)));
        }
        let Some(text) = arguments
            .get("ip")
            .map(str::trim)
            .filter(|text| !text.is_empty())
        else {
            return Ok(None);
        };
        if text.parse::<std::net::IpAddr>().is_ok() {
            return Ok(Some(Self::Address(text.to_owned())));
        }
        arguments.id("ip").map(|id| id.map(Self::Id))
    }

    fn find(&self, slots: &[IpSlot]) -> Result<u64, Error> {
        let is_meant = |slot: &&IpSlot| match self {
            Self::Id(id) => slot.id == *id,
            Self::Address(address) => slot.address == *address,
        };
        let found = slots.iter().find(is_meant).map(|slot| slot.id);
        found.ok_or_else(|| {
            let named = match self {
                Self::Id(id) => id.to_string(),
                Self::Address(address) => address.clone(),
            };
            Error::new(
                ErrorKind::Value,
                "ip",
                format!("{named}: not of this service"),
            )
        })
    }
}
