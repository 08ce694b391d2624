//! The IP rows of a service. Status 1 is an empty slot, 5 one that is filled and not yet committed, 2 one that counts.

use serde_json::json;

use super::{Done, Work};
use crate::answer::{Trouble, element, refuse};

impl Work<'_> {
    /// `service.ip.add`: an address stands in the row.
    pub(super) async fn fill_address(&mut self) -> Done {
        self.is_meant()?;
        let (row, service, former) = self.address_row().await?;
        let address = self.required("ip")?.to_owned();
        if address.parse::<std::net::IpAddr>().is_err() {
            return Err(refuse("value", "ip", &address));
        }
        if former != address {
            self.tell_gone(service, &former);
            self.facts
                .push(json!({"fact": "address", "item": service, "ip": address}));
        }
        let [mask, gateway, domain] =
            ["mask", "gateway", "domain"].map(|name| self.text(name).to_owned());
        sqlx::query(
            "UPDATE ip SET name = ?, mask = ?, gateway = ?, domain = ?, status = IF(status = 1, 5, status) WHERE id = ?",
        )
        .bind(address)
        .bind(mask)
        .bind(gateway)
        .bind(domain)
        .bind(row)
        .execute(&mut *self.db)
        .await?;
        Ok(element("ip.id", &row.to_string()))
    }

    /// `service.ip.add.commit`: the address counts.
    pub(super) async fn commit_address(&mut self) -> Done {
        self.is_meant()?;
        let (row, _, address) = self.address_row().await?;
        if address.is_empty() {
            return Err(refuse("value", "ip", ""));
        }
        sqlx::query("UPDATE ip SET status = 2 WHERE id = ?")
            .bind(row)
            .execute(&mut *self.db)
            .await?;
        Ok(String::new())
    }

    /// `service.ip.del`: the row is gone.
    pub(super) async fn delete_address(&mut self) -> Done {
        self.is_meant()?;
        let (row, service, address) = self.address_row().await?;
        self.tell_gone(service, &address);
        sqlx::query("DELETE FROM ip WHERE id = ?")
            .bind(row)
            .execute(&mut *self.db)
            .await?;
        Ok(String::new())
    }

    fn tell_gone(&mut self, service: i64, address: &str) {
        if !address.is_empty() {
            self.facts
                .push(json!({"fact": "address", "item": service, "ip": address, "gone": true}));
        }
    }

    /// The row that `elid` names, the service whose add-on it belongs to, and the address in it.
    async fn address_row(&mut self) -> Result<(i64, i64, String), Trouble> {
        let row = self.id("elid")?;
        sqlx::query_as(
            "SELECT ip.id, CAST(addon.parent AS SIGNED), COALESCE(ip.name, '') FROM ip \
             JOIN item addon ON addon.id = ip.item WHERE ip.id = ?",
        )
        .bind(row)
        .fetch_optional(&mut *self.db)
        .await?
        .ok_or_else(|| refuse("missed", "ip", &row.to_string()))
    }
}
