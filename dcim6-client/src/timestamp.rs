//! A point in time, as the panel, the clock and a saved handle speak of it.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Hold a point in time, UTC, to the nanosecond.
///
/// It is written as RFC 3339 (`2026-01-10T12:00:00Z`). The panel's own spelling, `2026-01-10 12:00:00`, is read as UTC.
/// Arithmetic never fails: at the ends of the calendar (years -9999 and 9999) it stays there.
///
/// ```
/// use std::time::Duration;
/// use dcim6_client::Timestamp;
///
/// let sent: Timestamp = "2026-01-10 12:00:00".parse()?;
/// let deadline = sent + Duration::from_secs(90 * 60);
/// assert_eq!(deadline.to_string(), "2026-01-10T13:30:00Z");
/// assert_eq!(deadline.since(sent), Duration::from_secs(5400));
/// assert_eq!(sent.since(deadline), Duration::ZERO);
/// assert_eq!(Timestamp::from_second(sent.as_second()), sent);
/// # Ok::<(), dcim6_client::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// Say that a text is not a point in time.
///
/// ```
/// use dcim6_client::{InvalidTimestamp, Timestamp};
///
/// assert_eq!("tomorrow".parse::<Timestamp>(), Err(InvalidTimestamp));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time: expected `2026-01-10T12:00:00Z` or `2026-01-10 12:00:00`")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// Make a point in time from whole seconds since 1970-01-01T00:00:00Z.
    ///
    /// A value beyond the calendar becomes its nearest end.
    pub fn from_second(second: i64) -> Self {
        Self(
            jiff::Timestamp::from_second(second).unwrap_or(if second < 0 {
                jiff::Timestamp::MIN
            } else {
                jiff::Timestamp::MAX
            }),
        )
    }

    /// Return whole seconds since 1970-01-01T00:00:00Z.
    pub fn as_second(self) -> i64 {
        self.0.as_second()
    }

    /// Return how much later this is than `earlier`; zero if it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::try_from(self.0.duration_since(earlier.0)).unwrap_or_default()
    }

    /// Read the `Date` or `Retry-After` form of HTTP, `Sat, 10 Jan 2026 12:00:00 GMT`.
    pub(crate) fn from_http_date(text: &str) -> Option<Self> {
        jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(text.trim())
            .ok()
            .map(Self)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        jiff::Timestamp::try_from(time).map_or_else(
            |_| {
                if time < SystemTime::UNIX_EPOCH {
                    Self(jiff::Timestamp::MIN)
                } else {
                    Self(jiff::Timestamp::MAX)
                }
            },
            Self,
        )
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, rhs: Duration) -> Self {
        Self(self.0.checked_add(rhs).unwrap_or(jiff::Timestamp::MAX))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, rhs: Duration) -> Self {
        Self(self.0.checked_sub(rhs).unwrap_or(jiff::Timestamp::MIN))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Ok(time) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(time));
        }
        // The panel's spelling has no zone and means UTC (dcim6-api.md section 4).
        text.parse::<jiff::civil::DateTime>()
            .ok()
            .and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC).ok())
            .map(|zoned| Self(zoned.timestamp()))
            .ok_or(InvalidTimestamp)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}
