//! The port to BILLmanager: what the module may ask it, and the one way to tell it something.
//!
//! Reads are named after the queries of `billmanager-protocol.md` 8.2. Writes are [`Call`]s: the name and the parameters of an
//! mgrctl function, which the real BILLmanager runs and the stand-in interprets.

pub mod calls;
#[cfg(feature = "live")]
pub mod live;

use std::collections::BTreeMap;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::error::Error;
use crate::settings::panel_of;

/// The state of a service in BILLmanager (`billmanager-protocol.md` 8.1, documented by the vendor).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemStatus {
    /// 1: ordered, not paid.
    Ordered,
    /// 2: active.
    Active,
    /// 3: stopped.
    Stopped,
    /// 4: deleted.
    Deleted,
    /// 5: being processed.
    Processing,
}

impl ItemStatus {
    /// Read the number BILLmanager stores.
    pub fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            1 => Self::Ordered,
            2 => Self::Active,
            3 => Self::Stopped,
            4 => Self::Deleted,
            5 => Self::Processing,
            _ => return None,
        })
    }

    /// Give the number BILLmanager stores.
    pub fn number(self) -> i64 {
        match self {
            Self::Ordered => 1,
            Self::Active => 2,
            Self::Stopped => 3,
            Self::Deleted => 4,
            Self::Processing => 5,
        }
    }
}

/// A service (Q1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: u64,
    /// Its name as the client sees it.
    pub name: String,
    /// The account of the client.
    pub account: u64,
    /// The tariff.
    pub pricelist: u64,
    /// The tariff before the change that is under way, if one is.
    pub last_pricelist: Option<u64>,
    /// Its state.
    pub status: ItemStatus,
    /// The processing module instance that serves it.
    pub instance: Option<u64>,
    /// The program of that instance: `pmdcim6` for ours.
    pub program: Option<String>,
}

/// The parameters of a service (Q2): plain ones, and the crypted ones already opened.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// `itemparam`.
    pub plain: BTreeMap<String, String>,
    /// `itemcryptedparam`.
    pub secret: BTreeMap<String, SecretString>,
    /// Why a crypted one could not be opened. Only what needs it has to care: a stop needs no password.
    pub unreadable: Option<Error>,
}

/// A processing module instance with its connection settings (Q5).
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its id.
    pub id: u64,
    /// Its name in BILLmanager.
    pub name: String,
    /// The program: `pmdcim6` for ours.
    pub program: String,
    /// The department that gets its tasks.
    pub department: Option<u64>,
    /// The data center it is bound to.
    pub data_center: Option<u64>,
    /// `processingparam`.
    pub settings: BTreeMap<String, String>,
    /// `processingcryptedparam`, opened.
    pub secrets: BTreeMap<String, SecretString>,
    /// What the Config button stored last: configurations, OS templates, scripts.
    pub config: Option<String>,
}

/// A data center of BILLmanager (Q11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataCenter {
    /// Its id.
    pub id: u64,
    /// Whether it is a data center managed by DCImanager 6.
    pub is_dcimanager6: bool,
    /// The location of DCImanager whose servers are sold, as staff typed it.
    pub location: Option<String>,
}

/// A place for an address that the client pays for (Q6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpSlot {
    /// The row's id.
    pub id: u64,
    /// The address in it; empty while the slot is.
    pub address: String,
}

/// A server that some other non-deleted service names as its own or keeps as a candidate (Q10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The service.
    pub item: u64,
    /// The server id as stored.
    pub server: String,
    /// Whether it is only kept as a candidate.
    pub is_candidate: bool,
    /// The DCImanager it was bound in, as `host:port`, if the binding says.
    pub panel: Option<String>,
    /// The address of the DCImanager of the service's module, as staff typed it; none if the module is gone.
    pub url: Option<String>,
}

impl Claim {
    /// The server's number, if what is stored is one: blanks around it are staff's, who may have typed it.
    pub fn number(&self) -> Option<u64> {
        self.server.trim().parse().ok()
    }

    /// Say whether the server may stand in the DCImanager `here`: by the binding's word or by its module's address, which staff may have
    /// written anew since. A claim that does not say where counts.
    pub fn is_in(&self, here: &str) -> bool {
        let url = self.url.as_deref().and_then(panel_of);
        let mut places = [self.panel.as_ref(), url.as_ref()]
            .into_iter()
            .flatten()
            .peekable();
        places.peek().is_none() || places.any(|place| place == here)
    }
}

/// An option of a tariff as this service has it (Q3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffOption {
    /// Its internal name.
    pub name: String,
    /// The chosen word, of an option that has a list of them.
    pub chosen: Option<String>,
    /// How many, of an option that is counted.
    pub count: u64,
}

/// A value that orders may choose from, such as an operating system (Q13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListValue {
    /// The row's id.
    pub id: u64,
    /// Its internal name: for `ostempl`, the name of the template in DCImanager.
    pub name: String,
}

/// A running operation of BILLmanager (Q7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningOperation {
    /// The service it belongs to.
    pub item: u64,
    /// How often it was tried: 1 in the first run.
    pub tries: u64,
    /// How many staff tasks it has.
    pub tasks: u64,
    /// Whether it waits for staff; no where BILLmanager does not say (assumed).
    pub is_manual: bool,
}

/// One call of an mgrctl function.
#[derive(Debug, Clone)]
pub struct Call {
    /// The function, such as `service.saveparam`.
    pub function: &'static str,
    /// What goes on the command line, in order.
    pub params: Vec<(String, String)>,
    /// What goes through the child's environment only (safety.md G).
    pub secrets: Vec<(String, SecretString)>,
}

/// What a call answered: the leaf elements of its document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Element name and text.
    pub fields: BTreeMap<String, String>,
}

/// How a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// mgrctl itself failed, so nobody knows whether the call took effect.
    #[error("mgrctl failed: {0}")]
    Transport(String),
    /// BILLmanager answered with an error document.
    #[error("BILLmanager answered {kind} ({object})")]
    Refused {
        /// The error's `type`.
        kind: String,
        /// The error's `object`.
        object: String,
    },
}

/// A named lock of BILLmanager's database. Dropping it gives it back.
#[async_trait]
pub trait Lock: Send + Sync {
    /// Ask the database whether the lock is still this connection's. Asking also keeps the connection from idling out (E1).
    ///
    /// # Errors
    /// `db` when the database cannot be asked; treat the lock as lost.
    async fn is_held(&self) -> Result<bool, Error>;
}

/// BILLmanager as the module sees it.
///
/// # Errors
/// Every read fails with `db` when the database cannot be asked; nothing was changed.
#[async_trait]
pub trait Panel: Send + Sync {
    /// Read a service (Q1); `None` if there is no such row.
    async fn item(&self, item: u64) -> Result<Option<Item>, Error>;
    /// Read the parameters of a service (Q2).
    async fn parameters(&self, item: u64) -> Result<Parameters, Error>;
    /// Read the client's e-mail.
    async fn client_email(&self, account: u64) -> Result<Option<String>, Error>;
    /// Read the options of a tariff as a service has them (Q3), by name.
    async fn options(&self, item: u64, pricelist: u64) -> Result<Vec<TariffOption>, Error>;
    /// Read the parameters of a tariff (Q4).
    async fn tariff(&self, pricelist: u64) -> Result<BTreeMap<String, String>, Error>;
    /// Read a processing module instance (Q5).
    async fn instance(&self, instance: u64) -> Result<Option<Instance>, Error>;
    /// Read a data center (Q11).
    async fn data_center(&self, data_center: u64) -> Result<Option<DataCenter>, Error>;
    /// Read the address slots of a service (Q6), by id.
    async fn slots(&self, item: u64) -> Result<Vec<IpSlot>, Error>;
    /// Read what all other non-deleted services hold or keep (Q10). That is a row for every service there is: whoever asks about one server
    /// uses [`Panel::claims_on`].
    async fn claims(&self, except_item: u64) -> Result<Vec<Claim>, Error>;
    /// Read which other non-deleted services hold or keep a server of this number, in whatever DCImanager (Q10).
    async fn claims_on(&self, server: u64, except_item: u64) -> Result<Vec<Claim>, Error>;
    /// Read a running operation (Q7); `None` once it is finished.
    async fn running_operation(&self, operation: u64) -> Result<Option<RunningOperation>, Error>;
    /// List the running operations of a service, automatic or with staff, oldest first (Q7).
    async fn operations(&self, item: u64) -> Result<Vec<u64>, Error>;
    /// Count the running operations of a service (Q7).
    async fn pending_operations(&self, item: u64) -> Result<u64, Error>;
    /// List the active instances of `pmdcim6` that may serve a tariff, best first, but for those in `skip` (Q8).
    async fn suitable(&self, pricelist: u64, skip: &[u64]) -> Result<Vec<u64>, Error>;
    /// Count the tariffs of an instance (Q9).
    async fn tariff_count(&self, instance: u64) -> Result<u64, Error>;
    /// Read the values of a parameter of dedicated servers that an instance offers (Q13).
    async fn list_values(&self, instance: u64, param: &str) -> Result<Vec<ListValue>, Error>;
    /// Read the next services of an instance after the id `after`, neither ordered nor deleted, by id, at most `most`.
    async fn services(&self, instance: u64, after: u64, most: u32) -> Result<Vec<u64>, Error>;
    /// Say whether this host is told to do nothing, because it is a copy (`billmanager-protocol.md` 2.3).
    fn does_nothing(&self) -> bool;
    /// Take a named lock if nobody has it (Q12).
    async fn try_lock(&self, name: &str) -> Result<Option<Box<dyn Lock>>, Error>;
    /// Run an mgrctl function once.
    async fn call(&self, call: &Call) -> Result<Answer, CallError>;
}
