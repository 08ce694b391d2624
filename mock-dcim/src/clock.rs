//! Where virtual time comes from: it stands still, or follows the wall clock at some rate.

use std::str::FromStr;
use std::time::{Duration, Instant, SystemTime};

use serde::Serialize;

use crate::moment::Moment;

/// Choose how virtual time moves by itself.
///
/// ```
/// use mock_dcim::ClockMode;
///
/// assert_eq!("x600".parse(), Ok(ClockMode::Scaled(600)));
/// assert_eq!("frozen".parse(), Ok(ClockMode::Frozen));
/// assert!("fast".parse::<ClockMode>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockMode {
    /// Time moves only when it is advanced by call.
    #[default]
    Frozen,
    /// Time is the wall clock's.
    Real,
    /// Time begins at [`Moment::START`] and runs that many times as fast as the wall clock.
    Scaled(u32),
}

impl FromStr for ClockMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "frozen" => Ok(Self::Frozen),
            "real" => Ok(Self::Real),
            _ => text
                .strip_prefix('x')
                .and_then(|rate| rate.parse().ok())
                .filter(|rate| *rate > 0)
                .map(Self::Scaled)
                .ok_or_else(|| format!("`{text}` is none of frozen, real, x<rate>")),
        }
    }
}

/// Virtual time as a line through one anchor: `virtual = anchor + rate * wall time since`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    anchor: Moment,
    since: Instant,
    rate: u32,
}

/// What `GET /_mock/clock` says beside the events.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Reading {
    pub(crate) now: Moment,
    pub(crate) rate: u32,
}

impl Clock {
    /// A clock that begins at `start`; a real one begins now, but never before that.
    pub(crate) fn new(mode: ClockMode, start: Moment) -> Self {
        let (anchor, rate) = match mode {
            ClockMode::Frozen => (start, 0),
            ClockMode::Real => (start.max(Moment::from(SystemTime::now())), 1),
            ClockMode::Scaled(rate) => (start, rate),
        };
        Self {
            anchor,
            since: Instant::now(),
            rate,
        }
    }

    pub(crate) fn now(&self) -> Moment {
        self.anchor + self.since.elapsed().saturating_mul(self.rate)
    }

    pub(crate) fn reading(&self) -> Reading {
        Reading {
            now: self.now(),
            rate: self.rate,
        }
    }

    /// Jump to `moment` and go on from there at the same rate.
    pub(crate) fn jump(&mut self, moment: Moment) {
        self.anchor = moment;
        self.since = Instant::now();
    }

    /// Go on from now at another rate; 0 stands still.
    pub(crate) fn set_rate(&mut self, rate: u32) {
        self.jump(self.now());
        self.rate = rate;
    }
}

/// Read a span as people write it: `90` (seconds), `90s`, `30m`, `1h30m`, `250ms`; nothing if it is none.
pub fn parse_span(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let amount: u64 = rest.get(..digits)?.parse().ok()?;
        let tail = rest.get(digits..)?;
        let letters = tail
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(tail.len());
        let unit = match tail.get(..letters)? {
            "" | "s" => Duration::from_secs(1),
            "ms" => Duration::from_millis(1),
            "m" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            "d" => Duration::from_hours(24),
            _ => return None,
        };
        let amount = u32::try_from(amount).ok()?;
        total = total.checked_add(unit.checked_mul(amount)?)?;
        rest = tail.get(letters..)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::parse_span;
    use std::time::Duration;

    #[test]
    fn spans_are_read_as_people_write_them() {
        assert_eq!(parse_span("30m"), Some(Duration::from_mins(30)));
        assert_eq!(parse_span("1h30m"), Some(Duration::from_mins(90)));
        assert_eq!(parse_span("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse_span("90"), Some(Duration::from_secs(90)));
        for bad in ["", "m", "1x", "-5s", "99999999999999999999s"] {
            assert_eq!(parse_span(bad), None, "{bad}");
        }
    }
}
