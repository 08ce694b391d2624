//! The order of a list.

use super::field::{Field, field};

/// Order the rows of a list by one field. Made by [`asc`] and [`desc`].
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let newest_first: OrderBy = desc("id");
/// let servers = dcim.servers().order_by(newest_first).page(0, 2).await?.items;
/// assert!(servers[0].id > servers[1].id);
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct OrderBy {
    text: Result<String, String>,
}

/// Order by this field, smallest first.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, server| {
/// let first = dcim.servers().order_by(asc("id")).first().await?;
/// assert_eq!(first.map(|server| server.id), Some(ServerId::new(1)));
/// # Ok(()) });
/// ```
pub fn asc(name: impl Into<String>) -> OrderBy {
    OrderBy::new(field(name), "asc")
}

/// Order by this field, largest first.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, server| {
/// let last = dcim.servers().order_by(desc("id")).first().await?;
/// assert_eq!(last.map(|server| server.id), Some(ServerId::new(40)));
/// # Ok(()) });
/// ```
pub fn desc(name: impl Into<String>) -> OrderBy {
    OrderBy::new(field(name), "desc")
}

impl OrderBy {
    #[allow(clippy::needless_pass_by_value, reason = "made here and used up")]
    fn new(field: Field, direction: &str) -> Self {
        let text = field.checked().map(|name| format!("{name} {direction}"));
        Self { text }
    }

    pub(crate) fn into_text(self) -> Result<String, String> {
        self.text
    }
}
