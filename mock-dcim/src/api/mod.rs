//! One file per resource: read the request, ask the world, write the answer. No rules of business live here.

pub(crate) mod addresses;
pub(crate) mod auth;
pub(crate) mod lists;
pub(crate) mod operations;
pub(crate) mod places;
pub(crate) mod power;
pub(crate) mod servers;
pub(crate) mod users;
