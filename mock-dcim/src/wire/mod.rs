//! Shapes of requests and answers, written from the specification.

pub(crate) mod answer;
pub(crate) mod connection;
pub(crate) mod error;
pub(crate) mod operation;
pub(crate) mod request;
pub(crate) mod server;
