//! The contract as data: our table as an OpenAPI document, and its comparison with what an install says of itself.
//!
//! ```
//! use dcim6_client::{Dialect, contract};
//!
//! // In life: the documents of `https://<panel>/swagger/`, one for each service.
//! let install = contract::openapi();
//! let report = contract::compare(&[install], &Dialect::default())?;
//! assert!(report.is_same());
//! println!("{report}");
//! # Ok::<(), dcim6_client::contract::InvalidDocument>(())
//! ```

mod compare;
mod description;
mod errata;
mod fields;
mod openapi;
mod report;
mod shape;
mod theirs;

pub use compare::compare;
pub use errata::errata;
pub use openapi::{openapi, openapi_in};
pub use report::{Difference, Finding, InvalidDocument, Report, Verdict};
