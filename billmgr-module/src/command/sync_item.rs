//! `sync_item`: make true again what BILLmanager believes of a service.

use std::time::Duration;

use super::service::Request;
use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::engine::Engine;
use crate::lifecycle::lock::ItemLock;
use crate::lifecycle::session::Goal;

/// Run `sync_item`. A service somebody works on is left alone, which is no failure.
pub async fn run(host: &Host<'_>, arguments: &Arguments) -> Result<String, Error> {
    let mut request = Request::read(host, arguments, "sync_item").await?;
    let mut lock = match ItemLock::take(
        host.panel,
        &host.clock,
        &ItemLock::of_item(request.item),
        Duration::ZERO,
    )
    .await
    {
        Ok(lock) => lock,
        Err(error) if error.kind() == ErrorKind::Busy => return Ok(String::new()),
        Err(error) => return Err(error),
    };
    let item = request.item().await?;
    if matches!(
        item.status,
        crate::panel::ItemStatus::Ordered | crate::panel::ItemStatus::Deleted
    ) {
        return Ok(String::new());
    }
    let pending = host.panel.pending_operations(item.id).await? > 0;
    let instance = request.instance(&item).await?;
    let session = request.session(&item, instance).await?;
    Engine::new(&session, &mut lock, Goal::Sync { pending })
        .drive()
        .await?;
    Ok(String::new())
}
