//! A field and what it is compared with. What the grammar cannot carry is refused here (N60, N62, N66).

use std::ops::BitOr;

use super::Filter;

/// Name a field to filter by: `field("location_id").eq(1)`.
///
/// ```
/// use dcim6_client::field;
///
/// let free = field("owner_email").is_null() & field("location_id").eq(1) & !field("name").like("old-%");
/// assert_eq!(
///     free.to_string(),
///     "(owner_email IS null) AND (location_id EQ 1) AND (NOT name CP 'old-%')",
/// );
/// ```
pub fn field(name: impl Into<String>) -> Field {
    Field { name: name.into() }
}

/// A field of a list, waiting for its comparison. Made by [`field`].
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |mock, dcim, server| {
/// let name: FilterField = field("name");
/// let either = name.clone().like("Debian%") | name.like("Ubuntu%");
/// assert_eq!(dcim.os_templates().filter(either).all().await?.len(), 2);
/// # Ok(()) });
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Field {
    name: String,
}

/// Hold a value to compare with: a number, a truth value, a text, an id.
///
/// ```
/// use dcim6_client::{FilterValue, ServerId, field};
///
/// assert_eq!(FilterValue::from(ServerId::new(7)), FilterValue::Number(7));
/// assert_eq!(FilterValue::from("x"), FilterValue::Text("x".to_owned()));
/// assert_eq!(field("is_new").eq(false).to_string(), "is_new EQ false");
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FilterValue {
    /// A whole number.
    Number(i128),
    /// `true` or `false`.
    Bool(bool),
    /// A text. It must hold no quote, backslash or control character.
    Text(String),
}

/// Shows which kind of value it is and not a text: it may be an e-mail.
impl std::fmt::Debug for FilterValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => f.debug_tuple("Number").field(number).finish(),
            Self::Bool(value) => f.debug_tuple("Bool").field(value).finish(),
            Self::Text(_) => f.debug_tuple("Text").finish_non_exhaustive(),
        }
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl From<$number> for FilterValue {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

numbers! { u8 u16 u32 u64 i8 i16 i32 i64 }

impl From<bool> for FilterValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for FilterValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for FilterValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for FilterValue {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

#[allow(
    clippy::should_implement_trait,
    reason = "`eq` is the grammar's word; it builds a filter and compares nothing"
)]
impl Field {
    /// Keep rows whose field equals the value.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let here = field("location_id").eq(1);
    /// assert_eq!(dcim.servers().filter(here).all().await?.len(), 20);
    /// # Ok(()) });
    /// ```
    pub fn eq(self, value: impl Into<FilterValue>) -> Filter {
        self.compare("EQ", &value.into())
    }

    /// Keep rows whose field differs from the value. A row whose field is null is not kept.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, _dcim, _server| {
    /// assert_eq!(field("power_status").ne(PowerStatus::On).to_string(), "power_status NE 'on'");
    /// # Ok(()) });
    /// ```
    pub fn ne(self, value: impl Into<FilterValue>) -> Filter {
        self.compare("NE", &value.into())
    }

    /// Keep rows whose field matches the pattern; `%` stands for any run of characters.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let debian = field("name").like("Debian%");
    /// assert!(dcim.os_templates().filter(debian).first().await?.is_some());
    /// # Ok(()) });
    /// ```
    pub fn like(self, pattern: impl Into<String>) -> Filter {
        self.compare("CP", &FilterValue::Text(pattern.into()))
    }

    /// Keep rows whose field is null.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let free = field("owner_email").is_null();
    /// assert!(dcim.servers().filter(free).first().await?.is_some());
    /// # Ok(()) });
    /// ```
    pub fn is_null(self) -> Filter {
        Filter::test(self.checked().map(|name| format!("{name} IS null")))
    }

    /// Keep rows whose field equals one of the values. No values: no row, which needs no call, so it is refused.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
    /// # example(async |_mock, dcim, _server| {
    /// let three = field("id").is_one_of([1, 2, 3].map(ServerId::new));
    /// assert_eq!(dcim.servers().filter(three).all().await?.len(), 3);
    /// # Ok(()) });
    /// ```
    pub fn is_one_of<V: Into<FilterValue>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        values
            .into_iter()
            .map(|value| self.clone().eq(value))
            .reduce(BitOr::bitor)
            .unwrap_or_else(|| Filter::test(Err(format!("filter: no values for {:?}", self.name))))
    }

    fn compare(self, operator: &str, value: &FilterValue) -> Filter {
        Filter::test(self.checked().and_then(|name| {
            let value = match value {
                FilterValue::Number(number) => number.to_string(),
                FilterValue::Bool(value) => value.to_string(),
                FilterValue::Text(text) => format!("'{}'", quotable(&name, text)?),
            };
            Ok(format!("{name} {operator} {value}"))
        }))
    }

    pub(super) fn checked(&self) -> Result<String, String> {
        let mut characters = self.name.chars();
        let good = characters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        if good {
            Ok(self.name.clone())
        } else {
            Err(format!("filter: {:?} is not a field name", self.name))
        }
    }
}

/// No escape inside quotes is known, so what would need one is refused (N60, N66). The value is not part of the message.
fn quotable<'a>(name: &str, text: &'a str) -> Result<&'a str, String> {
    if text
        .chars()
        .any(|c| c == '\'' || c == '\\' || c.is_control())
    {
        return Err(format!(
            "filter: the value for {name} holds a quote, a backslash or a control character"
        ));
    }
    Ok(text)
}
