//! When to look again: fast at first, slower as an operation grows, and once just before an instant that matters.

use std::time::Duration;

/// How long before a deadline, or another instant that matters, the look there is made: time for the exchange itself.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let handle = server.suspend().start().await?.handle();
/// println!("the last look is made at {}", handle.deadline() - JUST_BEFORE);
/// assert_eq!(JUST_BEFORE, Duration::from_secs(2));
/// # Ok(()) });
/// ```
pub const JUST_BEFORE: Duration = Duration::from_secs(2);

/// The first looks, by age of the operation; after the last of them the rule below holds.
const FIRST: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_millis(2_500),
    Duration::from_millis(7_500),
    Duration::from_millis(17_500),
];

const STEP: Duration = Duration::from_secs(15);

/// Return how long to wait before the next look at an operation of this age.
///
/// An end is seen at most 15 s or 5 % of the age after it happened, whichever is larger, with at most 88 looks in two hours
/// (R25). Pure: the same age gives the same delay.
///
/// ```
/// use std::time::Duration;
/// use dcim6_client::poll_delay;
///
/// assert_eq!(poll_delay(Duration::ZERO), Duration::from_millis(500));
/// assert_eq!(poll_delay(Duration::from_secs(60)), Duration::from_secs(15));
/// assert_eq!(poll_delay(Duration::from_secs(3600)), Duration::from_secs(180));
/// ```
pub fn poll_delay(age: Duration) -> Duration {
    let first = FIRST.into_iter().find(|first| age < *first);
    first.map_or_else(|| STEP.max(age / 20), |first| first.saturating_sub(age))
}

/// Shorten a delay so that a look falls just before the nearest instant ahead. `ahead` are the distances to those instants.
pub(crate) fn look_before(delay: Duration, ahead: impl IntoIterator<Item = Duration>) -> Duration {
    ahead
        .into_iter()
        .filter(|distance| *distance > JUST_BEFORE)
        .map(|distance| distance.saturating_sub(JUST_BEFORE))
        .fold(delay, Duration::min)
}
