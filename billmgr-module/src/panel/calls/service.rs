//! What is told of a service: its addresses, and the end of an operation.

use secrecy::SecretString;

use super::{Calls, is_answer};
use crate::error::Error;
use crate::panel::{Call, ItemStatus};

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

impl Calls<'_> {
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

    /// Make the address in a slot count. `may_count` says that a run before this one may have done it: BILLmanager may not take it twice.
    ///
    /// # Errors
    /// As [`Calls::save`].
    pub async fn commit_slot(&self, item: u64, slot: u64, may_count: bool) -> Result<(), Error> {
        let call = Call::new("service.ip.add.commit")
            .with("elid", slot)
            .with("sok", "ok");
        let Err(refused) = self.repeat(&call).await else {
            return Ok(());
        };
        let slots = self.panel().slots(item).await?;
        let mut same = slots.iter().filter(|row| row.id == slot);
        let is_filled = same.any(|row| !row.address.is_empty());
        if may_count && is_filled && is_answer(&refused) {
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
    /// As [`Calls::save`]; for staff if BILLmanager says yes and shows no effect.
    pub async fn complete(
        &self,
        item: u64,
        operation: Option<u64>,
        completion: Completion,
    ) -> Result<(), Error> {
        let goal = completion.status;
        let done = || async move {
            if let Some(operation) = operation
                && self.panel().running_operation(operation).await?.is_some()
            {
                return Ok(false);
            }
            let Some(goal) = goal else {
                return Ok(operation.is_some());
            };
            let row = self.panel().item(item).await?;
            // A deleted service may be no row at all.
            Ok(row.map_or(goal == ItemStatus::Deleted, |row| row.status == goal))
        };
        let call = completion.into_call(item);
        // Without an operation, and without a state of its own, nothing tells whether it was done.
        if operation.is_none() && goal.is_none() {
            return self.repeat_unless(&call, done).await;
        }
        self.repeat_until(&call, done).await
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
        self.repeat_until(&call.with("sok", "ok"), done).await
    }
}
