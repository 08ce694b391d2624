//! What is told of a module instance: what DCImanager offers, and the end of a collection of statistics.

use super::Calls;
use crate::error::Error;
use crate::panel::Call;

impl Calls<'_> {
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
}
