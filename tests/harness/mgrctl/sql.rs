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
    Ok(MySqlConnection::connect_with(&options).await?)
}
