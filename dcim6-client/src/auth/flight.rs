//! One log-in for all who need it. It is driven by whoever waits for it, not by a task of its own: it needs no runtime and no clock but
//! the caller's, and it goes on when the caller who began it is gone. Who may wait, and for what, is decided in `session`.

use std::fmt;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::Shared;
use secrecy::SecretString;

use super::Credentials;
use super::seat::Seat;
use super::session::{self, Answer, Landing, Need, State};
use crate::Timestamp;
use crate::client::Client;
use crate::clock::BoxFuture;
use crate::error::{Delivery, Error, ErrorKind};
use crate::retry::{Attempt, Retry};

pub(crate) type Token = session::Token<Arc<SecretString>>;

/// What all who waited for a log-in are given.
pub(super) type Outcome = Shared<BoxFuture<'static, Result<Token, Error>>>;

/// The session of a client. Its lock is never held across an `await`.
pub(crate) struct Session {
    credentials: Option<Credentials>,
    retry: Retry,
    desk: Arc<Mutex<Desk>>,
}

pub(super) struct Desk {
    pub state: State<Arc<SecretString>, Error>,
    pub flight: Option<Flight>,
}

pub(super) struct Flight {
    outcome: Outcome,
    /// Wakes all who wait.
    pub waker: Option<Waker>,
    pub miss: Option<Miss>,
}

/// The latest try that failed, where another one follows.
pub(super) struct Miss {
    pub exchanges: u32,
    pub attempt: Attempt,
    pub error: Error,
    /// When the next try begins.
    pub again: Timestamp,
}

impl Session {
    /// A session that is opened with `credentials`; a log-in is at least as patient as `retry`.
    pub fn new(credentials: Option<Credentials>, retry: Retry) -> Self {
        let renewable = credentials.as_ref().is_some_and(Credentials::is_renewable);
        let desk = Desk {
            state: State::new(renewable),
            flight: None,
        };
        Self {
            credentials,
            retry,
            desk: Arc::new(Mutex::new(desk)),
        }
    }

    pub fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// Tell whether a session that ended can be opened again.
    pub fn is_renewable(&self) -> bool {
        self.credentials
            .as_ref()
            .is_some_and(Credentials::is_renewable)
    }

    /// Give a token, waiting for a log-in if there is none that serves. Without credentials there is no token.
    ///
    /// Whoever waits shares how the log-in ends, and waits no longer than his own policy allows.
    pub async fn token(&self, client: &Client, need: Need) -> Result<Option<Token>, Error> {
        let Some(credentials) = &self.credentials else {
            return Ok(None);
        };
        match self.ask(credentials, client, need)? {
            Boarding::Open(token) => Ok(Some(token)),
            Boarding::Waiting(seat, outcome) => seat.wait(&client.retry, client, outcome).await,
        }
    }

    fn ask(
        &self,
        credentials: &Credentials,
        client: &Client,
        need: Need,
    ) -> Result<Boarding, Error> {
        let now = client.clock().now();
        let mut desk = lock(&self.desk);
        let mut given_up = None;
        let number = match desk.state.ask(need, now) {
            Answer::Use(token) => return Ok(Boarding::Open(token)),
            Answer::Refused(error) => return Err(error),
            Answer::Spent => {
                return Err(Error::new(ErrorKind::Unauthenticated, Delivery::NotSent));
            }
            Answer::Join(number) => number,
            Answer::Launch(number) => {
                given_up = desk.flight.take();
                number
            }
        };
        let flight = desk.flight.get_or_insert_with(|| Flight {
            outcome: self.launch(credentials, client, number),
            waker: None,
            miss: None,
        });
        let miss = flight.miss.as_ref();
        let seat = Seat {
            desk: self.desk.clone(),
            number,
            operation: credentials.operation(),
            joined: now,
            exchanges: miss.map_or(0, |miss| miss.exchanges),
            attempts: miss.map_or(0, |miss| miss.attempt.attempts),
        };
        let outcome = flight.outcome.clone();
        drop(desk);
        drop(given_up); // what a transport does when it is dropped is not for this lock
        Ok(Boarding::Waiting(seat, outcome))
    }

    /// The log-in holds a client without a session: so it needs none, and the session, which holds the log-in, is not held by it.
    fn launch(&self, credentials: &Credentials, client: &Client, number: u64) -> Outcome {
        let retry = self.retry.at_least(&client.retry);
        let client = Client {
            session: Arc::new(Self::new(None, retry.clone())),
            retry,
            ..client.clone()
        };
        let credentials = credentials.clone();
        let post = Post {
            desk: Arc::downgrade(&self.desk),
            number,
        };
        let log_in = async move {
            post.begun().await;
            let opened = credentials.log_in(&client, post.clone()).await;
            post.landed(opened)
        };
        let log_in: BoxFuture<'static, _> = Box::pin(log_in);
        log_in.shared()
    }

    /// Note that the session was used. Nobody waits here: the caller has his answer.
    pub fn used(&self, token: &Token, now: Timestamp) {
        lock(&self.desk).state.used(token, now);
    }

    pub(super) fn forget(&self) -> Option<Token> {
        lock(&self.desk).state.forget()
    }
}

/// Shows nothing: it holds credentials and tokens.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

pub(super) fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

enum Boarding {
    Open(Token),
    Waiting(Seat, Outcome),
}

/// Where a log-in reports how far it is.
#[derive(Clone)]
pub(crate) struct Post {
    desk: Weak<Mutex<Desk>>,
    number: u64,
}

impl Post {
    fn with(&self, report: impl FnOnce(&mut Desk)) {
        if let Some(desk) = self.desk.upgrade() {
            report(&mut lock(&desk));
        }
    }

    async fn begun(&self) {
        let waker = poll_fn(|context| Poll::Ready(context.waker().clone())).await;
        self.with(|desk| {
            if let Some(flight) = &mut desk.flight {
                flight.waker = Some(waker);
            }
        });
    }

    /// Report that a try begins.
    pub fn sent(&self, now: Timestamp) {
        self.with(|desk| desk.state.sent(self.number, now));
    }

    /// Report that a try failed and that another one follows after `pause`; those who have no patience for it go now.
    pub async fn missed(&self, exchanges: u32, attempt: &Attempt, error: Error, pause: Duration) {
        self.with(|desk| {
            desk.state.missed(self.number);
            if let Some(flight) = &mut desk.flight {
                flight.miss = Some(Miss {
                    exchanges,
                    attempt: *attempt,
                    error,
                    again: attempt.now + pause,
                });
            }
        });
        let mut seen = false;
        poll_fn(|context| {
            if std::mem::replace(&mut seen, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    fn landed(&self, opened: Result<SecretString, Error>) -> Result<Token, Error> {
        let (landing, failure) = match opened {
            Ok(text) => (Landing::Opened(Arc::new(text)), None),
            Err(error) if error.is_login_refused() => {
                (Landing::Refused(error.clone()), Some(error))
            }
            Err(error) => (Landing::Failed, Some(error)),
        };
        let desk = self.desk.upgrade();
        let (token, ended) = desk.as_deref().map_or((None, None), |desk| {
            let mut desk = lock(desk);
            let token = desk.state.landed(self.number, landing);
            (token, desk.flight.take())
        });
        drop(ended);
        match (token, failure) {
            (Some(token), _) => Ok(token),
            (None, Some(error)) => Err(error),
            // Nobody is left to ask for it.
            (None, None) => Err(Error::new(ErrorKind::Unauthenticated, Delivery::NotSent)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_nothing() {
        let credentials = Credentials::password("admin@a.test", "canary");
        let session = Session::new(Some(credentials), Retry::default());
        assert_eq!(format!("{session:?}"), "Session");
    }
}
