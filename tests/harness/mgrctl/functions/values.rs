//! The values that an order form offers, such as operating systems.

use super::{Done, Work};
use crate::answer::refuse;

impl Work<'_> {
    /// `itemtype.param.value.sync`: an instance offers a value.
    pub(super) async fn offer_value(&mut self) -> Done {
        let kind = self.required("itemtype")?.to_owned();
        let instance = self.id("module")?;
        let module = self.known_module(instance).await?;
        let (parameter, value) = (
            self.required("param")?.to_owned(),
            self.required("value")?.to_owned(),
        );
        let names = ["name", "name_ru"].map(|name| self.text(name).to_owned());
        let parameter: Option<i64> = sqlx::query_scalar(
            "SELECT p.id FROM itemtypeparam p JOIN itemtype t ON t.id = p.itemtype WHERE t.intname = ? AND p.intname = ?",
        )
        .bind(kind)
        .bind(&parameter)
        .fetch_optional(&mut *self.db)
        .await?;
        let parameter =
            parameter.ok_or_else(|| refuse("missed", "itemtypeparam", self.text("param")))?;
        let [name, name_ru] = names;
        sqlx::query(
            "INSERT INTO itemtypeparamvalue (itemtypeparam, intname, name, name_ru) VALUES (?, ?, ?, ?) \
             ON DUPLICATE KEY UPDATE name = VALUES(name), name_ru = VALUES(name_ru)",
        )
        .bind(parameter)
        .bind(&value)
        .bind(name)
        .bind(name_ru)
        .execute(&mut *self.db)
        .await?;
        sqlx::query(
            "REPLACE INTO processingmodule2itemtypeparamvalue (processingmodule, itemtypeparamvalue) \
             SELECT ?, id FROM itemtypeparamvalue WHERE itemtypeparam = ? AND intname = ?",
        )
        .bind(module)
        .bind(parameter)
        .bind(&value)
        .execute(&mut *self.db)
        .await?;
        Ok(String::new())
    }

    /// `itemtype.param.value.processing.suspend`: the instance offers it no more.
    pub(super) async fn withdraw_value(&mut self) -> Done {
        let (module, value) = (self.id("elid")?, self.id("plid")?);
        let done = sqlx::query(
            "DELETE FROM processingmodule2itemtypeparamvalue WHERE processingmodule = ? AND itemtypeparamvalue = ?",
        )
        .bind(module)
        .bind(value)
        .execute(&mut *self.db)
        .await?;
        match done.rows_affected() {
            0 => Err(refuse("missed", "itemtypeparamvalue", &value.to_string())),
            _ => Ok(String::new()),
        }
    }
}
