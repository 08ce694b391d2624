//! Dialects: an install may differ from what is assumed in method, path or request field names of any call.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::route::{self, Method, ROUTES, Route};

/// A dialect read from a TOML file.
///
/// ```
/// use mock_dcim::Dialect;
///
/// let file = r#"
///     [operations.server_install]
///     method = "PUT"
///     path = "server/{server_id}/os"
///     fields = { password = "root_password" }
/// "#;
/// assert!(file.parse::<Dialect>().is_ok());
/// let wrong = "[operations.server_dance]".parse::<Dialect>().unwrap_err();
/// assert_eq!(wrong.to_string(), "there is no operation `server_dance`");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Dialect {
    entries: BTreeMap<&'static str, Entry>,
    /// The file that it was read from.
    text: String,
}

impl fmt::Display for Dialect {
    /// Write the file that it was read from.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Say what is wrong with a dialect file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialectError(String);

impl fmt::Display for DialectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DialectError {}

/// How one call differs.
#[derive(Clone, Debug, Default)]
struct Entry {
    method: Option<String>,
    path: Option<String>,
    /// Our field names by theirs.
    fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    operations: BTreeMap<String, Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

impl FromStr for Dialect {
    type Err = DialectError;

    fn from_str(text: &str) -> Result<Self, DialectError> {
        let file: File = toml::from_str(text).map_err(|error| DialectError(error.to_string()))?;
        let mut entries = BTreeMap::new();
        for (name, change) in file.operations {
            let route = ROUTES
                .iter()
                .find(|route| route.name == name)
                .ok_or_else(|| DialectError(format!("there is no operation `{name}`")))?;
            entries.insert(route.name, entry(route, change)?);
        }
        let text = text.to_owned();
        Ok(Self { entries, text })
    }
}

fn entry(route: &'static Route, change: Change) -> Result<Entry, DialectError> {
    let name = route.name;
    if let Some(method) = &change.method
        && !matches!(method.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE")
    {
        return Err(DialectError(format!(
            "{name}: there is no method `{method}`"
        )));
    }
    let path = change.path.map(|path| full_path(&path));
    if let Some(path) = &path {
        let (mut ours, mut theirs) = (placeholders(route.path), placeholders(path));
        ours.sort_unstable();
        theirs.sort_unstable();
        let odd = theirs
            .iter()
            .find(|one| !ours.contains(one))
            .or_else(|| ours.iter().find(|one| !theirs.contains(one)));
        if let Some(odd) = odd {
            return Err(DialectError(format!(
                "{name}: placeholder `{odd}` does not fit"
            )));
        }
    }
    let known = route::request_fields(route);
    let mut fields = BTreeMap::new();
    for (ours, theirs) in change.fields {
        if !known.contains(&ours) {
            return Err(DialectError(format!("{name}: there is no field `{ours}`")));
        }
        if let Some(other) = fields.insert(theirs.clone(), ours) {
            let why = format!("{name}: `{theirs}` stands for `{other}` already");
            return Err(DialectError(why));
        }
    }
    Ok(Entry {
        method: change.method,
        path,
        fields,
    })
}

/// A path that names no service belongs to `dci/v3`, as in the specification's table.
fn full_path(path: &str) -> String {
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("api/").unwrap_or(path);
    let names_a_service = path.split('/').nth(1).is_some_and(|version| {
        let digits = version.strip_prefix('v').unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    if names_a_service {
        path.to_owned()
    } else {
        format!("dci/v3/{path}")
    }
}

fn placeholders(path: &str) -> Vec<&str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}

impl Dialect {
    /// The method of a call in this dialect.
    pub(crate) fn method(&self, route: &Route) -> &str {
        let changed = self
            .entries
            .get(route.name)
            .and_then(|one| one.method.as_deref());
        changed.unwrap_or(match route.method {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        })
    }

    /// The path of a call in this dialect.
    pub(crate) fn path<'a>(&'a self, route: &'a Route) -> &'a str {
        let changed = self
            .entries
            .get(route.name)
            .and_then(|one| one.path.as_deref());
        changed.unwrap_or(route.path)
    }

    /// Turn their field names into ours; our own name of a renamed field is then nobody's.
    pub(crate) fn translate(&self, route: &Route, body: Map<String, Value>) -> Map<String, Value> {
        let Some(entry) = self
            .entries
            .get(route.name)
            .filter(|one| !one.fields.is_empty())
        else {
            return body;
        };
        let renamed = |name: &String| entry.fields.values().any(|ours| ours == name);
        body.into_iter()
            .map(|(name, value)| match entry.fields.get(&name) {
                Some(ours) => (ours.clone(), value),
                None if renamed(&name) => (format!("{name} (renamed by the dialect)"), value),
                None => (name, value),
            })
            .collect()
    }

    /// Our name of one of their fields.
    pub(crate) fn ours<'a>(&'a self, route: &Route, theirs: &'a str) -> &'a str {
        let entry = self.entries.get(route.name);
        entry
            .and_then(|entry| entry.fields.get(theirs))
            .map_or(theirs, String::as_str)
    }

    /// Their name of one of our fields.
    pub(crate) fn theirs<'a>(&'a self, route: &Route, ours: &'a str) -> &'a str {
        self.entries
            .get(route.name)
            .and_then(|entry| entry.fields.iter().find(|(_, name)| *name == ours))
            .map_or(ours, |(theirs, _)| theirs)
    }
}
