//! `service.saveparam`, in both of its forms (`billmanager-protocol.md` 6).

use secrecy::SecretString;

use super::functions::{accepted, missed, number};
use super::{Event, MemoryPanel};
use billmgr_module::panel::{Answer, Call, CallError};

impl MemoryPanel {
    /// Become a BILLmanager that keeps parameters in the older form only, `name=` and `value=`; it says yes to the other form all the same.
    pub fn keep_older_form(&self) {
        self.state().is_older = true;
    }
}

/// Save what a call names: `p=v`, or one `name=` and `value=` in the older form.
pub fn save(panel: &MemoryPanel, call: &Call) -> Result<Answer, CallError> {
    let item = number(call, "elid")?;
    accepted(call)?;
    let is_older = panel.state().is_older;
    let (plain, secret) = match older(call) {
        Some(pair) => pair,
        None if is_older => (Vec::new(), Vec::new()),
        None => (together(call), call.secrets.clone()),
    };
    {
        let mut state = panel.state();
        let row = state.items.get_mut(&item).ok_or_else(|| missed("elid"))?;
        row.parameters.plain.extend(plain.iter().cloned());
        row.parameters.secret.extend(secret);
    }
    for (name, value) in &plain {
        match name.as_str() {
            "dcim6_server" => panel.tell(&Event::Binding {
                item,
                server: value.parse().ok(),
            }),
            "dcim6_user" => {
                if let Ok(user) = value.parse() {
                    panel.tell(&Event::User { item, user });
                }
            }
            _ => {}
        }
    }
    Ok(Answer::default())
}

type Saved = (Vec<(String, String)>, Vec<(String, SecretString)>);

/// The one parameter of the older form, plain or crypted.
fn older(call: &Call) -> Option<Saved> {
    let name = call.param("name")?.to_owned();
    if let Some(value) = call.param("value") {
        return Some((vec![(name, value.to_owned())], Vec::new()));
    }
    let (_, value) = call.secrets.iter().find(|(key, _)| key == "value")?;
    Some((Vec::new(), vec![(name, value.clone())]))
}

fn together(call: &Call) -> Vec<(String, String)> {
    let is_param =
        |(name, _): &&(String, String)| !matches!(name.as_str(), "elid" | "crypted" | "sok");
    call.params.iter().filter(is_param).cloned().collect()
}
