//! What staff are told: errors, tasks, problems, and whose turn it is.

use super::Calls;
use crate::error::Error;
use crate::panel::Call;

/// A problem for BILLmanager's list.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// `processingmodule_connect` or `processingmodule_getnextmodule`.
    pub name: &'a str,
    /// The instance it concerns.
    pub instance: u64,
    /// The instance's name.
    pub instance_name: &'a str,
    /// What is wrong.
    pub error: &'a str,
    /// The service it was noticed with.
    pub item: Option<(u64, &'a str)>,
}

impl Calls<'_> {
    /// Ask for the next processing module in line.
    ///
    /// # Errors
    /// `process` when there is none.
    pub async fn next_module(&self, item: u64) -> Result<(), Error> {
        self.once(&Call::new("service.getnextmodule").with("elid", item))
            .await
            .map(drop)
    }

    /// Show an error in the running operation.
    ///
    /// # Errors
    /// `process`.
    pub async fn show_error(&self, operation: u64, document: String) -> Result<(), Error> {
        let call = Call::new("runningoperation.edit")
            .with("elid", operation)
            .with("errorxml", document)
            .with("sok", "ok");
        self.repeat(&call).await.map(drop)
    }

    /// Stop BILLmanager from trying an operation again by itself.
    ///
    /// # Errors
    /// `process`.
    pub async fn set_manual(&self, operation: u64) -> Result<(), Error> {
        self.repeat(&Call::new("runningoperation.setmanual").with("elid", operation))
            .await
            .map(drop)
    }

    /// Ask what kind of task staff get for a command; empty if none.
    ///
    /// # Errors
    /// `process`.
    pub async fn task_type(&self, command: &str) -> Result<String, Error> {
        let answer = self
            .repeat(&Call::new("task.gettype").with("operation", command))
            .await?;
        Ok(answer.fields.get("task_type").cloned().unwrap_or_default())
    }

    /// Create the staff task of an operation: exactly one, also where an answer was lost.
    ///
    /// # Errors
    /// `process`.
    pub async fn create_task(
        &self,
        item: u64,
        kind: &str,
        operation: u64,
        text: &str,
    ) -> Result<(), Error> {
        let call = Call::new("task.edit")
            .with("item", item)
            .with("type", kind)
            .with("runningoperation", operation)
            .with("params", text)
            .with("sok", "ok");
        let done = || async move {
            let row = self.panel().running_operation(operation).await?;
            Ok(row.is_some_and(|row| row.tasks > 0))
        };
        self.repeat_until(&call, done).await
    }

    /// Create a task for a department where BILLmanager has no kind of task for the command.
    ///
    /// # Errors
    /// `process`.
    pub async fn create_simple_task(&self, department: u64, text: &str) -> Result<(), Error> {
        let call = Call::new("task.simple.create")
            .with("elid", department)
            .with("specification", text)
            .with("sok", "ok");
        self.once(&call).await.map(drop)
    }

    /// List a problem of a processing module instance.
    ///
    /// # Errors
    /// `process`.
    pub async fn register_problem(&self, problem: &Problem<'_>) -> Result<(), Error> {
        let mut call = Call::new("problems.register")
            .with("name", problem.name)
            .with("id", problem.instance)
            .with("param_pm_name", problem.instance_name)
            .with("param_pm_id", problem.instance)
            .with("param_errormsg", problem.error)
            .with("level", "error")
            .with("sok", "ok");
        if let Some((item, name)) = problem.item {
            call = call.with("param_item_name", name).with("param_iid", item);
        }
        self.once(&call).await.map(drop)
    }
}
