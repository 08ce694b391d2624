//! What the mock promises, seen from outside. One test per rule of the specification, named after it.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::needless_pass_by_value,
    reason = "a test stops at the first surprise, and a table of cases is as long as it is"
)]

mod addresses;
mod bad_input;
mod boot;
mod contract;
mod control;
mod dialect;
mod document;
mod faults;
mod fleet;
mod fleet_durations;
mod fleet_files;
mod guards;
mod hands;
mod journal;
mod ledger;
mod lists;
mod model;
mod openapi;
mod operations;
mod page;
mod panel;
mod ports;
mod power;
mod program;
mod properties;
mod recording;
mod routes;
mod sale;
mod sessions;
mod snapshot;
mod socket;
mod tls;
mod wipes;
mod wire_faults;
mod world;
