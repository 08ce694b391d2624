//! The session as a state machine: what is known of it, what can happen to it, and what a caller is to do. No I/O, no waiting, no
//! clock: `flight` carries out what is decided here.

use std::time::Duration;

use crate::Timestamp;

/// A session ends after an hour without a call (R1). One that has been idle for longer than this is renewed before it is used.
const RENEW_AFTER_IDLE: Duration = Duration::from_secs(55 * 60);

/// A log-in that was sent longer ago than this, and that nobody waits for any more, is given up: its session may have ended.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// A token, the number of the log-in it came from, so that parallel callers do not each renew the same session, and its beginning.
#[derive(Clone)]
pub(crate) struct Token<T> {
    pub text: T,
    pub opened: Timestamp,
    serial: u64,
}

/// What a caller needs a session for.
#[derive(Clone, Copy)]
pub(crate) enum Need {
    /// For a call.
    Call,
    /// For the replay of a call that was refused in the session of this number (row A).
    Replay {
        serial: u64,
        /// The panel said that the session has ended; it may be alive after a 403.
        ended: bool,
    },
    /// Somebody asked for a log-in by name: he may try again what was refused.
    ByHand,
}

impl Need {
    pub fn replay<T>(refused: &Token<T>, ended: bool) -> Self {
        let serial = refused.serial;
        Self::Replay { serial, ended }
    }
}

/// What the caller is to do.
#[derive(Clone)]
pub(super) enum Answer<T, E> {
    Use(Token<T>),
    /// Wait for the log-in of this number, which is under way.
    Join(u64),
    /// Begin the log-in of this number, and wait for it.
    Launch(u64),
    /// The credentials were refused, so: there is no second log-in by itself (F44).
    Refused(E),
    /// The key has opened its one session (R3).
    Spent,
}

/// How a log-in ended.
pub(super) enum Landing<T, E> {
    Opened(T),
    /// The panel itself refused the credentials.
    Refused(E),
    /// It failed for another reason: the next caller may try again.
    Failed,
}

/// All that is known of the session of one client.
#[derive(Clone)]
pub(super) struct State<T, E> {
    /// Whether a second session can be opened: a key opens one (R3).
    renewable: bool,
    /// Kept until a new one takes its place, or until it is left on purpose.
    open: Option<Open<T>>,
    log_ins: u64,
    refused: Option<E>,
    flight: Option<Flight>,
    flights: u64,
}

#[derive(Clone)]
struct Open<T> {
    token: Token<T>,
    used: Timestamp,
    ended: bool,
}

impl<T> Open<T> {
    fn is_due(&self, now: Timestamp) -> bool {
        self.ended || now.since(self.used) > RENEW_AFTER_IDLE
    }
}

/// The one log-in that is under way.
#[derive(Clone)]
struct Flight {
    number: u64,
    waiting: usize,
    /// Between sending and answer: what the panel says now must not be lost, even if nobody waits.
    in_air: bool,
    sent: Timestamp,
}

impl<T: Clone, E: Clone> State<T, E> {
    pub fn new(renewable: bool) -> Self {
        Self {
            renewable,
            open: None,
            log_ins: 0,
            refused: None,
            flight: None,
            flights: 0,
        }
    }

    /// A caller needs a session. Whoever is to join or to launch counts as waiting until [`left`](State::left).
    pub fn ask(&mut self, need: Need, now: Timestamp) -> Answer<T, E> {
        if let Some(open) = &mut self.open {
            if let Need::Replay { serial, ended } = need {
                open.ended |= ended && serial == open.token.serial;
            }
            let sound = !self.renewable || !open.is_due(now);
            let serves = match need {
                // After a refusal there is nothing better, and it is the panel that knows whether a session has ended.
                Need::Call => sound || self.refused.is_some(),
                Need::Replay { serial, .. } => open.token.serial != serial,
                Need::ByHand => sound && self.refused.is_none(),
            };
            if serves {
                return Answer::Use(open.token.clone());
            }
        }
        if let (Some(error), Need::Call | Need::Replay { .. }) = (&self.refused, need) {
            return Answer::Refused(error.clone());
        }
        if !self.renewable && self.log_ins > 0 {
            return Answer::Spent;
        }
        match &mut self.flight {
            Some(flight) if flight.waiting > 0 || now.since(flight.sent) <= FORGOTTEN => {
                flight.waiting += 1;
                Answer::Join(flight.number)
            }
            _ => {
                self.flights += 1;
                self.flight = Some(Flight {
                    number: self.flights,
                    waiting: 1,
                    in_air: false,
                    sent: now,
                });
                Answer::Launch(self.flights)
            }
        }
    }

    fn flight(&mut self, number: u64) -> Option<&mut Flight> {
        let flight = self.flight.as_mut();
        flight.filter(|flight| flight.number == number)
    }

    /// The log-in is being sent, for the first time or again.
    pub fn sent(&mut self, number: u64, now: Timestamp) {
        if let Some(flight) = self.flight(number) {
            flight.in_air = true;
            flight.sent = now;
        }
    }

    /// This try failed and another one will follow, after a pause.
    pub fn missed(&mut self, number: u64) {
        if let Some(flight) = self.flight(number) {
            flight.in_air = false;
        }
    }

    /// One of those who waited has gone. Tells whether the log-in ends with him: nobody else waits, and no answer is on its way.
    #[must_use]
    pub fn left(&mut self, number: u64) -> bool {
        let Some(flight) = self.flight(number) else {
            return false;
        };
        flight.waiting = flight.waiting.saturating_sub(1);
        let ends = flight.waiting == 0 && !flight.in_air;
        if ends {
            self.flight = None;
        }
        ends
    }

    /// The log-in has ended; a success gives the new session.
    pub fn landed(&mut self, number: u64, landing: Landing<T, E>) -> Option<Token<T>> {
        let opened = self.flight(number)?.sent;
        self.flight = None;
        match landing {
            Landing::Opened(text) => {
                self.log_ins += 1;
                self.refused = None;
                let token = Token {
                    text,
                    opened,
                    serial: self.log_ins,
                };
                self.open = Some(Open {
                    token: token.clone(),
                    used: opened,
                    ended: false,
                });
                Some(token)
            }
            Landing::Refused(error) => {
                self.refused = Some(error);
                None
            }
            Landing::Failed => None,
        }
    }

    /// The session was used: each call renews it (R1).
    pub fn used(&mut self, token: &Token<T>, now: Timestamp) {
        if let Some(open) = &mut self.open
            && open.token.serial == token.serial
        {
            open.used = now;
        }
    }

    /// The session is left on purpose.
    pub fn forget(&mut self) -> Option<Token<T>> {
        self.open.take().map(|open| open.token)
    }
}

#[cfg(test)]
mod tests;
