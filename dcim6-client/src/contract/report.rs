//! What a comparison found, for people and for programs.

use std::fmt;

use serde::Serialize;

/// Say that a document cannot be compared with.
///
/// ```
/// use dcim6_client::{Dialect, contract};
///
/// let refused = contract::compare(&["not a document".into()], &Dialect::default()).map_err(|error| error.to_string());
/// assert_eq!(refused, Err("document 1: is neither OpenAPI 3.x nor Swagger 2.0".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("document {index}: {reason}")]
pub struct InvalidDocument {
    /// Which of the documents given, from 1.
    pub(super) index: usize,
    pub(super) reason: &'static str,
}

/// Hold what a comparison found: one finding for each call of the table, in its order.
///
/// `Display` is for people; it serialises for programs.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, _dcim, _server| {
/// let dialect: mock_dcim::Dialect = "[operations.server_diag]\nmethod = \"PUT\"".parse()?;
/// let install = mock_dcim::openapi(&dialect); // in life: its Swagger
/// let report = contract::compare(&[install], &Dialect::default())?;
/// assert!(!report.is_same());
/// assert!(report.to_string().contains("server_diag: method differs"));
/// assert!(serde_json::to_value(&report)?["operations"].is_array());
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The findings.
    pub operations: Vec<Finding>,
}

/// Say how one call compares.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let report = contract::compare(&[mock_dcim::openapi(&"".parse()?)], &Dialect::default())?;
/// for finding in report.operations.iter().filter(|one| one.evidence == Evidence::Assumed) {
///     println!("{}: {} is {:?}, {:?}", finding.operation, finding.call, finding.verdict, finding.differences);
/// }
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the call.
    pub operation: &'static str,
    /// How we call it: `POST dci/v3/server/{server_id}/install`.
    pub call: String,
    /// How well we know it.
    pub evidence: crate::Evidence,
    /// The result.
    pub verdict: Verdict,
    /// Differences of fields, if the call itself was found.
    pub differences: Vec<Difference>,
}

/// Say whether a call was found.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// use contract::Verdict;
///
/// let theirs: Dialect = "[operations.server_diag]\nmethod = \"PUT\"".parse()?;
/// let report = contract::compare(&[contract::openapi_in(&theirs)], &Dialect::default())?;
/// match &report.find("server_diag").ok_or("no such call")?.verdict {
///     Verdict::MethodDiffers { offered } => assert_eq!(offered, &["PUT"]), // now write a dialect
///     other => panic!("{other:?}"),
/// }
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Method, path and all fields agree.
    Same,
    /// Method and path agree; fields do not.
    FieldsDiffer,
    /// The path is there, with other methods.
    MethodDiffers {
        /// The methods offered.
        offered: Vec<String>,
    },
    /// The path is not there; these look like it.
    PathDiffers {
        /// Calls that may be the same one: `POST dci/v3/server/{id}/reinstall`.
        candidates: Vec<String>,
    },
    /// Nothing like it is there.
    Absent,
}

/// Say how a field differs. `place` is where: `request.password`, `response.list[].id`.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// use contract::Difference;
///
/// let theirs: Dialect = "[operations.server_install.fields]\npassword = \"root_password\"".parse()?;
/// let report = contract::compare(&[contract::openapi_in(&theirs)], &Dialect::default())?;
/// let differences = &report.find("server_install").ok_or("no such call")?.differences;
/// assert!(differences.contains(&Difference::Missing { place: "request.password".to_owned() }));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "difference", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Difference {
    /// We have it, they do not.
    Missing {
        /// Where.
        place: String,
    },
    /// They take it in the request, we do not send it.
    Extra {
        /// Where.
        place: String,
        /// Whether they need it: then the call will be refused.
        required: bool,
    },
    /// Both have it, with types that cannot be the same.
    OtherType {
        /// Where.
        place: String,
        /// Our types.
        ours: String,
        /// Their types.
        theirs: String,
    },
}

impl Report {
    /// Tell whether every call was found and agrees.
    pub fn is_same(&self) -> bool {
        self.operations
            .iter()
            .all(|finding| finding.verdict == Verdict::Same)
    }

    /// Return the finding of one call.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, _server| {
    /// let report = contract::compare(&[contract::openapi()], &Dialect::default())?;
    /// let install = report.find("server_install").ok_or("no such call")?;
    /// assert_eq!(install.verdict, contract::Verdict::Same);
    /// # Ok(()) });
    /// ```
    pub fn find(&self, operation: &str) -> Option<&Finding> {
        self.operations
            .iter()
            .find(|finding| finding.operation == operation)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let same = self
            .operations
            .iter()
            .filter(|finding| finding.verdict == Verdict::Same);
        writeln!(
            f,
            "{} of {} calls agree",
            same.count(),
            self.operations.len()
        )?;
        for finding in &self.operations {
            let Finding {
                operation,
                call,
                evidence,
                verdict,
                differences,
            } = finding;
            match verdict {
                Verdict::Same => continue,
                Verdict::FieldsDiffer => writeln!(f, "{operation}: fields differ ({call})")?,
                Verdict::MethodDiffers { offered } => {
                    writeln!(
                        f,
                        "{operation}: method differs ({call}; offered: {})",
                        offered.join(", ")
                    )?;
                }
                Verdict::PathDiffers { candidates } => {
                    writeln!(
                        f,
                        "{operation}: path differs ({call}, {evidence}); perhaps:"
                    )?;
                    for candidate in candidates {
                        writeln!(f, "  {candidate}")?;
                    }
                }
                Verdict::Absent => writeln!(f, "{operation}: absent ({call}, {evidence})")?,
            }
            for difference in differences {
                writeln!(f, "  {difference}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { place } => write!(f, "{place}: missing there"),
            Self::Extra {
                place,
                required: true,
            } => write!(f, "{place}: required there, not sent by us"),
            Self::Extra {
                place,
                required: false,
            } => write!(f, "{place}: taken there, not sent by us"),
            Self::OtherType {
                place,
                ours,
                theirs,
            } => write!(f, "{place}: {theirs} there, {ours} here"),
        }
    }
}
