//! What an order chooses from: templates, scripts, locations, racks.

use crate::client::Client;
use crate::endpoint::Op;
use crate::list::List;
use crate::model::{Location, OsTemplate, Rack, Script};

impl Client {
    /// List OS templates; diagnostics and recovery images are among them. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let linux = field("name").like("Debian%");
    /// let template = dcim.os_templates().filter(linux).first().await?.ok_or("no Debian")?;
    /// assert_eq!(template.kind, Some(TemplateKind::Os));
    /// # Ok(()) });
    /// ```
    pub fn os_templates(&self) -> List<OsTemplate> {
        List::new(self.clone(), Op::OsTemplateList)
    }

    /// List scripts that an install can run. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// for script in dcim.scripts().all().await? {
    ///     println!("{} {:?}", script.id, script.name);
    /// }
    /// # Ok(()) });
    /// ```
    pub fn scripts(&self) -> List<Script> {
        List::new(self.clone(), Op::ScriptList)
    }

    /// List locations. \[assumed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let location = dcim.locations().first().await?.ok_or("no location")?;
    /// let here = dcim.servers().filter(field("location_id").eq(location.id)).all().await?;
    /// assert!(!here.is_empty());
    /// # Ok(()) });
    /// ```
    pub fn locations(&self) -> List<Location> {
        List::new(self.clone(), Op::LocationList)
    }

    /// List racks. \[observed\]
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let rack = dcim.racks().first().await?.ok_or("no rack")?;
    /// assert_eq!(rack.location_id, Some(LocationId::new(1)));
    /// # Ok(()) });
    /// ```
    pub fn racks(&self) -> List<Rack> {
        List::new(self.clone(), Op::RackList)
    }
}
