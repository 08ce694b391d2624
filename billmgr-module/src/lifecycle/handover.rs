//! The last stretch of an order: the installed server goes into the client's hands (`billmanager-protocol.md` 5.1, step 5).

use dcim6_client::ServerIp;

use super::address::slot_address;
use super::open::raise_ports;
use super::record::Change;
use super::situation::{Order, Situation};
use super::step::Step;
use crate::error::{Error, ErrorKind};

/// Hand the server over: addresses into their slots, the login, the last call.
pub fn plan(s: &Situation<'_>, order: &Order) -> Step {
    if let Some(step) = s.wait_for_operation().or_else(|| raise_ports(s)) {
        return step;
    }
    if !s.is_on() {
        return s.switch_power(true);
    }
    if s.server.ip.is_empty() {
        return no_address(s);
    }
    let on_server = |address: &str| s.server.ip.iter().any(|ip| ip.address() == Some(address));
    let in_slot = |ip: &&ServerIp| {
        order
            .slots
            .iter()
            .any(|slot| Some(slot.address.as_str()) == ip.address())
    };
    let domain = order.domain.as_deref().unwrap_or_default();
    for slot in &order.slots {
        if slot.address.is_empty() {
            let free = s.server.ip.iter().find(|ip| !in_slot(ip));
            return free.map_or_else(
                || no_address(s),
                |ip| Step::FillSlot(slot.id, slot_address(ip, domain)),
            );
        }
        if !on_server(&slot.address) {
            return no_address(s);
        }
        if !s.run.committed.contains(&slot.id) {
            return Step::CommitSlot(slot.id);
        }
    }
    let login = if order.windows {
        "Administrator"
    } else {
        "root"
    };
    if s.run.login.as_deref() != Some(login) {
        return Step::SaveLogin(login.to_owned());
    }
    if s.record.candidate.is_some() {
        return Step::Remember(vec![Change::Candidate(None)]);
    }
    Step::Complete
}

fn no_address(s: &Situation<'_>) -> Step {
    let why = format!("server {} does not have the ordered addresses", s.server.id);
    Step::Fail(Error::new(ErrorKind::OperationFailed, "server_ip_add", why))
}
