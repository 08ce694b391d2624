//! `pmdcim6 contract-check`: what this module assumes of DCImanager, held against what an install says of itself.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use dcim6_client::Client;
use dcim6_client::contract::{self, Report};
use serde_json::{Value, json};
use url::{Position, Url};

use crate::error::{Error, ErrorKind};
use crate::names::Names;
use crate::{program, settings};

/// Whom to trust where a document is read from a panel; the machine's own roots, unless one is given.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The SHA-256 fingerprint of the only certificate that is accepted.
    pub fingerprint: Option<String>,
    /// A PEM file, or PEM text, with the authority that is trusted.
    pub ca_certificate: Option<String>,
}

/// Compare, print the result to `out` or the reason why there is none to `err`, and answer the exit code: 0 if every call agrees, 1 if
/// some differ, 2 if a document or the dialect file cannot be used.
pub fn contract_check(
    root: &Path,
    specs: &[String],
    trust: &Trust,
    json: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let (text, code) = match compare(root, specs, trust) {
        Ok((report, in_dialect)) => {
            let text = if json {
                machine(&report, in_dialect)
            } else {
                human(&report, root, in_dialect)
            };
            (text, u8::from(!report.is_same()))
        }
        Err(error) => {
            // Nobody is left to be told that standard error is closed.
            let _ = writeln!(err, "pmdcim6: {error}");
            return 2;
        }
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => code,
        // A report that nobody got is not "all agrees".
        Err(_) => 2,
    }
}

/// The report, and whether a dialect was applied.
fn compare(root: &Path, specs: &[String], trust: &Trust) -> Result<(Report, bool), Error> {
    let dialect = program::dialect(root)?;
    let in_dialect = dialect.is_some();
    let dialect = dialect.unwrap_or_default();
    let documents: Vec<Value> = specs
        .iter()
        .map(|name| read(name, trust))
        .collect::<Result<_, _>>()?;
    // One by one first, so that the file at fault is named and not its place in line.
    for (name, document) in specs.iter().zip(&documents) {
        contract::compare(std::slice::from_ref(document), &dialect).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.strip_prefix("document 1: ").unwrap_or(&reason);
            Error::new(ErrorKind::Value, name, reason)
        })?;
    }
    contract::compare(&documents, &dialect)
        .map(|report| (report, in_dialect))
        .map_err(|error| Error::new(ErrorKind::Value, "spec", error.to_string()))
}

fn read(name: &str, trust: &Trust) -> Result<Value, Error> {
    if name.contains("://") {
        return program::block_on(fetch(name, trust));
    }
    let text = std::fs::read(name)
        .map_err(|error| Error::new(ErrorKind::Value, name, error.to_string()))?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::new(ErrorKind::Value, name, format!("is not JSON: {error}")))
}

/// Read a document from the panel itself. Nobody is signed in for it.
async fn fetch(name: &str, trust: &Trust) -> Result<Value, Error> {
    let wrong = |reason: String| Error::new(ErrorKind::Value, name, reason);
    let url = Url::parse(name).map_err(|error| wrong(error.to_string()))?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must not have a query or a fragment".to_owned()));
    }
    let mut builder = Client::builder(&url[..Position::BeforePath]).resolver(Arc::new(Names));
    if let Some(fingerprint) = &trust.fingerprint {
        builder = builder.pin_sha256(fingerprint);
    }
    if let Some(certificate) = &trust.ca_certificate {
        builder = builder.ca_pem(settings::read_pem(certificate)?);
    }
    let client = builder.build().map_err(|error| wrong(error.to_string()))?;
    client.description(url.path()).await.map_err(|error| {
        // In the words of the module: a certificate that is not trusted is named.
        wrong(Error::from(&error).value().to_owned())
    })
}

fn machine(report: &Report, in_dialect: bool) -> String {
    let document = json!({
        "agrees": report.is_same(),
        "dialect": in_dialect,
        "operations": report.operations,
    });
    format!("{document}\n")
}

fn human(report: &Report, root: &Path, in_dialect: bool) -> String {
    let dialect = root.join(program::DIALECT);
    let with = if in_dialect { "with" } else { "without" };
    let advice = if report.is_same() {
        ""
    } else {
        "\nMethods, paths and request fields that differ are told to the module in that file; docs/deploy.md shows how.\n"
    };
    format!(
        "{with} the dialect file {}\n{report}{advice}",
        dialect.display()
    )
}
