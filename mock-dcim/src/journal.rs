//! Every exchange of the product API, in a ring, without secrets.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::moment::Moment;
use crate::route::Name;

/// How many exchanges are remembered.
const CAPACITY: usize = 10_000;
/// Above this many bytes an answer is only counted, not kept.
const LARGE: usize = 64 * 1024;

/// One exchange of the product API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JournalEntry {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// Virtual time.
    pub at: Moment,
    /// The operation's name; none for an unknown path.
    #[serde(deserialize_with = "crate::route::known_name")]
    pub name: Option<Name>,
    /// The HTTP method.
    pub method: String,
    /// The path; a token in it is hidden.
    pub path: String,
    /// The query string as sent.
    pub query: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The server that it touched.
    pub server: Option<u64>,
    /// The request body; secrets are hidden.
    pub request: Value,
    /// The answer's body; secrets are hidden.
    pub response: Value,
    /// Fields and parameters that nobody read.
    pub unread: Vec<String>,
    /// The fault that was injected.
    pub fault: Option<String>,
    /// `X-Request-Id` as sent.
    pub request_id: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<JournalEntry>,
    written: u64,
}

impl Journal {
    pub(crate) fn next_seq(&self) -> u64 {
        self.written + 1
    }

    /// The journal as it was: its entries, and how many there ever were.
    pub(crate) fn restored(entries: Vec<JournalEntry>, written: u64) -> Self {
        Self {
            entries: entries.into(),
            written,
        }
    }

    pub(crate) fn push(&mut self, entry: JournalEntry) {
        self.written += 1;
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &JournalEntry> {
        self.entries.iter()
    }
}

/// What the journal keeps of an answer.
pub(crate) fn kept(body: &Value, bytes: usize) -> Value {
    if bytes > LARGE {
        json!({"omitted_bytes": bytes})
    } else {
        crate::redact::body(body)
    }
}
