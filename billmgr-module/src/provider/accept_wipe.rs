//! `pmdcim6 accept-wipe`: a person answers for disks that are gone, or that the inventory does not show (safety.md D5).

use std::io::Write;

use super::say;
use crate::Host;
use crate::command::request::Request;
use crate::command::service::{deleted, unbound};
use crate::error::{Error, ErrorKind};
use crate::lifecycle::record::{Acceptance, Change, DiskNote, Stage, Wipe};
use crate::panel::ItemStatus;

/// Let the disks that a server shows now be all that its deletion has to clean. It is kept in the service, with the person's name and reason.
///
/// # Errors
/// `value` or `missed` for a service that is not being deleted, or for an empty name or reason; nothing was changed.
pub async fn accept_wipe(
    host: &Host<'_>,
    item: u64,
    by: &str,
    reason: &str,
    out: &mut (dyn Write + Send),
) -> Result<u8, Error> {
    for (name, text) in [("by", by), ("reason", reason)] {
        if text.trim().is_empty() {
            return Err(Error::new(
                ErrorKind::Missed,
                name,
                "it is kept for whoever asks later",
            ));
        }
    }
    let mut request = Request::direct(host, "accept-wipe", item);
    let _lock = request.lock().await?;
    let item = request.item().await?;
    if item.status == ItemStatus::Deleted {
        return Err(deleted(&item));
    }
    let instance = request.instance(&item).await?;
    let session = request.session(&item, instance).await?;
    let record = session.memory().await?.0;
    let Some(server) = record.server else {
        return Err(unbound());
    };
    let here = session.client.panel();
    if record.panel.as_deref().is_some_and(|panel| panel != here) {
        let why = format!("server {server} stands in another DCImanager than {here}");
        return Err(Error::new(ErrorKind::OwnerMismatch, "dcim6_panel", why));
    }
    let seen = session.client.server(server).get().await?;
    // Before its first step, a deletion only waits for this word where the inventory shows no disk at all.
    let is_pending = host.panel.pending_operations(item.id).await? > 0;
    if record.stage < Stage::Close1 && !(is_pending && seen.disks().is_empty()) {
        let why = format!("service {} is not being deleted", item.id);
        return Err(Error::new(ErrorKind::Value, "item", why));
    }
    let before = record.wipe.unwrap_or_else(|| Wipe::of(&seen));
    let disks = DiskNote::of(&seen);
    say(
        out,
        format_args!(
            "server {server}: {} when its deletion began",
            show(&before.baseline)
        ),
    );
    say(
        out,
        format_args!("server {server}: {} now, accepted by {by}", show(&disks)),
    );
    let wipe = Wipe {
        baseline: disks,
        accepted: Some(Acceptance {
            by: by.trim().to_owned(),
            reason: reason.trim().to_owned(),
            at: host.clock.now(),
        }),
        ..before
    };
    session.save(&[Change::Wipe(wipe)]).await?;
    say(
        out,
        "Start the deletion in BILLmanager again: it wipes what is there now.",
    );
    Ok(0)
}

fn show(disks: &[DiskNote]) -> String {
    if disks.is_empty() {
        return "no disk".to_owned();
    }
    let name = |disk: &DiskNote| {
        let size = disk
            .size_gb
            .map_or("of unknown size".to_owned(), |size| format!("{size} GB"));
        disk.serial
            .as_ref()
            .map_or(size.clone(), |serial| format!("{serial} ({size})"))
    };
    disks.iter().map(name).collect::<Vec<_>>().join(", ")
}
