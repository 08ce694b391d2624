//! When a call is sent again: safety.md H, rows N, R, U and A, as one pure function.

use std::time::Duration;

use crate::Timestamp;
use crate::endpoint::Class;

/// Bound how often and how long a call is repeated. Which calls may be repeated at all is not a choice: see [`Class`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mock = mock_dcim::MockDcim::start().await?;
/// # let dcim = dcim6_client::Client::builder(mock.url()).credentials(mock.admin()).build()?;
/// use dcim6_client::{Retry, ServerId};
///
/// // One try, for a caller with a loop of its own.
/// let server = dcim.with_retry(Retry::never()).server(ServerId::new(1)).get().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How often a call is sent at most, the first time included. 4 by default; at least 1.
    pub attempts: u32,
    /// The longest pause before the second try, doubled for each further one; the pause is drawn evenly from zero to there.
    /// 500 ms by default.
    pub base: Duration,
    /// The longest pause. 20 s by default.
    pub cap: Duration,
    /// The longest `Retry-After` that is waited for; with a longer one the call fails at once and says so. 60 s by default.
    pub longest_retry_after: Duration,
    /// How often a sleeping service is asked again (R4). 500 ms by default.
    pub asleep_every: Duration,
    /// For how long a sleeping service is asked again (R4). 60 s by default; these tries are not counted as attempts.
    pub asleep_for: Duration,
    /// No pause, and no waiting for a log-in, goes beyond this instant of the client's clock; none by default.
    pub until: Option<Timestamp>,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 4,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(20),
            longest_retry_after: Duration::from_secs(60),
            asleep_every: Duration::from_millis(500),
            asleep_for: Duration::from_secs(60),
            until: None,
        }
    }
}

impl Retry {
    /// Send each call once. A session that ended is still renewed.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, server| {
    /// let once = dcim.with_retry(Retry::never());
    /// once.server(ServerId::new(1)).get().await?;
    /// # Ok(()) });
    /// ```
    pub fn never() -> Self {
        Self {
            attempts: 1,
            asleep_for: Duration::ZERO,
            ..Self::default()
        }
    }

    /// Let no pause, and no waiting for a log-in, go beyond `instant`. An exchange that has begun is not cut: its own limit is the client's.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let deadline = dcim.clock().now() + Duration::from_secs(30);
    /// dcim.with_retry(Retry::default().until(deadline)).auth().whoami().await?;
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn until(mut self, instant: Timestamp) -> Self {
        self.until = Some(instant);
        self
    }

    /// A policy as patient as both, without an end: what many wait for must not end with the deadline of one of them.
    pub(crate) fn at_least(&self, other: &Self) -> Self {
        Self {
            attempts: self.attempts.max(other.attempts),
            asleep_for: self.asleep_for.max(other.asleep_for),
            longest_retry_after: self.longest_retry_after.max(other.longest_retry_after),
            until: None,
            ..self.clone()
        }
    }
}

/// How old a session must be for a 403 to be taken for its end (safety.md H, row A): one that is younger has not ended.
const SUSPECT_AFTER: Duration = Duration::from_secs(60);

/// What one exchange came to, as far as repeating is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    /// Row N: nothing was written, and it may work next time.
    NotSent,
    /// Row U: 503, the service sleeps.
    Asleep,
    /// Row A: 401, or code 1000 under any status.
    SessionEnded,
    /// Row A the first time and in a session that is not young, row G otherwise: a 403 that does not say why.
    Forbidden,
    /// Row R: no answer, an unreadable one, 429, 5xx. It may work next time, and a write may have been executed.
    Doubtful,
    /// Row G and everything else that another try would not change.
    Final,
}

/// What `decide` looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    pub class: Class,
    pub outcome: Outcome,
    /// How often the call was sent, this time included; tries that met a sleeping service do not count.
    pub attempts: u32,
    /// For how long the service has been asleep.
    pub asleep: Duration,
    /// Whether a new log-in is possible and has not been made for this call.
    pub may_log_in: bool,
    /// How old the session is that the call was made in.
    pub session_age: Duration,
    pub retry_after: Option<Duration>,
    pub now: Timestamp,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Give the failure to the caller.
    Stop,
    /// Wait, then send the same call again.
    Again(Duration),
    /// Log in once, then send the same call once more.
    LogIn,
}

/// Decide what follows a failed exchange. `chance` is in `0.0..1.0`.
pub(crate) fn decide(policy: &Retry, attempt: &Attempt, chance: f64) -> Decision {
    let reads = matches!(attempt.class, Class::Read | Class::Login);
    let delay = match attempt.outcome {
        Outcome::Final => return Decision::Stop,
        Outcome::Forbidden if attempt.session_age <= SUSPECT_AFTER => return Decision::Stop,
        Outcome::SessionEnded | Outcome::Forbidden => {
            return if attempt.may_log_in {
                Decision::LogIn
            } else {
                Decision::Stop
            };
        }
        // A call of class X may have been executed by a service that then fell asleep (K15).
        Outcome::Asleep if attempt.class == Class::Once => return Decision::Stop,
        Outcome::Asleep if attempt.asleep + policy.asleep_every > policy.asleep_for => {
            return Decision::Stop;
        }
        Outcome::Asleep => policy.asleep_every,
        Outcome::Doubtful if !reads => return Decision::Stop,
        Outcome::NotSent | Outcome::Doubtful if attempt.attempts >= policy.attempts => {
            return Decision::Stop;
        }
        Outcome::NotSent | Outcome::Doubtful => match attempt.retry_after {
            Some(asked) if asked > policy.longest_retry_after => return Decision::Stop,
            Some(asked) => asked.max(jitter(policy, attempt.attempts, chance)),
            None => jitter(policy, attempt.attempts, chance),
        },
    };
    if policy
        .until
        .is_some_and(|until| attempt.now + delay > until)
    {
        return Decision::Stop;
    }
    Decision::Again(delay)
}

/// Full jitter: anything from zero to the doubled base, so that clients that failed together do not come back together.
fn jitter(policy: &Retry, attempts: u32, chance: f64) -> Duration {
    let doubled = 1_u32
        .checked_shl(attempts.saturating_sub(1))
        .unwrap_or(u32::MAX);
    policy
        .base
        .saturating_mul(doubled)
        .min(policy.cap)
        .mul_f64(chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CLASSES: [Class; 4] = [Class::Read, Class::Idempotent, Class::Once, Class::Login];
    const OUTCOMES: [Outcome; 6] = [
        Outcome::NotSent,
        Outcome::Asleep,
        Outcome::SessionEnded,
        Outcome::Forbidden,
        Outcome::Doubtful,
        Outcome::Final,
    ];

    fn attempts() -> impl Strategy<Value = Attempt> {
        let retry_after = proptest::option::of((0_u64..5_000).prop_map(Duration::from_secs));
        (
            proptest::sample::select(&CLASSES),
            proptest::sample::select(&OUTCOMES),
            1_u32..200,
            0_u64..200_000,
            any::<bool>(),
            0_u64..200,
            retry_after,
        )
            .prop_map(
                |(class, outcome, attempts, asleep, may_log_in, age, retry_after)| Attempt {
                    class,
                    outcome,
                    attempts,
                    asleep: Duration::from_millis(asleep),
                    may_log_in,
                    session_age: Duration::from_secs(age),
                    retry_after,
                    now: Timestamp::from_second(1_000),
                },
            )
    }

    fn policies() -> impl Strategy<Value = Retry> {
        (1_u32..20, 0_u64..100_000, 0_u64..100_000).prop_map(|(attempts, base, cap)| Retry {
            attempts,
            base: Duration::from_millis(base),
            cap: Duration::from_millis(cap),
            ..Retry::default()
        })
    }

    proptest! {
        /// What may have been executed is never sent again, but for reads and log-ins.
        #[test]
        fn nothing_in_doubt_is_sent_again(policy in policies(), attempt in attempts(), chance in 0.0..1.0_f64) {
            let decision = decide(&policy, &attempt, chance);
            let in_doubt = match attempt.class {
                Class::Once => matches!(attempt.outcome, Outcome::Doubtful | Outcome::Asleep),
                Class::Idempotent => attempt.outcome == Outcome::Doubtful,
                Class::Read | Class::Login => false,
            };
            if in_doubt || attempt.outcome == Outcome::Final {
                prop_assert_eq!(decision, Decision::Stop);
            }
        }

        #[test]
        fn attempts_pauses_and_log_ins_are_bounded(policy in policies(), attempt in attempts(), chance in 0.0..1.0_f64) {
            match decide(&policy, &attempt, chance) {
                Decision::Stop => {}
                Decision::LogIn => {
                    prop_assert!(attempt.may_log_in);
                    let suspect = attempt.session_age > Duration::from_secs(60);
                    let ended = attempt.outcome == Outcome::SessionEnded;
                    prop_assert!(ended || (attempt.outcome == Outcome::Forbidden && suspect));
                }
                Decision::Again(delay) if attempt.outcome == Outcome::Asleep => {
                    prop_assert_eq!(delay, policy.asleep_every);
                    prop_assert!(attempt.asleep + delay <= policy.asleep_for);
                }
                Decision::Again(delay) => {
                    prop_assert!(attempt.attempts < policy.attempts);
                    prop_assert!(delay <= policy.cap.max(policy.longest_retry_after));
                    if let Some(asked) = attempt.retry_after {
                        prop_assert!(asked <= delay && asked <= policy.longest_retry_after);
                    }
                }
            }
        }

        #[test]
        fn no_pause_goes_beyond_the_instant(mut policy in policies(), attempt in attempts(), left in 0_u64..100) {
            let until = attempt.now + Duration::from_secs(left);
            policy.until = Some(until);
            if let Decision::Again(delay) = decide(&policy, &attempt, 0.999) {
                prop_assert!(attempt.now + delay <= until);
            }
        }
    }
}
