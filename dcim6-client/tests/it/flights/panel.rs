//! A panel whose log-ins follow a plan, in virtual time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dcim6_client::*;
use serde_json::json;

use super::LOG_IN;
use crate::scheduler::VirtualClock;
use crate::support::{EMAIL, PASSWORD};

/// What becomes of one try to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    Good,
    Refused,
    Hanging,
    Reset,
    Proxy,
}

pub const TRIES: [Try; 5] = [
    Try::Good,
    Try::Refused,
    Try::Hanging,
    Try::Reset,
    Try::Proxy,
];

/// A panel whose log-ins follow a plan and are good after that. Calls are answered within 40 ms, log-ins take longer.
#[derive(Clone, Debug)]
pub struct Panel {
    clock: VirtualClock,
    pub state: Arc<Mutex<State>>,
}

#[derive(Debug)]
pub struct State {
    chance: fastrand::Rng,
    pub plan: Vec<Try>,
    /// When each log-in was sent, and what it came to.
    pub log_ins: Vec<(Duration, Try)>,
    in_air: u32,
    /// The number of the session that is accepted; none is after it has ended.
    pub session: Option<usize>,
    /// Who was answered last, and when.
    pub answered: Vec<(String, Duration)>,
    pub calls: usize,
}

impl Panel {
    pub fn new(clock: &VirtualClock, seed: u64, plan: &[Try]) -> Self {
        let state = State {
            chance: fastrand::Rng::with_seed(seed),
            plan: plan.to_vec(),
            log_ins: Vec::new(),
            in_air: 0,
            session: None,
            answered: Vec::new(),
            calls: 0,
        };
        Self {
            clock: clock.clone(),
            state: Arc::new(Mutex::new(state)),
        }
    }

    pub fn log_ins(&self) -> Vec<Try> {
        let state = self.state.lock().unwrap();
        state.log_ins.iter().map(|(_, tried)| *tried).collect()
    }

    async fn log_in(self) -> Result<WireResponse, TransportError> {
        let (number, tried, delay) = {
            let mut state = self.state.lock().unwrap();
            let number = state.log_ins.len();
            let tried = state.plan.get(number).copied().unwrap_or(Try::Good);
            state.log_ins.push((self.clock.passed(), tried));
            state.in_air += 1;
            assert_eq!(state.in_air, 1, "two log-ins at once");
            (number + 1, tried, state.chance.u64(50..200))
        };
        let _landing = InAir(self.clone());
        if tried == Try::Hanging {
            std::future::pending::<()>().await;
        }
        self.clock.sleep(Duration::from_millis(delay)).await;
        let refusal = json!({"error": {"code": 9401, "msg": "Authentication failed"}});
        let mut state = self.state.lock().unwrap();
        match tried {
            Try::Good => {
                state.session = Some(number);
                Ok(answer(
                    201,
                    json!({"id": "4", "token": format!("token-{number}")}).to_string(),
                ))
            }
            Try::Refused => Ok(answer(401, refusal.to_string())),
            Try::Reset => Err(TransportError::new(TransportFailure::Broken)),
            Try::Proxy | Try::Hanging => {
                let status = *state
                    .chance
                    .choice(&[405, 409, 413, 418, 421, 425, 499])
                    .unwrap();
                Ok(answer(status, "<html>".to_owned()))
            }
        }
    }

    async fn call(self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let delay = self.state.lock().unwrap().chance.u64(1..40);
        self.clock.sleep(Duration::from_millis(delay)).await;
        let header = |name| request.headers.iter().find(|(found, _)| *found == name);
        let who = header("x-request-id").unwrap().1.clone();
        let token = header("x-xsrf-token").map(|(_, token)| token.clone());
        let mut state = self.state.lock().unwrap();
        state.calls += 1;
        state.answered.push((who, self.clock.passed()));
        let valid = state.session.map(|number| format!("token-{number}"));
        Ok(if token.is_some() && token == valid {
            answer(200, json!({"id": 101}).to_string())
        } else {
            answer(
                401,
                json!({"error": {"code": 1000, "msg": "Session expired"}}).to_string(),
            )
        })
    }
}

/// Counts a log-in out, whether it was answered or dropped.
struct InAir(Panel);

impl Drop for InAir {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().in_air -= 1;
    }
}

fn answer(status: u16, body: String) -> WireResponse {
    WireResponse {
        status,
        body: body.into_bytes(),
        ..WireResponse::default()
    }
}

impl Transport for Panel {
    fn send(&self, request: WireRequest) -> BoxFuture<'_, Result<WireResponse, TransportError>> {
        if request.operation == LOG_IN {
            Box::pin(self.clone().log_in())
        } else {
            Box::pin(self.clone().call(request))
        }
    }
}

pub fn client(panel: &Panel, seed: u64) -> Client {
    Client::builder("https://dcim.a.test")
        .credentials((EMAIL, PASSWORD))
        .transport(Arc::new(panel.clone()))
        .clock(Arc::new(panel.clock.clone()))
        .seed(seed)
        .build()
        .unwrap()
}
