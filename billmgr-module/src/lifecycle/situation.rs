//! Everything a plan may look at, and the rules all plans share.

use std::time::Duration;

use dcim6_client::{
    Operation, OsTemplateId, PowerStatus, ScriptId, Server, SwitchConnection, Timestamp, UserId,
};

use super::record::{Change, Record, Stage};
use super::run::{Outcome, Run};
use super::step::{Step, Write};
use crate::error::{Error, ErrorKind};
use crate::panel::{IpSlot, Item};
use crate::settings::Settings;

/// The longest that a step without a limit of its own may take (W2).
pub const STEP_LIMIT: Duration = Duration::from_mins(10);
/// How long an owner written is waited for (O2).
pub const OWNER_LIMIT: Duration = Duration::from_mins(1);
/// An accepted write that shows no effect is sent again after this, if that is harmless (class I).
const RESEND_AFTER: Duration = Duration::from_mins(1);
/// A write that must not happen twice (class X) needs two later reads this far apart before it is sent again.
pub const LATER_READ: Duration = Duration::from_secs(10);
/// A power state reported through a PDU may be this old (R12).
pub const POWER_LAG: Duration = Duration::from_mins(5);

/// Whose server it is, as one look shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Nobody's.
    None,
    /// The service's own user's.
    Ours,
    /// Somebody else's.
    Foreign,
}

/// What the client ordered, with what DCImanager calls it.
#[derive(Debug, Clone)]
pub struct Order {
    /// The client's e-mail.
    pub email: String,
    /// The configuration of the tariff.
    pub configuration: String,
    /// The OS template.
    pub template: OsTemplateId,
    /// The script that is run besides, if one was ordered.
    pub script: Option<ScriptId>,
    /// Whether it is a Windows.
    pub windows: bool,
    /// The limit of the installation.
    pub limit: Duration,
    /// The host name, if one was ordered.
    pub domain: Option<String>,
    /// The places for addresses.
    pub slots: Vec<IpSlot>,
    /// Whether BILLmanager opens the service anew, so that the end is told by another call.
    pub reopens: bool,
}

/// One look at everything a plan may know.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The service.
    pub item: &'a Item,
    /// DCImanager, as `host:port`.
    pub panel: &'a str,
    /// What it remembers.
    pub record: &'a Record,
    /// The settings of its module.
    pub settings: &'a Settings,
    /// The client's e-mail, which names the owner where DCImanager gives no user id.
    pub email: Option<&'a str>,
    /// The server as just read.
    pub server: &'a Server,
    /// What this process has done.
    pub run: &'a Run,
    /// Now.
    pub now: Timestamp,
}

impl<'a> Situation<'a> {
    /// Tell whose server it is.
    pub fn owner(&self) -> Owner {
        owner_of(self.server, self.record.user, self.email)
    }

    /// The data ports (R30).
    pub fn data_ports(&self) -> impl Iterator<Item = &'a SwitchConnection> {
        self.server.data_ports()
    }

    /// The operation that runs on the server, if one does.
    pub fn running(&self) -> Option<&'a Operation> {
        self.server.running_operation()
    }

    /// Say whether the server is known to be on.
    pub fn is_on(&self) -> bool {
        self.server.power_status == PowerStatus::On
    }

    /// Say whether the server is known to be off.
    pub fn is_off(&self) -> bool {
        self.server.power_status == PowerStatus::Off
    }

    /// Say whether the panel protects the server from all that a deletion or an order needs (R34).
    pub fn is_protected(&self) -> bool {
        self.server.is_protected == Some(true)
    }

    /// Say whether the server is in maintenance (R35).
    pub fn in_maintenance(&self) -> bool {
        self.server.is_maintenance == Some(true)
    }

    /// Ask for a write whose goal is not met: send it, wait for it to show, send it again if that is harmless, and give up in the end.
    pub fn ensure(&self, write: Write) -> Step {
        let Some(sent) = self.run.sent.get(&write.key()) else {
            return Step::Write(write);
        };
        if let Outcome::Refused(error) = &sent.outcome {
            return Step::Fail(error.clone());
        }
        let age = self.now.since(sent.last);
        if self.now.since(sent.first) >= write.limit() {
            return Step::Fail(match &sent.outcome {
                Outcome::Failed(error) => error.clone(),
                Outcome::Conflict => Error::new(
                    ErrorKind::Busy,
                    write.name(),
                    "another operation runs on the server",
                ),
                _ => Error::new(
                    ErrorKind::Timeout,
                    write.name(),
                    "DCImanager said yes and shows no effect",
                ),
            });
        }
        let again = match (&sent.outcome, write.is_once()) {
            (Outcome::Conflict | Outcome::Failed(_), _) => age >= LATER_READ,
            (Outcome::Unknown, true) => sent.is_unseen_twice(),
            (_, true) => false,
            (_, false) => age >= RESEND_AFTER,
        };
        if again {
            Step::Write(write)
        } else {
            look_again(age, write.name())
        }
    }

    /// Ask for several writes of one sort. All are sent before any failure counts, so that one bad port leaves no other open (P3).
    pub fn ensure_all(&self, writes: impl IntoIterator<Item = Write>) -> Option<Step> {
        let (mut wait, mut fail) = (None, None);
        for write in writes {
            match self.ensure(write) {
                step @ Step::Wait { .. } => wait = wait.or(Some(step)),
                step @ Step::Fail(_) => fail = fail.or(Some(step)),
                step => return Some(step),
            }
        }
        wait.or(fail)
    }

    /// Wait for something no write can hasten, for as long as `limit`.
    pub fn wait_for(
        &self,
        what: &'static str,
        limit: Duration,
        otherwise: impl FnOnce() -> Error,
    ) -> Step {
        let age = self
            .run
            .waiting
            .get(what)
            .map_or(Duration::ZERO, |since| self.now.since(*since));
        if age >= limit {
            Step::Fail(otherwise())
        } else {
            look_again(age, what)
        }
    }

    /// Power the server on or off, remembering when, because a reconcile leaves a fresh power command alone (R45).
    pub fn switch_power(&self, on: bool) -> Step {
        match self.ensure(Write::Power(on)) {
            Step::Write(_) if !self.run.switched_power => {
                Step::Remember(vec![Change::Power(self.now)])
            }
            step => step,
        }
    }

    /// Say whether this run has seen the server twice, far enough apart.
    pub fn has_looked_twice(&self) -> bool {
        let first = self.run.first_look;
        first.is_some_and(|first| self.now.since(first) >= LATER_READ)
    }

    /// Say whether this run found the service at `stage`, so that a former run may have sent what follows it, and has not looked for long enough.
    pub fn may_be_on_its_way(&self, stage: Stage) -> bool {
        self.run.found == stage && !self.has_looked_twice()
    }

    /// Refuse to go on: the server is not, or no longer, this service's.
    pub fn owner_mismatch(&self) -> Step {
        let server = self.server.id.to_string();
        Step::Fail(Error::new(ErrorKind::OwnerMismatch, "server", server))
    }

    /// Wait for a running operation that is not ours to end.
    pub fn wait_for_operation(&self) -> Option<Step> {
        let running = self.running()?;
        Some(self.wait_for("operation", STEP_LIMIT, || {
            Error::new(
                ErrorKind::Busy,
                "operation",
                format!("operation {} runs on the server", running.id),
            )
        }))
    }
}

/// Look soon after a change, and less often as it grows older.
fn look_again(age: Duration, what: &'static str) -> Step {
    let delay = (age / 2).clamp(Duration::from_millis(250), Duration::from_secs(5));
    Step::Wait { delay, what }
}

/// Tell whose server it is: by user id where the panel gives one, else by e-mail.
pub fn owner_of(server: &Server, user: Option<UserId>, email: Option<&str>) -> Owner {
    let ours = match (server.owner_id(), server.owner_email.as_deref()) {
        _ if !server.has_owner() => return Owner::None,
        (Some(owner), _) => Some(owner) == user,
        (None, theirs) => {
            user.is_some()
                && theirs
                    .zip(email)
                    .is_some_and(|(theirs, email)| theirs.eq_ignore_ascii_case(email))
        }
    };
    if ours { Owner::Ours } else { Owner::Foreign }
}
