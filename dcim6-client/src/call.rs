//! How every call goes: build, send, judge, decide, and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use tracing::Instrument;
use tracing::field::Empty;

use crate::Timestamp;
use crate::auth::Token;
use crate::body::Body;
use crate::client::Client;
use crate::clock::BoxFuture;
use crate::endpoint::{Method, Op};
use crate::error::{Delivery, Error};
use crate::query::encode;
use crate::retry::{Attempt, Decision, Outcome, decide};
use crate::transport::{WireRequest, WireResponse};
use crate::verdict::{self, Failure};

/// One call: a row of the table with its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub op: Op,
    arguments: Vec<(&'static str, String)>,
    query: String,
    body: Body,
}

impl Call {
    pub fn new(op: Op) -> Self {
        Self {
            op,
            arguments: Vec::new(),
            query: String::new(),
            body: Body::default(),
        }
    }

    /// Fill a placeholder with a number: all that a path takes, but for the calls of `auth` (safety.md G).
    pub fn id(mut self, placeholder: &'static str, id: u64) -> Self {
        self.arguments.push((placeholder, id.to_string()));
        self
    }

    /// Fill a placeholder with text, percent-encoded.
    pub fn text(mut self, placeholder: &'static str, text: &str) -> Self {
        self.arguments.push((placeholder, encode(text, "")));
        self
    }

    pub fn query(mut self, query: String) -> Self {
        self.query = query;
        self
    }

    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }
}

/// The ids of the exchanges of one piece of work: `<base>-1`, `<base>-2`, …
#[derive(Clone, Debug)]
pub(crate) struct RequestIds {
    base: Arc<str>,
    last: Arc<AtomicU64>,
}

impl RequestIds {
    /// A base goes into a header: whatever is not a plain character there becomes a hyphen.
    pub fn new(base: &str) -> Self {
        let base: String = base
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || "._:".contains(c) {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        Self {
            base: base.into(),
            last: Arc::default(),
        }
    }

    fn next(&self) -> String {
        format!(
            "{}-{}",
            self.base,
            self.last.fetch_add(1, Ordering::Relaxed) + 1
        )
    }
}

/// How a call is authorised.
enum Authority {
    /// By the client's session, which is opened and renewed as needed.
    Session,
    /// By this token and no other.
    Token(Token),
    /// Not at all: the log-in itself.
    Public,
}

/// What has happened to a call so far.
#[derive(Default)]
struct Progress {
    exchanges: u32,
    attempts: u32,
    asleep_since: Option<Timestamp>,
    logged_in: bool,
    request_id: Option<String>,
}

/// Makes the answer into a value, kept by whoever made the closure: it is part of the loop, since a read whose answer cannot be
/// understood is repeated.
type Reader<'a> = &'a mut (dyn FnMut(&WireResponse) -> Result<(), Failure> + Send);

impl Client {
    /// Make a call by the client's session.
    pub(crate) async fn call<T: DeserializeOwned + Send>(&self, call: Call) -> Result<T, Error> {
        self.call_checked(call, |_| Ok(())).await
    }

    /// Make a call whose answer says no more than that it was accepted.
    pub(crate) async fn send(&self, call: Call) -> Result<(), Error> {
        #[derive(serde::Deserialize)]
        struct Accepted {}
        let Accepted {} = self.call(call).await?;
        Ok(())
    }

    /// Make a call by the client's session, and refuse an answer that `check` finds wrong by place and reason.
    pub(crate) async fn call_checked<T: DeserializeOwned + Send>(
        &self,
        call: Call,
        check: impl Fn(&T) -> Result<(), (&'static str, &'static str)> + Send + Sync,
    ) -> Result<T, Error> {
        self.decoded(call, Authority::Session, check).await
    }

    /// Make a call by one token, without logging in again.
    pub(crate) async fn call_with<T: DeserializeOwned + Send>(
        &self,
        call: Call,
        token: Token,
    ) -> Result<T, Error> {
        self.decoded(call, Authority::Token(token), |_| Ok(()))
            .await
    }

    /// Make a call without a session. Boxed, because making a session is itself part of making a call.
    pub(crate) fn call_public<T: DeserializeOwned + Send + 'static>(
        &self,
        call: Call,
    ) -> BoxFuture<'_, Result<T, Error>> {
        Box::pin(self.decoded(call, Authority::Public, |_| Ok(())))
    }

    async fn decoded<T: DeserializeOwned + Send>(
        &self,
        call: Call,
        authority: Authority,
        check: impl Fn(&T) -> Result<(), (&'static str, &'static str)> + Send + Sync,
    ) -> Result<T, Error> {
        let endpoint = call.op.endpoint();
        let mut value = None;
        let mut read = |response: &WireResponse| {
            let decoded = verdict::decode(endpoint, response)?;
            check(&decoded)
                .map_err(|(path, reason)| verdict::unreadable(endpoint, path, reason))?;
            value = Some(decoded);
            Ok(())
        };
        self.traced(&call, authority, &mut read).await?;
        value.ok_or_else(|| Error::config("the answer was not read"))
    }

    /// One span for the call: names, numbers and verdicts, never a body, a query value or a secret (safety.md G).
    async fn traced(
        &self,
        call: &Call,
        authority: Authority,
        read: Reader<'_>,
    ) -> Result<(), Error> {
        let endpoint = call.op.endpoint();
        let span = tracing::debug_span!(
            "dcim6",
            operation = endpoint.name,
            path = self.shared.dialect.path(call.op),
            status = Empty,
            attempts = Empty,
            delivery = Empty,
            request_id = Empty,
        );
        async {
            let mut progress = Progress::default();
            let result = self.repeated(call, authority, &mut progress, read).await;
            span.record("attempts", progress.exchanges);
            if let Some(id) = &progress.request_id {
                span.record("request_id", id);
            }
            match result {
                Ok(status) => {
                    span.record("status", status);
                    tracing::debug!("done");
                    Ok(())
                }
                Err(error) => {
                    let error = error.with(|inner| {
                        // A failed log-in keeps its own name: it is what failed.
                        inner.operation.get_or_insert(endpoint.name);
                        inner.attempts = inner.attempts.max(progress.exchanges);
                        inner.request_id = inner.request_id.take().or(progress.request_id);
                    });
                    if let Some(status) = error.status() {
                        span.record("status", status);
                    }
                    span.record("delivery", error.delivery().as_str());
                    tracing::debug!("failed");
                    Err(error)
                }
            }
        }
        .instrument(span.clone())
        .await
    }

    /// Send until it works, or until `decide` says stop; returns the status of the success.
    async fn repeated(
        &self,
        call: &Call,
        authority: Authority,
        progress: &mut Progress,
        read: Reader<'_>,
    ) -> Result<u16, Error> {
        let session = &self.shared.session;
        let renewable = matches!(authority, Authority::Session) && session.has_credentials();
        let mut token = match authority {
            // Whatever went wrong with the log-in, this call was not sent.
            Authority::Session => session.token(self, None).await.map_err(not_sent)?,
            Authority::Token(token) => Some(token),
            Authority::Public => None,
        };
        loop {
            let failure = match self.exchange(call, token.as_ref(), progress).await {
                Ok(response) => {
                    if let Some(token) = &token {
                        session.used(token, self.clock().now()).await;
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
                std::time::Duration::ZERO
            };
            let attempt = Attempt {
                class: call.op.endpoint().class,
                outcome: failure.outcome,
                attempts: progress.attempts,
                asleep,
                may_log_in: renewable && !progress.logged_in,
                retry_after: failure.error.retry_after(),
                now,
            };
            match decide(&self.retry, &attempt, self.chance()) {
                Decision::Stop => return Err(failure.error),
                Decision::Again(delay) => self.clock().sleep(delay).await,
                Decision::LogIn => {
                    progress.logged_in = true;
                    token = session
                        .token(self, token.as_ref())
                        .await
                        .map_err(not_renewed)?;
                }
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
