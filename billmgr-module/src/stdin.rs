//! Standard input of the real process: whoever never closes it does not keep the process (N16).

use std::io::{Error, ErrorKind, Read, Result};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How long a whole document may take. BILLmanager writes it at once.
const LIMIT: Duration = Duration::from_secs(10);

/// An input that has to have come to its end within a time.
#[derive(Debug)]
pub struct Limited<F> {
    input: F,
    limit: Duration,
    until: Option<Instant>,
}

impl Limited<std::io::Stdin> {
    /// Read standard input. The time begins with the first look: most commands never look.
    pub fn stdin() -> Self {
        Self::new(std::io::stdin(), LIMIT)
    }
}

impl<F: AsFd> Limited<F> {
    fn new(input: F, limit: Duration) -> Self {
        Self {
            input,
            limit,
            until: None,
        }
    }
}

impl<F: AsFd> Read for Limited<F> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let limit = self.limit;
        let until = *self.until.get_or_insert_with(|| Instant::now() + limit);
        let left = until.saturating_duration_since(Instant::now());
        let timeout = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: left.subsec_nanos().into(),
        };
        let mut look = [PollFd::new(&self.input, PollFlags::IN)];
        if poll(&mut look, Some(&timeout))? == 0 {
            let why = format!("not closed within {} s", limit.as_secs());
            return Err(Error::new(ErrorKind::TimedOut, why));
        }
        // Past the buffer of the standard library, which a look at the descriptor does not see.
        Ok(rustix::io::read(&self.input, buffer)?)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_came_is_read_and_an_end_that_never_comes_is_not_waited_for() {
        let (input, mut output) = std::io::pipe().unwrap();
        let mut input = Limited::new(input, Duration::from_millis(50));
        output.write_all(b"<doc/>").unwrap();
        let mut text = String::new();
        let error = input.read_to_string(&mut text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        drop(output);
    }

    #[test]
    fn a_closed_input_is_read_to_its_end() {
        let (input, mut output) = std::io::pipe().unwrap();
        output.write_all(b"<doc/>").unwrap();
        drop(output);
        let mut text = String::new();
        let mut input = Limited::new(input, Duration::from_mins(1));
        input.read_to_string(&mut text).unwrap();
        assert_eq!(text, "<doc/>");
    }
}
