//! What the tests, the benchmarks and the example stand on: virtual time with several actors, BILLmanager's background job, and the ports with
//! something in between.

pub mod billmanager;
pub mod clock;
pub mod exchange;
pub mod host;
pub mod simulation;
mod witness;

pub use billmanager::{Billmanager, Ran};
pub use clock::{Participant, SimClock};
pub use exchange::{InProcess, Meter, MeteredPanel, MeteredTransport};
pub use simulation::Simulation;
