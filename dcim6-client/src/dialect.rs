//! An install that differs from what is assumed: method, path and request field names of any call, changed at run time.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::endpoint::{Endpoint, Method, Op, placeholders};

/// Change how calls look on the wire, from a TOML file.
///
/// ```
/// let dialect: dcim6_client::Dialect = r#"
///     [operations.server_install]
///     method = "PUT"
///     path = "dci/v3/server/{server_id}/reinstall"
///     fields = { password = "root_password" }   # our name = theirs
/// "#.parse()?;
///
/// let refused = "[operations.server_reinstall]".parse::<dcim6_client::Dialect>().map_err(|error| error.to_string());
/// assert_eq!(refused.err().as_deref(), Some("dialect: unknown operation `server_reinstall`"));
/// # Ok::<(), dcim6_client::InvalidDialect>(())
/// ```
///
/// A path is a template below `/api/` with the same placeholders as ours; a path that does not begin with a service (`auth/`,
/// `dci/`, `ip/`, …) continues `dci/v3/`, as in the table of calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    changes: BTreeMap<&'static str, Change>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Change {
    method: Option<Method>,
    path: Option<String>,
    fields: BTreeMap<&'static str, String>,
}

/// Say what in a dialect file is wrong; nothing of the file is used.
///
/// ```
/// use dcim6_client::Dialect;
///
/// let refused = Dialect::from_toml("[operations.server_install.fields]\npasswort = \"x\"").map_err(|error| error.to_string());
/// assert_eq!(refused, Err("dialect: server_install: unknown field `passwort`".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("dialect: {0}")]
pub struct InvalidDialect(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    operations: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// The services of DCImanager 6 (dcim6-api.md section 1).
const SERVICES: [&str; 6] = ["dci/", "auth/", "ip/", "eservice/", "ipmiproxy/", "ldap/"];

impl Dialect {
    /// Read a dialect from TOML.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |mock, _dcim, _server| {
    /// let dialect = Dialect::from_toml("[operations.server_install.fields]\npassword = \"root_password\"")?;
    /// Client::builder(mock.url()).dialect(dialect).build()?;
    /// # Ok(()) });
    /// ```
    ///
    /// # Errors
    /// Names the unknown operation, placeholder, field or method, or the place where the TOML is broken; correct the file.
    pub fn from_toml(text: &str) -> Result<Self, InvalidDialect> {
        let file: File = toml::from_str(text).map_err(|error| {
            InvalidDialect(
                error
                    .message()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            )
        })?;
        let mut changes = BTreeMap::new();
        for (name, entry) in file.operations {
            let endpoint = Endpoint::find(&name)
                .ok_or_else(|| InvalidDialect(format!("unknown operation `{name}`")))?;
            changes.insert(endpoint.name, entry.check(endpoint)?);
        }
        Ok(Self { changes })
    }

    pub(crate) fn method(&self, op: Op) -> Method {
        self.method_of(op.endpoint())
    }

    pub(crate) fn path(&self, op: Op) -> &str {
        self.path_of(op.endpoint())
    }

    pub(crate) fn field<'a>(&'a self, op: Op, name: &'a str) -> &'a str {
        self.field_of(op.endpoint(), name)
    }

    pub(crate) fn method_of(&self, endpoint: &Endpoint) -> Method {
        self.change(endpoint)
            .and_then(|change| change.method)
            .unwrap_or(endpoint.method)
    }

    pub(crate) fn path_of(&self, endpoint: &Endpoint) -> &str {
        self.change(endpoint)
            .and_then(|change| change.path.as_deref())
            .unwrap_or(endpoint.path)
    }

    pub(crate) fn field_of<'a>(&'a self, endpoint: &Endpoint, name: &'a str) -> &'a str {
        self.change(endpoint)
            .and_then(|change| change.fields.get(name))
            .map_or(name, String::as_str)
    }

    fn change(&self, endpoint: &Endpoint) -> Option<&Change> {
        self.changes.get(endpoint.name)
    }
}

impl std::str::FromStr for Dialect {
    type Err = InvalidDialect;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_toml(text)
    }
}

impl Entry {
    fn check(self, endpoint: &'static Endpoint) -> Result<Change, InvalidDialect> {
        let name = endpoint.name;
        let method = self
            .method
            .map(|text| {
                Method::parse(&text)
                    .ok_or_else(|| InvalidDialect(format!("{name}: unknown method `{text}`")))
            })
            .transpose()?;
        let path = self
            .path
            .map(|path| check_path(&path, endpoint))
            .transpose()?;
        let mut fields = BTreeMap::new();
        for (ours, theirs) in self.fields {
            let field = endpoint
                .fields
                .iter()
                .find(|field| field.name == ours)
                .ok_or_else(|| InvalidDialect(format!("{name}: unknown field `{ours}`")))?;
            if theirs.is_empty() {
                return Err(InvalidDialect(format!(
                    "{name}: field `{ours}` has an empty name"
                )));
            }
            fields.insert(field.name, theirs);
        }
        let mut seen = std::collections::BTreeSet::new();
        for field in endpoint.fields {
            let spoken = fields.get(field.name).map_or(field.name, String::as_str);
            if !seen.insert(spoken.to_owned()) {
                return Err(InvalidDialect(format!(
                    "{name}: two fields are named `{spoken}`"
                )));
            }
        }
        Ok(Change {
            method,
            path,
            fields,
        })
    }
}

fn check_path(path: &str, endpoint: &Endpoint) -> Result<String, InvalidDialect> {
    let name = endpoint.name;
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("api/").unwrap_or(path);
    let path = if SERVICES.iter().any(|service| path.starts_with(service)) {
        path.to_owned()
    } else {
        format!("dci/v3/{path}")
    };
    let plain = path.split('/').all(|segment| {
        !segment.is_empty()
            && segment != "."
            && segment != ".."
            && segment
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.~{}".contains(c))
    });
    if !plain || path.matches('{').count() != path.matches('}').count() {
        return Err(InvalidDialect(format!(
            "{name}: `{path}` is not a path template"
        )));
    }
    for placeholder in placeholders(&path) {
        if !endpoint.placeholders().any(|known| known == placeholder) {
            return Err(InvalidDialect(format!(
                "{name}: unknown placeholder `{placeholder}`"
            )));
        }
    }
    for placeholder in endpoint.placeholders() {
        if placeholders(&path)
            .filter(|found| *found == placeholder)
            .count()
            != 1
        {
            return Err(InvalidDialect(format!(
                "{name}: placeholder `{placeholder}` must occur once"
            )));
        }
    }
    Ok(path)
}
