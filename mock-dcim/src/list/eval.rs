//! What an expression says about a row, and how rows are put in order.

use std::cmp::Ordering;

use serde_json::Value as Json;

use super::expr::{Expr, Operator, Value};

/// Whether a row passes; `field` reads one field of it.
pub(crate) fn matches(expr: &Expr, field: &impl Fn(&str) -> Json) -> bool {
    match expr {
        Expr::Or(parts) => parts.iter().any(|part| matches(part, field)),
        Expr::And(parts) => parts.iter().all(|part| matches(part, field)),
        Expr::Not(part) => !matches(part, field),
        Expr::IsNull { field: name } => field(name).is_null(),
        Expr::Test {
            field: name,
            operator,
            value,
        } => test(&field(name), *operator, value),
    }
}

/// A comparison with null is false, and so is one of things that cannot be compared.
fn test(actual: &Json, operator: Operator, value: &Value) -> bool {
    if actual.is_null() {
        return false;
    }
    match operator {
        Operator::Eq => equal(actual, value),
        Operator::Ne => !equal(actual, value),
        Operator::Cp => match value {
            Value::Text(pattern) => pattern_matches(pattern, &text_of(actual)),
            Value::Number(number) => text_of(actual) == number.to_string(),
            Value::Bool(_) => false,
        },
        Operator::Gt => number_order(actual, value) == Some(Ordering::Greater),
        Operator::Lt => number_order(actual, value) == Some(Ordering::Less),
        Operator::Ge => number_order(actual, value).is_some_and(Ordering::is_ge),
        Operator::Le => number_order(actual, value).is_some_and(Ordering::is_le),
    }
}

/// A quoted number equals the bare one.
fn equal(actual: &Json, value: &Value) -> bool {
    match value {
        Value::Bool(wanted) => actual.as_bool() == Some(*wanted),
        Value::Number(wanted) => match actual {
            Json::String(text) => *text == wanted.to_string(),
            _ => actual.as_i64() == Some(*wanted),
        },
        Value::Text(wanted) => match actual {
            Json::String(text) => text == wanted,
            Json::Number(number) => number.to_string() == *wanted,
            _ => false,
        },
    }
}

fn number_order(actual: &Json, value: &Value) -> Option<Ordering> {
    let wanted = match value {
        Value::Number(number) => *number,
        Value::Text(text) => text.parse().ok()?,
        Value::Bool(_) => return None,
    };
    actual.as_i64().map(|actual| actual.cmp(&wanted))
}

fn text_of(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `%` is any run of characters, everything else is itself; case counts.
fn pattern_matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('%');
    let Some(first) = parts.next() else {
        return false;
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Null comes first, then numbers, then texts; what has no order stays where it is.
pub(crate) fn order(left: &Json, right: &Json) -> Ordering {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => left
            .as_f64()
            .partial_cmp(&right.as_f64())
            .unwrap_or(Ordering::Equal),
        (Json::String(left), Json::String(right)) => left.cmp(right),
        (Json::Bool(left), Json::Bool(right)) => left.cmp(right),
        _ => rank(left).cmp(&rank(right)),
    }
}

fn rank(value: &Json) -> u8 {
    match value {
        Json::Null => 0,
        Json::Bool(_) => 1,
        Json::Number(_) => 2,
        Json::String(_) => 3,
        Json::Array(_) | Json::Object(_) => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::super::expr::parse;
    use super::*;
    use serde_json::json;

    fn hit(text: &str) -> bool {
        let row = json!({"id": 101, "name": "Rack0001", "is_new": false, "owner_email": null, "unit": "12"});
        let expr = parse(text).unwrap();
        matches(&expr, &|name| row.get(name).cloned().unwrap_or_default())
    }

    #[test]
    fn the_grammar_means_what_the_spec_says() {
        for yes in [
            "id EQ 101",
            "id EQ '101'",
            "unit EQ 12",
            "name CP '%ack000%'",
            "name CP 'Rack%1'",
            "(owner_email IS null) AND is_new EQ false",
            "NOT owner_email EQ 'a'",
            "NOT owner_email NE 'a'",
            "id eq 1 or id eq 101",
            "id EQ 1 AND id EQ 2 OR id EQ 101",
            "id GT 100 AND id LE 101",
            "NOT name CP '%extended.%' AND (id EQ 101)",
        ] {
            assert!(hit(yes), "{yes}");
        }
        for no in [
            "id NE 101",
            "name CP 'rack%'",
            "name CP 'Rack'",
            "name CP 'Rack_001'",
            "owner_email EQ 'a'",
            "owner_email NE 'a'",
            "NOT (id EQ 101 OR id EQ 1)",
            "name CP 'Rack0001%1'",
        ] {
            assert!(!hit(no), "{no}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for bad in [
            "",
            "id",
            "id EQ",
            "id EQ 1 AND",
            "(id EQ 1",
            "id EQ 1)",
            "id XX 1",
            "id EQ 'a\\'b'",
            "id EQ 'a",
            "id EQ 99999999999999999999",
            "id EQ null",
            "id IS 5",
            "EQ",
            "()",
            "id;EQ",
            "id EQ 1 id EQ 2",
            "-",
            "id EQ -",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse(&format!("{}id EQ 1{}", "(".repeat(5000), ")".repeat(5000))).is_err());
    }
}
