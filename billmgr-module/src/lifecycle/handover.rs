//! The last stretch of an order: the installed server goes into the client's hands (`billmanager-protocol.md` 5.1, step 5).

use dcim6_client::ServerIp;

use super::open::raise_ports;
use super::record::Change;
use super::situation::{Order, Situation};
use super::step::Step;
use crate::error::{Error, ErrorKind};
use crate::panel::calls::SlotAddress;

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
    for slot in &order.slots {
        if slot.address.is_empty() {
            let free = s.server.ip.iter().find(|ip| !in_slot(ip));
            return free.map_or_else(
                || no_address(s),
                |ip| Step::FillSlot(slot.id, slot_address(ip, order)),
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

fn slot_address(ip: &ServerIp, order: &Order) -> SlotAddress {
    SlotAddress {
        address: ip.address().unwrap_or_default().to_owned(),
        mask: ip.network.as_deref().and_then(mask_of).unwrap_or_default(),
        gateway: ip.gateway.clone().unwrap_or_default(),
        // Never the name that the address, or the server, had before (F40).
        domain: order.domain.clone().unwrap_or_default(),
    }
}

/// Give the dotted mask of an IPv4 network written with a prefix length.
fn mask_of(network: &str) -> Option<String> {
    let (address, bits) = network.split_once('/')?;
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
    address.parse::<std::net::Ipv4Addr>().ok()?;
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    Some(std::net::Ipv4Addr::from(mask).to_string())
}

#[cfg(test)]
mod tests {
    use super::mask_of;

    #[test]
    fn a_mask_is_dotted_and_only_for_ipv4() {
        assert_eq!(mask_of("192.0.2.0/24").as_deref(), Some("255.255.255.0"));
        assert_eq!(mask_of("192.0.2.8/30").as_deref(), Some("255.255.255.252"));
        assert_eq!(mask_of("0.0.0.0/0").as_deref(), Some("0.0.0.0"));
        assert_eq!(mask_of("192.0.2.1/32").as_deref(), Some("255.255.255.255"));
        assert_eq!(mask_of("2001:db8::/32"), None);
        assert_eq!(mask_of("192.0.2.0/33"), None);
        assert_eq!(mask_of("192.0.2.0"), None);
    }
}
