//! Filters and order of lists (dcim6-api.md section 5). A value can never leave its quotes.

mod field;
mod filter;
mod order;

use std::fmt::Write as _;

pub use field::{Field, FilterValue, field};
pub use filter::Filter;
pub use order::{OrderBy, asc, desc};

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
