//! `check_connection`: can this address and these credentials be used? (`billmanager-protocol.md` 5)

use std::collections::BTreeMap;
use std::io::Read;

use dcim6_client::{BoxFuture, Client, Error as SdkError, List, Row};

use super::module::Module;
use super::request::instance;
use crate::Host;
use crate::error::{Error, ErrorKind};
use crate::panel::Instance;
use crate::settings::Connection;
use crate::xml::{self, Element};

/// What is read of the form: the connection, and what decides which servers are sold.
const FORM: [&str; 13] = [
    "id",
    "url",
    "username",
    "password",
    "ca_certificate",
    "fingerprint",
    "by_server_type",
    "diagtimeout",
    "installtimeout_linux",
    "installtimeout_windows",
    "clear_hdd",
    "close_maintenance",
    "sell_powered_on",
];

/// Log in, and look at everything the module will have to look at; for an instance that exists already, check what belongs to it too.
pub async fn run(host: &Host<'_>, stdin: &mut (dyn Read + Send)) -> Result<String, Error> {
    let document = Element::parse(&xml::read_all(stdin)?, "doc")?;
    let mut form = document.leaves("processingmodule", &FORM)?;
    let existing = match document
        .leaf("id")?
        .map(str::to_owned)
        .or_else(|| form.remove("id"))
    {
        Some(id) if !id.trim().is_empty() => Some(edited(host, &id, &form).await?),
        _ => None,
    };
    let password = form
        .remove("password")
        .map(|password| ("password".to_owned(), password.into()));
    let secrets = password.into_iter().collect();
    let client = host.connect(&Connection::read(&form, &secrets)?)?;
    let missing = missing_rights(&client).await.map_err(|error| {
        if error.is_login_refused() || error.is_unauthenticated() {
            Error::new(ErrorKind::InvalidLogin, "username", error.to_string())
        } else {
            error.into()
        }
    })?;
    if !missing.is_empty() {
        let why = format!("the role of this user lacks: {}", missing.join(", "));
        return Err(Error::new(ErrorKind::Refused, "username", why));
    }
    if let Some(mut instance) = existing {
        // What was typed counts, not what is stored.
        instance.settings.extend(form);
        instance.secrets.extend(secrets);
        Module::of(host, instance).await?.check_place().await?;
    }
    Ok("<doc/>".to_owned())
}

/// The instance that is being edited. Its option "By server type" stands while tariffs sell through it (vendor page).
async fn edited(
    host: &Host<'_>,
    id: &str,
    form: &BTreeMap<String, String>,
) -> Result<Instance, Error> {
    let bad = || Error::new(ErrorKind::Value, "id", format!("{id}: a whole number"));
    let instance = instance(host, id.trim().parse().map_err(|_| bad())?).await?;
    let is_on = |value: Option<&String>| value.is_some_and(|value| value == "on");
    let (before, after) = (
        instance.settings.get("by_server_type"),
        form.get("by_server_type"),
    );
    if is_on(before) != is_on(after) && host.panel.tariff_count(instance.id).await? > 0 {
        let why = "take the module out of all tariffs first";
        return Err(Error::new(
            ErrorKind::ByServerTypeLocked,
            "by_server_type",
            why,
        ));
    }
    Ok(instance)
}

/// The calls the module reads by and this user may not make. What it writes can only be tried, and is not.
///
/// # Errors
/// The first failure that is no refusal.
pub async fn missing_rights(client: &Client) -> Result<Vec<&'static str>, SdkError> {
    let looks: [(&str, BoxFuture<'static, Result<(), SdkError>>); 8] = [
        ("server_list", look(client.servers())),
        ("server_configuration_list", look(client.configurations())),
        ("user_list", look(client.users())),
        ("os_template_list", look(client.os_templates())),
        ("script_list", look(client.scripts())),
        ("location_list", look(client.locations())),
        ("rack_list", look(client.racks())),
        ("ip_pool_list", look(client.ip_pools())),
    ];
    let mut missing = Vec::new();
    for (name, look) in looks {
        match look.await {
            Ok(()) => {}
            Err(error) if error.is_forbidden() => missing.push(name),
            // Its path is an assumption; what really needs it will say so.
            Err(error) if error.is_not_found() => {
                tracing::warn!(call = name, "unknown to DCImanager");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(missing)
}

fn look<T: Row + Send + 'static>(list: List<T>) -> BoxFuture<'static, Result<(), SdkError>> {
    Box::pin(async move { list.page(0, 1).await.map(drop) })
}
