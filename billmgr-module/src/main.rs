//! The executable that BILLmanager spawns once per service operation, and that a person calls to look after it.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let argv: Vec<OsString> = std::env::args_os().skip(1).collect();
    #[cfg(feature = "provider")]
    if billmgr_module::provider::is_for_a_person(&argv) {
        return ExitCode::from(billmgr_module::provider::run(&argv));
    }
    ExitCode::from(billmgr_module::program::run(&argv))
}
