//! What was ordered: read from BILLmanager, found in DCImanager, and checked as a whole before anything is claimed.

use std::time::Duration;

use dcim6_client::{OsTemplate, OsTemplateId, ScriptId};

use super::service::configuration;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::record::{Record, Stage};
use crate::lifecycle::session::Session;
use crate::lifecycle::situation::Order;
use crate::panel::{Item, Parameters};

/// BILLmanager may start the command before the parameters of the order can be read.
const VISIBLE_AFTER: [Duration; 4] = [Duration::from_secs(1); 4];

/// Read the order, and check all of it before anything is claimed.
pub async fn read_order(session: &Session<'_>, item: &Item) -> Result<Order, Error> {
    let missed = |name: &str, why: &str| Error::new(ErrorKind::Missed, name, why);
    let parameters = visible_parameters(session).await?;
    let text = |name: &str| {
        parameters
            .plain
            .get(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let email = session
        .email
        .clone()
        .filter(|email| !email.is_empty())
        .ok_or_else(|| missed("email", "the client has no e-mail"))?;
    if !is_email(&email) {
        // The address itself is the client's, and is written down nowhere (safety.md G).
        let why = "the client's e-mail is none that DCImanager can know him by";
        return Err(Error::new(ErrorKind::Value, "email", why));
    }
    let domain = text("domain");
    if let Some(domain) = &domain
        && !is_host_name(domain)
    {
        return Err(Error::new(ErrorKind::Value, "domain", domain));
    }
    let slots = session.host.panel.slots(item.id).await?;
    let record = Record::read(&parameters.plain)?;
    if let (Some(server), Stage::Installed) = (record.server, record.stage) {
        // Nothing is chosen any more: whatever was renamed or taken from sale since is no reason to keep the server back.
        let server = session.client.server(server).get().await?;
        let template = server.os_template.as_ref();
        let windows = template.is_some_and(|template| is_windows(&template.tags));
        return Ok(Order {
            email,
            configuration: server.configuration.unwrap_or_default(),
            template: template.map_or(OsTemplateId::new(0), |template| template.id),
            script: None,
            windows,
            limit: limit(session, windows),
            domain,
            slots,
            reopens: false,
        });
    }
    let configuration = configuration(session.host, item.id, item.pricelist).await?;
    let ordered =
        text("ostempl").ok_or_else(|| missed("ostempl", "the order names no operating system"))?;
    let locations = session.client.locations().all().await?;
    if locations
        .iter()
        .all(|location| location.id != session.location)
    {
        let location = session.location.to_string();
        return Err(Error::new(
            ErrorKind::LocationMissing,
            "datacenter",
            location,
        ));
    }
    let templates = session.client.os_templates().all().await?;
    let named = |template: &OsTemplate| template.name.as_deref() == Some(ordered.as_str());
    let template = templates.into_iter().find(named).ok_or_else(|| {
        let why = format!("{ordered}: no such template in DCImanager");
        Error::new(ErrorKind::Value, "ostempl", why)
    })?;
    let windows = is_windows(&template.tags);
    Ok(Order {
        email,
        configuration: configuration
            .ok_or_else(|| missed("configuration", "the tariff names no configuration"))?,
        template: template.id,
        script: script(session, text("recipe")).await?,
        windows,
        limit: limit(session, windows),
        domain,
        slots,
        reopens: false,
    })
}

fn is_windows(tags: &[String]) -> bool {
    tags.iter().any(|tag| tag.eq_ignore_ascii_case("windows"))
}

fn limit(session: &Session<'_>, windows: bool) -> Duration {
    if windows {
        session.settings.install_windows
    } else {
        session.settings.install_linux
    }
}

/// The script that the client chose besides the system.
async fn script(session: &Session<'_>, recipe: Option<String>) -> Result<Option<ScriptId>, Error> {
    let Some(recipe) = recipe else {
        return Ok(None);
    };
    let scripts = session.client.scripts().all().await?;
    let found = scripts
        .iter()
        .find(|script| script.name.as_ref() == Some(&recipe));
    found.map(|script| Some(script.id)).ok_or_else(|| {
        let why = format!("{recipe}: no such script in DCImanager");
        Error::new(ErrorKind::Value, "recipe", why)
    })
}

async fn visible_parameters(session: &Session<'_>) -> Result<Parameters, Error> {
    for pause in VISIBLE_AFTER {
        let parameters = session.host.panel.parameters(session.item_id).await?;
        if !parameters.plain.is_empty() {
            return Ok(parameters);
        }
        session.host.clock.sleep(pause).await;
    }
    session.host.panel.parameters(session.item_id).await
}

/// RFC 1123 labels, at least two, at most 253 signs (N38).
pub fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

/// One `@` between a name and a domain of at least two labels, and nothing that would mean something to whoever reads lists of addresses
/// (N38). A domain may be written in the client's own letters.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
    let label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    text.len() <= 254
        && !name.is_empty()
        && name.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::{is_email, is_host_name};

    #[test]
    fn addresses_of_clients_are_checked() {
        for good in ["a@b.test", "o'brien+x@a-b.test", "ä@почта.рф"] {
            assert!(is_email(good), "{good}");
        }
        for wrong in [
            "",
            "a",
            "@",
            "a@",
            "@b.test",
            "a@b",
            "a b@c.test",
            "a@b@c.test",
            "<a@b.test>",
            "a@b..test",
            "a@b.test\n",
            "a,b@c.test",
            "a@b_c.test",
        ] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }

    #[test]
    fn host_names_are_checked() {
        assert!(is_host_name("s101.a.test"));
        for wrong in [
            "", "host", "-a.test", "a-.test", "a..test", ".a.test", "a.test.", "a b.test",
            "a_b.test", "<x>.test", "ü.test",
        ] {
            assert!(!is_host_name(wrong), "{wrong}");
        }
        assert!(!is_host_name(&format!("{}.test", "a".repeat(64))));
    }
}
