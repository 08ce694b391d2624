//! `get_suitable_module`: which instance serves an order of this tariff first? (vendor page, "Sort")

use std::io::Read;

use crate::Host;
use crate::error::{Error, ErrorKind};
use crate::xml::{self, Element};

/// List the instances that may serve the tariff, best first; the lowest sort value is asked first.
pub async fn run(host: &Host<'_>, stdin: &mut (dyn Read + Send)) -> Result<String, Error> {
    let document = Element::parse(&xml::read_all(stdin)?, "doc")?;
    let of_item = document.leaves("item", &["pricelist"])?;
    let pricelist = of_item
        .get("pricelist")
        .map(|id| id.trim())
        .unwrap_or_default();
    let pricelist = pricelist.parse().map_err(|_| {
        let why = format!("{pricelist}: a tariff's id is required");
        Error::new(ErrorKind::Value, "pricelist", why)
    })?;
    // A list of its own, or words between commas: no two hosts need write it alike.
    let skipped = document
        .children
        .iter()
        .filter(|child| child.name == "skip_modules");
    let skipped: String = skipped.map(Element::all_text).collect();
    let numbers = skipped.split(|c: char| !c.is_ascii_digit());
    let skip: Vec<u64> = numbers.filter_map(|id| id.parse().ok()).collect();
    let suitable = host.panel.suitable(pricelist, &skip).await?;
    Ok(xml::document(|writer| {
        writer.create_element("doc").write_inner_content(|writer| {
            writer
                .create_element("modules")
                .write_inner_content(|writer| {
                    suitable.iter().try_for_each(|id| {
                        let module = writer.create_element("module");
                        module
                            .with_attribute(("id", id.to_string().as_str()))
                            .write_empty()
                            .map(drop)
                    })
                })?;
            Ok(())
        })?;
        Ok(())
    }))
}
