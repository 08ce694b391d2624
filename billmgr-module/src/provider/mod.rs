//! What a person calls: `pmdcim6 doctor`, `plan`, `sync`, `install` and their kin. BILLmanager needs none of it, and no command of its
//! own knows this room.

pub mod contract_check;
pub mod install;
mod place;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

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
    /// Accept, as a person, that the disks of a service being deleted are clean, or that there is nothing to clean.
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
    /// Compare what this module assumes of DCImanager with the Swagger (`OpenAPI`) documents of an install.
    ContractCheck {
        /// A file, downloaded from the install, which has one document for each of its services. URLs are not fetched.
        #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
        spec: Vec<String>,
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
    match Line::try_parse_from(words) {
        Ok(_) => 2,
        Err(error) => {
            // Nobody is left to be told that the terminal is gone.
            let _ = error.print();
            u8::from(error.use_stderr()) * 2
        }
    }
}
