//! BILLmanager's background job (`billmanager-protocol.md` 11).

use mock_dcim::Fact;
use tokio::process::Command;

use super::Host;
use super::job::Job;
use super::process::{Ran, Running};

impl Host {
    /// Start BILLmanager: it asks the module for its features, and has the module repair itself if it gets no answer.
    /// Answers the last try. Spawning anything else does this first.
    ///
    /// # Panics
    /// If there is no `make` where the module has a Makefile.
    pub async fn features(&self) -> Ran {
        let features = || async {
            Running::spawn(self, Job::command("features"))
                .await
                .wait()
                .await
        };
        let there = self.root.path("processing/pmdcim6").exists();
        if there {
            let ran = features().await;
            if ran.code == Some(0) {
                return ran;
            }
        }
        if self.root.path("src/pmdcim6/Makefile").exists() {
            let status = Command::new("make")
                .arg("-s")
                .arg("-C")
                .arg(self.root.path("src/pmdcim6"))
                .arg("install-only")
                .status()
                .await;
            status.expect("make runs");
        }
        features().await
    }

    /// Spawn a command; wait for it with [`Running::wait`].
    ///
    /// # Panics
    /// If the module does not even tell its features.
    pub async fn spawn(&self, job: Job) -> Running<'_> {
        let boot = || async {
            let ran = self.features().await;
            assert_eq!(ran.code, Some(0), "no features: {ran:?}");
        };
        self.booted.get_or_init(boot).await;
        if let Some((item, operation, run)) = job.run {
            let command = job.command.clone();
            self.mock.fact(Fact::Begin {
                item,
                operation,
                run,
                command,
            });
        }
        Running::spawn(self, job).await
    }

    /// Spawn a command and wait until it ends.
    pub async fn command(&self, job: Job) -> Ran {
        self.spawn(job).await.wait().await
    }

    /// Let the client pay: status 5, and `open` waits to be run. Answers the operation.
    pub async fn pay(&self, item: u64) -> u64 {
        self.set_status(item, 5).await;
        self.begin("open", item).await
    }

    /// Begin an operation; nothing runs yet. Answers its id.
    pub async fn begin(&self, command: &str, item: u64) -> u64 {
        let sql = "INSERT INTO runningoperation (intname, item) VALUES (?, ?)";
        self.database.run(sql, &[&command, &item]).await
    }

    /// End an operation that no completing call ends.
    pub async fn finish(&self, operation: u64) {
        let sql = "DELETE FROM runningoperation WHERE id = ?";
        self.database.run(sql, &[&operation]).await;
    }

    /// Set the status of a service, as staff can.
    pub async fn set_status(&self, item: u64, status: u8) {
        let sql = "UPDATE item SET status = ? WHERE id = ?";
        self.database.run(sql, &[&status, &item]).await;
        self.mock.fact(Fact::Status { item, status });
    }

    /// Describe the next run of an operation, which counts from then on: the first has trycount 1, each later one more.
    ///
    /// # Panics
    /// If the operation is finished.
    pub async fn next_run(&self, operation: u64) -> Job {
        let sql = "UPDATE runningoperation SET trycount = trycount + IF(began = 'on', 1, 0), began = 'on' WHERE id = ?";
        self.database.run(sql, &[&operation]).await;
        let row = self
            .operation(operation)
            .await
            .expect("a waiting operation");
        let mut job = Job::command(&row.command)
            .item(row.item)
            .operation(operation);
        job.run = Some((row.item, operation, row.tries));
        job.seed(operation * 100 + row.tries)
    }

    /// Run an operation once.
    ///
    /// # Panics
    /// If the operation is finished.
    pub async fn run(&self, operation: u64) -> Ran {
        let job = self.next_run(operation).await;
        self.command(job).await
    }

    /// Begin an operation, `open` by letting the client pay, and run it once. Answers the operation too.
    pub async fn once(&self, command: &str, item: u64) -> (u64, Ran) {
        let operation = match command {
            "open" => self.pay(item).await,
            _ => self.begin(command, item).await,
        };
        (operation, self.run(operation).await)
    }

    /// Run an operation until it is finished or manual, pausing in between. Answers the last run; none if there was nothing to run.
    pub async fn until_done(&self, operation: u64) -> Option<Ran> {
        let mut last = None;
        while self
            .operation(operation)
            .await
            .is_some_and(|row| !row.manual)
        {
            if last.is_some() {
                tokio::time::sleep(self.retry_after).await;
            }
            last = Some(self.run(operation).await);
        }
        last
    }

    /// Let staff start a manual operation again: `task.start`. Answers the run.
    ///
    /// # Panics
    /// If the operation is finished or was never given to staff.
    pub async fn task_start(&self, operation: u64) -> Ran {
        let row = self
            .operation(operation)
            .await
            .expect("a waiting operation");
        assert!(row.manual, "operation {operation} is automatic");
        self.run(operation).await
    }

    /// Reconcile a service: `sync_item`, which has no operation.
    pub async fn sync(&self, item: u64) -> Ran {
        self.command(Job::command("sync_item").item(item).seed(item))
            .await
    }
}
