//! The line to the database.

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::{ConnectOptions, Connection};

use crate::answer::Trouble;
use crate::settings::Settings;

/// Connect as BILLmanager itself, which may write.
pub async fn connect(settings: &Settings) -> Result<MySqlConnection, Trouble> {
    let options = MySqlConnectOptions::new()
        .socket(settings.get("OwnSocket"))
        .username(settings.get("OwnUser"))
        .password(settings.get("OwnPassword"))
        .database(settings.get("DBName"))
        .ssl_mode(MySqlSslMode::Disabled)
        .disable_statement_logging();
    let mut connection = MySqlConnection::connect_with(&options).await?;
    // Calls for different services come side by side, and do not lock each other's gaps.
    sqlx::raw_sql("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        .execute(&mut connection)
        .await?;
    Ok(connection)
}
