//! What is wrong with a fleet file, and where.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::file::{Durations, FleetFile, ServerRow, VERSION};
use crate::world::address::Network;
use crate::world::settings::Settings;

/// Where, and why.
pub(crate) type Wrong = (String, String);

/// Find the first mistake.
pub(crate) fn check(file: &FleetFile) -> Result<(), Wrong> {
    if file.schema_version != VERSION {
        let why = format!("{} is not {VERSION}", file.schema_version);
        return Err(("schema_version".to_owned(), why));
    }
    unique("templates", file.templates.iter().map(|row| &row.name))?;
    unique("scripts", file.scripts.iter())?;
    unique("users", file.users.iter().map(|row| &row.email))?;
    unique("pools", file.pools.iter().map(|row| &row.name))?;
    unique("locations", file.locations.iter().map(|row| &row.name))?;
    unique("racks", file.racks.iter().map(|row| &row.name))?;
    let networks = networks(file)?;
    for (n, row) in file.locations.iter().enumerate() {
        pools(file, &row.allocation, &format!("locations[{n}].allocation"))?;
        pools(
            file,
            &row.deallocation,
            &format!("locations[{n}].deallocation"),
        )?;
    }
    for (n, row) in file.racks.iter().enumerate() {
        known(
            file.locations.iter().any(|one| one.name == row.location),
            &format!("racks[{n}].location"),
            &row.location,
        )?;
        pools(file, &row.allocation, &format!("racks[{n}].allocation"))?;
        pools(file, &row.deallocation, &format!("racks[{n}].deallocation"))?;
    }
    for (n, row) in file.users.iter().enumerate() {
        if !row.email.contains('@') {
            return wrong(&format!("users[{n}].email"), "is no e-mail address");
        }
        if !matches!(row.role.as_deref(), None | Some("@user" | "@admin")) {
            return wrong(&format!("users[{n}].role"), "is neither @user nor @admin");
        }
    }
    durations(&file.durations, "durations")?;
    servers(file, &networks)
}

fn durations(rows: &Durations, place: &str) -> Result<(), Wrong> {
    let mut settings = Settings::default();
    for (kind, row) in rows {
        if row.span().is_none() {
            return wrong(place, &format!("{kind:?} is not from nothing to a year"));
        }
        let varies = settings.set_jitter(None, *kind, row.jitter);
        if row.jitter > 0 {
            varies.map_err(|refusal| (place.to_owned(), format!("{kind:?}: {refusal}")))?;
        }
    }
    Ok(())
}

fn wrong<T>(place: &str, why: &str) -> Result<T, Wrong> {
    Err((place.to_owned(), why.to_owned()))
}

fn known(found: bool, place: &str, name: &str) -> Result<(), Wrong> {
    if found {
        Ok(())
    } else {
        wrong(place, &format!("there is no `{name}`"))
    }
}

fn unique<'a>(list: &str, names: impl Iterator<Item = &'a String>) -> Result<(), Wrong> {
    let mut seen = BTreeMap::new();
    for (n, name) in names.enumerate() {
        if let Some(first) = seen.insert(name.to_lowercase(), n) {
            let why = format!("`{name}` stands in {list}[{first}] already");
            return wrong(&format!("{list}[{n}]"), &why);
        }
    }
    Ok(())
}

fn pools(file: &FleetFile, names: &[String], place: &str) -> Result<(), Wrong> {
    names
        .iter()
        .try_for_each(|name| known(file.pools.iter().any(|one| one.name == *name), place, name))
}

/// Read `192.0.2.0/24`; the address has to be the network's own.
pub(crate) fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (base, prefix) = text.split_once('/')?;
    let base: IpAddr = base.parse().ok()?;
    let prefix: u8 = prefix.parse().ok()?;
    let clean = match base {
        // Smaller networks have no room for a gateway and a server.
        IpAddr::V4(base) => {
            prefix <= 30 && u32::from(base).trailing_zeros() >= 32 - u32::from(prefix)
        }
        IpAddr::V6(base) => {
            prefix <= 126 && u128::from(base).trailing_zeros() >= 128 - u32::from(prefix)
        }
    };
    (clean && prefix > 0).then_some((base, prefix))
}

fn networks(file: &FleetFile) -> Result<Vec<(IpAddr, u8)>, Wrong> {
    let mut found: Vec<(IpAddr, u8)> = Vec::new();
    for (n, pool) in file.pools.iter().enumerate() {
        for (m, text) in pool.networks.iter().enumerate() {
            let place = format!("pools[{n}].networks[{m}]");
            let Some(one) = network(text) else {
                return wrong(&place, &format!("`{text}` is no network"));
            };
            let overlaps = |other: &&(IpAddr, u8)| holds(**other, one.0) || holds(one, other.0);
            if let Some((base, prefix)) = found.iter().find(overlaps) {
                return wrong(&place, &format!("`{text}` overlaps {base}/{prefix}"));
            }
            found.push(one);
        }
    }
    Ok(found)
}

/// Whether a network holds an address.
pub(crate) fn holds((base, prefix): (IpAddr, u8), ip: IpAddr) -> bool {
    match (base, ip) {
        (IpAddr::V4(base), IpAddr::V4(ip)) => {
            (u32::from(base) ^ u32::from(ip)).leading_zeros() >= u32::from(prefix)
        }
        (IpAddr::V6(base), IpAddr::V6(ip)) => {
            (u128::from(base) ^ u128::from(ip)).leading_zeros() >= u32::from(prefix)
        }
        _ => false,
    }
}

fn servers(file: &FleetFile, networks: &[(IpAddr, u8)]) -> Result<(), Wrong> {
    let mut names = BTreeMap::new();
    let mut macs = BTreeMap::new();
    let mut ips = BTreeMap::new();
    let mut ports = BTreeMap::new();
    let mut id = 0u64;
    for (n, row) in file.servers.iter().enumerate() {
        let place = |field: &str| format!("servers[{n}].{field}");
        only_for_one(row, &place)?;
        durations(&row.durations, &place("durations"))?;
        known(
            file.racks.iter().any(|one| one.name == row.rack),
            &place("rack"),
            &row.rack,
        )?;
        for email in row.owner.iter().chain(&row.tainted_by) {
            let found = file.users.iter().any(|one| one.email == *email);
            known(found, &place("owner"), email)?;
        }
        for _ in 0..row.count {
            id += 1;
            let name = row.name.clone().unwrap_or_else(|| format!("srv-{id}"));
            if row.duplicate_mac_of.is_none() {
                let mac = row
                    .mac
                    .clone()
                    .unwrap_or_else(|| super::machines::mac_of(id));
                taken(&mut macs, mac.to_lowercase(), n, &place("mac"))?;
            }
            taken(&mut names, name, n, &place("name"))?;
        }
        if let Some(other) = &row.duplicate_mac_of {
            known(names.contains_key(other), &place("duplicate_mac_of"), other)?;
        }
        for port in row.ports.iter().flatten() {
            taken(
                &mut ports,
                (row.rack.clone(), port.clone()),
                n,
                &place("ports"),
            )?;
        }
        for ip in &row.ips {
            usable(networks, *ip, &place("ips"))?;
            taken(&mut ips, *ip, n, &place("ips"))?;
        }
    }
    Ok(())
}

fn only_for_one(row: &ServerRow, place: &impl Fn(&str) -> String) -> Result<(), Wrong> {
    if row.count == 0 || row.count > 1_000_000 {
        return wrong(&place("count"), "is not from 1 to 1000000");
    }
    if row.data_ports > 64 {
        return wrong(&place("data_ports"), "is above 64");
    }
    let single = [
        ("name", row.name.is_some()),
        ("mac", row.mac.is_some()),
        ("ports", row.ports.is_some()),
        ("ips", !row.ips.is_empty()),
    ];
    for (field, given) in single {
        if given && row.count > 1 {
            return wrong(&place(field), "is only for one server");
        }
    }
    if !row.ips.is_empty() && row.owner.is_none() {
        return wrong(&place("ips"), "is only for a server with an owner");
    }
    Ok(())
}

fn usable(networks: &[(IpAddr, u8)], ip: IpAddr, place: &str) -> Result<(), Wrong> {
    let Some(&(base, prefix)) = networks.iter().find(|one| holds(**one, ip)) else {
        return wrong(place, &format!("{ip} is in no network"));
    };
    let network = Network {
        id: 0,
        base,
        prefix,
    };
    if ip == base || ip == network.gateway() || Some(ip) == network.nth(network.hosts() + 1) {
        return wrong(place, &format!("{ip} belongs to the network itself"));
    }
    Ok(())
}

fn taken<K: Ord + std::fmt::Debug>(
    seen: &mut BTreeMap<K, usize>,
    key: K,
    n: usize,
    place: &str,
) -> Result<(), Wrong> {
    let why = format!("{key:?} is taken already");
    match seen.insert(key, n) {
        Some(first) => wrong(place, &format!("{why}, by servers[{first}]")),
        None => Ok(()),
    }
}
