//! Faults: rules that spoil an exchange on purpose, in order, counted, without chance.

pub(crate) mod effect;
pub(crate) mod play;
pub(crate) mod spoil;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::route::ROUTES;
use crate::world::refusal::Refusal;
use effect::{Effect, Params, Pause};

/// Spoil exchanges: the operation's name, how many to let pass, how many to spoil, and how.
///
/// `operation` is the name of a call in the specification's table, `any` for each of them, or `connection` for effects that
/// come before any operation is known. `effect` is the name of a fault kind in the safety specification, without its number.
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use mock_dcim::{FaultRule, MockDcim};
///
/// let mock = MockDcim::start().await.unwrap();
/// let id = mock.fault(FaultRule::new("auth_login", "503_n").times(2)).unwrap();
/// let body = br#"{"email":"admin@example.com","password":"mock-password"}"#;
/// let log_in = || mock.exchange("POST", "/api/auth/v4/public/token", &[], body).status;
/// assert_eq!((log_in(), log_in(), log_in()), (503, 503, 201));
/// assert_eq!(mock.faults()[0].hits, 2);
/// # });
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The operation.
    pub operation: String,
    /// How many matching exchanges pass first.
    #[serde(default)]
    pub skip: u32,
    /// How many exchanges are spoiled then; all if absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// The fault kind.
    pub effect: String,
    /// Parameters of the fault kind.
    #[serde(default)]
    pub params: Params,
}

impl FaultRule {
    /// Spoil each exchange of an operation.
    pub fn new(operation: impl Into<String>, effect: impl Into<String>) -> Self {
        Self {
            operation: operation.into(),
            skip: 0,
            times: None,
            effect: effect.into(),
            params: Params::new(),
        }
    }

    /// Let so many matching exchanges pass first.
    #[must_use]
    pub fn skip(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// Spoil so many exchanges and then no more.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Set a parameter of the fault kind.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }
}

/// A rule that is in force, and what it has done so far.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Restored")]
pub struct Fault {
    /// Its id.
    pub id: u64,
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// How many exchanges matched, those that were let pass included.
    pub matched: u32,
    /// How many exchanges it spoiled.
    pub hits: u32,
    #[serde(skip)]
    effect: Effect,
}

/// A rule as a snapshot has it.
#[derive(Deserialize)]
struct Restored {
    id: u64,
    #[serde(flatten)]
    rule: FaultRule,
    matched: u32,
    hits: u32,
}

impl TryFrom<Restored> for Fault {
    type Error = Refusal;

    fn try_from(restored: Restored) -> Result<Self, Refusal> {
        let Restored {
            id,
            rule,
            matched,
            hits,
        } = restored;
        let effect = Effect::parse(&rule.effect, &rule.params)?;
        Ok(Self {
            id,
            rule,
            matched,
            hits,
            effect,
        })
    }
}

/// Whether a call begins an operation.
fn begins_operation(name: &str) -> bool {
    let kinds = ["install", "diag", "recovery", "suspend", "resume"];
    name.strip_prefix("server_")
        .is_some_and(|kind| kinds.contains(&kind))
}

/// The operation name of effects on connections.
pub(crate) const CONNECTION: &str = "connection";

#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Fault>,
    added: u64,
    /// Wakes the listener when it has to stop listening for a while.
    pub(crate) wake: Arc<Notify>,
    /// Certificates can be exchanged only where there are any.
    pub(crate) has_tls: bool,
}

impl Faults {
    /// Other rules, but the listener is the same.
    pub(crate) fn stay_at_listener_of(&mut self, other: Self) {
        self.wake = other.wake;
        self.has_tls = other.has_tls;
    }

    pub(crate) fn add(&mut self, rule: FaultRule) -> Result<u64, Refusal> {
        let effect = Effect::parse(&rule.effect, &rule.params)?;
        let known = match rule.operation.as_str() {
            CONNECTION => effect.is_connection(),
            "any" => !effect.is_connection(),
            name => !effect.is_connection() && ROUTES.iter().any(|route| route.name == name),
        };
        if !known {
            return Err(Refusal::invalid(
                "operation",
                "unknown_or_not_for_this_effect",
            ));
        }
        if matches!(effect, Effect::Tls { .. }) && !self.has_tls {
            return Err(Refusal::invalid("effect", "needs_tls"));
        }
        if matches!(effect, Effect::Unseen { .. }) && !begins_operation(&rule.operation) {
            return Err(Refusal::invalid("operation", "begins_no_operation"));
        }
        if effect.pause().is_some() {
            self.wake.notify_one();
        }
        self.added += 1;
        self.rules.push(Fault {
            id: self.added,
            rule,
            matched: 0,
            hits: 0,
            effect,
        });
        Ok(self.added)
    }

    /// The rules as they were, with what they had done.
    pub(crate) fn restore(&mut self, rules: Vec<Fault>, added: u64) {
        self.rules = rules;
        self.added = added;
    }

    /// How many rules there ever were.
    pub(crate) fn added(&self) -> u64 {
        self.added
    }

    pub(crate) fn remove(&mut self, id: u64) -> Result<(), Refusal> {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        if self.rules.len() == before {
            return Err(Refusal::not_found("fault", id));
        }
        Ok(())
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.rules
    }

    /// For how long nobody may accept connections from now on, if a rule wants that.
    ///
    /// Nobody counts connections that the kernel turns away. `skip` counts those that were accepted before the first pause,
    /// `times` the pauses, one unless it says otherwise; between two of them one connection is accepted.
    pub(crate) fn pause(&mut self) -> Option<(Duration, Pause)> {
        self.rules.iter_mut().find_map(|fault| {
            let pause = fault.effect.pause()?;
            let left = fault.hits < fault.rule.times.unwrap_or(1);
            let due = fault.matched >= fault.rule.skip.saturating_add(fault.hits);
            (left && due).then(|| {
                fault.hits += 1;
                pause
            })
        })
    }

    /// Find the effect for an exchange. Every rule that matches counts it; the first that is due plays.
    pub(crate) fn hit(&mut self, operation: &str) -> Option<(String, Effect)> {
        let mut found = None;
        for fault in &mut self.rules {
            let any = fault.rule.operation == "any" && operation != CONNECTION;
            if !any && fault.rule.operation != operation {
                continue;
            }
            fault.matched += 1;
            if fault.effect.pause().is_some() {
                continue;
            }
            let due = fault.matched > fault.rule.skip
                && fault.rule.times.is_none_or(|times| fault.hits < times);
            if due && found.is_none() {
                fault.hits += 1;
                found = Some((fault.rule.effect.clone(), fault.effect.clone()));
            }
        }
        found
    }
}
