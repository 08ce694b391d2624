//! What commands about a module instance share, and the one that has nothing else to do.

use std::time::Duration;

use dcim6_client::{Client, LocationId};

use super::request::{instance, location_of};
use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::panel::Instance;
use crate::settings::Settings;

const DAY: Duration = Duration::from_hours(24);

/// An instance, its location and its DCImanager.
pub struct Module {
    /// The instance.
    pub instance: Instance,
    /// The location its servers come from.
    pub location: LocationId,
    /// Whether a powered-on server may be sold.
    pub sells_powered_on: bool,
    /// DCImanager.
    pub client: Client,
}

impl Module {
    /// Read the instance that the command line names. Nothing is sent yet.
    ///
    /// # Errors
    /// What is wrong with the command line, the instance, its settings or its data center.
    pub async fn read(host: &Host<'_>, arguments: &Arguments) -> Result<Self, Error> {
        Self::of(
            host,
            instance(host, arguments.required_id("module")?).await?,
        )
        .await
    }

    /// Connect an instance with what it needs.
    ///
    /// # Errors
    /// As [`Module::read`].
    pub async fn of(host: &Host<'_>, instance: Instance) -> Result<Self, Error> {
        let settings = Settings::read(&instance)?;
        Ok(Self {
            location: location_of(host, &instance).await?,
            client: host.connect(&settings.connection)?,
            sells_powered_on: settings.sell_powered_on,
            instance,
        })
    }

    /// Check that DCImanager has the location, and a pool to take addresses from (R28).
    ///
    /// # Errors
    /// `location_missing`, `pool_missing`.
    pub async fn check_place(&self) -> Result<(), Error> {
        let locations = self.client.locations().all().await?;
        let id = self.location;
        let ours = locations
            .into_iter()
            .find(|location| location.id == id)
            .ok_or_else(|| {
                let why = format!("{id}: DCImanager has no such location");
                Error::new(ErrorKind::LocationMissing, "datacenter", why)
            })?;
        if !ours.ippool_allocation.is_empty() {
            return Ok(());
        }
        let racks = self.client.racks().all().await?;
        let mut of_location = racks.iter().filter(|rack| rack.location_id == Some(id));
        if of_location.any(|rack| !rack.ippool_allocation.is_empty()) {
            return Ok(());
        }
        let pools = self.client.ip_pools().all().await?;
        if pools.iter().any(|pool| {
            pool.name
                .as_deref()
                .is_some_and(|name| name.contains("public"))
        }) {
            return Ok(());
        }
        let why = format!(
            "{id}: neither the location nor one of its racks names a pool, and none is called \"public\""
        );
        Err(Error::new(ErrorKind::PoolMissing, "location", why))
    }
}

/// Run `stat`: usage rows would need an insert into BILLmanager's own table, so nothing is collected, and the run is ended.
pub async fn stat(host: &Host<'_>, arguments: &Arguments) -> Result<String, Error> {
    let instance = instance(host, arguments.required_id("module")?).await?;
    let yesterday = host.clock.now() - DAY;
    let day: String = yesterday.to_string().chars().take(10).collect();
    host.calls().finish_statistics(instance.id, &day).await?;
    Ok(String::new())
}
