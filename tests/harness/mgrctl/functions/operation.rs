//! Failures: running operations, tasks for the staff, problems.

use serde_json::json;

use super::{Done, Work};
use crate::answer::{Trouble, element, refuse};
use crate::wire::Effect;

impl Work<'_> {
    /// `runningoperation.edit`: the error of the last run.
    pub(super) async fn note_error(&mut self) -> Done {
        self.is_meant()?;
        let operation = self.operation("elid").await?;
        let error = self.required("errorxml")?.to_owned();
        sqlx::query("UPDATE runningoperation SET errorxml = ? WHERE id = ?")
            .bind(error)
            .bind(operation)
            .execute(&mut *self.db)
            .await?;
        Ok(String::new())
    }

    /// `runningoperation.setmanual`: nobody repeats it but staff.
    pub(super) async fn give_to_staff(&mut self) -> Done {
        let operation = self.operation("elid").await?;
        sqlx::query("UPDATE runningoperation SET manual = 'on' WHERE id = ?")
            .bind(operation)
            .execute(&mut *self.db)
            .await?;
        Ok(String::new())
    }

    /// `task.gettype`: the kind of task for a command, `post` and its name.
    pub(super) fn task_type(&self) -> Done {
        let command = self.required("operation")?;
        let kind = match self.fault {
            Some(Effect::EmptyTaskType) => String::new(),
            _ => format!("post{command}"),
        };
        Ok(element("task_type", &kind))
    }

    /// `task.edit`: a task about an operation.
    pub(super) async fn add_task(&mut self) -> Done {
        self.is_meant()?;
        let item = self.id("item")?;
        let operation = self.operation("runningoperation").await?;
        let kind = self.required("type")?.to_owned();
        let params = self.text("params").to_owned();
        sqlx::query("INSERT INTO task (item, type, runningoperation, params, status) VALUES (?, ?, ?, ?, 0)")
            .bind(item)
            .bind(kind)
            .bind(operation)
            .bind(params)
            .execute(&mut *self.db)
            .await?;
        self.facts
            .push(json!({"fact": "task", "item": item, "operation": operation}));
        Ok(String::new())
    }

    /// `task.simple.create`: a task for a department, about nothing that BILLmanager knows.
    pub(super) async fn add_simple_task(&mut self) -> Done {
        self.is_meant()?;
        let department = self.id("elid")?;
        let specification = self.required("specification")?.to_owned();
        sqlx::query(
            "INSERT INTO task (department, type, params, status) VALUES (?, 'simple', ?, 0)",
        )
        .bind(department)
        .bind(specification)
        .execute(&mut *self.db)
        .await?;
        Ok(String::new())
    }

    /// `problems.register`: what staff see at the top of the panel.
    pub(super) async fn register_problem(&mut self) -> Done {
        self.is_meant()?;
        let name = self.required("name")?.to_owned();
        let id = self.text("id").to_owned();
        let rest: Vec<String> = self
            .request
            .all()
            .filter(|(name, _)| name.starts_with("param_") || *name == "level")
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        sqlx::query("INSERT INTO problem (name, object, params) VALUES (?, ?, ?)")
            .bind(name)
            .bind(id)
            .bind(rest.join("\n"))
            .execute(&mut *self.db)
            .await?;
        Ok(String::new())
    }

    /// The running operation that a parameter names.
    async fn operation(&mut self, name: &str) -> Result<i64, Trouble> {
        let operation = self.id(name)?;
        let found: Option<i64> = sqlx::query_scalar("SELECT id FROM runningoperation WHERE id = ?")
            .bind(operation)
            .fetch_optional(&mut *self.db)
            .await?;
        found.ok_or_else(|| refuse("missed", "runningoperation", &operation.to_string()))
    }
}
