//! A BILLmanager that cannot be reached: what the executable has until it speaks to mgrctl and MariaDB. Every answer says so.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{
    Answer, Call, CallError, Claim, DataCenter, Instance, IpSlot, Item, Lock, Panel, Parameters,
    RunningOperation,
};
use crate::error::{Error, ErrorKind};

/// See the module.
#[derive(Debug, Clone, Copy, Default)]
pub struct AbsentPanel;

fn absent<T>() -> Result<T, Error> {
    Err(Error::new(
        ErrorKind::Process,
        "mgrctl",
        "this version does not speak to BILLmanager yet",
    ))
}

#[async_trait]
impl Panel for AbsentPanel {
    async fn item(&self, _: u64) -> Result<Option<Item>, Error> {
        absent()
    }
    async fn parameters(&self, _: u64) -> Result<Parameters, Error> {
        absent()
    }
    async fn client_email(&self, _: u64) -> Result<Option<String>, Error> {
        absent()
    }
    async fn tariff(&self, _: u64) -> Result<BTreeMap<String, String>, Error> {
        absent()
    }
    async fn instance(&self, _: u64) -> Result<Option<Instance>, Error> {
        absent()
    }
    async fn data_center(&self, _: u64) -> Result<Option<DataCenter>, Error> {
        absent()
    }
    async fn slots(&self, _: u64) -> Result<Vec<IpSlot>, Error> {
        absent()
    }
    async fn claims(&self, _: u64) -> Result<Vec<Claim>, Error> {
        absent()
    }
    async fn running_operation(&self, _: u64) -> Result<Option<RunningOperation>, Error> {
        absent()
    }
    async fn pending_operations(&self, _: u64) -> Result<u64, Error> {
        absent()
    }
    async fn try_lock(&self, _: &str) -> Result<Option<Box<dyn Lock>>, Error> {
        absent()
    }
    async fn call(&self, _: &Call) -> Result<Answer, CallError> {
        Err(CallError::Transport(
            "this version does not speak to BILLmanager yet".to_owned(),
        ))
    }
}
