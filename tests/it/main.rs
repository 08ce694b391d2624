//! What is promised, tried: one binary, one module per subject.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a helper of tests may fail loudly"
)]

mod addresses;
mod boundaries;
mod close;
mod commands;
mod cuts;
mod doubts;
mod errors;
mod faults;
mod foreseen;
mod forms;
mod host;
mod imports;
mod judged;
mod life;
mod limits;
mod named;
mod open;
mod panel;
mod power;
mod races;
mod ready;
mod remembered;
mod removal;
mod sdk;
mod sequences;
mod service;
mod serving_all;
mod shop;
mod stop;
mod sync;
mod tariffs;
mod trust;
mod vendor;
