//! Every mgrctl function the module uses, written once (`billmanager-protocol.md` 6).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dcim6_client::Clock;
use secrecy::SecretString;

use super::{Answer, Call, CallError, ItemStatus, Panel};
use crate::error::{Error, ErrorKind};

/// How long a write is repeated when mgrctl itself fails (safety.md H, row M).
const REPEAT_FOR: Duration = Duration::from_mins(10);
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
    panel: &'a dyn Panel,
    clock: Arc<dyn Clock>,
}

impl<'a> Calls<'a> {
    /// Speak to `panel`, waiting by `clock`.
    pub fn new(panel: &'a dyn Panel, clock: Arc<dyn Clock>) -> Self {
        Self { panel, clock }
    }

    /// Save parameters of a service.
    ///
    /// # Errors
    /// `process` after ten minutes of mgrctl failing; nothing may be assumed about the value.
    pub async fn save(&self, item: u64, params: &[(&str, String)]) -> Result<(), Error> {
        let call = params.iter().fold(
            Call::new("service.saveparam").with("elid", item),
            |call, (name, value)| call.with(name, value),
        );
        self.repeat(&call.with("crypted", "off").with("sok", "ok"))
            .await
            .map(drop)
    }

    /// Save one crypted parameter of a service.
    ///
    /// # Errors
    /// As [`Calls::save`].
    pub async fn save_secret(
        &self,
        item: u64,
        name: &str,
        value: SecretString,
    ) -> Result<(), Error> {
        let call = Call::new("service.saveparam")
            .with("elid", item)
            .with("crypted", "on")
            .with("sok", "ok");
        self.repeat(&call.with_secret(name, value)).await.map(drop)
    }

    /// Put an address into a slot of a service.
    ///
    /// # Errors
    /// As [`Calls::save`].
    pub async fn fill_slot(
        &self,
        item: u64,
        slot: u64,
        address: &SlotAddress,
    ) -> Result<(), Error> {
        let call = Call::new("service.ip.add")
            .with("elid", slot)
            .with("ip", &address.address)
            .with("mask", &address.mask)
            .with("gateway", &address.gateway)
            .with("domain", &address.domain)
            .with("sok", "ok");
        let done = || async move {
            let slots = self.panel.slots(item).await?;
            Ok(slots
                .iter()
                .any(|row| row.id == slot && row.address == address.address))
        };
        self.repeat_unless(&call, done).await
    }

    /// Make the address in a slot count.
    ///
    /// # Errors
    /// As [`Calls::save`].
    pub async fn commit_slot(&self, slot: u64) -> Result<(), Error> {
        self.repeat(
            &Call::new("service.ip.add.commit")
                .with("elid", slot)
                .with("sok", "ok"),
        )
        .await
        .map(drop)
    }

    /// Finish an operation: the call that sets the service's status.
    ///
    /// # Errors
    /// As [`Calls::save`].
    pub async fn complete(&self, item: u64, completion: Completion) -> Result<(), Error> {
        let goal = completion.status();
        let done = || async move {
            let row = self.panel.item(item).await?;
            Ok(row.is_some_and(|row| row.status == goal))
        };
        self.repeat_unless(&completion.into_call(item), done).await
    }

    /// Ask for the next processing module in line.
    ///
    /// # Errors
    /// `process` when there is none.
    pub async fn next_module(&self, item: u64) -> Result<(), Error> {
        self.once(&Call::new("service.getnextmodule").with("elid", item))
            .await
            .map(drop)
    }

    /// Show an error in the running operation.
    ///
    /// # Errors
    /// `process`.
    pub async fn show_error(&self, operation: u64, document: String) -> Result<(), Error> {
        let call = Call::new("runningoperation.edit")
            .with("elid", operation)
            .with("errorxml", document)
            .with("sok", "ok");
        self.repeat(&call).await.map(drop)
    }

    /// Stop BILLmanager from trying an operation again by itself.
    ///
    /// # Errors
    /// `process`.
    pub async fn set_manual(&self, operation: u64) -> Result<(), Error> {
        self.repeat(&Call::new("runningoperation.setmanual").with("elid", operation))
            .await
            .map(drop)
    }

    /// Ask what kind of task staff get for a command; empty if none.
    ///
    /// # Errors
    /// `process`.
    pub async fn task_type(&self, command: &str) -> Result<String, Error> {
        let answer = self
            .once(&Call::new("task.gettype").with("operation", command))
            .await?;
        Ok(answer.fields.get("task_type").cloned().unwrap_or_default())
    }

    /// Create the staff task of an operation: exactly one, also where an answer was lost.
    ///
    /// # Errors
    /// `process`.
    pub async fn create_task(
        &self,
        item: u64,
        kind: &str,
        operation: u64,
        text: &str,
    ) -> Result<(), Error> {
        let call = Call::new("task.edit")
            .with("item", item)
            .with("type", kind)
            .with("runningoperation", operation)
            .with("params", text)
            .with("sok", "ok");
        let done = || async move {
            let row = self.panel.running_operation(operation).await?;
            Ok(row.is_some_and(|row| row.tasks > 0))
        };
        self.repeat_unless(&call, done).await
    }

    /// Create a task for a department where BILLmanager has no kind of task for the command.
    ///
    /// # Errors
    /// `process`.
    pub async fn create_simple_task(&self, department: u64, text: &str) -> Result<(), Error> {
        let call = Call::new("task.simple.create")
            .with("elid", department)
            .with("specification", text)
            .with("sok", "ok");
        self.once(&call).await.map(drop)
    }

    /// List a problem of a processing module instance.
    ///
    /// # Errors
    /// `process`.
    pub async fn register_problem(&self, problem: &Problem<'_>) -> Result<(), Error> {
        let mut call = Call::new("problems.register")
            .with("name", problem.name)
            .with("id", problem.instance)
            .with("param_pm_name", problem.instance_name)
            .with("param_pm_id", problem.instance)
            .with("param_errormsg", problem.error)
            .with("level", "error")
            .with("sok", "ok");
        if let Some((item, name)) = problem.item {
            call = call.with("param_item_name", name).with("param_iid", item);
        }
        self.once(&call).await.map(drop)
    }

    async fn once(&self, call: &Call) -> Result<Answer, Error> {
        self.panel
            .call(call)
            .await
            .map_err(|error| process(call, &error))
    }

    async fn repeat(&self, call: &Call) -> Result<Answer, Error> {
        let until = self.clock.now() + REPEAT_FOR;
        loop {
            match self.panel.call(call).await {
                Ok(answer) => return Ok(answer),
                Err(error) if may_repeat(&error) && self.clock.now() < until => {
                    self.clock.sleep(REPEAT_EVERY).await;
                }
                Err(error) => return Err(process(call, &error)),
            }
        }
    }

    /// Repeat a call that must not happen twice: before each repetition BILLmanager is asked whether it has happened, because the lost answer
    /// may have been a yes (safety.md H, row M).
    async fn repeat_unless<D>(&self, call: &Call, done: impl Fn() -> D) -> Result<(), Error>
    where
        D: Future<Output = Result<bool, Error>>,
    {
        let until = self.clock.now() + REPEAT_FOR;
        loop {
            let Err(error) = self.panel.call(call).await else {
                return Ok(());
            };
            if !may_repeat(&error) || self.clock.now() >= until {
                return Err(process(call, &error));
            }
            self.clock.sleep(REPEAT_EVERY).await;
            if done().await? {
                return Ok(());
            }
        }
    }
}

/// An address as BILLmanager wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotAddress {
    /// The address.
    pub address: String,
    /// Its mask, dotted; empty for IPv6.
    pub mask: String,
    /// Its gateway.
    pub gateway: String,
    /// Its name.
    pub domain: String,
}

/// A problem for BILLmanager's list.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// `processingmodule_connect` or `processingmodule_getnextmodule`.
    pub name: &'a str,
    /// The instance it concerns.
    pub instance: u64,
    /// The instance's name.
    pub instance_name: &'a str,
    /// What is wrong.
    pub error: &'a str,
    /// The service it was noticed with.
    pub item: Option<(u64, &'a str)>,
}

/// The call that finishes an operation, with what it hands over.
#[derive(Debug, Clone)]
pub enum Completion {
    /// `dedic.open`: the server goes to the client.
    Open {
        /// The main address.
        ip: String,
        /// The host name.
        domain: String,
        /// `root` or `Administrator`.
        username: String,
        /// The password, set by the installation.
        password: SecretString,
    },
    /// `service.postsuspend`.
    Suspend,
    /// `service.postresume`.
    Resume,
    /// `service.postclose`.
    Close,
}

impl Completion {
    fn status(&self) -> ItemStatus {
        match self {
            Self::Open { .. } | Self::Resume => ItemStatus::Active,
            Self::Suspend => ItemStatus::Stopped,
            Self::Close => ItemStatus::Deleted,
        }
    }

    fn into_call(self, item: u64) -> Call {
        let (function, params, password) = match self {
            Self::Open {
                ip,
                domain,
                username,
                password,
            } => (
                "dedic.open",
                vec![("ip", ip), ("domain", domain), ("username", username)],
                Some(password),
            ),
            Self::Suspend => ("service.postsuspend", Vec::new(), None),
            Self::Resume => ("service.postresume", Vec::new(), None),
            Self::Close => ("service.postclose", Vec::new(), None),
        };
        let mut call = Call::new(function).with("elid", item);
        for (name, value) in params {
            call = call.with(name, value);
        }
        call = call.with("sok", "ok");
        match password {
            Some(password) => call.with_secret("password", password),
            None => call,
        }
    }
}

/// Whether mgrctl's failure leaves room for another try: it did not run, or BILLmanager was not there to hear it.
fn may_repeat(error: &CallError) -> bool {
    match error {
        CallError::Transport(_) => true,
        CallError::Refused { kind, .. } => matches!(kind.as_str(), "client" | "open" | "billmgr"),
    }
}

fn process(call: &Call, error: &CallError) -> Error {
    Error::new(ErrorKind::Process, call.function, error.to_string())
}
