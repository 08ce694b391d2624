//! The service commands that their names alone describe, and what all of them share.

use super::request::Request;
use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::address::Wanted;
use crate::lifecycle::engine::{Engine, Finished};
use crate::lifecycle::lock::ItemLock;
use crate::lifecycle::session::{Goal, Session};
use crate::panel::calls::Completion;
use crate::panel::{Item, ItemStatus};

/// Run a service command whose goal its name says.
pub async fn run(host: &Host<'_>, arguments: &Arguments, command: &str) -> Result<String, Error> {
    let mut request = Request::read(host, arguments, command).await?;
    let mut lock = None;
    let result = reach(&mut request, &mut lock).await;
    // The report belongs to the work: nobody else may begin before it is made.
    request.finish(result, lock.as_ref()).await
}

async fn reach(request: &mut Request<'_>, lock: &mut Option<ItemLock>) -> Result<(), Error> {
    if request.command == "changepassword" {
        // DCImanager cannot reach into an installed system, and a reinstallation would wipe it. The new password is not even opened.
        let why = "changepassword: DCImanager cannot change the password of an installed system";
        return Err(Error::new(ErrorKind::NotSupported, "command", why));
    }
    let lock = lock.insert(request.lock().await?);
    let item = request.item().await?;
    if item.status == ItemStatus::Deleted {
        // Our own last call, whose answer was lost, or a deletion that needed none.
        return if request.command == "close" {
            Ok(())
        } else {
            Err(deleted(&item))
        };
    }
    let instance = request.instance(&item).await?;
    let session = request.session(&item, instance).await?;
    let goal = match request.command {
        "suspend" => Goal::Suspend,
        "resume" => Goal::Resume,
        "close" => Goal::Close,
        "start" => Goal::Power(true),
        "stop" => Goal::Power(false),
        "reboot" => Goal::Reset { hard: false },
        "hardreboot" => Goal::Reset { hard: true },
        "setparam" => Goal::Addresses(Wanted {
            configuration: new_configuration(&session, &item).await?,
            is_setparam: true,
            ..wanted(&session, None).await?
        }),
        // Nothing in DCImanager depends on how long a service is paid for.
        "prolong" => {
            let prolonged = Completion::new("service.postprolong", None);
            return session
                .calls()
                .complete(item.id, session.operation, prolonged)
                .await;
        }
        other => return Err(Error::new(ErrorKind::NotSupported, "command", other)),
    };
    drive(&session, lock, goal).await
}

/// Work until the goal is reached, on a server that is bound already.
pub async fn drive(session: &Session<'_>, lock: &mut ItemLock, goal: Goal) -> Result<(), Error> {
    let is_close = matches!(goal, Goal::Close);
    match Engine::new(session, lock, goal).drive().await? {
        Finished::Reached => Ok(()),
        // Nothing was ever bound, or the claim was withdrawn untouched: there is nothing to clean.
        Finished::Unbound if is_close => {
            let closed = Completion::new("service.postclose", Some(ItemStatus::Deleted));
            session
                .calls()
                .complete(session.item_id, session.operation, closed)
                .await
        }
        Finished::Unbound => Err(unbound()),
    }
}

/// What a service that is in use is to have of addresses: all that is paid for, or one place.
pub async fn wanted(session: &Session<'_>, only: Option<u64>) -> Result<Wanted, Error> {
    let panel = session.host.panel;
    let parameters = panel.parameters(session.item_id).await?;
    Ok(Wanted {
        slots: panel.slots(session.item_id).await?,
        only,
        domain: parameters.plain.get("domain").cloned(),
        configuration: None,
        is_setparam: false,
    })
}

/// The configuration that a change of the tariff under way asks for, if it asks for another.
async fn new_configuration(session: &Session<'_>, item: &Item) -> Result<Option<String>, Error> {
    let Some(before) = item.last_pricelist else {
        return Ok(None);
    };
    let host = session.host;
    let old = configuration(host, item.id, before).await?;
    let new = configuration(host, item.id, item.pricelist).await?;
    Ok(new.filter(|new| old.as_ref() != Some(new)))
}

/// The configuration that a service is to have by a tariff: the word its client chose where there is a choice (assumed), else the tariff's own.
pub async fn configuration(
    host: &Host<'_>,
    item: u64,
    pricelist: u64,
) -> Result<Option<String>, Error> {
    const NAME: &str = "configuration";
    let options = host.panel.options(item, pricelist).await?;
    let chosen = options.into_iter().find(|option| option.name == NAME);
    let named = match chosen.and_then(|option| option.chosen) {
        Some(chosen) => Some(chosen),
        None => host.panel.tariff(pricelist).await?.remove(NAME),
    };
    let named = named.map(|name| name.trim().to_owned());
    Ok(named.filter(|name| !name.is_empty()))
}

/// The error for a service that is gone.
pub fn deleted(item: &Item) -> Error {
    Error::new(ErrorKind::Missed, "item", format!("{} is deleted", item.id))
}

/// The error for a service that is bound to no server.
pub fn unbound() -> Error {
    Error::new(
        ErrorKind::Missed,
        "dcim6_server",
        "the service has no server",
    )
    .for_staff()
}
