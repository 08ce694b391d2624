//! BILLmanager's database: one per host, on a server that may have others.

use std::fmt::Display;
use std::path::PathBuf;

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqlSafeStr};
use tokio::sync::{Mutex, MutexGuard};

use super::mariadb::Mariadb;

/// A database with BILLmanager's tables, and its two users.
#[derive(Debug)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// Who may only read: the module.
    pub reader: Account,
    /// Who may write: BILLmanager itself.
    pub writer: Account,
    /// The server's socket.
    pub socket: PathBuf,
    /// The server's port on 127.0.0.1, if it has one.
    pub port: Option<u16>,
    connection: Mutex<MySqlConnection>,
}

/// A user of a database.
#[derive(Debug, Clone)]
pub struct Account {
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
}

impl Database {
    /// Make a database with empty tables.
    ///
    /// # Panics
    /// If the server refuses: the schema is wrong then.
    pub async fn create(server: &Mariadb) -> Self {
        let number = server.next_database();
        let name = format!("billmgr{number}");
        let account = |role: &str| Account {
            name: format!("{role}{number}"),
            password: format!("{role}-db-password-{number}"),
        };
        let (reader, writer) = (account("reader"), account("writer"));
        let mut administrator = server.administrator().await.expect("MariaDB answers");
        // From the socket a client is `localhost`, from the port it is an address.
        let user = |account: &Account, rights: &str| {
            ["localhost", "127.0.0.1"].map(|place| {
                let Account { name: user, password } = account;
                format!(
                    "CREATE USER '{user}'@'{place}' IDENTIFIED BY '{password}'; GRANT {rights} ON {name}.* TO '{user}'@'{place}';"
                )
            })
        };
        let users = [
            user(&reader, "SELECT"),
            user(&writer, "SELECT, INSERT, UPDATE, DELETE"),
        ]
        .concat()
        .concat();
        let script = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4; {users} USE {name};");
        sqlx::raw_sql(AssertSqlSafe(script))
            .execute(&mut administrator)
            .await
            .expect("a database");
        sqlx::raw_sql(include_str!("schema.sql"))
            .execute(&mut administrator)
            .await
            .expect("BILLmanager's tables");
        sqlx::raw_sql(AssertSqlSafe(first_ids(number)))
            .execute(&mut administrator)
            .await
            .expect("first ids");
        let socket = server.socket();
        Self {
            connection: Mutex::new(connect(&socket, &name, &writer).await),
            port: server.port(),
            name,
            reader,
            writer,
            socket,
        }
    }

    /// Connect as the module does, which may only read.
    ///
    /// # Panics
    /// If the server does not answer.
    pub async fn as_reader(&self) -> MySqlConnection {
        connect(&self.socket, &self.name, &self.reader).await
    }

    /// Use BILLmanager's own connection.
    pub async fn line(&self) -> MutexGuard<'_, MySqlConnection> {
        self.connection.lock().await
    }

    /// Run a statement as BILLmanager; answers the id of the row it inserted.
    ///
    /// # Panics
    /// If the statement is wrong.
    pub async fn run(&self, statement: impl SqlSafeStr, values: &[&(dyn Display + Sync)]) -> u64 {
        let mut query = sqlx::query(statement);
        for value in values {
            query = query.bind(value.to_string());
        }
        query
            .execute(&mut *self.line().await)
            .await
            .expect("a statement")
            .last_insert_id()
    }
}

/// The ids of the protocol's transcript (section 10). `GET_LOCK` knows one set of names per server, so services of two databases must
/// not have the same: each database begins a thousand later.
fn first_ids(number: u32) -> String {
    let item = 204 + 1000 * number;
    [
        ("item", item),
        ("runningoperation", 551),
        ("ip", 88),
        ("pricelist", 31),
        ("processingmodule", 7),
    ]
    .map(|(table, id)| format!("ALTER TABLE {table} AUTO_INCREMENT = {id};"))
    .concat()
}

async fn connect(socket: &PathBuf, database: &str, account: &Account) -> MySqlConnection {
    let options = MySqlConnectOptions::new()
        .socket(socket)
        .username(&account.name)
        .password(&account.password)
        .database(database)
        .ssl_mode(MySqlSslMode::Disabled)
        .disable_statement_logging();
    MySqlConnection::connect_with(&options)
        .await
        .expect("MariaDB answers")
}
