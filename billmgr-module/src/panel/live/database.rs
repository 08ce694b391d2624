//! BILLmanager's MariaDB: prepared SELECTs and named locks, nothing else (`billmanager-protocol.md` 8).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use dcim6_client::Clock;
use secrecy::{ExposeSecret, SecretString};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow};
use sqlx::{ConnectOptions, SqlSafeStr};
use tokio::sync::{Mutex, OnceCell};

use super::mgrctl::Mgrctl;
use super::row::Columns;
use crate::error::{Error, ErrorKind};
use crate::interrupt::Interrupt;
use crate::names;
use crate::panel::Call;

/// How long one statement may take. None of ours waits for a lock.
const LIMIT: Duration = Duration::from_secs(30);

/// Where the database is, as BILLmanager's own `paramlist` says.
pub struct Settings {
    host: String,
    socket: String,
    user: String,
    password: SecretString,
    name: String,
    /// The file of BILLmanager's private key, which may be relative to its root directory.
    pub crypt_key: String,
}

/// Where Debian and its kin, and Red Hat and its kin, have the socket.
const SOCKETS: [&str; 2] = ["/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock"];

impl Settings {
    /// The socket to use: the named one; for this host itself, as MariaDB's own clients do, one in the usual places.
    fn socket(&self) -> Option<&Path> {
        if !self.socket.is_empty() {
            return Some(Path::new(&self.socket));
        }
        let usual = SOCKETS.iter().map(Path::new);
        usual
            .filter(|_| self.host == "localhost")
            .find(|path| path.exists())
    }
}

/// Split `host:port`; an address of IPv6 has more colons than that.
fn host_and_port(text: &str) -> (&str, u16) {
    let parts = text.split_once(':').filter(|(_, port)| !port.contains(':'));
    match parts.map(|(host, port)| (host, port.parse())) {
        Some((host, Ok(port))) => (host, port),
        _ => (text, 3306),
    }
}

/// Connect to the first address of a host that answers. The library gets no name: it would ask the C library for it.
async fn over_tcp(
    options: &MySqlConnectOptions,
    host: &str,
) -> Result<MySqlConnection, sqlx::Error> {
    let mut failure = std::io::Error::from(std::io::ErrorKind::NotFound).into();
    for address in names::addresses(host).await? {
        let options = options.clone().host(&address.to_string());
        match options.connect().await {
            Err(error @ sqlx::Error::Io(_)) => failure = error,
            answered => return answered,
        }
    }
    Err(failure)
}

/// A value for a placeholder of a prepared statement.
#[derive(Debug, Clone, Copy)]
pub enum Bind<'a> {
    /// A whole number.
    Id(u64),
    /// Text.
    Text(&'a str),
}

/// Runs statements: within a limit, and only while the process may.
#[derive(Debug, Clone)]
pub struct Statements {
    clock: Arc<dyn Clock>,
    interrupt: Interrupt,
}

/// The database, opened when it is first asked.
pub struct Database {
    mgrctl: Arc<Mgrctl>,
    statements: Statements,
    settings: OnceCell<Settings>,
    /// The connection for reads. Locks have one each.
    reader: Mutex<Option<MySqlConnection>>,
}

impl Database {
    /// Read the database that `mgrctl` tells of.
    pub fn new(mgrctl: Arc<Mgrctl>, clock: Arc<dyn Clock>, interrupt: Interrupt) -> Self {
        Self {
            mgrctl,
            statements: Statements { clock, interrupt },
            settings: OnceCell::new(),
            reader: Mutex::new(None),
        }
    }

    /// Ask BILLmanager, once a process, where its database is.
    ///
    /// # Errors
    /// `process` if mgrctl cannot be asked.
    pub async fn settings(&self) -> Result<&Settings, Error> {
        self.settings
            .get_or_try_init(|| async {
                let answer = self.mgrctl.run(&Call::new("paramlist")).await;
                let mut fields = answer
                    .map_err(|error| {
                        Error::new(ErrorKind::Process, "paramlist", error.to_string())
                    })?
                    .fields;
                let mut take = |name: &str| fields.remove(name).unwrap_or_default();
                let some = |text: String, default: &str| {
                    if text.is_empty() {
                        default.to_owned()
                    } else {
                        text
                    }
                };
                Ok(Settings {
                    host: some(take("DBHost"), "localhost"),
                    socket: take("DBSocket"),
                    user: take("DBUser"),
                    password: take("DBPassword").into(),
                    name: some(take("DBName"), "billmgr"),
                    crypt_key: some(take("CryptKey"), "etc/billmgr.pem"),
                })
            })
            .await
    }

    /// Open a connection. It never opens itself again: a lock must not be lost unnoticed (E1).
    ///
    /// # Errors
    /// `db`, object `connect`.
    pub async fn connect(&self) -> Result<MySqlConnection, Error> {
        let settings = self.settings().await?;
        let options = MySqlConnectOptions::new()
            .username(&settings.user)
            .password(settings.password.expose_secret())
            .database(&settings.name)
            .ssl_mode(sqlx::mysql::MySqlSslMode::Disabled)
            // Only statements of ours run here, and none depends on what these would change.
            .pipes_as_concat(false)
            .no_engine_substitution(false)
            .timezone(None);
        let Some(socket) = settings.socket() else {
            let (host, port) = host_and_port(&settings.host);
            let options = options.port(port);
            let work = over_tcp(&options, host);
            return self.statements.within_limit("connect", work).await;
        };
        let options = options.socket(socket);
        self.statements
            .within_limit("connect", options.connect())
            .await
    }

    /// How statements are run on a connection of the caller's.
    pub fn statements(&self) -> &Statements {
        &self.statements
    }

    /// Run a SELECT. A read whose connection broke is repeated once, on a new one.
    ///
    /// # Errors
    /// `db`; nothing was changed.
    pub async fn rows(
        &self,
        sql: &'static str,
        binds: &[Bind<'_>],
    ) -> Result<Vec<MySqlRow>, Error> {
        let mut reader = self.reader.lock().await;
        let used = reader.take();
        let is_fresh = used.is_none();
        let mut connection = match used {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let mut answer = self.statements.select(&mut connection, sql, binds).await;
        if answer.is_err() && !is_fresh {
            connection = self.connect().await?;
            answer = self.statements.select(&mut connection, sql, binds).await;
        }
        let rows = answer?;
        *reader = Some(connection);
        Ok(rows)
    }

    /// Run a `SELECT COUNT(*) AS n` with one number in it.
    ///
    /// # Errors
    /// As [`Database::rows`].
    pub async fn count(&self, sql: &'static str, id: u64) -> Result<u64, Error> {
        let rows = self.rows(sql, &[Bind::Id(id)]).await?;
        rows.first().map_or(Ok(0), |row| row.number("n"))
    }
}

impl Statements {
    /// Run a SELECT on a connection of the caller's.
    ///
    /// # Errors
    /// `db`; the connection is of no more use.
    pub async fn select(
        &self,
        connection: &mut MySqlConnection,
        sql: &'static str,
        binds: &[Bind<'_>],
    ) -> Result<Vec<MySqlRow>, Error> {
        let mut query = sqlx::query(sql.into_sql_str());
        for bind in binds {
            query = match bind {
                Bind::Id(id) => query.bind(*id),
                Bind::Text(text) => query.bind(*text),
            };
        }
        self.within_limit("select", query.fetch_all(connection))
            .await
    }

    async fn within_limit<T>(
        &self,
        what: &'static str,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, Error> {
        match self.interrupt.pass(self.clock.limit(LIMIT, work)).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(Error::new(ErrorKind::Db, what, error.to_string())),
            Err(_) => Err(Error::new(ErrorKind::Db, what, "no answer within 30 s")),
        }
    }
}
