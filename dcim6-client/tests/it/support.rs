//! What the tests share: examples from `tests/contract/`, and a transport that answers from a script.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dcim6_client::{
    BoxFuture, Client, Clock, ManualClock, Timestamp, Transport, TransportError, TransportFailure,
    WireRequest, WireResponse,
};
use serde::Deserialize;
use serde_json::{Value, json};

pub const EMAIL: &str = "admin@a.test";
pub const PASSWORD: &str = "<password>";

/// An example of one call: `tests/contract/<operation>.json`.
#[derive(Clone, Debug, Deserialize)]
pub struct Example {
    pub operation: String,
    pub method: String,
    pub path: String,
    pub arguments: serde_json::Map<String, Value>,
    pub query: String,
    pub request: Option<Value>,
    pub status: u16,
    pub response: Value,
    pub evidence: serde_json::Map<String, Value>,
}

impl Example {
    pub fn read(operation: &str) -> Self {
        let file = contract_folder().join(format!("{operation}.json"));
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    /// The path with its arguments, percent-encoded.
    pub fn url_path(&self) -> String {
        let mut path = format!("/api/{}", self.path);
        for (name, value) in &self.arguments {
            let text = match value {
                Value::String(text) => text.replace('<', "%3C").replace('>', "%3E"),
                other => other.to_string(),
            };
            path = path.replace(&format!("{{{name}}}"), &text);
        }
        path
    }
}

pub fn contract_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/contract")
}

/// What the scripted panel does with one exchange.
#[derive(Clone, Debug)]
pub enum Act {
    Answer(u16, Value),
    Raw(u16, &'static [(&'static str, &'static str)], String),
    Fail(TransportFailure),
    /// Never answers: only the request's own limit ends it.
    Silence,
}

pub fn ok(body: Value) -> Act {
    Act::Answer(200, body)
}

pub fn status(status: u16) -> Act {
    Act::Raw(status, &[], String::new())
}

pub fn error(status: u16, code: i64, message: &str) -> Act {
    Act::Answer(status, json!({"error": {"code": code, "msg": message}}))
}

/// A panel that answers from a script; log-ins are answered by themselves unless scripted. Counts and keeps every request.
#[derive(Clone, Debug, Default)]
pub struct Script {
    acts: Arc<Mutex<VecDeque<Act>>>,
    log_ins: Arc<Mutex<VecDeque<Act>>>,
    sent: Arc<Mutex<Vec<WireRequest>>>,
    ended: Arc<Mutex<Option<&'static str>>>,
}

impl Script {
    pub fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        let script = Self::default();
        script.acts.lock().unwrap().extend(acts);
        script
    }

    pub fn log_ins(self, acts: impl IntoIterator<Item = Act>) -> Self {
        self.log_ins.lock().unwrap().extend(acts);
        self
    }

    /// From now on this token is refused, whatever the script says.
    pub fn end_session(&self, token: &'static str) {
        *self.ended.lock().unwrap() = Some(token);
    }

    pub fn sent(&self) -> Vec<WireRequest> {
        self.sent.lock().unwrap().clone()
    }

    /// The names of the calls sent, in order.
    pub fn names(&self) -> Vec<&'static str> {
        self.sent()
            .iter()
            .map(|request| request.operation)
            .collect()
    }

    /// How often this call was sent.
    pub fn count(&self, name: &str) -> usize {
        self.names()
            .into_iter()
            .filter(|sent| *sent == name)
            .count()
    }

    fn next(&self, request: &WireRequest) -> Act {
        if request.operation.starts_with("auth_login") {
            let mut log_ins = self.log_ins.lock().unwrap();
            let number = self.count(request.operation);
            return log_ins.pop_front().unwrap_or_else(|| {
                Act::Answer(201, json!({"id": "4", "token": format!("token-{number}")}))
            });
        }
        let token = request
            .headers
            .iter()
            .find(|(name, _)| *name == "x-xsrf-token");
        if token.is_some_and(|(_, token)| Some(token.as_str()) == *self.ended.lock().unwrap()) {
            return error(401, 1000, "Session expired");
        }
        self.acts
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or_else(|| panic!("nothing scripted for {}", request.operation))
    }
}

impl Transport for Script {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        self.sent.lock().unwrap().push(request.clone());
        let act = self.next(&request);
        Box::pin(async move {
            let (status, headers, body) = match act {
                Act::Answer(status, body) => (status, &[][..], body.to_string()),
                Act::Raw(status, headers, body) => (status, headers, body),
                Act::Fail(failure) => return Err(TransportError::new(failure)),
                Act::Silence => std::future::pending().await,
            };
            Ok(WireResponse {
                status,
                headers: headers
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                    .collect(),
                body: body.into_bytes(),
            })
        })
    }
}

pub fn start_of_time() -> Timestamp {
    "2026-01-10T12:00:00Z".parse().unwrap()
}

/// A client on a script, with a clock that jumps and a fixed seed.
pub fn scripted(script: &Script) -> (Client, ManualClock) {
    let clock = ManualClock::jumping(start_of_time());
    let client = Client::builder("https://dcim.a.test")
        .credentials((EMAIL, PASSWORD))
        .transport(Arc::new(script.clone()))
        .clock(Arc::new(clock.clone()))
        .seed(7)
        .request_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    (client, clock)
}

/// How long the clock has slept since it began.
pub fn slept(clock: &ManualClock) -> Duration {
    clock.now().since(start_of_time())
}
