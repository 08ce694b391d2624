//! A private MariaDB: on a socket in a temporary directory, with nothing of the machine's own in it.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::OnceCell;

use super::real_parts;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);
/// Where packages put the program, besides `PATH`.
const PROGRAMS: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec"];
/// Where packages put the tables that a server needs to know its users, under the older and the newer name.
const TABLES: [&str; 4] = [
    "/usr/share/mysql/mysql",
    "/usr/share/mysql/mariadb",
    "/usr/share/mariadb/mysql",
    "/usr/share/mariadb/mariadb",
];

/// The server ends with whoever holds this pipe, even if he is killed, and takes its directory along.
const GUARD: &str = r#"trap "" INT; dir=$1; shift; "$@" </dev/null >"$dir/log" 2>&1 & server=$!
read -r _; kill -9 $server; wait $server; rm -rf "$dir""#;

/// A running server, and the administrator's way in. It ends when it is dropped, or when this process ends.
#[derive(Debug)]
pub struct Mariadb {
    directory: PathBuf,
    port: Option<u16>,
    guard: Child,
    databases: AtomicU32,
}

static SHARED: OnceCell<Option<Mariadb>> = OnceCell::const_new();

impl Mariadb {
    /// Give the server that all tests of a binary share, each with a database of its own. `None` where MariaDB is not installed.
    ///
    /// `GET_LOCK` knows one set of names per server: services of two databases must not have the same id.
    pub async fn shared() -> Option<&'static Self> {
        SHARED
            .get_or_init(|| async { Self::start(false).await })
            .await
            .as_ref()
    }

    /// Start a server for one test alone; with `networking` on a free port of 127.0.0.1 too. `None` where MariaDB is not installed.
    ///
    /// # Panics
    /// If MariaDB is installed and does not start, or if it is not and has to be.
    pub async fn start(networking: bool) -> Option<Self> {
        let Some((program, scripts)) = installed() else {
            real_parts::leave_out("MariaDB");
            return None;
        };
        let directory = tempfile::Builder::new()
            .prefix("dcim6-mariadb-")
            .tempdir()
            .expect("a temporary directory");
        bootstrap(&program, &scripts, directory.path());
        let directory = directory.keep();
        let port = networking.then(free_port);
        let guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(&directory)
            .arg(&program)
            .args(options(&directory))
            .args(match port {
                Some(port) => vec![
                    "--bind-address=127.0.0.1".to_owned(),
                    format!("--port={port}"),
                ],
                None => vec!["--skip-networking".to_owned()],
            })
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let server = Self {
            directory,
            port,
            guard,
            databases: AtomicU32::new(0),
        };
        server.wait_until_ready().await;
        Some(server)
    }

    /// Give the path of its socket.
    pub fn socket(&self) -> PathBuf {
        self.directory.join("socket")
    }

    /// Give its port, if it has one.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Give the number of the next database, from 1.
    pub(super) fn next_database(&self) -> u32 {
        1 + self.databases.fetch_add(1, Ordering::Relaxed)
    }

    /// Connect as the administrator, to no database.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn administrator(&self) -> Result<MySqlConnection, sqlx::Error> {
        let options = MySqlConnectOptions::new()
            .socket(self.socket())
            .username("root")
            .ssl_mode(MySqlSslMode::Disabled)
            .disable_statement_logging();
        MySqlConnection::connect_with(&options).await
    }

    async fn wait_until_ready(&self) {
        let begun = Instant::now();
        while let Err(error) = self.administrator().await {
            assert!(
                begun.elapsed() < PATIENCE,
                "MariaDB does not answer: {error}\n{}",
                std::fs::read_to_string(self.directory.join("log")).unwrap_or_default()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Mariadb {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// The program, and the two scripts that make its tables.
fn installed() -> Option<(PathBuf, [String; 2])> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program = std::env::split_paths(&path)
        .chain(PROGRAMS.map(PathBuf::from))
        .map(|directory| directory.join("mariadbd"))
        .find(|program| program.exists())?;
    let scripts = TABLES
        .map(|start| ["tables", "tables_data"].map(|rest| format!("{start}_system_{rest}.sql")))
        .into_iter()
        .find(|scripts| scripts.iter().all(|script| Path::new(script).exists()))?;
    Some((program, scripts))
}

/// What both the first and the later start say: small, and with nothing that has to survive a power cut.
fn options(directory: &Path) -> Vec<String> {
    let place = |name: &str, file: &str| format!("--{name}={}", directory.join(file).display());
    let mut options = vec![
        "--no-defaults".to_owned(),
        place("datadir", "data"),
        place("socket", "socket"),
        place("pid-file", "pid"),
        // A server that starts clears the directory of temporary tables, and /tmp may have another server's.
        place("tmpdir", "tmp"),
    ];
    options.extend(
        [
            "--skip-log-bin",
            "--skip-name-resolve",
            "--performance-schema=off",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-doublewrite=0",
            "--innodb-file-per-table=0",
            "--innodb-log-file-size=4M",
            "--innodb-buffer-pool-size=16M",
            "--aria-pagecache-buffer-size=1M",
            "--key-buffer-size=1M",
            "--character-set-server=utf8mb4",
        ]
        .map(str::to_owned),
    );
    // It refuses to run as root unless told to.
    if rustix::process::geteuid().is_root() {
        options.push("--user=root".to_owned());
    }
    options
}

/// Make the tables of users and rights. `mariadb-install-db` does this too, and much that takes longer than a test may.
fn bootstrap(program: &Path, scripts: &[String; 2], directory: &Path) {
    for place in ["data/mysql", "tmp"] {
        std::fs::create_dir_all(directory.join(place)).expect("a temporary directory");
    }
    let mut script = b"USE mysql;\n".to_vec();
    for name in scripts {
        script.extend(std::fs::read(name).expect("MariaDB's own script"));
    }
    let log = std::fs::File::create(directory.join("log")).expect("a temporary directory");
    let mut child = Command::new(program)
        .args(options(directory))
        .arg("--bootstrap")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("MariaDB runs");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(&script).expect("MariaDB reads its script");
    drop(input);
    let status = child.wait().expect("MariaDB ends");
    assert!(
        status.success(),
        "MariaDB made no tables: {}",
        std::fs::read_to_string(directory.join("log")).unwrap_or_default()
    );
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a loopback port")
        .port()
}
