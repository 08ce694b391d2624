//! `get_server_config` and `sync_server`: what DCImanager has becomes what orders may choose (vendor page, "Config").

use std::collections::{BTreeMap, BTreeSet};

use dcim6_client::{OsTemplate, TemplateKind, field};
use quick_xml::Writer;

use super::module::Module;
use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::matching::{Wish, refusal};
use crate::panel::calls::Calls;
use crate::xml::{self, Element};

/// The parameter of dedicated servers that names the operating system: the name of the template in DCImanager (documented).
const SYSTEM: &str = "ostempl";
/// The parameter that names what is installed besides.
const RECIPE: &str = "recipe";

/// What can be ordered.
struct Offer {
    /// The configurations, with how many servers are free of each.
    configurations: BTreeMap<String, u64>,
    systems: BTreeSet<String>,
    recipes: BTreeSet<String>,
}

/// Run `get_server_config`: store what DCImanager has, then offer it.
pub async fn configure(host: &Host<'_>, arguments: &Arguments) -> Result<String, Error> {
    let module = Module::read(host, arguments).await?;
    module.check_place().await?;
    let offer = Offer::read(host, &module).await?;
    host.calls()
        .store_config(module.instance.id, offer.document())
        .await?;
    offer.publish(host, &module).await?;
    Ok(String::new())
}

/// Run `sync_server`: offer what DCImanager has, and no longer what it has not.
pub async fn sync(host: &Host<'_>, arguments: &Arguments) -> Result<String, Error> {
    let module = Module::read(host, arguments).await?;
    let offer = Offer::read(host, &module).await?;
    offer.publish(host, &module).await?;
    Ok(String::new())
}

impl Offer {
    async fn read(host: &Host<'_>, module: &Module) -> Result<Self, Error> {
        // DCImanager's own count is of all locations; an instance sells from one, and never what a service holds.
        let claims = host.panel.claims(0).await?;
        let here = claims
            .iter()
            .filter(|claim| claim.is_in(module.client.panel()));
        let taken = here
            .filter_map(|claim| claim.server.trim().parse().ok())
            .collect();
        let wish = Wish {
            configuration: "",
            candidate: None,
            powered_on: module.sells_powered_on,
            taken: &taken,
        };
        let of_location = field("location_id").eq(module.location);
        let mut configurations = BTreeMap::new();
        for server in module.client.servers().filter(of_location).all().await? {
            let free = u64::from(refusal(&server, &wish).is_none());
            if let Some(name) = server.configuration.filter(|name| !name.is_empty()) {
                *configurations.entry(name).or_default() += free;
            }
        }
        let templates = module.client.os_templates().all().await?;
        let is_system = |template: &OsTemplate| {
            // A DCImanager that does not say of what kind its templates are has systems all the same.
            template
                .kind
                .as_ref()
                .is_none_or(|kind| *kind == TemplateKind::Os)
        };
        let systems = templates.into_iter().filter(is_system);
        let systems: BTreeSet<_> = systems.filter_map(|template| template.name).collect();
        if systems.is_empty() {
            // Nothing to install is a fault over there, and no reason to take everything from sale here.
            let why = "DCImanager shows no operating system";
            return Err(Error::new(ErrorKind::Missed, "os_template", why));
        }
        let scripts = module.client.scripts().all().await?;
        Ok(Self {
            configurations,
            systems,
            recipes: scripts
                .into_iter()
                .filter_map(|script| script.name)
                .collect(),
        })
    }

    /// The document that forms are made from, without asking DCImanager.
    fn document(&self) -> String {
        let row = |writer: &mut Writer<Vec<u8>>, element, name: &str, free: Option<u64>| {
            let mut element = writer
                .create_element(element)
                .with_attribute(("name", name));
            if let Some(free) = free {
                element = element.with_attribute(("free", free.to_string().as_str()));
            }
            element.write_empty().map(drop)
        };
        xml::document(|writer| {
            writer.create_element("doc").write_inner_content(|writer| {
                for (name, free) in &self.configurations {
                    row(writer, "configuration", name, Some(*free))?;
                }
                for name in &self.systems {
                    row(writer, "os", name, None)?;
                }
                self.recipes
                    .iter()
                    .try_for_each(|name| row(writer, "script", name, None))
            })?;
            Ok(())
        })
    }

    async fn publish(&self, host: &Host<'_>, module: &Module) -> Result<(), Error> {
        let (calls, id) = (host.calls(), module.instance.id);
        for (param, names) in [(SYSTEM, &self.systems), (RECIPE, &self.recipes)] {
            for name in names {
                calls.offer(id, param, name).await?;
            }
            let listed = host.panel.list_values(id, param).await?;
            // Before anything is withdrawn: a list without anything of what was just offered is none to go by.
            Calls::check_offered(names, &listed)?;
            for value in listed {
                if !names.contains(&value.name) {
                    calls.stop_offering(id, value.id).await?;
                }
            }
        }
        Ok(())
    }
}

/// What `get_server_config` stored: the names of one kind, with how many are free.
pub fn stored(config: &str, element: &str) -> Result<Vec<(String, Option<u64>)>, Error> {
    let document = Element::parse(config, "doc")?;
    let rows = document
        .children
        .iter()
        .filter(|child| child.name == element);
    let row = |row: &Element| {
        let name = row.attribute("name");
        (name.to_owned(), row.attribute("free").parse().ok())
    };
    Ok(rows.map(row).collect())
}
