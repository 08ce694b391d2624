//! What the ledger says in the end.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Ledger;

/// Say which promises were kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// All promises.
    pub promises: Vec<Promise>,
    /// How many violations there were.
    pub violations: usize,
}

/// One promise of the safety specification.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Promise {
    /// `S1` to `S8`, `S4w`, `L1` to `L5`.
    pub id: &'static str,
    /// How it stands.
    pub state: PromiseState,
    /// One story for each violation.
    pub stories: Vec<String>,
    /// Published figures: only S4w has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Exposure>,
}

/// How a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum PromiseState {
    /// Kept so far.
    #[serde(rename = "held")]
    Held,
    /// Broken at least once.
    #[serde(rename = "broken")]
    Broken,
    /// Nothing was seen that it could be judged by.
    #[serde(rename = "not judged")]
    NotJudged,
}

impl fmt::Display for PromiseState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Held => "held",
            Self::Broken => "broken",
            Self::NotJudged => "not judged",
        })
    }
}

/// S4w: for how long a stopped customer's system was reachable while it was being deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// The item.
    pub item: u64,
    /// The server.
    pub server: u64,
    /// Seconds.
    pub seconds: f64,
}

/// All promises, in the order in which they are printed.
pub(crate) const PROMISES: [&str; 14] = [
    "S1", "S2", "S3", "S4", "S4w", "S5", "S6", "S7", "S8", "L1", "L2", "L3", "L4", "L5",
];

impl Verdict {
    /// Find a promise by its id.
    pub fn promise(&self, id: &str) -> Option<&Promise> {
        self.promises.iter().find(|promise| promise.id == id)
    }
}

impl Ledger {
    pub(crate) fn verdict(&self) -> Verdict {
        let promises = PROMISES.map(|id| {
            let (replay, seed) = (&self.replay, self.seed);
            // The command is this mock's own, also where the story comes from a snapshot.
            let stories: Vec<_> = self
                .stories
                .get(id)
                .into_iter()
                .flatten()
                .map(|(at, story)| format!("{story}\n  replay: {replay} (seed {seed}, until {at})"))
                .collect();
            Promise {
                id,
                state: if !stories.is_empty() {
                    PromiseState::Broken
                } else if self.judged.contains(id) {
                    PromiseState::Held
                } else {
                    PromiseState::NotJudged
                },
                stories,
                measured: if id == "S4w" {
                    self.exposures.clone()
                } else {
                    Vec::new()
                },
            }
        });
        Verdict {
            violations: promises.iter().map(|promise| promise.stories.len()).sum(),
            promises: promises.into(),
        }
    }
}

impl Default for Verdict {
    fn default() -> Self {
        let promises = PROMISES.map(|id| Promise {
            id,
            state: PromiseState::NotJudged,
            stories: Vec::new(),
            measured: Vec::new(),
        });
        Self {
            promises: promises.into(),
            violations: 0,
        }
    }
}
