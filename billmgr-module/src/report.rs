//! Telling BILLmanager that a service operation failed (`billmanager-protocol.md` 7).

use std::collections::BTreeMap;

use dcim6_client::Timestamp;
use quick_xml::Writer;
use quick_xml::events::BytesCData;

use crate::Host;
use crate::error::Error;
use crate::log::Log;
use crate::panel::calls::{Calls, Problem, is_answer};
use crate::panel::{Instance, Item, RunningOperation};
use crate::xml;

/// After so many tries an operation becomes a staff task.
pub const TRIES: u64 = 10;
/// `errorxml` is one argument of a command line, and those are limited.
const MAX_DOCUMENT: usize = 60 * 1024;

/// An instance that was tried, and how that failed.
#[derive(Debug, Clone)]
pub struct Tried {
    /// The instance.
    pub instance: Instance,
    /// When it failed.
    pub at: Timestamp,
    /// What went wrong.
    pub error: Error,
    /// Whether the problem is already on BILLmanager's list.
    pub registered: bool,
}

/// A failed service command.
pub struct Failure<'a> {
    /// BILLmanager and the clock.
    pub host: &'a Host<'a>,
    /// The command.
    pub command: &'a str,
    /// The service.
    pub item: u64,
    /// BILLmanager's operation, unless the command was called directly.
    pub operation: Option<u64>,
    /// The instances tried, in order.
    pub tried: &'a [Tried],
}

impl Failure<'_> {
    /// Report `error`. A reporting step that fails is passed over: the next may work, and the original error is what counts.
    ///
    /// Answers whether the operation was handed to staff.
    pub async fn report(&self, error: &Error) -> bool {
        let calls = self.host.calls();
        let mut handed_over = false;
        if let Some(operation) = self.operation {
            let _ = calls.show_error(operation, self.document(error)).await;
            handed_over = self.hand_over(&calls, operation, error).await;
        }
        let registered = self.tried.last().is_some_and(|last| last.registered);
        if error.kind().is_connection()
            && !registered
            && let Some(last) = self.tried.last()
        {
            let _ = calls
                .register_problem(&connect_problem(&last.instance, &error.to_string()))
                .await;
        }
        handed_over
    }

    /// Give the operation to staff, with exactly one task. The task comes first: BILLmanager repeats a run that ends between the two, and that
    /// one only sets the operation manual; a manual one without a task would never be looked at again (L1).
    async fn hand_over(&self, calls: &Calls<'_>, operation: u64, error: &Error) -> bool {
        let Ok(Some(running)) = self.host.panel.running_operation(operation).await else {
            return false;
        };
        // Nobody was told of one that is manual and has no task, and BILLmanager will not try it again (protocol 7.2).
        let is_forgotten = running.is_manual && running.tasks == 0;
        if running.tries < TRIES && !error.asks_staff() && !is_forgotten {
            return false;
        }
        // Where a task is there, the operation only has to stay theirs.
        if running.tasks == 0 && !self.tell_staff(calls, operation, &running, error).await {
            return false;
        }
        calls.set_manual(operation).await.is_ok()
    }

    /// Create the task of an operation. Answers no where BILLmanager gave no answer: the operation stays automatic, and the next run tries anew.
    async fn tell_staff(
        &self,
        calls: &Calls<'_>,
        operation: u64,
        running: &RunningOperation,
        error: &Error,
    ) -> bool {
        let text = self.task_text(error).await;
        match calls.task_type(self.command).await {
            Ok(kind) if kind.is_empty() => {}
            Ok(kind) => match calls.create_task(self.item, &kind, operation, &text).await {
                Ok(()) => return true,
                Err(error) if is_answer(&error) => {}
                Err(_) => return false,
            },
            Err(error) if is_answer(&error) => {}
            Err(_) => return false,
        }
        // BILLmanager has no kind of task for this, or refuses it: without a task nobody would know.
        let last = self.tried.last();
        let Some(department) = last.and_then(|tried| tried.instance.department) else {
            return true;
        };
        // A simple task names no operation, so none is counted; but it is made before the operation is set manual.
        if running.is_manual {
            return true;
        }
        match calls.create_simple_task(department, &text).await {
            Ok(()) => true,
            Err(error) => is_answer(&error),
        }
    }

    /// What staff read first: what failed, and of which server.
    async fn task_text(&self, error: &Error) -> String {
        let panel = self.host.panel;
        let parameters = panel.parameters(self.item).await.unwrap_or_default();
        let server = parameters.plain.get("dcim6_server");
        let server = server.filter(|server| !server.is_empty());
        let tariff = match panel.item(self.item).await {
            Ok(Some(item)) => panel.tariff(item.pricelist).await.unwrap_or_default(),
            _ => BTreeMap::new(),
        };
        let server = server.map(|server| format!("server {server}"));
        let about = server
            .into_iter()
            .chain(tariff.get("configuration").cloned());
        let about: Vec<_> = about.collect();
        format!("{} ({}): {error}", self.command, about.join(", "))
    }

    /// The document staff see in the running operation: one entry for each instance tried, then the final error. Too long, it loses the oldest
    /// lines of the log first.
    fn document(&self, error: &Error) -> String {
        let mut log = self
            .host
            .log
            .as_ref()
            .map(Log::last_lines)
            .unwrap_or_default();
        loop {
            let text = self.document_with(error, &log);
            if text.len() <= MAX_DOCUMENT {
                return text;
            }
            if log.is_empty() {
                return xml::error_document(error)
                    .chars()
                    .take(MAX_DOCUMENT / 4)
                    .collect();
            }
            log.drain(..log.len().div_ceil(2));
        }
    }

    fn document_with(&self, error: &Error, log: &[String]) -> String {
        let now = self.host.clock.now();
        xml::document(|writer| {
            writer.create_element("doc").write_inner_content(|writer| {
                for tried in self.tried {
                    let (id, at) = (tried.instance.id.to_string(), date(tried.at));
                    let attributes = [
                        ("date", at.as_str()),
                        ("id", id.as_str()),
                        ("name", tried.instance.name.as_str()),
                    ];
                    let module = writer.create_element("processingmodule");
                    module
                        .with_attributes(attributes)
                        .write_inner_content(|writer| {
                            write_error(writer, &tried.error, tried.at, Some(log))
                        })?;
                }
                write_error(writer, error, now, None)
            })?;
            Ok(())
        })
    }
}

/// An error of an instance comes with what led to it; the final one stands alone.
fn write_error(
    writer: &mut Writer<Vec<u8>>,
    error: &Error,
    at: Timestamp,
    log: Option<&[String]>,
) -> std::io::Result<()> {
    let at = date(at);
    let attributes = [
        ("date", at.as_str()),
        ("type", error.kind().as_str()),
        ("object", error.object().unwrap_or_default()),
        ("value", error.value()),
    ];
    let element = writer.create_element("error").with_attributes(attributes);
    let Some(log) = log else {
        return element.write_empty().map(drop);
    };
    let written = element.write_inner_content(|writer| {
        // A stack of addresses tells staff nothing; the element is BILLmanager's.
        writer
            .create_element("backtrace")
            .write_cdata_content(BytesCData::new(""))?;
        // A line could hold the end of the section it stands in.
        let text = log.join("\n").replace("]]>", "]] >");
        writer
            .create_element("log")
            .write_cdata_content(BytesCData::new(text))?;
        Ok(())
    });
    written.map(drop)
}

/// BILLmanager writes dates as `2025-01-31 10:00:00`.
fn date(at: Timestamp) -> String {
    let text = at.to_string();
    text.replacen('T', " ", 1).chars().take(19).collect()
}

/// The problem of an instance whose DCImanager cannot be used.
pub fn connect_problem<'a>(instance: &'a Instance, error: &'a str) -> Problem<'a> {
    Problem {
        name: "processingmodule_connect",
        instance: instance.id,
        instance_name: &instance.name,
        error,
        item: None,
    }
}

/// The problem of an order that had to go to the next instance.
pub fn next_problem<'a>(instance: &'a Instance, item: &'a Item, error: &'a str) -> Problem<'a> {
    Problem {
        name: "processingmodule_getnextmodule",
        instance: instance.id,
        instance_name: &instance.name,
        error,
        item: Some((item.id, &item.name)),
    }
}
