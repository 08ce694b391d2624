//! `mock-dcim`: a DCImanager 6 for tests, as a program.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
