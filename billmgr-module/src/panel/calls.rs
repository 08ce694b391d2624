//! Every mgrctl function the module uses, written once (`billmanager-protocol.md` 6).

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::{Answer, Call, CallError, ItemStatus, Panel};
use crate::Host;
use crate::error::{Error, ErrorKind};

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

/// How a BILLmanager takes parameters to save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveForm {
    /// Several in one call, each by its own name.
    Together,
    /// One a call, as `name=` and `value=`: the older form.
    ByName,
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

    /// Save parameters of a service.
    ///
    /// # Errors
    /// `process` after ten minutes of mgrctl failing; nothing may be assumed about the value. `db` if BILLmanager keeps neither form.
    pub async fn save(&self, item: u64, params: &[(&str, String)]) -> Result<(), Error> {
        let together = params.iter().fold(
            Call::new("service.saveparam").with("elid", item),
            |call, (name, value)| call.with(name, value),
        );
        // The older form takes one parameter a call. A binding comes last: whatever it says must be true already.
        let binds = |(name, value): &&(&str, String)| *name == "dcim6_server" && !value.is_empty();
        let (last, first): (Vec<_>, Vec<_>) = params.iter().partition(binds);
        let by_name = first.into_iter().chain(last).map(|(name, value)| {
            let call = Call::new("service.saveparam").with("elid", item);
            call.with("name", name).with("value", value)
        });
        let finish = |call: Call| call.with("crypted", "off").with("sok", "ok");
        let by_name = by_name.map(finish).collect();
        self.save_in_form(finish(together), by_name, async || {
            let plain = self.panel().parameters(item).await?.plain;
            let value = |name: &str| plain.get(name).map_or("", String::as_str);
            let kept = params.iter().all(|(name, text)| value(name) == text);
            // What is empty as it should be may never have been there: that tells nothing of the form.
            let tells = !kept || params.iter().any(|(_, text)| !text.is_empty());
            Ok(tells.then_some(kept))
        })
        .await
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
        let call = || Call::new("service.saveparam").with("elid", item);
        let finish = |call: Call| call.with("crypted", "on").with("sok", "ok");
        let by_name = finish(call().with("name", name)).with_secret("value", value.clone());
        let together = finish(call()).with_secret(name, value.clone());
        self.save_in_form(together, vec![by_name], async || {
            let kept = self.panel().parameters(item).await?.secret;
            let same = |kept: &SecretString| kept.expose_secret() == value.expose_secret();
            Ok(Some(kept.get(name).is_some_and(same)))
        })
        .await
    }

    /// Save in the form this BILLmanager keeps: an older one says yes to parameters by their own names, and keeps nothing. Which it is, the
    /// first write of a process finds out (`billmanager-protocol.md` 6).
    async fn save_in_form(
        &self,
        together: Call,
        by_name: Vec<Call>,
        is_kept: impl AsyncFn() -> Result<Option<bool>, Error>,
    ) -> Result<(), Error> {
        let form = &self.host.save_form;
        if form.get() != Some(&SaveForm::ByName) {
            self.repeat(&together).await?;
            if form.get().is_some() {
                return Ok(());
            }
            match is_kept().await? {
                None => return Ok(()),
                Some(true) => {
                    let _ = form.set(SaveForm::Together);
                    return Ok(());
                }
                Some(false) => {}
            }
        }
        for call in &by_name {
            self.repeat(call).await?;
        }
        if form.get().is_none() {
            if is_kept().await? != Some(true) {
                let why = "BILLmanager said yes and does not show what was saved";
                return Err(Error::new(ErrorKind::Db, "service.saveparam", why));
            }
            let _ = form.set(SaveForm::ByName);
        }
        Ok(())
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
            let slots = self.panel().slots(item).await?;
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
    pub async fn commit_slot(&self, item: u64, slot: u64) -> Result<(), Error> {
        let call = Call::new("service.ip.add.commit")
            .with("elid", slot)
            .with("sok", "ok");
        let Err(refused) = self.repeat(&call).await else {
            return Ok(());
        };
        // It may count already, by a run before this one, and BILLmanager not take it twice.
        let slots = self.panel().slots(item).await?;
        let mut same = slots.iter().filter(|row| row.id == slot);
        if same.any(|row| !row.address.is_empty()) && refused.value().starts_with(SAID_NO) {
            return Ok(());
        }
        Err(refused)
    }

    /// Take a slot out of a service.
    ///
    /// # Errors
    /// As [`Calls::save`].
    pub async fn empty_slot(&self, item: u64, slot: u64) -> Result<(), Error> {
        let call = Call::new("service.ip.del")
            .with("elid", slot)
            .with("sok", "ok");
        let done = || async move {
            let slots = self.panel().slots(item).await?;
            Ok(slots.iter().all(|row| row.id != slot))
        };
        self.repeat_unless(&call, done).await
    }

    /// Finish an operation: the call that sets the service's status.
    ///
    /// # Errors
    /// As [`Calls::save`].
    pub async fn complete(
        &self,
        item: u64,
        operation: Option<u64>,
        completion: Completion,
    ) -> Result<(), Error> {
        let goal = completion.status;
        let done = || async move {
            let finished = match operation {
                Some(operation) => self.panel().running_operation(operation).await?.is_none(),
                // Without an operation only the state can tell, of those that have one of their own.
                None => goal.is_some(),
            };
            let row = self.panel().item(item).await?;
            let reached = |status| row.is_some_and(|row| row.status == status);
            Ok(finished && goal.is_none_or(reached))
        };
        self.repeat_unless(&completion.into_call(item), done).await
    }

    /// Undo a change of the tariff.
    ///
    /// # Errors
    /// As [`Calls::save`].
    pub async fn roll_back_tariff(&self, item: u64, user: Option<u64>) -> Result<(), Error> {
        let mut call = Call::new("service.changepricelist.rollback").with("elid", item);
        if let Some(user) = user {
            call = call.with("userid", user);
        }
        let done = || async move {
            let row = self.panel().item(item).await?;
            Ok(row.is_some_and(|row| row.last_pricelist.is_none()))
        };
        self.repeat_unless(&call.with("sok", "ok"), done).await
    }

    /// Store what DCImanager offers, for forms that must not ask it.
    ///
    /// # Errors
    /// `process`.
    pub async fn store_config(&self, instance: u64, config: String) -> Result<(), Error> {
        let call = Call::new("processing.setconfig")
            .with("elid", instance)
            .with("config", config)
            .with("sok", "ok");
        self.repeat(&call).await.map(drop)
    }

    /// Offer a value of a parameter of dedicated servers to orders.
    ///
    /// # Errors
    /// `process`.
    pub async fn offer(&self, instance: u64, param: &str, value: &str) -> Result<(), Error> {
        let call = Call::new("itemtype.param.value.sync")
            .with("itemtype", "dedic")
            .with("module", instance)
            .with("param", param)
            .with("value", value)
            .with("disablepricelists", "on")
            .with("name", value)
            .with("name_ru", value);
        self.repeat(&call).await.map(drop)
    }

    /// Offer a value no longer.
    ///
    /// # Errors
    /// `process`.
    pub async fn stop_offering(&self, instance: u64, value: u64) -> Result<(), Error> {
        // The list of a value's instances: the instance is its element, the value its parent.
        let call = Call::new("itemtype.param.value.processing.suspend")
            .with("elid", instance)
            .with("plid", value);
        self.repeat(&call).await.map(drop)
    }

    /// End a collection of statistics.
    ///
    /// # Errors
    /// `process`.
    pub async fn finish_statistics(&self, instance: u64, day: &str) -> Result<(), Error> {
        let call = Call::new("service.poststat")
            .with("elid", instance)
            .with("date", day);
        self.repeat(&call).await.map(drop)
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
            let row = self.panel().running_operation(operation).await?;
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
pub struct Completion {
    function: &'static str,
    /// The state it sets; none if the service keeps its own.
    status: Option<ItemStatus>,
    params: Vec<(&'static str, String)>,
    password: Option<SecretString>,
}

impl Completion {
    /// Name the call, and the state in which it leaves the service.
    pub fn new(function: &'static str, status: Option<ItemStatus>) -> Self {
        Self {
            function,
            status,
            params: Vec::new(),
            password: None,
        }
    }

    /// Hand something over.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.params.push((name, value.to_owned()));
        self
    }

    /// Hand the password over, set by the installation.
    #[must_use]
    pub fn with_password(mut self, password: SecretString) -> Self {
        self.password = Some(password);
        self
    }

    fn into_call(self, item: u64) -> Call {
        let mut call = Call::new(self.function).with("elid", item);
        for (name, value) in self.params {
            call = call.with(name, value);
        }
        call = call.with("sok", "ok");
        match self.password {
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

/// How the text of an error begins that BILLmanager itself answered.
const SAID_NO: &str = "BILLmanager answered";

fn process(call: &Call, error: &CallError) -> Error {
    Error::new(ErrorKind::Process, call.function, error.to_string())
}
