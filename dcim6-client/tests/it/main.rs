//! The tests of the crate, in one binary: one module for each subject.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::too_many_lines
)]

mod canary;
mod cases;
mod comparing;
mod composed;
mod contracts;
mod coverage;
mod decoding;
mod dialects;
mod doubt;
mod effects;
mod examples;
mod flights;
mod grammar;
mod handles;
mod layers;
mod log;
mod looking;
mod oldest;
mod operations;
mod paging;
mod panel;
mod queries;
mod queueing;
mod renewing;
mod requests;
mod resolving;
mod retrying;
mod scheduler;
mod session;
mod spans;
mod store;
mod support;
mod tolerant;
mod trust;
mod urls;
mod waiting;
