//! One request of BILLmanager for a service: what it needs to be worked on, and the report of how that went.

use dcim6_client::{Client, LocationId};

use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::lock::{ITEM_WAIT, ItemLock};
use crate::lifecycle::record::{Change, Record, Wipe};
use crate::lifecycle::session::Session;
use crate::panel::{Instance, Item};
use crate::report::{Failure, Tried};
use crate::settings::{Settings, location};

/// One service command: what BILLmanager asked for.
pub struct Request<'a> {
    /// The two systems and the clock.
    pub host: &'a Host<'a>,
    /// The command.
    pub command: &'a str,
    /// The service.
    pub item: u64,
    /// BILLmanager's operation, unless the command was called directly.
    pub operation: Option<u64>,
    /// How often BILLmanager has tried: 1 in the first run, 0 when called directly.
    pub tries: u64,
    /// The user who asked, if BILLmanager says so.
    pub user: Option<u64>,
    /// The instances tried so far.
    pub tried: Vec<Tried>,
}

impl<'a> Request<'a> {
    /// Stand for a person who works on a service without an operation of BILLmanager's.
    #[cfg(feature = "provider")]
    pub fn direct(host: &'a Host<'a>, command: &'a str, item: u64) -> Self {
        Self {
            host,
            command,
            item,
            operation: None,
            tries: 0,
            user: None,
            tried: Vec::new(),
        }
    }

    /// Read what BILLmanager asks for.
    pub async fn read(
        host: &'a Host<'a>,
        arguments: &Arguments,
        command: &'a str,
    ) -> Result<Self, Error> {
        let item = arguments.required_id("item")?;
        let operation = arguments.some_id("runningoperation")?;
        let user = arguments.some_id("userid")?;
        let running = match operation {
            Some(operation) => host.panel.running_operation(operation).await?,
            None => None,
        };
        if let Some(running) = running.as_ref().filter(|running| running.item != item) {
            // N14: whatever we said of it would be said of another service.
            let why = format!("it belongs to service {}, not to {item}", running.item);
            return Err(Error::new(ErrorKind::Value, "runningoperation", why));
        }
        Ok(Self {
            host,
            command,
            item,
            operation,
            tries: running.map_or(0, |running| running.tries),
            user,
            tried: Vec::new(),
        })
    }

    /// Take the lock of the service (E1).
    pub async fn lock(&self) -> Result<ItemLock, Error> {
        let name = ItemLock::of_item(self.item);
        ItemLock::take(self.host.panel, &self.host.clock, &name, ITEM_WAIT).await
    }

    /// Read the service.
    pub async fn item(&self) -> Result<Item, Error> {
        let item = self.host.panel.item(self.item).await?;
        let absent = || {
            Error::new(
                ErrorKind::Missed,
                "item",
                format!("{} does not exist", self.item),
            )
        };
        item.ok_or_else(absent)
    }

    /// Read the module instance of the service.
    pub async fn instance(&self, item: &Item) -> Result<Instance, Error> {
        let id = item.instance.ok_or_else(|| {
            let why = format!("service {} has none", item.id);
            Error::new(ErrorKind::Missed, "processingmodule", why)
        })?;
        instance(self.host, id).await
    }

    /// Check the settings and make a session. Nothing is sent yet.
    pub async fn session(&mut self, item: &Item, instance: Instance) -> Result<Session<'a>, Error> {
        let host = self.host;
        // From here on a failure is this instance's.
        self.tried.push(Tried {
            instance: instance.clone(),
            at: host.clock.now(),
            error: unfinished(),
            registered: false,
        });
        let settings = Settings::read(&instance)?;
        let location = location_of(host, &instance).await?;
        let client: Client = host.connect(&settings.connection)?;
        let request_id = format!("{}-{}-{}", item.id, self.operation.unwrap_or(0), self.tries);
        let email = host.panel.client_email(item.account).await?;
        Ok(Session {
            host,
            item_id: item.id,
            operation: self.operation,
            tries: self.tries,
            instance,
            settings,
            location,
            email,
            client: client.for_request(request_id),
        })
    }

    /// Report a failure, or pass on a success.
    pub async fn finish(
        mut self,
        result: Result<(), Error>,
        lock: Option<&ItemLock>,
    ) -> Result<String, Error> {
        let Err(error) = result else {
            return Ok(String::new());
        };
        // An instance that was never begun with leaves the one before it its own error.
        let unfinished = |last: &&mut Tried| last.error == unfinished();
        if let Some(last) = self.tried.last_mut().filter(unfinished) {
            last.error = error.clone();
            last.at = self.host.clock.now();
        }
        if self.command == "setparam" && lock.is_some() {
            self.roll_back().await;
        }
        let Self {
            host,
            command,
            item,
            operation,
            ref tried,
            ..
        } = self;
        let handed_over = Failure {
            host,
            command,
            item,
            operation,
            tried,
        }
        .report(&error)
        .await;
        // What is remembered is only written by whoever holds the service (E1).
        if handed_over && lock.is_some() {
            let _ = remember_hand_over(host, command, item, operation).await;
        }
        Err(error)
    }

    /// A change of the tariff that cannot be carried out is undone, before anything else is told.
    async fn roll_back(&self) {
        let item = self.host.panel.item(self.item).await;
        let changes = matches!(item, Ok(Some(item)) if item.last_pricelist.is_some());
        if changes {
            // The original error is what counts.
            let _ = self
                .host
                .calls()
                .roll_back_tariff(self.item, self.user)
                .await;
        }
    }
}

/// Read an instance of this module.
///
/// # Errors
/// `missed` if there is none, `unsupported_module` if it is another program's (N13).
pub async fn instance(host: &Host<'_>, id: u64) -> Result<Instance, Error> {
    let instance = host.panel.instance(id).await?;
    let absent = || {
        Error::new(
            ErrorKind::Missed,
            "processingmodule",
            format!("{id} does not exist"),
        )
    };
    let instance = instance.ok_or_else(absent)?;
    if instance.program == "pmdcim6" {
        Ok(instance)
    } else {
        Err(Error::new(
            ErrorKind::UnsupportedModule,
            "processingmodule",
            instance.program,
        ))
    }
}

/// Find the location that an instance sells from.
///
/// # Errors
/// `datacenter_unsuitable`, `db`.
pub async fn location_of(host: &Host<'_>, instance: &Instance) -> Result<LocationId, Error> {
    let data_center = match instance.data_center {
        Some(id) => host.panel.data_center(id).await?,
        None => None,
    };
    location(data_center.as_ref())
}

/// Note that staff have the operation now: a run after this one was started by them, and may wipe again (D7), or reset again.
async fn remember_hand_over(
    host: &Host<'_>,
    command: &str,
    item: u64,
    operation: Option<u64>,
) -> Result<(), Error> {
    let record = Record::read(&host.panel.parameters(item).await?.plain)?;
    let change = match (command, record.wipe) {
        ("close", Some(wipe)) => Change::Wipe(Wipe {
            handed_over: operation,
            ..wipe
        }),
        ("reboot" | "hardreboot", _) if record.reset.is_some() => Change::Reset(None),
        _ => return Ok(()),
    };
    host.calls().save(item, &[change.to_param()]).await
}

fn unfinished() -> Error {
    Error::new(ErrorKind::Client, "connect", "not finished")
}
