//! Filters and order of lists (dcim6-api.md section 5). A value can never leave its quotes.

use std::fmt::Write as _;
use std::ops::{BitAnd, BitOr, Not};

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
#[derive(Clone, Debug)]
#[must_use]
pub struct Field {
    name: String,
}

/// Hold a value to compare with: a number, a truth value, a text, an id.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FilterValue {
    /// A whole number.
    Number(i128),
    /// `true` or `false`.
    Bool(bool),
    /// A text. It must hold no quote, backslash or control character.
    Text(String),
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

    fn checked(&self) -> Result<String, String> {
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

/// A condition on the rows of a list. Combine with `&`, `|` and `!`.
///
/// What the grammar cannot carry makes the whole filter unusable; the call then fails with `is_config()` before anything is sent.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/setup.rs")); } use setup::*;
/// # example(async |_mock, dcim, _server| {
/// let filter = field("location_id").eq(1) & (field("is_new").eq(false) | !field("name").like("old-%"));
/// dcim.servers().filter(filter).all().await?;
///
/// let quote = field("name").eq("it's");
/// assert!(dcim.servers().filter(quote).all().await.is_err_and(|error| error.is_config()));
/// # Ok(()) });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Filter {
    text: Result<String, String>,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Test,
    Not,
    And,
    Or,
}

impl Filter {
    fn test(text: Result<String, String>) -> Self {
        Self {
            text,
            shape: Shape::Test,
        }
    }

    /// Parentheses around every operand: the precedence of the grammar is an assumption that need not be made.
    fn join(self, word: &str, shape: Shape, other: Self) -> Self {
        let text = match (self.operand(shape), other.operand(shape)) {
            (Ok(left), Ok(right)) => Ok(format!("{left} {word} {right}")),
            (Err(reason), _) | (_, Err(reason)) => Err(reason),
        };
        Self { text, shape }
    }

    fn operand(self, within: Shape) -> Result<String, String> {
        let text = self.text?;
        Ok(if self.shape == within {
            text
        } else {
            format!("({text})")
        })
    }

    pub(crate) fn into_text(self) -> Result<String, String> {
        self.text
    }
}

impl BitAnd for Filter {
    type Output = Self;

    fn bitand(self, rhs: Self) -> Self {
        self.join("AND", Shape::And, rhs)
    }
}

impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, rhs: Self) -> Self {
        self.join("OR", Shape::Or, rhs)
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        let text = match self.shape {
            Shape::Test => self.text.map(|text| format!("NOT {text}")),
            _ => self.text.map(|text| format!("NOT ({text})")),
        };
        Self {
            text,
            shape: Shape::Not,
        }
    }
}

/// Shows the condition as the panel reads it, or what is wrong with it.
impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.text {
            Ok(text) | Err(text) => f.write_str(text),
        }
    }
}

/// Order the rows of a list by one field. Made by [`asc`] and [`desc`].
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

/// Percent-encode everything but letters, digits, `- . _ ~` and `keep`.
pub(crate) fn encode(text: &str, keep: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-._~".contains(c) || (c.is_ascii() && keep.contains(c)) {
            encoded.push(c);
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Write a query string: `limit`, then `orderby`, then `where`, as the examples of the specification do.
pub(crate) fn query_string(
    from: u64,
    count: u64,
    order: Option<&str>,
    filter: Option<&str>,
) -> String {
    let mut query = format!("limit={from},{count}");
    for (name, text) in [("orderby", order), ("where", filter)] {
        if let Some(text) = text {
            let _ = write!(query, "&{name}={}", encode(text, "(),"));
        }
    }
    query
}
