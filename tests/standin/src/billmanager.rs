//! BILLmanager's background job: it spawns the module for an operation, and again until the operation is finished or given to staff
//! (`billmanager-protocol.md` 11).

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use billmgr_module::{Host, Watcher};
use dcim6_client::{Clock, Transport};

use crate::clock::Participant;
use crate::exchange::{InProcess, Meter, MeteredPanel, MeteredTransport};
use crate::simulation::Simulation;
use crate::witness::Witness;

/// The pause before BILLmanager tries again.
const RETRY_AFTER: Duration = Duration::from_mins(1);

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The exit code.
    pub code: u8,
    /// Standard output.
    pub out: String,
}

/// The job of one simulation.
pub struct Billmanager<'a> {
    simulation: &'a Simulation,
    transport: Option<Arc<dyn Transport>>,
    watcher: Option<Watcher>,
    meter: Option<Arc<Meter>>,
    options: Vec<String>,
}

impl<'a> Billmanager<'a> {
    /// Run commands over HTTP.
    pub fn new(simulation: &'a Simulation) -> Self {
        Self {
            simulation,
            transport: None,
            watcher: None,
            meter: None,
            options: Vec::new(),
        }
    }

    /// Reach DCImanager by another transport.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Reach DCImanager in the same process, with a meter on both lines.
    #[must_use]
    pub fn metered(mut self, meter: Arc<Meter>) -> Self {
        let direct = Arc::new(InProcess(self.simulation.mock.clone()));
        self.transport = Some(Arc::new(MeteredTransport::new(direct, meter.clone())));
        self.meter = Some(meter);
        self
    }

    /// Tell somebody of the progress of long operations.
    #[must_use]
    pub fn watcher(mut self, watcher: Watcher) -> Self {
        self.watcher = Some(watcher);
        self
    }

    /// Give every command one more option.
    #[must_use]
    pub fn option(mut self, name: &str, value: &dyn std::fmt::Display) -> Self {
        self.options.extend([name.to_owned(), value.to_string()]);
        self
    }

    /// Run a command once, as a participant that is already there.
    pub async fn run_as(
        &self,
        actor: &Participant,
        command: &str,
        item: u64,
        operation: Option<u64>,
    ) -> Ran {
        actor.begin().await;
        let mut argv = vec![
            "--command".to_owned(),
            command.to_owned(),
            "--item".to_owned(),
            item.to_string(),
        ];
        if let Some(operation) = operation {
            argv.extend(["--runningoperation".to_owned(), operation.to_string()]);
        }
        let witness = Witness::begin(self.simulation, command, item, operation).await;
        let ran = self.spawn(actor, argv, "").await;
        witness.end(&ran.out).await;
        ran
    }

    /// Run a command that is about a module instance or a form, with its standard input.
    pub async fn command(&self, command: &str, stdin: &str) -> Ran {
        let actor = self.simulation.clock.participant();
        actor.begin().await;
        let argv = vec!["--command".to_owned(), command.to_owned()];
        self.spawn(&actor, argv, stdin).await
    }

    async fn spawn(&self, actor: &Participant, argv: Vec<String>, stdin: &str) -> Ran {
        let argv = argv.into_iter().chain(self.options.iter().cloned());
        let argv: Vec<OsString> = argv.map(OsString::from).collect();
        let metered = self
            .meter
            .as_ref()
            .map(|meter| MeteredPanel::new(&self.simulation.panel, meter.clone()));
        let mut host = match &metered {
            Some(panel) => Host::new(panel, actor.clock()),
            None => Host::new(&self.simulation.panel, actor.clock()),
        };
        host = host.seed(1);
        if let Some(transport) = &self.transport {
            host = host.transport(transport.clone());
        }
        if let Some(watcher) = &self.watcher {
            host = host.watcher(watcher.clone());
        }
        let mut out = Vec::new();
        let code = host.run(&argv, &mut stdin.as_bytes(), &mut out).await;
        let out = String::from_utf8_lossy(&out).into_owned();
        Ran { code, out }
    }

    /// Run a command once.
    pub async fn run(&self, command: &str, item: u64, operation: Option<u64>) -> Ran {
        let actor = self.simulation.clock.participant();
        self.run_as(&actor, command, item, operation).await
    }

    /// Start an operation and run its command once.
    pub async fn once(&self, command: &'static str, item: u64) -> (u64, Ran) {
        let operation = self.begin(command, item);
        (operation, self.run(command, item, Some(operation)).await)
    }

    /// Start an operation: `open` by letting the client pay.
    pub fn begin(&self, command: &'static str, item: u64) -> u64 {
        if command == "open" {
            self.simulation.panel.pay(item)
        } else {
            self.simulation.panel.begin(item, command)
        }
    }

    /// Try an operation again and again until it is finished or given to staff. Answers the last run.
    pub async fn until_done(&self, actor: &Participant, operation: u64) -> Option<Ran> {
        let mut last = None;
        while let Some(row) = self.simulation.panel.operation(operation) {
            if row.manual {
                break;
            }
            if last.is_some() {
                actor.sleep(RETRY_AFTER).await;
                self.simulation.panel.retry(operation);
            }
            let ran = self.run_as(actor, row.command, row.item, Some(operation));
            let ran = ran.await;
            // No completing call is known of these two: their success is the end.
            if ran.code == 0 && matches!(row.command, "addip" | "delip") {
                self.simulation.panel.finish(operation);
            }
            last = Some(ran);
        }
        last
    }
}
