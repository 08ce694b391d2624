//! Comparing our table with the OpenAPI 3.x or Swagger 2.0 documents of an install.

use serde_json::Value;

use super::fields::fields;
use super::report::{Finding, InvalidDocument, Report, Verdict};
use super::theirs::{Theirs, read};
use crate::dialect::Dialect;
use crate::endpoint::{ENDPOINTS, Endpoint};

/// Compare the calls of this crate, in a dialect, with the documents of an install: one for each of its services.
///
/// OpenAPI 3.x and Swagger 2.0 are taken, in any mixture. A call is recognised by its path, whatever the placeholders are called; where no
/// path agrees, by our name as `operationId`, or by an alike ending in the same service.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, _dcim, _server| {
/// let install = mock.exchange("GET", "/swagger/openapi.json", &[], b"").to_json();
/// let report = contract::compare(&[install], &Dialect::default())?;
/// assert!(report.is_same(), "{report}");
/// # Ok(()) });
/// ```
///
/// # Errors
/// Names the document that is neither OpenAPI nor Swagger.
pub fn compare(documents: &[Value], dialect: &Dialect) -> Result<Report, InvalidDocument> {
    let mut theirs = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        theirs.extend(read(document).map_err(|reason| InvalidDocument {
            index: index + 1,
            reason,
        })?);
    }
    let operations = ENDPOINTS
        .iter()
        .map(|endpoint| find(endpoint, dialect, &theirs))
        .collect();
    Ok(Report { operations })
}

/// A path with every placeholder alike.
fn blank(path: &str) -> Vec<&str> {
    path.split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        })
        .collect()
}

fn find(endpoint: &'static Endpoint, dialect: &Dialect, theirs: &[Theirs<'_>]) -> Finding {
    let path = dialect.path_of(endpoint);
    let method = dialect.method_of(endpoint).as_str();
    let mut differences = Vec::new();
    let same = |one: &&Theirs<'_>| one.method == method && blank(&one.path) == blank(path);
    let verdict = if let Some(same) = theirs.iter().find(same) {
        differences = fields(endpoint, dialect, same);
        if differences.is_empty() {
            Verdict::Same
        } else {
            Verdict::FieldsDiffer
        }
    } else {
        not_found(endpoint, path, method, theirs)
    };
    Finding {
        operation: endpoint.name,
        call: format!("{method} {path}"),
        evidence: endpoint.call,
        verdict,
        differences,
    }
}

/// The same name is the best sign. After that, another method at our path. After that, the same method in the same service with the same
/// number of placeholders and either the last word or the place of the last word in common. What is another call of ours is no sign.
fn not_found(endpoint: &Endpoint, path: &str, method: &str, theirs: &[Theirs<'_>]) -> Verdict {
    let ours = blank(path);
    let elsewhere = |one: &&Theirs<'_>| one.id == Some(endpoint.name) && blank(&one.path) != ours;
    let candidates = calls(theirs.iter().filter(elsewhere));
    if !candidates.is_empty() {
        return Verdict::PathDiffers { candidates };
    }
    let unknown: Vec<&Theirs<'_>> = theirs.iter().filter(|one| !is_ours(one)).collect();
    let offered: Vec<String> = unknown
        .iter()
        .filter(|one| blank(&one.path) == ours)
        .map(|one| one.method.clone())
        .collect();
    if !offered.is_empty() {
        return Verdict::MethodDiffers { offered };
    }
    let alike = |one: &&Theirs<'_>| {
        let other = blank(&one.path);
        let holes = |path: &[&str]| path.iter().filter(|segment| **segment == "{}").count();
        let last = ours.last().filter(|last| **last != "{}");
        one.method == method
            && ours.first() == other.first()
            && holes(&ours) == holes(&other)
            && (other.last() == last || ours[..ours.len() - 1] == other[..other.len() - 1])
    };
    match calls(unknown.into_iter().filter(alike)) {
        candidates if candidates.is_empty() => Verdict::Absent,
        candidates => Verdict::PathDiffers { candidates },
    }
}

/// Tell whether this is where some call of ours is looked for.
fn is_ours(one: &Theirs<'_>) -> bool {
    ENDPOINTS
        .iter()
        .any(|known| known.method.as_str() == one.method && blank(known.path) == blank(&one.path))
}

fn calls<'a>(theirs: impl Iterator<Item = &'a Theirs<'a>>) -> Vec<String> {
    theirs
        .map(|one| format!("{} {}", one.method, one.path))
        .collect()
}
