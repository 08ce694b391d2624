//! A small model of one server, read off the specification and written without a look at the mock: it goes second by second, and
//! foretells each answer, and how each operation ends.

use serde_json::{Value, json};

/// How long a power call takes (R15), and when the network boot is looked at (R23).
const POWER: u64 = 20;
const BOOT: u64 = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    On,
    Off,
    Reset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Install { timeout: Option<u64> },
    Diag { full: bool, timeout: Option<u64> },
    Recovery,
    Suspend,
    Resume,
}

impl Kind {
    /// R25: how long it takes; R18, R19: its limit. In seconds.
    fn times(self) -> (u64, u64) {
        let (minutes, limit) = match self {
            Self::Install { timeout } => (20, timeout.unwrap_or(120)),
            Self::Diag { full, timeout } => (if full { 180 } else { 20 }, timeout.unwrap_or(60)),
            Self::Recovery => (5, 120),
            Self::Suspend | Self::Resume => return (5, u64::MAX),
        };
        (60 * minutes, 60 * limit)
    }

    fn boots(self) -> bool {
        !matches!(self, Self::Suspend | Self::Resume)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Install { .. } => "server_install",
            Self::Diag { .. } => "server_diag",
            Self::Recovery => "server_recovery",
            Self::Suspend => "server_suspend",
            Self::Resume => "server_resume",
        }
    }
}

/// What a caller may ask of a server.
#[derive(Clone, Copy, Debug)]
pub enum Wish {
    Begin(Kind),
    Cancel,
    Power(Goal),
    Port(usize, bool),
    Owner(Option<u64>),
    Maintenance(bool),
    Protection(bool),
    Address,
}

#[derive(Clone, Debug)]
struct Running {
    kind: Kind,
    began: u64,
}

/// A server that is plain: two data ports, a BMC that answers, network boot, DHCP and a MAC of its own.
#[derive(Clone, Debug)]
pub struct Model {
    now: u64,
    owner: Option<u64>,
    maintenance: bool,
    protected: bool,
    addresses: usize,
    ports: [bool; 2],
    on: bool,
    pending: Option<(Goal, u64)>,
    running: Option<Running>,
    /// Name, status and reason of the last operation.
    last: (&'static str, &'static str, Option<&'static str>),
    state: &'static str,
    template: Option<u64>,
}

impl Model {
    pub fn new() -> Self {
        Self {
            now: 0,
            owner: None,
            maintenance: false,
            protected: false,
            addresses: 0,
            ports: [false; 2],
            on: false,
            pending: None,
            running: None,
            last: ("server_diag", "ok", None),
            state: "active",
            template: None,
        }
    }

    /// What `server_get` has to show of it.
    pub fn view(&self) -> Value {
        let (name, status, reason) = self.last;
        json!({
            "owner": self.owner,
            "maintenance": self.maintenance,
            "protected": self.protected,
            "addresses": self.addresses,
            "ports": self.ports.map(|up| if up { "up" } else { "down" }),
            "power": if self.on { "on" } else { "off" },
            "operation": [name, status, reason],
            "state": self.state,
            "template": self.template,
        })
    }

    /// Read the same off an answer.
    pub fn view_of(server: &Value) -> Value {
        let ports: Vec<&Value> = server["switch_connection"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|port| port["is_ipmi_connection"] == false)
            .map(|port| &port["admin_status"])
            .collect();
        let operation = &server["operation"];
        json!({
            "owner": server["owner"]["id"],
            "maintenance": server["is_maintenance"],
            "protected": server["is_protected"],
            "addresses": server["ip"].as_array().unwrap().len(),
            "ports": ports,
            "power": server["power_status"],
            "operation": [operation["name"], operation["status"], operation["status_info"]["reason"]],
            "state": server["state"],
            "template": server["os_template"]["id"],
        })
    }

    /// Foretell the status of the answer, and change as the rules say.
    pub fn ask(&mut self, wish: Wish) -> u16 {
        let spared = matches!(
            wish,
            Wish::Power(Goal::On) | Wish::Cancel | Wish::Protection(_)
        );
        // R34 before R16.
        if self.protected && !spared {
            return 403;
        }
        let waits = matches!(
            wish,
            Wish::Begin(_) | Wish::Owner(_) | Wish::Maintenance(_) | Wish::Address
        );
        if self.running.is_some() && waits {
            return 409;
        }
        match wish {
            // R24: what has ended cannot be cancelled.
            Wish::Cancel if self.running.is_none() => return 400,
            // R13.
            Wish::Power(Goal::On) if self.on => return 400,
            Wish::Power(Goal::Off) if !self.on => return 400,
            Wish::Cancel => self.end("canceled", None),
            Wish::Power(goal) => self.wish(goal),
            Wish::Begin(kind) => self.begin(kind),
            Wish::Port(n, up) => self.port(n, up),
            Wish::Owner(owner) => self.owner = owner,
            Wish::Maintenance(on) => self.maintenance = on,
            Wish::Protection(on) => self.protected = on,
            Wish::Address => self.addresses += 1,
        }
        200
    }

    /// Let a second pass, and all happen that is due by then: what was begun first comes first.
    pub fn second(&mut self) {
        self.now += 1;
        if let Some(Running { kind, began }) = self.running.clone() {
            let (takes, limit) = kind.times();
            let age = self.now - began;
            if kind.boots() && age == BOOT && self.ports == [false; 2] {
                self.end("fail", Some("ports_down"));
            } else if age == takes.min(limit) {
                // R20: at the very instant of the limit the limit wins.
                let cut = takes >= limit;
                self.end(if cut { "fail" } else { "ok" }, cut.then_some("timeout"));
            }
        }
        if let Some((goal, _)) = self.pending.filter(|(_, due)| *due == self.now) {
            self.pending = None;
            self.on = goal != Goal::Off;
            if goal != Goal::On {
                self.power_taken();
            }
        }
    }

    /// R15: a repeated wish changes nothing, another replaces it.
    fn wish(&mut self, goal: Goal) {
        if self.pending.is_none_or(|(pending, _)| pending != goal) {
            self.pending = Some((goal, self.now + POWER));
        }
    }

    fn begin(&mut self, kind: Kind) {
        let began = self.now;
        self.running = Some(Running { kind, began });
        self.last = (kind.name(), "run", None);
        match kind {
            Kind::Suspend => self.state = "suspending",
            Kind::Resume => self.state = "resuming",
            // R29: meanwhile it holds an address of the deallocation pool.
            Kind::Diag { .. } => self.addresses += 1,
            _ => {}
        }
        // R23: it starts an off server itself.
        if kind.boots() && !self.on {
            self.wish(Goal::On);
        }
    }

    fn port(&mut self, n: usize, up: bool) {
        let changed = self.ports[n] != up;
        self.ports[n] = up;
        if changed && self.past_boot() && self.ports == [false; 2] {
            self.end("fail", Some("ports_down"));
        }
    }

    /// R23: from 30 s after its start on, an operation is without its server.
    fn power_taken(&mut self) {
        let boots = self.running.as_ref().is_some_and(|one| one.kind.boots());
        if self.past_boot() {
            self.end("fail", Some("power"));
        } else if boots && !self.on {
            self.wish(Goal::On);
        }
    }

    fn past_boot(&self) -> bool {
        let running = self.running.as_ref();
        running.is_some_and(|one| one.kind.boots() && self.now >= one.began + BOOT)
    }

    fn end(&mut self, status: &'static str, reason: Option<&'static str>) {
        let Some(Running { kind, .. }) = self.running.take() else {
            return;
        };
        self.last = (kind.name(), status, reason);
        let done = status == "ok";
        match kind {
            Kind::Install { .. } if done => self.template = Some(1),
            Kind::Diag { .. } => self.addresses -= 1,
            // R37.
            Kind::Suspend | Kind::Resume => {
                let up = (kind == Kind::Resume) == done;
                self.state = if up { "active" } else { "suspended" };
                if done {
                    self.ports = [up; 2];
                }
            }
            _ => {}
        }
    }
}
