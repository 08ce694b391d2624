//! What BILLmanager tells: which book each fact goes into, and which judges hear of it.

use super::Ledger;
use super::books::{Closing, Stop};
use super::facts::Fact;
use crate::world::World;

impl Ledger {
    /// BILLmanager knows something.
    pub(crate) fn fact(&mut self, world: &World, fact: Fact) {
        let at = world.now();
        match fact {
            Fact::Binding { item, server } => {
                self.bindings_told = true;
                if let Some(server) = server {
                    self.remember(server, at, format!("item {item} is bound to it"));
                }
                self.item(item).bind(server);
            }
            Fact::Status { item, status } => self.item(item).set_status(status),
            Fact::Begin {
                item,
                operation,
                run,
                command,
            } => {
                self.run_began(world, item, operation, run);
                self.begin(world, item, &command);
                self.commands.insert(operation, command);
            }
            Fact::Report { item, command } => self.report(world, item, &command),
            Fact::Rest => self.at_rest(world),
            Fact::Task { item, operation } => {
                self.item(item).tasked = true;
                self.runs.settled(item, Some(operation));
                if let Some(server) = self.item(item).server {
                    self.remember(server, at, format!("staff got a task about item {item}"));
                }
            }
            Fact::Address { item, ip, gone } => self.address_told(world, item, ip, gone),
            Fact::User { item, user } => self.item(item).told_user = Some(user),
            Fact::Ordered { item, addresses } => self.item(item).ordered = Some(addresses),
            Fact::End {
                item,
                operation,
                run,
            } => self.run_ended(world, item, operation, run),
            Fact::Deadline { operation, minutes } => self.runs.allow(operation, minutes),
            Fact::FaultsStopped => self.runs.faults_stopped(at),
            Fact::Secret {
                name,
                value,
                in_dcimanager,
            } => self.secrets.learn(name, value.reveal(), in_dcimanager),
            Fact::Output { place, text } => self.scan_output(at, &place, text.reveal()),
            Fact::AcceptWipe { item } => self.item(item).wipe_accepted = true,
            Fact::WipeLevel { level } => self.level = level,
        }
    }

    fn begin(&mut self, world: &World, id: u64, command: &str) {
        let at = world.now();
        let Some(server) = self.item(id).server else {
            return;
        };
        self.remember(
            server,
            at,
            format!("BILLmanager begins {command} of item {id}"),
        );
        let item = self.item(id);
        match command {
            "resume" => item.stop = None,
            "close" if item.closing.is_none() => {
                let was_stopped = item.stop.take().is_some();
                item.closing = Closing::begin(world, server, was_stopped);
                self.expose(world, server, at);
            }
            _ => {}
        }
    }

    fn report(&mut self, world: &World, id: u64, command: &str) {
        let at = world.now();
        self.runs.settled(id, None);
        let Some(server) = self.item(id).reported_server(command) else {
            return;
        };
        self.remember(
            server,
            at,
            format!("BILLmanager accepts {command} of item {id}"),
        );
        match command {
            "suspend" => {
                self.item(id).stop = Some(Stop::default());
                self.stop_reported(world, id, server);
            }
            "sync_item" | "sync" => {
                self.sync_reported(world, id, server);
                self.judge_synced(world, id, server);
            }
            "close" => {
                self.expose(world, server, at);
                self.close_reported(world, id, server);
            }
            _ => {}
        }
        self.item(id).tasked = false;
        self.success_reported(world, id, server, command);
        if command == "open" {
            self.order_reported(world, id, server);
        }
        self.addresses_reported(world, id, server, command);
    }
}
