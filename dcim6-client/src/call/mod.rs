//! How every call goes: put together here, sent and repeated by `repeat`, read and reported here.

mod repeat;

use std::fmt;

use tracing::Instrument;
use tracing::field::Empty;

use crate::auth::{Post, Token};
use crate::body::Body;
use crate::client::Client;
use crate::clock::BoxFuture;
use crate::endpoint::Op;
use crate::error::Error;
use crate::model::{Accepted, Answer};
use crate::query::encode;
use crate::transport::WireResponse;
use crate::verdict;

use repeat::{Authority, Progress, Reader};

/// One call: a row of the table with its arguments. Without a type it is one whose answer does not matter: what is sent.
pub(crate) struct Call<T = ()> {
    pub op: Op<T>,
    arguments: Vec<(&'static str, String)>,
    query: String,
    body: Body,
}

impl<T> Call<T> {
    pub fn new(op: Op<T>) -> Self {
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

    fn untyped(self) -> Call {
        let op = self.op.untyped();
        self.to(op)
    }

    /// Ask the same of another row.
    pub fn to<U>(self, op: Op<U>) -> Call<U> {
        Call {
            op,
            arguments: self.arguments,
            query: self.query,
            body: self.body,
        }
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self {
            op: self.op,
            arguments: self.arguments.clone(),
            query: self.query.clone(),
            body: self.body.clone(),
        }
    }
}

/// Shows the name only: an argument may be a token, a query may hold an e-mail.
impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call")
            .field(&self.op.endpoint().name)
            .finish()
    }
}

impl Client {
    /// Make a call by the client's session.
    pub(crate) async fn call<T: Answer>(&self, call: Call<T>) -> Result<T, Error> {
        self.call_checked(call, |_| Ok(())).await
    }

    /// Make a call whose answer says no more than that it was accepted.
    pub(crate) async fn send(&self, call: Call<Accepted>) -> Result<(), Error> {
        self.call(call).await.map(drop)
    }

    /// Make a call by the client's session, and refuse an answer that `check` finds wrong by place and reason.
    pub(crate) async fn call_checked<T: Answer>(
        &self,
        call: Call<T>,
        check: impl Fn(&T) -> Result<(), (&'static str, &'static str)> + Send + Sync,
    ) -> Result<T, Error> {
        self.decoded(call, Authority::Session, check).await
    }

    /// Make a call by one token, without logging in again.
    pub(crate) async fn call_with<T: Answer>(
        &self,
        call: Call<T>,
        token: Token,
    ) -> Result<T, Error> {
        self.decoded(call, Authority::Token(token), |_| Ok(()))
            .await
    }

    /// Make a call without a session: the log-in, which reports how far it is. Boxed, because making a session is itself part of making
    /// a call.
    pub(crate) fn call_public<T: Answer>(
        &self,
        call: Call<T>,
        post: Post,
        check: fn(&T) -> Result<(), (&'static str, &'static str)>,
    ) -> BoxFuture<'_, Result<T, Error>> {
        Box::pin(self.decoded(call, Authority::Public(post), check))
    }

    async fn decoded<T: Answer>(
        &self,
        call: Call<T>,
        authority: Authority,
        check: impl Fn(&T) -> Result<(), (&'static str, &'static str)> + Send + Sync,
    ) -> Result<T, Error> {
        let call = call.untyped();
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

    /// One span for the call, whose names the crate page promises: names, numbers and verdicts, never a body, a query value or a
    /// secret (safety.md G).
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
            elapsed_ms = Empty,
            request_id = Empty,
        );
        let began = self.clock().now();
        async {
            let mut progress = Progress::default();
            let result = self.repeated(call, authority, &mut progress, read).await;
            span.record("attempts", progress.exchanges);
            let elapsed = self.clock().now().since(began).as_millis();
            span.record("elapsed_ms", u64::try_from(elapsed).unwrap_or(u64::MAX));
            if let Some(id) = &progress.request_id {
                span.record("request_id", id);
            }
            match result {
                Ok(status) => {
                    span.record("status", status);
                    span.record("delivery", "done");
                    tracing::debug!("done");
                    Ok(())
                }
                Err(error) => {
                    let error = progress.sign(error, endpoint);
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
}
