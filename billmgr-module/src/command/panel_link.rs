//! `transition_controlpanel`: a way for the client into DCImanager, as the client.

use dcim6_client::field;
use quick_xml::events::BytesText;
use secrecy::ExposeSecret;

use super::request::Request;
use super::service::unbound;
use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::clearance::is_owner;
use crate::panel::ItemStatus;
use crate::xml;

/// The key of the only panel there is.
const KEY: &str = "dci6";

/// Sign the client of an active service in, never the administrator. The link stands on standard output and nowhere else.
pub async fn run(host: &Host<'_>, arguments: &Arguments) -> Result<String, Error> {
    if let Some(key) = arguments.get("panelkey").filter(|key| *key != KEY) {
        return Err(Error::new(ErrorKind::Value, "panelkey", key));
    }
    let mut request = Request::read(host, arguments, "transition_controlpanel").await?;
    let item = request.item().await?;
    if item.status != ItemStatus::Active {
        let why = format!("service {} is not active", item.id);
        return Err(Error::new(ErrorKind::Value, "item", why));
    }
    let instance = request.instance(&item).await?;
    let session = request.session(&item, instance).await?;
    let record = session.memory().await?.0;
    let (Some(server), Some(user)) = (record.server, record.user) else {
        return Err(unbound());
    };
    let mismatch = |why: String| Error::new(ErrorKind::OwnerMismatch, "user", why);
    // A link to whoever owns the server now would hand one client's panel to another.
    let seen = session.client.server(server).get().await?;
    if record
        .panel
        .as_deref()
        .is_some_and(|panel| panel != session.client.panel())
        || !is_owner(&seen, user, session.email.as_deref())
    {
        return Err(mismatch(format!(
            "server {server} is not, or no longer, this client's"
        )));
    }
    let found = session
        .client
        .users()
        .filter(field("id").eq(user))
        .all()
        .await?;
    let found = found.into_iter().find(|found| found.id == user);
    // A service may have gone to another account since; its new client must not get the old one's panel.
    let theirs = found
        .as_ref()
        .and_then(|found| found.email.as_deref())
        .unwrap_or_default();
    let ours = session.email.as_deref().unwrap_or_default();
    if theirs.is_empty() || !theirs.eq_ignore_ascii_case(ours) {
        return Err(mismatch(format!("user {user} is not this client")));
    }
    if found.is_none_or(|found| found.is_admin()) {
        return Err(mismatch(format!(
            "user {user} is an administrator of DCImanager"
        )));
    }
    let key = session.client.user(user).create_key().await?;
    let url = key.url();
    Ok(xml::document(|writer| {
        writer.create_element("doc").write_inner_content(|writer| {
            let text = |text| BytesText::new(text);
            writer
                .create_element("url")
                .write_text_content(text(url.expose_secret()))?;
            writer
                .create_element("panelcount")
                .write_text_content(text("1"))?;
            let name = writer
                .create_element("panelname")
                .with_attribute(("keyname", KEY));
            name.write_text_content(text("DCImanager 6"))?;
            Ok(())
        })?;
        Ok(())
    }))
}
