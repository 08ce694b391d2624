//! The main job, end to end: a provider's orders travel through `pmdcim6` and the SDK to a DCImanager over HTTP, become active services, are
//! stopped, resumed and deleted, while a judge watches the disks.
//!
//! ```text
//! cargo run --example lifecycle [-- --keep] [-- --json FILE]
//! ```
//!
//! Everything runs on a frozen clock that moves as the module sleeps: hours pass in seconds.

#[path = "lifecycle/progress.rs"]
mod progress;
#[path = "lifecycle/story.rs"]
mod story;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use mock_dcim::{MockDcim, PanelAction};
use standin::Simulation;
use story::Story;

const USAGE: &str = "\
Sell, stop, resume and delete dedicated servers, and say whether a customer would have been harmed.

Usage: lifecycle [--keep] [--json FILE]

  --keep       leave the mock running at the end, to look around
  --json FILE  write the journal of all exchanges with DCImanager to this file
";

#[derive(Default)]
struct Options {
    keep: bool,
    json: Option<PathBuf>,
    help: bool,
}

impl Options {
    fn read() -> Result<Self, lexopt::Error> {
        let mut options = Self::default();
        let mut line = lexopt::Parser::from_env();
        while let Some(argument) = line.next()? {
            match argument {
                lexopt::Arg::Long("keep") => options.keep = true,
                lexopt::Arg::Long("json") => options.json = Some(line.value()?.into()),
                lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => options.help = true,
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(options)
    }
}

const LINUX: &str = "Debian-12-x86_64";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match Options::read() {
        Ok(options) => options,
        Err(error) => {
            eprint!("lifecycle: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if options.help {
        print!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match tell(&options).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("lifecycle: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Tell the whole story; answers the number of violations.
async fn tell(options: &Options) -> Result<usize, Box<dyn std::error::Error>> {
    let mock = standin::simulation::recorded().await;
    let [common, other] = two_configurations(&mock);
    let simulation = Simulation::on(mock, |billmanager| {
        billmanager
            .tariff(31, &common)
            .tariff(32, &other)
            .tariff(33, "EPYC-9654-768Gb-8x3840NVMe")
            .order(1201, 31, LINUX, "anna@clients.test")
            .order(1202, 31, LINUX, "boris@clients.test")
            .order(1203, 32, LINUX, "anna@clients.test")
            .order(1204, 33, LINUX, "clara@clients.test")
    });
    let story = Story::new(&simulation);

    story.chapter("Three orders are paid at once, and one that nobody can serve");
    story
        .together(&[
            ("open", 1201),
            ("open", 1202),
            ("open", 1203),
            ("open", 1204),
        ])
        .await?;

    story.chapter("A bill stays unpaid: stop, reconcile, resume");
    story.run("suspend", 1201).await?;
    story.pass(Duration::from_mins(10)).await;
    story.sync(1201).await?;
    story.run("resume", 1201).await?;

    story.chapter("Deleted while stopped and off");
    story.run("suspend", 1202).await?;
    story.pass(Duration::from_mins(10)).await;
    story.sync(1202).await?;
    story.run("close", 1202).await?;

    story.chapter("Deleted while a recovery runs that staff started in DCImanager");
    story.staff(1203, |server| PanelAction::Recovery { server })?;
    story.pass(Duration::from_mins(1)).await;
    story.run("close", 1203).await?;

    story.chapter("Deleted while active");
    story.run("close", 1201).await?;

    let violations = story.verdict();
    if let Some(file) = &options.json {
        std::fs::write(
            file,
            serde_json::to_string_pretty(
                &serde_json::json!({ "list": simulation.mock.journal() }),
            )?,
        )?;
        println!("journal: {}", file.display());
    }
    if options.keep {
        println!(
            "the mock stays at {} (page: {}/_mock/); Ctrl-C ends it",
            simulation.mock.url(),
            simulation.mock.url()
        );
        tokio::signal::ctrl_c().await?;
    }
    Ok(violations)
}

/// The two configurations of the location that most servers can be sold in.
fn two_configurations(mock: &MockDcim) -> [String; 2] {
    let configurations = story::sellable_configurations(mock, standin::simulation::LOCATION);
    [configurations[0].clone(), configurations[1].clone()]
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    /// `cargo test` at the top of the repository ends here; the rest is in the workspace's other packages.
    #[tokio::test]
    async fn nobody_is_harmed() {
        // Not by a macro: the test harness would keep it from whoever looks.
        let _ = writeln!(
            std::io::stderr(),
            "left out: MariaDB, processes and TLS, and all tests but this story; cargo test --workspace runs them"
        );
        let violations = super::tell(&super::Options::default()).await;
        assert_eq!(violations.unwrap(), 0);
    }
}
