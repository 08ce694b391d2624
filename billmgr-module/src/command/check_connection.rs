//! `check_connection`: can this address and these credentials be used? (`billmanager-protocol.md` 5)

use std::io::Read;

use crate::Host;
use crate::error::{Error, ErrorKind};
use crate::settings::Connection;
use crate::xml;

/// Log in and list a server.
pub async fn run(host: &Host<'_>, stdin: &mut (dyn Read + Send)) -> Result<String, Error> {
    let mut form = xml::leaves(&xml::read_all(stdin)?, "doc", "processingmodule")?;
    let secrets = form
        .remove("password")
        .map(|password| ("password".to_owned(), password.into()))
        .into_iter()
        .collect();
    let client = host.connect(&Connection::read(&form, &secrets)?)?;
    match client.servers().page(0, 1).await {
        Ok(_) => Ok("<doc/>".to_owned()),
        Err(error) if error.is_login_refused() || error.is_unauthenticated() => Err(Error::new(
            ErrorKind::InvalidLogin,
            "username",
            error.to_string(),
        )),
        Err(error) => Err(error.into()),
    }
}
