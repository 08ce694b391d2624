//! What is told of a module instance: what DCImanager offers, and the end of a collection of statistics.

use std::collections::BTreeSet;

use super::{Calls, did_nothing};
use crate::error::Error;
use crate::panel::{Call, ListValue};

const OFFER: &str = "itemtype.param.value.sync";

impl Calls<'_> {
    /// Store what DCImanager offers, for forms that must not ask it.
    ///
    /// # Errors
    /// `process`, also if BILLmanager says yes and has nothing stored.
    pub async fn store_config(&self, instance: u64, config: String) -> Result<(), Error> {
        let call = Call::new("processing.setconfig")
            .with("elid", instance)
            .with("config", config)
            .with("sok", "ok");
        self.repeat(&call).await?;
        let stored = self.panel().instance(instance).await?;
        // Not compared: BILLmanager may write XML in its own way.
        let is_stored = stored.is_some_and(|row| row.config.is_some_and(|text| !text.is_empty()));
        if is_stored {
            Ok(())
        } else {
            Err(did_nothing(call.function))
        }
    }

    /// Check that a value of those offered is on BILLmanager's list of them, `listed`.
    ///
    /// # Errors
    /// `process` if none is: BILLmanager said yes to each.
    pub fn check_offered(offered: &BTreeSet<String>, listed: &[ListValue]) -> Result<(), Error> {
        let is_listed = |name: &String| listed.iter().any(|value| value.name == *name);
        if offered.is_empty() || offered.iter().any(is_listed) {
            Ok(())
        } else {
            Err(did_nothing(OFFER))
        }
    }

    /// Offer a value of a parameter of dedicated servers to orders.
    ///
    /// # Errors
    /// `process`.
    pub async fn offer(&self, instance: u64, param: &str, value: &str) -> Result<(), Error> {
        let call = Call::new(OFFER)
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
}
