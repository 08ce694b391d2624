//! Callers who wait for a log-in: what people met, as it is right (safety.md H row A, F44).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dcim6_client::*;
use serde_json::json;

use crate::scheduler::{Scheduler, VirtualClock};
use crate::support::{Act, EMAIL, PASSWORD, Script, error, ok, scripted, status};

const LOG_IN: &str = "auth_login";

fn row() -> Act {
    ok(json!({"id": 101}))
}

async fn get(client: &Client) -> Result<(), Error> {
    client.server(ServerId::new(101)).get().await.map(drop)
}

/// A script whose answers take their time.
#[derive(Clone, Debug)]
struct Slow {
    script: Script,
    clock: VirtualClock,
    takes: fn(&'static str) -> u64,
}

impl Transport for Slow {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        let takes = Duration::from_millis((self.takes)(request.operation));
        let sending = self.script.send(request);
        Box::pin(async move {
            self.clock.sleep(takes).await;
            sending.await
        })
    }
}

/// When work ended, in milliseconds, and how.
type End = (u64, Result<(), Error>);

/// Work of several callers at once, in virtual time.
struct Together {
    clock: VirtualClock,
    scheduler: Scheduler,
    client: Client,
    ended: Arc<Mutex<Vec<End>>>,
}

impl Together {
    fn new(script: &Script, limit: u64, takes: fn(&'static str) -> u64) -> Self {
        let clock = VirtualClock::default();
        let slow = Slow {
            script: script.clone(),
            clock: clock.clone(),
            takes,
        };
        let client = Client::builder("https://dcim.a.test")
            .credentials((EMAIL, PASSWORD))
            .transport(Arc::new(slow))
            .clock(Arc::new(clock.clone()))
            .request_timeout(Duration::from_millis(limit))
            .seed(7)
            .build()
            .unwrap();
        Self {
            scheduler: Scheduler::new(&clock, 7),
            clock,
            client,
            ended: Arc::default(),
        }
    }

    /// Adds work that begins after so many milliseconds and is dropped after so many.
    fn add<F: Future<Output = Result<(), Error>> + Send>(
        &mut self,
        begins: u64,
        dropped: Option<u64>,
        work: impl FnOnce(Client) -> F + Send + 'static,
    ) {
        let (client, ended, clock) = (self.client.clone(), self.ended.clone(), self.clock.clone());
        let dropped = dropped.map(Duration::from_millis);
        self.scheduler.add(dropped, async move {
            clock.sleep(Duration::from_millis(begins)).await;
            let result = work(client).await;
            let now = u64::try_from(clock.passed().as_millis()).unwrap();
            ended.lock().unwrap().push((now, result));
        });
    }

    /// How those who were not dropped ended, in the order in which they did.
    fn run(&mut self) -> Vec<End> {
        self.scheduler.run();
        std::mem::take(&mut self.ended.lock().unwrap())
    }
}

async fn read(client: Client) -> Result<(), Error> {
    get(&client).await
}

/// P6, P6b: a panel that cannot be reached. Twenty fail when one fails.
#[test]
fn many_fail_as_soon_as_one() {
    let ends = |callers: u64| {
        let refused = Act::Fail(TransportFailure::NotSent);
        let script = Script::default().log_ins(std::iter::repeat_n(refused, 4));
        let mut together = Together::new(&script, 30_000, |_| 1);
        for _ in 0..callers {
            together.add(0, None, read);
        }
        let ended = together.run();
        assert_eq!(script.names(), [LOG_IN; 4]);
        for (_, result) in &ended {
            let failed = result.as_ref().unwrap_err();
            assert!(failed.is_connect(), "{failed:?}");
            assert_eq!(
                (failed.delivery(), failed.attempts()),
                (Delivery::NotSent, 4)
            );
        }
        ended.into_iter().map(|(at, _)| at).collect::<Vec<_>>()
    };
    let one = ends(1)[0];
    assert_eq!(ends(20), vec![one; 20]);
}

/// P8: a panel that never answers a log-in.
#[test]
fn a_hanging_log_in_hangs_once_for_all() {
    let script = Script::default().log_ins(std::iter::repeat_n(Act::Silence, 4));
    let mut together = Together::new(&script, 300, |_| 1);
    for caller in 0..10 {
        together.add(caller * 20, None, read);
    }
    let ended = together.run();
    assert_eq!(script.names(), [LOG_IN; 4]);
    let last = ended.last().unwrap().0;
    assert!(ended.iter().all(|(at, _)| *at == last), "{ended:?}");
    assert!(last < 4 * 300 + 500 + 1_000 + 2_000, "{last}");
    assert!(
        ended
            .iter()
            .all(|(_, result)| result.as_ref().unwrap_err().is_timeout())
    );
}

/// P7, P7b: a good answer waits for nobody, so no limit around the call can lose it.
#[test]
fn an_accepted_call_does_not_wait_for_a_log_in() {
    let script = Script::new([
        row(),
        ok(json!({"id": 101, "operation": 5001})),
        error(401, 1000, "Session expired"),
        row(),
    ]);
    let mut together = Together::new(&script, 30_000, |name| match name {
        "server_install" => 1_000,
        LOG_IN => 5_000,
        _ => 1,
    });
    together.add(0, None, read);
    assert_eq!(together.run().len(), 1);
    let began = together.clock.passed().as_millis();
    let began = u64::try_from(began).unwrap();
    // Dropped after three seconds: the log-in takes longer than that.
    together.add(0, Some(3_000), |client| async move {
        let server = client.server(ServerId::new(101));
        let install = server
            .install(OsTemplateId::new(20))
            .password("x")
            .prepare(None)
            .unwrap();
        let started = install.send().await?;
        assert_eq!(started.operation_id(), Some(OperationId::new(5001)));
        Ok(())
    });
    together.add(10, None, read);
    let ended = together.run();
    let at: Vec<_> = ended
        .iter()
        .map(|(at, result)| (at - began, result.is_ok()))
        .collect();
    assert_eq!(at, [(1_000, true), (5_012, true)]);
}

/// P27: who goes before the answer does not make it unheard.
#[test]
fn a_cancelled_log_in_remembers_that_it_was_refused() {
    let refusal = error(401, 9401, "Authentication failed");
    let script = Script::default().log_ins(std::iter::repeat_n(refusal, 6));
    let mut together = Together::new(&script, 30_000, |_| 200);
    for caller in 0..6 {
        let begins = caller * 160;
        together.add(begins, Some(begins + 150), read);
    }
    let ended = together.run();
    assert_eq!(script.names(), [LOG_IN]);
    // The first one went too early; whoever came later heard at once, or within the time that was left.
    assert_eq!(ended.len(), 5);
    for (_, result) in ended {
        assert!(result.unwrap_err().is_login_refused());
    }
}

/// P46: a deadline holds in the queue too, for the one who leads and for those who follow.
#[test]
fn nobody_waits_for_a_log_in_beyond_his_deadline() {
    let script = Script::new([row(), row()]);
    let mut together = Together::new(
        &script,
        30_000,
        |name| if name == LOG_IN { 3_000 } else { 1 },
    );
    let hurried = |client: Client| async move {
        let until = client.clock().now() + Duration::from_millis(500);
        let retry = Retry::default().until(until);
        get(&client.with_retry(retry)).await
    };
    together.add(0, None, hurried);
    together.add(10, None, read);
    together.add(1_000, None, hurried);
    together.add(2_600, None, hurried);
    let ended = together.run();
    let at: Vec<_> = ended
        .iter()
        .map(|(at, result)| (*at, result.is_ok()))
        .collect();
    assert_eq!(
        at,
        [(500, false), (1_500, false), (3_001, true), (3_001, true)]
    );
    let late = ended[0].1.as_ref().unwrap_err();
    assert!(late.is_timeout());
    assert_eq!(
        (late.operation(), late.delivery()),
        (Some(LOG_IN), Delivery::NotSent)
    );
    assert_eq!(script.count(LOG_IN), 1);
}

#[tokio::test]
async fn nothing_is_sent_for_one_whose_time_has_passed() {
    let script = Script::default();
    let (client, clock) = scripted(&script);
    let retry = Retry::default().until(clock.now());
    let late = get(&client.with_retry(retry)).await.unwrap_err();
    assert_eq!(
        (late.is_timeout(), late.delivery()),
        (true, Delivery::NotSent)
    );
    assert!(script.sent().is_empty());
}

/// One try for each call is one try for its log-in, whoever else waits for it.
#[test]
fn one_who_wants_a_single_try_has_a_single_try() {
    let asleep = |count| Script::new([row()]).log_ins(std::iter::repeat_n(status(503), count));
    let script = asleep(3);
    let mut together = Together::new(&script, 30_000, |_| 10);
    let once = |client: Client| async move { get(&client.with_retry(Retry::never())).await };
    together.add(0, None, once);
    together.add(1, None, read);
    together.add(300, None, once);
    let ended = together.run();
    let at: Vec<_> = ended
        .iter()
        .map(|(at, result)| (*at, result.is_ok()))
        .collect();
    // Asked again every half second: the third caller came in the pause, and the next try is his.
    assert_eq!(at, [(10, false), (520, false), (1_550, true)]);
    assert!(
        ended
            .iter()
            .take(2)
            .all(|(_, result)| result.as_ref().unwrap_err().is_asleep())
    );

    // Alone, nobody goes on with it after him.
    let script = asleep(2);
    let mut together = Together::new(&script, 30_000, |_| 10);
    together.add(0, None, once);
    together.add(1_000, None, once);
    assert!(together.run().iter().all(|(_, result)| result.is_err()));
    assert_eq!(script.count(LOG_IN), 2);
}
