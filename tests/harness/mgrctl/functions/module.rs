//! Processing modules: settings of the host, configuration, the next one to try.

use super::{Done, Work};
use crate::answer::{Trouble, element, refuse};
use crate::settings::Settings;

/// `paramlist`: how to reach the database, and where the key lies.
pub fn paramlist(settings: &Settings) -> String {
    let elements: Vec<String> = settings
        .shown()
        .map(|(name, value)| format!("<elem>{}</elem>", element(name, value)))
        .collect();
    elements.concat()
}

impl Work<'_> {
    /// `service.getnextmodule`: the service goes to the module of the tariff that comes after its own.
    pub(super) async fn next_module(&mut self) -> Done {
        let item = self.item().await?;
        let current: Option<i64> =
            sqlx::query_scalar("SELECT processingmodule FROM item WHERE id = ?")
                .bind(item)
                .fetch_one(&mut *self.db)
                .await?;
        let modules: Vec<i64> = sqlx::query_scalar(
            "SELECT pm.id FROM item i JOIN processingmodule2pricelist x ON x.pricelist = i.pricelist \
             JOIN processingmodule pm ON pm.id = x.processingmodule \
             WHERE i.id = ? AND pm.active = 'on' ORDER BY pm.orderpriority, pm.ipmgr, pm.id",
        )
        .bind(item)
        .fetch_all(&mut *self.db)
        .await?;
        let at = modules.iter().position(|module| Some(*module) == current);
        let next = modules.get(at.map_or(0, |at| at + 1));
        let next = next.ok_or_else(|| refuse("missed", "processingmodule", ""))?;
        sqlx::query("UPDATE item SET processingmodule = ? WHERE id = ?")
            .bind(next)
            .bind(item)
            .execute(&mut *self.db)
            .await?;
        Ok(String::new())
    }

    /// `processing.setconfig`: what DCImanager offers, for the forms.
    pub(super) async fn store_config(&mut self) -> Done {
        let module = self.module().await?;
        let config = self.required("config")?.to_owned();
        sqlx::query("UPDATE processingmodule SET config = ? WHERE id = ?")
            .bind(config)
            .bind(module)
            .execute(&mut *self.db)
            .await?;
        Ok(String::new())
    }

    /// `service.poststat`: usage is collected up to a date.
    pub(super) async fn usage_collected(&mut self) -> Done {
        let module = self.module().await?;
        let date = self.required("date")?.to_owned();
        let is_date = date.len() == 10 && date.split('-').map(str::len).eq([4, 2, 2]);
        if !is_date {
            return Err(refuse("value", "date", &date));
        }
        sqlx::query("UPDATE processingmodule SET statdate = ? WHERE id = ?")
            .bind(date)
            .bind(module)
            .execute(&mut *self.db)
            .await?;
        Ok(String::new())
    }

    /// The instance that `elid` names.
    async fn module(&mut self) -> Result<i64, Trouble> {
        let module = self.id("elid")?;
        self.known_module(module).await
    }

    pub(super) async fn known_module(&mut self, module: i64) -> Result<i64, Trouble> {
        let found: Option<i64> = sqlx::query_scalar("SELECT id FROM processingmodule WHERE id = ?")
            .bind(module)
            .fetch_optional(&mut *self.db)
            .await?;
        found.ok_or_else(|| refuse("missed", "processingmodule", &module.to_string()))
    }
}
