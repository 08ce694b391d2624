//! The ledger: what is true, and whether a customer was harmed. It believes nobody.

pub(crate) mod facts;
pub(crate) mod verdict;

use crate::moment::Moment;
use crate::world::World;
use crate::world::occurrence::Occurrence;
use facts::Fact;
use verdict::Verdict;

#[derive(Debug)]
pub(crate) struct Ledger {
    facts: Vec<Fact>,
}

impl Ledger {
    pub(crate) fn new(_world: &World, _seed: u64) -> Self {
        Self { facts: Vec::new() }
    }

    pub(crate) fn observe(&mut self, _world: &World, _occurrence: &Occurrence) {}

    pub(crate) fn time_passes(&mut self, _world: &World, _until: Moment) {}

    pub(crate) fn fact(&mut self, _world: &World, fact: Fact) {
        self.facts.push(fact);
    }

    pub(crate) fn verdict(&self) -> Verdict {
        Verdict::default()
    }
}
