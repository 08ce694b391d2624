//! R39: answers as another release might write them. A client that decodes them all decodes ours by no accident.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Vary how answers are written; what they say stays true.
///
/// ```
/// use mock_dcim::{MockDcim, Variation};
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let mock = MockDcim::start().await.unwrap();
/// mock.vary(Variation { unknown_fields: true, ..Variation::default() });
/// # });
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a variation of its own"
)]
pub struct Variation {
    /// Each object has a field more that nobody knows.
    pub unknown_fields: bool,
    /// Optional fields are left out: those that are null, and `size` and `last_notify` of lists.
    pub omit_optional: bool,
    /// `roles` of a user is an array.
    pub roles_as_array: bool,
    /// `pdu_connection` of a server is an array.
    pub pdu_as_array: bool,
    /// States have words that nobody knows.
    pub unknown_words: bool,
}

/// Write an answer that way.
pub(crate) fn vary(value: &mut Value, how: Variation) {
    if how == Variation::default() {
        return;
    }
    match value {
        Value::Array(list) => list.iter_mut().for_each(|inner| vary(inner, how)),
        Value::Object(map) => vary_object(map, how),
        _ => {}
    }
}

fn vary_object(map: &mut Map<String, Value>, how: Variation) {
    if how.omit_optional {
        map.retain(|_, inner| !inner.is_null());
        if map.contains_key("list") {
            map.remove("size");
            map.remove("last_notify");
        }
    }
    map.values_mut().for_each(|inner| vary(inner, how));
    if how.roles_as_array
        && let Some(Value::String(roles)) = map.get("roles")
    {
        let roles = json!([roles.trim_matches(['[', ']'])]);
        map.insert("roles".to_owned(), roles);
    }
    if how.pdu_as_array
        && let Some(pdu) = map.get_mut("pdu_connection")
    {
        *pdu = match pdu.take() {
            Value::Null => json!([]),
            one => json!([one]),
        };
    }
    if how.unknown_words && map.contains_key("state_info") {
        map.insert("state".to_owned(), json!("hibernating"));
    }
    if how.unknown_fields {
        map.insert("x_future".to_owned(), json!({"deep": [1, "two", null]}));
    }
}
