//! A BILLmanager in the same process, and time that several actors share: what tests, benchmarks and the example run the module in.
//!
//! It brings no database, no RSA and no processes; those are in the package `harness`.
#![expect(clippy::expect_used, reason = "a helper of tests may fail loudly")]

pub mod billmanager;
pub mod clock;
pub mod exchange;
pub mod memory;
pub mod simulation;
mod witness;

pub use billmanager::{Billmanager, Ran};
pub use clock::{Participant, SimClock};
pub use exchange::{InProcess, Meter, MeteredPanel, MeteredTransport};
pub use simulation::Simulation;
