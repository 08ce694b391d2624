//! The command line.

mod replay;
mod serve;
mod wait;

use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use clap::{Parser, Subcommand};
use mock_dcim::ClockMode;

#[derive(Parser)]
#[command(
    name = "mock-dcim",
    version,
    about = "A DCImanager 6 that fits in a test"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a panel until it is told to stop.
    Serve(Serve),
    /// Print the OpenAPI document of the product API.
    Openapi {
        /// A dialect file, whose paths and names the document then has.
        #[arg(long)]
        dialect: Option<PathBuf>,
    },
    /// Print the JSON schema of the fleet file.
    Schema,
    /// Do again what a recording holds, and print each violation; ends with 1 if there is one.
    Replay {
        /// The recording, as a violation names it; - reads standard input.
        file: PathBuf,
    },
    /// Wait until a mock answers.
    Wait {
        /// The URL of the mock, as its ready line gives it.
        #[arg(long)]
        url: String,
        /// How long to wait at most, for example 30s.
        #[arg(long, default_value = "30s", value_parser = span)]
        timeout: Duration,
    },
}

#[derive(clap::Args)]
struct Serve {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// A fleet file; the built-in fleet if absent.
    #[arg(long)]
    fleet: Option<PathBuf>,
    /// The seed of all chance.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How time moves: frozen, real, or x600 for six hundred times as fast.
    #[arg(long, default_value = "frozen")]
    clock: ClockMode,
    /// E-mail of the administrator.
    #[arg(long, default_value = "admin@example.com")]
    admin_email: String,
    /// Password of the administrator.
    #[arg(long, default_value = "mock-password")]
    admin_password: String,
    /// A file that holds the URL as soon as the mock listens.
    #[arg(long)]
    port_file: Option<PathBuf>,
    /// A dialect file: changed methods, paths and field names.
    #[arg(long)]
    dialect: Option<PathBuf>,
    /// Speak TLS; the ready line then names the file with the authority's certificate and the fingerprint of ours.
    #[arg(long)]
    tls: bool,
    /// Go on from this file if it exists, else from the fleet; it is written when the mock is told to stop.
    #[arg(long)]
    snapshot: Option<PathBuf>,
    /// A directory that a recording is kept in as soon as a promise is broken, for `mock-dcim replay`.
    #[arg(long)]
    recordings: Option<PathBuf>,
    /// Refuse what is else only listed as unread.
    #[arg(long)]
    strict: bool,
}

fn span(text: &str) -> Result<Duration, String> {
    mock_dcim::parse_span(text).ok_or_else(|| format!("`{text}` is not a span such as 30s"))
}

fn read<T: FromStr<Err: Display>>(file: &Path) -> Result<T, String> {
    let wrong = |why: String| format!("{}: {why}", file.display());
    let text = fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    text.parse::<T>().map_err(|error| wrong(error.to_string()))
}

fn print(value: &serde_json::Value) -> Result<(), String> {
    writeln!(io::stdout(), "{value:#}").map_err(|error| error.to_string())
}

pub(crate) fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(options) => serve::run(&options).map(|()| true),
        Command::Openapi { dialect } => serve::dialect(dialect.as_deref())
            .and_then(|dialect| print(&mock_dcim::openapi(&dialect)))
            .map(|()| true),
        Command::Schema => print(&mock_dcim::Fleet::schema()).map(|()| true),
        Command::Wait { url, timeout } => wait::run(&url, timeout).map(|()| true),
        Command::Replay { file } => replay::run(&file),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            // Nothing can be done about a closed stderr.
            let _ = writeln!(io::stderr(), "mock-dcim: {message}");
            ExitCode::FAILURE
        }
    }
}
