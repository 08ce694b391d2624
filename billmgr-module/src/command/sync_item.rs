//! `sync_item`: make true again what BILLmanager believes of a service.

use std::time::Duration;

use super::request::Request;
use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::engine::Engine;
use crate::lifecycle::lock::ItemLock;
use crate::lifecycle::session::Goal;
use crate::panel::ItemStatus;

/// Run `sync_item`. A service somebody works on is left alone, which is no failure.
pub async fn run(host: &Host<'_>, arguments: &Arguments) -> Result<String, Error> {
    let request = Request::read(host, arguments, "sync_item").await?;
    reconcile(request).await.map(|_| String::new())
}

/// What became of a service that was to be reconciled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reconciled {
    /// It is as BILLmanager has it, or about to be.
    Done,
    /// Somebody works on it.
    Busy,
    /// It is neither in use nor being prepared.
    NotInUse,
}

/// Reconcile the service of a request.
///
/// # Errors
/// What stands in the way; the next reconcile begins anew.
pub async fn reconcile(mut request: Request<'_>) -> Result<Reconciled, Error> {
    let host = request.host;
    let name = ItemLock::of_item(request.item);
    let mut lock = match ItemLock::take(host.panel, &host.clock, &name, Duration::ZERO).await {
        Ok(lock) => lock,
        Err(error) if error.kind() == ErrorKind::Busy => return Ok(Reconciled::Busy),
        Err(error) => return Err(error),
    };
    let item = request.item().await?;
    if matches!(item.status, ItemStatus::Ordered | ItemStatus::Deleted) {
        return Ok(Reconciled::NotInUse);
    }
    let pending = host.panel.pending_operations(item.id).await? > 0;
    let instance = request.instance(&item).await?;
    let session = request.session(&item, instance).await?;
    let goal = Goal::Sync { pending };
    match Engine::new(&session, &mut lock, goal).drive().await {
        Ok(_) => Ok(Reconciled::Done),
        // The lock was lost to somebody who works on it now.
        Err(error) if error.kind() == ErrorKind::Busy => Ok(Reconciled::Busy),
        Err(error) => Err(error),
    }
}
