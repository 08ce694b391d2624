//! A request and its answer, free of any HTTP library.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One request as it came in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    #[serde(with = "crate::text_or_bytes")]
    pub(crate) body: Vec<u8>,
}

/// One answer as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What happens to the answer on its way: a fault on the transport. The socket does it; who calls in process sees it here.
    pub cut: Option<Cut>,
}

/// What happens to an answer on its way to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The connection is reset; no byte of the answer arrives.
    Reset,
    /// Nothing arrives for so long, then the connection ends.
    Silence(Duration),
    /// One byte arrives each so often.
    Drip(Duration),
    /// Only so many bytes of the body arrive, then the connection ends.
    Truncate(usize),
}

impl Request {
    /// Give the value of a header; `name` is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The session token: from the cookie `ses6` or from `x-xsrf-token`; two different ones are none.
    pub(crate) fn token(&self) -> Option<&str> {
        let cookie = self
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("cookie"))
            .flat_map(|(_, value)| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix("ses6="));
        match (cookie, self.header("x-xsrf-token")) {
            (Some(one), Some(other)) if one != other => None,
            (one, other) => one.or(other),
        }
    }
}

impl Response {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
            cut: None,
        }
    }

    /// Read the body as JSON; null if it is none.
    pub fn to_json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
