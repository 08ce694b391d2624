//! `check_param`: can this value of an order be taken?

use std::collections::BTreeMap;
use std::io::Read;

use super::offer::stored;
use super::order::is_host_name;
use super::request::instance;
use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::xml::{self, Element};

/// Check one parameter of an order; what this module does not know passes.
pub async fn run(
    host: &Host<'_>,
    arguments: &Arguments,
    stdin: &mut (dyn Read + Send),
) -> Result<String, Error> {
    let (param, value) = (arguments.required("param")?, arguments.required("value")?);
    let document = Element::parse(&xml::read_all(stdin)?, "doc")?;
    let item = document.leaves("item", &["processingmodule"])?;
    let good = match param {
        "domain" => is_host_name(value),
        "ostempl" => is_offered(host, arguments, &item, "os", value).await?,
        "recipe" => is_offered(host, arguments, &item, "script", value).await?,
        _ => true,
    };
    if good {
        Ok("<doc><ok/></doc>".to_owned())
    } else {
        Err(Error::new(ErrorKind::Value, param, value))
    }
}

/// Whether the instance has stored such a name. One that never stored anything knows nothing, and refuses nothing.
async fn is_offered(
    host: &Host<'_>,
    arguments: &Arguments,
    item: &BTreeMap<String, String>,
    element: &str,
    value: &str,
) -> Result<bool, Error> {
    let of_document = || {
        item.get("processingmodule")
            .and_then(|id| id.trim().parse().ok())
    };
    let of_item = match arguments.some_id("item")? {
        Some(item) => host.panel.item(item).await?.and_then(|item| item.instance),
        None => None,
    };
    let Some(id) = of_item.or_else(of_document) else {
        return Ok(true);
    };
    match instance(host, id).await?.config {
        Some(config) if !config.is_empty() => Ok(stored(&config, element)?
            .iter()
            .any(|(name, _)| name == value)),
        _ => Ok(true),
    }
}
