//! `/_mock/view`: the world as the page draws it, and with `?epoch=1&after=17` only what changed since.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::chronicle::{Due, Line};
use super::standing::Holding;
use super::unit::{self, Unit};
use crate::core::Core;
use crate::fault::Fault;
use crate::moment::Moment;
use crate::world::World;

#[derive(Serialize)]
struct View<'a> {
    epoch: u64,
    version: u64,
    /// Everything, not only what changed.
    full: bool,
    now: Moment,
    rate: u32,
    seed: u64,
    next: Option<Due>,
    licence_expired: bool,
    violations: usize,
    locations: Vec<(u64, &'a str)>,
    racks: Vec<Column<'a>>,
    users: Vec<(u64, &'a str, bool)>,
    templates: Vec<(u64, &'a str)>,
    servers: Vec<Unit<'a>>,
    lines: Vec<&'a Line>,
    faults: &'a [Fault],
    /// By promise: its state, how many stories it has.
    promises: Vec<(&'static str, String, usize)>,
}

/// A rack as a column.
#[derive(Serialize)]
struct Column<'a> {
    key: u64,
    name: &'a str,
    location: u64,
}

/// How many lines a first look gets at most: nobody scrolls back further.
const FIRST_LOOK: usize = 20_000;

pub(super) fn render(core: &Core, query: &str) -> Vec<u8> {
    let number = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(found, _)| *found == name)?
            .1
            .parse::<u64>()
            .ok()
    };
    let known = number("after").filter(|_| number("epoch") == Some(core.chronicle.epoch));
    let news = known.and_then(|version| {
        let lines: Vec<_> = core.chronicle.after(version)?.collect();
        let servers: BTreeSet<u64> = core.chronicle.touched_after(version).collect();
        Some((lines, servers))
    });
    let full = news.is_none();
    let (lines, changed) = match news {
        Some((lines, changed)) => (lines, Some(changed)),
        None => (core.chronicle.all().take(FIRST_LOOK).collect(), None),
    };
    let world = &core.world;
    let verdict = core.ledger.verdict();
    let reading = core.clock.reading();
    let view = View {
        epoch: core.chronicle.epoch,
        version: core.chronicle.version(),
        full,
        now: world.now().max(reading.now),
        rate: reading.rate,
        seed: core.config.seed,
        next: world.queue.next().map(|(at, event)| Due {
            at,
            event: event.word(),
            server: world.concerned(event).0,
        }),
        licence_expired: world.settings.licence_expired,
        violations: verdict.violations,
        locations: world
            .locations
            .values()
            .map(|one| (one.id, one.name.as_str()))
            .collect(),
        racks: racks(world),
        users: world
            .users
            .values()
            .map(|one| (one.id, one.email.as_str(), one.is_admin()))
            .collect(),
        templates: world
            .templates
            .values()
            .map(|one| (one.id, one.name.as_str()))
            .collect(),
        servers: units(core, changed.as_ref()),
        lines,
        faults: core.faults.list(),
        promises: verdict
            .promises
            .iter()
            .map(|promise| (promise.id, promise.state.to_string(), promise.stories.len()))
            .collect(),
    };
    serde_json::to_vec(&view).unwrap_or_default()
}

fn units<'a>(core: &'a Core, changed: Option<&BTreeSet<u64>>) -> Vec<Unit<'a>> {
    if changed.is_some_and(BTreeSet::is_empty) {
        return Vec::new();
    }
    let world = &core.world;
    let twins = twins(world);
    let held = holdings(core);
    let wanted = world
        .servers()
        .filter(|server| changed.is_none_or(|ids| ids.contains(&server.id)));
    wanted
        .map(|server| {
            let twin = server.mac.as_deref().is_some_and(|mac| twins.contains(mac));
            unit::render(world, server, held.get(&server.id).copied(), twin)
        })
        .collect()
}

fn holdings(core: &Core) -> BTreeMap<u64, Holding> {
    let all = core
        .ledger
        .holdings()
        .map(|(server, item, stopped, closing, tasked)| {
            let held = Holding {
                item,
                stopped,
                closing,
                tasked,
            };
            (server, held)
        });
    all.collect()
}

/// The MAC addresses that more than one server has, found in one walk.
fn twins(world: &World) -> BTreeSet<&str> {
    let mut seen = BTreeSet::new();
    let macs = world.servers().filter_map(|server| server.mac.as_deref());
    macs.filter(|mac| !seen.insert(*mac)).collect()
}

/// The racks of each location in turn; at its end the one of what stands in no rack.
fn racks(world: &World) -> Vec<Column<'_>> {
    let mut all: Vec<_> = world
        .racks
        .values()
        .map(|one| Column {
            key: one.id,
            name: &one.name,
            location: one.location,
        })
        .collect();
    let loose: BTreeSet<u64> = world
        .servers()
        .filter(|server| server.rack.is_none())
        .map(|server| server.location)
        .collect();
    all.extend(loose.into_iter().map(|location| Column {
        key: unit::LOOSE + location,
        name: "in no rack",
        location,
    }));
    all.sort_by_key(|column| (column.location, column.key));
    all
}
