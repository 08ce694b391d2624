//! An instant of the mock's virtual time.

use std::fmt;
use std::ops::Add;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};

/// Name an instant of virtual time, counted from the Unix epoch.
///
/// It prints as RFC 3339 in UTC: `2026-01-10T12:00:00Z`.
///
/// ```
/// use mock_dcim::Moment;
/// use std::time::Duration;
///
/// let later = Moment::START + Duration::from_secs(90);
/// assert_eq!(later.to_string(), "2026-01-10T12:01:30Z");
/// assert_eq!(later.since(Moment::START), Duration::from_secs(90));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(Duration);

/// The last second that the wire's date format can show: 9999-12-30T00:00:00Z.
const LAST: Duration = Duration::from_hours(70_389_480);

impl Moment {
    /// Where virtual time begins unless the clock is real: 2026-01-10T12:00:00Z.
    pub const START: Self = Self(Duration::from_hours(491_124));

    /// Give the time that passed between `earlier` and this instant; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Give the instant `span` before this one.
    #[must_use]
    pub fn back(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(span))
    }

    /// Print as DCImanager prints a time: `2026-01-10 12:00:00`, in UTC.
    pub fn wire(self) -> String {
        self.timestamp().strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Print as the HTTP `Date` header wants it.
    pub fn http_date(self) -> String {
        self.timestamp()
            .strftime("%a, %d %b %Y %H:%M:%S GMT")
            .to_string()
    }

    /// Give the first multiple of `step`, counted from the epoch, that lies after this instant.
    pub(crate) fn next_multiple(self, step: Duration) -> Self {
        let step_ms = step.as_millis().max(1);
        let at_ms = (self.0.as_millis() / step_ms + 1) * step_ms;
        Self(Duration::from_millis(u64::try_from(at_ms).unwrap_or(u64::MAX)).min(LAST))
    }

    fn timestamp(self) -> Timestamp {
        // Never out of range: every constructor stays at or below LAST.
        i64::try_from(self.0.as_secs())
            .ok()
            .and_then(|seconds| {
                Timestamp::new(seconds, i32::try_from(self.0.subsec_nanos()).unwrap_or(0)).ok()
            })
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    /// Add a span; stops at the end of the year 9999 instead of overflowing.
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span).min(LAST))
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        Self(
            time.duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .min(LAST),
        )
    }
}

impl From<Moment> for SystemTime {
    fn from(moment: Moment) -> Self {
        UNIX_EPOCH + moment.0
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time: Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(Self::from(SystemTime::from(time)))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
