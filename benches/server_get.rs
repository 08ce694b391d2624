//! One server read through the SDK: over HTTP as a user has it, and in process, where only the SDK and the mock remain.
//!
//! `scripts/bench sdk`; compare lines of one run only.
#![expect(clippy::expect_used, reason = "a benchmark may fail loudly")]

use std::sync::Arc;

use dcim6_client::{Client, ServerId};
use divan::Bencher;
use mock_dcim::MockDcim;
use standin::InProcess;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// A runtime, a mock and a client with a session.
fn logged_in(in_process: bool) -> (Runtime, Arc<MockDcim>, Client) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (mock, client) = runtime.block_on(async {
        let mock = Arc::new(MockDcim::start().await.expect("a loopback port"));
        let mut builder = Client::builder(mock.url()).credentials(mock.admin());
        if in_process {
            builder = builder.transport(Arc::new(InProcess(mock.clone())));
        }
        let client = builder.build().expect("a loopback URL");
        client
            .auth()
            .login()
            .await
            .expect("the mock's own administrator");
        (mock, client)
    });
    (runtime, mock, client)
}

#[divan::bench(args = [false, true])]
fn server_get(bencher: Bencher, in_process: bool) {
    let (runtime, _mock, client) = logged_in(in_process);
    let server = client.server(ServerId::new(1));
    bencher.bench_local(|| runtime.block_on(server.get()).expect("server 1"));
}
