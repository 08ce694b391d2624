//! Shapes of requests and answers, written from the specification.

pub(crate) mod answer;
pub(crate) mod error;
pub(crate) mod request;
pub(crate) mod server;
