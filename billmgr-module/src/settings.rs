//! The settings of a processing module instance, checked before anything is touched (W1, N35).

use std::collections::BTreeMap;
use std::time::Duration;

use dcim6_client::{ClearHdd, LocationId};
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, ErrorKind};
use crate::panel::{DataCenter, Instance};

/// How to reach DCImanager.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The address, always with a scheme.
    pub url: String,
    /// The administrator's e-mail.
    pub username: String,
    /// The administrator's password.
    pub password: SecretString,
    /// `ca_certificate`: a PEM file or PEM text, the only one trusted, in place of the system's roots.
    pub ca_certificate: Option<String>,
    /// `fingerprint`: the SHA-256 of the only certificate accepted. With `ca_certificate` both must hold (safety.md G).
    pub fingerprint: Option<String>,
}

impl Connection {
    /// Read the connection settings.
    ///
    /// # Errors
    /// `missed`, naming the setting that is not there.
    pub fn read(
        plain: &BTreeMap<String, String>,
        secret: &BTreeMap<String, SecretString>,
    ) -> Result<Self, Error> {
        let text = |name: &str| {
            plain
                .get(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let required = |name: &str| {
            text(name).ok_or_else(|| {
                Error::new(
                    ErrorKind::Missed,
                    name,
                    "set it in the module's connection form",
                )
            })
        };
        let url = required("url")?;
        Ok(Self {
            // The vendor's form takes a bare domain or address.
            url: if url.contains("://") {
                url
            } else {
                format!("https://{url}")
            },
            username: required("username")?,
            password: secret
                .get("password")
                .filter(|password| !password.expose_secret().is_empty())
                .cloned()
                .ok_or_else(|| {
                    Error::new(
                        ErrorKind::Missed,
                        "password",
                        "set it in the module's connection form",
                    )
                })?,
            ca_certificate: text("ca_certificate"),
            fingerprint: text("fingerprint"),
        })
    }
}

/// The settings a service command needs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How to reach DCImanager.
    pub connection: Connection,
    /// Sell exact configurations only, and let the next module try (vendor page, "By server type").
    pub by_server_type: bool,
    /// Limit of diagnostics, 1..=720 minutes; 60 if not set.
    pub diagnostics: Duration,
    /// Limit of a Linux installation, 1..=720 minutes; 120 if not set.
    pub install_linux: Duration,
    /// Limit of a Windows installation, 1..=720 minutes; 120 if not set.
    pub install_windows: Duration,
    /// How deep disks are cleaned when a service is deleted (D8).
    pub clear_hdd: ClearHdd,
    /// Whether a server being deleted is put into maintenance (D4).
    pub close_maintenance: bool,
    /// Whether a powered-on server may be sold (O1).
    pub sell_powered_on: bool,
}

impl Settings {
    /// Read the settings of an instance.
    ///
    /// # Errors
    /// `value` or `missed`, naming the setting; correct it with the module's Parameters button.
    pub fn read(instance: &Instance) -> Result<Self, Error> {
        let plain = &instance.settings;
        Ok(Self {
            connection: Connection::read(plain, &instance.secrets)?,
            by_server_type: plain
                .get("by_server_type")
                .is_some_and(|value| value == "on"),
            diagnostics: minutes(plain, "diagtimeout", 60)?,
            install_linux: minutes(plain, "installtimeout_linux", 120)?,
            install_windows: minutes(plain, "installtimeout_windows", 120)?,
            clear_hdd: one_of(
                plain,
                "clear_hdd",
                &[("quick", ClearHdd::Quick), ("full", ClearHdd::Full)],
            )?,
            close_maintenance: one_of(
                plain,
                "close_maintenance",
                &[("auto", true), ("off", false)],
            )?,
            sell_powered_on: one_of(plain, "sell_powered_on", &[("off", false), ("on", true)])?,
        })
    }
}

/// Read the location a data center sells from.
///
/// # Errors
/// `datacenter_unsuitable` for one that is not DCImanager 6's or has no location id.
pub fn location(data_center: Option<&DataCenter>) -> Result<LocationId, Error> {
    let unsuitable =
        |value: String| Error::new(ErrorKind::DatacenterUnsuitable, "datacenter", value);
    let data_center =
        data_center.ok_or_else(|| unsuitable("the module is bound to none".into()))?;
    if !data_center.is_dcimanager6 {
        return Err(unsuitable(data_center.id.to_string()));
    }
    data_center
        .location
        .as_deref()
        .and_then(|location| location.trim().parse().ok())
        .ok_or_else(|| {
            unsuitable(format!(
                "{}: its location id is not a number",
                data_center.id
            ))
        })
}

fn minutes(
    settings: &BTreeMap<String, String>,
    name: &str,
    default: u64,
) -> Result<Duration, Error> {
    let minutes = match settings.get(name).map(|value| value.trim()) {
        None | Some("") => default,
        Some(text) => text
            .parse()
            .ok()
            .filter(|minutes| (1..=720).contains(minutes))
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Value,
                    name,
                    format!("{text}: whole minutes from 1 to 720"),
                )
            })?,
    };
    Ok(Duration::from_secs(minutes * 60))
}

/// Read a setting that has a fixed set of words; the first is the default.
fn one_of<T: Clone>(
    settings: &BTreeMap<String, String>,
    name: &str,
    words: &[(&str, T)],
) -> Result<T, Error> {
    let text = settings.get(name).map_or("", |value| value.trim());
    let found = if text.is_empty() {
        words.first()
    } else {
        words.iter().find(|(word, _)| *word == text)
    };
    found.map(|(_, value)| value.clone()).ok_or_else(|| {
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        Error::new(
            ErrorKind::Value,
            name,
            format!("{text}: one of {}", known.join(", ")),
        )
    })
}

/// Read `ca_certificate`: PEM text as it is, anything else as the path of a file.
///
/// # Errors
/// `value` for a file that cannot be read.
pub fn read_pem(certificate: &str) -> Result<Vec<u8>, Error> {
    if certificate.contains("-----BEGIN") {
        return Ok(certificate.as_bytes().to_vec());
    }
    std::fs::read(certificate).map_err(|error| {
        Error::new(
            ErrorKind::Value,
            "ca_certificate",
            format!("{certificate}: {error}"),
        )
    })
}

/// Name a DCImanager as `host:port`, however its address was typed; `None` if it is no address at all.
pub fn panel_of(url: &str) -> Option<String> {
    let url = url.trim();
    let url = if url.contains("://") {
        url::Url::parse(url)
    } else {
        url::Url::parse(&format!("https://{url}"))
    }
    .ok()?;
    Some(format!(
        "{}:{}",
        url.host_str()?.to_lowercase(),
        url.port_or_known_default()?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_panel_has_one_name() {
        for typed in [
            "dci.a.test",
            "DCI.a.test",
            "https://dci.a.test",
            "https://dci.a.test:443/",
            " https://dci.a.test/api ",
        ] {
            assert_eq!(
                panel_of(typed).as_deref(),
                Some("dci.a.test:443"),
                "{typed}"
            );
        }
        assert_eq!(
            panel_of("http://127.0.0.1:8080").as_deref(),
            Some("127.0.0.1:8080")
        );
        assert_eq!(panel_of(""), None);
    }

    #[test]
    fn minutes_are_whole_and_from_1_to_720() {
        let read = |text: &str| {
            minutes(
                &BTreeMap::from([("diagtimeout".to_owned(), text.to_owned())]),
                "diagtimeout",
                60,
            )
        };
        assert_eq!(read("").unwrap(), Duration::from_hours(1));
        assert_eq!(read("1").unwrap(), Duration::from_mins(1));
        assert_eq!(read("720").unwrap(), Duration::from_hours(12));
        for wrong in ["0", "721", "1h", "-1", "1.5", "99999999999999999999"] {
            let error = read(wrong).unwrap_err();
            assert_eq!(
                (error.kind(), error.object()),
                (ErrorKind::Value, Some("diagtimeout")),
                "{wrong}"
            );
        }
    }
}
