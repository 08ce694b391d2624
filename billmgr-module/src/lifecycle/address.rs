//! `setparam`, `addip` and `delip`: addresses of a service in use follow what its client pays for.

use dcim6_client::{IpStatus, ServerIp};

use super::situation::{STEP_LIMIT, Situation};
use super::step::{Step, Write, WriteKey};
use super::stop::not_in_service;
use crate::error::{Error, ErrorKind};
use crate::panel::IpSlot;
use crate::panel::calls::SlotAddress;

/// What a service is to have.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// All places for addresses, read anew at every turn.
    pub slots: Vec<IpSlot>,
    /// The one place that is to be filled; every empty one, if none is named.
    pub only: Option<u64>,
    /// The name that new addresses get.
    pub domain: Option<String>,
    /// The configuration that a change of the tariff asks for.
    pub configuration: Option<String>,
    /// Whether this is `setparam`, which BILLmanager wants to hear the end of.
    pub is_setparam: bool,
}

/// Say what to do next to fill the empty places.
pub fn fill(s: &Situation<'_>, wanted: &Wanted) -> Step {
    if let Some(step) = not_in_service(s) {
        return step;
    }
    // Other hardware is another server, and that is another order: nothing is ever reinstalled for a tariff.
    if let Some(configuration) = &wanted.configuration
        && s.server.configuration.as_ref() != Some(configuration)
    {
        return Step::Fail(Error::new(
            ErrorKind::ConfigurationChange,
            "configuration",
            configuration,
        ));
    }
    let slots = &wanted.slots;
    let in_slot = |ip: &ServerIp| {
        slots
            .iter()
            .any(|slot| Some(slot.address.as_str()) == ip.address())
    };
    // The oldest address is the main one also where no place was ordered for it.
    let has_place = s.server.ip.iter().any(in_slot);
    let main = s
        .server
        .ip
        .iter()
        .map(|ip| ip.id)
        .min()
        .filter(|_| !has_place);
    let spare = || {
        let addresses = s.server.ip.iter().filter(|ip| Some(ip.id) != main);
        addresses.filter(|ip| !in_slot(ip))
    };
    if let Some((address, error)) = &s.run.returned {
        let left = spare().find(|ip| ip.address() == Some(address));
        if let Some(ip) = left {
            return s.ensure(Write::DeleteIp(ip.id));
        }
        if !slots.iter().any(|slot| slot.address == *address) {
            return Step::Fail(error.clone());
        }
    }
    let is_meant = |slot: &&IpSlot| wanted.only.is_none_or(|only| slot.id == only);
    let empty: Vec<_> = slots
        .iter()
        .filter(is_meant)
        .filter(|slot| slot.address.is_empty())
        .collect();
    let missing = empty.len().saturating_sub(spare().count());
    if missing > 0 {
        return order(s, missing);
    }
    if spare().any(|ip| ip.status == Some(IpStatus::Allocating)) {
        return s.wait_for("address", STEP_LIMIT, || not_there(s));
    }
    if let Some((slot, ip)) = empty.first().copied().zip(spare().next()) {
        let domain = wanted.domain.as_deref().unwrap_or_default();
        return Step::FillSlot(slot.id, slot_address(ip, domain));
    }
    // A run before this one may have filled a place and not heard that it counts.
    let counts = |slot: &&IpSlot| {
        let touched = s.run.filled.contains(&slot.id) || wanted.only.is_some() || s.run.is_repeated;
        !touched || slot.address.is_empty() || s.run.committed.contains(&slot.id)
    };
    if let Some(slot) = slots.iter().filter(is_meant).find(|slot| !counts(slot)) {
        return Step::CommitSlot(slot.id);
    }
    // An order that arrived twice brought more than was asked for (safety.md H, class X).
    let asked = s.run.sent.contains_key(&WriteKey::AddIps);
    let surplus = spare().find(|ip| asked && !s.run.addresses_before.contains(&ip.id));
    surplus.map_or(Step::Complete, |ip| s.ensure(Write::DeleteIp(ip.id)))
}

/// Say what to do next to take the address of one place away.
pub fn release(s: &Situation<'_>, slots: &[IpSlot], slot: u64) -> Step {
    if let Some(step) = not_in_service(s) {
        return step;
    }
    let Some(slot) = slots.iter().find(|found| found.id == slot) else {
        return Step::Complete;
    };
    let found = s
        .server
        .ip
        .iter()
        .find(|ip| ip.address() == Some(slot.address.as_str()));
    match found {
        Some(ip) => s
            .wait_for_operation()
            .unwrap_or_else(|| s.ensure(Write::DeleteIp(ip.id))),
        None => Step::EmptySlot(slot.id),
    }
}

fn order(s: &Situation<'_>, missing: usize) -> Step {
    let asked = s.run.sent.contains_key(&WriteKey::AddIps);
    // A run before this one may have asked already, without hearing the answer.
    if !asked && s.run.is_repeated && !s.has_looked_twice() {
        return s.wait_for("address", STEP_LIMIT, || not_there(s));
    }
    let missing = u32::try_from(missing).unwrap_or(u32::MAX);
    s.wait_for_operation()
        .unwrap_or_else(|| s.ensure(Write::AddIps(missing)))
}

fn not_there(s: &Situation<'_>) -> Error {
    let why = format!("the addresses of server {} are not allocated", s.server.id);
    Error::new(ErrorKind::Timeout, "server_ip_add", why)
}

/// Write an address as BILLmanager wants it. The name is the order's: never the one that the address, or the server, had before (F40).
pub fn slot_address(ip: &ServerIp, domain: &str) -> SlotAddress {
    SlotAddress {
        address: ip.address().unwrap_or_default().to_owned(),
        mask: ip.network.as_deref().and_then(mask_of).unwrap_or_default(),
        gateway: ip.gateway.clone().unwrap_or_default(),
        domain: domain.to_owned(),
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
