//! Printing what happened: one block for each service command, read off the mock's journal and its world, never off the module.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use billmgr_module::panel::ItemStatus;
use dcim6_client::Clock;
use futures_util::future::join_all;
use mock_dcim::{JournalEntry, MockDcim, PanelAction, PromiseState, World};
use serde_json::Value;
use standin::{Billmanager, Ran, Simulation};

use crate::progress::Bars;

type Outcome = Result<(), Box<dyn Error>>;

/// The teller.
pub struct Story<'a> {
    simulation: &'a Simulation,
    billmanager: Billmanager<'a>,
    bars: Bars,
}

/// A command to run: its name, the service, BILLmanager's operation.
#[derive(Clone, Copy)]
struct Task {
    command: &'static str,
    item: u64,
    operation: Option<u64>,
}

impl<'a> Story<'a> {
    /// Tell of this world.
    pub fn new(simulation: &'a Simulation) -> Self {
        let bars = Bars::default();
        Self {
            simulation,
            billmanager: simulation.billmanager().watcher(bars.watcher()),
            bars,
        }
    }

    /// Begin a chapter.
    #[expect(clippy::unused_self, reason = "a story tells its chapters")]
    pub fn chapter(&self, title: &str) {
        println!("\n== {title}");
    }

    /// Run one service command.
    pub async fn run(&self, command: &'static str, item: u64) -> Outcome {
        self.together(&[(command, item)]).await
    }

    /// Run several service commands at the same time.
    pub async fn together(&self, commands: &[(&'static str, u64)]) -> Outcome {
        let begin = |&(command, item)| Task {
            command,
            item,
            operation: Some(self.billmanager.begin(command, item)),
        };
        self.tell(&commands.iter().map(begin).collect::<Vec<_>>())
            .await
    }

    /// Reconcile a service.
    pub async fn sync(&self, item: u64) -> Outcome {
        self.tell(&[Task {
            command: "sync_item",
            item,
            operation: None,
        }])
        .await
    }

    /// Let time pass.
    pub async fn pass(&self, span: Duration) {
        println!("\n  … {} min pass", span.as_secs() / 60);
        let actor = self.simulation.clock.participant();
        actor.sleep(span).await;
    }

    /// Let a member of staff act on the server of a service, in DCImanager's own interface.
    pub fn staff(&self, item: u64, action: impl FnOnce(u64) -> PanelAction) -> Outcome {
        let server = server_of(self.simulation, item).ok_or("the service has no server")?;
        let action = action(server);
        println!(
            "\n  staff in DCImanager: {}",
            serde_json::to_string(&action)?
        );
        self.simulation
            .mock
            .act(action)
            .map(drop)
            .map_err(|refusal| format!("{refusal:?}").into())
    }

    /// Print what the judge says. Answers the number of violations, or of promises that were not held.
    pub fn verdict(&self) -> usize {
        println!("\n== The judge");
        self.simulation.rest();
        let verdict = self.simulation.mock.verdict();
        for promise in &verdict.promises {
            println!("  {:<4} {}", promise.id, promise.state);
            for exposure in &promise.measured {
                println!(
                    "         service {}, server {}: {} s",
                    exposure.item, exposure.server, exposure.seconds
                );
            }
            for line in promise.stories.iter().flat_map(|story| story.lines()) {
                println!("         {line}");
            }
        }
        // A promise that nobody judged is not one that was kept.
        let not_held = verdict
            .promises
            .iter()
            .filter(|promise| promise.state != PromiseState::Held)
            .count();
        println!("\nviolations: {}", verdict.violations);
        verdict.violations.max(not_held)
    }

    async fn tell(&self, tasks: &[Task]) -> Outcome {
        let seen = self
            .simulation
            .mock
            .journal()
            .last()
            .map_or(0, |entry| entry.seq);
        // All are there before the first begins, or the first would have the time for itself.
        let actors: Vec<_> = tasks
            .iter()
            .map(|_| self.simulation.clock.participant())
            .collect();
        let runs = tasks.iter().zip(actors).map(|(task, actor)| async move {
            self.billmanager
                .run_as(&actor, task.command, task.item, task.operation)
                .await
        });
        let ran = join_all(runs).await;
        self.bars.clear();
        let journal: Vec<_> = self
            .simulation
            .mock
            .journal()
            .into_iter()
            .filter(|entry| entry.seq > seen)
            .collect();
        for (task, ran) in tasks.iter().zip(&ran) {
            self.block(*task, ran, &journal);
        }
        Ok(())
    }

    fn block(&self, task: Task, ran: &Ran, journal: &[JournalEntry]) {
        let prefix = format!("{}-{}-", task.item, task.operation.unwrap_or(0));
        let calls: Vec<_> = journal
            .iter()
            .filter(|entry| {
                entry
                    .request_id
                    .as_ref()
                    .is_some_and(|id| id.starts_with(&prefix))
            })
            .collect();
        let operation = task
            .operation
            .map(|operation| format!("  (operation {operation})"))
            .unwrap_or_default();
        println!("\n{} of service {}{operation}", task.command, task.item);
        for group in
            calls.chunk_by(|one, next| one.name == next.name && one.name.is_some_and(is_look))
        {
            println!("{}", line(group));
        }
        println!("  -> {}", self.end(task, ran));
        if let Some(server) = server_of(self.simulation, task.item) {
            println!(
                "     {}",
                self.simulation.mock.world(|world| describe(world, server))
            );
        }
    }

    fn end(&self, task: Task, ran: &Ran) -> String {
        let status = match self.simulation.panel.status(task.item) {
            Some(ItemStatus::Active) => "active",
            Some(ItemStatus::Stopped) => "stopped",
            Some(ItemStatus::Deleted) => "deleted",
            Some(ItemStatus::Processing) => "being processed",
            _ => "ordered",
        };
        let tasks = self.simulation.panel.tasks();
        let staff = tasks
            .iter()
            .filter(|found| found.operation == task.operation && task.operation.is_some());
        let staff: Vec<_> = staff
            .map(|found| format!("; staff task: {}", found.text))
            .collect();
        format!(
            "exit {}, service {} is {status}{}",
            ran.code,
            task.item,
            staff.concat()
        )
    }
}

/// The configurations that a location sells, most servers first.
pub fn sellable_configurations(mock: &MockDcim, location: u64) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    mock.world(|world| {
        for server in world
            .servers()
            .filter(|server| server.location == location && world.sellable(server))
        {
            *counts
                .entry(server.configuration.clone().unwrap_or_default())
                .or_default() += 1;
        }
    });
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
    sorted.into_iter().map(|(name, _)| name).collect()
}

fn server_of(simulation: &Simulation, item: u64) -> Option<u64> {
    simulation
        .panel
        .parameter(item, "dcim6_server")?
        .parse()
        .ok()
}

/// A call that only looks; several in a row are one line.
fn is_look(name: &str) -> bool {
    name.ends_with("_get") || name.ends_with("_list")
}

fn line(group: &[&JournalEntry]) -> String {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return String::new();
    };
    let name = first.name.unwrap_or("unknown path");
    let mut parts = Vec::new();
    if group.len() > 1 {
        parts.push(format!("x{} until {}", group.len(), clock(last)));
    }
    if name == "server_operation_get" {
        parts.push(progress(group));
    }
    parts.extend(object(first));
    let fields = first
        .request
        .as_object()
        .is_some_and(|fields| !fields.is_empty());
    if fields && name != "auth_login" {
        parts.push(first.request.to_string());
    }
    if last.status >= 400 {
        parts.push(format!("answered {}", last.status));
    }
    format!("  {}  {name:<23} {}", clock(first), parts.join(" "))
        .trim_end()
        .to_owned()
}

/// What a write is about, where the server alone does not say it.
fn object(entry: &JournalEntry) -> Option<String> {
    let mut parts = entry.path.rsplit('/');
    match entry.name? {
        "switch_port_set" => Some(format!("port {}", parts.next()?)),
        "server_ip_delete" => Some(format!("address {}", parts.next()?)),
        "server_operation_cancel" => Some(format!("operation {}", parts.nth(1)?)),
        _ => None,
    }
}

/// The percentages seen along the way, and how it ended.
fn progress(group: &[&JournalEntry]) -> String {
    let percent = |entry: &&JournalEntry| entry.response["progress_info"][0]["percent"].as_u64();
    let mut seen: Vec<u64> = group.iter().filter_map(percent).collect();
    seen.dedup();
    let shown: Vec<String> = seen
        .iter()
        .step_by((seen.len() / 5).max(1))
        .map(|percent| format!("{percent} %"))
        .collect();
    let status = group
        .last()
        .and_then(|entry| entry.response["status"].as_str())
        .unwrap_or_default();
    format!("  {} {status}", shown.join(" "))
}

fn clock(entry: &JournalEntry) -> String {
    entry.at.to_string().chars().skip(11).take(8).collect()
}

/// The truth about a server, in one line.
fn describe(world: &World, id: u64) -> String {
    let Some(server) = world.server(id) else {
        return format!("server {id} is gone");
    };
    let side = |port: &mock_dcim::Port| if port.admin_up { "up" } else { "down" };
    let data: Vec<_> = world.data_ports_of(id).map(side).collect();
    let bmc: Vec<_> = world
        .ports_of(id)
        .filter(|port| port.is_ipmi)
        .map(side)
        .collect();
    let power = serde_json::to_value(world.power_status(server)).unwrap_or(Value::Null);
    let owner = server
        .owner
        .and_then(|owner| world.user(owner))
        .map_or("none".to_owned(), |user| user.email.clone());
    let ips: Vec<_> = world
        .addresses_of(id)
        .map(|address| address.ip.to_string())
        .collect();
    let operation = server
        .operation
        .and_then(|operation| world.operation(operation))
        .map_or("none".to_owned(), |operation| {
            format!(
                "{} {} {}",
                operation.kind.name(),
                operation.id,
                serde_json::to_value(operation.status)
                    .unwrap_or(Value::Null)
                    .as_str()
                    .unwrap_or_default()
            )
        });
    format!(
        "server {id}: power {}; ports {} (BMC {}); owner {owner}; IPs {}; operation {operation}",
        power.as_str().unwrap_or_default(),
        data.join(" "),
        bmc.join(" "),
        if ips.is_empty() {
            "none".to_owned()
        } else {
            ips.join(" ")
        },
    )
}
