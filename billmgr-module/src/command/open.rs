//! `open` and `reopen`: pick a server for a paid order and bring it into the client's hands (`billmanager-protocol.md` 5.1).

use std::collections::BTreeSet;

use super::order::read_order;
use super::request::Request;
use super::service::{deleted, unbound};
use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::claim::claim;
use crate::lifecycle::engine::{Engine, Finished};
use crate::lifecycle::lock::ItemLock;
use crate::lifecycle::session::Goal;
use crate::lifecycle::situation::Order;
use crate::panel::{Item, ItemStatus};
use crate::report::{connect_problem, next_problem};

/// Run `open`, or `reopen`, which goes on with the server that the service has, and never picks one.
pub async fn run(host: &Host<'_>, arguments: &Arguments, command: &str) -> Result<String, Error> {
    let mut request = Request::read(host, arguments, command).await?;
    let mut lock = None;
    let result = open(&mut request, &mut lock).await;
    // The report belongs to the work: nobody else may begin before it is made.
    request.finish(result, lock.as_ref()).await
}

async fn open(request: &mut Request<'_>, lock: &mut Option<ItemLock>) -> Result<(), Error> {
    let lock = lock.insert(request.lock().await?);
    let reopens = request.command == "reopen";
    loop {
        let item = request.item().await?;
        match item.status {
            // Our own last call, whose answer was lost.
            ItemStatus::Active if !reopens => return Ok(()),
            ItemStatus::Deleted => return Err(deleted(&item)),
            _ => {}
        }
        let error = match with_instance(request, &item, lock).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if reopens || !goes_to_next(request, &item, &error).await? {
            return Err(error);
        }
    }
}

async fn with_instance(
    request: &mut Request<'_>,
    item: &Item,
    lock: &mut ItemLock,
) -> Result<(), Error> {
    let instance = request.instance(item).await?;
    let session = request.session(item, instance).await?;
    let reopens = request.command == "reopen";
    let order = Order {
        reopens,
        ..read_order(&session, item).await?
    };
    let mut lost = BTreeSet::new();
    loop {
        if session.memory().await?.0.server.is_none() {
            if reopens {
                return Err(unbound());
            }
            claim(&session, lock, &order, &mut lost).await?;
        }
        let bound = session.memory().await?.0.server;
        let engine = Engine::new(&session, lock, Goal::Open(order.clone()));
        match (engine.drive().await?, bound) {
            (Finished::Reached, _) => return Ok(()),
            // Given back untouched: the next one.
            (Finished::Unbound, Some(bound)) => {
                if session.memory().await?.0.server == Some(bound) {
                    let why = "the claim was withdrawn, and BILLmanager shows it still";
                    return Err(Error::new(ErrorKind::Db, "dcim6_server", why));
                }
                lost.insert(bound);
            }
            (Finished::Unbound, None) => {
                let why = "the claim did not stay";
                return Err(Error::new(ErrorKind::Db, "dcim6_server", why));
            }
        }
    }
}

/// Whether the order went to the next module instance. Only an order without a server may (H, row A; 5.1.6).
async fn goes_to_next(
    request: &mut Request<'_>,
    item: &Item,
    error: &Error,
) -> Result<bool, Error> {
    let by_type = |tried: &crate::report::Tried| {
        tried
            .instance
            .settings
            .get("by_server_type")
            .is_some_and(|value| value == "on")
    };
    let Some(last) = request.tried.last_mut() else {
        return Ok(false);
    };
    let concerned =
        error.kind().is_connection() || error.kind() == ErrorKind::NoFreeServer && by_type(last);
    let unbound = request
        .host
        .panel
        .parameters(item.id)
        .await?
        .plain
        .get("dcim6_server")
        .is_none_or(String::is_empty);
    if !concerned || !unbound {
        return Ok(false);
    }
    last.error = error.clone();
    last.at = request.host.clock.now();
    let calls = request.host.calls();
    let text = error.to_string();
    if error.kind().is_connection() {
        last.registered = calls
            .register_problem(&connect_problem(&last.instance, &text))
            .await
            .is_ok();
    }
    if calls.next_module(item.id).await.is_err() {
        return Ok(false);
    }
    let now = request.host.panel.item(item.id).await?;
    // BILLmanager may begin again at the first: each instance is tried once a run.
    let tried = |next: u64| request.tried.iter().any(|tried| tried.instance.id == next);
    if now.and_then(|now| now.instance).is_none_or(tried) {
        return Ok(false);
    }
    if let Some(last) = request.tried.last() {
        let problem = next_problem(&last.instance, item, &text);
        let _ = calls.register_problem(&problem).await;
    }
    Ok(true)
}
