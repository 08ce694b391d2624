//! The session and its single-flight renewal.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;

use super::Credentials;
use crate::Timestamp;
use crate::client::Client;
use crate::error::{Delivery, Error, ErrorKind};

/// A session ends after an hour without a call (R1). One that has been idle for longer than this is renewed before it is used.
const RENEW_AFTER_IDLE: Duration = Duration::from_secs(55 * 60);

/// A token and the number of the log-in it came from, so that parallel callers do not each renew the same session.
#[derive(Clone)]
pub(crate) struct Token {
    pub text: Arc<SecretString>,
    serial: u64,
}

pub(crate) struct Session {
    credentials: Option<Credentials>,
    /// Held while logging in: whoever else needs a token waits here and finds it made.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    log_ins: u64,
    used: Option<Timestamp>,
    /// Set by the first refused log-in, for ever: no second one locks the account (F44).
    refused: Option<ErrorKind>,
}

impl Session {
    pub fn new(credentials: Option<Credentials>) -> Self {
        Self {
            credentials,
            state: Mutex::default(),
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

    /// Give a token that is not `unlike`, logging in if there is none. Without credentials there is no token.
    pub async fn token(
        &self,
        client: &Client,
        unlike: Option<&Token>,
    ) -> Result<Option<Token>, Error> {
        let Some(credentials) = &self.credentials else {
            return Ok(None);
        };
        let mut state = self.state.lock().await;
        let now = client.clock().now();
        let renewable = credentials.is_renewable();
        if let Some(token) = &state.token {
            let idle = state
                .used
                .is_some_and(|used| now.since(used) > RENEW_AFTER_IDLE);
            if unlike.is_none_or(|old| old.serial != token.serial) && !(idle && renewable) {
                return Ok(Some(token.clone()));
            }
        }
        if let Some(kind) = &state.refused {
            return Err(Error::new(kind.clone(), Delivery::NotSent));
        }
        if state.log_ins > 0 && !renewable {
            return Err(Error::new(ErrorKind::Unauthenticated, Delivery::NotSent));
        }
        state.token = None;
        match credentials.log_in(client).await {
            Ok(text) => {
                state.log_ins += 1;
                state.used = Some(client.clock().now());
                let token = Token {
                    text: Arc::new(text),
                    serial: state.log_ins,
                };
                state.token = Some(token.clone());
                Ok(Some(token))
            }
            Err(error) => {
                if error.is_login_refused() {
                    state.refused = Some(error.kind().clone());
                }
                Err(error)
            }
        }
    }

    /// Note that the session was used: each call renews it (R1).
    pub async fn used(&self, token: &Token, now: Timestamp) {
        let mut state = self.state.lock().await;
        if state
            .token
            .as_ref()
            .is_some_and(|current| current.serial == token.serial)
        {
            state.used = Some(now);
        }
    }

    pub(super) async fn forget(&self) -> Option<Token> {
        self.state.lock().await.token.take()
    }
}
