//! A caller of the panel, for the tests.

use std::time::Duration;

use mock_dcim::{ClockMode, Lever, MockDcim, PanelAction, Response};
use serde_json::Value;

use crate::contract;

/// A mock and a session of its administrator.
pub struct Panel {
    pub mock: MockDcim,
    pub token: String,
    pub request_id: Option<String>,
    /// Answers are written as another release might (R39): the document says nothing of those.
    pub varied: bool,
}

impl Panel {
    pub async fn start() -> Self {
        Self::on(MockDcim::start().await.unwrap())
    }

    pub fn on(mock: MockDcim) -> Self {
        let (email, password) = mock.admin();
        let token = log_in(&mock, &email, &password);
        Self {
            mock,
            token,
            request_id: None,
            varied: false,
        }
    }

    pub async fn seeded(seed: u64) -> Self {
        let builder = MockDcim::builder().seed(seed).clock(ClockMode::Frozen);
        Self::on(builder.start().await.unwrap())
    }

    pub fn send(&self, method: &str, path: &str, body: &str) -> Response {
        let mut headers = vec![
            ("x-xsrf-token", self.token.as_str()),
            ("isp-box-instance", "true"),
        ];
        if let Some(id) = &self.request_id {
            headers.push(("x-request-id", id));
        }
        let path = format!("/api/{path}");
        let answer = self.mock.exchange(method, &path, &headers, body.as_bytes());
        if !self.varied {
            contract::check(&self.mock, &answer);
        }
        answer
    }

    /// Send, and give status and body.
    pub fn call(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let answer = self.send(method, path, body);
        (answer.status, answer.to_json())
    }

    pub fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, "");
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    pub fn post(&self, path: &str, body: &str) -> (u16, Value) {
        self.call("POST", path, body)
    }

    /// Send a write that has to succeed.
    pub fn ok(&self, path: &str, body: &str) -> Value {
        let (status, answer) = self.post(path, body);
        assert_eq!(status, 200, "POST {path}: {answer}");
        answer
    }

    pub fn server(&self, id: u64) -> Value {
        self.get(&format!("dci/v3/server/{id}"))
    }

    /// Let time pass without losing the session: somebody looks in every half hour.
    pub fn seconds(&self, seconds: u64) {
        let mut left = Duration::from_secs(seconds);
        while !left.is_zero() {
            let step = left.min(Duration::from_mins(30));
            self.mock.advance(step);
            self.send("GET", "auth/v4/whoami", "");
            left -= step;
        }
    }

    /// Let staff act, who must not be refused.
    pub fn act(&self, action: PanelAction) {
        self.mock.act(action).unwrap();
    }

    /// Pull a lever that exists.
    pub fn lever(&self, lever: Lever) {
        self.mock.lever(lever).unwrap();
    }

    pub fn minutes(&self, minutes: u64) {
        self.seconds(60 * minutes);
    }

    pub fn ports(&self, server: u64, status: &str) {
        let ports: Vec<(u64, u64)> = self.mock.world(|world| {
            world
                .data_ports_of(server)
                .map(|port| (port.switch, port.id))
                .collect()
        });
        for (switch, port) in ports {
            let body = format!(r#"{{"admin_status":"{status}"}}"#);
            self.ok(&format!("dci/v3/switch/{switch}/port/{port}"), &body);
        }
    }

    /// Start diagnostics; answers the operation.
    pub fn diag(&self, server: u64, body: &str) -> u64 {
        let answer = self.ok(&format!("dci/v3/server/{server}/diag"), body);
        answer["operation"].as_u64().unwrap()
    }

    /// Start an installation; answers the operation.
    pub fn install(&self, server: u64, timeout: u64) -> u64 {
        let body = format!(r#"{{"os_template":1,"password":"pw","timeout":{timeout}}}"#);
        let answer = self.ok(&format!("dci/v3/server/{server}/install"), &body);
        answer["operation"].as_u64().unwrap()
    }

    pub fn operation(&self, server: u64, id: u64) -> Value {
        self.get(&format!("dci/v3/server/{server}/operation/{id}"))
    }

    /// Sell server to a new user: owner, ports up, installed and running.
    pub fn sell(&self, server: u64, email: &str) -> u64 {
        let body = format!(r#"{{"email":"{email}","password":"pw"}}"#);
        let user = self.ok("dci/v3/user", &body)["id"].as_u64().unwrap();
        self.ok(
            &format!("dci/v3/server/{server}/owner"),
            &format!(r#"{{"owner":{user}}}"#),
        );
        self.ports(server, "up");
        self.ok(
            &format!("dci/v3/server/{server}/ip"),
            r#"{"family":"ipv4","count":1}"#,
        );
        let operation = self.install(server, 90);
        self.minutes(20);
        assert_eq!(self.operation(server, operation)["status"], "ok");
        user
    }
}

pub fn log_in(mock: &MockDcim, email: &str, password: &str) -> String {
    let body = format!(r#"{{"email":"{email}","password":"{password}"}}"#);
    let answer = mock.exchange("POST", "/api/auth/v4/public/token", &[], body.as_bytes());
    contract::check(mock, &answer);
    assert_eq!(answer.status, 201);
    answer.to_json()["token"].as_str().unwrap().to_owned()
}
