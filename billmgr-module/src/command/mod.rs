//! The commands BILLmanager gives: thin, one file each.

mod check_connection;
mod features;
mod open;
mod service;
mod sync_item;

use std::ffi::OsString;
use std::io::Read;

use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::session::Goal;

/// Run one command and answer what goes to standard output.
pub async fn run(
    host: &Host<'_>,
    argv: &[OsString],
    stdin: &mut (dyn Read + Send),
) -> Result<String, Error> {
    let arguments = Arguments::parse(argv)?;
    match arguments.required("command")? {
        "features" => Ok(features::document()),
        "check_connection" => check_connection::run(host, stdin).await,
        "open" => open::run(host, &arguments).await,
        "suspend" => service::run(host, &arguments, "suspend", Goal::Suspend).await,
        "resume" => service::run(host, &arguments, "resume", Goal::Resume).await,
        "close" => service::run(host, &arguments, "close", Goal::Close).await,
        "sync_item" => sync_item::run(host, &arguments).await,
        other => Err(Error::new(ErrorKind::NotSupported, "command", other)),
    }
}

/// Answer a command that must not touch the network, the database or mgrctl; `None` if `argv` is not one.
pub fn offline(argv: &[OsString]) -> Option<String> {
    let arguments = Arguments::parse(argv).ok()?;
    (arguments.get("command") == Some("features")).then(features::document)
}
