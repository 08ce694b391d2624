//! A stand-in for BILLmanager's `sbin/mgrctl` (`billmanager-protocol.md` 6 and 11), with MariaDB behind it.
//!
//! It is started once per call, so it builds no more than a runtime of one thread and one connection. It was written from the protocol's
//! text: what it shares with the harness is `src/wire.rs` and `src/crypt.rs`, and with the module nothing.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod answer;
#[path = "../src/crypt.rs"]
mod crypt;
mod ear;
mod faults;
mod functions;
mod journal;
mod request;
mod settings;
mod sql;
#[path = "../src/wire.rs"]
mod wire;

use answer::{Answer, Trouble};
use request::Request;
use wire::{Called, Effect};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "mgrctl: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let argv: Vec<String> = std::env::args().collect();
    let root = root(&argv)?;
    let request = Request::parse(&argv[1..], |name| std::env::var(name).ok())?;
    let fault = faults::take(&root, &request.function)?;
    let called = journal::called(&argv, &request);
    let note = |answer: &str| {
        let answer = answer.to_owned();
        journal::write(
            &root,
            &Called {
                answer,
                ..called.clone()
            },
        )
    };
    match &fault {
        Some(Effect::Exit) => {
            note("not run")?;
            return Err("cannot connect to the panel".to_owned());
        }
        Some(Effect::Garbage) => {
            note("not run")?;
            print("Service Unavailable\n");
            return Ok(ExitCode::SUCCESS);
        }
        Some(Effect::Hang) => {
            note("not run")?;
            faults::hang();
            return Err("nobody waits any more".to_owned());
        }
        Some(Effect::Slow(milliseconds)) => faults::sleep(*milliseconds),
        _ => {}
    }
    let answer = match &fault {
        Some(Effect::Refuse { kind, object }) => Answer::refused(kind, object, ""),
        _ => serve(&root, &request, fault.as_ref())?,
    };
    note(&answer.in_short())?;
    match fault {
        Some(Effect::Lost) => return Err("the connection was lost".to_owned()),
        Some(Effect::HangAfter) => {
            faults::hang();
            return Err("nobody waits any more".to_owned());
        }
        _ => {}
    }
    print(&answer.render(&request));
    Ok(ExitCode::SUCCESS)
}

/// The root directory: mgrctl knows it by where it is installed, and is not told.
fn root(argv: &[String]) -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    let program = here.join(argv.first().map_or("", String::as_str));
    program
        .ancestors()
        .nth(2)
        .filter(|root| root.join(wire::SETTINGS).exists())
        .map(Path::to_owned)
        .ok_or_else(|| format!("{} is not in a BILLmanager", program.display()))
}

/// Have the call done. A refusal is an answer; anything else that goes wrong is mgrctl's own failure.
fn serve(root: &Path, request: &Request, fault: Option<&Effect>) -> Result<Answer, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    match runtime.block_on(functions::serve(root, request, fault)) {
        Ok(answer) | Err(Trouble::Refused(answer)) => Ok(answer),
        Err(Trouble::Broken(why)) => Err(why),
    }
}

fn print(text: &str) {
    // Whoever does not read the answer does not want it.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
