//! The query string of a list call: `limit`, `orderby`, `where`.

use super::expr::{self, Expr};
use crate::decode;
use crate::world::refusal::Refusal;

/// Without `limit` a list answers this many rows.
const DEFAULT_LIMIT: usize = 50;
/// Above this a limit is a mistake, not a wish.
const MAX_LIMIT: u64 = 1 << 31;

/// A parsed list query.
#[derive(Debug)]
pub(crate) struct ListQuery {
    pub(crate) from: usize,
    pub(crate) count: usize,
    pub(crate) order: Option<(String, Direction)>,
    pub(crate) filter: Option<Expr>,
    /// Parameters that nobody reads.
    pub(crate) unread: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl ListQuery {
    pub(crate) fn parse(raw: &str) -> Result<Self, Refusal> {
        let mut query = Self {
            from: 0,
            count: DEFAULT_LIMIT,
            order: None,
            filter: None,
            unread: Vec::new(),
        };
        let mut seen = Vec::new();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode::query(name).map_err(|why| Refusal::invalid("query", why))?;
            let value = decode::query(value).map_err(|why| Refusal::invalid(&*name, why))?;
            if seen.contains(&name) {
                return Err(Refusal::invalid(name, "given_twice"));
            }
            match name.as_str() {
                "limit" => (query.from, query.count) = limit(&value)?,
                "orderby" => query.order = Some(order(&value)?),
                "where" => {
                    let filter = expr::parse(&value);
                    query.filter = Some(filter.map_err(|why| Refusal::invalid("where", why))?);
                }
                _ => query.unread.push(name.clone()),
            }
            seen.push(name);
        }
        Ok(query)
    }
}

fn limit(text: &str) -> Result<(usize, usize), Refusal> {
    let bad = || Refusal::invalid("limit", "not_a_limit");
    let number = |text: &str| {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad());
        }
        let number: u64 = text.parse().map_err(|_| bad())?;
        if number > MAX_LIMIT {
            return Err(Refusal::invalid("limit", "too_large"));
        }
        usize::try_from(number).map_err(|_| bad())
    };
    match text.split_once(',') {
        None => Ok((0, number(text)?)),
        Some((from, count)) => Ok((number(from)?, number(count)?)),
    }
}

fn order(text: &str) -> Result<(String, Direction), Refusal> {
    let bad = || Refusal::invalid("orderby", "not_an_order");
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let (Some(field), Some(direction), None) = (words.next(), words.next(), words.next()) else {
        return Err(bad());
    };
    let direction = match direction.to_ascii_lowercase().as_str() {
        "asc" => Direction::Ascending,
        "desc" => Direction::Descending,
        _ => return Err(bad()),
    };
    Ok((field.to_owned(), direction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_limit_are_read() {
        assert_eq!(limit("100"), Ok((0, 100)));
        assert_eq!(limit("4,18"), Ok((4, 18)));
        for bad in [
            "",
            "-1",
            "1,2,3",
            "a",
            "99999999999999999999",
            "4294967296",
            "1,",
            ",1",
        ] {
            assert!(limit(bad).is_err(), "{bad}");
        }
    }
}
