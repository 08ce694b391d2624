//! What a command wants, and what stays the same while it works on one service.

use dcim6_client::{Client, LocationId};

use super::address::Wanted;
use super::record::{Change, Record};
use super::situation::{Order, Situation};
use super::step::Step;
use super::{address, close, open, power, resume, stop, sync};
use crate::Host;
use crate::error::{Error, ErrorKind};
use crate::panel::calls::Calls;
use crate::panel::{Instance, IpSlot, Item, Parameters};
use crate::settings::Settings;

/// What a command is to reach.
#[derive(Debug, Clone)]
pub enum Goal {
    /// A server in the client's hands.
    Open(Order),
    /// Cut off.
    Suspend,
    /// Reachable again.
    Resume,
    /// Clean, and nobody's.
    Close,
    /// On, or off.
    Power(bool),
    /// Reset once; the command's name decides what BILLmanager hears.
    Reset {
        /// Whether it was asked for as a hard reboot.
        hard: bool,
    },
    /// Addresses in the places that are empty.
    Addresses(Wanted),
    /// One place gone, with its address.
    Release {
        /// All places, read anew at every turn.
        slots: Vec<IpSlot>,
        /// The one that goes.
        slot: u64,
    },
    /// As BILLmanager believes; whether it has an operation for the service says `pending`.
    Sync {
        /// Whether an operation waits.
        pending: bool,
    },
}

impl Goal {
    /// Ask the plan of this goal for the next step.
    pub fn next_step(&self, s: &Situation<'_>) -> Step {
        match self {
            Self::Open(order) => open::plan(s, order),
            Self::Suspend => stop::plan(s),
            Self::Resume => resume::plan(s),
            Self::Close => close::plan(s),
            Self::Power(on) => power::plan(s, *on),
            Self::Reset { .. } => power::reset(s),
            Self::Addresses(wanted) => address::fill(s, wanted),
            Self::Release { slots, slot } => address::release(s, slots, *slot),
            Self::Sync { pending } => sync::plan(s, *pending),
        }
    }
}

/// Everything that stays the same while one command works on one service through one module instance.
pub struct Session<'a> {
    /// The two systems and the clock.
    pub host: &'a Host<'a>,
    /// The service.
    pub item_id: u64,
    /// BILLmanager's operation, unless the command was called directly.
    pub operation: Option<u64>,
    /// How often BILLmanager has tried: 1 in the first run, 0 when called directly.
    pub tries: u64,
    /// The module instance.
    pub instance: Instance,
    /// Its settings.
    pub settings: Settings,
    /// The location its servers come from.
    pub location: LocationId,
    /// The client's e-mail.
    pub email: Option<String>,
    /// DCImanager; every call carries the service, the operation and the run.
    pub client: Client,
}

impl<'a> Session<'a> {
    /// BILLmanager's functions.
    pub fn calls(&self) -> Calls<'a> {
        self.host.calls()
    }

    /// Read the service, which must exist.
    ///
    /// # Errors
    /// `missed` if it does not.
    pub async fn item(&self) -> Result<Item, Error> {
        let item = self.host.panel.item(self.item_id).await?;
        item.ok_or_else(|| {
            Error::new(
                ErrorKind::Missed,
                "item",
                format!("{} does not exist", self.item_id),
            )
        })
    }

    /// Read what the service remembers.
    ///
    /// # Errors
    /// `value` for something unreadable, `db`.
    pub async fn memory(&self) -> Result<(Record, Parameters), Error> {
        let parameters = self.host.panel.parameters(self.item_id).await?;
        Ok((Record::read(&parameters.plain)?, parameters))
    }

    /// Save changes, in one call.
    ///
    /// # Errors
    /// `process`; the old values stand, or the new ones.
    pub async fn save(&self, changes: &[Change]) -> Result<(), Error> {
        let params: Vec<_> = changes.iter().map(Change::to_param).collect();
        self.calls().save(self.item_id, &params).await
    }
}
