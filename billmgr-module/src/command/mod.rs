//! The commands BILLmanager gives: thin, one file for each or for a family of them.

mod addresses;
pub mod check_connection;
mod check_param;
mod features;
mod form;
pub mod module;
mod offer;
pub mod open;
pub mod order;
mod panel_link;
pub mod request;
pub mod service;
mod suitable;
pub mod sync_item;

use std::ffi::OsString;
use std::io::Read;

use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};

/// The commands that do nothing on a host that is told to do nothing: whatever reaches a server or ends an operation. The vendor guards some
/// of them; a copied BILLmanager must not touch servers by the others either (`billmanager-protocol.md` 2.3).
const GUARDED: [&str; 16] = [
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
    "changepassword",
    "addip",
    "delip",
    "sync_item",
    "stat",
];

/// Run one command and answer what goes to standard output.
pub async fn run(
    host: &Host<'_>,
    argv: &[OsString],
    stdin: &mut (dyn Read + Send),
) -> Result<String, Error> {
    if let Some(answer) = offline(argv, stdin) {
        return answer;
    }
    let arguments = Arguments::parse(argv)?;
    let command = arguments.required("command")?;
    tracing::info!(
        item = arguments.get("item"),
        operation = arguments.get("runningoperation"),
        "{command}"
    );
    if GUARDED.contains(&command) && host.panel.does_nothing() {
        tracing::info!("this BILLmanager is told to do nothing");
        return Ok(String::new());
    }
    match command {
        "check_connection" => check_connection::run(host, stdin).await,
        "open" => open::run(host, &arguments, "open").await,
        "reopen" => open::run(host, &arguments, "reopen").await,
        "addip" => addresses::add(host, &arguments).await,
        "delip" => addresses::remove(host, &arguments).await,
        "sync_item" => sync_item::run(host, &arguments).await,
        "get_server_config" => offer::configure(host, &arguments).await,
        "sync_server" => offer::sync(host, &arguments).await,
        "stat" => module::stat(host, &arguments).await,
        "check_param" => check_param::run(host, &arguments, stdin).await,
        "get_suitable_module" => suitable::run(host, stdin).await,
        "transition_controlpanel" => panel_link::run(host, &arguments).await,
        "pricelist_dynamic_settings_tune" => form::tune_tariff(host, &arguments, stdin).await,
        other => service::run(host, &arguments, other).await,
    }
}

/// Answer a command that needs neither network nor database nor mgrctl, or a command line that no command can be read from; `None` if `argv`
/// is another.
pub fn offline(argv: &[OsString], stdin: &mut dyn Read) -> Option<Result<String, Error>> {
    let command = Arguments::parse(argv).and_then(|arguments| {
        let command = arguments.required("command")?;
        Ok(command.to_owned())
    });
    match command {
        Err(error) => Some(Err(error)),
        Ok(command) => match command.as_str() {
            "features" => Some(Ok(features::document())),
            "tune_connection" => Some(form::tune_connection(stdin)),
            known if is_known(known) => None,
            other => Some(Err(Error::new(ErrorKind::NotSupported, "command", other))),
        },
    }
}

fn is_known(command: &str) -> bool {
    GUARDED.contains(&command)
        || matches!(
            command,
            "check_connection"
                | "get_server_config"
                | "sync_server"
                | "check_param"
                | "get_suitable_module"
                | "transition_controlpanel"
                | "pricelist_dynamic_settings_tune"
        )
}
