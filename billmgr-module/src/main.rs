//! The executable that BILLmanager spawns once per service operation.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use billmgr_module::panel::absent::AbsentPanel;
use billmgr_module::{Host, offline};
use dcim6_client::TokioClock;

fn main() -> ExitCode {
    let argv: Vec<OsString> = std::env::args_os().skip(1).collect();
    // BILLmanager asks for the features at each start of its own: no runtime, no TLS, no network for that.
    if let Some(text) = offline(&argv) {
        return if std::io::stdout().write_all(text.as_bytes()).is_ok() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return ExitCode::FAILURE;
    };
    let host = Host::new(&AbsentPanel, Arc::new(TokioClock));
    ExitCode::from(runtime.block_on(host.run(&argv, &mut std::io::stdin(), &mut std::io::stdout())))
}
