//! What all lists have in common: filter, order, page, count.

use std::cmp::Ordering;

use serde::Serialize;
use serde_json::Value;

use crate::call::{Call, Reply};
use crate::list::eval;
use crate::list::query::{Direction, ListQuery};
use crate::route::{self, Route};
use crate::schema;
use crate::wire::answer::List;
use crate::world::refusal::Refusal;

/// Answer a list whose rows are cheap to make.
pub(crate) fn answer<R: Serialize>(
    call: &mut Call<'_>,
    rows: impl FnOnce(&crate::world::World) -> Vec<R>,
) -> Result<Reply, Refusal> {
    let query = call.list_query()?;
    check_fields(call.route, &query)?;
    let rows: Vec<Value> = rows(call.world)
        .into_iter()
        .map(|row| serde_json::to_value(row).unwrap_or_default())
        .collect();
    let chosen = choose(&query, rows.iter().collect(), |row, name| {
        member(row, name).cloned().unwrap_or_default()
    });
    Ok(Reply::new(List {
        list: page(&query, &chosen).to_vec(),
        size: chosen.len(),
        last_notify: call.world.notify,
    }))
}

/// Refuse a query that names a field which the rows do not have.
pub(crate) fn check_fields(route: &Route, query: &ListQuery) -> Result<(), Refusal> {
    if query.order.is_none() && query.filter.is_none() {
        return Ok(());
    }
    let row = route::row_schema(route);
    if let Some((field, _)) = &query.order
        && !schema::has_field(row, field)
    {
        return Err(Refusal::invalid("orderby", "unknown_field"));
    }
    let mut known = true;
    if let Some(filter) = &query.filter {
        filter.fields(&mut |field| known &= schema::has_field(row, field));
    }
    if known {
        Ok(())
    } else {
        Err(Refusal::invalid("where", "unknown_field"))
    }
}

/// Keep the rows that match, in the order asked for; rows that tie stay in the order of their ids.
pub(crate) fn choose<R: Copy>(
    query: &ListQuery,
    mut rows: Vec<R>,
    field: impl Fn(R, &str) -> Value,
) -> Vec<R> {
    if let Some(filter) = &query.filter {
        rows.retain(|row| eval::matches(filter, &|name: &str| field(*row, name)));
    }
    if let Some((name, direction)) = &query.order {
        let mut keyed: Vec<(Value, R)> = rows.iter().map(|row| (field(*row, name), *row)).collect();
        keyed.sort_by(|left, right| in_direction(eval::order(&left.0, &right.0), *direction));
        rows = keyed.into_iter().map(|(_, row)| row).collect();
    }
    rows
}

fn in_direction(order: Ordering, direction: Direction) -> Ordering {
    match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    }
}

pub(crate) fn page<'a, R>(query: &ListQuery, rows: &'a [R]) -> &'a [R] {
    let from = query.from.min(rows.len());
    let to = from.saturating_add(query.count).min(rows.len());
    &rows[from..to]
}

/// Read a dotted name from a row.
pub(crate) fn member<'a>(row: &'a Value, name: &str) -> Option<&'a Value> {
    name.split('.').try_fold(row, |value, part| value.get(part))
}
