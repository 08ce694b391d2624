//! Reading what an install says of itself, by the trust of a client.

use serde_json::Value;

use crate::Client;
use crate::error::{Delivery, Error, ErrorKind};
use crate::transport::{BODY_CAP, TransportError, TransportFailure, WireRequest};
use crate::verdict;

/// The name under which errors and layers see this exchange: no call of [`ENDPOINTS`](crate::ENDPOINTS).
const NAME: &str = "swagger";

impl Client {
    /// Read a document in which the panel describes itself, such as `/swagger/openapi.json`, without a session. Where an install keeps
    /// them is shown on its page `/swagger/` \[documented\]; the names of the files are not known.
    ///
    /// It is read once: nothing depends on it.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let document = dcim.description("/swagger/openapi.json").await?;
    /// let report = contract::compare(&[document], &Dialect::default())?;
    /// println!("{report}");
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// A path that is not an absolute one without query; a panel that is not reached or not trusted; a status that is no success; an answer
    /// that is no JSON or larger than 16 MiB. Nothing was changed.
    pub async fn description(&self, path: &str) -> Result<Value, Error> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        if !path.starts_with('/')
            || path.contains("..")
            || path.contains("//")
            || !path.chars().all(plain)
        {
            return Err(Error::config(
                "the path of a description is absolute, and plain",
            ));
        }
        let base = &self.shared.base;
        let scheme = if base.https { "https" } else { "http" };
        let request = WireRequest {
            operation: NAME,
            method: crate::Method::Get,
            url: format!("{scheme}://{}{path}", base.panel),
            headers: vec![("accept", "application/json".to_owned())],
            body: None,
        };
        let sending = self.shared.transport.send(request);
        let limited = self.clock().limit(self.shared.request_timeout, sending);
        let response = match limited.await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(named(verdict::lost(error).error)),
            Err(_) => return Err(named(verdict::timed_out().error)),
        };
        if response.body.len() > BODY_CAP {
            let error = TransportError::new(TransportFailure::TooLarge);
            return Err(named(verdict::lost(error).error));
        }
        let kind = match response.status {
            200..300 => None,
            404 => Some(ErrorKind::NotFound),
            _ => Some(ErrorKind::UnexpectedStatus),
        };
        let status = response.status;
        if let Some(kind) = kind {
            let error = named(Error::new(kind, Delivery::Answered));
            return Err(error.with(|inner| inner.status = Some(status)));
        }
        serde_json::from_slice(&response.body).map_err(|_| {
            let (path, reason) = ("$".to_owned(), "not JSON".to_owned());
            named(Error::new(
                ErrorKind::Decode { path, reason },
                Delivery::Answered,
            ))
        })
    }
}

/// A read has no effect whose outcome could be unknown.
fn named(error: Error) -> Error {
    error.with(|inner| {
        inner.operation = Some(NAME);
        if inner.delivery == Delivery::Unknown {
            inner.delivery = Delivery::Answered;
        }
    })
}
