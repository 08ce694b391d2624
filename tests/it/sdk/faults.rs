//! What the SDK promises about each fault of an exchange (safety.md C), on a real socket: what it repeats, and what it says of the effect (H).

use std::collections::BTreeSet;
use std::time::Duration;

use dcim6_client::{Class, Delivery, ENDPOINTS, Error, ErrorKind};
use mock_dcim::{FaultRule, MockDcim};
use serde_json::{Map, Value, json};

use super::calls::{ASKED_OFTEN, Call, ONCE, READ, SERVER};
use super::{Bench, calls};

/// One fault: how it is set up, and whether the call has its effect all the same.
struct Fault {
    effect: &'static str,
    params: Value,
    applied: bool,
    /// What a class X call ends as; none if it succeeds in the end.
    kind: Option<fn(&Error) -> bool>,
    delivery: Delivery,
}

fn faults() -> Vec<Fault> {
    use Delivery::{Answered, Unknown};
    type Kind = fn(&Error) -> bool;
    let broken: Kind = |error| *error.kind() == ErrorKind::Interrupted;
    let server: Kind = |error| *error.kind() == ErrorKind::Server;
    let rejected: Kind = |error| *error.kind() == ErrorKind::Rejected;
    let redirected: Kind = |error| *error.kind() == ErrorKind::Redirect;
    let rows: [(&str, Value, bool, Option<Kind>, Delivery); 18] = [
        ("reset_no_effect", json!({}), false, Some(broken), Unknown),
        ("reset_after", json!({}), true, Some(broken), Unknown),
        (
            "timeout_after",
            json!({}),
            true,
            Some(Error::is_timeout),
            Unknown,
        ),
        (
            "drip",
            json!({"ms": 200}),
            true,
            Some(Error::is_timeout),
            Unknown,
        ),
        ("truncated", json!({}), true, Some(broken), Unknown),
        ("bad_json", json!({}), true, Some(Error::is_decode), Unknown),
        ("503_n", json!({}), false, Some(Error::is_asleep), Unknown),
        (
            "503_after",
            json!({}),
            true,
            Some(Error::is_asleep),
            Unknown,
        ),
        (
            "429",
            json!({}),
            false,
            Some(Error::is_rate_limited),
            Unknown,
        ),
        ("500_after", json!({}), true, Some(server), Unknown),
        (
            "conflict",
            json!({}),
            false,
            Some(Error::is_conflict),
            Answered,
        ),
        ("200_error", json!({}), false, Some(rejected), Answered),
        (
            "redirect",
            json!({"status": 307}),
            false,
            Some(redirected),
            Unknown,
        ),
        (
            "oversized",
            json!({}),
            true,
            Some(Error::is_decode),
            Unknown,
        ),
        ("auth", json!({"kind": "401"}), false, None, Answered),
        (
            "auth",
            json!({"kind": "403"}),
            false,
            Some(Error::is_forbidden),
            Answered,
        ),
        ("auth", json!({"kind": "1000"}), false, None, Answered),
        ("auth", json!({"kind": "dead"}), false, None, Answered),
    ];
    let faults = rows.map(|(effect, params, applied, kind, delivery)| Fault {
        effect,
        params,
        applied,
        kind,
        delivery,
    });
    faults.into()
}

impl Fault {
    fn rule(&self, operation: &str) -> FaultRule {
        let mut rule = FaultRule::new(operation, self.effect);
        rule.params = self.params.as_object().cloned().unwrap_or_else(Map::new);
        rule
    }

    /// No later try changes the answer.
    fn is_final(&self) -> bool {
        // Code 3001 speaks of rights, not of the session.
        let closed = self.params["kind"] == "403";
        closed || matches!(self.effect, "conflict" | "200_error" | "redirect")
    }
}

/// What came of one call: its end, how often it was sent, and how often it had its effect.
struct Played {
    result: Result<(), Error>,
    sent: usize,
    effects: usize,
    log_ins: usize,
    name: String,
}

/// Play a rule on a call, in a world of its own.
async fn play(call: &Call, rule: FaultRule) -> Played {
    let (bench, dcim) = calls::ready(MockDcim::builder(), call).await;
    let name = format!("{} {:?} on {}", rule.effect, rule.params, call.operation);
    bench.mock.fault(rule).unwrap();
    let before = (call.effects)(&bench.mock);
    let sent = bench.asked(call.operation);
    let log_ins = bench.asked("auth_login");
    let result = (call.send)(&dcim).await;
    Played {
        result,
        sent: bench.asked(call.operation) - sent,
        effects: (call.effects)(&bench.mock) - before,
        log_ins: bench.asked("auth_login") - log_ins,
        name,
    }
}

/// Class X: after its answer is lost it is never sent again, and the error says that the outcome is unknown (F06).
#[tokio::test]
async fn every_call_of_class_x_has_one_effect_when_its_answer_is_lost() {
    for call in &ONCE {
        let rule = FaultRule::new(call.operation, "reset_after");
        let Played {
            result,
            sent,
            effects,
            name,
            ..
        } = play(call, rule).await;
        let error = result.expect_err(&name);
        assert_eq!(
            (error.delivery(), error.attempts()),
            (Delivery::Unknown, 1),
            "{name}"
        );
        assert_eq!((sent, effects), (1, 1), "{name}");
    }
    let played: BTreeSet<_> = ONCE.iter().map(|call| call.operation).collect();
    let once = ENDPOINTS
        .iter()
        .filter(|row| row.class == Class::Once && !row.is_public());
    assert_eq!(played, once.map(|row| row.name).collect());
}

#[tokio::test]
async fn a_call_of_class_x_under_every_fault() {
    let install = &ONCE[0];
    for fault in faults() {
        let rule = fault.rule(install.operation).times(1);
        let Played {
            result,
            sent,
            effects,
            log_ins,
            name,
        } = play(install, rule).await;
        let Some(kind) = fault.kind else {
            // Row A: refused for the session, so one new log-in and one replay; the refusal had no effect.
            result.expect(&name);
            assert_eq!((sent, effects, log_ins), (2, 1, 1), "{name}");
            continue;
        };
        let error = result.expect_err(&name);
        assert!(kind(&error), "{name}: {error:?}");
        assert_eq!(error.delivery(), fault.delivery, "{name}");
        assert_eq!(
            (sent, effects, log_ins),
            (1, usize::from(fault.applied), 0),
            "{name}"
        );
    }
}

/// Class I: the same, but that a sleeping service is asked again (R4, row U).
#[tokio::test]
async fn calls_of_class_i_under_every_fault() {
    for call in &ASKED_OFTEN {
        for fault in faults() {
            let slow = matches!(fault.effect, "timeout_after" | "drip" | "oversized");
            if slow && call.operation != "server_owner_set" {
                continue;
            }
            let rule = fault.rule(call.operation).times(1);
            let Played {
                result, sent, name, ..
            } = play(call, rule).await;
            match fault.kind {
                Some(_) if fault.effect == "503_n" => {
                    result.expect(&name);
                    assert_eq!(sent, 2, "{name}");
                }
                // It may have been done before the service slept; then the panel can say that there is nothing to do (R13).
                Some(_) if fault.effect == "503_after" => {
                    assert!(
                        result.is_ok_and(|()| true) || call.operation == "server_power_on",
                        "{name}"
                    );
                    assert_eq!(sent, 2, "{name}");
                }
                Some(kind) => {
                    let error = result.expect_err(&name);
                    assert!(kind(&error), "{name}: {error:?}");
                    assert_eq!((error.delivery(), sent), (fault.delivery, 1), "{name}");
                }
                None => {
                    result.expect(&name);
                    assert_eq!(sent, 2, "{name}");
                }
            }
        }
    }
}

/// Row R: a read is repeated after whatever may pass, and never after a plain "no".
#[tokio::test]
async fn a_read_under_every_fault() {
    for fault in faults() {
        let rule = fault.rule(READ.operation).times(1);
        let Played {
            result, sent, name, ..
        } = play(&READ, rule).await;
        if fault.is_final() {
            let error = result.expect_err(&name);
            assert!(
                fault.kind.is_some_and(|kind| kind(&error)),
                "{name}: {error:?}"
            );
            assert_eq!((error.delivery(), sent), (Delivery::Answered, 1), "{name}");
        } else {
            result.expect(&name);
            assert_eq!(sent, 2, "{name}");
        }
    }
}

/// Nothing is repeated for ever: four tries, a minute of sleep, one log-in.
#[tokio::test]
async fn what_does_not_pass_ends() {
    for fault in faults() {
        let slow = matches!(fault.effect, "timeout_after" | "drip" | "oversized");
        // Without sessions even the new one is dead at once: the same as 1000.
        if fault.is_final() || slow || fault.params["kind"] == "dead" {
            continue;
        }
        let Played {
            result,
            sent,
            log_ins,
            name,
            ..
        } = play(&READ, fault.rule(READ.operation)).await;
        let error = result.expect_err(&name);
        let (tries, log_in) = match fault.effect {
            // At once, then every 500 ms for 60 s, and then no more.
            "503_n" | "503_after" => (121, 0),
            "auth" => (2, 1),
            _ => (4, 0),
        };
        assert_eq!((sent, log_ins), (tries, log_in), "{name}: {error:?}");
        assert_eq!(error.attempts() as usize, tries, "{name}");
        match fault.params["kind"].as_str() {
            Some(_) => assert!(error.is_unauthenticated(), "{error:?}"),
            None => assert!(
                fault.kind.is_some_and(|kind| kind(&error)),
                "{name}: {error:?}"
            ),
        }
    }
}

#[tokio::test]
async fn retry_after_is_waited_for_up_to_a_minute() {
    for (asked, waited) in [
        ("20", Some(20)),
        ("60", Some(60)),
        ("61", None),
        ("86400", None),
    ] {
        let (bench, dcim) = calls::ready(MockDcim::builder(), &READ).await;
        let rule = FaultRule::new("server_get", "429").times(1);
        bench.mock.fault(rule.param("retry_after", asked)).unwrap();
        let before = bench.mock.now();
        let result = dcim.server(SERVER).get().await;
        let passed = bench.mock.now().duration_since(before).unwrap().as_secs();
        if let Some(seconds) = waited {
            result.unwrap();
            assert_eq!(passed, seconds);
        } else {
            let error = result.unwrap_err();
            assert!(error.is_rate_limited());
            let said = asked.parse().map(Duration::from_secs).unwrap();
            assert_eq!(
                (error.retry_after(), error.attempts(), passed),
                (Some(said), 1, 0)
            );
        }
    }
}

/// A refused log-in is not tried a second time by the same client (F44).
#[tokio::test]
async fn one_refused_log_in_is_the_last() {
    for kind in ["401", "403", "1000"] {
        let bench = Bench::start(MockDcim::builder()).await;
        let rule = FaultRule::new("auth_login", "auth").param("kind", kind);
        bench.mock.fault(rule).unwrap();
        let dcim = bench.client();
        for _ in 0..3 {
            let error = dcim.server(SERVER).power_on().await.unwrap_err();
            assert!(error.is_login_refused(), "{kind}: {error:?}");
            assert_eq!(error.delivery(), Delivery::NotSent);
        }
        assert_eq!(bench.asked("auth_login"), 1, "{kind}");
        assert_eq!(bench.asked("server_power_on"), 0, "{kind}");
    }
}
