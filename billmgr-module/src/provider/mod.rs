//! What a person calls: `pmdcim6 doctor`, `plan`, `sync`, `install` and their kin. BILLmanager needs none of it, and no command of its
//! own knows this room.

pub mod accept_wipe;
pub mod contract_check;
pub mod doctor;
mod drift;
pub mod foretell;
pub mod install;
mod place;
pub mod plan;
pub mod sync;
mod words;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand, ValueEnum};
use dcim6_client::{Clock, TokioClock};

use crate::error::{Error, ErrorKind};
use crate::interrupt::Interrupt;
use crate::log::Log;
use crate::panel::live::LivePanel;
use crate::{Host, program};

/// The processing module through which BILLmanager 6 sells dedicated servers of DCImanager 6.
///
/// BILLmanager itself calls it with `--command`; the commands below are for the person who runs it.
#[derive(Debug, Parser)]
#[command(name = "pmdcim6", version, max_term_width = 100)]
pub struct Line {
    /// What to do.
    #[command(subcommand)]
    pub tool: Tool,
}

/// What a person can ask for.
#[derive(Debug, Subcommand)]
pub enum Tool {
    /// Place the program, its XML description and the self-repair Makefile where BILLmanager looks for them.
    Install {
        /// BILLmanager's directory.
        #[arg(
            long,
            value_name = "DIR",
            env = "MGR5_ROOT",
            default_value = "/usr/local/mgr5"
        )]
        root: PathBuf,
    },
    /// Remove what `install` placed. The log and the dialect file stay.
    Uninstall {
        /// BILLmanager's directory.
        #[arg(
            long,
            value_name = "DIR",
            env = "MGR5_ROOT",
            default_value = "/usr/local/mgr5"
        )]
        root: PathBuf,
    },
    /// Look at everything the module needs, and at what BILLmanager and DCImanager believe of each other. Changes nothing.
    Doctor {
        /// The processing module instance.
        #[arg(long, value_name = "N")]
        module: u64,
        /// Print one JSON document instead of text.
        #[arg(long)]
        json: bool,
    },
    /// Show what a command would do to a service, and why, without doing it.
    Plan {
        /// The command.
        goal: PlanGoal,
        /// The service.
        #[arg(long, value_name = "N")]
        item: u64,
    },
    /// Reconcile all services of a processing module instance.
    Sync {
        /// The processing module instance.
        #[arg(long, value_name = "N")]
        module: u64,
        /// How many services are looked at side by side (1 to 32).
        #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=32))]
        at_once: u8,
    },
    /// Accept, as a person, that a server being deleted has fewer disks than when its deletion began, or shows none at all.
    ///
    /// Nothing is wiped by this, and nothing released: the next run of the deletion wipes the disks that are there now, and is satisfied with
    /// them. Start it in BILLmanager.
    AcceptWipe {
        /// The service.
        #[arg(long, value_name = "N")]
        item: u64,
        /// Who accepts it; kept in the service.
        #[arg(long, value_name = "NAME")]
        by: String,
        /// Why; kept in the service.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Compare what this module assumes of DCImanager with the Swagger (OpenAPI) documents of an install.
    ContractCheck {
        /// A file, or the address of a document of the panel; an install has one for each of its services.
        #[arg(long, required = true, num_args = 1.., value_name = "FILE|URL")]
        spec: Vec<String>,
        /// The SHA-256 fingerprint of the one certificate that is accepted where an address is given; with an authority, both must hold.
        #[arg(long, value_name = "HEX")]
        fingerprint: Option<String>,
        /// The PEM file of the authority that is trusted where an address is given.
        #[arg(long, value_name = "FILE")]
        ca_certificate: Option<String>,
        /// Print one JSON document instead of text.
        #[arg(long)]
        json: bool,
    },
}

/// What `plan` can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanGoal {
    /// Hand a server over.
    Open,
    /// Cut the service off.
    Suspend,
    /// Make it reachable again.
    Resume,
    /// Delete it.
    Close,
}

/// Say whether the command line is a person's: BILLmanager's begins with an option, and never asks for help.
pub fn is_for_a_person(argv: &[OsString]) -> bool {
    let first = argv.first().and_then(|argument| argument.to_str());
    first.is_some_and(|first| {
        !first.starts_with('-') || matches!(first, "--help" | "-h" | "--version" | "-V")
    })
}

/// Answer a person's command line, and give the exit code: 0, 1 for what was found wrong, 2 for a line that cannot be read.
pub fn run(argv: &[OsString]) -> u8 {
    let words = std::iter::once(OsString::from("pmdcim6")).chain(argv.iter().cloned());
    let result = match Line::try_parse_from(words) {
        Ok(line) => answer(line.tool, &mut std::io::stdout()),
        Err(error) => {
            // Nobody is left to be told that the terminal is gone.
            let _ = error.print();
            return if error.use_stderr() { 2 } else { 0 };
        }
    };
    result.unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "pmdcim6: {error}");
        1
    })
}

fn answer(tool: Tool, out: &mut (dyn Write + Send)) -> Result<u8, Error> {
    match tool {
        Tool::Install { root } => {
            let program = std::env::current_exe()
                .map_err(|error| Error::new(ErrorKind::Process, "program", error.to_string()))?;
            install::install(&root, &program, out).map(|()| 0)
        }
        Tool::Uninstall { root } => install::uninstall(&root, out).map(|()| 0),
        Tool::ContractCheck {
            spec,
            fingerprint,
            ca_certificate,
            json,
        } => {
            let root = program::root();
            let trust = contract_check::Trust {
                fingerprint,
                ca_certificate,
            };
            Ok(contract_check::contract_check(
                &root,
                &spec,
                &trust,
                json,
                out,
                &mut std::io::stderr(),
            ))
        }
        other => {
            program::restrict();
            program::block_on(on_host(other, out))
        }
    }
}

/// The tools that stand between BILLmanager and DCImanager, as its commands do.
async fn on_host(tool: Tool, out: &mut (dyn Write + Send)) -> Result<u8, Error> {
    let root = program::root();
    program::enter(&root)?;
    let log = Log::open(&root);
    log.install();
    let interrupt = Interrupt::default();
    program::stop_on_signals(&interrupt)?;
    let clock: Arc<dyn Clock> = Arc::new(TokioClock);
    let panel = LivePanel::new(root.clone(), &clock, &interrupt);
    let host = program::host(&panel, clock, &root)?
        .interrupt(interrupt.clone())
        .log(log);
    tokio::select! {
        biased;
        result = run_tool(&host, tool, out) => result,
        () = interrupt.quiet() => Err(Error::new(ErrorKind::Terminated, "signal", "run it again")),
    }
}

/// Run one of the tools that need a BILLmanager.
///
/// # Errors
/// What stands in the way. What a tool found wrong is no error: it is in the exit code.
pub async fn run_tool(
    host: &Host<'_>,
    tool: Tool,
    out: &mut (dyn Write + Send),
) -> Result<u8, Error> {
    match tool {
        Tool::Doctor { module, json } => doctor::doctor(host, module, json, out).await,
        Tool::Plan { goal, item } => plan::plan(host, goal, item, out).await,
        Tool::Sync { module, at_once } => sync::sync(host, module, at_once.into(), out).await,
        Tool::AcceptWipe { item, by, reason } => {
            accept_wipe::accept_wipe(host, item, &by, &reason, out).await
        }
        Tool::Install { .. } | Tool::Uninstall { .. } | Tool::ContractCheck { .. } => {
            Err(Error::new(
                ErrorKind::NotSupported,
                "command",
                "it needs no BILLmanager",
            ))
        }
    }
}

/// Print, where a closed terminal is nobody's loss.
fn say(out: &mut (dyn Write + Send), text: impl std::fmt::Display) {
    let _ = writeln!(out, "{text}");
}
