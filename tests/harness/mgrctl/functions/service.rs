//! What happens to a service: its parameters, and the calls that complete an operation.

use serde_json::json;

use super::{Done, Work};
use crate::answer::{Trouble, refuse};
use crate::wire::Effect;

/// The calls that complete a command, and the status that they set; without one, a service being processed becomes active.
const POSTS: [(&str, &str, Option<i64>); 10] = [
    ("service.postreopen", "reopen", Some(2)),
    ("service.postsuspend", "suspend", Some(3)),
    ("service.postresume", "resume", Some(2)),
    ("service.postclose", "close", Some(4)),
    ("service.postsetparam", "setparam", None),
    ("service.postprolong", "prolong", None),
    ("service.poststart", "start", None),
    ("service.poststop", "stop", None),
    ("service.postreboot", "reboot", None),
    ("service.posthardreboot", "hardreboot", None),
];

impl Work<'_> {
    /// `dedic.open`: the service is the client's.
    pub(super) async fn open(&mut self) -> Done {
        self.is_meant()?;
        let item = self.item().await?;
        let given = ["ip", "domain", "username", "password"].map(|name| {
            let value = self.request.get(name).filter(|value| !value.is_empty());
            (name, value.map(str::to_owned))
        });
        for (name, value) in given {
            if let Some(value) = value {
                self.save(item, name, &value, name == "password").await?;
            }
        }
        self.finish(item, "open", Some(2)).await
    }

    /// A completing call. It needs no running operation (section 11).
    pub(super) async fn complete(&mut self, function: &str) -> Done {
        let post = POSTS.iter().find(|(name, ..)| *name == function);
        let &(_, command, status) = post.ok_or_else(|| refuse("missed", "func", function))?;
        self.is_meant()?;
        let item = self.item().await?;
        if command == "setparam" {
            sqlx::query("UPDATE item SET lastpricelist = NULL WHERE id = ?")
                .bind(item)
                .execute(&mut *self.db)
                .await?;
        }
        self.finish(item, command, status).await
    }

    /// Set the status and delete the running operation.
    async fn finish(&mut self, item: i64, command: &str, status: Option<i64>) -> Done {
        // The judge hears of a report while the item still is what the report is about.
        self.facts
            .push(json!({"fact": "report", "item": item, "command": command}));
        let status = match status {
            None if self.status(item).await? == 5 => Some(2),
            other => other,
        };
        if let Some(status) = status {
            sqlx::query("UPDATE item SET status = ? WHERE id = ?")
                .bind(status)
                .bind(item)
                .execute(&mut *self.db)
                .await?;
            self.facts
                .push(json!({"fact": "status", "item": item, "status": status}));
        }
        // Found first and deleted by key: a deletion that searches waits for the rows of other services, and they for ours.
        let operations: Vec<i64> =
            sqlx::query_scalar("SELECT id FROM runningoperation WHERE item = ? AND intname = ?")
                .bind(item)
                .bind(command)
                .fetch_all(&mut *self.db)
                .await?;
        for operation in operations {
            sqlx::query("DELETE FROM runningoperation WHERE id = ?")
                .bind(operation)
                .execute(&mut *self.db)
                .await?;
        }
        Ok(String::new())
    }

    /// `service.saveparam`: `p=v`, or one `name=` and `value=` in the older form.
    pub(super) async fn save_parameters(&mut self) -> Done {
        self.is_meant()?;
        let item = self.item().await?;
        let is_crypted = self.text("crypted") == "on";
        let older = match (self.request.get("name"), self.request.get("value")) {
            (Some(name), Some(value)) => Some((name.to_owned(), value.to_owned())),
            _ => None,
        };
        let pairs = match older {
            Some(pair) => vec![pair],
            None if self.fault == Some(&Effect::OlderForm) => Vec::new(),
            None => self
                .request
                .all()
                .filter(|(name, _)| !matches!(*name, "elid" | "sok" | "crypted"))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        };
        for (name, value) in pairs {
            self.save(item, &name, &value, is_crypted).await?;
        }
        Ok(String::new())
    }

    async fn save(
        &mut self,
        item: i64,
        name: &str,
        value: &str,
        is_crypted: bool,
    ) -> Result<(), Trouble> {
        let (table, value) = if is_crypted {
            let value = self.settings.encrypt(value)?;
            (
                "REPLACE INTO itemcryptedparam (item, intname, value) VALUES (?, ?, ?)",
                value,
            )
        } else {
            (
                "REPLACE INTO itemparam (item, intname, value) VALUES (?, ?, ?)",
                value.to_owned(),
            )
        };
        sqlx::query(table)
            .bind(item)
            .bind(name)
            .bind(&value)
            .execute(&mut *self.db)
            .await?;
        if name == "dcim6_server" {
            let server = value.parse::<u64>().ok();
            self.facts
                .push(json!({"fact": "binding", "item": item, "server": server}));
        }
        Ok(())
    }

    /// `service.changepricelist.rollback`: the service goes back to the tariff it had.
    pub(super) async fn roll_back(&mut self) -> Done {
        self.is_meant()?;
        let item = self.item().await?;
        let done = sqlx::query(
            "UPDATE item SET pricelist = lastpricelist, lastpricelist = NULL WHERE id = ? AND lastpricelist > 0",
        )
        .bind(item)
        .execute(&mut *self.db)
        .await?;
        match done.rows_affected() {
            0 => Err(refuse("value", "lastpricelist", "")),
            _ => Ok(String::new()),
        }
    }

    /// The service that `elid` names.
    pub(super) async fn item(&mut self) -> Result<i64, Trouble> {
        let item = self.id("elid")?;
        self.status(item).await?;
        Ok(item)
    }

    async fn status(&mut self, item: i64) -> Result<i64, Trouble> {
        sqlx::query_scalar("SELECT status FROM item WHERE id = ?")
            .bind(item)
            .fetch_optional(&mut *self.db)
            .await?
            .ok_or_else(|| refuse("missed", "item", &item.to_string()))
    }
}
