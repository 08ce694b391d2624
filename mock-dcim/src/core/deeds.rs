//! What is done to a mock beside the product's own calls: people, levers, faults, facts. Each is noted, so that it can be done again.

use super::Core;
use crate::fault::FaultRule;
use crate::ledger::facts::Fact;
use crate::recording::Input;
use crate::vary::Variation;
use crate::world::actor::Person;
use crate::world::command::Answer;
use crate::world::lever::Lever;
use crate::world::person::PanelAction;
use crate::world::refusal::Refusal;

impl Core {
    pub(crate) fn act(&mut self, who: Person, action: PanelAction) -> Result<Answer, Refusal> {
        self.catch_up();
        self.note(Input::Act {
            who,
            action: action.clone(),
        });
        let touched = self.chronicle.action(&self.world, who, &action);
        let answer = self.world.act(who, action);
        if answer.is_err() {
            self.chronicle.refused();
        }
        self.judge();
        self.chronicle.touch(touched);
        self.keep_recording();
        self.tell_changed();
        answer
    }

    pub(crate) fn pull(&mut self, lever: Lever) -> Result<(), Refusal> {
        self.catch_up();
        self.note(Input::Lever(lever.clone()));
        let pulled = serde_json::to_value(&lever).unwrap_or_default();
        let done = self.world.pull(lever);
        if done.is_ok() {
            self.chronicle.lever(&self.world, &pulled);
        }
        self.judge();
        self.keep_recording();
        self.tell_changed();
        done
    }

    pub(crate) fn fact(&mut self, fact: Fact) {
        self.catch_up();
        self.note(Input::from(&fact));
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
        self.keep_recording();
        self.tell_changed();
    }

    pub(crate) fn add_fault(&mut self, rule: FaultRule) -> Result<u64, Refusal> {
        let id = self.faults.add(rule.clone())?;
        self.note(Input::Fault(rule));
        self.ledger.faults_began();
        Ok(id)
    }

    pub(crate) fn remove_fault(&mut self, id: u64) -> Result<(), Refusal> {
        self.faults.remove(id)?;
        self.note(Input::NoFault(id));
        Ok(())
    }

    pub(crate) fn vary(&mut self, how: Variation) {
        self.variation = how;
        self.note(Input::Variation(how));
    }
}
