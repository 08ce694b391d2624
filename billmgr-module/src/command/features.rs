//! `features`: what this module can do, told without touching anything (`billmanager-protocol.md` 1 and 3).

use quick_xml::Writer;

use crate::xml;

/// The features this version has. Those that cannot keep their promise, `changepassword` and `stat`, are answered and not declared.
const FEATURES: [&str; 24] = [
    "check_connection",
    "tune_connection",
    "open",
    "reopen",
    "suspend",
    "resume",
    "close",
    "setparam",
    "prolong",
    "start",
    "stop",
    "reboot",
    "hardreboot",
    "addip",
    "delip",
    "sync_item",
    "sync_server",
    "get_server_config",
    "check_param",
    "get_suitable_module",
    "transition_controlpanel",
    // These two have no command: an instance is bound to a data center, and its tariffs have fields of ours.
    "datacenter",
    "pricelist_dynamic_settings",
    "pricelist_dynamic_settings_tune",
];
const PARAMS: [(&str, bool); 6] = [
    ("url", false),
    ("username", false),
    ("password", true),
    ("by_server_type", false),
    ("ca_certificate", false),
    ("fingerprint", false),
];
const CUSTOM_PARAMS: [(&str, &str); 6] = [
    ("diagtimeout", "60"),
    ("installtimeout_linux", "120"),
    ("installtimeout_windows", "120"),
    ("clear_hdd", "quick"),
    ("close_maintenance", "auto"),
    ("sell_powered_on", "off"),
];

/// Write the document.
pub fn document() -> String {
    xml::document(|writer| {
        writer.create_element("doc").write_inner_content(|writer| {
            writer
                .create_element("itemtypes")
                .write_inner_content(|writer| named(writer, "itemtype", "dedic", &[]))?;
            writer
                .create_element("params")
                .write_inner_content(|writer| {
                    for (name, crypted) in PARAMS {
                        named(
                            writer,
                            "param",
                            name,
                            if crypted { &[("crypted", "yes")] } else { &[] },
                        )?;
                    }
                    CUSTOM_PARAMS.iter().try_for_each(|(name, default)| {
                        named(writer, "customparam", name, &[("defval", *default)])
                    })
                })?;
            writer
                .create_element("features")
                .write_inner_content(|writer| {
                    FEATURES
                        .iter()
                        .try_for_each(|name| named(writer, "feature", name, &[]))
                })?;
            Ok(())
        })?;
        Ok(())
    })
}

fn named(
    writer: &mut Writer<Vec<u8>>,
    element: &str,
    name: &str,
    more: &[(&str, &str)],
) -> std::io::Result<()> {
    let element = writer
        .create_element(element)
        .with_attribute(("name", name));
    element
        .with_attributes(more.iter().copied())
        .write_empty()
        .map(drop)
}
