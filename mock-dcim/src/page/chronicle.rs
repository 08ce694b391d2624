//! The past as the page shows it: exchanges, what happened, what people did and what BILLmanager knew, in one order.

mod line;
mod words;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

use crate::journal::JournalEntry;
use crate::ledger::facts::Fact;
use crate::ledger::{Ledger, story};
use crate::moment::Moment;
use crate::redact;
use crate::world::World;
use crate::world::actor::Person;
use crate::world::event::Fired;
use crate::world::occurrence::Occurrence;
use crate::world::person::PanelAction;
pub(crate) use line::{Due, Line};
use line::{Kind, More};
use words::{fact_in_words, in_words};

/// How many lines are remembered.
const CAPACITY: usize = 20_000;

#[derive(Debug)]
pub(crate) struct Chronicle {
    /// Grows when everything begins again.
    pub(crate) epoch: u64,
    lines: VecDeque<Line>,
    /// Grows with every line and with every change that has no line.
    version: u64,
    /// The number of the last line that was forgotten.
    forgotten: u64,
    /// By server, the version at which it changed last.
    touched: BTreeMap<u64, u64>,
    /// The exchange under way.
    cause: Option<u64>,
    /// Events of the queue that were seen.
    seen: u64,
    /// Violations that were seen.
    told: BTreeSet<String>,
}

impl Chronicle {
    pub(crate) fn new(world: &World) -> Self {
        Self {
            epoch: 1,
            lines: VecDeque::new(),
            version: 0,
            forgotten: 0,
            touched: BTreeMap::new(),
            cause: None,
            seen: world.queue.inserted(),
            told: BTreeSet::new(),
        }
    }

    /// What a look has seen that sees everything up to now.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The lines after a version; nothing if some of them are forgotten already.
    pub(crate) fn after(&self, version: u64) -> Option<impl Iterator<Item = &Line>> {
        if version > self.version || version < self.forgotten {
            return None;
        }
        let skip = self.lines.partition_point(|line| line.n <= version);
        Some(self.lines.iter().skip(skip))
    }

    /// All lines that are remembered.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }

    /// The servers that changed after a version.
    pub(crate) fn touched_after(&self, version: u64) -> impl Iterator<Item = u64> {
        let touched = self.touched.iter().filter(move |(_, at)| **at > version);
        touched.map(|(server, _)| *server)
    }

    fn push(&mut self, at: Moment, kind: Kind, server: Option<u64>, text: String, more: More) {
        self.version += 1;
        if let Some(server) = server {
            self.touched.insert(server, self.version);
        }
        if self.lines.len() == CAPACITY
            && let Some(line) = self.lines.pop_front()
        {
            self.forgotten = line.n;
        }
        self.lines.push_back(Line {
            n: self.version,
            at,
            kind,
            text,
            server,
            call: self.cause,
            more,
        });
    }

    /// An exchange took place. What the world says next is what it caused.
    pub(crate) fn call(&mut self, entry: &JournalEntry, world: &World) {
        let due = world.queue.inserted_after(self.seen);
        let due = due.map(|(at, event)| Due {
            at,
            event: event.word(),
            server: world.concerned(event).0,
        });
        let more = More {
            method: Some(entry.method.clone()),
            path: Some(entry.path.clone()),
            status: Some(entry.status),
            fault: entry.fault.clone(),
            request_id: entry.request_id.clone(),
            due: due.collect(),
            fact: None,
        };
        self.cause = Some(entry.seq);
        let text = entry.name.unwrap_or("unknown path").to_owned();
        self.push(entry.at, Kind::Call, entry.server, text, more);
    }

    pub(crate) fn occurrence(&mut self, seen: &Occurrence) {
        let text = story::line(seen);
        self.push(seen.at, Kind::World, seen.server, text, More::default());
    }

    /// Something that was due happened. Only what nobody else speaks of is a line of its own.
    pub(crate) fn fired(&mut self, world: &World, fired: &Fired, link: Option<u64>) {
        let text = match (fired.event, link.and_then(|id| world.port(id))) {
            (_, Some(port)) => {
                let state = if port.oper_up { "up" } else { "down" };
                format!("link of port {} is {state}", port.id)
            }
            ("address_ready", _) => "an address is in place".to_owned(),
            _ => {
                // Seen by the next look all the same.
                self.touch(fired.server);
                return;
            }
        };
        self.push(fired.at, Kind::World, fired.server, text, More::default());
    }

    /// A person is about to act; answers the server that is meant.
    pub(crate) fn action(
        &mut self,
        world: &World,
        who: Person,
        action: &PanelAction,
    ) -> Option<u64> {
        let action = redact::body(&serde_json::to_value(action).unwrap_or_default());
        let server = action["server"].as_u64().or_else(|| {
            let port = world.port(action["port"].as_u64()?)?;
            port.server
        });
        let who = match who {
            Person::Staff => "staff".to_owned(),
            Person::Customer { user } => format!("customer {user}"),
        };
        let text = format!("{who}: {}", in_words(&action, "action"));
        self.push(world.now(), Kind::Person, server, text, More::default());
        server
    }

    /// What the last line says was refused.
    pub(crate) fn refused(&mut self) {
        if let Some(line) = self.lines.back_mut() {
            line.text.push_str(" (refused)");
        }
    }

    pub(crate) fn lever(&mut self, world: &World, lever: &Value) {
        let server = lever["server"].as_u64().or_else(|| {
            let port = world.port(lever["port"].as_u64()?)?;
            port.server
        });
        let text = in_words(lever, "lever");
        self.push(world.now(), Kind::Lever, server, text, More::default());
    }

    /// BILLmanager knows something. What is written here is what a story of the ledger says.
    pub(crate) fn fact(&mut self, world: &World, ledger: &Ledger, fact: &Fact) {
        let mut known = fact.item().and_then(|item| ledger.server_of(item));
        if let Fact::Binding {
            server: Some(server),
            ..
        } = fact
        {
            // The old server has lost something too.
            self.touch(known);
            known = Some(*server);
        }
        let more = More {
            fact: serde_json::to_value(fact).ok(),
            ..More::default()
        };
        self.push(world.now(), Kind::Service, known, fact_in_words(fact), more);
    }

    /// The next look has to fetch this server again.
    pub(crate) fn touch(&mut self, server: Option<u64>) {
        if let Some(server) = server {
            self.version += 1;
            self.touched.insert(server, self.version);
        }
    }

    /// All that one cause had to say is said.
    pub(crate) fn settle(&mut self, world: &World, ledger: &Ledger) {
        if ledger.violations() > self.told.len() {
            for promise in ledger.verdict().promises {
                for story in promise.stories {
                    self.broken(world, story);
                }
            }
        }
        self.cause = None;
        self.seen = world.queue.inserted();
    }

    fn broken(&mut self, world: &World, story: String) {
        if self.told.contains(&story) {
            return;
        }
        let text = story.lines().next().unwrap_or_default().to_owned();
        let server = text.split(" on server ").nth(1).and_then(|rest| {
            let id = rest.split(':').next()?;
            id.parse().ok()
        });
        self.told.insert(story);
        self.push(world.now(), Kind::Broken, server, text, More::default());
    }
}
