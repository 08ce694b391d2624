//! The BILLmanager that other tests run `pmdcim6` on, itself put to the test against the protocol's text.

mod driver;
mod panel;
mod reads;
mod services;
mod spoilt;

use std::process::{Command, Output};

use harness::{Host, Order};

/// A host with an instance, a tariff and one order.
struct Shop {
    host: Host,
    instance: u64,
    tariff: u64,
    item: u64,
}

impl Shop {
    async fn open() -> Option<Self> {
        let host = Host::start().await?;
        let data_center = host.data_center(1).await;
        let instance = host.connection().in_data_center(data_center);
        let instance = host.instance(&instance).await;
        let tariff = host.tariff("i9-9900K-64Gb-2x1024NVMe", &[instance]).await;
        let item = host.order(&Order::of(tariff)).await;
        Some(Self {
            host,
            instance,
            tariff,
            item,
        })
    }

    /// Call mgrctl as the module has to: XML, and an environment that is not ours.
    async fn mgrctl(&self, words: &str) -> Answer {
        self.mgrctl_with(words, &[]).await
    }

    /// Call mgrctl with secrets in the environment.
    async fn mgrctl_with(&self, words: &str, environment: &[(&str, &str)]) -> Answer {
        let mut command = Command::new(self.host.root.path("sbin/mgrctl"));
        command
            .args(["-m", "billmgr", "-o", "xml"])
            .args(words.split_whitespace())
            .env_clear()
            .envs(environment.iter().copied())
            .current_dir("/");
        run(command).await
    }
}

/// Run a program without stopping the judge, who listens on this thread.
async fn run(mut command: Command) -> Answer {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    Answer::from(output.await.unwrap())
}

/// What a program answered.
#[derive(Debug)]
struct Answer {
    code: Option<i32>,
    out: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
        }
    }
}

impl Answer {
    #[track_caller]
    fn is_ok(&self) {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert!(self.out.ends_with("<ok/></doc>\n"), "{self:?}");
    }

    /// An API error: a document, and exit 0 (section 6).
    #[track_caller]
    fn is_refused(&self, kind: &str, object: &str) {
        assert_eq!(self.code, Some(0), "{self:?}");
        let start = format!("<error type=\"{kind}\" object=\"{object}\"");
        assert!(self.out.contains(&start), "{self:?}");
        assert!(!self.out.contains("<ok/>"), "{self:?}");
    }

    /// A transport failure: another exit code, and no document.
    #[track_caller]
    fn is_broken(&self) {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert_eq!(self.out, "");
    }
}
