//! The one place where an exchange becomes success or an [`Error`], and where `Delivery` is decided.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::Timestamp;
use crate::endpoint::{Class, Endpoint};
use crate::envelope::{DEPTH_CAP, Envelope, envelope, is_array};
use crate::error::{Delivery, Error, ErrorKind};
use crate::forbidden;
use crate::retry::Outcome;
use crate::transport::{BODY_CAP, TransportError, TransportFailure, WireResponse};
use crate::wire;

/// Session expired, under any status: a real code of the platform (dcim6-api.md section 2).
const SESSION_EXPIRED: i64 = 1000;

/// A failed exchange: what the caller will see, and what `decide` looks at.
#[derive(Debug)]
pub(crate) struct Failure {
    pub error: Error,
    pub outcome: Outcome,
}

impl Failure {
    fn new(kind: ErrorKind, delivery: Delivery, outcome: Outcome) -> Self {
        Self {
            error: Error::new(kind, delivery),
            outcome,
        }
    }
}

/// What a failed write may have done, when the panel got it and did not plainly refuse it: "any failed write not in N, A or G".
fn in_doubt(endpoint: &Endpoint) -> Delivery {
    if endpoint.class == Class::Read {
        Delivery::Answered
    } else {
        Delivery::Unknown
    }
}

/// Judge an exchange that brought no complete answer.
pub(crate) fn lost(error: TransportError) -> Failure {
    let (kind, delivery, outcome) = match error.failure() {
        TransportFailure::NotSent | TransportFailure::ConnectTimeout => {
            (ErrorKind::Connect, Delivery::NotSent, Outcome::NotSent)
        }
        TransportFailure::Tls => (ErrorKind::Tls, Delivery::NotSent, Outcome::Final),
        TransportFailure::Timeout => (ErrorKind::Timeout, Delivery::Unknown, Outcome::Doubtful),
        TransportFailure::Broken => (ErrorKind::Interrupted, Delivery::Unknown, Outcome::Doubtful),
        TransportFailure::TooLarge => (ErrorKind::TooLarge, Delivery::Unknown, Outcome::Doubtful),
    };
    let mut failure = Failure::new(kind, delivery, outcome);
    failure.error = failure
        .error
        .with(|inner| inner.source = error.into_source().map(Arc::from));
    failure
}

/// Judge an exchange whose real-time limit passed.
pub(crate) fn timed_out() -> Failure {
    lost(TransportError::new(TransportFailure::Timeout))
}

/// Judge a complete answer; a success gives the body to be decoded.
pub(crate) fn answered(
    endpoint: &Endpoint,
    response: WireResponse,
    now: Timestamp,
) -> Result<WireResponse, Failure> {
    if response.body.len() > BODY_CAP {
        return Err(lost(TransportError::new(TransportFailure::TooLarge)));
    }
    let status = response.status;
    let success = (200..300).contains(&status);
    match envelope(&response.body, success) {
        None if success => Ok(response),
        envelope => Err(refused(endpoint, &response, envelope, now)),
    }
}

fn refused(
    endpoint: &Endpoint,
    response: &WireResponse,
    envelope: Option<Envelope>,
    now: Timestamp,
) -> Failure {
    let (kind, outcome) = if endpoint.is_public() {
        log_in_failed(response.status, envelope.is_some())
    } else {
        classify(response.status, envelope.as_ref())
    };
    let delivery = match outcome {
        Outcome::SessionEnded | Outcome::Forbidden => Delivery::Answered,
        Outcome::Final if kind != ErrorKind::Redirect => Delivery::Answered,
        _ => in_doubt(endpoint),
    };
    let mut failure = Failure::new(kind, delivery, outcome);
    failure.error = failure.error.with(|inner| {
        inner.status = Some(response.status);
        inner.retry_after = retry_after(response, now);
        inner.panel = envelope.map(|envelope| envelope.panel).unwrap_or_default();
    });
    failure
}

fn classify(status: u16, envelope: Option<&Envelope>) -> (ErrorKind, Outcome) {
    let panel = envelope.map(|envelope| &envelope.panel);
    if panel.is_some_and(|panel| panel.code == Some(SESSION_EXPIRED)) {
        return (ErrorKind::Unauthenticated, Outcome::SessionEnded);
    }
    match status {
        // An error and a result: nobody knows which of them holds (row G).
        200..300 if envelope.is_some_and(|envelope| envelope.beside_a_result) => {
            (ErrorKind::Rejected, Outcome::Doubtful)
        }
        200..300 => (ErrorKind::Rejected, Outcome::Final),
        300..400 => (ErrorKind::Redirect, Outcome::Final),
        400 => (ErrorKind::Invalid, Outcome::Final),
        401 => (ErrorKind::Unauthenticated, Outcome::SessionEnded),
        403 => match panel.and_then(forbidden::reason) {
            Some(kind) => (kind, Outcome::Final),
            None => (ErrorKind::Forbidden, Outcome::Forbidden),
        },
        404 => (ErrorKind::NotFound, Outcome::Final),
        409 => (ErrorKind::Conflict, Outcome::Final),
        408 => (ErrorKind::Timeout, Outcome::Doubtful),
        429 => (ErrorKind::RateLimited, Outcome::Doubtful),
        503 => (ErrorKind::Asleep, Outcome::Asleep),
        500..600 => (ErrorKind::Server, Outcome::Doubtful),
        402..500 => (ErrorKind::UnexpectedStatus, Outcome::Final),
        _ => (ErrorKind::UnexpectedStatus, Outcome::Doubtful),
    }
}

/// A log-in is refused if the panel itself says so: wrong password, blocked address, closed account (F44). What a proxy says, or a
/// page of another program, is no refusal; what looks like one is not sent again at once, because the account may be locked by that.
fn log_in_failed(status: u16, by_the_panel: bool) -> (ErrorKind, Outcome) {
    match status {
        300..400 => (ErrorKind::Redirect, Outcome::Final),
        404 => (ErrorKind::NotFound, Outcome::Final),
        408 => (ErrorKind::Timeout, Outcome::Doubtful),
        429 => (ErrorKind::RateLimited, Outcome::Doubtful),
        503 => (ErrorKind::Asleep, Outcome::Asleep),
        500..600 => (ErrorKind::Server, Outcome::Doubtful),
        200..300 | 400 | 401 | 403 if by_the_panel => (ErrorKind::LoginRefused, Outcome::Final),
        400 | 401 | 403 => (ErrorKind::UnexpectedStatus, Outcome::Final),
        _ => (ErrorKind::UnexpectedStatus, Outcome::Doubtful),
    }
}

/// Read `Retry-After` in either form; a date is counted from the panel's own `Date`, so that clocks need not agree.
fn retry_after(response: &WireResponse, now: Timestamp) -> Option<Duration> {
    let text = response.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = response
        .header("date")
        .and_then(Timestamp::from_http_date)
        .unwrap_or(now);
    Timestamp::from_http_date(text).map(|then| then.since(now))
}

/// Decode the body of a success; what is wrong is named by its place in the JSON, never by its value.
pub(crate) fn decode<T: DeserializeOwned>(
    endpoint: &Endpoint,
    response: &WireResponse,
) -> Result<T, Failure> {
    // 204 and 205 have no body by definition.
    let body: &[u8] = if matches!(response.status, 204 | 205) {
        b"{}"
    } else {
        &response.body
    };
    let status = Some(response.status);
    let wrong = |path: String, reason: String| {
        let mut failure = unreadable(endpoint, path, reason);
        failure.error = failure.error.with(|inner| inner.status = status);
        failure
    };
    if wire::deeper_than(body, DEPTH_CAP) {
        return Err(wrong(String::new(), "nested too deeply".into()));
    }
    // Every answer is an object (N40); as above, an array could pass for one.
    if is_array(body) {
        return Err(wrong(
            String::new(),
            "invalid type: sequence, expected an object".into(),
        ));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = match error.path().to_string() {
            path if path == "." => String::new(),
            path => path,
        };
        wrong(path, without_values(error.inner()))
    })?;
    deserializer
        .end()
        .map_err(|_| wrong(String::new(), "more follows after the JSON".into()))?;
    Ok(value)
}

/// Say that an answer was understood as JSON and still cannot be right.
pub(crate) fn unreadable(
    endpoint: &Endpoint,
    path: impl Into<String>,
    reason: impl Into<String>,
) -> Failure {
    let kind = ErrorKind::Decode {
        path: path.into(),
        reason: reason.into(),
    };
    Failure::new(kind, in_doubt(endpoint), Outcome::Doubtful)
}

/// Keep what serde says about types and names, and drop the quoted value: it may be a secret or personal.
fn without_values(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Io | Category::Syntax => "not JSON".into(),
        Category::Eof => "the JSON ends too early".into(),
        Category::Data => {
            let text = error.to_string();
            let text = text.split(" at line ").next().unwrap_or_default();
            match text.split_once(": ") {
                // "invalid type: string \"secret\", expected a sequence" names the type, then quotes the value.
                Some((what, rest)) if what.starts_with("invalid ") => {
                    let found = rest.split([' ', ',']).next().unwrap_or_default();
                    let expected = rest.rsplit_once(", expected ").map_or("", |(_, text)| text);
                    format!("{what}: {found}, expected {expected}")
                }
                _ => text.to_owned(),
            }
        }
    }
}
