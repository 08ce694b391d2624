//! `pmdcim6 doctor`: everything the module needs, looked at from one end to the other. It reports, and changes nothing.

use std::io::Write;

use serde::Serialize;

use super::{drift, say};
use crate::Host;
use crate::command::check_connection::missing_rights;
use crate::command::module::Module;
use crate::command::request::instance;
use crate::error::Error;
use crate::lifecycle::lookup;
use crate::panel::Instance;
use crate::settings::Settings;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// Something a person has to do something about.
    Problem,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in a word.
    pub check: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was seen, and what to do.
    pub text: String,
}

impl Finding {
    /// Note what is as it should be.
    pub fn ok(check: &'static str, text: impl Into<String>) -> Self {
        Self {
            check,
            level: Level::Ok,
            text: text.into(),
        }
    }

    /// Note what is worth knowing.
    pub fn note(check: &'static str, text: impl Into<String>) -> Self {
        Self {
            check,
            level: Level::Note,
            text: text.into(),
        }
    }

    /// Note what somebody has to do something about.
    pub fn problem(check: &'static str, text: impl Into<String>) -> Self {
        Self {
            check,
            level: Level::Problem,
            text: text.into(),
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    module: u64,
    problems: usize,
    findings: &'a [Finding],
}

/// Look at everything, print what was found, and answer 1 if a person has to do something.
///
/// # Errors
/// None but for the writer: what cannot be looked at is itself a finding.
pub async fn doctor(
    host: &Host<'_>,
    module: u64,
    json: bool,
    out: &mut (dyn Write + Send),
) -> Result<u8, Error> {
    let mut findings = Vec::new();
    if let Err(error) = examine(host, module, &mut findings).await {
        findings.push(Finding::problem("stopped here", error.to_string()));
    }
    let problems = findings
        .iter()
        .filter(|found| found.level == Level::Problem)
        .count();
    if json {
        let document = Document {
            module,
            problems,
            findings: &findings,
        };
        // Words and numbers only: nothing in it can fail to be written.
        say(
            out,
            serde_json::to_string_pretty(&document).unwrap_or_default(),
        );
    } else {
        for found in &findings {
            let level = match found.level {
                Level::Ok => "ok     ",
                Level::Note => "note   ",
                Level::Problem => "PROBLEM",
            };
            say(out, format_args!("{level} {}: {}", found.check, found.text));
        }
        let s = if problems == 1 { "" } else { "s" };
        say(out, format_args!("{problems} problem{s}"));
    }
    Ok(u8::from(problems > 0))
}

/// One look after another; the first that cannot be made ends it, because those after it need it.
async fn examine(host: &Host<'_>, module: u64, findings: &mut Vec<Finding>) -> Result<(), Error> {
    if host.panel.does_nothing() {
        let text = "this BILLmanager is told to do nothing (etc/billmgr.DoNothing): no service command has an effect";
        findings.push(Finding::note("DoNothing", text));
    }
    // The first read asks mgrctl where the database is, connects, and opens a crypted value.
    let instance = instance(host, module).await?;
    findings.push(Finding::ok(
        "BILLmanager",
        "mgrctl, the database and the key answer",
    ));
    let settings = Settings::read(&instance)?;
    findings.push(limits(&settings));
    // What cannot be used is not said to hold.
    host.connect(&settings.connection)?;
    findings.push(trust(&instance, &settings));
    let module = Module::of(host, instance).await?;
    let missing = missing_rights(&module.client).await?;
    let place = module.client.panel();
    findings.push(if missing.is_empty() {
        Finding::ok(
            "DCImanager",
            format!("{place} answers, and shows all that is read"),
        )
    } else {
        Finding::problem(
            "DCImanager",
            format!("the role of the user lacks: {}", missing.join(", ")),
        )
    });
    findings.push(match module.check_place().await {
        Ok(()) => Finding::ok(
            "location",
            format!("location {} is there, with a pool", module.location),
        ),
        Err(error) => Finding::problem("location", error.to_string()),
    });
    findings.push(match lookup::diagnostics(&module.client).await {
        Ok(template) => Finding::ok(
            "templates",
            format!("disks are cleaned with template {template}"),
        ),
        Err(error) => Finding::problem("templates", format!("{error}: nothing can be deleted")),
    });
    findings.push(match &module.instance.config {
        Some(config) if !config.is_empty() => {
            Finding::ok("Config", "configurations and systems are stored for forms")
        }
        _ => Finding::note(
            "Config",
            "nothing is stored yet: press Config in BILLmanager",
        ),
    });
    drift::examine(host, &module, &settings, findings).await
}

fn limits(settings: &Settings) -> Finding {
    let minutes = |limit: std::time::Duration| limit.as_secs() / 60;
    let text = format!(
        "diagnostics {} min, installation {} min (Linux) and {} min (Windows), clear_hdd={}",
        minutes(settings.diagnostics),
        minutes(settings.install_linux),
        minutes(settings.install_windows),
        settings.clear_hdd,
    );
    Finding::ok("settings", text)
}

fn trust(instance: &Instance, settings: &Settings) -> Finding {
    let connection = &settings.connection;
    match (&connection.fingerprint, &connection.ca_certificate) {
        _ if connection.url.starts_with("http://") => {
            Finding::note("TLS", "none: plain HTTP to this host itself")
        }
        (Some(pin), None) => Finding::ok(
            "TLS",
            format!("only the certificate with the fingerprint {pin} is accepted"),
        ),
        (Some(pin), Some(_)) => Finding::ok(
            "TLS",
            format!(
                "only the certificate with the fingerprint {pin} is accepted, if the module's own CA certificate vouches for it"
            ),
        ),
        (None, Some(_)) => Finding::ok(
            "TLS",
            "only the module's own CA certificate is trusted; the system's are not asked",
        ),
        (None, None) => Finding::ok(
            "TLS",
            format!("the system's certificates decide about {}", instance.name),
        ),
    }
}
