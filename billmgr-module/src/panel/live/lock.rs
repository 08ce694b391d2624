//! MariaDB's named locks, each on a connection of its own (`billmanager-protocol.md` Q12; safety.md E1).

use async_trait::async_trait;
use sqlx::mysql::MySqlConnection;
use tokio::sync::Mutex;

use super::database::{Bind, Database, Statements};
use super::row::Columns;
use crate::error::Error;
use crate::panel::Lock;

/// A lock that lives as long as its connection: MariaDB gives it back when the connection ends, however that comes.
struct LiveLock {
    name: String,
    connection: Mutex<MySqlConnection>,
    statements: Statements,
}

/// Take a lock without waiting; whoever waits asks again.
///
/// # Errors
/// `db`.
pub async fn try_take(database: &Database, name: &str) -> Result<Option<Box<dyn Lock>>, Error> {
    let mut connection = database.connect().await?;
    let statements = database.statements().clone();
    let sql = "SELECT GET_LOCK(?,0) AS n";
    if !says_yes(&statements, &mut connection, sql, name).await? {
        return Ok(None);
    }
    Ok(Some(Box::new(LiveLock {
        name: name.to_owned(),
        connection: Mutex::new(connection),
        statements,
    })))
}

#[async_trait]
impl Lock for LiveLock {
    async fn is_held(&self) -> Result<bool, Error> {
        let mut connection = self.connection.lock().await;
        let sql = "SELECT IS_USED_LOCK(?)=CONNECTION_ID() AS n";
        says_yes(&self.statements, &mut connection, sql, &self.name).await
    }
}

async fn says_yes(
    statements: &Statements,
    connection: &mut MySqlConnection,
    sql: &'static str,
    name: &str,
) -> Result<bool, Error> {
    let rows = statements
        .select(connection, sql, &[Bind::Text(name)])
        .await?;
    let answer = rows.first().map(|row| row.some_number("n")).transpose()?;
    Ok(answer.flatten() == Some(1))
}
