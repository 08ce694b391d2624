//! The loop of one call: send, judge, decide, and again.

use std::time::Duration;

use secrecy::ExposeSecret;

use super::Call;
use crate::Timestamp;
use crate::auth::{Need, Post, Token};
use crate::client::{Client, RequestIds};
use crate::endpoint::{Endpoint, Method};
use crate::error::{Delivery, Error};
use crate::retry::{Attempt, Decision, Outcome, decide};
use crate::transport::{WireRequest, WireResponse};
use crate::verdict::{self, Failure};

/// How a call is authorised.
pub(super) enum Authority {
    /// By the client's session, which is opened and renewed as needed.
    Session,
    /// By this token and no other.
    Token(Token),
    /// Not at all: the log-in itself, for which others wait.
    Public(Post),
}

/// What has happened to a call so far.
#[derive(Default)]
pub(super) struct Progress {
    pub exchanges: u32,
    attempts: u32,
    asleep_since: Option<Timestamp>,
    logged_in: bool,
    pub request_id: Option<String>,
}

impl Progress {
    /// Write on an error whose it is. A failed log-in keeps its own name: it is what failed.
    pub fn sign(&self, error: Error, endpoint: &Endpoint) -> Error {
        error.with(|inner| {
            inner.operation.get_or_insert(endpoint.name);
            inner.attempts = inner.attempts.max(self.exchanges);
            if inner.request_id.is_none() {
                inner.request_id.clone_from(&self.request_id);
            }
        })
    }
}

/// Makes the answer into a value, kept by whoever made the closure: it is part of the loop, since a read whose answer cannot be
/// understood is repeated.
pub(super) type Reader<'a> = &'a mut (dyn FnMut(&WireResponse) -> Result<(), Failure> + Send);

impl Client {
    /// Send until it works, or until `decide` says stop; returns the status of the success.
    pub(super) async fn repeated(
        &self,
        call: &Call,
        authority: Authority,
        progress: &mut Progress,
        read: Reader<'_>,
    ) -> Result<u16, Error> {
        let session = &self.session;
        let renewable = matches!(authority, Authority::Session) && session.is_renewable();
        let (mut token, post) = match authority {
            // Whatever went wrong with the log-in, this call was not sent.
            Authority::Session => {
                let token = session.token(self, Need::Call).await.map_err(not_sent)?;
                (token, None)
            }
            Authority::Token(token) => (Some(token), None),
            Authority::Public(post) => (None, Some(post)),
        };
        loop {
            if let Some(post) = &post {
                post.sent(self.clock().now());
            }
            let failure = match self.exchange(call, token.as_ref(), progress).await {
                Ok(response) => {
                    if let Some(token) = &token {
                        session.used(token, self.clock().now());
                    }
                    match read(&response) {
                        Ok(()) => return Ok(response.status),
                        Err(failure) => failure,
                    }
                }
                Err(failure) => failure,
            };
            let now = self.clock().now();
            let asleep = if failure.outcome == Outcome::Asleep {
                now.since(*progress.asleep_since.get_or_insert(now))
            } else {
                progress.attempts += 1;
                progress.asleep_since = None;
                Duration::ZERO
            };
            let age = token.as_ref().map(|token| now.since(token.opened));
            let attempt = Attempt {
                class: call.op.endpoint().class,
                outcome: failure.outcome,
                attempts: progress.attempts,
                asleep,
                may_log_in: renewable && !progress.logged_in,
                session_age: age.unwrap_or_default(),
                retry_after: failure.error.retry_after(),
                now,
            };
            match (decide(&self.retry, &attempt, self.chance()), &token) {
                (Decision::Again(delay), _) => {
                    if let Some(post) = &post {
                        let error = progress.sign(failure.error, call.op.endpoint());
                        let exchanges = progress.exchanges;
                        post.missed(exchanges, &attempt, error, delay).await;
                    }
                    self.clock().sleep(delay).await;
                }
                (Decision::LogIn, Some(refused)) => {
                    progress.logged_in = true;
                    let ended = failure.outcome == Outcome::SessionEnded;
                    match session.token(self, Need::replay(refused, ended)).await {
                        Ok(renewed) => token = renewed,
                        Err(error) if ended => return Err(not_renewed(error)),
                        // The session may be alive: what the panel said of the call is what the caller must hear.
                        Err(_) => return Err(failure.error),
                    }
                }
                (Decision::Stop | Decision::LogIn, _) => return Err(failure.error),
            }
        }
    }

    /// Send once, within the real-time limit of a request.
    async fn exchange(
        &self,
        call: &Call,
        token: Option<&Token>,
        progress: &mut Progress,
    ) -> Result<WireResponse, Failure> {
        progress.exchanges += 1;
        progress.request_id = self.request_ids.as_ref().map(RequestIds::next);
        let request = self.wire_request(call, token, progress.request_id.clone());
        let sending = self.shared.transport.send(request);
        let response = match self
            .clock()
            .limit(self.shared.request_timeout, sending)
            .await
        {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(verdict::lost(error)),
            Err(_) => return Err(verdict::timed_out()),
        };
        self.note_panel_time(&response);
        verdict::answered(call.op.endpoint(), response, self.clock().now())
    }

    fn wire_request(
        &self,
        call: &Call,
        token: Option<&Token>,
        request_id: Option<String>,
    ) -> WireRequest {
        let dialect = &self.shared.dialect;
        let method = dialect.method(call.op);
        let mut path = dialect.path(call.op).to_owned();
        for (placeholder, value) in &call.arguments {
            path = path.replace(&format!("{{{placeholder}}}"), value);
        }
        let mut url = format!("{}/{path}", self.shared.base.prefix);
        if !call.query.is_empty() {
            url.push('?');
            url.push_str(&call.query);
        }
        let mut headers = vec![
            ("accept", "application/json".to_owned()),
            ("content-type", "application/json".to_owned()),
            ("isp-box-instance", "true".to_owned()),
        ];
        if let Some(token) = token {
            let token = token.text.expose_secret();
            headers.push(("cookie", format!("ses6={token}")));
            headers.push(("x-xsrf-token", token.to_owned()));
        }
        if let Some(id) = request_id {
            headers.push(("x-request-id", id));
        }
        let bodiless = method == Method::Get || (method == Method::Delete && call.body.is_empty());
        let body = (!bodiless).then(|| call.body.to_json(dialect, call.op));
        WireRequest {
            operation: call.op.endpoint().name,
            method,
            url,
            headers,
            body,
        }
    }
}

/// The log-in failed before the call itself was sent.
fn not_sent(error: Error) -> Error {
    error.with(|inner| inner.delivery = Delivery::NotSent)
}

/// The call was refused for its session, and the session could not be renewed: it had no effect.
fn not_renewed(error: Error) -> Error {
    error.with(|inner| inner.delivery = Delivery::Answered)
}
