//! Everything that one lock guards: world, clock, journal, ledger.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::{Clock, ClockMode};
use crate::control;
use crate::dialect::Dialect;
use crate::dispatch;
use crate::exchange::{Request, Response};
use crate::fault::{FaultRule, Faults};
use crate::fleet::Fleet;
use crate::fleet::builtin::{self, Admin};
use crate::journal::Journal;
use crate::ledger::Ledger;
use crate::ledger::facts::Fact;
use crate::moment::Moment;
use crate::openapi;
use crate::page::chronicle::Chronicle;
use crate::snapshot::Snapshot;
use crate::vary::Variation;
use crate::watch::Watchers;
use crate::world::World;
use crate::world::actor::Person;
use crate::world::command::Answer;
use crate::world::event::Fired;
use crate::world::lever::Lever;
use crate::world::person::PanelAction;
use crate::world::refusal::Refusal;

/// What a mock is started with.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) seed: u64,
    pub(crate) mode: ClockMode,
    pub(crate) admin: Admin,
    pub(crate) strict: bool,
    /// A client has this long to send its headers, and as long again for its body.
    pub(crate) patience: Duration,
    pub(crate) fleet: Option<Fleet>,
    /// Where it goes on from, in place of the fleet.
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    pub(crate) dialect: Arc<Dialect>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 0,
            mode: ClockMode::default(),
            admin: Admin::default(),
            strict: false,
            patience: Duration::from_secs(30),
            fleet: None,
            snapshot: None,
            dialect: Arc::default(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) config: Config,
    pub(crate) strict: bool,
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    pub(crate) stale: Option<Stale>,
    pub(crate) unseen: Option<Unseen>,
    pub(crate) watchers: Watchers,
    /// What the page shows of the past.
    pub(crate) chronicle: Chronicle,
    /// Whether others than this host can reach us.
    pub(crate) is_open: bool,
    pub(crate) variation: Variation,
    /// Requests that are carried out once more (K22), by when.
    pub(crate) again: BTreeMap<(Moment, u64), Request>,
}

/// What the next reads see instead of the truth (K21).
#[derive(Debug)]
pub(crate) struct Stale {
    pub(crate) world: World,
    pub(crate) reads: u32,
}

/// An operation that has begun and that the next reads do not see (F15).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unseen {
    pub(crate) server: u64,
    /// The operation that they see in its place.
    pub(crate) before: Option<u64>,
    pub(crate) reads: u32,
}

impl Core {
    pub(crate) fn new(mut config: Config) -> Self {
        let snapshot = config.snapshot.clone();
        let start = snapshot.as_ref().map_or(Moment::START, |one| one.now());
        let clock = Clock::new(config.mode, start);
        let world = if let Some(snapshot) = &snapshot {
            snapshot.put_into(&mut config);
            snapshot.world()
        } else {
            let (now, seed) = (clock.now(), config.seed);
            match &config.fleet {
                Some(fleet) => fleet.build(now, seed, &config.admin),
                None => builtin::build(now, seed, &config.admin),
            }
        };
        let mut core = Self {
            strict: config.strict,
            ledger: Ledger::new(&world, config.seed),
            journal: Journal::default(),
            faults: Faults::default(),
            stale: None,
            unseen: None,
            watchers: Watchers::default(),
            chronicle: Chronicle::new(&world),
            is_open: false,
            variation: Variation::default(),
            again: BTreeMap::new(),
            world,
            clock,
            config,
        };
        if let Some(snapshot) = snapshot {
            snapshot.restore(&mut core);
        }
        core
    }

    /// Begin again, as if just started.
    pub(crate) fn reset(&mut self) {
        let faults = std::mem::take(&mut self.faults);
        let watchers = std::mem::take(&mut self.watchers);
        let (epoch, is_open) = (self.chronicle.epoch, self.is_open);
        *self = Self::new(self.config.clone());
        self.faults.stay_at_listener_of(faults);
        self.watchers = watchers;
        self.is_open = is_open;
        // Whoever watches has to forget what was.
        self.chronicle.epoch = epoch + 1;
        self.tell_changed();
    }

    /// Answer one request, product or control.
    pub(crate) fn exchange(&mut self, request: &Request) -> Response {
        self.catch_up();
        let is_control = request.path == "/_mock" || request.path.starts_with("/_mock/");
        let is_swagger = request.path == "/swagger/openapi.json" && request.method == "GET";
        let mut response = if is_control {
            control::answer(self, request)
        } else if is_swagger {
            Response::json(200, &openapi::document(&self.config.dialect))
        } else {
            dispatch::product(self, request)
        };
        self.judge();
        let date = self.world.now().http_date();
        response.headers.push(("date".to_owned(), date));
        response
    }

    /// Let everything happen that was due by now.
    pub(crate) fn catch_up(&mut self) {
        let now = self.clock.now();
        self.run_until(now);
    }

    fn run_until(&mut self, moment: Moment) -> Vec<Fired> {
        let mut fired = Vec::new();
        loop {
            // A repeated request comes after what was due before it.
            let again = self.again.keys().next().copied();
            let until = again.map_or(moment, |(at, _)| at.min(moment));
            let link = self.world.queue.next().and_then(|(_, next)| next.link());
            if let Some(one) = self.world.fire_next(until) {
                self.judge();
                self.chronicle.fired(&self.world, &one, link);
                fired.push(one);
            } else if let Some(key) = again.filter(|(at, _)| *at <= moment) {
                self.world.now = self.world.now.max(key.0);
                if let Some(request) = self.again.remove(&key) {
                    dispatch::product(self, &request);
                    self.judge();
                }
            } else {
                break;
            }
        }
        self.ledger.time_passes(&self.world, moment);
        self.world.now = self.world.now.max(moment);
        if !fired.is_empty() {
            self.tell_changed();
        }
        fired
    }

    /// Tell who watches that there is something new to see, which no other event speaks of.
    pub(crate) fn tell_changed(&mut self) {
        self.watchers
            .tell("changed", &serde_json::json!({"now": self.world.now}));
    }

    /// Advance virtual time; answers what happened meanwhile.
    pub(crate) fn advance_to(&mut self, moment: Moment) -> Vec<Fired> {
        let moment = moment.max(self.clock.now());
        let fired = self.run_until(moment);
        self.clock.jump(moment);
        self.tell_changed();
        fired
    }

    /// Advance to the next due event and let happen all that is due at that instant.
    pub(crate) fn advance_to_next(&mut self) -> Vec<Fired> {
        let again = self.again.keys().next().map(|key| key.0);
        match self.world.queue.next_at().into_iter().chain(again).min() {
            Some(at) => self.advance_to(at),
            None => Vec::new(),
        }
    }

    /// Show the ledger what happened, and let it judge.
    fn judge(&mut self) {
        for occurrence in std::mem::take(&mut self.world.happened) {
            self.ledger.observe(&self.world, &occurrence);
            self.chronicle.occurrence(&occurrence);
            self.watchers.tell("occurrence", &occurrence);
        }
        self.chronicle.settle(&self.world, &self.ledger);
    }

    /// Carry out a request once more after a while; at once if the while is nothing.
    pub(crate) fn send_again(&mut self, after: Duration, request: Request) {
        if after.is_zero() {
            dispatch::product(self, &request);
        } else {
            let key = (self.world.now + after, self.again.len() as u64);
            self.again.insert(key, request);
        }
    }

    /// What a read sees in place of the truth, if it is not the truth.
    pub(crate) fn disguise(&mut self) -> Option<World> {
        if let Some(stale) = self.stale.as_mut().filter(|stale| stale.reads > 0) {
            stale.reads -= 1;
            let mut seen = stale.world.clone();
            // Time and sessions are never stale.
            seen.now = self.world.now;
            seen.sessions.clone_from(&self.world.sessions);
            return Some(seen);
        }
        let unseen = self.unseen.as_mut().filter(|one| one.reads > 0)?;
        unseen.reads -= 1;
        let mut seen = self.world.clone();
        if let Some(server) = seen.servers.get_mut(&unseen.server)
            && let Some(hidden) = std::mem::replace(&mut server.operation, unseen.before)
        {
            seen.operations.remove(&hidden);
        }
        Some(seen)
    }

    pub(crate) fn act(&mut self, who: Person, action: PanelAction) -> Result<Answer, Refusal> {
        self.catch_up();
        let touched = self.chronicle.action(&self.world, who, &action);
        let answer = self.world.act(who, action);
        if answer.is_err() {
            self.chronicle.refused();
        }
        self.judge();
        self.chronicle.touch(touched);
        self.tell_changed();
        answer
    }

    pub(crate) fn pull(&mut self, lever: Lever) -> Result<(), Refusal> {
        self.catch_up();
        let pulled = serde_json::to_value(&lever).unwrap_or_default();
        let done = self.world.pull(lever);
        if done.is_ok() {
            self.chronicle.lever(&self.world, &pulled);
        }
        self.judge();
        self.tell_changed();
        done
    }

    pub(crate) fn fact(&mut self, fact: Fact) {
        self.catch_up();
        self.chronicle.fact(&self.world, &self.ledger, &fact);
        let secrets = self.ledger.secrets_told();
        self.ledger.fact(&self.world, fact);
        if self.ledger.secrets_told() > secrets {
            // What was said before it was known to be one counts too.
            for entry in self.journal.entries() {
                self.ledger.scan_exchange(entry);
            }
        }
        self.chronicle.settle(&self.world, &self.ledger);
        self.tell_changed();
    }

    pub(crate) fn add_fault(&mut self, rule: FaultRule) -> Result<u64, Refusal> {
        let id = self.faults.add(rule)?;
        self.ledger.faults_began();
        Ok(id)
    }

    pub(crate) fn state(&self) -> Value {
        serde_json::to_value(&self.world).unwrap_or_default()
    }
}
