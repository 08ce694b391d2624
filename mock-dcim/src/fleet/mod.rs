//! Fleets: what a world holds when it begins.

pub(crate) mod build;
pub(crate) mod builtin;
