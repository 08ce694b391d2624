//! Where the stand-in for mgrctl tells the judge what changes in BILLmanager.

use std::path::Path;
use std::sync::Arc;

use mock_dcim::{Fact, MockDcim};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

/// Listen at a path and pass on every fact, answering once the judge has heard it. Dropping the ear closes it.
#[derive(Debug)]
pub struct Ear(JoinHandle<()>);

impl Ear {
    /// Begin to listen.
    ///
    /// # Panics
    /// If there can be no socket at that path.
    pub fn open(path: &Path, judge: Arc<MockDcim>) -> Self {
        let listener = UnixListener::bind(path).expect("a socket");
        Self(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(hear(stream, judge.clone()));
            }
        }))
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn hear(mut stream: UnixStream, judge: Arc<MockDcim>) {
    let (reader, mut writer) = stream.split();
    let mut lines = BufReader::new(reader).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match serde_json::from_str::<Fact>(&line) {
            Ok(fact) => {
                judge.fact(fact);
                "heard\n".to_owned()
            }
            Err(error) => format!("{error}\n"),
        };
        if writer.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
