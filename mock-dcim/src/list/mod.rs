//! List queries: the grammar of the wire, and what it means for a row.

pub(crate) mod eval;
pub(crate) mod expr;
pub(crate) mod lexer;
pub(crate) mod query;
