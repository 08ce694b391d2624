//! A BILLmanager and a DCImanager side by side, in virtual time, with a judge who hears both.

use std::sync::Arc;

use crate::memory::{Event, MemoryPanel, MemoryPanelBuilder};
use mock_dcim::{ClearHdd, Fact, Fault, MockDcim};

use crate::billmanager::Billmanager;
use crate::clock::SimClock;

/// One world to try commands in.
pub struct Simulation {
    /// DCImanager.
    pub mock: Arc<MockDcim>,
    /// BILLmanager's tables.
    pub panel: MemoryPanel,
    /// The time of both.
    pub clock: SimClock,
}

/// The location that the orders of a simulation are served from.
pub const LOCATION: u64 = 1;
/// The module instance of a simulation.
pub const MODULE: u64 = 7;

impl Simulation {
    /// Start with the built-in fleet and one module instance for its first location; `describe` adds tariffs and orders.
    ///
    /// # Panics
    /// If no loopback port can be had.
    pub async fn start(describe: impl FnOnce(MemoryPanelBuilder) -> MemoryPanelBuilder) -> Self {
        Self::on(recorded().await, describe)
    }

    /// Start on a mock of your own, whose clock is frozen.
    pub fn on(
        mock: MockDcim,
        describe: impl FnOnce(MemoryPanelBuilder) -> MemoryPanelBuilder,
    ) -> Self {
        let builder = MemoryPanel::builder().datacenter(1, LOCATION).instance(
            MODULE,
            mock.url(),
            mock.admin(),
        );
        Self::between(mock, describe(builder).build())
    }

    /// Stand between a mock whose clock is frozen and a BILLmanager of your own.
    pub fn between(mock: MockDcim, panel: MemoryPanel) -> Self {
        let mock = Arc::new(mock);
        if panel.setting(MODULE, "clear_hdd").as_deref() == Some("full") {
            let level = ClearHdd::Full;
            mock.fact(Fact::WipeLevel { level });
        }
        let judge = mock.clone();
        panel.observe(move |event| {
            if let Some(fact) = fact(event) {
                judge.fact(fact);
            }
        });
        Self {
            clock: SimClock::new(mock.clone()),
            mock,
            panel,
        }
    }

    /// Tell the judge that nobody spoils anything, if no rule is left that would. Another rule takes it back.
    pub fn calm(&self) {
        let is_spent = |fault: &Fault| fault.rule.times.is_some_and(|times| fault.hits >= times);
        if self.mock.faults().iter().all(is_spent) {
            self.mock.fact(Fact::FaultsStopped);
        }
    }

    /// Tell the judge that nothing is under way: what must hold at rest is judged now.
    pub fn rest(&self) {
        self.mock.fact(Fact::Rest);
    }

    /// The background job that runs commands in this world.
    pub fn billmanager(&self) -> Billmanager<'_> {
        Billmanager::new(self)
    }
}

/// Start a mock that keeps a recording of whatever breaks a promise: the violation names the command that shows it again.
///
/// # Panics
/// If no loopback port can be had, or `target` cannot be written to.
pub async fn recorded() -> MockDcim {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/recordings");
    let builder = MockDcim::builder().recordings(directory);
    builder.start().await.expect("a loopback port")
}

/// What the judge is told of a change in BILLmanager.
fn fact(event: &Event) -> Option<Fact> {
    Some(match event.clone() {
        Event::Binding { item, server } => Fact::Binding { item, server },
        Event::User { item, user } => Fact::User { item, user },
        Event::Status { item, status } => Fact::Status {
            item,
            status: u8::try_from(status.number()).unwrap_or_default(),
        },
        Event::Begin {
            item,
            operation,
            run,
            command,
        } => Fact::Begin {
            item,
            operation,
            run,
            command: command.to_owned(),
        },
        Event::Report { item, command } => Fact::Report {
            item,
            command: command.to_owned(),
        },
        Event::Task { item, operation } => Fact::Task { item, operation },
        Event::Address { item, ip, gone } => Fact::Address {
            item,
            ip: ip.parse().ok()?,
            gone,
        },
    })
}
