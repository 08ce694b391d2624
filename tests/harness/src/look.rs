//! Reads back what stands in BILLmanager.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::PrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use sqlx::SqlSafeStr;

use super::Host;

/// A running operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRow {
    /// Its id.
    pub id: u64,
    /// The service.
    pub item: u64,
    /// The command.
    pub command: String,
    /// 1 in the first run.
    pub tries: u64,
    /// Whether only staff run it again.
    pub manual: bool,
    /// What went wrong last.
    pub errorxml: Option<String>,
}

/// A task for the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Its id.
    pub id: u64,
    /// The kind: `simple` for one of `task.simple.create`.
    pub kind: String,
    /// The service.
    pub item: Option<u64>,
    /// The running operation.
    pub operation: Option<u64>,
    /// What it says.
    pub params: String,
    /// 0 open, 1 in work, 2 closed.
    pub status: u8,
}

/// A problem at the top of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRow {
    /// Its name.
    pub name: String,
    /// The parameter `id` of the call.
    pub object: String,
    /// Its other parameters, `name=value` per line.
    pub params: String,
}

/// An address row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotRow {
    /// Its id.
    pub id: u64,
    /// The address; empty in an empty slot.
    pub address: String,
    /// 1 empty, 5 filled and not committed, 2 counts.
    pub status: u8,
    /// The netmask.
    pub mask: String,
    /// The gateway.
    pub gateway: String,
    /// The domain name.
    pub domain: String,
}

impl Host {
    /// Read the status of a service (8.1).
    ///
    /// # Panics
    /// If there is no such service.
    pub async fn status(&self, item: u64) -> u8 {
        let status: i32 = sqlx::query_scalar("SELECT status FROM item WHERE id = ?")
            .bind(item)
            .fetch_one(&mut *self.database.line().await)
            .await
            .expect("a service");
        u8::try_from(status).expect("a status")
    }

    /// Read the plain parameters of a service.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn parameters(&self, item: u64) -> BTreeMap<String, String> {
        let sql = "SELECT intname, COALESCE(value, '') FROM itemparam WHERE item = ?";
        self.pairs(sql, item).await
    }

    /// Read the crypted parameters of a service, decrypted.
    ///
    /// # Panics
    /// If one of them was not encrypted with this host's key.
    pub async fn secrets(&self, item: u64) -> BTreeMap<String, String> {
        let sql = "SELECT intname, COALESCE(value, '') FROM itemcryptedparam WHERE item = ?";
        let crypted = self.pairs(sql, item).await;
        crypted
            .into_iter()
            .map(|(name, value)| (name, self.decrypt(&value)))
            .collect()
    }

    /// Read the server that a service is bound to.
    pub async fn server(&self, item: u64) -> Option<u64> {
        self.parameters(item)
            .await
            .get("dcim6_server")
            .and_then(|server| server.parse().ok())
    }

    /// Read a running operation; `None` once it is finished.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn operation(&self, operation: u64) -> Option<OperationRow> {
        type Row = (i32, i32, String, i32, String, Option<String>);
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, item, intname, trycount, manual, errorxml FROM runningoperation WHERE id = ?",
        )
        .bind(operation)
        .fetch_optional(&mut *self.database.line().await)
        .await
        .expect("a statement");
        row.map(
            |(id, item, command, tries, manual, errorxml)| OperationRow {
                id: unsigned(id),
                item: unsigned(item),
                command,
                tries: unsigned(tries),
                manual: manual == "on",
                errorxml,
            },
        )
    }

    /// Read all tasks, oldest first.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn tasks(&self) -> Vec<TaskRow> {
        type Row = (i32, String, Option<i32>, Option<i32>, String, i32);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, type, item, runningoperation, COALESCE(params, ''), status FROM task ORDER BY id",
        )
        .fetch_all(&mut *self.database.line().await)
        .await
        .expect("a statement");
        let task = |(id, kind, item, operation, params, status): Row| TaskRow {
            id: unsigned(id),
            kind,
            item: item.map(unsigned),
            operation: operation.map(unsigned),
            params,
            status: u8::try_from(status).expect("a status"),
        };
        rows.into_iter().map(task).collect()
    }

    /// Read all problems, oldest first.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn problems(&self) -> Vec<ProblemRow> {
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT name, object, params FROM problem ORDER BY id")
                .fetch_all(&mut *self.database.line().await)
                .await
                .expect("a statement");
        rows.into_iter()
            .map(|(name, object, params)| ProblemRow {
                name,
                object,
                params,
            })
            .collect()
    }

    /// Read the address rows of a service, by id.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn slots(&self, item: u64) -> Vec<SlotRow> {
        type Row = (i32, String, i32, String, String, String);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT ip.id, COALESCE(ip.name, ''), ip.status, COALESCE(ip.mask, ''), COALESCE(ip.gateway, ''), \
             COALESCE(ip.domain, '') FROM ip JOIN item addon ON addon.id = ip.item WHERE addon.parent = ? ORDER BY ip.id",
        )
        .bind(item)
        .fetch_all(&mut *self.database.line().await)
        .await
        .expect("a statement");
        let slot = |(id, address, status, mask, gateway, domain): Row| SlotRow {
            id: unsigned(id),
            address,
            status: u8::try_from(status).expect("a status"),
            mask,
            gateway,
            domain,
        };
        rows.into_iter().map(slot).collect()
    }

    /// Read the configuration that `processing.setconfig` stored.
    ///
    /// # Panics
    /// If there is no such instance.
    pub async fn config(&self, instance: u64) -> Option<String> {
        sqlx::query_scalar("SELECT config FROM processingmodule WHERE id = ?")
            .bind(instance)
            .fetch_one(&mut *self.database.line().await)
            .await
            .expect("an instance")
    }

    /// Read the values of an order parameter (`ostempl`, `recipe`) that an instance offers.
    ///
    /// # Panics
    /// If the database does not answer.
    pub async fn offered(&self, instance: u64, parameter: &str) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT v.intname FROM processingmodule2itemtypeparamvalue l \
             JOIN itemtypeparamvalue v ON v.id = l.itemtypeparamvalue JOIN itemtypeparam p ON p.id = v.itemtypeparam \
             WHERE l.processingmodule = ? AND p.intname = ? ORDER BY v.intname",
        )
        .bind(instance)
        .bind(parameter)
        .fetch_all(&mut *self.database.line().await)
        .await
        .expect("a statement")
    }

    /// Decrypt with this host's key; empty stays empty.
    ///
    /// # Panics
    /// If it was not encrypted with that.
    pub fn decrypt(&self, crypted: &str) -> String {
        if crypted.is_empty() {
            return String::new();
        }
        let key = PrivateKey::from_pkcs8_pem(&self.root.read("etc/billmgr.pem")).expect("a key");
        let crypted = STANDARD.decode(crypted).expect("base64");
        let text = key.pkcs1v15_decrypt(&crypted).expect("our key");
        String::from_utf8(text).expect("a text")
    }

    async fn pairs(&self, sql: impl SqlSafeStr, id: u64) -> BTreeMap<String, String> {
        let rows: Vec<(String, String)> = sqlx::query_as(sql)
            .bind(id)
            .fetch_all(&mut *self.database.line().await)
            .await
            .expect("a statement");
        rows.into_iter().collect()
    }
}

/// An id as the rest of the project writes it.
fn unsigned(id: i32) -> u64 {
    u64::try_from(id).expect("an id")
}
