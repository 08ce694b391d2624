//! What is promised, tried: one binary, one module per subject.

mod addresses;
mod boundaries;
mod close;
mod commands;
mod cuts;
mod doubts;
mod errors;
mod faults;
mod foreseen;
mod host;
mod judged;
mod life;
mod limits;
mod open;
mod power;
mod races;
mod ready;
mod removal;
mod sdk;
mod sequences;
mod service;
mod shop;
mod stop;
mod sync;
mod tariffs;
mod vendor;
