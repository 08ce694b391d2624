//! Picking a server and binding it to the service, before anything touches it (safety.md O1, O2).

use std::collections::BTreeSet;

use dcim6_client::{Server, ServerId, asc, field};

use super::lock::{ItemLock, PICK, PICK_WAIT};
use super::record::Change;
use super::session::Session;
use super::situation::Order;
use crate::error::{Error, ErrorKind};
use crate::matching::{Match, Wish, choose};

/// How many servers one run tries before it hands over (O2).
pub const ATTEMPTS: usize = 5;

/// Bind a free server of exactly the ordered configuration to the service.
///
/// `lost` are the servers this run has already had to give back.
///
/// # Errors
/// `similar_server` with the nearest one, kept from other orders until staff have decided; `no_free_server`; `busy` when others were quicker too often.
pub async fn claim(
    session: &Session<'_>,
    lock: &ItemLock,
    order: &Order,
    lost: &mut BTreeSet<ServerId>,
) -> Result<(), Error> {
    let servers = free_servers(session).await?;
    let (record, _) = session.memory().await?;
    let mut unfit = BTreeSet::new();
    while lost.len() < ATTEMPTS {
        let mut taken = taken(session).await?;
        taken.extend(lost.iter());
        let found = best(
            session,
            &servers,
            order,
            record.candidate,
            taken,
            &mut unfit,
        );
        let found = found.await?;
        match &found {
            Match::Exact(best) => {
                let Some(server) = best.first().copied() else {
                    break;
                };
                if bind(session, lock, server).await? {
                    return Ok(());
                }
                lost.insert(server);
            }
            Match::Nearest { server, .. } if !session.settings.by_server_type => {
                if keep(session, *server).await? {
                    return Err(unavailable(session, order, &found));
                }
                lost.insert(*server);
            }
            Match::Nearest { .. } | Match::Nothing => {
                return Err(unavailable(session, order, &found));
            }
        }
    }
    Err(Error::new(
        ErrorKind::Busy,
        "server",
        format!("{ATTEMPTS} servers went to other orders first"),
    ))
}

/// Choose a server as an order does. Whose MAC address is not its own alone is passed over, and noted in `unfit`.
///
/// # Errors
/// What stands in the way of looking.
pub async fn best(
    session: &Session<'_>,
    servers: &[Server],
    order: &Order,
    candidate: Option<ServerId>,
    mut taken: BTreeSet<ServerId>,
    unfit: &mut BTreeSet<ServerId>,
) -> Result<Match, Error> {
    loop {
        taken.extend(unfit.iter());
        let wish = Wish {
            configuration: &order.configuration,
            candidate,
            powered_on: session.settings.sell_powered_on,
            taken: &taken,
        };
        let found = choose(servers, &wish);
        let first = match &found {
            Match::Exact(best) => best.first().copied(),
            Match::Nearest { .. } | Match::Nothing => None,
        };
        match first {
            Some(server) if !is_only_one_with_its_mac(session, servers, server).await? => {
                unfit.insert(server);
            }
            _ => return Ok(found),
        }
    }
}

/// The error for an order that no server of exactly its configuration was found for.
pub fn unavailable(session: &Session<'_>, order: &Order, found: &Match) -> Error {
    let wanted = &order.configuration;
    let none = Error::new(ErrorKind::NoFreeServer, "configuration", wanted);
    match found {
        _ if session.settings.by_server_type => none,
        Match::Nearest {
            server,
            configuration,
            differences,
        } => {
            let differences = differences.join(", ");
            let text = format!("server {server} {configuration} for {wanted}: {differences}");
            Error::new(ErrorKind::SimilarServer, "configuration", text)
        }
        Match::Nothing | Match::Exact(_) => none.for_staff(),
    }
}

/// The servers of the location that nobody owns and that are not new, by id.
///
/// # Errors
/// What stands in the way of looking.
pub async fn free_servers(session: &Session<'_>) -> Result<Vec<Server>, Error> {
    let unowned = field("owner_email").is_null()
        & field("is_new").eq(false)
        & field("location_id").eq(session.location);
    Ok(session
        .client
        .servers()
        .filter(unowned)
        .order_by(asc("id"))
        .all()
        .await?)
}

/// The servers of this DCImanager that other services hold or keep; addresses are compared as host and port, never as typed.
///
/// # Errors
/// `db`.
pub async fn taken(session: &Session<'_>) -> Result<BTreeSet<ServerId>, Error> {
    let claims = session.host.panel.claims(session.item_id).await?;
    let here = session.client.panel();
    Ok(claims
        .iter()
        .filter(|claim| claim.is_in(here))
        .filter_map(|claim| claim.number().map(ServerId::new))
        .collect())
}

/// Say whether another service holds or keeps this server.
async fn is_taken(session: &Session<'_>, server: ServerId) -> Result<bool, Error> {
    let panel = session.host.panel;
    let claims = panel.claims_on(server.get(), session.item_id).await?;
    let here = session.client.panel();
    Ok(claims.iter().any(|claim| claim.is_in(here)))
}

/// Documented as part of availability (R7); servers with an owner count too, and those are not in the list of free ones.
async fn is_only_one_with_its_mac(
    session: &Session<'_>,
    servers: &[Server],
    server: ServerId,
) -> Result<bool, Error> {
    let Some(mac) = servers
        .iter()
        .find(|found| found.id == server)
        .and_then(|found| found.mac.clone())
    else {
        return Ok(false);
    };
    let same = session
        .client
        .servers()
        .filter(field("mac").eq(mac.as_str()))
        .all()
        .await?;
    Ok(same.iter().all(|found| found.id == server))
}

/// Bind under the lock that all orders of this BILLmanager pick under. `false` if another order was quicker.
async fn bind(session: &Session<'_>, lock: &ItemLock, server: ServerId) -> Result<bool, Error> {
    let host = session.host;
    let pick = ItemLock::take(host.panel, &host.clock, PICK, PICK_WAIT).await?;
    // No old snapshot: what others have bound since our list counts.
    if is_taken(session, server).await? {
        return Ok(false);
    }
    if !pick.is_held().await || !lock.is_held().await {
        let why = "the lock was lost before a server was bound";
        return Err(Error::new(ErrorKind::Busy, "lock", why));
    }
    session
        .save(&Change::claim(server, session.client.panel()))
        .await?;
    if session.memory().await?.0.server != Some(server) {
        let why = "BILLmanager said yes and does not show what was saved";
        return Err(Error::new(ErrorKind::Db, "service.saveparam", why));
    }
    if is_taken(session, server).await? {
        session.save(&Change::withdrawal()).await?;
        return Ok(false);
    }
    Ok(true)
}

/// Keep a similar server from other orders, under the same lock. `false` if another order was quicker.
async fn keep(session: &Session<'_>, server: ServerId) -> Result<bool, Error> {
    let host = session.host;
    let _pick = ItemLock::take(host.panel, &host.clock, PICK, PICK_WAIT).await?;
    if is_taken(session, server).await? {
        return Ok(false);
    }
    session.save(&[Change::Candidate(Some(server))]).await?;
    Ok(true)
}
