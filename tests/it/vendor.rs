//! The vendor's page, point by point: each test is named after what the page promises.
//!
//! Two points are the database's and are proved on a real one, in `life/offers.rs`: "the processing module with the lowest priority is selected
//! first", and what Config takes out of the lists of orders.

mod limits;
mod selling;
mod service;
