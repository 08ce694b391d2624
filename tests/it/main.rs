//! What is promised, tried: one binary, one module per subject.

mod boundaries;
mod close;
mod commands;
mod cuts;
mod doubts;
mod faults;
mod host;
mod judged;
mod life;
mod limits;
mod open;
mod panel;
mod races;
mod sdk;
mod sequences;
mod shop;
mod stop;
mod sync;
