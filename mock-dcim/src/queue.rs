//! What will happen, in the order in which it will happen.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeSeq, Serializer};

use crate::moment::Moment;
use crate::world::event::Event;

/// When an event is due; among events of one instant, the one inserted first comes first.
pub(crate) type Key = (Moment, u64);

/// The due events of the world, ordered by (time, insertion).
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    due: BTreeMap<Key, Event>,
    inserted: u64,
}

/// The key of an event that is not due; a restored queue gives the true one.
pub(crate) fn no_key() -> Key {
    (Moment::START, 0)
}

impl Queue {
    /// Walk over what is due, with its keys.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Key, &Event)> {
        self.due.iter().map(|(key, event)| (*key, event))
    }

    /// The queue as it was.
    pub(crate) fn restored(due: impl IntoIterator<Item = (Key, Event)>, inserted: u64) -> Self {
        Self {
            due: due.into_iter().collect(),
            inserted,
        }
    }

    pub(crate) fn insert(&mut self, at: Moment, event: Event) -> Key {
        self.inserted += 1;
        let key = (at, self.inserted);
        self.due.insert(key, event);
        key
    }

    /// Take back an event that must not happen any more.
    pub(crate) fn cancel(&mut self, key: Key) {
        self.due.remove(&key);
    }

    /// Give the next event.
    pub(crate) fn next(&self) -> Option<(Moment, &Event)> {
        self.due.iter().next().map(|(key, event)| (key.0, event))
    }

    /// How many events were ever inserted.
    pub(crate) fn inserted(&self) -> u64 {
        self.inserted
    }

    /// Walk over the events that are due and were inserted after the first `inserted` ones.
    pub(crate) fn inserted_after(&self, inserted: u64) -> impl Iterator<Item = (Moment, &Event)> {
        self.due
            .iter()
            .filter(move |(key, _)| key.1 > inserted)
            .map(|(key, event)| (key.0, event))
    }

    pub(crate) fn next_at(&self) -> Option<Moment> {
        self.due.keys().next().map(|key| key.0)
    }

    /// Take the next event if it is due at `until` or before.
    pub(crate) fn pop(&mut self, until: Moment) -> Option<(Moment, Event)> {
        let key = *self.due.keys().next()?;
        if key.0 > until {
            return None;
        }
        self.due.remove(&key).map(|event| (key.0, event))
    }
}

impl Serialize for Queue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Due<'a> {
            at: Moment,
            #[serde(flatten)]
            event: &'a Event,
        }
        let mut list = serializer.serialize_seq(Some(self.due.len()))?;
        for ((at, _), event) in &self.due {
            list.serialize_element(&Due { at: *at, event })?;
        }
        list.end()
    }
}
