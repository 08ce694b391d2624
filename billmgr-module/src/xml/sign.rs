//! Single signs: what XML has, and the names it has for some.

use quick_xml::events::BytesRef;

use super::element::bad;
use crate::error::Error;

/// What XML 1.0 can carry (N23).
pub fn is_sign(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{fffd}' | '\u{10000}'..)
}

/// The five entities XML itself has, and numbers; no others exist without a document type.
pub fn entity(reference: &BytesRef<'_>) -> Result<char, Error> {
    let number = reference
        .resolve_char_ref()
        .map_err(|error| bad(&error.to_string()))?;
    let sign = number.map_or_else(|| named(reference), Ok)?;
    if is_sign(sign) {
        Ok(sign)
    } else {
        Err(bad("a sign that XML does not have"))
    }
}

fn named(name: &str) -> Result<char, Error> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(bad("an entity is not accepted")),
    }
}

/// The text of an attribute.
pub fn unescape(value: &str) -> Result<String, Error> {
    let text = quick_xml::escape::unescape(value);
    let text = text.map_err(|_| bad("an entity is not accepted"))?;
    if text.chars().all(is_sign) {
        Ok(text.into_owned())
    } else {
        Err(bad("a sign that XML does not have"))
    }
}
