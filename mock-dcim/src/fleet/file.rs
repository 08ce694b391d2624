//! The fleet file: what stands in it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::world::settings::DurationKind;
use crate::world::template::{Access, TemplateKind};

/// The version that this program reads.
pub(crate) const VERSION: u32 = 1;

/// A fleet: what a mock begins with. Ids are given in the order of the file, from 1; the administrator is user 1.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "mock-dcim fleet")]
pub(crate) struct FleetFile {
    /// Always 1.
    pub(crate) schema_version: u32,
    /// Templates; the built-in six if absent.
    #[serde(default)]
    pub(crate) templates: Vec<TemplateRow>,
    /// Names of scripts.
    #[serde(default)]
    pub(crate) scripts: Vec<String>,
    #[serde(default)]
    pub(crate) users: Vec<UserRow>,
    #[serde(default)]
    pub(crate) pools: Vec<PoolRow>,
    #[serde(default)]
    pub(crate) locations: Vec<LocationRow>,
    #[serde(default)]
    pub(crate) racks: Vec<RackRow>,
    /// How long things take; what is absent takes its usual time.
    #[serde(default, deserialize_with = "super::unique::map")]
    pub(crate) durations: Durations,
    #[serde(default)]
    pub(crate) servers: Vec<ServerRow>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateRow {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    pub(crate) kind: TemplateKind,
    pub(crate) access: Option<Access>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserRow {
    pub(crate) email: String,
    pub(crate) password: String,
    /// `@user` or `@admin`.
    pub(crate) role: Option<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PoolRow {
    pub(crate) name: String,
    /// Networks such as `192.0.2.0/24`.
    pub(crate) networks: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LocationRow {
    pub(crate) name: String,
    /// Names of pools for addresses of customers.
    #[serde(default)]
    pub(crate) allocation: Vec<String>,
    /// Names of pools for addresses during diagnostics.
    #[serde(default)]
    pub(crate) deallocation: Vec<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RackRow {
    pub(crate) name: String,
    /// The name of a location.
    pub(crate) location: String,
    #[serde(default)]
    pub(crate) allocation: Vec<String>,
    #[serde(default)]
    pub(crate) deallocation: Vec<String>,
}

/// One server, or `count` equal ones. What only one server can have is refused where `count` is above 1.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "a server has them")]
pub(crate) struct ServerRow {
    /// How many; 1 if absent.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub(crate) count: u32,
    /// The name of a rack. Each rack has a switch of its own.
    pub(crate) rack: String,
    /// Only for one server; `srv-<id>` if absent.
    pub(crate) name: Option<String>,
    /// Null or absent: not determined.
    pub(crate) configuration: Option<String>,
    /// Sizes of the disks in GB.
    #[serde(default = "two_disks")]
    pub(crate) disks: Vec<u64>,
    #[serde(default = "two")]
    #[schemars(range(max = 64))]
    pub(crate) data_ports: u32,
    /// Only for one server: names of the switch ports, in place of `data_ports`.
    pub(crate) ports: Option<Vec<String>>,
    /// Whether the BMC is on a switch port too.
    #[serde(default = "yes")]
    pub(crate) bmc_port: bool,
    /// Whether it hangs on a PDU.
    #[serde(default = "yes")]
    pub(crate) pdu: bool,
    /// Only for one server; derived from the id if absent.
    pub(crate) mac: Option<String>,
    /// The name of another server whose MAC address this one wrongly has.
    pub(crate) duplicate_mac_of: Option<String>,
    /// The e-mail address of its owner: then it is installed, on, and its ports are up.
    pub(crate) owner: Option<String>,
    /// Only for one server with an owner: its addresses.
    #[serde(default)]
    pub(crate) ips: Vec<IpAddr>,
    /// Mail addresses of users whose system was never wiped off its disks.
    #[serde(default)]
    pub(crate) tainted_by: Vec<String>,
    #[serde(default)]
    pub(crate) powered_on: bool,
    #[serde(default)]
    pub(crate) maintenance: bool,
    #[serde(default)]
    pub(crate) protected: bool,
    #[serde(default)]
    pub(crate) is_new: bool,
    #[serde(default = "yes")]
    pub(crate) in_operation: bool,
    #[serde(default)]
    pub(crate) diagnostics: DiagnosticsRow,
    /// How long things take on this server.
    #[serde(default, deserialize_with = "super::unique::map")]
    pub(crate) durations: Durations,
}

/// Life cycles as data: `{"install": {"seconds": 1200, "jitter": 10}}`.
pub(crate) type Durations = BTreeMap<DurationKind, DurationRow>;

/// How long something takes.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DurationRow {
    #[schemars(range(min = 0, max = 31_536_000))]
    pub(crate) seconds: f64,
    /// By how many percent it is shorter or longer, by chance from the seed; 0 if absent.
    #[serde(default)]
    #[schemars(range(max = 100))]
    pub(crate) jitter: u8,
}

impl DurationRow {
    /// The span; none if it is longer than a year or below nothing.
    pub(crate) fn span(self) -> Option<Duration> {
        let span = Duration::try_from_secs_f64(self.seconds).ok();
        span.filter(|span| *span <= Duration::from_hours(24 * 365))
    }
}

/// How the last diagnostics ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DiagnosticsRow {
    /// Passed.
    #[default]
    Passed,
    /// Found something wrong.
    Failed,
    /// Cancelled, after an earlier one that passed.
    Canceled,
    /// There never was one.
    None,
}

fn one() -> u32 {
    1
}

fn two() -> u32 {
    2
}

fn two_disks() -> Vec<u64> {
    vec![1024, 1024]
}

fn yes() -> bool {
    true
}
