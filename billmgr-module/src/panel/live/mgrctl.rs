//! Running BILLmanager's own command-line client (`billmanager-protocol.md` 6).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use dcim6_client::Clock;
use secrecy::ExposeSecret;
use tokio::process::Command;

use crate::interrupt::Interrupt;
use crate::panel::{Answer, Call, CallError};
use crate::xml::Element;

/// How long one call may take.
const LIMIT: Duration = Duration::from_mins(2);
/// BILLmanager's history shows who called by this variable (official modules).
const CALLER: (&str, &str) = ("SSH_CONNECTION", "pmdcim6");
/// What a child may know of our environment besides.
const PASSED_ON: [&str; 3] = ["HOME", "LANG", "MGR5_ROOT"];
/// Where BILLmanager's programs find theirs, whatever our own PATH is.
const SYSTEM_PATH: &str = "/usr/local/sbin:/usr/sbin:/sbin";

/// `ROOT/sbin/mgrctl`.
#[derive(Debug)]
pub struct Mgrctl {
    root: PathBuf,
    clock: Arc<dyn Clock>,
    interrupt: Interrupt,
}

impl Mgrctl {
    /// Run the mgrctl of a BILLmanager.
    pub fn new(root: PathBuf, clock: Arc<dyn Clock>, interrupt: Interrupt) -> Self {
        Self {
            root,
            clock,
            interrupt,
        }
    }

    /// Run one function once, without a shell. Secrets go through the child's environment only (safety.md G).
    ///
    /// # Errors
    /// `Transport` if nobody can say whether it took effect, `Refused` if BILLmanager said no.
    pub async fn run(&self, call: &Call) -> Result<Answer, CallError> {
        let mut command = Command::new(self.root.join("sbin/mgrctl"));
        command
            .args(["-m", "billmgr", "-o", "xml", call.function])
            .args(
                call.params
                    .iter()
                    .map(|(name, value)| format!("{name}={value}")),
            )
            .env_clear()
            .env(CALLER.0, CALLER.1)
            .env("PATH", path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        for name in PASSED_ON {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        for (number, (name, secret)) in call.secrets.iter().enumerate() {
            let variable = format!("S{}", number + 1);
            command.arg("-e").arg(format!("{name}=${variable}"));
            command.env(variable, secret.expose_secret());
        }
        let limited = self.clock.limit(LIMIT, command.output());
        let output = match self.interrupt.pass(limited).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => {
                let program = self.root.join("sbin/mgrctl");
                let why = format!("{}: {error}", program.display());
                return Err(CallError::Transport(why));
            }
            Err(_) => return Err(CallError::Transport("no answer within 120 s".to_owned())),
        };
        if !output.status.success() {
            return Err(CallError::Transport(output.status.to_string()));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        answer(&text)
    }
}

/// Read what an mgrctl function answered: its fields by name, at whatever depth, or the type and object of its error. Anything that is not a
/// `<doc>` says that mgrctl failed (N39).
fn answer(text: &str) -> Result<Answer, CallError> {
    let document = Element::parse(text.trim(), "doc")
        .map_err(|error| CallError::Transport(error.value().to_owned()))?;
    if let Some(error) = document.children.iter().find(|child| child.name == "error") {
        return Err(CallError::Refused {
            kind: error.attribute("type").to_owned(),
            object: error.attribute("object").to_owned(),
        });
    }
    let mut fields = BTreeMap::new();
    gather(&document, &mut fields);
    Ok(Answer { fields })
}

fn gather(element: &Element, fields: &mut BTreeMap<String, String>) {
    for child in &element.children {
        fields.insert(child.name.clone(), child.text.clone());
        gather(child, fields);
    }
}

fn path() -> String {
    match std::env::var("PATH") {
        Ok(path) if !path.is_empty() => format!("{path}:{SYSTEM_PATH}"),
        _ => format!("/usr/local/bin:/usr/bin:/bin:{SYSTEM_PATH}"),
    }
}
