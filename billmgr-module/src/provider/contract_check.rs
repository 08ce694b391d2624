//! `pmdcim6 contract-check`: what this module assumes of DCImanager, held against what an install says of itself.

use std::io::Write;
use std::path::Path;

use dcim6_client::Dialect;
use dcim6_client::contract::{self, Report};
use serde_json::{Value, json};

use crate::error::{Error, ErrorKind};

/// Where the dialect of a provider's DCImanager is kept, under BILLmanager's directory.
pub const DIALECT: &str = "etc/pmdcim6.dialect.toml";

/// Compare, print the result to `out` or the reason why there is none to `err`, and answer the exit code: 0 if every call agrees, 1 if
/// some differ, 2 if a document or the dialect file cannot be used.
pub fn contract_check(
    root: &Path,
    specs: &[String],
    json: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let (text, code) = match compare(root, specs) {
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
fn compare(root: &Path, specs: &[String]) -> Result<(Report, bool), Error> {
    let dialect = read_dialect(&root.join(DIALECT))?;
    let in_dialect = dialect.is_some();
    let dialect = dialect.unwrap_or_default();
    let documents: Vec<Value> = specs
        .iter()
        .map(|name| read(name))
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

fn read(name: &str) -> Result<Value, Error> {
    // Whose certificate to trust is a setting of an instance, and no instance is named here: what was fetched from just anybody would
    // say nothing about this DCImanager.
    if name.contains("://") {
        return Err(Error::new(
            ErrorKind::Value,
            name,
            "is not fetched; download it (curl --fail --output swagger.json URL) and name the file",
        ));
    }
    let text = std::fs::read(name)
        .map_err(|error| Error::new(ErrorKind::Value, name, error.to_string()))?;
    serde_json::from_slice(&text)
        .map_err(|error| Error::new(ErrorKind::Value, name, format!("is not JSON: {error}")))
}

fn read_dialect(path: &Path) -> Result<Option<Dialect>, Error> {
    let wrong = |reason: String| Error::new(ErrorKind::Value, DIALECT, reason);
    match std::fs::read_to_string(path) {
        Ok(text) => text
            .parse()
            .map(Some)
            .map_err(|error: dcim6_client::InvalidDialect| wrong(error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(wrong(error.to_string())),
    }
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
    let dialect = root.join(DIALECT);
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
