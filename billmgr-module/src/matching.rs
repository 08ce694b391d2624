//! Which server an order gets: the exact configuration with the lowest id, else nobody's, but the nearest is named (vendor page, "By server
//! type"; safety.md O1).

use std::collections::BTreeSet;

use dcim6_client::{DiagnosticsStatus, PowerStatus, Server, ServerId};

/// What was found for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// Servers of exactly this configuration, best first.
    Exact(Vec<ServerId>),
    /// None of them; this one is nearest.
    Nearest {
        /// The server.
        server: ServerId,
        /// Its configuration.
        configuration: String,
        /// What is different, in words.
        differences: Vec<String>,
    },
    /// Nothing at all is free.
    Nothing,
}

/// What an order asks of a server.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The configuration of the tariff.
    pub configuration: &'a str,
    /// The server this very order keeps already, which comes first if it fits.
    pub candidate: Option<ServerId>,
    /// Whether a powered-on server will do.
    pub powered_on: bool,
    /// The servers that other services hold or keep.
    pub taken: &'a BTreeSet<ServerId>,
}

/// Choose among the servers of a location.
pub fn choose(servers: &[Server], wish: &Wish<'_>) -> Match {
    let mut free: Vec<&Server> = servers
        .iter()
        .filter(|server| refusal(server, wish).is_none())
        .collect();
    free.sort_by_key(|server| (Some(server.id) != wish.candidate, server.id));
    let exact: Vec<_> = free
        .iter()
        .filter(|server| server.configuration.as_deref() == Some(wish.configuration))
        .map(|server| server.id)
        .collect();
    if !exact.is_empty() {
        return Match::Exact(exact);
    }
    let wanted = Parts::of(wish.configuration);
    let nearest = free
        .into_iter()
        .min_by_key(|server| (distance(&wanted, server), server.id));
    nearest.map_or(Match::Nothing, |server| {
        let configuration = server.configuration.clone().unwrap_or_default();
        let differences = wanted.differences(&Parts::of(&configuration));
        Match::Nearest {
            server: server.id,
            configuration,
            differences,
        }
    })
}

/// Say why a server cannot be sold now, or nothing if it can: the panel's availability rule (R7, R8) and ours (O1). What the panel does not say
/// counts against the server.
pub fn refusal(server: &Server, wish: &Wish<'_>) -> Option<&'static str> {
    let diagnosed = server
        .diagnostics
        .as_ref()
        .is_some_and(|diagnostics| diagnostics.status == Some(DiagnosticsStatus::Passed));
    let reasons = [
        (wish.taken.contains(&server.id), "another service holds it"),
        (server.has_owner(), "it has an owner"),
        (server.is_new != Some(false), "it is new"),
        (!diagnosed, "its diagnostics are not passed"),
        (
            server
                .configuration
                .as_deref()
                .unwrap_or_default()
                .is_empty(),
            "its configuration is not known",
        ),
        (server.operation.is_none(), "it never had an operation"),
        // A cancelled one may have been a wipe (O1, F10).
        (
            server
                .operation
                .as_ref()
                .is_some_and(|operation| !operation.status.is_ok()),
            "its last operation did not end well",
        ),
        (
            server.is_maintenance != Some(false),
            "it is, or may be, in maintenance",
        ),
        (
            server.in_operation != Some(true),
            "it is, or may be, out of operation",
        ),
        (
            server.is_protected != Some(false),
            "it is, or may be, protected",
        ),
        (
            server.mac.as_deref().unwrap_or_default().is_empty(),
            "its MAC address is not known",
        ),
        (
            server.problems.as_ref().is_none_or(|problems| {
                !problems.diagnostic.is_empty() || !problems.status.is_empty()
            }),
            "it has, or may have, problems",
        ),
        (
            !wish.powered_on && server.power_status != PowerStatus::Off,
            "it is not off",
        ),
    ];
    reasons
        .into_iter()
        .find(|(holds, _)| *holds)
        .map(|(_, why)| why)
}

/// A configuration string taken apart: `<cpu>-<ram>Gb-<n>x<size><type>...`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Parts {
    cpu: String,
    ram_gb: Option<u64>,
    /// Size and type of each disk, sorted.
    disks: Vec<(u64, String)>,
}

impl Parts {
    fn of(configuration: &str) -> Self {
        let mut parts = Self::default();
        let mut cpu = Vec::new();
        for token in configuration.split('-') {
            if let Some(ram) = token.strip_suffix("Gb").and_then(|ram| ram.parse().ok()) {
                parts.ram_gb = Some(ram);
            } else if let Some((count, size, kind)) =
                disks(token).filter(|_| parts.ram_gb.is_some())
            {
                parts
                    .disks
                    .extend((0..count).map(|_| (size, kind.to_owned())));
            } else {
                cpu.push(token);
            }
        }
        parts.cpu = cpu.join("-");
        parts.disks.sort();
        parts
    }

    fn differences(&self, other: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        if self.cpu != other.cpu {
            differences.push(format!("CPU {} instead of {}", other.cpu, self.cpu));
        }
        if self.ram_gb != other.ram_gb {
            let show =
                |ram: Option<u64>| ram.map_or("unknown".to_owned(), |ram| format!("{ram} GB"));
            differences.push(format!(
                "RAM {} instead of {}",
                show(other.ram_gb),
                show(self.ram_gb)
            ));
        }
        if self.disks != other.disks {
            differences.push(format!(
                "disks {} instead of {}",
                show_disks(&other.disks),
                show_disks(&self.disks)
            ));
        }
        differences
    }
}

/// Read `<n>x<size><type>`. A count no chassis holds is not a count.
fn disks(token: &str) -> Option<(usize, u64, &str)> {
    let (count, rest) = token.split_once('x')?;
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let count = count.parse().ok().filter(|count| *count <= 256)?;
    Some((count, rest[..digits].parse().ok()?, &rest[digits..]))
}

fn show_disks(disks: &[(u64, String)]) -> String {
    if disks.is_empty() {
        return "none".to_owned();
    }
    let mut shown: Vec<String> = Vec::new();
    for group in disks.chunk_by(|one, next| one == next) {
        shown.push(format!("{}x{}{}", group.len(), group[0].0, group[0].1));
    }
    shown.join(" + ")
}

/// How far a server is from the wish: another CPU, then memory, then disks by number, size and type. Less is nearer.
fn distance(wanted: &Parts, server: &Server) -> (bool, u64, usize, u64, bool) {
    let parts = Parts::of(server.configuration.as_deref().unwrap_or_default());
    let size = |parts: &Parts| {
        parts
            .disks
            .iter()
            .map(|(size, _)| *size)
            .fold(0, u64::saturating_add)
    };
    let kinds = |parts: &Parts| {
        parts
            .disks
            .iter()
            .map(|(_, kind)| kind.clone())
            .collect::<Vec<_>>()
    };
    (
        wanted.cpu != parts.cpu,
        wanted
            .ram_gb
            .unwrap_or(0)
            .abs_diff(parts.ram_gb.unwrap_or(0)),
        wanted.disks.len().abs_diff(parts.disks.len()),
        size(wanted).abs_diff(size(&parts)),
        kinds(wanted) != kinds(&parts),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_taken_apart() {
        let parts = Parts::of("i9-9900K-64Gb-2x1024NVMe");
        assert_eq!(parts.cpu, "i9-9900K");
        assert_eq!(parts.ram_gb, Some(64));
        assert_eq!(
            parts.disks,
            [(1024, "NVMe".to_owned()), (1024, "NVMe".to_owned())]
        );
        let two_sorts = Parts::of("E5-2620v4-32Gb-2x480SSD-4x2000HDD");
        assert_eq!(show_disks(&two_sorts.disks), "2x480SSD + 4x2000HDD");
    }

    #[test]
    fn differences_are_spelled_out() {
        let wanted = Parts::of("i9-9900K-64Gb-2x1024NVMe");
        let other = Parts::of("i9-9900K-32Gb-2x1024NVMe");
        assert_eq!(wanted.differences(&other), ["RAM 32 GB instead of 64 GB"]);
        let far = Parts::of("E5-64Gb-1x480SSD");
        assert_eq!(
            wanted.differences(&far),
            [
                "CPU E5 instead of i9-9900K",
                "disks 1x480SSD instead of 2x1024NVMe"
            ]
        );
    }

    #[test]
    fn odd_configurations_do_no_harm() {
        for text in [
            "",
            "-",
            "x",
            "Gb",
            "99999999999999999999Gb",
            "1x",
            "9999999999x1",
            "64Gb-18446744073709551616x1",
            "é-1Gb-1xé",
        ] {
            let parts = Parts::of(text);
            assert_eq!(parts.differences(&parts), Vec::<String>::new());
        }
    }
}
