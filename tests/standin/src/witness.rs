//! What the judge is told of each run of a command: how long it may take and that it ended (L1), what was ordered (L5), the secrets it
//! knew and everything that came out of it (S7).

use billmgr_module::panel::{Instance, Panel};
use mock_dcim::{Fact, MockDcim};
use secrecy::ExposeSecret;

use crate::simulation::Simulation;

/// How many minutes a step without a limit of its own may take (safety.md W2).
const STEP: u32 = 10;
/// How many minutes a run waits beyond the limit of an operation (safety.md W1).
const GRACE: u32 = 3;

/// Hears one run from its begin to its end. A run that is stopped half-way has ended as well.
pub(crate) struct Witness<'a> {
    simulation: &'a Simulation,
    command: &'a str,
    item: u64,
    /// The operation, and which try of it this run is.
    run: Option<(u64, u64)>,
    calls: usize,
    tasks: usize,
    problems: usize,
}

impl<'a> Witness<'a> {
    /// Tell what is known before the command begins.
    pub(crate) async fn begin(
        simulation: &'a Simulation,
        command: &'a str,
        item: u64,
        operation: Option<u64>,
    ) -> Self {
        let panel = &simulation.panel;
        let run = operation.and_then(|id| Some((id, panel.operation(id)?.tries)));
        let witness = Self {
            simulation,
            command,
            item,
            run,
            calls: panel.calls().len(),
            tasks: panel.tasks().len(),
            problems: panel.problems().len(),
        };
        simulation.calm();
        if let Some((operation, _)) = run {
            let minutes = witness.minutes().await;
            simulation.mock.fact(Fact::Deadline { operation, minutes });
        }
        if command == "open"
            && let Ok(slots) = panel.slots(item).await
        {
            let addresses = u32::try_from(slots.len()).unwrap_or(u32::MAX);
            simulation.mock.fact(Fact::Ordered { item, addresses });
        }
        witness.tell_secrets().await;
        witness
    }

    /// Tell all that came out of the run.
    pub(crate) async fn end(self, out: &str) {
        // A password made by this run is not known before.
        self.tell_secrets().await;
        let (panel, command) = (&self.simulation.panel, self.command);
        self.tell(format!("the output of {command}"), out);
        let shown = self.run.and_then(|(id, _)| panel.operation(id)?.errorxml);
        self.tell(
            format!("the error of {command}"),
            &shown.unwrap_or_default(),
        );
        for call in panel.calls().iter().skip(self.calls) {
            self.tell(format!("a command line of {command}"), call);
        }
        for task in panel.tasks().iter().skip(self.tasks) {
            self.tell(format!("a task of {command}"), &task.text);
        }
        for problem in panel.problems().iter().skip(self.problems) {
            self.tell(format!("a problem of {command}"), problem);
        }
        let parameters = panel.parameters(self.item).await.unwrap_or_default();
        for (name, value) in &parameters.plain {
            self.tell(format!("the clear parameter {name}"), value);
        }
    }

    fn mock(&self) -> &MockDcim {
        &self.simulation.mock
    }

    fn tell(&self, place: String, text: &str) {
        let text = text.into();
        self.mock().fact(Fact::Output { place, text });
    }

    /// The passwords have no place in DCImanager's journal; a client's e-mail is DCImanager's too.
    async fn tell_secrets(&self) {
        let panel = &self.simulation.panel;
        let secret = |name: String, value: &str, in_dcimanager: bool| {
            let value = value.into();
            self.mock().fact(Fact::Secret {
                name,
                value,
                in_dcimanager,
            });
        };
        let parameters = panel.parameters(self.item).await.unwrap_or_default();
        for (name, value) in &parameters.secret {
            let name = format!("the {name} of item {}", self.item);
            secret(name, value.expose_secret(), false);
        }
        let Ok(Some(item)) = panel.item(self.item).await else {
            return;
        };
        if let Ok(Some(email)) = panel.client_email(item.account).await {
            secret(
                format!("the e-mail of account {}", item.account),
                &email,
                true,
            );
        }
        if let Some(instance) = self.instance().await {
            for (name, value) in &instance.secrets {
                let name = format!("the {name} of instance {}", instance.id);
                secret(name, value.expose_secret(), false);
            }
        }
    }

    async fn instance(&self) -> Option<Instance> {
        let panel = &self.simulation.panel;
        let item = panel.item(self.item).await.ok()??;
        panel.instance(item.instance?).await.ok()?
    }

    /// What the settings give this run (safety.md W1). An installation that failed is begun once more in the same run.
    async fn minutes(&self) -> u32 {
        let (setting, default, times) = match self.command {
            "open" if self.is_windows().await => ("installtimeout_windows", 120, 2),
            "open" => ("installtimeout_linux", 120, 2),
            "close" => ("diagtimeout", 60, 1),
            _ => return STEP,
        };
        let instance = self.instance().await;
        let set = instance.and_then(|found| found.settings.get(setting)?.parse::<u32>().ok());
        times * (set.unwrap_or(default) + GRACE)
    }

    async fn is_windows(&self) -> bool {
        let parameters = self.simulation.panel.parameters(self.item).await;
        let template = parameters.map(|found| found.plain.get("ostempl").cloned());
        template.is_ok_and(|name| name.is_some_and(|name| name.starts_with("Windows")))
    }
}

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        if let Some((operation, run)) = self.run {
            let item = self.item;
            let end = Fact::End {
                item,
                operation,
                run,
            };
            self.mock().fact(end);
        }
    }
}
