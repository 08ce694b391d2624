//! How time passes: due events fire in order, repeated requests among them, and the ledger sees each.

use std::time::Duration;

use super::Core;
use crate::dispatch;
use crate::exchange::Request;
use crate::moment::Moment;
use crate::recording::Input;
use crate::world::event::Fired;

impl Core {
    /// Let everything happen that was due by now.
    pub(crate) fn catch_up(&mut self) {
        let now = self.clock.now();
        let violations = self.ledger.violations();
        self.run_until(now);
        if self.ledger.violations() > violations {
            // When somebody looked decides when a run was found to be late.
            self.note(Input::Time);
        }
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
        self.note(Input::Time);
        self.keep_recording();
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

    /// Carry out a request once more after a while; at once if the while is nothing.
    pub(crate) fn send_again(&mut self, after: Duration, request: Request) {
        if after.is_zero() {
            dispatch::product(self, &request);
        } else {
            let key = (self.world.now + after, self.again.len() as u64);
            self.again.insert(key, request);
        }
    }
}
