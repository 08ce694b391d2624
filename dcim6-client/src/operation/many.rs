//! Waiting for many operations with one list call for up to fifty servers.

use std::collections::BTreeMap;
use std::time::Duration;

use super::look::Look;
use super::running::RunningOperation;
use super::wait::{Tally, WaitResult};
use crate::client::Client;
use crate::id::ServerId;
use crate::model::{OperationHandle, Server};
use crate::query::field;

/// How many servers one list call asks for: it keeps the query below 2 KB, which every web server takes.
const PER_CALL: usize = 50;

struct Pending {
    running: RunningOperation,
    tally: Tally,
    result: Option<WaitResult>,
}

/// What a list call showed of the servers it asked for.
enum Rows {
    Read(BTreeMap<ServerId, Server>),
    /// The list failed; each operation is asked for by itself.
    Failed,
}

impl Client {
    /// Wait for many operations at once, with one list call for up to fifty servers; results are in the order of the handles.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let mut handles = Vec::new();
    /// for id in [1, 2, 3] {
    ///     handles.push(dcim.server(ServerId::new(id)).suspend().start().await?.handle());
    /// }
    /// for (handle, ended) in dcim.wait_all(handles).await {
    ///     println!("server {}: {}", handle.server(), ended?.status);
    /// }
    /// # Ok(()) });
    /// ```
    pub async fn wait_all(
        &self,
        handles: impl IntoIterator<Item = OperationHandle>,
    ) -> Vec<(OperationHandle, WaitResult)> {
        wait_all(self, handles.into_iter().collect()).await
    }
}

async fn wait_all(
    client: &Client,
    handles: Vec<OperationHandle>,
) -> Vec<(OperationHandle, WaitResult)> {
    let mut pending: Vec<Pending> = handles
        .into_iter()
        .map(|handle| Pending {
            running: client.attach(handle),
            tally: Tally::default(),
            result: None,
        })
        .collect();
    while pending.iter().any(|one| one.result.is_none()) {
        client.clock().sleep(soonest(&pending)).await;
        look_at_all(client, &mut pending).await;
    }
    pending
        .into_iter()
        .filter_map(|one| Some((one.running.handle(), one.result?)))
        .collect()
}

/// The first round is at once; later ones when the youngest operation is due.
fn soonest(pending: &[Pending]) -> Duration {
    let waiting = pending.iter().filter(|one| one.result.is_none());
    waiting
        .map(|one| {
            if one.tally.polls == 0 {
                Duration::ZERO
            } else {
                one.running.next_look()
            }
        })
        .min()
        .unwrap_or_default()
}

async fn look_at_all(client: &Client, pending: &mut [Pending]) {
    let mut waiting: Vec<&mut Pending> = pending
        .iter_mut()
        .filter(|one| one.result.is_none())
        .collect();
    for group in waiting.chunks_mut(PER_CALL) {
        let servers: Vec<ServerId> = group
            .iter()
            .map(|one| one.running.handle().server())
            .collect();
        let rows = read(&patient_client(client, group), servers).await;
        for one in group {
            let look = look(&one.running, &rows).await;
            one.result = one.tally.count(look, &one.running);
        }
    }
}

/// A list call before the nearest deadline is not repeated beyond it, so that the last look at that operation is still made.
fn patient_client(client: &Client, group: &[&mut Pending]) -> Client {
    let now = client.clock().now();
    let deadlines = group.iter().map(|one| one.running.handle().deadline());
    let ahead = deadlines.chain(client.retry.until).filter(|end| *end > now);
    match ahead.min() {
        Some(nearest) => client.with_retry(client.retry.clone().until(nearest)),
        None => client.clone(),
    }
}

async fn read(client: &Client, mut servers: Vec<ServerId>) -> Rows {
    servers.sort_unstable();
    servers.dedup();
    let list = client
        .servers()
        .filter(field("id").is_one_of(servers.iter().copied()))
        .page_size(PER_CALL as u64);
    match list.all().await {
        Ok(rows) => Rows::Read(rows.into_iter().map(|server| (server.id, server)).collect()),
        Err(_) => Rows::Failed,
    }
}

/// The list is enough in the usual case; where it is not, the operation is looked at by itself.
async fn look(running: &RunningOperation, rows: &Rows) -> Look {
    let handle = running.handle();
    let row = match rows {
        Rows::Read(rows) if handle.panel() == running.client.panel() => rows.get(&handle.server()),
        _ => None,
    };
    let seen = row.and_then(|server| running.look_at_row(server.clone()));
    match seen {
        Some(look) => look,
        None => running.look().await,
    }
}
