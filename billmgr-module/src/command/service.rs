//! What all service commands share: the lock, the session, the drive, and the report of a failure.

use dcim6_client::Client;

use crate::Host;
use crate::cli::Arguments;
use crate::error::{Error, ErrorKind};
use crate::lifecycle::address::Wanted;
use crate::lifecycle::engine::{Engine, Finished};
use crate::lifecycle::lock::{ITEM_WAIT, ItemLock};
use crate::lifecycle::record::{Change, Record, Wipe};
use crate::lifecycle::session::{Goal, Session};
use crate::panel::calls::Completion;
use crate::panel::{Instance, Item, ItemStatus};
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

/// Run a service command whose goal its name says.
pub async fn run(host: &Host<'_>, arguments: &Arguments, command: &str) -> Result<String, Error> {
    let mut request = Request::read(host, arguments, command).await?;
    let mut lock = None;
    let result = reach(&mut request, &mut lock).await;
    // The report belongs to the work: nobody else may begin before it is made.
    request.finish(result, lock.as_ref()).await
}

async fn reach(request: &mut Request<'_>, lock: &mut Option<ItemLock>) -> Result<(), Error> {
    if request.command == "changepassword" {
        // DCImanager cannot reach into an installed system, and a reinstallation would wipe it. The new password is not even opened.
        let why = "changepassword: DCImanager cannot change the password of an installed system";
        return Err(Error::new(ErrorKind::NotSupported, "command", why));
    }
    let lock = lock.insert(request.lock().await?);
    let item = request.item().await?;
    if item.status == ItemStatus::Deleted {
        // Our own last call, whose answer was lost, or a deletion that needed none.
        return if request.command == "close" {
            Ok(())
        } else {
            Err(deleted(&item))
        };
    }
    let instance = request.instance(&item).await?;
    let session = request.session(&item, instance).await?;
    let goal = match request.command {
        "suspend" => Goal::Suspend,
        "resume" => Goal::Resume,
        "close" => Goal::Close,
        "start" => Goal::Power(true),
        "stop" => Goal::Power(false),
        "reboot" => Goal::Reset { hard: false },
        "hardreboot" => Goal::Reset { hard: true },
        "setparam" => Goal::Addresses(Wanted {
            configuration: new_configuration(&session, &item).await?,
            is_setparam: true,
            ..wanted(&session, None).await?
        }),
        // Nothing in DCImanager depends on how long a service is paid for.
        "prolong" => {
            let prolonged = Completion::new("service.postprolong", None);
            return session
                .calls()
                .complete(item.id, session.operation, prolonged)
                .await;
        }
        other => return Err(Error::new(ErrorKind::NotSupported, "command", other)),
    };
    drive(&session, lock, goal).await
}

/// Work until the goal is reached, on a server that is bound already.
pub async fn drive(session: &Session<'_>, lock: &mut ItemLock, goal: Goal) -> Result<(), Error> {
    let is_close = matches!(goal, Goal::Close);
    match Engine::new(session, lock, goal).drive().await? {
        Finished::Reached => Ok(()),
        // Nothing was ever bound, or the claim was withdrawn untouched: there is nothing to clean.
        Finished::Unbound if is_close => {
            let closed = Completion::new("service.postclose", Some(ItemStatus::Deleted));
            session
                .calls()
                .complete(session.item_id, session.operation, closed)
                .await
        }
        Finished::Unbound => Err(unbound()),
    }
}

/// What a service that is in use is to have of addresses: all that is paid for, or one place.
pub async fn wanted(session: &Session<'_>, only: Option<u64>) -> Result<Wanted, Error> {
    let panel = session.host.panel;
    let parameters = panel.parameters(session.item_id).await?;
    Ok(Wanted {
        slots: panel.slots(session.item_id).await?,
        only,
        domain: parameters.plain.get("domain").cloned(),
        configuration: None,
        is_setparam: false,
    })
}

/// The configuration that a change of the tariff under way asks for, if it asks for another.
async fn new_configuration(session: &Session<'_>, item: &Item) -> Result<Option<String>, Error> {
    let Some(before) = item.last_pricelist else {
        return Ok(None);
    };
    let host = session.host;
    let old = configuration(host, item.id, before).await?;
    let new = configuration(host, item.id, item.pricelist).await?;
    Ok(new.filter(|new| old.as_ref() != Some(new)))
}

/// The configuration that a service is to have by a tariff: the word its client chose where there is a choice (assumed), else the tariff's own.
pub async fn configuration(
    host: &Host<'_>,
    item: u64,
    pricelist: u64,
) -> Result<Option<String>, Error> {
    const NAME: &str = "configuration";
    let options = host.panel.options(item, pricelist).await?;
    let chosen = options.into_iter().find(|option| option.name == NAME);
    let named = match chosen.and_then(|option| option.chosen) {
        Some(chosen) => Some(chosen),
        None => host.panel.tariff(pricelist).await?.remove(NAME),
    };
    let named = named.map(|name| name.trim().to_owned());
    Ok(named.filter(|name| !name.is_empty()))
}

/// The error for a service that is gone.
pub fn deleted(item: &Item) -> Error {
    Error::new(ErrorKind::Missed, "item", format!("{} is deleted", item.id))
}

/// The error for a service that is bound to no server.
pub fn unbound() -> Error {
    Error::new(
        ErrorKind::Missed,
        "dcim6_server",
        "the service has no server",
    )
    .for_staff()
}

impl<'a> Request<'a> {
    /// Stand for a person who works on a service without an operation of BILLmanager's.
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
        let data_center = match instance.data_center {
            Some(id) => host.panel.data_center(id).await?,
            None => None,
        };
        let location = location(data_center.as_ref())?;
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
        if handed_over && command == "close" && lock.is_some() {
            let _ = remember_hand_over(host, item, operation).await;
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

/// Note that staff have the deletion now: a run after this one was started by them, and may wipe again (D7).
async fn remember_hand_over(
    host: &Host<'_>,
    item: u64,
    operation: Option<u64>,
) -> Result<(), Error> {
    let record = Record::read(&host.panel.parameters(item).await?.plain)?;
    if let Some(wipe) = record.wipe {
        let wipe = Wipe {
            handed_over: operation,
            ..wipe
        };
        let param = Change::Wipe(wipe).to_param();
        host.calls().save(item, &[param]).await?;
    }
    Ok(())
}

fn unfinished() -> Error {
    Error::new(ErrorKind::Client, "connect", "not finished")
}
