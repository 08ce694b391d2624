//! Everything that one lock guards: world, clock, journal, ledger.

use serde_json::Value;

use crate::clock::{Clock, ClockMode};
use crate::control;
use crate::dispatch;
use crate::exchange::{Request, Response};
use crate::fleet::builtin::{self, Admin};
use crate::journal::Journal;
use crate::ledger::Ledger;
use crate::ledger::facts::Fact;
use crate::moment::Moment;
use crate::world::World;
use crate::world::actor::Person;
use crate::world::command::Answer;
use crate::world::event::Fired;
use crate::world::lever::Lever;
use crate::world::person::PanelAction;
use crate::world::refusal::Refusal;

/// What a mock is started with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    pub(crate) seed: u64,
    pub(crate) mode: ClockMode,
    pub(crate) admin: Admin,
    pub(crate) strict: bool,
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) config: Config,
    pub(crate) strict: bool,
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) ledger: Ledger,
}

impl Core {
    pub(crate) fn new(config: Config) -> Self {
        let clock = Clock::new(config.mode);
        let world = builtin::build(clock.now(), config.seed, &config.admin);
        Self {
            strict: config.strict,
            ledger: Ledger::new(&world, config.seed),
            journal: Journal::default(),
            world,
            clock,
            config,
        }
    }

    /// Begin again, as if just started.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.config.clone());
    }

    /// Answer one request, product or control.
    pub(crate) fn exchange(&mut self, request: &Request) -> Response {
        self.catch_up();
        let is_control = request.path == "/_mock" || request.path.starts_with("/_mock/");
        let mut response = if is_control {
            control::answer(self, request)
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
        while let Some(one) = self.world.fire_next(moment) {
            self.judge();
            fired.push(one);
        }
        self.ledger.time_passes(&self.world, moment);
        self.world.now = self.world.now.max(moment);
        fired
    }

    /// Advance virtual time; answers what happened meanwhile.
    pub(crate) fn advance_to(&mut self, moment: Moment) -> Vec<Fired> {
        let moment = moment.max(self.clock.now());
        let fired = self.run_until(moment);
        self.clock.jump(moment);
        fired
    }

    /// Advance to the next due event and let happen all that is due at that instant.
    pub(crate) fn advance_to_next(&mut self) -> Vec<Fired> {
        match self.world.queue.next_at() {
            Some(at) => self.advance_to(at),
            None => Vec::new(),
        }
    }

    /// Show the ledger what happened, and let it judge.
    fn judge(&mut self) {
        for occurrence in std::mem::take(&mut self.world.happened) {
            self.ledger.observe(&self.world, &occurrence);
        }
    }

    pub(crate) fn act(&mut self, who: Person, action: PanelAction) -> Result<Answer, Refusal> {
        self.catch_up();
        let answer = self.world.act(who, action);
        self.judge();
        answer
    }

    pub(crate) fn pull(&mut self, lever: Lever) -> Result<(), Refusal> {
        self.catch_up();
        let done = self.world.pull(lever);
        self.judge();
        done
    }

    pub(crate) fn fact(&mut self, fact: Fact) {
        self.catch_up();
        self.ledger.fact(&self.world, fact);
    }

    pub(crate) fn state(&self) -> Value {
        serde_json::to_value(&self.world).unwrap_or_default()
    }
}
