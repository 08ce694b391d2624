//! The life of a service: what each command wants, decided purely, and carried out one effect at a time.

pub mod act;
pub mod address;
mod carry;
pub mod claim;
pub mod clearance;
pub mod close;
pub mod engine;
pub mod foresee;
pub mod handover;
pub mod lock;
pub mod lookup;
pub mod notes;
pub mod open;
mod play;
pub mod power;
pub mod record;
pub mod resume;
pub mod run;
pub mod session;
pub mod situation;
pub mod stage;
pub mod starting;
pub mod step;
pub mod stop;
pub mod sync;
pub mod watch;
pub mod wipe;
