//! Every mgrctl function the module uses, written once (`billmanager-protocol.md` 6).

mod offers;
mod saving;
mod service;
mod staff;

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

use super::{Answer, Call, CallError, Panel};
use crate::Host;
use crate::error::{Error, ErrorKind};

pub use saving::SaveForm;
pub use service::{Completion, SlotAddress};
pub use staff::Problem;

/// The pause between two repetitions.
const REPEAT_EVERY: Duration = Duration::from_secs(1);

impl Call {
    /// Name a function; add what it needs with [`Call::with`] and [`Call::with_secret`].
    pub fn new(function: &'static str) -> Self {
        Self {
            function,
            params: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// Add a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.push((name.to_owned(), value.to_string()));
        self
    }

    /// Add a parameter that must not be seen on a command line.
    #[must_use]
    pub fn with_secret(mut self, name: &str, value: SecretString) -> Self {
        self.secrets.push((name.to_owned(), value));
        self
    }

    /// Find a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The call as a person would type it, with secrets by the name of their environment variable only.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function)?;
        for (name, value) in &self.params {
            write!(f, " {name}={value}")?;
        }
        for (number, (name, _)) in self.secrets.iter().enumerate() {
            write!(f, " -e {name}=$S{}", number + 1)?;
        }
        Ok(())
    }
}

/// BILLmanager's functions, with the repetition that each may have.
#[derive(Clone)]
pub struct Calls<'a> {
    host: &'a Host<'a>,
}

impl<'a> Calls<'a> {
    /// Speak to the BILLmanager of `host`, waiting by its clock.
    pub fn new(host: &'a Host<'a>) -> Self {
        Self { host }
    }

    fn panel(&self) -> &'a dyn Panel {
        self.host.panel
    }
    async fn once(&self, call: &Call) -> Result<Answer, Error> {
        let answer = self.send(call).await;
        answer.map_err(|error| process(call, &error))
    }

    async fn send(&self, call: &Call) -> Result<Answer, CallError> {
        let answer = self.panel().call(call).await;
        let (function, elid) = (call.function, call.param("elid"));
        match &answer {
            Ok(_) => tracing::debug!(function, elid, "mgrctl"),
            Err(error) => tracing::warn!(function, elid, %error, "mgrctl"),
        }
        answer
    }

    async fn repeat(&self, call: &Call) -> Result<Answer, Error> {
        let until = self.host.clock.now() + self.host.repeat_for;
        loop {
            match self.send(call).await {
                Ok(answer) => return Ok(answer),
                Err(error) if may_repeat(&error) && self.host.clock.now() < until => {
                    self.host.clock.sleep(REPEAT_EVERY).await;
                }
                Err(error) => return Err(process(call, &error)),
            }
        }
    }

    /// As [`Calls::repeat_unless`], of a call whose effect the tables show: after a yes they are looked at once (protocol 6). Tables that cannot
    /// be read take no yes back.
    async fn repeat_until<D>(&self, call: &Call, done: impl Fn() -> D) -> Result<(), Error>
    where
        D: Future<Output = Result<bool, Error>>,
    {
        self.repeat_unless(call, &done).await?;
        match done().await {
            Ok(false) => Err(did_nothing(call.function)),
            _ => Ok(()),
        }
    }

    /// Repeat a call that must not happen twice: before each repetition BILLmanager is asked whether it has happened, because the lost answer
    /// may have been a yes (safety.md H, row M).
    async fn repeat_unless<D>(&self, call: &Call, done: impl Fn() -> D) -> Result<(), Error>
    where
        D: Future<Output = Result<bool, Error>>,
    {
        let until = self.host.clock.now() + self.host.repeat_for;
        loop {
            let Err(error) = self.send(call).await else {
                return Ok(());
            };
            if !may_repeat(&error) || self.host.clock.now() >= until {
                return Err(process(call, &error));
            }
            self.host.clock.sleep(REPEAT_EVERY).await;
            if done().await? {
                return Ok(());
            }
        }
    }
}

/// What is said where BILLmanager answered yes and its tables show no effect: a function that wants another parameter answers with its form,
/// which is no error document. The same call would be answered the same, so staff are asked at once.
fn did_nothing(function: &str) -> Error {
    Error::new(ErrorKind::Process, function, DID_NOTHING).for_staff()
}

/// Whether mgrctl's failure leaves room for another try: it did not run, or BILLmanager was not there to hear it.
fn may_repeat(error: &CallError) -> bool {
    match error {
        CallError::Transport(_) => true,
        CallError::Refused { kind, .. } => matches!(kind.as_str(), "client" | "open" | "billmgr"),
    }
}

/// How the text of an error begins that BILLmanager itself answered.
const SAID_NO: &str = "BILLmanager answered";
const DID_NOTHING: &str = "BILLmanager said yes and did nothing";

/// Whether BILLmanager itself said this of a call: another try would be answered the same.
pub fn is_answer(error: &Error) -> bool {
    let value = error.value();
    error.kind() == ErrorKind::Process && (value.starts_with(SAID_NO) || value == DID_NOTHING)
}

fn process(call: &Call, error: &CallError) -> Error {
    let value = match error {
        CallError::Refused { .. } if may_repeat(error) => format!("not reached: {error}"),
        _ => error.to_string(),
    };
    Error::new(ErrorKind::Process, call.function, value)
}
