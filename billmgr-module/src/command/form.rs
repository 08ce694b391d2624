//! The two forms that BILLmanager lets the module fill in: the connection's, and the tariff's. No network.

use std::io::Read;

use quick_xml::events::BytesText;

use super::offer::stored;
use super::request::instance;
use crate::Host;
use crate::cli::Arguments;
use crate::error::Error;
use crate::xml::{self, Element};

/// The option of the connection form that sells exact configurations only.
const BY_TYPE: &str = "by_server_type";

/// Run `tune_connection`: the form as it came; in the adding wizard, `by_server_type` is on unless it is set.
pub fn tune_connection(stdin: &mut dyn Read) -> Result<String, Error> {
    let mut form = Element::parse(&xml::read_all(stdin)?, "doc")?;
    let is_unset = form.leaf(BY_TYPE)?.is_none_or(str::is_empty);
    let adds = form.leaf("func")? == Some("processing.add.user") && is_unset;
    if adds {
        form.children.retain(|child| child.name != BY_TYPE);
    }
    Ok(xml::document(|writer| {
        form.write(writer, &|writer| {
            if adds {
                writer
                    .create_element(BY_TYPE)
                    .write_text_content(BytesText::new("on"))?;
            }
            Ok(())
        })
    }))
}

/// Run `pricelist_dynamic_settings_tune`: the form as it came, and the configurations that a tariff may sell.
pub async fn tune_tariff(
    host: &Host<'_>,
    arguments: &Arguments,
    stdin: &mut (dyn Read + Send),
) -> Result<String, Error> {
    let instance = instance(host, arguments.required_id("module")?).await?;
    let form = Element::parse(&xml::read_all(stdin)?, "doc")?;
    let configurations = match &instance.config {
        Some(config) if !config.is_empty() => stored(config, "configuration")?,
        _ => Vec::new(),
    };
    Ok(xml::document(|writer| {
        form.write(writer, &|writer| {
            let list = writer
                .create_element("slist")
                .with_attribute(("name", "configuration"));
            let written = list.write_inner_content(|writer| {
                configurations.iter().try_for_each(|(name, free)| {
                    let shown = format!("{name} (free: {})", free.unwrap_or(0));
                    let value = writer
                        .create_element("val")
                        .with_attribute(("key", name.as_str()));
                    value.write_text_content(BytesText::new(&shown)).map(drop)
                })
            });
            written.map(drop)
        })
    }))
}
